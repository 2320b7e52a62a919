"""Whoever looks out for trouble starts from the rows alone, on SQLite and on PostgreSQL, however late or often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.happenings import Happening, Happenings
from controller.monitoring.look import CALM, PATIENCE, RECEIPT_AWAITED, RECEIPT_OVERDUE
from controller.monitoring.lookout import CLOCK_PATIENCE, SETTLING, Lookout
from controller.store import (
    areas,
    broadcasts,
    bulletins,
    fleet,
    incident_list,
    incidents,
    people,
    recordings,
    told_by_devices,
)
from controller.store.areas import Area, AreaKind
from controller.store.bulletins import Bulletin, BulletinId, ProgrammeRow
from controller.store.database import Database
from controller.store.fleet import Device, Seen
from controller.store.incident_list import Incident, IncidentsAsked
from controller.store.incident_states import IncidentState
from controller.store.people import Account, AccountId, Role
from controller.store.recordings import Recording
from controller.store.states import ProgrammeState
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import HandMovedClock
from devices.protocol.messages import DeviceState, Receipt, ReceiptId
from devices.protocol.topics import DeviceId, SiteId
from schedules.outcome import Outcome
from schedules.plan import Occurrence, occurrences
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Programme, ProgrammeId, Sha256
from schedules.recurrence import Recurrence
from schedules.timespan import Timespan

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AIR = NOW + timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HORNS = tuple(DeviceId(f"loa-{number}") for number in range(1, 6))
VILLAGE = AreaId("thon-1")
EDITOR = Account(AccountId("a-1"), "hoa", "Hoa", frozenset({Role.EDITOR}))
SOUND = Recording(Sha256("ab" * 32), 60.0, 30_000, "audio/ogg", "espeak-ng vi", ())


class Village:
    """Five loudspeakers, one broadcast in an hour, and somebody who looks out."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandMovedClock(NOW)
        self.on_the_line = True
        self.told: list[Happening] = []
        self.happenings = Happenings()
        self.happenings.listen(self.told.append)
        rule = Recurrence.once(AIR)
        programme = Programme(ProgrammeId("p-1"), "Họp", (VILLAGE,), (SOUND.sound,), rule, NOW)
        self.broadcast: Occurrence = occurrences(programme, Timespan.of(NOW, timedelta(days=1)))[0]
        bulletin = Bulletin(
            BulletinId("b-1"), "Họp", "Họp", "họp", BulletinClass.NORMAL, "north", SOUND.sha256, EDITOR.id, NOW
        )
        row = ProgrammeRow(programme.id, bulletin.id, (VILLAGE,), rule, 80, ProgrammeState.APPROVED, EDITOR.id, NOW)
        with database.write() as connection:
            areas.add(connection, Area(AreaId("xa"), None, AreaKind.COMMUNE, "Xã"))
            areas.add(connection, Area(VILLAGE, AreaId("xa"), AreaKind.VILLAGE, "Thôn 1"))
            people.add(connection, EDITOR, "argon2", NOW)
            recordings.keep(connection, SOUND, NOW)
            bulletins.add(connection, bulletin)
            bulletins.add_programme(connection, row)
            for horn in HORNS:
                fleet.add(connection, Device(horn, VILLAGE, horn, "key", 1), f"token of {horn}", NOW)
        self.say(*HORNS, new=True)
        with database.write() as connection:
            broadcasts.keep_planned(connection, {self.broadcast.id: (self.broadcast, frozenset(HORNS))}, NOW)
            for horn in HORNS:
                told_by_devices.mark_ready(connection, horn, {}, NOW)
        self.restart()

    def restart(self) -> None:
        self.lookout = Lookout(
            self.database, self.clock, self.happenings, lambda: self.on_the_line, SiteId("xa"), MINUTE
        )

    def say(self, *horns: DeviceId, online: bool = True, proven: bool = True, new: bool = False) -> None:
        now = self.clock.now()
        said = [
            Seen(
                online,
                now,
                DeviceState(device=horn, session="s", sequence=1, at=now, online=online, clock_proven=proven),
            )
            for horn in horns
        ]
        with self.database.write() as connection:
            fleet.keep_states(connection, said, new=new)
            for horn in horns:
                if online:
                    told_by_devices.mark_ready(connection, horn, {}, now)
                else:
                    told_by_devices.mark_not_ready(connection, horn, told_by_devices.OFFLINE, now)

    def answer(self, horn: DeviceId) -> None:
        """Its receipt arrives: it played."""
        receipt = Receipt(
            id=ReceiptId(f"r-{horn}"),
            device=horn,
            sequence=1,
            occurrence=self.broadcast.id,
            programme=self.broadcast.programme,
            outcome=Outcome.PLAYED,
        )
        with self.database.write() as connection:
            told_by_devices.keep_receipt(connection, receipt, b"", self.clock.now())

    def at(self, moment: datetime) -> list[Incident]:
        """What is open after looking at that moment."""
        self.clock.advance_to(moment)
        self.lookout.stir()
        self.lookout.look()
        return self.all(open=True)

    def all(self, **asked: object) -> list[Incident]:
        with self.database.read() as connection:
            return list(incident_list.asked(connection, IncidentsAsked(**asked)))  # type: ignore[arg-type]

    def report(self, trouble: Trouble) -> None:
        with self.database.write() as connection:
            incidents.report(connection, trouble, self.clock.now())


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    database = Database(f"sqlite:///{tmp_path / 'loa.db'}")
    yield Village(database)
    database.close()


def test_whatever_the_database_the_same_is_found(database: Database) -> None:
    village = Village(database)
    village.say(HORNS[0], proven=False)
    village.say(*HORNS[1:], online=False)
    found = village.at(AIR - 30 * MINUTE)
    assert {one.subject.id for one in found if one.cause is None} == {VILLAGE}
    assert len(found) == len(HORNS)
    village.at(AIR - 5 * MINUTE)
    assert {one.kind for one in village.all(open=True)} == {TroubleKind.DEVICE_OFFLINE, TroubleKind.CLOCK_UNPROVEN}
    village.say(*HORNS)
    for horn in HORNS:
        village.answer(horn)
    village.at(AIR + 5 * MINUTE)
    assert {one.state for one in village.all()} == {IncidentState.RESOLVED}
    ended = village.all(subject_kind=SubjectKind.DEVICE, kinds=[TroubleKind.DEVICE_OFFLINE])
    assert {one.facts["occurrences"][0]["outcome"] for one in ended} == {"played"}


def test_nobody_is_blamed_before_there_was_time_to_answer(village: Village) -> None:
    village.say(*HORNS, online=False)
    village.clock.advance_to(NOW + 30 * MINUTE)
    village.restart()
    assert village.at(NOW + 30 * MINUTE) == []
    village.say(*HORNS)
    assert village.at(NOW + 30 * MINUTE + SETTLING) == []


def test_one_device_away_is_an_incident_after_a_while_and_is_over_when_it_is_back(village: Village) -> None:
    village.say(HORNS[0], online=False)
    assert village.at(NOW + PATIENCE) == []
    assert village.lookout.due == NOW + PATIENCE + timedelta(seconds=10)
    (one,) = village.at(village.lookout.due)
    assert (one.kind, one.facts) == (TroubleKind.DEVICE_OFFLINE, {"since": NOW.isoformat()})
    (again,) = village.at(NOW + 20 * MINUTE)
    assert (again.last_seen_at, again.count) == (NOW + 20 * MINUTE, 1)
    village.say(HORNS[0])
    assert village.at(NOW + 21 * MINUTE) == []
    assert [one.about for one in village.told] == ["1", "1"], "opened and ended, and nothing told of what only lasts"


def test_most_of_a_village_is_one_incident_and_a_straggler_stands_alone_later(village: Village) -> None:
    village.say(*HORNS[:4], online=False)
    roots = [one for one in village.at(NOW + 12 * MINUTE) if one.cause is None]
    assert [(one.subject.id, one.severity) for one in roots] == [(VILLAGE, Severity.SERIOUS)]
    village.say(*HORNS[:3])
    straggler, root = village.at(NOW + 13 * MINUTE)
    assert (straggler.cause, root.subject.id) == (root.id, VILLAGE)
    (straggler,) = village.at(NOW + 24 * MINUTE)
    assert (straggler.subject.id, straggler.cause) == (HORNS[3], None)


def test_an_incident_says_what_became_of_the_broadcast_that_it_threatened(village: Village) -> None:
    village.say(HORNS[0], online=False)
    (one,) = village.at(AIR - 30 * MINUTE)
    assert (one.severity, one.facts["occurrences"][0]["id"]) == (Severity.WARNING, village.broadcast.id)
    (one,) = village.at(AIR - 5 * MINUTE)
    assert one.severity is Severity.SERIOUS
    village.say(HORNS[0])
    assert village.at(AIR + 5 * MINUTE) != [], "what became of it is not known yet"
    village.answer(HORNS[0])
    assert village.at(AIR + 6 * MINUTE) == []
    (over,) = village.all(subject=Subject(SubjectKind.DEVICE, HORNS[0]))
    assert over.facts["occurrences"][0]["outcome"] == "played"


def test_who_is_there_and_owes_a_receipt_is_an_incident_of_its_own(village: Village) -> None:
    village.say(HORNS[0], online=False)
    village.at(AIR - 30 * MINUTE)
    village.say(HORNS[0])
    for horn in HORNS[1:]:
        village.answer(horn)
    village.at(AIR + MINUTE)
    assert village.at(AIR + MINUTE + RECEIPT_AWAITED) == [], "it is back, and was given its time"
    (owing,) = village.at(village.broadcast.last_end + 15 * MINUTE)
    assert (owing.kind, owing.subject.id) == (TroubleKind.NO_RECEIPT, HORNS[0])
    assert village.at(village.broadcast.last_end + RECEIPT_OVERDUE + MINUTE) == []


def test_a_clock_that_stays_unproven_is_an_incident_until_it_is_proven(village: Village) -> None:
    village.say(HORNS[0], proven=False)
    assert village.at(NOW + MINUTE) == []
    assert village.lookout.due == NOW + MINUTE + CLOCK_PATIENCE
    (one,) = village.at(village.lookout.due)
    assert (one.kind, one.subject.id) == (TroubleKind.CLOCK_UNPROVEN, HORNS[0])
    village.say(HORNS[0])
    assert village.at(NOW + 7 * MINUTE) == []


def test_what_was_refused_once_is_over_after_a_calm_day(village: Village) -> None:
    for kind in (TroubleKind.HIJACK_TRY, TroubleKind.DEVICE_REFUSED, TroubleKind.QUIET_HOURS_REFUSED):
        subject = Subject(SubjectKind.DEVICE, HORNS[0])
        village.report(Trouble(kind, subject, Severity.WARNING, "x", VILLAGE, {"refused": "x"}, events=1))
    village.answer(HORNS[0])
    assert len(village.at(NOW + CALM)) == 3 + 4, "four others owe a receipt"
    kinds = {one.kind for one in village.at(NOW + CALM + MINUTE)}
    assert kinds == {TroubleKind.NO_RECEIPT}


@pytest.mark.long
def test_off_the_line_only_we_ourselves_are_to_blame(village: Village) -> None:
    village.on_the_line = False
    (one,) = village.at(NOW + 20 * MINUTE)
    village.say(*HORNS, online=False)
    assert [one.id for one in village.at(NOW + 40 * MINUTE)] == [one.id]
    village.on_the_line = True
    village.say(*HORNS)
    assert village.at(NOW + 40 * MINUTE + SETTLING) == []
    assert {one.state for one in village.all()} == {IncidentState.RESOLVED}

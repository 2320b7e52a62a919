"""From a warning that comes in to what every node of the tree is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice, permutations
from pathlib import Path

import pytest

from controller.alerts.cap.message import Kind, Named, Status
from controller.alerts.cap.writing import write_alert
from controller.alerts.errors import Unreadable
from controller.alerts.exercises import open_exercise
from controller.alerts.forgetting import Forgetting, next_night
from controller.alerts.standing_orders import SLOTS
from controller.alerts.warnings import Warnings
from controller.broadcasting.approval import Approval
from controller.broadcasting.desk import Desk
from controller.broadcasting.own_words import OwnWords
from controller.broadcasting.standing_orders import UnderStandingOrders
from controller.errors import Invalid, NotAllowed, NotNow
from controller.happenings import Happenings
from controller.orders import Orders
from controller.speech.desk import Speech
from controller.speech.engines.espeak import EspeakNg
from controller.speech.reading import EMPTY_LEXICON
from controller.store import alerts, announcements, areas, bulletins, fleet, people, post
from controller.store.alert_states import AlertState
from controller.store.alerts import AlertId, AlertRow
from controller.store.announcements import SpokenKind
from controller.store.areas import Area, AreaKind
from controller.store.database import Database
from controller.store.fleet import Device
from controller.store.incident_list import IS_OPEN, where
from controller.store.people import Account, AccountId, Role
from controller.store.states import ProgrammeState
from controller.store.troubles import TroubleKind
from controller.town import VILLAGES
from controller.town.warnings import WarningService, around, believe, east_of
from devices.clock import HandMovedClock
from devices.protocol.codec import decode
from devices.protocol.messages import AreaExercise, AreaUrgent, SirenPattern
from devices.protocol.signing import SigningKey, unseal
from devices.protocol.topics import AreaChannel, DeviceId, SiteId, Topics
from schedules.priority import BulletinClass
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

HOUR = timedelta(hours=1)


NOW = datetime(2026, 11, 23, 2, 0, tzinfo=COMMUNE_ZONE)


class Station:
    """The parts of the controller that deal with warnings, on rows of their own."""

    def __init__(self, database: Database, clock: HandMovedClock, folder: Path) -> None:
        self.database, self.clock, self.folder = database, clock, folder
        self.key, self.exercise_key = SigningKey.generate(), SigningKey.generate()
        self.topics = Topics(SiteId("xa"))
        self.start()
        with database.write() as connection:
            for person in PEOPLE:
                people.add(connection, person, "nobody logs in here", clock.now())
            areas.add(connection, Area(AreaId("xa"), None, AreaKind.COMMUNE, "Xã"))
            for village, count in VILLAGES.items():
                areas.add(connection, Area(village, AreaId("xa"), AreaKind.VILLAGE, village))
                for number in range(1, count + 1):
                    device = DeviceId(f"loa-{village}-{number}")
                    fleet.add(connection, Device(device, village, device, "", 1), device, clock.now())
        self.service = believe(self.office, database, clock, VILLAGES)

    def start(self) -> None:
        """A controller that knows nothing but the rows."""
        orders = Orders(self.topics, self.key, self.exercise_key)
        speech = Speech(self.folder, self.clock, [EspeakNg()])
        desk = Desk(self.database, speech, OwnWords(self.database, self.clock), self.clock)
        happenings = Happenings()
        approval = Approval(self.database, self.clock, happenings)
        standing = UnderStandingOrders(self.database, desk, approval, self.clock)
        warnings = Warnings(
            self.database, orders, lambda: EMPTY_LEXICON, self.clock, happenings, speech, standing, self.folder
        )
        self.work = warnings.work
        self.office, self.decisions = warnings.office, warnings.decisions

    def run_for(self, length: timedelta, step: timedelta = timedelta(minutes=5)) -> None:
        end = self.clock.now() + length
        while self.clock.now() < end:
            self.clock.advance_to(min(end, self.clock.now() + step))
            self.office.tend()

    def urgent(self, node: str) -> AreaUrgent | None:
        """What a loudspeaker that comes back to the line learns."""
        found = self._kept(self.topics.area(AreaId(node), AreaChannel.URGENT), self.key)
        return decode(found, AreaUrgent) if found else None

    def exercise(self, node: str) -> AreaExercise | None:
        found = self._kept(self.topics.area(AreaId(node), AreaChannel.EXERCISE), self.exercise_key)
        return decode(found, AreaExercise) if found else None

    def _kept(self, topic: str, key: SigningKey) -> bytes | None:
        with self.database.read() as connection:
            letters = [one for one in post.unsent(connection, 1000) if one.topic == topic]
        assert len(letters) < 2
        find = {key.id: key.public}.get
        return unseal(letters[0].payload, topic=topic, now=None, find_key=find).payload if letters else None

    def said(self, node: str) -> list[str]:
        """What is being said there, each once."""
        told = self.urgent(node)
        return list(dict.fromkeys(one.words for one in told.sounds)) if told else []

    def row(self, alert: AlertId) -> AlertRow:
        return self.service.row(alert)

    def story(self, alert: AlertId) -> list[str]:
        with self.database.read() as connection:
            return [told.what for told in alerts.story(connection, alert)]

    def troubles(self) -> set[TroubleKind]:
        with self.database.read() as connection:
            return {one.kind for one in where(connection, IS_OPEN)}


HOA = Account(AccountId("a-1"), "hoa", "Hoa", frozenset({Role.EDITOR}))
BINH = Account(AccountId("a-2"), "binh", "Bình", frozenset({Role.APPROVER}))
LAN = Account(AccountId("a-3"), "lan", "Lan", frozenset({Role.APPROVER}))
PEOPLE = (HOA, BINH, LAN)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, made once."""
    file = tmp_path_factory.mktemp("empty") / "loa.db"
    database = Database(f"sqlite:///{file}")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


@pytest.fixture
def build(empty: Path, tmp_path: Path) -> Iterator[Callable[[], Station]]:
    """Makes stations at two in the morning."""
    made: list[Station] = []

    def built() -> Station:
        file = tmp_path / f"{len(made)}.db"
        shutil.copy(empty, file)
        made.append(Station(Database(f"sqlite:///{file}"), HandMovedClock(NOW), tmp_path / f"{len(made)}"))
        return made[-1]

    yield built
    for station in made:
        station.database.close()


@pytest.fixture
def station(build: Callable[[], Station]) -> Station:
    return build()


@pytest.fixture
def service(station: Station) -> WarningService:
    return station.service


def test_a_verified_alert_is_told_at_once_at_night_to_the_village_that_it_reaches_and_to_no_other(
    station: Station, service: WarningService
) -> None:
    alert = service.issue(service.write("A1"))
    assert service.row(alert).state is AlertState.SPOKEN
    told = station.urgent("thon-1")
    assert told is not None
    first = told.sounds[0]
    assert first.siren is not None
    assert first.siren.pattern is SirenPattern.FLOOD
    assert "khẩn cấp" in first.words.casefold()
    assert "phát lúc hai giờ" in first.words.casefold()
    assert first.occurrence.start == station.clock.now()
    assert [station.urgent(node) for node in ("thon-2", "thon-3", "xa")] == [None, None, None]


def test_an_alert_for_all_villages_costs_one_message_for_the_commune(station: Station, service: WarningService) -> None:
    service.issue(service.write("A1", areas=(around(1, 2, 3),)))
    assert station.said("xa")
    assert [station.urgent(node) for node in VILLAGES] == [None] * 3


def test_an_alert_that_reaches_one_loudspeaker_of_a_village_is_told_to_that_one_alone(
    station: Station, service: WarningService
) -> None:
    alert = service.issue(service.write("A1", areas=(east_of(1),)))
    assert station.said("loa-thon-1-1")
    assert [station.urgent(node) for node in ("thon-1", "loa-thon-1-2", "xa")] == [None] * 3
    with station.database.read() as connection:
        (place,) = alerts.places(connection, alert)
    assert (place.device, place.area) == ("loa-thon-1-1", "thon-1")
    assert "circle" in place.why


def test_it_is_repeated_until_its_expiry_saying_when_it_was_issued(station: Station, service: WarningService) -> None:
    service.issue(service.write("A1", lasts=2 * HOUR))
    told = station.urgent("thon-1")
    assert told is not None
    starts = [one.occurrence.start for one in told.sounds]
    assert starts == [starts[0] + number * timedelta(minutes=30) for number in range(4)]
    last = told.sounds[-1].occurrence
    assert last.start + timedelta(seconds=last.grace) <= service.known["A1"].infos[0].expires
    assert len({one.words for one in told.sounds}) == 1


@pytest.mark.long
def test_the_next_repetitions_are_told_long_before_the_last_one_that_is_held(
    station: Station, service: WarningService
) -> None:
    service.issue(service.write("A1", lasts=20 * HOUR))
    begun = station.clock.now()
    while station.clock.now() < begun + 18 * HOUR:
        station.run_for(HOUR / 2)
        told = station.urgent("thon-1")
        assert told is not None
        assert told.sounds[-1].occurrence.start > station.clock.now() + timedelta(minutes=60)


def test_a_cancel_leaves_nothing_that_could_sound_and_says_that_it_is_over(
    station: Station, service: WarningService
) -> None:
    first = service.issue(service.write("A1"))
    station.run_for(timedelta(minutes=5))
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    (words,) = station.said("thon-1")
    assert "kết thúc" in words.casefold()
    assert service.row(first).state is AlertState.ENDED
    station.run_for(timedelta(minutes=45))
    told = station.urgent("thon-1")
    assert told is not None
    assert told.sounds == ()


def test_a_cancel_before_its_alert_keeps_it_silent(station: Station, service: WarningService) -> None:
    late = service.signed(service.write("A1"))
    station.run_for(timedelta(seconds=5))
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    service.hand_in(late)
    assert station.urgent("thon-1") is None


def test_a_village_that_an_update_drops_hears_the_ending_and_the_other_one_goes_on_without_a_second_siren(
    station: Station, service: WarningService
) -> None:
    service.issue(service.write("A1", areas=(around(1, 2),)))
    before = station.urgent("thon-2")
    station.run_for(timedelta(minutes=5))
    service.issue(service.write("U1", kind=Kind.UPDATE, of=("A1",), areas=(around(2),)))
    (ending,) = station.said("thon-1")
    assert "không còn áp dụng" in ending
    after = station.urgent("thon-2")
    assert before is not None
    assert after is not None
    assert after.sounds[0].occurrence.id == before.sounds[0].occurrence.id


def test_a_minor_change_is_announced_without_the_siren(station: Station, service: WarningService) -> None:
    service.issue(service.write("A1"))
    station.run_for(timedelta(minutes=5))
    minor = (Named("layer:SOREM:1.0:MinorChange", "text"),)
    service.issue(service.write("U1", kind=Kind.UPDATE, of=("A1",), headline="Lũ lên chậm hơn", more=minor))
    told = station.urgent("thon-1")
    assert told is not None
    assert all(one.siren is None for one in told.sounds)
    assert "chậm hơn" in told.sounds[0].words


@pytest.mark.long
def test_every_order_of_a_chain_with_repeats_leaves_the_same_villages_told_the_same(
    build: Callable[[], Station],
) -> None:
    seen = set()
    for order in islice(permutations(("A1", "U1", "B1", "C1")), 0, None, 5):
        station = build()
        service = station.service
        sent = {"A1": service.signed(service.write("A1", areas=(around(1, 2),)))}
        sent["B1"] = service.signed(service.write("B1", headline="Sạt lở đất", areas=(around(2, 3),)))
        station.clock.advance_to(NOW + timedelta(minutes=1))
        lower = service.write("U1", kind=Kind.UPDATE, of=("A1",), areas=(around(2),), headline="Lũ còn ở thôn 2")
        sent["U1"] = service.signed(lower)
        sent["C1"] = service.signed(service.write("C1", kind=Kind.CANCEL, of=("B1",)))
        for one in (*order, *order):
            service.hand_in(sent[one])
        station.run_for(HOUR)
        told = [station.urgent(node) for node in ("thon-1", "thon-2", "thon-3", "xa")]
        seen.add(tuple(one.sounds if one else () for one in told))
    (sounds,) = seen
    assert [bool(one) for one in sounds] == [False, True, False, False]


def test_the_same_bytes_twice_are_one_message(station: Station, service: WarningService) -> None:
    data = service.signed(service.write("A1"))
    first = service.hand_in(data)
    before = station.urgent("thon-1")
    assert service.hand_in(data) == first
    assert service.row(first).copies == 2
    assert station.urgent("thon-1") == before


def test_an_unsigned_copy_sent_ahead_neither_speaks_nor_keeps_the_signed_one_from_speaking(
    station: Station, service: WarningService
) -> None:
    written = service.write("A1")
    unsigned = service.hand_in(write_alert(written))
    assert service.row(unsigned).state is AlertState.WAITING
    assert station.urgent("thon-1") is None
    service.issue(written)
    assert station.said("thon-1")
    assert service.row(unsigned).decided.asks is False


def test_a_failed_signature_makes_no_sound_and_an_incident_that_a_genuine_message_ends(
    station: Station, service: WarningService
) -> None:
    altered = service.signed(service.write("A1")).replace("nhà văn hóa".encode(), "bờ sông".encode())
    alert = service.hand_in(altered)
    assert station.urgent("thon-1") is None
    assert service.row(alert).decided.code == "signature-failed"
    assert TroubleKind.SIGNATURE_FAILED in station.troubles()
    service.issue(service.write("A2"))
    assert TroubleKind.SIGNATURE_FAILED not in station.troubles()


def test_what_cannot_be_read_is_kept_as_it_came(station: Station, service: WarningService) -> None:
    with pytest.raises(Unreadable):
        service.hand_in(b"not XML at all")
    with station.database.read() as connection:
        (row,) = alerts.latest(connection, 10)
        assert alerts.documents(connection, row.id) == (b"not XML at all", None)
    assert row.decided.code == "not-xml"


def test_a_stopped_controller_goes_on_where_it_was(station: Station, service: WarningService) -> None:
    service.issue(service.write("A1"))
    before = station.urgent("thon-1")
    station.start()
    station.run_for(timedelta(minutes=6))
    assert station.urgent("thon-1") == before


def test_hours_old_alerts_are_not_announced_as_new_at_the_first_start(
    station: Station, service: WarningService
) -> None:
    data = service.signed(service.write("A1", lasts=20 * HOUR))
    station.run_for(3 * HOUR)
    alert = service.hand_in(data)
    assert (service.row(alert).state, service.row(alert).decided.code) == (AlertState.WAITING, "old")
    assert station.urgent("thon-1") is None


def test_an_unsigned_alert_waits_for_a_person_and_sounds_as_priority_after_one_release(
    station: Station, service: WarningService
) -> None:
    alert = service.hand_in(write_alert(service.write("A1")))
    assert TroubleKind.ALERT_WAITING in station.troubles()
    with pytest.raises(NotAllowed):
        station.decisions.release(alert, HOA)
    station.decisions.release(alert, BINH)
    row = service.row(alert)
    assert (row.state, row.decided.bulletin_class) == (AlertState.SPOKEN, BulletinClass.PRIORITY)
    assert station.urgent("thon-1") is None
    assert TroubleKind.ALERT_WAITING not in station.troubles()
    with pytest.raises(NotNow):
        station.decisions.release(alert, BINH)


def test_two_people_together_make_an_unsigned_alert_an_emergency(station: Station, service: WarningService) -> None:
    alert = service.hand_in(write_alert(service.write("A1")))
    for person in (BINH, LAN):
        station.decisions.release(alert, person)
    assert station.said("thon-1")


def test_a_rejected_alert_never_sounds(station: Station, service: WarningService) -> None:
    alert = service.hand_in(write_alert(service.write("A1")))
    with pytest.raises(Invalid):
        station.decisions.reject(alert, BINH, " ")
    station.decisions.reject(alert, BINH, "không rõ nguồn")
    assert service.row(alert).state is AlertState.REJECTED
    with pytest.raises(NotNow):
        station.decisions.release(alert, BINH)
    station.run_for(HOUR)
    assert station.urgent("thon-1") is None


def test_an_alert_without_a_readable_area_sounds_where_a_person_says_and_nowhere_else(
    station: Station, service: WarningService
) -> None:
    alert = service.issue(service.write("A1", areas=()))
    assert service.row(alert).decided.code == "no-area"
    decide = station.decisions
    for wrong in ((), (AreaId("nowhere"),)):
        with pytest.raises(Invalid):
            decide.release(alert, BINH, wrong)
    decide.release(alert, BINH, (AreaId("thon-2"),))
    assert station.said("thon-2")
    assert [station.urgent(node) for node in ("thon-1", "thon-3", "xa")] == [None] * 3


def test_a_question_that_nobody_answers_is_asked_again_and_more_urgently(
    station: Station, service: WarningService
) -> None:
    alert = service.issue(service.write("A1", level=2))
    station.run_for(3 * HOUR)
    assert service.row(alert).escalations == 3
    assert "escalated" in station.story(alert)


def test_what_nobody_released_ends_with_its_expiry(station: Station, service: WarningService) -> None:
    alert = service.issue(service.write("A1", level=2, lasts=HOUR))
    station.run_for(2 * HOUR)
    assert service.row(alert).state is AlertState.ENDED
    assert TroubleKind.ALERT_WAITING not in station.troubles()


def test_a_wrong_alert_falls_silent_and_its_correction_is_said_where_it_sounded(
    station: Station, service: WarningService
) -> None:
    alert = service.issue(service.write("A1"))
    station.run_for(timedelta(minutes=1))
    station.decisions.correct(alert, BINH, "diễn tập bị gửi nhầm")
    (words,) = station.said("thon-1")
    assert "đính chính" in words.casefold()
    told = station.urgent("thon-1")
    assert told is not None
    assert [one.siren for one in told.sounds] == [None]
    station.run_for(HOUR)
    assert station.said("thon-1") == []


def test_all_stop_silences_an_area_until_something_new_happens(station: Station, service: WarningService) -> None:
    service.issue(service.write("A1", areas=(around(1, 2),)))
    station.run_for(timedelta(minutes=1))
    decide = station.decisions
    decide.stop((AreaId("thon-1"),), BINH, "báo nhầm", timedelta(minutes=10))
    stopped = station.urgent("thon-1")
    assert stopped is not None
    assert (stopped.sounds, stopped.stopped_at) == ((), station.clock.now())
    assert stopped.silent_until == station.clock.now() + timedelta(minutes=10)
    assert station.said("thon-2")
    station.run_for(timedelta(minutes=40))
    assert station.said("thon-1") == []
    service.issue(service.write("A2", headline="Vỡ đập"))
    assert "Vỡ đập" in station.said("thon-1")[0]


def test_all_stop_for_all_names_no_area(station: Station, service: WarningService) -> None:
    service.issue(service.write("A1"))
    station.decisions.stop((), BINH, "", timedelta(minutes=10))
    told = station.urgent("xa")
    assert told is not None
    assert told.stopped_at == station.clock.now()
    assert station.said("thon-1") == []


def test_an_exercise_is_heard_only_while_one_of_its_name_is_open_and_only_on_the_exercise_topic(
    station: Station, service: WarningService
) -> None:
    note = "Diễn tập lũ 2026"
    early = service.issue(service.write("E0", status=Status.EXERCISE, note=note))
    assert service.row(early).state is AlertState.SILENT
    with station.office.acting() as connection:
        open_exercise(connection, note, station.clock.now() + HOUR, BINH, station.clock.now())
    service.issue(service.write("E1", status=Status.EXERCISE, note=note, areas=(around(2),)))
    told = station.exercise("thon-2")
    assert told is not None
    assert told.name == note
    assert all("diễn tập" in one.words.casefold() for one in told.sounds)
    assert [station.urgent(node) for node in ("thon-1", "thon-2", "xa")] == [None] * 3
    station.run_for(2 * HOUR)
    after = station.exercise("thon-2")
    assert after is not None
    assert after.sounds == ()


def test_a_level_one_alert_has_its_place_in_the_next_slot(station: Station, service: WarningService) -> None:
    alert = service.issue(service.write("A1", level=1, lasts=20 * HOUR))
    assert service.row(alert).state is AlertState.SLOTTED
    with station.database.read() as connection:
        (one,) = announcements.of_alert(connection, alert)
    assert (one.begins_at.astimezone(COMMUNE_ZONE).hour, one.every, one.siren) == (6, None, False)


@pytest.mark.parametrize("after", [HOUR, 30 * HOUR])
@pytest.mark.long
def test_who_heard_a_level_one_alert_hears_in_the_next_slot_that_it_is_over(
    station: Station, service: WarningService, after: timedelta
) -> None:
    alert = service.issue(service.write("A1", level=1, lasts=72 * HOUR))
    station.run_for(after)
    was_read = service.row(alert).state is AlertState.SPOKEN
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    station.run_for(HOUR)
    with station.database.read() as connection:
        said = announcements.of_alert(connection, alert)
    endings = [one for one in said if one.kind is SpokenKind.ENDING]
    assert was_read is (after > 24 * HOUR)
    assert [one.bulletin_class for one in endings] == ([BulletinClass.NORMAL] if was_read else [])
    for one in endings:
        assert one.begins_at.astimezone(COMMUNE_ZONE).time() in SLOTS
        assert timedelta() < one.begins_at - station.clock.now() < 24 * HOUR
    while station.work():
        pass
    with station.database.read() as connection:
        planned = bulletins.programmes_in(connection, ProgrammeState.APPROVED)
    assert [one.next_start(station.clock.now()) for one in planned] == [one.begins_at for one in endings]


def test_what_is_urgent_gets_its_recording_afterwards_and_stays_the_same_occurrence(
    station: Station, service: WarningService
) -> None:
    service.issue(service.write("A1", lasts=HOUR))
    before = station.urgent("thon-1")
    assert station.work()
    assert not station.work()
    after = station.urgent("thon-1")
    assert before is not None
    assert after is not None
    assert after.serial > before.serial
    assert [one.occurrence.id for one in after.sounds] == [one.occurrence.id for one in before.sounds]
    assert all(one.occurrence.sounds for one in after.sounds)
    assert not any(one.occurrence.sounds for one in before.sounds)


def test_a_confirmed_alert_is_planned_as_a_priority_broadcast_that_a_cancel_takes_off(
    station: Station, service: WarningService
) -> None:
    alert = service.issue(service.write("A1", level=2, areas=(around(1, 2),)))
    station.decisions.release(alert, BINH)
    while station.work():
        pass
    with station.database.read() as connection:
        (programme,) = bulletins.programmes_in(connection, ProgrammeState.APPROVED)
        bulletin = bulletins.find(connection, programme.bulletin)
    assert programme.areas == ("thon-1", "thon-2")
    assert programme.next_start(NOW) == NOW + timedelta(seconds=20)
    assert bulletin is not None
    assert bulletin.bulletin_class is BulletinClass.PRIORITY
    assert "hai giờ" in bulletin.spoken
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    while station.work():
        pass
    with station.database.read() as connection:
        assert bulletins.find_programme(connection, programme.id).state is ProgrammeState.WITHDRAWN  # type: ignore[union-attr]


def test_what_was_over_long_ago_is_forgotten_in_the_night_and_what_stands_is_kept(
    station: Station, service: WarningService
) -> None:
    old = service.issue(service.write("A1", lasts=HOUR))
    station.run_for(2 * HOUR)
    waiting = service.hand_in(write_alert(service.write("B1", lasts=30 * 365 * 24 * HOUR)))
    forgetting = Forgetting(station.database, station.clock, months=1)
    station.clock.advance_to(station.clock.now() + timedelta(days=32))
    with station.database.read() as connection:
        assert service.row(old).state is AlertState.ENDED and announcements.of_alert(connection, old)
    forgetting.tend()
    with station.database.read() as connection:
        assert alerts.find(connection, old) is None
        assert alerts.story(connection, old) == () == announcements.of_alert(connection, old)
    assert service.row(waiting).state is AlertState.WAITING
    forgetting.tend()


@pytest.mark.parametrize(("hour", "day"), [(2, 23), (3, 24), (22, 24)])
def test_the_night_comes_once_a_day(hour: int, day: int) -> None:
    now = datetime(2026, 11, 23, hour, 0, tzinfo=COMMUNE_ZONE)
    assert next_night(now) == datetime(2026, 11, day, 3, 0, tzinfo=COMMUNE_ZONE)

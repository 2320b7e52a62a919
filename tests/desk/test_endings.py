"""What is counted is what the rows say, whatever happened in which order: receipts come late, loudspeakers move."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete, insert, select, update

from controller.store import areas, endings, fleet, reports, told_by_devices
from controller.store.areas import Area, AreaKind
from controller.store.counting import counting
from controller.store.database import Connection, Database
from controller.store.fleet import Device
from controller.store.reports import Figure, Slice
from controller.store.tables import (
    accounts,
    area_months,
    bulletins,
    devices,
    facts,
    occurrences,
    programmes,
    receipts,
    recordings,
    uncounted,
)
from controller.store.tables import endings as kept
from devices.protocol.messages import Receipt, ReceiptId
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import COMMUNE_ZONE, Timespan

START = datetime(2026, 9, 20, 0, 0, tzinfo=COMMUNE_ZONE)
NOW = START + timedelta(days=50)
PLACES = tuple(AreaId(f"thon-{number}") for number in range(4))
HORNS = tuple(DeviceId(f"loa-{number}") for number in range(7))
SPANS = (
    Timespan(datetime(2026, 9, 1, tzinfo=COMMUNE_ZONE), datetime(2026, 10, 1, tzinfo=COMMUNE_ZONE)),
    Timespan(datetime(2026, 1, 1, tzinfo=COMMUNE_ZONE), NOW),
)


def settle(connection: Connection) -> None:
    connection.execute(
        insert(accounts).values(id="hoa", username="hoa", name="", password="", roles=[], created_at=START)
    )
    sound = {"sha256": "s", "seconds": 1.0, "size": 1, "media_type": "", "voice": "", "waveform": [], "kept_at": START}
    connection.execute(insert(recordings).values(sound))
    for place in PLACES:
        areas.add(connection, Area(place, None, AreaKind.VILLAGE, place))
    for number, horn in enumerate(HORNS):
        fleet.add(connection, Device(horn, PLACES[number % 4], "", "", 1), horn, START)
    for name in ("p-1", "p-2", "p-3"):
        said = {"title": f"Tin {name}", "text": "", "spoken": "", "bulletin_class": "normal", "region": ""}
        said |= {"recording": "s", "author": "hoa", "written_at": START}
        connection.execute(insert(bulletins).values(id=name, **said))
        rule = {"areas": [], "recurrence": {}, "volume": 80, "state": "approved", "reason": ""}
        connection.execute(insert(programmes).values(id=name, bulletin=name, author="hoa", written_at=START, **rule))


class History:
    """Things happen by chance, each through the function that does it at work."""

    def __init__(self, database: Database, chance: Random) -> None:
        self.database, self.chance = database, chance
        self.known: list[OccurrenceId] = []
        self.waiting: list[tuple[OccurrenceId, DeviceId]] = []

    def happen(self) -> None:
        acts = (self.plan, self.plan, self.end, self.end, self.end, self.move, self.take_back)
        with self.database.write() as connection:
            self.chance.choice(acts)(connection)
        if self.chance.random() < 0.1:
            self.count()

    def plan(self, connection: Connection) -> None:
        name = OccurrenceId(f"o-{self.chance.getrandbits(40)}")
        programme = self.chance.choice(("p-1", "p-2", "p-3"))
        title = f"Tin {programme}" if self.chance.random() < 0.8 else "Tin khác"
        start = START + timedelta(hours=self.chance.randrange(60 * 24))  # some of them have not begun
        if self.chance.random() < 0.1:
            start = NOW  # and some only now: the next moment counts them
        row = {"title": title, "bulletin_class": self.chance.choice(("normal", "priority")), "seconds": 60.0}
        connection.execute(
            insert(occurrences).values(id=name, programme=programme, start=start, planned_at=START, **row)
        )
        for horn in self.chance.sample(HORNS, self.chance.randrange(1, 7)):
            why = self.chance.choice(("", "offline"))
            connection.execute(insert(facts).values(occurrence=name, device=horn, planned_at=START, not_ready=why))
            self.waiting.append((name, horn))
        self.known.append(name)

    def end(self, connection: Connection) -> None:
        for _ in range(min(3, len(self.waiting))):
            occurrence, horn = self.waiting.pop(self.chance.randrange(len(self.waiting)))
            outcome = self.chance.choice(list(Outcome))
            receipt = Receipt(
                id=ReceiptId(f"{occurrence}-{horn}"),
                device=horn,
                sequence=1,
                occurrence=occurrence,
                programme=ProgrammeId("p-1"),
                outcome=outcome,
                reason="" if outcome is Outcome.PLAYED else self.chance.choice(("busy", "stronger-sound")),
                started_at=None if outcome is Outcome.MISSED else START,
                ended_at=None if outcome is Outcome.MISSED else START,
                seconds=0.0 if outcome is Outcome.MISSED else float(self.chance.randrange(1, 60)),
                planned_seconds=60.0,
            )
            told_by_devices.keep_receipt(connection, receipt, b"", NOW)

    def move(self, connection: Connection) -> None:
        (horn,) = fleet.some(connection, [self.chance.choice(HORNS)])
        fleet.change(connection, replace(horn, area=self.chance.choice(PLACES)))

    def take_back(self, connection: Connection) -> None:
        """As when the clock was set back, and what seemed to have begun is not planned any more."""
        if self.known and self.chance.random() < 0.3:
            gone = self.known.pop(self.chance.randrange(len(self.known)))
            self.waiting = [one for one in self.waiting if one[0] != gone]
            endings.forget(connection, [gone])
            connection.execute(delete(facts).where(facts.c.occurrence == gone))
            connection.execute(delete(occurrences).where(occurrences.c.id == gone))

    def count(self) -> None:
        reports.catch_up(self.database, NOW)


def reckoned(connection: Connection, span: Timespan, inside: frozenset[AreaId] | None) -> dict[tuple[str, ...], Figure]:
    """From the rows, one by one, without what was counted: the whole, each area, each reason."""
    joined = facts.join(occurrences).join(devices).outerjoin(receipts, receipts.c.id == facts.c.receipt)
    asked = select(
        occurrences.c.id, occurrences.c.title, occurrences.c.seconds, devices.c.area, facts.c.not_ready,
        receipts.c.outcome, receipts.c.reason, receipts.c.seconds.label("sounded"),
    ).select_from(joined)  # fmt: skip
    began = (occurrences.c.start >= span.start) & (occurrences.c.start < span.end)
    by: dict[tuple[str, ...], list[object]] = defaultdict(list)
    for row in connection.execute(asked.where(began)):
        if inside is None or row.area in inside:
            why = row.reason if row.outcome else row.not_ready or endings.NO_RECEIPT
            for name in [("all",), ("area", row.area), *([] if row.outcome == "played" else [("reason", why)])]:
                by[name].append(row)
    return {name: _figure(name, rows) for name, rows in by.items()}


def _figure(name: tuple[str, ...], rows: list[object]) -> Figure:
    longest: dict[str, float] = {}
    said, seconds = {}, {}
    ends = Counter[str]()
    for row in rows:
        one, title, planned, _, _, outcome, _, sounded = row  # type: ignore[misc]
        longest[one] = max(longest.get(one, 0.0), sounded or 0.0)
        said[one], seconds[one] = title, planned
        ends["cut" if outcome in ("interrupted", "cancelled") else outcome or "silent"] += 1
    if name[0] == "reason":
        counted = (ends["played"], ends["cut"], ends["missed"], ends["silent"])
        return Figure(Slice.REASON, name[1:], 0, 0, 0, 0.0, 0.0, len(rows), *counted, 0)
    aired = [one for one, length in longest.items() if length > 0]
    return Figure(
        Slice(name[0]), name[1:], len({said[one] for one in aired}), len(longest), len(aired), sum(seconds.values()),
        sum(longest.values()), len(rows), ends["played"], ends["cut"], ends["missed"], ends["silent"], 0,
    )  # fmt: skip


def told(connection: Connection, span: Timespan, inside: frozenset[AreaId] | None) -> dict[tuple[str, ...], Figure]:
    found = reports.figures(connection, span, inside)
    return {(one.by.value, *one.names): one for one in found if one.by in (Slice.ALL, Slice.AREA, Slice.REASON)}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long), pytest.param(3, marks=pytest.mark.long)])
def test_whatever_happened_in_which_order_what_was_counted_is_what_the_rows_say(database: Database, seed: int) -> None:
    chance = Random(seed)
    with database.write() as connection:
        settle(connection)
    history = History(database, chance)
    for _ in range(3):
        for _ in range(40):
            history.happen()
        history.count()
        with database.read() as connection:
            assert not endings.is_behind(connection, NOW)
            for span in SPANS:
                for inside in (None, frozenset(PLACES[:2]), frozenset(PLACES[3:])):
                    assert told(connection, span, inside) == reckoned(connection, span, inside)
    before = contents(database)
    assert all(before)
    with database.write() as connection:
        for table in (kept, area_months, uncounted):
            connection.execute(delete(table))
        connection.execute(update(occurrences).values(counted=False))
    history.count()
    assert contents(database) == before, "counted from nothing it is the same"


def contents(database: Database) -> list[list[tuple[object, ...]]]:
    with database.read() as connection:
        return [sorted(map(tuple, connection.execute(select(table)))) for table in (kept, area_months)]


def test_a_late_receipt_is_counted_again_with_its_own_area_only(database: Database) -> None:
    with database.write() as connection:
        settle(connection)
    history = History(database, Random(7))
    with database.write() as connection:
        for _ in range(9):
            history.plan(connection)
    history.count()
    with counting(database) as nothing:
        history.count()
    assert not any("UPDATE" in said for said in nothing.said), "nothing has changed"
    with database.write() as connection:
        history.end(connection)
        named = len(connection.execute(select(uncounted)).all())
    assert named == 0, "named when the transaction ends"
    with database.read() as connection:
        assert 1 <= len(connection.execute(select(uncounted)).all()) <= 3

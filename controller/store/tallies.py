"""How many loudspeakers stand at which fact of a broadcast, in each area: counted once for each time that facts change.

Whoever changes facts says so here, and with the same transaction a number beside the broadcast grows. What was counted
is kept in memory together with that number: as long as the row still has it, it is what the rows would say.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, func, select, update

from controller.store import endings
from controller.store.tables import devices, facts, occurrences, receipts
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId
from schedules.programme import AreaId

KEPT, CHANGES = "loa_tallies", "loa_changes_of_facts"
_MOST = 1000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """So many loudspeakers are planned for, ready, have played, have not although they should, were heard."""

    planned: int = 0
    ready: int = 0
    played: int = 0
    failed: int = 0
    heard: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.planned + other.planned,
            self.ready + other.ready,
            self.played + other.played,
            self.failed + other.failed,
            self.heard + other.heard,
        )


ByArea: TypeAlias = Mapping[AreaId, Tally]


class Tallies:
    """What was counted, by broadcast; the longest unused is forgotten. For any thread: each step of it is atomic."""

    def __init__(self) -> None:
        self._kept: OrderedDict[OccurrenceId, tuple[int, ByArea]] = OrderedDict()

    def find(self, occurrence: OccurrenceId, touched: int) -> ByArea | None:
        known = self._kept.get(occurrence)
        return known[1] if known is not None and known[0] == touched else None

    def keep(self, occurrence: OccurrenceId, touched: int, counted: ByArea) -> None:
        self._kept[occurrence] = touched, counted
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)


_TOUCHED = select(occurrences.c.id, occurrences.c.touched).where(
    occurrences.c.id.in_(bindparam("wanted", expanding=True))
)
_COUNTED = (
    select(
        facts.c.occurrence,
        devices.c.area,
        func.count().label("planned"),
        func.count(facts.c.ready_at).label("ready"),
        func.sum(case((receipts.c.outcome == Outcome.PLAYED.value, 1), else_=0)).label("played"),
        func.count(facts.c.receipt).label("receipts"),
        func.count(facts.c.heard_at).label("heard"),
    )
    .join(devices, devices.c.id == facts.c.device)
    .outerjoin(receipts, receipts.c.id == facts.c.receipt)
    .where(facts.c.occurrence.in_(bindparam("wanted", expanding=True)))
    .group_by(facts.c.occurrence, devices.c.area)
)


def by_area(connection: Connection, wanted: Collection[OccurrenceId]) -> dict[OccurrenceId, ByArea]:
    """For each of these broadcasts, the areas in which a loudspeaker stands that it is planned for."""
    kept: Tallies | None = connection.get_execution_options().get(KEPT)
    touched = {OccurrenceId(row.id): row.touched for row in _in_turns(connection, _TOUCHED, wanted)}
    found: dict[OccurrenceId, ByArea] = {}
    for one, number in touched.items():
        if kept is not None and (known := kept.find(one, number)) is not None:
            found[one] = known
    missing = touched.keys() - found.keys()
    counted: dict[OccurrenceId, dict[AreaId, Tally]] = {one: {} for one in missing}
    for row in _in_turns(connection, _COUNTED, missing):
        played = int(row.played or 0)
        tally = Tally(row.planned, row.ready, played, row.receipts - played, row.heard)
        counted[OccurrenceId(row.occurrence)][AreaId(row.area)] = tally
    for one, areas in counted.items():
        found[one] = areas
        if kept is not None:
            kept.keep(one, touched[one], areas)
    return found


def total(areas: ByArea) -> Tally:
    return sum(areas.values(), Tally())


@dataclass(slots=True)
class Changes:
    """Of which broadcasts facts were changed in one transaction: these, all that a device is planned for, and all that
    begin after a moment; and who `ended` which."""

    occurrences: set[OccurrenceId] = field(default_factory=set)
    devices: set[DeviceId] = field(default_factory=set)
    ended: set[tuple[OccurrenceId, DeviceId]] = field(default_factory=set)
    after: datetime | None = None


def changed(
    connection: Connection,
    these: Collection[OccurrenceId] = (),
    device: DeviceId | None = None,
    after: datetime | None = None,
) -> None:
    """Facts of these have changed; it is written down once, when the transaction ends."""
    changes: Changes = connection.get_execution_options()[CHANGES]
    changes.occurrences |= set(these)
    if device is not None:
        changes.devices.add(device)
    if after is not None:
        changes.after = after if changes.after is None else min(after, changes.after)


def ended(connection: Connection, occurrence: OccurrenceId, device: DeviceId) -> None:
    """This loudspeaker has said what became of it."""
    changes: Changes = connection.get_execution_options()[CHANGES]
    changes.occurrences.add(occurrence)
    changes.ended.add((occurrence, device))


def note_changes(connection: Connection) -> None:
    """At the end of a transaction."""
    changes: Changes = connection.get_execution_options()[CHANGES]
    named = list(changes.occurrences)
    which: list[ColumnElement[bool]] = [
        occurrences.c.id.in_(named[start : start + _AT_ONCE]) for start in range(0, len(named), _AT_ONCE)
    ]
    if changes.devices:
        planned = select(facts.c.device).where(facts.c.occurrence == occurrences.c.id)
        which.append(planned.where(facts.c.device.in_(changes.devices)).exists())
    if changes.after is not None:
        which.append(occurrences.c.start > changes.after)
    for condition in which:
        connection.execute(update(occurrences).where(condition).values(touched=occurrences.c.touched + 1))
    endings.note_ends(connection, sorted(changes.ended))


def untouched() -> int:
    """Where the count of a new row begins: anywhere, so that what is withdrawn and planned again is not taken for what
    it was."""
    return secrets.randbits(60)


def _in_turns(connection: Connection, question: Select[Any], wanted: Collection[OccurrenceId]) -> Iterator[Row[Any]]:
    """A few hundred at a time, as many as a statement can name."""
    everything = list(wanted)
    for start in range(0, len(everything), _AT_ONCE):
        yield from connection.execute(question, {"wanted": everything[start : start + _AT_ONCE]})

"""Plans as published, occurrences, and the four facts per occurrence and loudspeaker: planned, ready, played, heard."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, select, update

from controller.store import endings, tallies
from controller.store.tables import bulletins, device_states, devices, facts, occurrences, plans, programmes, receipts
from controller.store.tallies import Tally
from devices.protocol.messages import PlanDigest
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import Occurrence, OccurrenceId
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import Timespan

NOT_ASKED = "plan-not-held"


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    area: AreaId
    serial: int
    digest: PlanDigest
    until: datetime


_PLANS = select(plans)


def published(connection: Connection) -> dict[AreaId, PublishedPlan]:
    return {
        AreaId(row.area): PublishedPlan(AreaId(row.area), row.serial, PlanDigest(row.digest), row.until)
        for row in connection.execute(_PLANS)
    }


def publish(connection: Connection, plan: PublishedPlan, ids: Iterable[OccurrenceId], issued_at: datetime) -> None:
    connection.execute(delete(plans).where(plans.c.area == plan.area))
    connection.execute(
        plans.insert().values(
            area=plan.area,
            serial=plan.serial,
            digest=plan.digest,
            issued_at=issued_at,
            until=plan.until,
            occurrences=list(ids),
        )
    )


def keep_planned(
    connection: Connection, planned: Mapping[OccurrenceId, tuple[Occurrence, frozenset[DeviceId]]], now: datetime
) -> None:
    """Makes the future rows say exactly `planned`; what has begun is history and stays as it is."""
    standing = _future_facts(connection, now)
    endings.forget(connection, standing.keys() - planned.keys())
    for gone in standing.keys() - planned.keys():
        connection.execute(delete(facts).where(facts.c.occurrence == gone))
        connection.execute(delete(occurrences).where(occurrences.c.id == gone))
    known = _known(connection, planned.keys())
    changed: set[OccurrenceId] = set()
    for occurrence, addressed in planned.values():
        said = _said(occurrence)
        if occurrence.id not in known:
            new = {"id": occurrence.id, "planned_at": now, "touched": tallies.untouched()}
            connection.execute(occurrences.insert().values(**new, **said))
        elif occurrence.start <= now:
            continue
        elif known[occurrence.id] != said:
            _rewrite(connection, occurrence.id, said)
            changed.add(occurrence.id)
        if _address(connection, occurrence.id, standing.get(occurrence.id, frozenset()), addressed, now):
            changed.add(occurrence.id)
    tallies.changed(connection, changed)


def _address(
    connection: Connection,
    occurrence: OccurrenceId,
    before: frozenset[DeviceId],
    after: frozenset[DeviceId],
    now: datetime,
) -> bool:
    """It is planned for these loudspeakers and no others; False where it was already."""
    if lost := before - after:
        connection.execute(delete(facts).where(facts.c.occurrence == occurrence, facts.c.device.in_(lost)))
    if new := [_planned_fact(occurrence, device, now) for device in sorted(after - before)]:
        connection.execute(facts.insert(), new)
    return bool(lost or new)


def _planned_fact(occurrence: OccurrenceId, device: DeviceId, now: datetime) -> dict[str, object]:
    return {"occurrence": occurrence, "device": device, "planned_at": now, "not_ready": NOT_ASKED}


def _future_facts(connection: Connection, now: datetime) -> dict[OccurrenceId, frozenset[DeviceId]]:
    future = select(occurrences.c.id, facts.c.device).outerjoin(facts).where(occurrences.c.start > now)
    found: dict[OccurrenceId, set[DeviceId]] = {}
    for row in connection.execute(future):
        addressed = found.setdefault(OccurrenceId(row.id), set())
        if row.device is not None:
            addressed.add(DeviceId(row.device))
    return {occurrence: frozenset(addressed) for occurrence, addressed in found.items()}


def _known(connection: Connection, ids: Collection[OccurrenceId]) -> dict[OccurrenceId, dict[str, object]]:
    rows = connection.execute(select(occurrences).where(occurrences.c.id.in_(ids)))
    return {OccurrenceId(row.id): {name: getattr(row, name) for name in _SAID} for row in rows}


def _rewrite(connection: Connection, occurrence: OccurrenceId, said: dict[str, object]) -> None:
    """Nobody is ready for what has just become another broadcast, and nobody has looked after it yet."""
    endings.forget(connection, [occurrence])
    connection.execute(update(occurrences).where(occurrences.c.id == occurrence).values(checked_at=None, **said))
    connection.execute(update(facts).where(facts.c.occurrence == occurrence).values(ready_at=None, not_ready=NOT_ASKED))


_SAID = ("programme", "title", "bulletin_class", "start", "seconds", "last_end")


def _said(occurrence: Occurrence) -> dict[str, object]:
    """What its row says of it. A change of its day may give it another start or title, never another id."""
    said = {name: getattr(occurrence, name) for name in _SAID}
    return said | {"bulletin_class": occurrence.bulletin_class.value}


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One occurrence and how many loudspeakers stand at each of the four facts. After `last_end` none sounds it.

    `language` is that of its programme's bulletin; empty where something else is heard.
    """

    id: OccurrenceId
    programme: ProgrammeId
    title: str
    bulletin_class: BulletinClass
    start: datetime
    seconds: float
    last_end: datetime
    planned: int
    ready: int
    played: int
    failed: int
    heard: int
    language: str


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """The four facts of one loudspeaker for one occurrence; empty where nothing is known.

    `voice` is who was heard, as recordings name it; several are parted by commas.
    `online` and `seen_at` say whether it is there at this moment, and when it was last heard of.
    """

    device: DeviceId
    name: str
    area: AreaId
    planned_at: datetime
    ready_at: datetime | None
    not_ready: str
    outcome: Outcome | None
    reason: str
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    sounds: tuple[str, ...]
    voice: str
    heard_at: datetime | None
    online: bool
    seen_at: datetime | None


def broadcasts(connection: Connection, span: Timespan) -> tuple[Broadcast, ...]:
    return _broadcasts(connection, and_(occurrences.c.start >= span.start, occurrences.c.start < span.end))


def first(connection: Connection, span: Timespan, most: int) -> tuple[Broadcast, ...]:
    """The first of what begins in `span`."""
    return _broadcasts(connection, and_(occurrences.c.start >= span.start, occurrences.c.start < span.end), most)


def broadcasts_of(connection: Connection, programme: ProgrammeId) -> tuple[Broadcast, ...]:
    return _broadcasts(connection, occurrences.c.programme == programme)


def broadcast(connection: Connection, occurrence: OccurrenceId) -> Broadcast | None:
    return next(iter(_broadcasts(connection, occurrences.c.id == occurrence)), None)


def _broadcasts(connection: Connection, which: ColumnElement[bool], most: int | None = None) -> tuple[Broadcast, ...]:
    # What is heard instead on a single day has another title.
    its_bulletin = and_(bulletins.c.id == programmes.c.bulletin, bulletins.c.title == occurrences.c.title)
    question = (
        select(occurrences, bulletins.c.language)
        .outerjoin(programmes, programmes.c.id == occurrences.c.programme)
        .outerjoin(bulletins, its_bulletin)
        .where(which)
        .order_by(occurrences.c.start, occurrences.c.id)
        .limit(most)
    )
    rows = connection.execute(question).all()
    counted = tallies.by_area(connection, [OccurrenceId(row.id) for row in rows])
    return tuple(_broadcast(row, tallies.total(counted[OccurrenceId(row.id)])) for row in rows)


def _broadcast(row: Row[Any], tally: Tally) -> Broadcast:
    return Broadcast(
        OccurrenceId(row.id),
        ProgrammeId(row.programme),
        row.title,
        BulletinClass(row.bulletin_class),
        row.start,
        row.seconds,
        row.last_end or row.start + timedelta(seconds=row.seconds),
        tally.planned,
        tally.ready,
        tally.played,
        tally.failed,
        tally.heard,
        row.language or "",
    )


def device_facts(
    connection: Connection, occurrence: OccurrenceId, first: int = 0, most: int | None = None
) -> tuple[DeviceFacts, ...]:
    """By area and device; of `most` from the `first` on (0 is the first), those that failed come first, then those that
    are not ready."""
    worst = case((receipts.c.outcome != Outcome.PLAYED.value, 0), (facts.c.ready_at.is_(None), 1), else_=2)
    question = (
        select(facts, devices.c.name, devices.c.area, receipts.c.outcome, receipts.c.reason, receipts.c.started_at)
        .add_columns(receipts.c.ended_at, receipts.c.seconds, receipts.c.sounds, receipts.c.voice)
        .add_columns(device_states.c.online, device_states.c.seen_at)
        .join(devices, devices.c.id == facts.c.device)
        .outerjoin(device_states, device_states.c.device == facts.c.device)
        .outerjoin(receipts, receipts.c.id == facts.c.receipt)
        .where(facts.c.occurrence == occurrence)
        .order_by(*(() if most is None else (worst,)), devices.c.area, facts.c.device)
        .offset(first)
        .limit(most)
    )
    return tuple(
        DeviceFacts(
            DeviceId(row.device),
            row.name,
            AreaId(row.area),
            row.planned_at,
            row.ready_at,
            row.not_ready,
            None if row.outcome is None else Outcome(row.outcome),
            row.reason or "",
            row.started_at,
            row.ended_at,
            row.seconds,
            tuple(row.sounds or ()),
            row.voice or "",
            row.heard_at,
            bool(row.online),
            row.seen_at,
        )
        for row in connection.execute(question)
    )


def without_receipt(
    connection: Connection, occurrence: OccurrenceId, these: Collection[DeviceId]
) -> frozenset[DeviceId]:
    """Of these devices, those that are planned for it and have not said what became of it."""
    asked = select(facts.c.device).where(facts.c.occurrence == occurrence, facts.c.receipt.is_(None))
    return frozenset(DeviceId(row.device) for row in connection.execute(asked.where(facts.c.device.in_(these))))

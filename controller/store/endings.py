"""How loudspeakers ended each broadcast that has begun: counted by area, and what that adds up to by month.

A report reads these counts, not the facts. Whoever changes a fact of a broadcast that was counted says so with the same
transaction, and `count_some` counts anew what is named there, and what has begun since. When nothing `is_behind`, the
counts are what the facts say. A loudspeaker that has moved takes what it has played to its new area.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from controller.store.tables import area_months, devices, endings, facts, occurrences, receipts, uncounted
from controller.store.uptime import Month, first_moment, month_after, month_of
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId
from schedules.programme import AreaId, ProgrammeId

EVERYWHERE = AreaId("")
"""Under this name stands what all areas together make."""
NO_RECEIPT = "no-receipt"
SILENT = ""
"""The outcome where there is no receipt."""
_AT_ONCE = 50

Changed = dict[OccurrenceId, set[AreaId]]
"""The areas in which a broadcast is to be counted anew."""


def forget(connection: Connection, these: Collection[OccurrenceId]) -> None:
    """What was counted of these is so no longer; before they are removed, or begin at another time."""
    counted = select(occurrences.c.id, occurrences.c.programme, occurrences.c.start)
    known = connection.execute(counted.where(occurrences.c.id.in_(these), occurrences.c.counted)).all()
    if not known:
        return
    ids = [row.id for row in known]
    connection.execute(delete(endings).where(endings.c.occurrence.in_(ids)))
    connection.execute(update(occurrences).where(occurrences.c.id.in_(ids)).values(counted=False))
    for month, programme in {(month_of(row.start), ProgrammeId(row.programme)) for row in known}:
        _add_up(connection, month, programme, None)


def is_behind(connection: Connection, now: datetime) -> bool:
    """Whether something that has begun is not counted as it is now."""
    asked = (_BEGUN.limit(1), _NAMED.limit(1))
    return any(connection.execute(one, {"now": now}).first() is not None for one in asked)


_BEGUN = select(occurrences.c.id).where(~occurrences.c.counted, occurrences.c.start < bindparam("now"))
_NAMED = (
    select(uncounted.c.occurrence)
    .join(occurrences, occurrences.c.id == uncounted.c.occurrence)
    .where(occurrences.c.start < bindparam("now"))
)


def count_some(connection: Connection, now: datetime) -> bool:
    """A few broadcasts at a time, so that nobody who writes has to wait long; False where there was nothing to do."""
    changed: Changed = defaultdict(set)
    begun = _BEGUN.order_by(occurrences.c.start).limit(_AT_ONCE)
    fresh = update(occurrences).where(occurrences.c.id.in_(begun)).values(counted=True).returning(occurrences.c.id)
    ids = [OccurrenceId(row.id) for row in connection.execute(fresh, {"now": now})]
    # Taken out first: what is named while this goes on is named again, and counted the next time.
    named = _NAMED.distinct().limit(_AT_ONCE)
    taken = delete(uncounted).where(uncounted.c.occurrence.in_(named)).returning(*uncounted.c)
    for row in connection.execute(taken, {"now": now}):
        changed[OccurrenceId(row.occurrence)].add(AreaId(row.area))
    where = select(devices.c.area).distinct().join(facts, facts.c.device == devices.c.id)
    for one in ids:
        changed[one] |= {AreaId(row[0]) for row in connection.execute(where.where(facts.c.occurrence == one))}
    for occurrence, areas in changed.items():
        _count(connection, occurrence, areas)
    said = select(occurrences.c.id, occurrences.c.programme, occurrences.c.start).where(occurrences.c.id.in_(changed))
    months: dict[tuple[Month, ProgrammeId], set[AreaId]] = defaultdict(set)
    for row in connection.execute(said):
        months[month_of(row.start), ProgrammeId(row.programme)] |= changed[OccurrenceId(row.id)]
    for (month, programme), areas in months.items():
        _add_up(connection, month, programme, areas)
    return bool(changed)


_OUTCOME = func.coalesce(receipts.c.outcome, SILENT)
_UNTOLD = func.coalesce(func.nullif(facts.c.not_ready, ""), NO_RECEIPT)
_REASON = case((facts.c.receipt.is_(None), _UNTOLD), else_=receipts.c.reason)


def from_facts() -> Select[Any]:
    """How many loudspeakers of each area ended each broadcast how, and why: the columns of `endings`."""
    by = (facts.c.occurrence, devices.c.area, _OUTCOME.label("outcome"), _REASON.label("reason"))
    numbers = (
        func.count().label("devices"),
        func.count(facts.c.heard_at).label("heard"),
        func.coalesce(func.max(receipts.c.seconds), 0.0).label("longest"),
    )
    joined = facts.join(devices, devices.c.id == facts.c.device)
    joined = joined.outerjoin(receipts, receipts.c.id == facts.c.receipt)
    return select(*by, *numbers).select_from(joined).group_by(*by)


def _count(connection: Connection, occurrence: OccurrenceId, areas: Collection[AreaId]) -> None:
    mine = endings.c.occurrence == occurrence
    connection.execute(delete(endings).where(mine, endings.c.area.in_([*areas, EVERYWHERE])))
    counted = from_facts().where(facts.c.occurrence == occurrence, devices.c.area.in_(areas))
    connection.execute(insert(endings).from_select(_ENDING, counted))
    by = (endings.c.outcome, endings.c.reason)
    together = select(
        literal(occurrence),
        literal(EVERYWHERE),
        *by,
        func.sum(endings.c.devices),
        func.sum(endings.c.heard),
        func.max(endings.c.longest),
    )
    connection.execute(insert(endings).from_select(_ENDING, together.where(mine).group_by(*by)))


_ENDING = [column.name for column in endings.c]


def per_broadcast(ends: Any, *by: ColumnElement[Any]) -> Select[Any]:
    """What the endings of each broadcast make together, or of each broadcast and area."""
    cut = ends.c.outcome.in_((Outcome.INTERRUPTED.value, Outcome.CANCELLED.value))
    return select(
        ends.c.occurrence,
        *by,
        func.max(ends.c.longest).label("longest"),
        func.sum(ends.c.devices).label("planned"),
        devices_where(ends, ends.c.outcome == Outcome.PLAYED.value).label("played"),
        devices_where(ends, cut).label("cut"),
        devices_where(ends, ends.c.outcome == Outcome.MISSED.value).label("missed"),
        devices_where(ends, ends.c.outcome == SILENT).label("silent"),
        func.sum(ends.c.heard).label("heard"),
    ).group_by(ends.c.occurrence, *by)


def devices_where(ends: Any, which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, ends.c.devices), else_=0))


COUNTS = ("planned", "played", "cut", "missed", "silent", "heard")


def _add_up(connection: Connection, month: Month, programme: ProgrammeId, areas: Collection[AreaId] | None) -> None:
    """What a programme amounted to in a month in these areas, or in all."""
    mine = (area_months.c.month == month) & (area_months.c.programme == programme)
    told = (endings.c.area != EVERYWHERE) & occurrences.c.counted & (occurrences.c.programme == programme)
    told &= (occurrences.c.start >= first_moment(month)) & (occurrences.c.start < first_moment(month_after(month)))
    if areas is not None:
        mine &= area_months.c.area.in_(areas)
        told &= endings.c.area.in_(areas)
    connection.execute(delete(area_months).where(mine))
    joined = endings.join(occurrences, occurrences.c.id == endings.c.occurrence)
    place = per_broadcast(endings, endings.c.area).select_from(joined).where(told).subquery()
    by = (occurrences.c.title, occurrences.c.bulletin_class)
    summed = (
        select(
            literal(month),
            place.c.area,
            literal(programme),
            *by,
            func.count(),
            func.count(case((place.c.longest > 0, 1))),
            func.sum(occurrences.c.seconds),
            func.sum(place.c.longest),
            *(func.sum(place.c[name]) for name in COUNTS),
        )
        .join_from(place, occurrences, occurrences.c.id == place.c.occurrence)
        .group_by(place.c.area, *by)
    )
    connection.execute(insert(area_months).from_select([column.name for column in area_months.c], summed))


def note_ends(connection: Connection, ended: Iterable[tuple[OccurrenceId, DeviceId]]) -> None:
    """These loudspeakers ended these broadcasts otherwise than was counted."""
    said = [{"of": occurrence, "at": device} for occurrence, device in ended]
    if said:
        at = (facts.c.occurrence == bindparam("of")) & (facts.c.device == bindparam("at"))
        found = select(facts.c.occurrence, devices.c.area).join(devices, devices.c.id == facts.c.device).where(at)
        _name(connection, found, said)


def note_move(connection: Connection, device: DeviceId, between: Collection[AreaId]) -> None:
    """What `device` has played counts in another of these areas from now on."""
    there = select(literal(1)).where(facts.c.occurrence == occurrences.c.id, facts.c.device == device)
    found = select(occurrences.c.id, bindparam("area", type_=uncounted.c.area.type)).where(
        occurrences.c.counted, there.exists()
    )
    _name(connection, found, [{"area": area} for area in between])


def _name(connection: Connection, found: Select[Any], said: list[dict[str, str]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    named = dialect.insert(uncounted).from_select(["occurrence", "area"], found).on_conflict_do_nothing()
    connection.execute(named, said)

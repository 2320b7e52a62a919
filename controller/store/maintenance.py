"""When people said beforehand that something would not be there, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from controller.store.people import AccountId
from controller.store.tables import maintenance
from controller.store.troubles import Subject, SubjectKind
from schedules.timespan import Timespan

MaintenanceId = NewType("MaintenanceId", int)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Of a camera, or of all cameras on a node or in an area."""

    id: MaintenanceId
    subject: Subject
    span: Timespan
    why: str
    by: AccountId


def add(connection: Connection, one: Maintenance, now: datetime) -> MaintenanceId:
    """Its `id` is that which is returned."""
    row: dict[str, object] = {
        "begun": False,
        "over": False,
        "subject_kind": one.subject.kind.value,
        "subject": one.subject.id,
        "why": one.why,
        "by": one.by,
    }
    span = {"start": one.span.start, "end": one.span.end, "added_at": now}
    made = connection.execute(insert(maintenance).values(row | span)).inserted_primary_key
    assert made is not None
    return MaintenanceId(made[0])


def end(connection: Connection, one: MaintenanceId, now: datetime) -> bool:
    """What has not begun does not take place, and what lasts is over; False where there is no such thing."""
    there = (maintenance.c.id == one) & maintenance.c.removed_at.is_(None) & (maintenance.c.end > now)
    never = update(maintenance).where(there, maintenance.c.start >= now).values(removed_at=now)
    sooner = update(maintenance).where(there, maintenance.c.start < now).values(end=now)
    return connection.execute(never).rowcount + connection.execute(sooner).rowcount == 1


def within(connection: Connection, span: Timespan) -> tuple[Maintenance, ...]:
    """All that touches `span`, soonest first."""
    return _where(connection, (maintenance.c.end >= span.start) & (maintenance.c.start < span.end))


def beginning(connection: Connection, now: datetime) -> tuple[Maintenance, ...]:
    """What has begun since this was asked last; it is said once."""
    found = _where(connection, maintenance.c.begun.is_(False) & (maintenance.c.start <= now))
    if found:
        connection.execute(update(maintenance).where(_among(found)).values(begun=True))
    return found


def ending(connection: Connection, now: datetime) -> tuple[Maintenance, ...]:
    """What is over since this was asked last; it is said once."""
    found = _where(connection, maintenance.c.begun & maintenance.c.over.is_(False) & (maintenance.c.end <= now))
    if found:
        connection.execute(update(maintenance).where(_among(found)).values(over=True))
    return found


def lasting(connection: Connection) -> tuple[Maintenance, ...]:
    """What has begun and is not over, as far as that was said."""
    return _where(connection, maintenance.c.begun & maintenance.c.over.is_(False))


def next_turn(connection: Connection, now: datetime) -> datetime | None:
    """The first moment after now at which something begins or ends."""
    there = maintenance.c.removed_at.is_(None)
    moments = [
        connection.scalar(select(func.min(column)).where(there, column > now))
        for column in (maintenance.c.start, maintenance.c.end)
    ]
    return min((one for one in moments if one is not None), default=None)


def _among(found: Iterable[Maintenance]) -> ColumnElement[bool]:
    return maintenance.c.id.in_([one.id for one in found])


def _where(connection: Connection, which: ColumnElement[bool]) -> tuple[Maintenance, ...]:
    asked = select(maintenance).where(which, maintenance.c.removed_at.is_(None)).order_by(maintenance.c.start)
    return tuple(
        Maintenance(
            MaintenanceId(row.id),
            Subject(SubjectKind(row.subject_kind), row.subject),
            Timespan(row.start, row.end),
            row.why,
            AccountId(row.by),
        )
        for row in connection.execute(asked)
    )

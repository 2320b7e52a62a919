"""What one loudspeaker is planned for, and what became of it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from controller.store.tables import facts, occurrences, receipts
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId
from schedules.priority import BulletinClass


@dataclass(frozen=True, slots=True)
class DeviceBroadcast:
    """`ready` before its time; `outcome` and `reason` as the receipt says, without one both are empty."""

    id: OccurrenceId
    title: str
    bulletin_class: BulletinClass
    start: datetime
    seconds: float
    ready: bool
    not_ready: str
    outcome: Outcome | None
    reason: str
    played_seconds: float


_ALL = (
    select(occurrences, facts.c.ready_at, facts.c.not_ready, receipts.c.outcome, receipts.c.reason)
    .add_columns(receipts.c.seconds.label("played"))
    .join(facts, facts.c.occurrence == occurrences.c.id)
    .outerjoin(receipts, receipts.c.id == facts.c.receipt)
)


def coming(connection: Connection, device: DeviceId, now: datetime, most: int) -> tuple[DeviceBroadcast, ...]:
    """What begins after `now`, in order of time."""
    asked = _ALL.where(facts.c.device == device, occurrences.c.start > now).order_by(occurrences.c.start)
    return tuple(map(_broadcast, connection.execute(asked.limit(most))))


def past(connection: Connection, device: DeviceId, now: datetime, most: int) -> tuple[DeviceBroadcast, ...]:
    """What began until `now`, the latest first."""
    asked = _ALL.where(facts.c.device == device, occurrences.c.start <= now).order_by(occurrences.c.start.desc())
    return tuple(map(_broadcast, connection.execute(asked.limit(most))))


def _broadcast(row: Row[tuple[object, ...]]) -> DeviceBroadcast:
    return DeviceBroadcast(
        OccurrenceId(row.id),
        row.title,
        BulletinClass(row.bulletin_class),
        row.start,
        row.seconds,
        row.ready_at is not None,
        row.not_ready,
        None if row.outcome is None else Outcome(row.outcome),
        row.reason or "",
        row.played or 0.0,
    )

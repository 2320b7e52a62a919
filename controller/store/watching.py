"""What whoever looks out for trouble asks of all devices at once: who is not ready, who is away, who owes an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, tuple_, update

from controller.store.tables import device_states, devices, facts, occurrences, receipts
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId
from schedules.programme import AreaId
from schedules.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Coming:
    """A broadcast that is not long over, and when it was last looked who is not ready for it."""

    id: OccurrenceId
    start: datetime
    last_end: datetime
    planned_at: datetime
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a device stands, whether it is there, and when it was last heard of; never where that is None."""

    device: DeviceId
    area: AreaId
    online: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lacking:
    """A broadcast for which a device is not ready, or of which it says nothing; `reason` as it was last known."""

    of: Whereabouts
    occurrence: OccurrenceId
    title: str
    start: datetime
    reason: str


_ONLINE = func.coalesce(device_states.c.online, False).label("online")
_WHEREABOUTS = (devices.c.id.label("device"), devices.c.area, _ONLINE, device_states.c.seen_at)
_AWAY = ~_ONLINE.element
_LAST = func.coalesce(device_states.c.seen_at, devices.c.enrolled_at)
_STATED = devices.outerjoin(device_states, device_states.c.device == devices.c.id)


def coming(connection: Connection, span: Timespan) -> tuple[Coming, ...]:
    """What starts before `span` ends and ends everywhere after it began, soonest first."""
    found = select(occurrences).where(occurrences.c.last_end > span.start, occurrences.c.start <= span.end)
    return tuple(
        Coming(OccurrenceId(row.id), row.start, row.last_end, row.planned_at, row.checked_at)
        for row in connection.execute(found.order_by(occurrences.c.start))
    )


def looked_after(connection: Connection, these: Iterable[OccurrenceId], now: datetime) -> None:
    connection.execute(update(occurrences).where(occurrences.c.id.in_(list(these))).values(checked_at=now))


def not_ready(connection: Connection, span: Timespan) -> tuple[Lacking, ...]:
    """Every device that is not ready for what starts within `span`, soonest first."""
    soon = (occurrences.c.start > span.start) & (occurrences.c.start <= span.end)
    return _lacking(connection, soon & facts.c.ready_at.is_(None))


def unanswered(connection: Connection, span: Timespan) -> tuple[Lacking, ...]:
    """Every device that is there and owes a receipt for what ended everywhere within `span`."""
    over = (occurrences.c.last_end > span.start) & (occurrences.c.last_end <= span.end)
    return _lacking(connection, over & facts.c.receipt.is_(None) & device_states.c.online.is_(True))


def _lacking(connection: Connection, which: ColumnElement[bool]) -> tuple[Lacking, ...]:
    found = (
        select(*_WHEREABOUTS, occurrences.c.id, occurrences.c.title, occurrences.c.start, facts.c.not_ready)
        .select_from(occurrences)
        .join(facts, facts.c.occurrence == occurrences.c.id)
        .join(devices, devices.c.id == facts.c.device)
        .outerjoin(device_states, device_states.c.device == devices.c.id)
        .where(which)
        .order_by(occurrences.c.start, devices.c.id)
    )
    return tuple(
        Lacking(_whereabouts(row), OccurrenceId(row.id), row.title, row.start, row.not_ready)
        for row in connection.execute(found)
    )


def away_since(connection: Connection, moment: datetime) -> tuple[Whereabouts, ...]:
    """Every device that is not there and was last heard of before `moment`, or joined before and was never heard."""
    return _find(connection, _AWAY & (moment > _LAST))


def next_away(connection: Connection, since: datetime) -> datetime | None:
    """The first moment from `since` on at which a device that is not there now was last heard of."""
    found: datetime | None = connection.scalar(
        select(func.min(_LAST)).select_from(_STATED).where(_AWAY, since <= _LAST)
    )
    return found


def clocks_unproven(connection: Connection) -> tuple[DeviceId, ...]:
    """Every device that is there and says that it does not know the time for sure."""
    unproven = device_states.c.message["clock_proven"].as_boolean().is_(False)
    found = select(device_states.c.device).where(device_states.c.online.is_(True), unproven)
    return tuple(DeviceId(row.device) for row in connection.execute(found))


def whereabouts(connection: Connection, these: Iterable[DeviceId]) -> tuple[Whereabouts, ...]:
    return _find(connection, devices.c.id.in_(list(these)))


def _find(connection: Connection, which: ColumnElement[bool]) -> tuple[Whereabouts, ...]:
    return tuple(map(_whereabouts, connection.execute(select(*_WHEREABOUTS).select_from(_STATED).where(which))))


def _whereabouts(row: Any) -> Whereabouts:
    return Whereabouts(DeviceId(row.device), AreaId(row.area), bool(row.online), row.seen_at)


def endings(
    connection: Connection, owed: Iterable[tuple[DeviceId, OccurrenceId]]
) -> dict[tuple[DeviceId, OccurrenceId], tuple[str, str]]:
    """What became of these broadcasts at these devices, outcome and reason, where that is known."""
    wanted = [(device, occurrence) for device, occurrence in owed]
    found = (
        select(facts.c.device, facts.c.occurrence, receipts.c.outcome, receipts.c.reason)
        .join(receipts, receipts.c.id == facts.c.receipt)
        .where(tuple_(facts.c.device, facts.c.occurrence).in_(wanted))
    )
    rows = connection.execute(found) if wanted else ()
    return {(DeviceId(row.device), OccurrenceId(row.occurrence)): (row.outcome, row.reason) for row in rows}

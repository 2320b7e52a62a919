"""What whoever looks out for trouble asks of all devices at once: who is not ready, who is away, who owes an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, tuple_, update

from controller.store.tables import device_states, devices, facts, occurrences, receipts
from controller.store.tables.columns import Moment
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
_THERE = select(*_WHEREABOUTS).select_from(_STATED)


_FROM, _UNTIL = bindparam("from", type_=Moment), bindparam("until", type_=Moment)
_COMING = (
    select(occurrences)
    .where(occurrences.c.last_end > _FROM, occurrences.c.start <= _UNTIL)
    .order_by(occurrences.c.start)
)


def coming(connection: Connection, span: Timespan) -> tuple[Coming, ...]:
    """What starts before `span` ends and ends everywhere after it began, soonest first."""
    return tuple(
        Coming(OccurrenceId(row.id), row.start, row.last_end, row.planned_at, row.checked_at)
        for row in connection.execute(_COMING, _within(span))
    )


def _within(span: Timespan) -> dict[str, datetime]:
    return {"from": span.start, "until": span.end}


def looked_after(connection: Connection, these: Iterable[OccurrenceId], now: datetime) -> None:
    connection.execute(update(occurrences).where(occurrences.c.id.in_(list(these))).values(checked_at=now))


_FACTS = (
    select(*_WHEREABOUTS, occurrences.c.id, occurrences.c.title, occurrences.c.start, facts.c.not_ready)
    .select_from(occurrences)
    .join(facts, facts.c.occurrence == occurrences.c.id)
    .join(devices, devices.c.id == facts.c.device)
    .outerjoin(device_states, device_states.c.device == devices.c.id)
    .order_by(occurrences.c.start, devices.c.id)
)
_NOT_READY = _FACTS.where(occurrences.c.start > _FROM, occurrences.c.start <= _UNTIL, facts.c.ready_at.is_(None))
_UNANSWERED = _FACTS.where(
    occurrences.c.last_end > _FROM,
    occurrences.c.last_end <= _UNTIL,
    facts.c.receipt.is_(None),
    device_states.c.online.is_(True),
)


def not_ready(connection: Connection, span: Timespan) -> tuple[Lacking, ...]:
    """Every device that is not ready for what starts within `span`, soonest first."""
    return tuple(map(_lacking, connection.execute(_NOT_READY, _within(span))))


def unanswered(connection: Connection, span: Timespan) -> tuple[Lacking, ...]:
    """Every device that is there and owes a receipt for what ended everywhere within `span`."""
    return tuple(map(_lacking, connection.execute(_UNANSWERED, _within(span))))


def _lacking(row: Any) -> Lacking:
    return Lacking(_whereabouts(row), OccurrenceId(row.id), row.title, row.start, row.not_ready)


_GONE_SINCE = _THERE.where(_AWAY, bindparam("moment", type_=Moment) > _LAST)


def away_since(connection: Connection, moment: datetime) -> tuple[Whereabouts, ...]:
    """Every device that is not there and was last heard of before `moment`, or joined before and was never heard."""
    return tuple(map(_whereabouts, connection.execute(_GONE_SINCE, {"moment": moment})))


_NEXT_AWAY = select(func.min(_LAST)).select_from(_STATED).where(_AWAY, bindparam("since", type_=Moment) <= _LAST)


def next_away(connection: Connection, since: datetime) -> datetime | None:
    """The first moment from `since` on at which a device that is not there now was last heard of."""
    found: datetime | None = connection.scalar(_NEXT_AWAY, {"since": since})
    return found


_UNPROVEN = select(device_states.c.device).where(
    device_states.c.online.is_(True), device_states.c.message["clock_proven"].as_boolean().is_(False)
)


def clocks_unproven(connection: Connection) -> tuple[DeviceId, ...]:
    """Every device that is there and says that it does not know the time for sure."""
    return tuple(DeviceId(row.device) for row in connection.execute(_UNPROVEN))


def whereabouts(connection: Connection, these: Iterable[DeviceId]) -> tuple[Whereabouts, ...]:
    return tuple(map(_whereabouts, connection.execute(_THERE.where(devices.c.id.in_(list(these))))))


def _whereabouts(row: Any) -> Whereabouts:
    return Whereabouts(DeviceId(row.device), AreaId(row.area), bool(row.online), row.seen_at)


_ENDINGS = (
    select(facts.c.device, facts.c.occurrence, receipts.c.outcome, receipts.c.reason)
    .join(receipts, receipts.c.id == facts.c.receipt)
    .where(tuple_(facts.c.device, facts.c.occurrence).in_(bindparam("wanted", expanding=True)))
)


def endings(
    connection: Connection, owed: Iterable[tuple[DeviceId, OccurrenceId]]
) -> dict[tuple[DeviceId, OccurrenceId], tuple[str, str]]:
    """What became of these broadcasts at these devices, outcome and reason, where that is known."""
    wanted = [(device, occurrence) for device, occurrence in owed]
    rows = connection.execute(_ENDINGS, {"wanted": wanted}) if wanted else ()
    return {(DeviceId(row.device), OccurrenceId(row.occurrence)): (row.outcome, row.reason) for row in rows}

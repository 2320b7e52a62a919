"""How long each camera was worth what: stretches of time, and their sums by month.

A stretch that lasts has no end. Once it has one, its length is added to its months, so that years are answered without
reading stretches; the sums can be made anew from the stretches at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NewType

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from controller.store.camera_states import Condition
from controller.store.tables import camera_months, camera_spans
from devices.protocol.messages.cameras import CameraId
from schedules.timespan import COMMUNE_ZONE

Month = NewType("Month", str)
"""As in `2026-11`, in the commune's time."""

_STRETCH = select(camera_spans.c.camera, camera_spans.c.condition, camera_spans.c.start, camera_spans.c.end)
_CONDITIONS = {condition.value: condition for condition in Condition}
_COLUMNS = {condition: condition.name.lower() for condition in Condition}
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """`end` is None while it lasts."""

    camera: CameraId
    condition: Condition
    start: datetime
    end: datetime | None = None


Turn = Stretch
"""From its `start` on, a camera is in a condition."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Time in each condition, and how many outages began."""

    spent: Mapping[Condition, timedelta]
    falls: int = 0


def month_of(moment: datetime) -> Month:
    return Month(moment.astimezone(COMMUNE_ZONE).strftime("%Y-%m"))


@cache
def first_moment(month: Month) -> datetime:
    return datetime.strptime(month, "%Y-%m").replace(tzinfo=COMMUNE_ZONE)


def month_after(month: Month) -> Month:
    return month_of(first_moment(month) + timedelta(days=32))


def by_month(stretch: Stretch, until: datetime) -> Iterator[tuple[Month, timedelta]]:
    """How much of it lies in each month, as far as it goes until then. Pure."""
    start, end = stretch.start, min(stretch.end or until, until)
    while start < end:
        month = month_of(start)
        cut = min(end, first_moment(month_after(month)))
        yield month, cut - start
        start = cut


def turn(connection: Connection, turns: Iterable[Turn]) -> None:
    """Each camera is in another condition from then on, as far as that is news; nothing that is over is altered."""
    in_order = list(turns)
    standing = {one.camera: one for one in lasting(connection, {one.camera for one in in_order})}
    begun = set(standing)
    over: list[Stretch] = []
    changed: dict[CameraId, Stretch] = {}
    for one in in_order:
        last = changed.get(one.camera) or standing.get(one.camera)
        if last is not None and last.condition is one.condition:
            continue
        start = one.start if last is None else max(one.start, last.start)
        if last is not None and last.start < start:
            over.append(Stretch(last.camera, last.condition, last.start, start))
        changed[one.camera] = Stretch(one.camera, one.condition, start)
    if not changed:
        return
    known = [camera for camera in changed if camera in begun]
    connection.execute(delete(camera_spans).where(camera_spans.c.camera.in_(known), camera_spans.c.end.is_(None)))
    connection.execute(insert(camera_spans), [_row(one) for one in (*over, *changed.values())])
    _add_up(connection, over)


def lasting(connection: Connection, wanted: Collection[CameraId] | None = None) -> tuple[Stretch, ...]:
    """What lasts now: of all cameras, or of these."""
    found = _STRETCH.where(camera_spans.c.end.is_(None))
    if wanted is not None:
        found = found.where(camera_spans.c.camera.in_(wanted))
    return tuple(map(_stretch, connection.execute(found)))


def stretches(connection: Connection, since: datetime, camera: CameraId | None = None) -> tuple[Stretch, ...]:
    """All that reach beyond `since`, oldest first: of all cameras, or of one."""
    found = _STRETCH.where(or_(camera_spans.c.end.is_(None), camera_spans.c.end > since))
    if camera is not None:
        found = found.where(camera_spans.c.camera == camera)
    return tuple(map(_stretch, connection.execute(found.order_by(camera_spans.c.start, camera_spans.c.id))))


def falls(connection: Connection, since: datetime) -> tuple[tuple[CameraId, datetime], ...]:
    """Every outage that began since then, oldest first."""
    down = (camera_spans.c.condition == Condition.DOWN.value) & (camera_spans.c.start >= since)
    found = select(camera_spans.c.camera, camera_spans.c.start).where(down).order_by(camera_spans.c.start)
    return tuple((CameraId(row.camera), row.start) for row in connection.execute(found))


def by_camera(
    connection: Connection, first: Month, last: Month, only: Collection[CameraId] | None = None
) -> dict[CameraId, Sums]:
    """What is over, from the first to the last month: of all cameras, or of these."""
    found = _summed(connection, first, last, camera_months.c.camera, only=only)
    return {CameraId(camera): sums for (camera,), sums in found.items()}


def by_camera_and_month(
    connection: Connection, first: Month, last: Month, only: Collection[CameraId] | None = None
) -> dict[tuple[CameraId, Month], Sums]:
    found = _summed(connection, first, last, camera_months.c.camera, camera_months.c.month, only=only)
    return {(CameraId(camera), Month(month)): sums for (camera, month), sums in found.items()}


def by_month_alone(connection: Connection, first: Month, last: Month, only: Collection[CameraId]) -> dict[Month, Sums]:
    """What is over of these cameras, all of them together."""
    found = _summed(connection, first, last, camera_months.c.month, only=only)
    return {Month(month): sums for (month,), sums in found.items()}


def _summed(
    connection: Connection, first: Month, last: Month, *by: ColumnElement[str], only: Collection[CameraId] | None = None
) -> dict[tuple[str, ...], Sums]:
    within: ColumnElement[bool] = camera_months.c.month.between(first, last)
    if only is not None:
        within &= camera_months.c.camera.in_(only)
    asked = select(*by, *(func.sum(camera_months.c[name]) for name in _NUMBERS)).where(within).group_by(*by)
    found: dict[tuple[str, ...], Sums] = {}
    for row in connection.execute(asked):
        names, lengths, falls = row[: len(by)], row[len(by) : -1], row[-1]
        spent = {kind: int(length) * _MILLISECOND for kind, length in zip(_COLUMNS, lengths, strict=True) if length}
        found[tuple(names)] = Sums(spent, int(falls))
    return found


def add_up_again(connection: Connection) -> None:
    """Makes all sums anew from the stretches."""
    connection.execute(delete(camera_months))
    over = _STRETCH.where(camera_spans.c.end.is_not(None))
    _add_up(connection, map(_stretch, connection.execute(over)))


def _add_up(connection: Connection, over: Iterable[Stretch]) -> None:
    sums: dict[tuple[CameraId, Month], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_NUMBERS, 0))
    for one in over:
        assert one.end is not None
        for month, length in by_month(one, one.end):
            sums[one.camera, month][_COLUMNS[one.condition]] += length // _MILLISECOND
        if one.condition is Condition.DOWN:
            sums[one.camera, month_of(one.start)]["falls"] += 1
    if not sums:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(camera_months)
    more = {name: camera_months.c[name] + added.excluded[name] for name in _NUMBERS}
    rows = [{"camera": camera, "month": month, **numbers} for (camera, month), numbers in sums.items()]
    connection.execute(added.on_conflict_do_update(index_elements=["camera", "month"], set_=more), rows)


_NUMBERS = (*_COLUMNS.values(), "falls")


def _row(one: Stretch) -> dict[str, object]:
    return {"camera": one.camera, "condition": one.condition.value, "start": one.start, "end": one.end}


def _stretch(row: Any) -> Stretch:
    camera, condition, start, end = row
    return Stretch(CameraId(camera), _CONDITIONS[condition], start, end)

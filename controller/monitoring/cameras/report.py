"""Uptime, asked of the rows: per camera, area, node and month, up to this moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from controller.monitoring.cameras.lookout import unwatched
from controller.monitoring.cameras.tally import Tally, lasting, tallies
from controller.store import areas, camera_watch, cameras, nodes, uptime
from controller.store.camera_states import Condition
from controller.store.cameras import Camera
from controller.store.database import Connection
from controller.store.uptime import Month, Stretch
from devices.protocol.messages.cameras import CameraId
from schedules.timespan import COMMUNE_ZONE

DAY = timedelta(days=1)


class Grouping(StrEnum):
    CAMERA = "camera"
    AREA = "area"
    """With all areas inside."""
    NODE = "node"
    """With all that hangs on it."""
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Line:
    """`month` is empty where the line is about all of them."""

    id: str
    month: str
    tally: Tally
    cameras: int
    target: float | None = None


def lines(
    connection: Connection,
    grouping: Grouping,
    first: Month,
    last: Month,
    now: datetime,
    *,
    monthly: bool = False,
    only: Iterable[Camera] | None = None,
) -> list[Line]:
    """One line per camera, area, node or month, or `monthly` one for each of its months; of cameras of today, or `only`
    of these."""
    everyone = {one.id: one for one in (cameras.everyone(connection) if only is None else only)}
    if grouping is Grouping.MONTH:
        return _by_month(connection, first, last, now, frozenset(everyone))
    found = _tallies(connection, first, last, now, monthly)
    groups = _groups(connection, grouping, everyone)
    sums: dict[tuple[str, str], Tally] = {}
    counted: dict[tuple[str, str], int] = {}
    for (camera, month), tally in found.items():
        for name in groups.get(camera, ()):
            key = (name, month)
            sums[key] = sums[key] + tally if key in sums else tally
            counted[key] = counted.get(key, 0) + 1
    alone = grouping is Grouping.CAMERA
    return [
        Line(name, month, tally, counted[name, month], everyone[CameraId(name)].target if alone else None)
        for (name, month), tally in sorted(sums.items(), key=lambda item: item[0])
    ]


def days(connection: Connection, camera: CameraId, how_many: int, now: datetime) -> list[tuple[datetime, Tally]]:
    """The last days of one camera, oldest first, each with its beginning in the commune's time."""
    midnight = now.astimezone(COMMUNE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [midnight - DAY * back for back in range(how_many - 1, -1, -1)]
    gone = camera in unwatched(connection, now)
    state = camera_watch.states(connection, [camera]).get(camera)
    until = _known_until(connection, {camera}).get(camera, now) if gone or state is None else now
    parts = [
        part
        for one in uptime.stretches(connection, starts[0], camera)
        for part in ([one] if one.end else lasting(one, until, now))
    ]
    return [(start, _within(parts, start, min(start + DAY, now))) for start in starts]


def _within(parts: Iterable[Stretch], start: datetime, end: datetime) -> Tally:
    tally = Tally()
    for one in parts:
        begin, until = max(one.start, start), min(one.end or end, end)
        if begin < until:
            falls = 1 if one.condition is Condition.DOWN and start <= one.start else 0
            tally += Tally({one.condition: until - begin}, falls)
    return tally


def _by_month(
    connection: Connection, first: Month, last: Month, now: datetime, only: frozenset[CameraId]
) -> list[Line]:
    found = {month: Tally.of(sums) for month, sums in uptime.by_month_alone(connection, first, last, only).items()}
    for one in _lasting(connection, now):
        if one.camera in only:
            for month, tally in tallies([one], now).items():
                if first <= month <= last:
                    found[month] = found[month] + tally if month in found else tally
    return [Line(month, "", tally, len(only)) for month, tally in sorted(found.items())]


def _tallies(
    connection: Connection, first: Month, last: Month, now: datetime, monthly: bool
) -> dict[tuple[CameraId, str], Tally]:
    found: dict[tuple[CameraId, str], Tally] = {}
    if monthly:
        for key, sums in uptime.by_camera_and_month(connection, first, last).items():
            found[key] = Tally.of(sums)
    else:
        for camera, sums in uptime.by_camera(connection, first, last).items():
            found[camera, ""] = Tally.of(sums)
    for one in _lasting(connection, now):
        for month, tally in tallies([one], now).items():
            if first <= month <= last:
                this = (one.camera, month if monthly else "")
                found[this] = found[this] + tally if this in found else tally
    return found


def _lasting(connection: Connection, now: datetime) -> Iterator[Stretch]:
    """What lasts, as far as somebody watched."""
    known = _known_until(connection, unwatched(connection, now))
    for one in uptime.lasting(connection):
        yield from lasting(one, known.get(one.camera, now), now)


def _known_until(connection: Connection, silent: Iterable[CameraId]) -> dict[CameraId, datetime]:
    """Until when those of whom nothing is heard were watched."""
    wanted = set(silent)
    if not wanted:
        return {}
    watchers = camera_watch.watchers(connection)
    return {
        camera: max(heard_at, watchers[device].alive_until) if device in watchers else heard_at
        for camera, (device, heard_at) in camera_watch.last_words(connection, wanted).items()
    }


def _groups(connection: Connection, grouping: Grouping, everyone: dict[CameraId, Camera]) -> dict[CameraId, list[str]]:
    """To which lines each camera belongs."""
    match grouping:
        case Grouping.AREA:
            tree = areas.tree(connection)
            return {one.id: list(tree.path(one.area)) for one in everyone.values()}
        case Grouping.NODE:
            found = {node.id: node for node in nodes.everyone(connection)}
            return {one.id: list(nodes.path(found, one.node)) for one in everyone.values()}
    return {camera: [camera] for camera in everyone}

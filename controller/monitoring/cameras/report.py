"""Uptime, asked of the rows: per camera, area, node and month, up to this moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from controller.monitoring.cameras.lookout import unwatched
from controller.monitoring.cameras.tally import Tally, lasting, tallies, tally_within
from controller.store import areas, camera_watch, cameras, nodes, uptime
from controller.store.cameras import Camera, Listed
from controller.store.database import Connection
from controller.store.uptime import Month, Stretch, first_moment, month_after
from devices.protocol.messages.cameras import CameraId
from schedules.timespan import COMMUNE_ZONE

DAY = timedelta(days=1)
_NAMED = 200
"""Of so many cameras one asks by name, of more by asking of all."""


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
    only: Iterable[Camera | Listed] | None = None,
) -> list[Line]:
    """One line per camera, area, node or month, or `monthly` one for each of its months; of cameras of today, or `only`
    of these."""
    everyone = {one.id: one for one in (cameras.listed(connection) if only is None else only)}
    if grouping is Grouping.MONTH:
        return _by_month(connection, first, last, now, frozenset(everyone))
    found = _tallies(connection, first, last, now, monthly, everyone if len(everyone) <= _NAMED else None)
    if grouping is Grouping.CAMERA:
        mine = sorted(key for key in found if key[0] in everyone)
        return [Line(key[0], key[1], found[key], 1, everyone[key[0]].target) for key in mine]
    groups = _groups(connection, grouping, everyone)
    sums: dict[tuple[str, str], Tally] = {}
    counted: dict[tuple[str, str], int] = {}
    for (camera, month), tally in found.items():
        for name in groups.get(camera, ()):
            key = (name, month)
            sums[key] = sums[key] + tally if key in sums else tally
            counted[key] = counted.get(key, 0) + 1
    return [Line(name, month, sums[name, month], counted[name, month]) for name, month in sorted(sums)]


def some_lines(
    connection: Connection,
    grouping: Grouping,
    months: tuple[Month, Month],
    now: datetime,
    only: Iterable[Listed],
    skip: int,
    most: int,
) -> tuple[list[Line], int]:
    """As many lines as a page shows, and how many there are. Where each camera has one, no other is reckoned."""
    if grouping is not Grouping.CAMERA:
        found = lines(connection, grouping, *months, now, only=only)
        return found[skip : skip + most], len(found)
    in_order = sorted(only, key=lambda one: one.id)
    shown = in_order[skip : skip + most]
    known = {one.id: one for one in lines(connection, grouping, *months, now, only=shown)}
    return [known.get(one.id) or Line(one.id, "", Tally(), 1, one.target) for one in shown], len(in_order)


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
    return sum((part for one in parts if (part := tally_within(one, start, end)) is not None), Tally())


def _by_month(
    connection: Connection, first: Month, last: Month, now: datetime, only: frozenset[CameraId]
) -> list[Line]:
    found = {month: Tally.of(sums) for month, sums in uptime.by_month_alone(connection, first, last, only).items()}
    mine = (one for one in _lasting(connection, now) if one.camera in only)
    for month, tally in tallies(mine, now).items():
        if first <= month <= last:
            found[month] = found[month] + tally if month in found else tally
    return [Line(month, "", tally, len(only)) for month, tally in sorted(found.items())]


def _tallies(
    connection: Connection, first: Month, last: Month, now: datetime, monthly: bool, only: Collection[CameraId] | None
) -> dict[tuple[CameraId, str], Tally]:
    found: dict[tuple[CameraId, str], Tally] = {}
    if monthly:
        for key, sums in uptime.by_camera_and_month(connection, first, last, only).items():
            found[key] = Tally.of(sums)
    else:
        for camera, sums in uptime.by_camera(connection, first, last, only).items():
            found[camera, ""] = Tally.of(sums)
    start, end = first_moment(first), min(first_moment(month_after(last)), now)
    for one in _lasting(connection, now, only):
        parts = tallies([one], now) if monthly else {"": tally_within(one, start, end)}
        for month, tally in parts.items():
            if tally is not None and (not monthly or first <= month <= last):
                this = (one.camera, month)
                found[this] = found[this] + tally if this in found else tally
    return found


def _lasting(connection: Connection, now: datetime, only: Collection[CameraId] | None = None) -> Iterator[Stretch]:
    """What lasts, as far as somebody watched."""
    known = _known_until(connection, unwatched(connection, now))
    for one in uptime.lasting(connection, only):
        if one.camera in known:
            yield from lasting(one, known[one.camera], now)
        else:
            yield one


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


def _groups(
    connection: Connection, grouping: Grouping, everyone: Mapping[CameraId, Camera | Listed]
) -> dict[CameraId, list[str]]:
    """To which areas, or else nodes, each camera belongs."""
    if grouping is Grouping.AREA:
        tree = areas.tree(connection)
        return {one.id: list(tree.path(one.area)) for one in everyone.values()}
    found = {node.id: node for node in nodes.everyone(connection)}
    return {one.id: list(nodes.path(found, one.node)) for one in everyone.values()}

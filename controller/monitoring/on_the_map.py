"""Loudspeakers and cameras on the map: each with its state, many of them together as one mark."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from controller.monitoring.cameras.lookout import unwatched
from controller.monitoring.cameras.maintained import under_maintenance
from controller.store import camera_watch, cameras, maps
from controller.store.camera_states import Condition
from controller.store.database import Connection
from controller.store.maps import Standing
from controller.store.shapes import Corner
from schedules.programme import AreaId

MOST_ALONE = 200
"""So many are shown one by one; more of them stand together."""
_ACROSS = 12
"""Marks that stand beside one another in the view."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One loudspeaker or camera; `state` is one of those that `meanings` and `camera_words` have words for."""

    id: str
    name: str
    at: Corner
    state: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """Several that stand near one another: their middle, and how many are in which state."""

    at: Corner
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Box:
    """What a screen shows, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def __contains__(self, at: Corner) -> bool:
        return self.west <= at[0] <= self.east and self.south <= at[1] <= self.north

    @property
    def cell(self) -> float:
        """The side of a square in which spots stand together: a whole part of 360 degrees, so that neither a small
        step aside nor the size of the screen moves it."""
        widest = max(self.east - self.west, self.north - self.south, 1e-6)
        return float(360 / 2 ** math.floor(math.log2(360 * _ACROSS / widest)))


def gather(spots: Iterable[Spot], box: Box) -> tuple[tuple[Spot, ...], tuple[Crowd, ...]]:
    """Those in the box: alone, and where they are more than MOST_ALONE, together with their neighbours."""
    inside = [spot for spot in spots if spot.at in box]
    if len(inside) <= MOST_ALONE:
        return tuple(inside), ()
    cells: dict[tuple[int, int], list[Spot]] = {}
    side = box.cell
    for spot in inside:
        cells.setdefault((math.floor(spot.at[0] / side), math.floor(spot.at[1] / side)), []).append(spot)
    alone = tuple(cell[0] for cell in cells.values() if len(cell) == 1)
    return alone, tuple(_crowd(cell) for cell in cells.values() if len(cell) > 1)


def _crowd(cell: list[Spot]) -> Crowd:
    lon, lat = (math.fsum(spot.at[axis] for spot in cell) / len(cell) for axis in (0, 1))
    return Crowd((lon, lat), dict(Counter(spot.state for spot in cell)))


def device_spots(connection: Connection, inside: Collection[AreaId] | None) -> list[Spot]:
    """The loudspeakers in these areas (None: all) of which the place is known."""
    return [
        Spot(one.id, one.name, one.at, _state(one))
        for one in maps.standing(connection)
        if inside is None or one.area in inside
    ]


def _state(one: Standing) -> str:
    if one.is_shut_out:
        return "shut-out"
    return "never-seen" if one.online is None else "online" if one.online else "offline"


def camera_spots(connection: Connection, now: datetime, inside: Collection[AreaId] | None) -> list[Spot]:
    """The same of cameras."""
    at = maps.cameras(connection)
    placed = [one for one in cameras.everyone(connection) if one.id in at and (inside is None or one.area in inside)]
    states = camera_watch.states(connection)
    silent, away = unwatched(connection, now), under_maintenance(connection)
    found = []
    for one in placed:
        known = states.get(one.id) if one.id not in silent else None
        condition = Condition.MAINTENANCE if one.id in away else known.condition if known else Condition.UNKNOWN
        found.append(Spot(one.id, one.name, at[one.id], condition.name.lower()))
    return found

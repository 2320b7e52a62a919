"""Loudspeakers and cameras as marks on a map: each with its state, many of them together as one mark."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, true

from controller.store.shapes import Corner
from controller.store.tables import device_places, device_states, devices
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


Marks = tuple[tuple[Spot, ...], tuple[Crowd, ...]]


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


def gather(spots: Iterable[Spot], box: Box) -> Marks:
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


DEVICE_STATES = ("online", "offline", "never-seen", "shut-out")
_STATE = case(
    (devices.c.public_key == "", "shut-out"),
    (device_states.c.online.is_(True), "online"),
    (device_states.c.online.is_(False), "offline"),
    else_="never-seen",
)
_PLACED = device_places.join(devices, devices.c.id == device_places.c.device).outerjoin(
    device_states, device_states.c.device == devices.c.id
)


def device_marks(connection: Connection, box: Box, inside: Collection[AreaId] | None) -> Marks:
    """As `gather` of the loudspeakers in these areas (None: all), reckoned by the database: they may be thousands."""
    here = and_(
        device_places.c.lon.between(box.west, box.east), device_places.c.lat.between(box.south, box.north), _in(inside)
    )
    if (connection.scalar(select(func.count()).select_from(_PLACED).where(here)) or 0) <= MOST_ALONE:
        asked = select(devices.c.id, devices.c.name, device_places.c.lon, device_places.c.lat, _STATE.label("state"))
        found = connection.execute(asked.select_from(_PLACED).where(here).order_by(devices.c.id))
        return tuple(Spot(row.id, row.name, (row.lon, row.lat), row.state) for row in found), ()
    # Not every SQLite knows `floor`.
    square = [func.round(device_places.c[axis] / box.cell - 0.5) for axis in ("lon", "lat")]
    counts = [func.sum(case({state: 1}, value=_STATE, else_=0)).label(state) for state in DEVICE_STATES]
    cells = select(
        func.avg(device_places.c.lon).label("lon"),
        func.avg(device_places.c.lat).label("lat"),
        func.min(devices.c.id).label("id"),
        func.min(devices.c.name).label("name"),
        *counts,
    )
    alone, crowds = [], []
    for row in connection.execute(cells.select_from(_PLACED).where(here).group_by(*square)):
        states = {state: int(row._mapping[state]) for state in DEVICE_STATES if row._mapping[state]}
        if sum(states.values()) == 1:
            alone.append(Spot(row.id, row.name, (row.lon, row.lat), next(iter(states))))
        else:
            crowds.append(Crowd((row.lon, row.lat), states))
    return tuple(alone), tuple(crowds)


def placed_devices(connection: Connection, inside: Collection[AreaId] | None) -> dict[str, int]:
    """How many loudspeakers with a known place are in which state."""
    state = _STATE.label("state")
    asked = select(state, func.count().label("how_many")).select_from(_PLACED).where(_in(inside)).group_by(state)
    return {row.state: row.how_many for row in connection.execute(asked)}


def _in(inside: Collection[AreaId] | None) -> ColumnElement[bool]:
    return true() if inside is None else devices.c.area.in_(inside)

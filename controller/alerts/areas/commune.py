"""The commune's own ground: its tree and its loudspeakers, with what the file of areas says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from controller.alerts.areas.file import read_areas
from controller.alerts.areas.ground import Ground, Loudspeaker, NamedArea
from controller.alerts.areas.plane import Outline
from controller.alerts.cap.message import Point
from controller.errors import Invalid
from controller.store import alert_settings, areas, fleet, maps
from controller.store.areas import Area, AreaTree
from controller.store.database import Connection
from controller.store.fleet import Device
from controller.store.people import Account
from controller.store.shapes import Corner, Ring, Shape, place_at
from devices.clock import Clock
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

COVERAGE = 400.0
"""Metres, of a loudspeaker of which nobody has said how far it is heard."""
_NAME = "the file of areas"
_NOTHING = b'{"areas": []}'


@dataclass(frozen=True, slots=True)
class Commune:
    """What alerts are matched with at one moment."""

    places: tuple[Area, ...]
    devices: tuple[Device, ...]
    drawn: Mapping[AreaId, str]
    standing_at: Mapping[DeviceId, Corner]
    said_at: datetime | None
    tree: AreaTree
    ground: Ground

    @property
    def seen(self) -> tuple[object, ...]:
        """All that it was made of."""
        return self.places, self.devices, self.drawn, self.standing_at, self.said_at

    @property
    def standing(self) -> dict[DeviceId, AreaId]:
        """Where each loudspeaker stands."""
        return {device.id: device.area for device in self.devices}


def read_commune(connection: Connection, before: Commune | None = None) -> Commune:
    """The commune as it is; `before` itself when nothing has changed since."""
    tree, devices = areas.tree(connection), fleet.loudspeakers(connection)
    seen = (
        tuple(tree),
        devices,
        maps.digests(connection),
        maps.devices(connection),
        alert_settings.changed_at(connection, alert_settings.GROUND),
    )
    if before and before.seen == seen:
        return before
    places, _, _, standing_at, _ = seen
    said, shapes = read_areas(file_of_areas(connection), _NAME), maps.shapes(connection)
    placed = {one.id: one for one in said.loudspeakers}
    ground = Ground(
        {area.id: _named(area, said, shapes.get(area.id)) for area in places},
        tuple(_placed(device, placed.get(device.id), standing_at.get(device.id)) for device in devices),
        said.successors,
        said.geocode_names,
    )
    return Commune(*seen, tree, ground)


def file_of_areas(connection: Connection) -> bytes:
    """The file as it was kept; one that says nothing where there is none."""
    kept = alert_settings.read(connection, alert_settings.GROUND)
    return str(kept["file"]).encode() if kept else _NOTHING


def keep_file_of_areas(connection: Connection, data: bytes, who: Account | None, clock: Clock) -> Ground:
    """From now on alerts are matched with this. Raises BadAreas, or Invalid for an area that is not in the tree."""
    said = read_areas(data, _NAME)
    tree = areas.tree(connection)
    for area in said.areas:
        if area not in tree:
            raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=area)
    _draw(connection, said, tree)
    alert_settings.keep(
        connection, alert_settings.GROUND, {"file": data.decode()}, who.id if who else None, clock.now()
    )
    return said


def _named(area: Area, said: Ground, shape: Shape | None) -> NamedArea:
    """What the map shows holds before what the file says."""
    known = said.areas.get(area.id)
    outlines = known.outlines if known else ()
    if shape is not None and shape.polygons:
        outlines = tuple(Outline([Point(lat, lon) for lon, lat in polygon[0][:-1]]) for polygon in shape.polygons)
    return NamedArea(area.id, area.name, area.parent, known.codes if known else (), outlines)


def _placed(device: Device, said: Loudspeaker | None, at: Corner | None) -> Loudspeaker:
    point = Point(at[1], at[0]) if at else said.at if said else None
    return Loudspeaker(device.id, device.area, point, said.coverage if said else COVERAGE)


def _draw(connection: Connection, said: Ground, tree: AreaTree) -> None:
    """The map shows what the file says."""
    outlined = {
        one.id: Shape(tuple((ring,) for ring in map(_ring, one.outlines) if len(set(ring)) > 2))
        for one in said.areas.values()
        if one.id in tree
    }
    maps.draw(connection, {area: shape for area, shape in outlined.items() if shape.polygons})
    there = {device.id for device in fleet.loudspeakers(connection)}
    placed = {one.id: one.at for one in said.loudspeakers if one.at and one.id in there}
    maps.place_devices(connection, {name: place_at(at.lat, at.lon) for name, at in placed.items()})


def _ring(outline: Outline) -> Ring:
    # An outline counts on past 180 degrees where it crosses that meridian; a map does not.
    corners = [place_at(corner.lat, (corner.lon + 180) % 360 - 180) for corner in outline.corners]
    return (*corners, corners[0]) if corners[0] != corners[-1] else tuple(corners)

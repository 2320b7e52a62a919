"""Areas and places from a file: first what would change, then all of it at once or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from controller.errors import Invalid, NotNow
from controller.fleet.areas.comparing import Change, Known, Thing, compare, seal
from controller.fleet.areas.reading import read_lines
from controller.store import areas, cameras, fleet, maps
from controller.store.cameras import Camera
from controller.store.database import Connection, Database
from controller.store.fleet import Device
from controller.store.people import Account, Role
from controller.store.shapes import Corner, Shape
from devices.clock import Clock
from devices.protocol.messages.cameras import CameraId
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class AreaImport:
    """`under` is where areas stand of which the file does not say where; None: at the root."""

    database: Database
    clock: Clock
    who: Account
    under: AreaId | None = None

    def look(self, data: bytes) -> tuple[Change, ...]:
        """What the file would change. Raises BadFile with all that is wrong with it."""
        lines = read_lines(data)
        with self.database.read() as connection:
            return compare(lines, self._known(connection))

    def carry_out(self, data: bytes, seen: str | None = None) -> tuple[Change, ...]:
        """Changes what the file says, all or nothing. Raises BadFile; and NotNow where `seen`, the seal of the changes
        that a person has looked at, is not that of what would be changed now."""
        lines = read_lines(data)
        with self.database.write() as connection:
            changes = compare(lines, self._known(connection))
            if seen is not None and seen != seal(changes):
                raise NotNow("changed-meanwhile", "Something has changed meanwhile: look at it again.")
            _apply(connection, changes)
        return changes

    def _known(self, connection: Connection) -> Known:
        tree = areas.tree(connection)
        if self.under is not None and self.under not in tree:
            raise Invalid("unknown-area", "There is no area {area!r}.", field="under", area=self.under)
        at, shot = maps.devices(connection), maps.cameras(connection)
        now = self.clock.now()

        def check(anchor: AreaId | None, name: str) -> None:
            if not self.who.at(tree, [anchor] if anchor else []).is_any(Role.ADMINISTRATOR):
                raise Invalid("not-here", "Your account may not do this there.")
            if name and fleet.is_named(connection, DeviceId(name), now):
                raise Invalid("id-of-device", "{name!r} is the name of a device; choose another.", name=name)

        return Known(
            tree,
            maps.digests(connection),
            {
                Thing.DEVICE: {one.id: (one.area, at.get(one.id)) for one in fleet.loudspeakers(connection)},
                Thing.CAMERA: {one.id: (one.area, shot.get(one.id)) for one in cameras.everyone(connection)},
            },
            self.under,
            check,
        )


def _apply(connection: Connection, changes: tuple[Change, ...]) -> None:
    for one in changes:
        if one.thing is Thing.AREA and one.is_new:
            areas.add(connection, one.area)
        elif one.thing is Thing.AREA and one.area.name != one.was:
            areas.change(connection, one.area)
    drawn = {thing: [one for one in changes if one.thing is thing and one.drawn] for thing in Thing}
    maps.draw(connection, {one.area.id: one.shape for one in drawn[Thing.AREA] if one.shape})
    points = {
        thing: {one.area.id: one.shape.point for one in drawn[thing] if one.shape and one.shape.point}
        for thing in (Thing.DEVICE, Thing.CAMERA)
    }
    maps.place_devices(connection, {DeviceId(name): at for name, at in points[Thing.DEVICE].items()})
    maps.place_cameras(connection, {CameraId(name): at for name, at in points[Thing.CAMERA].items()})


def as_geojson(connection: Connection, who: Account) -> dict[str, Any]:
    """All that `who` may know of, as GeoJSON; importing it again changes nothing."""
    tree = areas.tree(connection)
    inside = who.inside(tree)
    shapes = maps.shapes(connection)
    features = [
        _feature(area.id, shapes.get(area.id), area.kind.value, area.name, area.parent)
        for area in tree.in_order()
        if inside is None or area.id in inside
    ]
    things: tuple[tuple[str, Mapping[Any, Corner], Sequence[Device | Camera]], ...] = (
        ("device", maps.devices(connection), fleet.everyone(connection)),
        ("camera", maps.cameras(connection), cameras.everyone(connection)),
    )
    for kind, placed, standing in things:
        features += [
            _feature(one.id, Shape(point=placed[one.id]), kind, one.name, one.area)
            for one in standing
            if one.id in placed and (inside is None or one.area in inside)
        ]
    return {"type": "FeatureCollection", "features": features}


def _feature(name: str, shape: Shape | None, kind: str, called: str, parent: str | None) -> dict[str, Any]:
    properties = {"id": name, "name": called, "kind": kind, "parent": parent}
    return {"type": "Feature", "id": name, "properties": properties, "geometry": shape and shape.geojson}

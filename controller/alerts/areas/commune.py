"""The commune's own ground: its tree and its loudspeakers, with what the file of areas says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from controller.alerts.areas.file import read_areas
from controller.alerts.areas.ground import Ground, Loudspeaker, NamedArea
from controller.errors import Invalid
from controller.store import alert_settings, areas, fleet
from controller.store.areas import Area, AreaTree
from controller.store.database import Connection
from controller.store.fleet import Device
from controller.store.people import Account
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
    said_at: datetime | None
    tree: AreaTree
    ground: Ground

    @property
    def standing(self) -> dict[DeviceId, AreaId]:
        """Where each loudspeaker stands."""
        return {device.id: device.area for device in self.devices}


def read_commune(connection: Connection, before: Commune | None = None) -> Commune:
    """The commune as it is; `before` itself when nothing has changed since."""
    tree, devices = areas.tree(connection), fleet.loudspeakers(connection)
    said_at = alert_settings.changed_at(connection, alert_settings.GROUND)
    places = tuple(tree)
    if before and (before.places, before.devices, before.said_at) == (places, devices, said_at):
        return before
    said = read_areas(file_of_areas(connection), _NAME)
    placed = {one.id: one for one in said.loudspeakers}
    ground = Ground(
        {area.id: _named(area, said) for area in places},
        tuple(_placed(device, placed.get(device.id)) for device in devices),
        said.successors,
        said.geocode_names,
    )
    return Commune(places, devices, said_at, tree, ground)


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
    alert_settings.keep(
        connection, alert_settings.GROUND, {"file": data.decode()}, who.id if who else None, clock.now()
    )
    return said


def _named(area: Area, said: Ground) -> NamedArea:
    known = said.areas.get(area.id)
    return NamedArea(area.id, area.name, area.parent, known.codes if known else (), known.outlines if known else ())


def _placed(device: Device, said: Loudspeaker | None) -> Loudspeaker:
    if said is None:
        return Loudspeaker(device.id, device.area, None, COVERAGE)
    return Loudspeaker(device.id, device.area, said.at, said.coverage)

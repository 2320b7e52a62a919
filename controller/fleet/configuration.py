"""What each device is told about itself, and again whenever that is something else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from controller.errors import Invalid, NotFound
from controller.fleet.cameras import close_boxes, to_watch
from controller.orders import Orders
from controller.store import areas, fleet, phrases
from controller.store.areas import AreaTree, own_node
from controller.store.database import Connection, Database
from controller.store.fleet import OWN_AGENT, Bounds, Device
from controller.store.revision import Revision, revision
from devices.clock import Clock
from devices.protocol.codec import encode
from devices.protocol.messages import CameraToWatch, DeviceConfig, QuietHours, QuietWindow
from devices.protocol.quiet import quiet_until
from devices.protocol.topics import DeviceId
from schedules.calendars import Silence
from schedules.programme import AreaId, Sound
from schedules.timespan import COMMUNE_ZONE


@dataclass(frozen=True, slots=True)
class _Around:
    """What the configurations of all devices are made of, read once for many."""

    tree: AreaTree
    quiet: tuple[Silence, ...]
    kept: tuple[Sound, ...]
    watched: Mapping[DeviceId, tuple[CameraToWatch, ...]]


class Configuration:
    """`heartbeat` is how often, in seconds, a device says that it is there; `quiet_hours` finds those in force."""

    def __init__(
        self,
        database: Database,
        orders: Orders,
        clock: Clock,
        heartbeat: float,
        quiet_hours: Callable[[Connection], Iterable[Silence]],
    ) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock
        self._heartbeat = heartbeat
        self._quiet_hours = quiet_hours
        self._refreshed: Revision | None = None

    def change(
        self, device: DeviceId, *, name: str | None = None, area: AreaId | None = None, bounds: Bounds | None = None
    ) -> None:
        """Another name, place or bounds; the device hears of it with the next `refresh`. NotFound or Invalid."""
        with self._database.write() as connection:
            before = fleet.find(connection, device)
            if before is None:
                raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
            if area is not None and area not in areas.tree(connection):
                raise Invalid("unknown-area", "There is no area {area!r}.", field="area", area=area)
            after = replace(before, name=name or before.name, area=area or before.area, bounds=bounds or before.bounds)
            fleet.change(connection, after)

    def send(self, connection: Connection, device: Device, now: datetime) -> None:
        """Tells a device what it is, under its serial."""
        self._tell(connection, device, self._around(connection), now)

    def refresh(self) -> tuple[DeviceId, ...]:
        """Tells every device that was told something else before, under a higher serial; safe to ask twice."""
        with self._database.read() as connection:
            if revision(connection) == self._refreshed:
                return ()
        now, told = self._clock.now(), []
        with self._database.write() as connection:
            close_boxes(connection)
            rows, around = revision(connection), self._around(connection)
            for device in fleet.everyone(connection):
                if _digest(self._of(device, around)) != device.config_digest:
                    self._tell(connection, replace(device, config_serial=device.config_serial + 1), around, now)
                    told.append(device.id)
        self._refreshed = rows
        return tuple(told)

    def quiet_until(self, connection: Connection, device: Device, now: datetime) -> datetime | None:
        """When the quiet hours are over that this device keeps at `now`, by its own rule; None where none last."""
        path = areas.tree(connection).path(device.area)
        return quiet_until(_as_told(self._quiet_hours(connection), path), now)

    def _around(self, connection: Connection) -> _Around:
        quiet = tuple(self._quiet_hours(connection))
        return _Around(areas.tree(connection), quiet, phrases.sounds(connection), to_watch(connection))

    def _tell(self, connection: Connection, device: Device, around: _Around, now: datetime) -> None:
        config = self._of(device, around)
        self._orders.config(connection, config, now)
        fleet.configured(connection, device.id, config.serial, _digest(config))

    def _of(self, device: Device, around: _Around) -> DeviceConfig:
        path, bounds = around.tree.path(device.area), device.bounds
        return DeviceConfig(
            device=device.id,
            serial=device.config_serial,
            # What has no loudspeaker is told nothing to sound.
            areas=() if device.id == OWN_AGENT else (own_node(device.id), *path),
            volume_cap=bounds.volume_cap,
            emergency_volume_cap=bounds.emergency_volume_cap,
            quiet_hours=_as_told(around.quiet, path),
            lead_seconds=bounds.lead_seconds,
            tail_seconds=bounds.tail_seconds,
            heartbeat=self._heartbeat,
            exercise_keys=(self._orders.public_exercise_key.text,),
            keep=around.kept,
            cameras=around.watched.get(device.id, ()),
        )


def _as_told(quiet: Iterable[Silence], path: Collection[AreaId]) -> QuietHours:
    """What of them holds where a device stands."""
    return QuietHours(
        zone=COMMUNE_ZONE.key,
        windows=tuple(
            QuietWindow(
                begins=one.begins.at,
                ends=one.ends,
                weekdays=tuple(sorted(one.begins.weekdays, key=lambda day: day.number)),
            )
            for one in quiet
            if not one.areas or one.areas & set(path)
        ),
    )


def _digest(config: DeviceConfig) -> str:
    """SHA-256 of all that it says but its serial."""
    return hashlib.sha256(encode(msgspec.structs.replace(config, serial=0))).hexdigest()

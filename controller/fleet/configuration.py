"""What each device is told about itself."""

from __future__ import annotations

from datetime import datetime, time

from controller.orders import Orders
from controller.store.areas import AreaTree, own_node
from controller.store.database import Connection
from controller.store.fleet import Device
from devices.protocol.messages import DeviceConfig, QuietHours, QuietWindow
from schedules.timespan import COMMUNE_ZONE


class Configuration:
    """`heartbeat` is how often, in seconds, a device says that it is there."""

    def __init__(self, orders: Orders, heartbeat: float, quiet_hours: QuietHours) -> None:
        self._quiet_hours = quiet_hours
        self._orders = orders
        self._heartbeat = heartbeat

    def send(self, connection: Connection, device: Device, tree: AreaTree, now: datetime) -> None:
        config = DeviceConfig(
            device=device.id,
            serial=device.config_serial,
            areas=(own_node(device.id), *tree.path(device.area)),
            quiet_hours=self._quiet_hours,
            heartbeat=self._heartbeat,
            exercise_keys=(self._orders.public_exercise_key.text,),
        )
        self._orders.config(connection, config, now)


def quiet_hours(written: str) -> QuietHours:
    """Reads `22:00-05:00,11:30-13:00`: every day in the commune's time; empty for never. ValueError for all else."""
    windows = [one.split("-") for one in written.split(",")] if written else []
    return QuietHours(
        zone=COMMUNE_ZONE.key,
        windows=tuple(
            QuietWindow(begins=time.fromisoformat(begins.strip()), ends=time.fromisoformat(ends.strip()))
            for begins, ends in windows
        ),
    )

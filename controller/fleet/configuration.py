"""What each device is told about itself."""

from __future__ import annotations

from datetime import datetime

from controller.orders import Orders
from controller.store.areas import AreaTree
from controller.store.database import Connection
from controller.store.fleet import Device
from devices.protocol.messages import DeviceConfig


class Configuration:
    """`heartbeat` is how often, in seconds, a device says that it is there."""

    def __init__(self, orders: Orders, heartbeat: float) -> None:
        self._orders = orders
        self._heartbeat = heartbeat

    def send(self, connection: Connection, device: Device, tree: AreaTree, now: datetime) -> None:
        config = DeviceConfig(
            device=device.id,
            serial=device.config_serial,
            areas=tree.path(device.area),
            heartbeat=self._heartbeat,
        )
        self._orders.config(connection, config, now)

"""Sealed words from the controller to the field, through the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from controller.store import post
from controller.store.database import Connection
from devices.protocol.codec import encode
from devices.protocol.messages import AreaPlan, Command, DeviceConfig
from devices.protocol.signing import SigningKey
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId, Topics

COMMAND_LIFE = timedelta(days=1)
CONFIG_LIFE = timedelta(days=3650)
"""A device that was away for years must still learn where it stands."""


class Orders:
    """Seals each message for its topic and puts it into the outbox, in the caller's transaction."""

    def __init__(self, topics: Topics, key: SigningKey) -> None:
        self.topics = topics
        self.public_key = key.public
        self._key = key

    def plan(self, connection: Connection, plan: AreaPlan) -> None:
        topic = self.topics.area(plan.area, AreaChannel.PLAN)
        self._send(connection, topic, encode(plan), plan.issued_at, plan.until, retain=True)

    def config(self, connection: Connection, config: DeviceConfig, now: datetime) -> None:
        topic = self.topics.device(config.device, DeviceChannel.CONFIG)
        self._send(connection, topic, encode(config), now, now + CONFIG_LIFE, retain=True)

    def command(self, connection: Connection, device: DeviceId, command: Command, now: datetime) -> None:
        topic = self.topics.device(device, DeviceChannel.COMMAND)
        self._send(connection, topic, encode(command), now, now + COMMAND_LIFE, retain=False)

    def _send(
        self, connection: Connection, topic: str, payload: bytes, now: datetime, until: datetime, *, retain: bool
    ) -> None:
        sealed = self._key.seal(payload, topic=topic, issued_at=now, expires_at=until)
        post.send(connection, topic, sealed, now, retain=retain)

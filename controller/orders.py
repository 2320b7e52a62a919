"""Sealed words from the controller to the field, through the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from controller.store import post
from controller.store.database import Connection
from devices.protocol.codec import encode
from devices.protocol.errors import WireError
from devices.protocol.messages import AreaExercise, AreaPlan, AreaUrgent, Command, DeviceConfig
from devices.protocol.signing import FindKey, SigningKey, unseal
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId, Topics

COMMAND_LIFE = timedelta(days=1)
CONFIG_LIFE = timedelta(days=3650)
"""A device that was away for years must still learn where it stands."""


class Orders:
    """Seals each message for its topic and puts it into the outbox, in the caller's transaction."""

    def __init__(self, topics: Topics, key: SigningKey, exercise_key: SigningKey) -> None:
        """`exercise_key` signs exercises and nothing else, `key` all the rest: neither can be taken for the other."""
        self.topics = topics
        self.public_key = key.public
        self.public_exercise_key = exercise_key.public
        self._key = key
        self._exercise_key = exercise_key

    def use(self, key: SigningKey) -> None:
        """From now on `key` signs."""
        self._key, self.public_key = key, key.public

    def seal_again(self, connection: Connection, before: FindKey, now: datetime) -> None:
        """What is retained under one of the keys `before` is retained under ours."""
        for topic, sealed in post.retained(connection):
            try:
                opened = unseal(sealed, topic=topic, now=None, find_key=before)
            except WireError:
                continue  # an exercise, or the root's own word
            self._send(connection, topic, opened.payload, now, opened.expires_at, retain=True)

    def site_keys(self, connection: Connection, sealed: bytes, now: datetime) -> None:
        """What the root key has said; it is passed on as it is."""
        post.send(connection, self.topics.keys(), sealed, now, retain=True)

    def plan(self, connection: Connection, plan: AreaPlan) -> None:
        topic = self.topics.area(plan.area, AreaChannel.PLAN)
        self._send(connection, topic, encode(plan), plan.issued_at, plan.until, retain=True)

    def urgent(self, connection: Connection, urgent: AreaUrgent) -> None:
        topic = self.topics.area(urgent.area, AreaChannel.URGENT)
        self._send(connection, topic, encode(urgent), urgent.issued_at, urgent.until, retain=True)

    def exercise(self, connection: Connection, exercise: AreaExercise) -> None:
        topic = self.topics.area(exercise.area, AreaChannel.EXERCISE)
        sealed = self._exercise_key.seal(
            encode(exercise), topic=topic, issued_at=exercise.issued_at, expires_at=exercise.until
        )
        post.send(connection, topic, sealed, exercise.issued_at, retain=True)

    def config(self, connection: Connection, config: DeviceConfig, now: datetime) -> None:
        topic = self.topics.device(config.device, DeviceChannel.CONFIG)
        self._send(connection, topic, encode(config), now, now + CONFIG_LIFE, retain=True)

    def command(
        self,
        connection: Connection,
        device: DeviceId,
        command: Command,
        now: datetime,
        life: timedelta = COMMAND_LIFE,
    ) -> None:
        topic = self.topics.device(device, DeviceChannel.COMMAND)
        self._send(connection, topic, encode(command), now, now + life, retain=False)

    def _send(
        self, connection: Connection, topic: str, payload: bytes, now: datetime, until: datetime, *, retain: bool
    ) -> None:
        sealed = self._key.seal(payload, topic=topic, issued_at=now, expires_at=until)
        post.send(connection, topic, sealed, now, retain=retain)

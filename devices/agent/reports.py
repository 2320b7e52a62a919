"""What the device tells the controller: states, the last will, and receipts, each sealed with its own key."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from devices.agent.board import BoardReading
from devices.agent.camera_desk import CameraDesk
from devices.agent.heartbeat import Condition, Heartbeat
from devices.agent.journal import Journal
from devices.agent.outbox import Outbox
from devices.agent.proven_clock import EARLIEST
from devices.agent.settings import Identity
from devices.agent.timekeeper import Timekeeper
from devices.link.port import Link, Will
from devices.protocol.codec import encode
from devices.protocol.locks import BoxKey
from devices.protocol.messages import DeviceState
from devices.protocol.topics import DeviceChannel, Topics

STATE_LIFE = timedelta(days=1)
RECEIPT_LIFE = timedelta(days=30)
HEALTH_LIFE = timedelta(days=30)
WILL_LIFE = timedelta(days=3650)
"""A will is made before the time is known, and may be published years later."""


class Reports:
    """Called by the agent's one thread, but for `will`, which the link asks for."""

    def __init__(
        self,
        identity: Identity,
        journal: Journal,
        outbox: Outbox,
        time: Timekeeper,
        software: str,
        board: Callable[[], BoardReading],
    ) -> None:
        topics = Topics(identity.site)
        self.heartbeat = Heartbeat(identity.device, secrets.token_hex(8), software, BoxKey(identity.key).lock.text)
        self._state_topic = topics.device(identity.device, DeviceChannel.STATE)
        self._receipt_topic = topics.device(identity.device, DeviceChannel.RECEIPT)
        self._health_topic = topics.device(identity.device, DeviceChannel.HEALTH)
        self._key = identity.key
        self._journal = journal
        self._outbox = outbox
        self._time = time
        self._board = board
        self._clock = time.clock

    def state_due_at(self, condition: Condition, every: float) -> float | None:
        """When the next state is to be sent, by the monotonic clock; None means at once."""
        due_at, question = self.heartbeat.due_at(condition, every), self._time.next_question
        if due_at is None or question is None:
            return due_at
        return min(due_at, self.heartbeat.not_before(question))

    def send_receipts(self, link: Link, now: datetime) -> None:
        """Those that are to be offered now; none while nobody could tell when they were written."""
        if not self._clock.proven:
            return
        for payload in self._outbox.offers.to_offer(self._clock.monotonic()):
            link.publish(self._receipt_topic, self._seal(self._receipt_topic, payload, now, RECEIPT_LIFE))

    def send_health(self, link: Link, cameras: CameraDesk, now: datetime) -> None:
        """Changes that are to be offered now, and the heartbeat when it is due; nothing while nobody knows the time."""
        if not self._clock.proven:
            return
        elapsed = self._clock.monotonic()
        for payload in (*cameras.offers.to_offer(elapsed), *cameras.heartbeat(now, elapsed)):
            link.publish(self._health_topic, self._seal(self._health_topic, payload, now, HEALTH_LIFE))

    def send_state(self, link: Link, condition: Condition, now: datetime, *, online: bool = True) -> None:
        state = self.heartbeat.state(
            condition,
            now,
            self._clock.monotonic(),
            waiting_receipts=len(self._outbox.offers),
            refused=self._journal.refused,
            clock_offset=self._clock.offset,
            time_question=self._time.question() if online else "",
            online=online,
            board=self._board(),
        )
        link.publish(self._state_topic, self._sealed_state(state, now, STATE_LIFE), retain=True)

    def will(self) -> Will:
        """While nobody knows the time it is dated as late as is certain, or it would be refused as expired."""
        now = self._clock.now() if self._clock.proven else max(self._time.latest or EARLIEST, EARLIEST)
        return Will(self._state_topic, self._sealed_state(self.heartbeat.last_will(now), now, WILL_LIFE))

    def _sealed_state(self, state: DeviceState, now: datetime, life: timedelta) -> bytes:
        return self._seal(self._state_topic, encode(state), now, life)

    def _seal(self, topic: str, payload: bytes, now: datetime, life: timedelta) -> bytes:
        return self._key.seal(payload, topic=topic, issued_at=now, expires_at=now + life)

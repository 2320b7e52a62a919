"""From the wire to the rows: every message is kept first, then judged, then acted upon or counted as refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from controller.happenings import Happening, Happenings, Kind
from controller.monitoring.presence import Presence
from controller.orders import Orders
from controller.store import broadcasts, fleet, post, refusals
from controller.store.database import Connection, Database
from controller.store.post import Received
from controller.store.refusals import Refusal
from devices.clock import Clock
from devices.link.port import Inbound
from devices.protocol.codec import decode
from devices.protocol.errors import BadSignature, BadTopic, WireError, WrongTopic
from devices.protocol.messages import DeviceState, Receipt, ReceiptId, ReceiptsStored
from devices.protocol.signing import FindKey, KeyId, Opened, VerifyKey, unseal
from devices.protocol.topics import DeviceChannel, DeviceId, DeviceTopic, Topics

_AT_ONCE = 500
_WORDS = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """A message whose seal held, from a device that we know."""

    topic: DeviceTopic
    opened: Opened
    sealed: bytes
    seen_at: datetime


class Intake:
    """`keep` is called by the link's thread; `process` by one worker at a time."""

    def __init__(
        self,
        database: Database,
        topics: Topics,
        orders: Orders,
        presence: Presence,
        clock: Clock,
        happenings: Happenings,
    ) -> None:
        self._database = database
        self._topics = topics
        self._orders = orders
        self._presence = presence
        self._clock = clock
        self._happenings = happenings
        self._nudge: Callable[[], None] = lambda: None

    def on_kept(self, nudge: Callable[[], None]) -> None:
        """`nudge` is called after each message that was kept: there is something to process."""
        self._nudge = nudge

    def keep(self, message: Inbound) -> None:
        """Stores a message as it came; afterwards the broker may forget it."""
        with self._database.write() as connection:
            post.receive(connection, [(message.topic, message.payload, message.retained)], self._clock.now())
        self._nudge()

    def process(self) -> int:
        """Deals with what is waiting, oldest first; returns how many messages that were."""
        told: list[Happening] = []
        with self._database.write() as connection:
            waiting = post.received(connection, _AT_ONCE)
            stored: dict[DeviceId, list[ReceiptId]] = {}
            for message in waiting:
                told += self._one(connection, message, stored)
            for device, receipts in stored.items():
                self._orders.command(connection, device, ReceiptsStored(receipts=tuple(receipts)), self._clock.now())
            post.dealt_with(connection, [message.id for message in waiting])
        for happening in told:
            self._happenings.tell(happening)
        return len(waiting)

    def _one(
        self, connection: Connection, message: Received, stored: dict[DeviceId, list[ReceiptId]]
    ) -> Iterable[Happening]:
        try:
            with connection.begin_nested():
                return self._act(connection, self._judge(connection, message), stored)
        except WireError as refused:
            return [self._refuse(connection, message, refused.reason, str(refused))]
        except Exception as fault:  # one message that we stumble over must not hold up all the others
            log.exception("could not deal with a message on %s", message.topic)
            return [self._refuse(connection, message, "fault", type(fault).__name__)]

    def _judge(self, connection: Connection, message: Received) -> Judged:
        topic = self._topics.parse(message.topic)
        if not isinstance(topic, DeviceTopic) or not topic.channel.from_device:
            raise BadTopic(f"devices do not speak on {message.topic[:_WORDS]!r}")
        device = fleet.find(connection, topic.device)
        if device is None:
            raise BadSignature(f"no device {topic.device!r} here")
        opened = unseal(
            message.payload,
            topic=message.topic,
            now=self._clock.now(),
            find_key=_only(VerifyKey.from_text(device.public_key)),
        )
        # What the broker had kept says when it was written, not that its writer is alive now.
        seen_at = min(opened.issued_at, message.received_at) if message.retained else message.received_at
        return Judged(topic, opened, message.payload, seen_at)

    def _act(
        self, connection: Connection, judged: Judged, stored: dict[DeviceId, list[ReceiptId]]
    ) -> Iterable[Happening]:
        device = judged.topic.device
        if judged.topic.channel is DeviceChannel.STATE:
            state = decode(judged.opened.payload, DeviceState)
            _same_device(device, state.device)
            return self._presence.hear(connection, state, judged.seen_at)
        receipt = decode(judged.opened.payload, Receipt)
        _same_device(device, receipt.device)
        new = broadcasts.keep_receipt(connection, receipt, judged.sealed, self._clock.now())
        stored.setdefault(device, []).append(receipt.id)
        return [self._receipt_told(receipt)] if new else []

    def _receipt_told(self, receipt: Receipt) -> Happening:
        detail: dict[str, object] = {"device": receipt.device, "outcome": receipt.outcome.value}
        return Happening(Kind.RECEIPT, self._clock.now(), receipt.occurrence, detail)

    def _refuse(self, connection: Connection, message: Received, reason: str, words: str) -> Happening:
        now = self._clock.now()
        channel = _channel(self._topics, message.topic)
        shown = message.topic[:_WORDS].replace("\x00", "")
        refusal = Refusal(channel, reason, 1, now, shown, words[:_WORDS].replace("\x00", ""))
        refusals.count_one(connection, refusal)
        return Happening(Kind.REFUSED, now, shown, {"reason": reason})


def _only(key: VerifyKey) -> FindKey:
    def find(kid: KeyId) -> VerifyKey | None:
        return key if kid == key.id else None

    return find


def _same_device(topic: DeviceId, said: DeviceId) -> None:
    if topic != said:
        raise WrongTopic(f"{topic!r} speaks as {said!r}")


def _channel(topics: Topics, topic: str) -> str:
    try:
        return str(topics.parse(topic).channel.value)
    except BadTopic:
        return "unknown"

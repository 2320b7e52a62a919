"""From the wire to the rows: every message is kept first, then judged, then acted upon or counted as refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from controller.happenings import Happening, Happenings, Kind
from controller.monitoring.cameras import reception
from controller.monitoring.health import holds_current_plans, may_find_rubbish, may_lack_plans
from controller.monitoring.presence import Presence
from controller.monitoring.roll import Roll
from controller.monitoring.symptoms import received_badly, subject
from controller.orders import Orders
from controller.store import post, refusals, told_by_devices
from controller.store.areas import own_node
from controller.store.database import Connection, Database
from controller.store.post import Received
from controller.store.refusals import Refusal
from controller.store.troubles import Subject, SubjectKind, Trouble
from devices.clock import Clock
from devices.link.port import Inbound
from devices.protocol.codec import decode
from devices.protocol.errors import BadSignature, BadTopic, Expired, WireError, WrongTopic
from devices.protocol.messages import (
    Command,
    DeviceHealth,
    DeviceState,
    HealthStored,
    Receipt,
    ReceiptId,
    ReceiptsStored,
    TimeAnswer,
)
from devices.protocol.messages.cameras import HealthId
from devices.protocol.signing import FindKey, KeyId, Opened, VerifyKey, unseal
from devices.protocol.topics import DeviceChannel, DeviceId, DeviceTopic, Topics

MESSAGES_AT_ONCE = 500
Stored = dict[DeviceId, tuple[list[ReceiptId], list[HealthId]]]
"""What is kept now of each device, and may be forgotten there."""
_WORDS = 200
_QUESTION_WAITS = timedelta(seconds=30)
_SAID_AGAIN_AFTER = timedelta(minutes=1)

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
        self.answers = 0
        """So many letters to devices it has put into the outbox."""

    def on_kept(self, nudge: Callable[[], None]) -> None:
        """`nudge` is called after each message that was kept: there is something to process."""
        self._nudge = nudge

    def keep(self, message: Inbound) -> None:
        """Stores a message as it came; afterwards the broker may forget it."""
        with self._database.write() as connection:
            post.receive(connection, [(message.topic, message.payload, message.retained)], self._clock.now())
        self._nudge()

    def process_all(self) -> bool:
        """Deals with all that is waiting; whether somebody is to be answered."""
        before = self.answers
        while self.process() == MESSAGES_AT_ONCE:
            pass
        return self.answers > before

    def process(self) -> int:
        """Deals with what is waiting, oldest first; returns how many messages that were."""
        with self._database.read() as connection:
            waiting = post.received(connection, MESSAGES_AT_ONCE)
        if not waiting:
            return 0
        try:
            told = self._deal(waiting, one_by_one=False)
        except Exception:  # one message that we stumble over must not hold up all the others
            log.exception("a batch of messages failed and is taken one by one")
            told = self._deal(waiting, one_by_one=True)
        for happening in told:
            self._happenings.tell(happening)
        return len(waiting)

    def _deal(self, waiting: Sequence[Received], *, one_by_one: bool) -> list[Happening]:
        told: list[Happening] = []
        stored: Stored = {}
        with self._database.write() as connection:
            roll = Roll(connection, _named(self._topics, waiting))
            for message in waiting:
                told += self._alone(roll, message, stored) if one_by_one else self._one(roll, message, stored)
            changed = roll.write(self._clock.now())
            for device, told_of in stored.items():
                self._confirm(connection, device, told_of)
            post.dealt_with(connection, [message.id for message in waiting])
        return told + [Happening(Kind.INCIDENT, self._clock.now(), str(one)) for one in changed]

    def _alone(self, roll: Roll, message: Received, stored: Stored) -> Iterable[Happening]:
        try:
            with roll.connection.begin_nested():
                return self._one(roll, message, stored)
        except Exception as fault:
            log.exception("could not deal with a message on %s", message.topic)
            return [self._refuse(roll, message, "fault", type(fault).__name__)]

    def _one(self, roll: Roll, message: Received, stored: Stored) -> Iterable[Happening]:
        try:
            judged = self._judge(roll, message)
            try:
                judged.opened.check_date(self._clock.now())
            except Expired:
                # A board that does not know the time cannot date its question for it.
                self._tell_time(roll.connection, judged)
                raise
            return self._act(roll, judged, stored)
        except WireError as refused:
            return [self._refuse(roll, message, refused.reason, str(refused))]

    def _judge(self, roll: Roll, message: Received) -> Judged:
        topic = self._topics.parse(message.topic)
        if not isinstance(topic, DeviceTopic) or not topic.channel.from_device:
            raise BadTopic(f"devices do not speak on {message.topic[:_WORDS]!r}")
        device = roll.device(topic.device)
        if device is None or device.is_shut_out:
            raise BadSignature(f"no device {topic.device!r} here")
        opened = unseal(message.payload, topic=message.topic, now=None, find_key=_only(_key(device.public_key)))
        # What the broker had kept says when it was written, not that its writer is alive now.
        seen_at = min(opened.issued_at, message.received_at) if message.retained else message.received_at
        return Judged(topic, opened, message.payload, seen_at)

    def _act(self, roll: Roll, judged: Judged, stored: Stored) -> Iterable[Happening]:
        device = judged.topic.device
        if judged.topic.channel is DeviceChannel.STATE:
            state = decode(judged.opened.payload, DeviceState)
            _same_device(device, state.device)
            self._tell_time(roll.connection, judged, state)
            self._repeat(roll, state)
            return self._presence.hear(roll, state, judged.seen_at)
        if judged.topic.channel is DeviceChannel.HEALTH:
            return self._health(roll, decode(judged.opened.payload, DeviceHealth), device, stored)
        receipt = decode(judged.opened.payload, Receipt)
        _same_device(device, receipt.device)
        new = told_by_devices.keep_receipt(roll.connection, receipt, judged.sealed, self._clock.now())
        stored.setdefault(device, ([], []))[0].append(receipt.id)
        return [self._receipt_told(receipt)] if new else []

    def _health(self, roll: Roll, said: DeviceHealth, device: DeviceId, stored: Stored) -> Iterable[Happening]:
        _same_device(device, said.device)
        now = self._clock.now()
        changed = reception.hear(roll.connection, said, now)
        if not said.whole:
            stored.setdefault(device, ([], []))[1].append(said.id)
        return [Happening(Kind.CAMERA, now, camera) for camera in changed]

    def _confirm(
        self, connection: Connection, device: DeviceId, told_of: tuple[list[ReceiptId], list[HealthId]]
    ) -> None:
        receipts, health = told_of
        if receipts:
            self._answer(connection, device, ReceiptsStored(receipts=tuple(receipts)))
        if health:
            self._answer(connection, device, HealthStored(health=tuple(health)))

    def _tell_time(self, connection: Connection, judged: Judged, state: DeviceState | None = None) -> None:
        """Answers a device that asks for the time, unless it asked so long ago that it waits no longer."""
        if judged.topic.channel is not DeviceChannel.STATE:
            return
        state = state or decode(judged.opened.payload, DeviceState)
        now = self._clock.now()
        if state.time_question and now - judged.seen_at < _QUESTION_WAITS:
            self._answer(connection, judged.topic.device, TimeAnswer(question=state.time_question, at=now))

    def _repeat(self, roll: Roll, state: DeviceState) -> None:
        """Says again what a device was told, once a minute at most, when it finds something else in its place."""
        device, before = roll.device(state.device), roll.seen(state.device)
        if device is None or not state.online:
            return
        known = None if before is None else before.state
        if may_find_rubbish(known, state) or (
            may_lack_plans(known, state) and not holds_current_plans(state, roll.published, roll.tree.path(device.area))
        ):
            path = roll.tree.path(device.area)
            topics = (
                self._topics.device(device.id, DeviceChannel.CONFIG),
                *self._topics.to_areas((own_node(device.id), *path)),
            )
            self.answers += post.repeat(roll.connection, topics, self._clock.now() - _SAID_AGAIN_AFTER)

    def _answer(self, connection: Connection, device: DeviceId, answer: Command) -> None:
        self._orders.command(connection, device, answer, self._clock.now())
        self.answers += 1

    def _receipt_told(self, receipt: Receipt) -> Happening:
        detail: dict[str, object] = {"device": receipt.device, "outcome": receipt.outcome.value}
        return Happening(Kind.RECEIPT, self._clock.now(), receipt.occurrence, detail)

    def _refuse(self, roll: Roll, message: Received, reason: str, words: str) -> Happening:
        now = self._clock.now()
        channel = _channel(self._topics, message.topic)
        shown = message.topic[:_WORDS].replace("\x00", "")
        refusal = Refusal(channel, reason, 1, now, shown, words[:_WORDS].replace("\x00", ""))
        refusals.count_one(roll.connection, refusal)
        roll.report([self._trouble(roll, message.topic, reason)])
        return Happening(Kind.REFUSED, now, shown, {"reason": reason})

    def _trouble(self, roll: Roll, topic: str, reason: str) -> Trouble:
        """A trouble of the device on whose topic it came, or of the whole site where there is no such device."""
        with suppress(BadTopic):
            parsed = self._topics.parse(topic)
            if isinstance(parsed, DeviceTopic) and (device := roll.device(parsed.device)) is not None:
                return received_badly(subject(device.id), reason, device.area)
        return received_badly(Subject(SubjectKind.SITE, self._topics.site), reason, None)


def _only(key: VerifyKey) -> FindKey:
    def find(kid: KeyId) -> VerifyKey | None:
        return key if kid == key.id else None

    return find


_key = lru_cache(maxsize=10_000)(VerifyKey.from_text)


def _named(topics: Topics, messages: Iterable[Received]) -> set[DeviceId]:
    """The devices on whose topics these came."""
    found = set()
    for message in messages:
        with suppress(BadTopic):
            topic = topics.parse(message.topic)
            if isinstance(topic, DeviceTopic):
                found.add(topic.device)
    return found


def _same_device(topic: DeviceId, said: DeviceId) -> None:
    if topic != said:
        raise WrongTopic(f"{topic!r} speaks as {said!r}")


def _channel(topics: Topics, topic: str) -> str:
    try:
        return str(topics.parse(topic).channel.value)
    except BadTopic:
        return "unknown"

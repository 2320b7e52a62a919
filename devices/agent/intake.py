"""From the inbox to the books: each message is judged by its seal, then acted upon or counted under its reason."""

from __future__ import annotations

from datetime import datetime

from devices.agent.camera_desk import CameraDesk
from devices.agent.journal import Journal
from devices.agent.orderbook import OrderBook
from devices.agent.outbox import Outbox
from devices.agent.planbook import PlanBook
from devices.agent.settings import Identity
from devices.agent.timekeeper import Timekeeper
from devices.agent.timetable import Timetable
from devices.agent.trust import Trust
from devices.link.port import Inbound
from devices.protocol.codec import decode_command
from devices.protocol.errors import BadTopic, Expired, Malformed, Superseded, WireError, WrongTopic
from devices.protocol.messages import HealthStored, ReceiptsStored, Restart, SoundTone, TimeAnswer
from devices.protocol.signing import FUTURE_TOLERANCE, KeyId, Opened, VerifyKey, unseal
from devices.protocol.topics import AreaChannel, AreaTopic, DeviceChannel, DeviceTopic, Topics
from schedules.errors import ScheduleError
from schedules.programme import AreaId

DRAINED = 10.0
"""So many seconds after a connection was made what comes is new, not what the broker had kept meanwhile."""


class Intake:
    """Called by the agent's one thread, inside a transaction of the journal."""

    def __init__(
        self,
        identity: Identity,
        journal: Journal,
        plans: PlanBook,
        orders: OrderBook,
        timetable: Timetable,
        outbox: Outbox,
        cameras: CameraDesk,
        time: Timekeeper,
    ) -> None:
        self._device = identity.device
        self._topics = Topics(identity.site)
        self._own_commands = self._topics.device(identity.device, DeviceChannel.COMMAND)
        self._trust = Trust(identity, journal)
        self._renewed = False
        self.restart_asked = False
        self._journal = journal
        self._plans = plans
        self._orders = orders
        self._timetable = timetable
        self._outbox = outbox
        self._cameras = cameras
        self._time = time
        self._clock = time.clock
        self._of_an_earlier_life = {row for row, _ in journal.inbox()}
        self._connected_at: float | None = None

    def connected(self) -> None:
        """There is a new line."""
        self._connected_at = self._clock.monotonic()
        self._trust.connected(self._connected_at)

    def waits_until(self) -> float | None:
        """Until when, by the monotonic clock, what has come is held back; None when nothing is."""
        return self._trust.waits_until(self._clock.monotonic())

    def take_renewed(self) -> bool:
        """True once after other keys count: what the broker keeps is to be read again."""
        renewed, self._renewed = self._renewed, False
        return renewed

    def read(self) -> bool:
        """Act upon all that waits in the inbox. True when a plan, an order or the configuration has changed.

        While the time is not proven no date can be judged: all but an answer to our question for the time, and what is
        urgent, waits on.
        """
        changed = self._sound_alarms()
        changed |= self._hear_the_root()
        if self.waits_until() is not None:
            return changed
        waiting = self._journal.inbox()
        if not self._clock.proven:
            waiting = [one for one in waiting if not self._is_time(*one)]
        proven = self._clock.proven
        for row, inbound in waiting:
            if not proven and not self._need_not_wait(inbound):
                continue
            try:
                changed |= self._take(row, inbound, self._clock.now())
            except WireError as refusal:
                self._journal.refuse(refusal.reason)
            except ScheduleError:
                self._journal.refuse(Malformed.reason)
            self._journal.acted_upon(row)
        return changed

    def _hear_the_root(self) -> bool:
        """Before anything else: whose orders count."""
        changed = False
        for row, inbound in self._journal.inbox():
            if inbound.topic != self._topics.keys():
                continue
            try:
                if self._trust.take(inbound.payload, inbound.topic):
                    self._renewed = changed = True
                    self._forget_the_revoked()
            except WireError as refusal:
                self._journal.refuse(refusal.reason)
            self._journal.acted_upon(row)
        return changed

    def _forget_the_revoked(self) -> None:
        """What a thief may have ordered has no force, and its serials hinder nobody."""
        for place in self._journal.signed_by(self._trust.revoked):
            match self._topics.parse(place):
                case AreaTopic(area=area, channel=AreaChannel.PLAN):
                    self._plans.drop_plan(area)
                case AreaTopic(area=area, channel=channel):
                    self._orders.drop(channel, area)
                case _:
                    self._plans.distrust_config()
            self._journal.note_signer(place, "")

    def _sound_alarms(self) -> bool:
        config = self._plans.config
        known = {} if config is None else {alarm.name: alarm for alarm in config.alarms}
        changed = False
        for name in self._journal.take_alarms():
            if name in known:
                self._time.assume(self._clock.now())
                self._orders.sound_alarm(known[name], self._clock.now())
                changed = True
            else:
                self._journal.refuse("unknown-alarm")
        return changed

    def _need_not_wait(self, inbound: Inbound) -> bool:
        """True for what is urgent and certainly not older than what was known before the power failed."""
        try:
            if self._topics.parse(inbound.topic).channel is not AreaChannel.URGENT:
                return False
            issued_at = self._unseal(inbound, None).issued_at
        except WireError:
            return False
        return self._time.latest is None or issued_at >= self._time.latest - FUTURE_TOLERANCE

    def _take(self, row: int, inbound: Inbound, now: datetime) -> bool:
        match self._topics.parse(inbound.topic):
            case AreaTopic(area=area, channel=AreaChannel.PLAN):
                if self._plans.holds(area, inbound.payload):
                    return False
                opened = self._unseal(inbound, now)
                taken = self._plans.take_plan(area, inbound.payload, opened.payload, now, self._timetable.over)
                return self._noted(inbound, opened, taken)
            case AreaTopic(area=area, channel=channel):
                return self._take_order(row, inbound, channel, area, now)
            case DeviceTopic(device=self._device, channel=DeviceChannel.CONFIG):
                if self._plans.holds_config(inbound.payload):
                    return False
                opened = self._unseal(inbound, now)
                return self._noted(inbound, opened, self._plans.take_config(inbound.payload, opened.payload))
            case DeviceTopic(device=self._device, channel=DeviceChannel.COMMAND):
                return self._obey(self._unseal(inbound, None), now)
        raise BadTopic(f"nothing for this device: {inbound.topic[:200]!r}")

    def _take_order(self, row: int, inbound: Inbound, channel: AreaChannel, area: AreaId, now: datetime) -> bool:
        """An order that has expired still ends the one before it: what took that back must not come too late."""
        if self._orders.holds(channel, area, inbound.payload):
            return False
        if area not in self._plans.areas:
            raise WrongTopic(f"an order for {area!r}; this device stands in {self._plans.areas!r}")
        opened = self._unseal(inbound, None, exercise=channel is AreaChannel.EXERCISE)
        if self._clock.proven and opened.issued_at > now + FUTURE_TOLERANCE:
            raise Expired(f"dated in the future: {opened.issued_at:%Y-%m-%dT%H:%M:%SZ}")
        if not self._clock.proven and self._is_live(row, inbound):
            self._time.assume(opened.issued_at)
            now = self._clock.now()
        taken = self._orders.take(channel, area, inbound.payload, opened.payload, now)
        if taken is not None and taken.sounds and self._clock.proven and now > opened.expires_at:
            self._journal.refuse(Expired.reason)
        return self._noted(inbound, opened, taken is not None)

    def _noted(self, inbound: Inbound, opened: Opened, taken: bool) -> bool:
        if taken:
            self._journal.note_signer(inbound.topic, opened.key)
        return taken

    def _is_live(self, row: int, inbound: Inbound) -> bool:
        """Whether it came as it was written: over a line that stood, and not out of anybody's memory."""
        stood = self._connected_at is not None and self._clock.monotonic() - self._connected_at >= DRAINED
        return stood and not inbound.retained and row not in self._of_an_earlier_life

    def _is_time(self, row: int, inbound: Inbound) -> bool:
        """True for an answer to our question, which is then acted upon."""
        if inbound.topic != self._own_commands:
            return False
        try:
            command = decode_command(self._unseal(inbound, None).payload)
        except WireError:
            return False
        if not isinstance(command, TimeAnswer):
            return False
        self._time.learn(command)
        self._journal.acted_upon(row)
        return True

    def _unseal(self, inbound: Inbound, now: datetime | None, *, exercise: bool = False) -> Opened:
        find_key = self._exercise_key if exercise else self._trust.find
        return unseal(inbound.payload, topic=inbound.topic, now=now, find_key=find_key)

    def _exercise_key(self, wanted: KeyId) -> VerifyKey | None:
        """Of those that the configuration names, but never one that orders in earnest."""
        config = self._plans.config
        for text in () if config is None else config.exercise_keys:
            try:
                key = VerifyKey.from_text(text)
            except ValueError:
                continue
            if key.id == wanted and not self._trust.is_ours(key.id):
                return key
        return None

    def _obey(self, order: Opened, now: datetime) -> bool:
        """True when there is something new to sound."""
        command = decode_command(order.payload)
        if isinstance(command, TimeAnswer):
            self._time.learn(command)
            return False
        order.check_date(now)
        if not self._journal.first_sight(order.id, order.expires_at, now):
            raise Superseded("a command is good for one use")
        match command:
            case ReceiptsStored():
                self._outbox.stored(command.receipts)
            case HealthStored():
                self._cameras.stored(command.health)
            case Restart():
                self.restart_asked = True
            case SoundTone():
                self._orders.sound_tone(command, now)
                return True
        return False

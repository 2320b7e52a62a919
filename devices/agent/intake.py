"""From the inbox to the books: each message is judged by its seal, then acted upon or counted under its reason."""

from __future__ import annotations

from datetime import datetime

from devices.agent.journal import Journal
from devices.agent.outbox import Outbox
from devices.agent.planbook import PlanBook
from devices.agent.timekeeper import Timekeeper
from devices.link.port import Inbound
from devices.protocol.codec import decode_command
from devices.protocol.errors import BadTopic, Malformed, Superseded, WireError
from devices.protocol.messages import TimeAnswer
from devices.protocol.signing import FindKey, Opened, unseal
from devices.protocol.topics import AreaChannel, AreaTopic, DeviceChannel, DeviceId, DeviceTopic, Topics
from schedules.errors import ScheduleError


class Intake:
    """Called by the agent's one thread, inside a transaction of the journal."""

    def __init__(
        self,
        device: DeviceId,
        topics: Topics,
        find_key: FindKey,
        journal: Journal,
        book: PlanBook,
        outbox: Outbox,
        time: Timekeeper,
    ) -> None:
        self._device = device
        self._topics = topics
        self._own_commands = topics.device(device, DeviceChannel.COMMAND)
        self._find_key = find_key
        self._journal = journal
        self._book = book
        self._outbox = outbox
        self._time = time
        self._clock = time.clock

    def read(self) -> bool:
        """Act upon all that waits in the inbox. True when a plan or the configuration has changed.

        While the time is not proven no date can be judged: all but an answer to our question for the time waits on.
        """
        changed = False
        waiting = self._journal.inbox()
        if not self._clock.proven:
            waiting = [one for one in waiting if not self._is_time(*one)]
            if not self._clock.proven:
                return False
        for row, inbound in waiting:
            try:
                changed |= self._take(inbound, self._clock.now())
            except WireError as refusal:
                self._journal.refuse(refusal.reason)
            except ScheduleError:
                self._journal.refuse(Malformed.reason)
            self._journal.acted_upon(row)
        return changed

    def _take(self, inbound: Inbound, now: datetime) -> bool:
        match self._topics.parse(inbound.topic):
            case AreaTopic(area=area, channel=AreaChannel.PLAN):
                if self._book.holds(area, inbound.payload):
                    return False
                return self._book.take_plan(area, inbound.payload, self._unseal(inbound, now).payload, now)
            case DeviceTopic(device=self._device, channel=DeviceChannel.CONFIG):
                if self._book.holds_config(inbound.payload):
                    return False
                return self._book.take_config(inbound.payload, self._unseal(inbound, now).payload)
            case DeviceTopic(device=self._device, channel=DeviceChannel.COMMAND):
                self._obey(self._unseal(inbound, None), now)
                return False
        raise BadTopic(f"nothing for this device: {inbound.topic[:200]!r}")

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

    def _unseal(self, inbound: Inbound, now: datetime | None) -> Opened:
        return unseal(inbound.payload, topic=inbound.topic, now=now, find_key=self._find_key)

    def _obey(self, order: Opened, now: datetime) -> None:
        command = decode_command(order.payload)
        if isinstance(command, TimeAnswer):
            self._time.learn(command)
            return
        order.check_date(now)
        if not self._journal.first_sight(order.id, order.expires_at, now):
            raise Superseded("a command is good for one use")
        self._outbox.stored(command.receipts)

"""From the inbox to the books: each message is judged by its seal, then acted upon or counted under its reason."""

from __future__ import annotations

from datetime import datetime

from devices.agent.journal import Journal
from devices.agent.outbox import Outbox
from devices.agent.planbook import PlanBook
from devices.link.port import Inbound
from devices.protocol.codec import decode
from devices.protocol.errors import BadTopic, Malformed, Superseded, WireError
from devices.protocol.messages import ReceiptsStored
from devices.protocol.signing import FindKey, Opened, unseal
from devices.protocol.topics import AreaTopic, DeviceChannel, DeviceId, DeviceTopic, Topics
from schedules.errors import ScheduleError


class Intake:
    """Called by the agent's one thread, inside a transaction of the journal."""

    def __init__(
        self, device: DeviceId, topics: Topics, find_key: FindKey, journal: Journal, book: PlanBook, outbox: Outbox
    ) -> None:
        self._device = device
        self._topics = topics
        self._find_key = find_key
        self._journal = journal
        self._book = book
        self._outbox = outbox

    def read(self, now: datetime) -> bool:
        """Act upon all that waits in the inbox. True when a plan or the configuration has changed."""
        changed = False
        for row, inbound in self._journal.inbox():
            try:
                changed |= self._take(inbound, now)
            except WireError as refusal:
                self._journal.refuse(refusal.reason)
            except ScheduleError:
                self._journal.refuse(Malformed.reason)
            self._journal.acted_upon(row)
        return changed

    def _take(self, inbound: Inbound, now: datetime) -> bool:
        match self._topics.parse(inbound.topic):
            case AreaTopic(area=area):
                if self._book.holds(area, inbound.payload):
                    return False
                return self._book.take_plan(area, inbound.payload, self._unseal(inbound, now).payload, now)
            case DeviceTopic(device=self._device, channel=DeviceChannel.CONFIG):
                if self._book.holds_config(inbound.payload):
                    return False
                return self._book.take_config(inbound.payload, self._unseal(inbound, now).payload)
            case DeviceTopic(device=self._device, channel=DeviceChannel.COMMAND):
                self._obey(self._unseal(inbound, now), now)
                return False
        raise BadTopic(f"nothing for this device: {inbound.topic[:200]!r}")

    def _unseal(self, inbound: Inbound, now: datetime) -> Opened:
        return unseal(inbound.payload, topic=inbound.topic, now=now, find_key=self._find_key)

    def _obey(self, order: Opened, now: datetime) -> None:
        command = decode(order.payload, ReceiptsStored)
        if not self._journal.first_sight(order.id, order.expires_at, now):
            raise Superseded("a command is good for one use")
        self._outbox.stored(command.receipts)

"""All stop that somebody else gave with our key, while we were away: it holds here, too."""

from __future__ import annotations

from controller.alerts.decisions import hush
from controller.alerts.office import Office
from controller.orders import Orders
from controller.store import announcements
from controller.store.announcements import Stop, ToldNode
from controller.store.database import Connection
from devices.link.port import Inbound
from devices.protocol.codec import decode
from devices.protocol.errors import WireError
from devices.protocol.messages import AreaUrgent
from devices.protocol.signing import unseal
from devices.protocol.topics import AreaChannel, AreaTopic, Topics

BY_COMMAND = "loa alert stop"


class ForeignStops:
    def __init__(self, office: Office, orders: Orders) -> None:
        self._office = office
        self._topics: Topics = orders.topics
        self._orders = orders

    def hears(self, message: Inbound) -> bool:
        """True for every order to an area, whoever gave it; one that stops and is newer than ours is learnt."""
        try:
            topic = self._topics.parse(message.topic)
            if not isinstance(topic, AreaTopic) or topic.channel is not AreaChannel.URGENT:
                return False
            key = self._orders.public_key
            opened = unseal(
                message.payload, topic=message.topic, now=None, find_key=lambda kid: key if kid == key.id else None
            )
            order = decode(opened.payload, AreaUrgent)
        except WireError:
            # A device refuses it as we do; what is none of ours at all is for whoever counts refusals.
            return False
        if order.stopped_at is not None and self._is_news(order):
            self._office.settle(lambda connection: self._learn(connection, order))
        return True

    def _is_news(self, order: AreaUrgent) -> bool:
        known = self._office.ask(announcements.told).get((order.area, False))
        return known is None or order.serial > known.serial

    def _learn(self, connection: Connection, order: AreaUrgent) -> None:
        assert order.stopped_at is not None, "asked before"
        until = order.silent_until or order.stopped_at
        announcements.stop(connection, Stop(order.area, order.stopped_at, until, None, BY_COMMAND))
        hush(connection, self._office.commune(connection), (order.area,))
        # Without a digest: whatever stands now is told anew, after it.
        told = ToldNode(order.area, False, order.serial, "", order.issued_at, order.until)
        announcements.tell(connection, told)

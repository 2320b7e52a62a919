"""What warning services and gauges say over MQTT, each on the topic to which its account keeps it."""

from __future__ import annotations

from contextlib import suppress

from controller.alerts.errors import Unreadable
from controller.alerts.gauge_desk import GaugeDesk
from controller.alerts.office import Office
from controller.store import alert_sources
from controller.store.alert_sources import SourceKind
from controller.store.alerts import SourceId
from controller.store.database import Database
from devices.link.port import Inbound
from devices.protocol.errors import BadTopic
from devices.protocol.topics import OutsideKind, OutsideTopic, Topics


class Outside:
    def __init__(self, database: Database, office: Office, gauges: GaugeDesk, topics: Topics) -> None:
        self._database = database
        self._office = office
        self._gauges = gauges
        self._topics = topics

    def hears(self, message: Inbound) -> bool:
        """True for what one that is known here has said; the rest is for whoever counts refusals."""
        try:
            topic = self._topics.parse(message.topic)
        except BadTopic:
            return False
        if not isinstance(topic, OutsideTopic):
            return False
        if topic.channel is OutsideKind.SENSOR:
            # What the broker had kept was read at a time that nobody knows.
            return message.retained or self._gauges.hear(topic.name, message.payload)
        with self._database.read() as connection:
            source = alert_sources.find(connection, SourceId(topic.name))
        if source is None or source.kind is not SourceKind.MQTT:
            return False
        with suppress(Unreadable):  # it is kept as it came, and seen by people
            self._office.take_in(source.id, message.payload)
        return True

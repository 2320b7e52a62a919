"""Warning services and gauges on a real Mosquitto: each says its own, over its own account, and nobody another's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from controller.alerts.cap.writing import write_alert
from controller.app import App
from controller.connected import on_broker
from controller.fleet.broker.mosquitto import MosquittoBroker
from controller.fleet.broker.mosquitto_child import find_program
from controller.running import Running
from controller.settings import Settings
from controller.store import alerts, areas
from controller.store.alert_sources import OWN, Source, SourceKind
from controller.store.alerts import AlertRow, SourceId
from controller.store.areas import Area, AreaKind
from controller.town.warnings import WarningService, around, believe
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.settings import MqttSettings
from devices.protocol.topics import OutsideKind, SiteId
from schedules.programme import AreaId

pytestmark = pytest.mark.long
COMMUNE = AreaId("xa")
SERVICE = SourceId("dai-tinh")
GAUGE = {
    "name": "Cầu Bà Triệu",
    "hazard": "flood",
    "unit": "m",
    "thresholds": [{"value": 3.0, "level": 3}],
    "areas": ["xa"],
    "hold_seconds": 0,
}


class Station:
    """A controller at work on a Mosquitto of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.clock = SystemClock()
        self.broker = MosquittoBroker(folder / "mosquitto", clock=self.clock)
        self.broker.start()
        stack.callback(self.broker.stop)
        settings = Settings(site=SiteId("thu"), folder=folder / "controller", database_url="", mqtt_url="")
        self.app: App = on_broker(self.broker, settings, self.clock)
        stack.enter_context(Running(self.app))
        self.us = self.app.services
        with self.us.database.write() as connection:
            areas.add(connection, Area(COMMUNE, None, AreaKind.COMMUNE, "Xã"))
        self.service: WarningService = believe(self.us.warnings.office, self.us.database, self.clock, {COMMUNE: 1})

    @contextmanager
    def line(self, account: str, password: str) -> Iterator[MqttLink]:
        address = self.broker.address
        settings = MqttSettings(address.host, address.port, f"thu-{account}", account, password, keep_session=False)
        link = MqttLink(settings, lambda _: None, clock=self.clock)
        link.start()
        try:
            yield link
        finally:
            link.abandon()

    def topic(self, kind: OutsideKind, name: str) -> str:
        return self.app.topics.outside(kind, name)

    def taken(self) -> list[AlertRow]:
        with self.us.database.read() as connection:
            return list(alerts.latest(connection, 50))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    if not find_program():
        pytest.skip("mosquitto is not installed")
    with ExitStack() as stack:
        yield Station(tmp_path, stack)


def until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(400):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError("it did not come to pass")


def test_a_service_hands_in_what_it_signs_over_its_own_account_until_its_key_is_renewed(station: Station) -> None:
    sources, service = station.us.warnings.sources, station.service
    first = sources.add(Source(SERVICE, SourceKind.MQTT, "Đài tỉnh", station.clock.now()))
    other = sources.add(Source(SourceId("khac"), SourceKind.MQTT, "Khác", station.clock.now()))
    own = station.topic(OutsideKind.SOURCE, SERVICE)
    with station.line(f"source.{SERVICE}", first) as line, station.line("source.khac", other) as stranger:
        until(lambda: line.connected and stranger.connected)
        stranger.publish(own, service.signed(service.write("X1", areas=(around(1),))))
        line.publish(own, b"<alert><!DOCTYPE x>")
        line.publish(own, write_alert(service.write("U1", areas=(around(1),))))
        line.publish(own, service.signed(service.write("A1", areas=(around(1),))))
        until(lambda: len(station.taken()) == 3)
    found = {row.identifier: (row.source, row.genuine) for row in station.taken()}
    assert found == {"": (SERVICE, "unverified"), "U1": (SERVICE, "unverified"), "A1": (SERVICE, "verified")}
    second = sources.renew_key(SERVICE)
    with station.line(f"source.{SERVICE}", first) as old, station.line(f"source.{SERVICE}", second) as new:
        until(lambda: new.connected and "refused" in old.trouble)
        sources.remove(SERVICE)
        until(lambda: not new.connected and "refused" in new.trouble)


def test_a_gauge_that_reaches_its_threshold_proposes_and_a_person_decides(station: Station) -> None:
    station.us.warnings.gauges.put("cau", GAUGE)
    password = station.us.warnings.sources.let_in_gauge("cau")
    topic = station.topic(OutsideKind.SENSOR, "cau")
    with station.line("sensor.cau", password) as line:
        until(lambda: line.connected)
        for reading in (b"1.2", b"no number", b'{"value": 3.4}', b"3.5"):
            line.publish(topic, reading)
        until(lambda: bool(station.taken()))
        station.us.warnings.sources.shut_out_gauge("cau")
        until(lambda: not line.connected and "refused" in line.trouble)
    (row,) = station.taken()
    assert (row.source, row.state.value, row.decided.level) == (OWN[SourceKind.SENSOR], "waiting", 3)
    assert "3.4 m" in row.decided.title or "3,4 m" in row.decided.title

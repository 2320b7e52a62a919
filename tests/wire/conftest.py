"""Links and brokers to try the wire on: one world per kind, with the same questions to each."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from controller.fleet.broker import access
from controller.fleet.broker.access import Principal
from controller.fleet.broker.embedded import EmbeddedBroker
from controller.fleet.broker.errors import ProgramMissing
from controller.fleet.broker.mosquitto import MosquittoBroker
from controller.fleet.broker.mosquitto_child import find_plugin, find_program
from controller.fleet.broker.port import Broker
from devices.clock import HandMovedClock, SystemClock
from devices.link.memory import MemoryBroker
from devices.link.mqtt import MqttLink
from devices.link.port import Inbound, Link, MakeWill, OnConnected
from devices.link.settings import MqttSettings
from devices.protocol.topics import DeviceId, SiteId, Topics

TOPICS = Topics(SiteId("xa-thu"))
PATIENCE = 20.0
START = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)


class Reader:
    """Keeps what was delivered; raises as often as told before it takes anything."""

    def __init__(self, failures: int = 0) -> None:
        self.messages: list[Inbound] = []
        self.connections = 0
        self.failures = failures

    def deliver(self, message: Inbound) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise OSError("the disk is full")
        self.messages.append(message)

    def connected(self) -> None:
        self.connections += 1

    @property
    def payloads(self) -> list[bytes]:
        return [message.payload for message in self.messages]


def until(true: Callable[[], bool]) -> None:
    """Waits for what other threads bring about."""
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.005)


class World(Protocol):
    """A broker with clients. `forgetful` brokers lose what was on its way when a line broke."""

    forgetful: bool

    def link(
        self, client_id: str, reader: Reader, *, on_connected: OnConnected | None = None, will: MakeWill | None = None
    ) -> Link: ...

    def until(self, true: Callable[[], bool]) -> None: ...

    def settle(self) -> None: ...

    def break_line(self, client_id: str) -> None: ...

    def restart(self) -> None: ...

    def close(self) -> None: ...


class MemoryWorld:
    forgetful = False

    def __init__(self) -> None:
        self.clock = HandMovedClock(START)
        self.broker = MemoryBroker(self.clock)

    def link(
        self, client_id: str, reader: Reader, *, on_connected: OnConnected | None = None, will: MakeWill | None = None
    ) -> Link:
        return self.broker.link(client_id, reader.deliver, on_connected=on_connected or reader.connected, will=will)

    def until(self, true: Callable[[], bool]) -> None:
        self.broker.pump()
        while not true():
            due = self.broker.next_due()
            assert due is not None, "nothing is on its way any more"
            self.clock.advance_to(due)
            self.broker.pump()

    def settle(self) -> None:
        while (due := self.broker.next_due()) is not None:
            self.clock.advance_to(due)
            self.broker.pump()

    def break_line(self, client_id: str) -> None:
        self.broker.cut(client_id)
        self.clock.advance_to(self.clock.now() + timedelta(minutes=2))
        self.broker.pump()
        self.broker.restore(client_id)

    def restart(self) -> None:
        self.broker.restart()

    def close(self) -> None:
        self.settle()


class Relay:
    """Stands between a client and its broker, and lets through what it is told to."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.silent = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def break_lines(self) -> None:
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.break_lines()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.close()
                continue
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self.silent.is_set():
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class BrokerWorld:
    """Clients of a broker that other tests use as well: their ids are unlike all others, nothing retained is left."""

    _numbers = itertools.count()

    def __init__(self, broker: Broker, *, forgetful: bool) -> None:
        self.forgetful = forgetful
        self.broker = broker
        self._suffix = f".{next(self._numbers)}"
        self._relays: dict[str, Relay] = {}
        self._links: list[Link] = []

    def link(
        self, client_id: str, reader: Reader, *, on_connected: OnConnected | None = None, will: MakeWill | None = None
    ) -> Link:
        if client_id not in self._relays:
            self._relays[client_id] = Relay(self.broker.address.host, self.broker.address.port)
        account = client_id + self._suffix
        self.broker.allow(Principal(account, speaks=("#",), hears=("#",), client_id=account), "geheim")
        settings = MqttSettings(
            "127.0.0.1",
            self._relays[client_id].port,
            client_id=account,
            username=account,
            password="geheim",
            retry_first=0.05,
            retry_longest=0.2,
        )
        link = MqttLink(
            settings, reader.deliver, clock=SystemClock(), on_connected=on_connected or reader.connected, will=will
        )
        self._links.append(link)
        return link

    def until(self, true: Callable[[], bool]) -> None:
        until(true)

    def settle(self) -> None:
        """A message to oneself comes back after everything that was said before it."""
        reader = Reader()
        link = self._visit("settle", reader)
        link.publish("settle", b"now")
        self.until(lambda: bool(reader.messages))
        link.stop()
        time.sleep(0.02)

    def break_line(self, client_id: str) -> None:
        self._relays[client_id].break_lines()

    def restart(self) -> None:
        self.broker.stop()
        self.broker.start()
        for relay in self._relays.values():
            relay.target = (self.broker.address.host, self.broker.address.port)

    def close(self) -> None:
        for link in self._links:
            link.stop()
        self._forget_what_is_retained()
        for relay in self._relays.values():
            relay.close()

    def _visit(self, topic_filter: str, reader: Reader) -> Link:
        link = self.link("visitor", reader)
        link.subscribe(topic_filter)
        link.start()
        self.until(lambda: link.connected)
        return link

    def _forget_what_is_retained(self) -> None:
        reader = Reader()
        link = self._visit("#", reader)
        link.publish("end", b"")
        self.until(lambda: any(message.topic == "end" for message in reader.messages))
        kept = {message.topic for message in reader.messages if message.retained}
        for topic in kept:
            link.publish(topic, b"", retain=True)
        self.until(lambda: kept <= {message.topic for message in reader.messages if not message.payload})
        link.stop()


def _broker(kind: str, folder: Path) -> Broker:
    return EmbeddedBroker() if kind == "amqtt" else _mosquitto(folder)


def _mosquitto(folder: Path) -> MosquittoBroker:
    try:
        find_program()
        find_plugin()
    except ProgramMissing as missing:
        if os.environ.get("LOA_TEST_REQUIRE") == "all":
            raise
        pytest.skip(str(missing))
    return MosquittoBroker(folder / "mosquitto", clock=SystemClock())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Broker]]:
    """A broker of either kind that runs for all tests of a file."""
    made: dict[str, Broker] = {}

    def start(kind: str) -> Broker:
        if kind not in made:
            broker = _broker(kind, tmp_path_factory.mktemp("broker"))
            broker.start()
            made[kind] = broker
        return made[kind]

    yield start
    for broker in made.values():
        broker.stop()


@pytest.fixture(params=["memory", "amqtt", "mosquitto"])
def world(request: pytest.FixtureRequest, running: Callable[[str], Broker]) -> Iterator[World]:
    made: World
    if request.param == "memory":
        made = MemoryWorld()
    else:
        made = BrokerWorld(running(request.param), forgetful=request.param == "amqtt")
    yield made
    made.close()


@pytest.fixture(params=["amqtt", "mosquitto"])
def broker(request: pytest.FixtureRequest, running: Callable[[str], Broker]) -> Broker:
    return running(request.param)


class Site:
    """A running broker with the accounts of a small site, and links of any of them."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.topics = TOPICS
        self.controller = access.controller(TOPICS)
        self.observer = access.observer()
        self.device = access.device(TOPICS, DeviceId("loa-01"))
        self.neighbour = access.device(TOPICS, DeviceId("loa-02"))
        self._links: list[MqttLink] = []
        for principal in (self.controller, self.observer, self.device, self.neighbour):
            broker.allow(principal, f"geheim {principal.username}")

    def link(
        self,
        principal: Principal,
        *filters: str,
        password: str | None = None,
        client_id: str | None = None,
        will: MakeWill | None = None,
        port: int | None = None,
    ) -> tuple[MqttLink, Reader]:
        """A started link, and what it hears."""
        reader = Reader()
        settings = MqttSettings(
            self.broker.address.host,
            port or self.broker.address.port,
            client_id=client_id or principal.client_id or "any",
            username=principal.username,
            password=password or f"geheim {principal.username}",
            keep_session=False,
            retry_first=0.05,
            retry_longest=0.2,
        )
        link = MqttLink(settings, reader.deliver, clock=SystemClock(), on_connected=reader.connected, will=will)
        link.subscribe(*filters)
        self._links.append(link)
        link.start()
        return link, reader

    def close(self) -> None:
        for link in self._links:
            link.stop()


@pytest.fixture
def site(broker: Broker) -> Iterator[Site]:
    made = Site(broker)
    yield made
    made.close()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[MosquittoBroker]:
    """Not started yet."""
    made = _mosquitto(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    return until


@pytest.fixture
def new_relay() -> Iterator[Callable[[str, int], Relay]]:
    made: list[Relay] = []

    def make(host: str, port: int) -> Relay:
        made.append(Relay(host, port))
        return made[-1]

    yield make
    for relay in made:
        relay.close()


@pytest.fixture
def new_reader() -> type[Reader]:
    return Reader

"""A loudspeaker opens no address that a message names, but those of the cameras that it is to watch: what it plays
comes from its own controller, by hash."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar, cast

import pytest

from devices.agent.http_fetch import HttpFetch, http_client
from devices.agent.workers import Workers
from devices.protocol.codec import encode
from devices.protocol.messages import DeviceConfig, ReceiptsStored
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId
from schedules.programme import AreaId

VILLAGE = AreaId("thon-3")
NAMES = ("relay", "url", "uri", "href", "address", "stream", "source", "redirect", "controller_url", "audio")


class Controller(BaseHTTPRequestHandler):
    """Has every sound, for whoever shows the token."""

    sounds: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        content = self.sounds.get(self.path.rpartition("/")[2], b"")
        self.send_response(200 if content and self.headers["Authorization"] == "Bearer token" else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class AtOnce:
    def run(self, job: Callable[[], None]) -> None:
        job()


class Elsewhere:
    """Listens, and counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=50)
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]

    @property
    def visitors(self) -> int:
        count = 0
        while True:
            try:
                self._socket.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    listening = Elsewhere()
    yield listening
    listening.close()


@pytest.fixture
def station(new_station: Callable[[], Any]) -> Iterator[Any]:
    """One that fetches over real HTTP from a controller of its own."""
    built = new_station()
    Controller.sounds, Controller.asked = dict(built.server), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Controller)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    workers, client = cast(Workers, AtOnce()), http_client()
    url = f"http://127.0.0.1:{server.server_port}"
    built.fetch = HttpFetch(url, "token", client=client, workers=workers, express=workers)
    built.boot()
    yield built
    client.close()
    server.shutdown()
    thread.join()
    server.server_close()


def with_addresses(value: Any, port: int) -> Any:
    """The same, with addresses under every name that one might be looked for."""
    if isinstance(value, list):
        return [with_addresses(one, port) for one in value]
    if not isinstance(value, dict):
        return value
    told = {name: with_addresses(one, port) for name, one in value.items()}
    return {**{name: f"http://127.0.0.1:{port}/{name}" for name in NAMES}, **told}


class Words:
    """What may be said to a loudspeaker, each with addresses in every object of it."""

    def __init__(self, station: Any, port: int, an_occurrence: Any, an_emergency: Any) -> None:
        now = station.clock.now()
        plan = station.plan(1, [an_occurrence("họp", now + timedelta(minutes=5))])
        urgent = station.order(1, an_emergency("lũ", now + timedelta(minutes=20)))
        config = DeviceConfig(device=station.device, serial=1, areas=(VILLAGE,), heartbeat=600.0)
        said = {
            station.config_topic(): config,
            station.plan_topic(): plan,
            station.urgent_topic(): urgent,
            station.topics.area(VILLAGE, AreaChannel.EXERCISE): urgent,
            station.topics.device(station.device, DeviceChannel.COMMAND): ReceiptsStored(receipts=()),
            station.topics.keys(): config,
        }
        self.station = station
        self.on = {
            topic: json.dumps(with_addresses(json.loads(encode(message)), port)).encode()
            for topic, message in said.items()
        }

    def seal(self, key: Any, topic: str, payload: bytes) -> bytes:
        now = self.station.clock.now()
        return bytes(key.seal(payload, topic=topic, issued_at=now, expires_at=now + timedelta(hours=6)))


def test_an_address_in_a_signed_message_is_never_opened(
    station: Any, elsewhere: Elsewhere, an_occurrence: Any, an_emergency: Any
) -> None:
    words = Words(station, elsewhere.port, an_occurrence, an_emergency)
    for topic, payload in words.on.items():
        station.deliver(topic, words.seal(station.controller, topic, payload), retained=False)
        station.run_for(1)
    station.run_for(3600)
    assert "họp" in station.names_heard, station.names_heard
    assert Controller.asked
    assert all(path.startswith("/audio/") for path in Controller.asked)
    assert elsewhere.visitors == 0


def test_an_address_that_somebody_else_names_is_never_opened(
    station: Any, elsewhere: Elsewhere, an_occurrence: Any, an_emergency: Any
) -> None:
    station.send_config()
    station.run_for(1)
    words = Words(station, elsewhere.port, an_occurrence, an_emergency)
    others = station.topics.device(DeviceId("loa-08"), DeviceChannel.COMMAND)
    for topic, payload in words.on.items():
        forged = [
            payload,
            words.seal(station.stranger, topic, payload),
            words.seal(station.controller, others, payload),
        ]
        for sealed in forged:
            station.deliver(topic, sealed)
            station.run_for(1)
    station.run_for(3600)
    assert station.names_heard == []
    assert Controller.asked == []
    assert elsewhere.visitors == 0
    assert sum(station.state.refused.values()) >= 3 * 4


def test_who_comes_elsewhere_is_counted(elsewhere: Elsewhere) -> None:
    for _ in range(3):
        socket.create_connection(("127.0.0.1", elsewhere.port)).close()
    assert elsewhere.visitors == 3

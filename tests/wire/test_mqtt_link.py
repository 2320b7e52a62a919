"""What the link over a real network adds: hosts that are away, silent or hostile, threads that die, certificates."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from controller.fleet.broker.access import Principal
from controller.fleet.broker.embedded import EmbeddedBroker
from controller.fleet.broker.mosquitto import MosquittoBroker
from devices.clock import HandMovedClock, SystemClock
from devices.link.mqtt import MqttLink
from devices.link.port import Inbound
from devices.link.settings import MqttSettings, Tls

if TYPE_CHECKING:
    from tests.wire.conftest import Reader, Relay

Wait = Callable[[Callable[[], bool]], None]
NewRelay = Callable[[str, int], "Relay"]
START = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
SOON = {"retry_first": 0.02, "retry_longest": 0.1}


def settings(port: int, client_id: str = "device", **more: object) -> MqttSettings:
    known = {"username": client_id, "password": "geheim", **SOON, **more}
    return MqttSettings("127.0.0.1", port, client_id, **known)  # type: ignore[arg-type]


def everything(client_id: str) -> Principal:
    return Principal(client_id, speaks=("#",), hears=("#",), client_id=client_id)


def threads(client_id: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"mqtt {client_id}"]


@pytest.fixture
def embedded() -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker()
    broker.start()
    broker.allow(everything("device"), "geheim")
    yield broker
    broker.stop()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server of one's own: nobody accepts unless the test does."""
    with socket.create_server(("127.0.0.1", 0), backlog=1) as server:
        yield server


def test_a_link_waits_for_a_broker_that_comes_up_later(new_reader: type[Reader], wait_until: Wait) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = int(reserved.getsockname()[1])
    link = MqttLink(settings(port), new_reader().deliver, clock=SystemClock())
    link.start()
    wait_until(lambda: "refused" in link.trouble)
    broker = EmbeddedBroker(port)
    broker.allow(everything("device"), "geheim")
    broker.start()
    wait_until(lambda: link.connected)
    assert broker.address.port == port
    assert link.trouble == ""
    link.stop()
    broker.stop()


def test_stopping_ends_a_link_whose_broker_is_away(new_reader: type[Reader], wait_until: Wait) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = int(reserved.getsockname()[1])
    patient = settings(port, "away", retry_first=600.0, retry_longest=600.0)
    link = MqttLink(patient, new_reader().deliver, clock=SystemClock())
    link.start()
    wait_until(lambda: bool(link.trouble))
    link.stop()
    assert threads("away") == []


def test_stopping_does_not_wait_for_a_host_that_swallows_everything(
    new_reader: type[Reader], wait_until: Wait, listener: socket.socket
) -> None:
    port = int(listener.getsockname()[1])
    # Once its queue is full, this host answers no connection any more.
    fillers = [socket.socket() for _ in range(3)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
    reader = new_reader()
    hasty = settings(port, "swallowed", connect_timeout=1.2)
    link = MqttLink(hasty, reader.deliver, clock=SystemClock(), on_connected=reader.connected)
    link.start()
    link.stop()
    assert not link.connected
    wait_until(lambda: threads("swallowed") == [])
    assert reader.connections == 0
    for filler in fillers:
        filler.close()


def test_a_server_that_never_says_hello_is_left(
    new_reader: type[Reader], wait_until: Wait, listener: socket.socket
) -> None:
    port = int(listener.getsockname()[1])
    clock = HandMovedClock(START)
    link = MqttLink(settings(port, "unanswered"), new_reader().deliver, clock=clock)
    link.start()
    silent, _ = listener.accept()
    assert silent.recv(1024)
    clock.advance_to(START + timedelta(seconds=6))
    wait_until(lambda: link.trouble == "the broker does not answer")
    again, _ = listener.accept()
    link.stop()
    assert threads("unanswered") == []
    silent.close()
    again.close()


@pytest.mark.parametrize("seed", range(6))
def test_garbage_from_the_network_stops_nothing(
    new_reader: type[Reader], wait_until: Wait, listener: socket.socket, seed: int
) -> None:
    random = Random(seed)
    reader = new_reader()
    link = MqttLink(settings(int(listener.getsockname()[1]), "patient"), reader.deliver, clock=SystemClock())
    link.start()
    for _ in range(5):
        near, _ = listener.accept()
        # The link may hang up first.
        with near, contextlib.suppress(OSError):
            near.recv(1024)
            near.sendall(random.choice([b"", b"\x20\x02\x00\x00"]) + random.randbytes(random.randrange(1, 300)))
            near.shutdown(socket.SHUT_WR)
            near.settimeout(5.0)
            while near.recv(1024):
                continue
    assert len(threads("patient")) == 1
    link.stop()
    wait_until(lambda: threads("patient") == [])


def test_a_line_that_fell_silent_is_replaced(
    embedded: EmbeddedBroker, new_reader: type[Reader], wait_until: Wait, new_relay: NewRelay
) -> None:
    clock = HandMovedClock(START)
    relay = new_relay(embedded.address.host, embedded.address.port)
    reader = new_reader()
    link = MqttLink(settings(relay.port, keepalive=30), reader.deliver, clock=clock)
    link.subscribe("t")
    link.start()
    wait_until(lambda: link.connected)
    relay.silent.set()
    clock.advance_to(START + timedelta(seconds=44))
    link.check()
    assert link.counts.restarts == 0
    clock.advance_to(START + timedelta(seconds=46))
    link.check()
    assert (link.connected, link.counts.restarts) == (False, 1)
    relay.silent.clear()
    # The new line may have said hello into the silence already, and by this clock it would wait for ever.
    relay.break_lines()
    wait_until(lambda: link.connected)
    link.publish("t", b"back")
    wait_until(lambda: reader.payloads == [b"back"])
    link.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_replaced(embedded: EmbeddedBroker, new_reader: type[Reader], wait_until: Wait) -> None:
    heard = new_reader()

    def deliver(message: Inbound) -> None:
        if message.payload == b"poison":
            raise SystemExit
        heard.deliver(message)

    link = MqttLink(settings(embedded.address.port), deliver, clock=SystemClock())
    link.subscribe("t")
    link.start()
    wait_until(lambda: link.connected)
    link.publish("t", b"poison")
    wait_until(lambda: threads("device") == [])
    link.check()
    wait_until(lambda: link.connected)
    link.publish("t", b"alive")
    wait_until(lambda: heard.payloads == [b"alive"])
    assert link.counts.restarts == 1
    link.stop()


def test_a_callback_that_never_returns_is_left_behind(
    mosquitto: MosquittoBroker, new_reader: type[Reader], wait_until: Wait
) -> None:
    mosquitto.allow(everything("device"), "geheim")
    mosquitto.start()
    clock = HandMovedClock(START)
    heard, hanging, go_on = new_reader(), threading.Event(), threading.Event()

    def deliver(message: Inbound) -> None:
        if not hanging.is_set():
            hanging.set()
            go_on.wait()
        heard.deliver(message)

    link = MqttLink(settings(mosquitto.address.port), deliver, clock=clock)
    link.subscribe("t")
    link.start()
    wait_until(lambda: link.connected)
    link.publish("t", b"hang")
    wait_until(hanging.is_set)
    clock.advance_to(START + timedelta(minutes=1))
    link.check()
    wait_until(lambda: link.connected)
    link.publish("t", b"next")
    wait_until(lambda: heard.payloads == [b"hang", b"next"])
    go_on.set()
    link.stop()
    wait_until(lambda: threads("device") == [])


def test_on_stored_is_not_called_for_what_the_broker_never_got(
    embedded: EmbeddedBroker, new_reader: type[Reader], wait_until: Wait, new_relay: NewRelay
) -> None:
    relay = new_relay(embedded.address.host, embedded.address.port)
    reader, stored = new_reader(), []
    link = MqttLink(settings(relay.port), reader.deliver, clock=SystemClock(), on_connected=reader.connected)
    link.start()
    wait_until(lambda: reader.connections == 1)
    relay.silent.set()
    link.publish("t", b"lost", on_stored=lambda: stored.append("lost"))
    relay.break_lines()
    relay.silent.clear()
    wait_until(lambda: reader.connections == 2)
    link.publish("t", b"said again", on_stored=lambda: stored.append("said again"))
    wait_until(lambda: bool(stored))
    assert stored == ["said again"]
    link.stop()


def test_many_threads_may_publish_at_once(
    mosquitto: MosquittoBroker, new_reader: type[Reader], wait_until: Wait
) -> None:
    mosquitto.allow(everything("device"), "geheim")
    mosquitto.start()
    heard, stored = new_reader(), []
    link = MqttLink(settings(mosquitto.address.port), heard.deliver, clock=SystemClock())
    link.subscribe("t/#")
    link.start()
    wait_until(lambda: link.connected)

    def speak(speaker: int) -> None:
        for number in range(100):
            link.publish(f"t/{speaker}", b"%03d" % number, on_stored=lambda: stored.append(speaker))

    speakers = [threading.Thread(target=speak, args=(speaker,)) for speaker in range(4)]
    for thread in speakers:
        thread.start()
    for thread in speakers:
        thread.join()
    wait_until(lambda: len(heard.messages) == len(stored) == 400)
    for speaker in range(4):
        said = [message.payload for message in heard.messages if message.topic == f"t/{speaker}"]
        assert said == [b"%03d" % number for number in range(100)]
    link.stop()


def test_a_hundred_links_live_in_one_process(
    mosquitto: MosquittoBroker, new_reader: type[Reader], wait_until: Wait
) -> None:
    names = [f"loa-{number:03d}" for number in range(100)]
    for name in (*names, "controller"):
        mosquitto.allow(everything(name), "geheim")
    mosquitto.start()
    readers = {name: new_reader() for name in names}
    links = {
        name: MqttLink(settings(mosquitto.address.port, name), reader.deliver, clock=SystemClock())
        for name, reader in readers.items()
    }
    acknowledged = new_reader()
    controller = MqttLink(settings(mosquitto.address.port, "controller"), acknowledged.deliver, clock=SystemClock())
    controller.subscribe("receipt/+")
    controller.start()
    for link in links.values():
        link.subscribe("plan")
        link.start()
    wait_until(lambda: controller.connected and all(link.connected for link in links.values()))
    controller.publish("plan", b"at six", retain=True)
    wait_until(lambda: all(reader.messages for reader in readers.values()))
    for name, link in links.items():
        link.publish(f"receipt/{name}", b"heard")
    wait_until(lambda: len(acknowledged.messages) >= 100)
    assert {message.topic for message in acknowledged.messages} == {f"receipt/{name}" for name in names}
    for link in (controller, *links.values()):
        link.stop()
    assert all(threads(name) == [] for name in names)


def test_a_password_is_in_no_log() -> None:
    assert "geheim" not in repr(settings(1883))


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_certificates_that_cannot_be_read_are_an_error_at_once(
    tmp_path: Path, new_reader: type[Reader], content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ValueError, match="certificates for MQTT"):
        MqttLink(settings(1883, tls=Tls(ca_file=file)), new_reader().deliver, clock=SystemClock())

"""What the link in memory adds: time moved by hand, and faults on request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from devices.clock import HandMovedClock
from devices.link.faults import RandomFaults
from devices.link.memory import MemoryBroker
from devices.link.port import Inbound, Will

if TYPE_CHECKING:
    from tests.wire.conftest import Reader

START = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
KEEPALIVE = 30.0
MISSED = timedelta(seconds=1.5 * KEEPALIVE)


def broker_and_clock() -> tuple[MemoryBroker, HandMovedClock]:
    clock = HandMovedClock(START)
    return MemoryBroker(clock, keepalive=KEEPALIVE), clock


def run_until_quiet(broker: MemoryBroker, clock: HandMovedClock) -> None:
    while (due := broker.next_due()) is not None:
        clock.advance_to(due)
        broker.pump()


def test_nothing_moves_until_the_broker_is_pumped(new_reader: type[Reader]) -> None:
    broker, _ = broker_and_clock()
    reader = new_reader()
    link = broker.link("self", reader.deliver)
    link.subscribe("t")
    assert broker.next_due() is None
    link.start()
    assert not link.connected
    assert broker.pump() == 0
    assert link.connected
    link.publish("t", b"1")
    link.publish("t", b"2")
    assert reader.messages == []
    assert broker.next_due() == START
    assert broker.pump() == 2
    assert reader.payloads == [b"1", b"2"]
    assert broker.next_due() is None


def test_a_cut_is_noticed_when_the_keep_alive_has_run_out(new_reader: type[Reader]) -> None:
    broker, clock = broker_and_clock()
    watcher, reader = new_reader(), new_reader()
    controller = broker.link("controller", watcher.deliver)
    controller.subscribe("state")
    device = broker.link("device", reader.deliver, will=lambda: Will("state", b"offline"))
    device.subscribe("command")
    controller.start()
    device.start()
    broker.pump()
    broker.cut("device")
    controller.publish("command", b"test tone")
    device.publish("state", b"all is well")
    broker.pump()
    assert (watcher.messages, reader.messages) == ([], [])
    assert device.connected
    assert broker.next_due() == START + MISSED
    clock.advance_to(START + MISSED)
    broker.pump()
    assert watcher.payloads == [b"offline"]
    assert not device.connected
    broker.restore("device")
    broker.pump()
    assert device.connected
    assert reader.payloads == [b"test tone"]
    assert watcher.payloads == [b"offline"]


def test_after_a_short_cut_everything_arrives_that_was_on_the_line(new_reader: type[Reader]) -> None:
    broker, clock = broker_and_clock()
    watcher, reader = new_reader(), new_reader()
    controller = broker.link("controller", watcher.deliver)
    controller.subscribe("state")
    device = broker.link("device", reader.deliver, will=lambda: Will("state", b"offline"))
    device.subscribe("command")
    controller.start()
    device.start()
    broker.pump()
    broker.cut("device")
    controller.publish("command", b"test tone")
    device.publish("state", b"all is well")
    clock.advance_to(START + MISSED / 2)
    broker.pump()
    broker.restore("device")
    run_until_quiet(broker, clock)
    assert reader.payloads == [b"test tone"]
    assert watcher.payloads == [b"all is well"]
    assert device.counts.connections == 1


def test_a_device_that_says_farewell_while_cut_is_missed_later(new_reader: type[Reader]) -> None:
    broker, clock = broker_and_clock()
    device = broker.link("device", new_reader().deliver, will=lambda: Will("state", b"offline"))
    device.start()
    broker.pump()
    broker.cut("device")
    device.stop()
    broker.pump()
    assert broker.retained == {}
    run_until_quiet(broker, clock)
    assert broker.retained == {"state": b"offline"}
    broker.restore("device")
    run_until_quiet(broker, clock)
    assert not device.connected


def test_a_device_that_restarts_while_cut_is_back_when_the_line_is(new_reader: type[Reader]) -> None:
    broker, clock = broker_and_clock()
    first, second = new_reader(), new_reader()
    device = broker.link("device", first.deliver)
    device.start()
    broker.pump()
    broker.cut("device")
    device.stop()
    again = broker.link("device", second.deliver)
    again.subscribe("command")
    again.start()
    broker.pump()
    broker.restore("device")
    run_until_quiet(broker, clock)
    assert again.connected
    again.publish("command", b"to myself")
    broker.pump()
    assert second.payloads == [b"to myself"]


def test_a_killed_process_leaves_its_will_at_once_and_its_session_for_the_next(new_reader: type[Reader]) -> None:
    broker, clock = broker_and_clock()
    first, second = new_reader(), new_reader()
    device = broker.link("device", first.deliver, will=lambda: Will("state", b"offline"))
    device.subscribe("command")
    controller = broker.link("controller", new_reader().deliver)
    device.start()
    controller.start()
    broker.pump()
    broker.kill("device")
    assert broker.retained == {"state": b"offline"}
    controller.publish("command", b"test tone")
    run_until_quiet(broker, clock)
    assert not device.connected
    assert first.messages == []
    again = broker.link("device", second.deliver)
    again.start()
    run_until_quiet(broker, clock)
    assert second.payloads == [b"test tone"]


def test_of_two_links_with_one_id_the_later_has_the_line(new_reader: type[Reader]) -> None:
    broker, clock = broker_and_clock()
    first = broker.link("device", new_reader().deliver, will=lambda: Will("state", b"offline"))
    second = broker.link("device", new_reader().deliver)
    first.start()
    broker.pump()
    second.start()
    run_until_quiet(broker, clock)
    assert (first.connected, second.connected) == (False, True)
    assert broker.retained == {"state": b"offline"}


def test_setting_the_clock_delays_nothing(new_reader: type[Reader]) -> None:
    broker, clock = broker_and_clock()
    broker.faults = RandomFaults(Random(1), delay=(10.0, 10.0))
    reader = new_reader()
    link = broker.link("self", reader.deliver)
    link.subscribe("t")
    link.start()
    broker.pump()
    link.publish("t", b"1")
    clock.step(-3600.0)
    run_until_quiet(broker, clock)
    assert reader.payloads == [b"1"]
    assert clock.monotonic() == 20.0


@given(st.integers(0, 2**32), st.floats(0.0, 5.0))
def test_delays_and_duplicates_change_no_order(seed: int, longest: float) -> None:
    broker, clock = broker_and_clock()
    broker.faults = RandomFaults(Random(seed), delay=(0.0, longest), duplicate=0.3)
    heard: list[bytes] = []
    link = broker.link("self", lambda message: heard.append(message.payload))
    link.subscribe("t")
    link.start()
    broker.pump()
    said = [b"%03d" % number for number in range(20)]
    for payload in said:
        link.publish("t", payload)
    run_until_quiet(broker, clock)
    assert sorted(set(heard)) == said
    assert heard == sorted(heard)


class Persistent:
    """Says numbers, and says again after each connection what nobody has acknowledged yet."""

    def __init__(self, broker: MemoryBroker, count: int) -> None:
        self.outbox = {number: b"%d" % number for number in range(count)}
        self.link = broker.link("sender", lambda _message: None, on_connected=self.offer)
        self.link.start()

    def offer(self) -> None:
        for number, payload in self.outbox.items():
            self.link.publish("t", payload, on_stored=self._forget(number))

    def _forget(self, number: int) -> Callable[[], None]:
        return lambda: self.outbox.pop(number, None) and None


def run_with_faults(seed: int) -> list[Inbound]:
    broker, clock = broker_and_clock()
    heard: list[Inbound] = []
    reader = broker.link("reader", heard.append)
    reader.subscribe("t")
    reader.start()
    broker.pump()
    broker.faults = RandomFaults(
        Random(seed), delay=(0.0, 1.0), duplicate=0.1, overtake=0.2, lose=0.05, reconnect=(0.1, 5.0)
    )
    sender = Persistent(broker, 30)
    run_until_quiet(broker, clock)
    assert sender.outbox == {}
    return heard


@given(st.integers(0, 2**32))
def test_whatever_the_network_does_a_sender_that_persists_is_heard(seed: int) -> None:
    assert {message.payload for message in run_with_faults(seed)} == {b"%d" % number for number in range(30)}


@given(st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_run(seed: int) -> None:
    assert run_with_faults(seed) == run_with_faults(seed)

"""What every link promises, tried on each that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.link.port import Will

if TYPE_CHECKING:
    from tests.wire.conftest import Reader, World


def test_a_message_reaches_those_who_asked_for_its_topic_and_nobody_else(
    world: World, new_reader: type[Reader]
) -> None:
    near, far = new_reader(), new_reader()
    hearing, other, speaking = world.link("near", near), world.link("far", far), world.link("speaker", new_reader())
    hearing.subscribe("area/+/plan", "area/thon-1/#")
    other.subscribe("area/thon-2/plan", "area/thon-1", "area/thon-1/plan/x")
    for link in (hearing, other, speaking):
        link.start()
    world.until(lambda: near.connections == far.connections == 1 and speaking.connected)
    world.settle()
    speaking.publish("area/thon-1/plan", b"six o'clock")
    world.until(lambda: bool(near.messages))
    world.settle()
    # A broker may send one copy for each filter that matches.
    assert set(near.payloads) == {b"six o'clock"}
    assert far.messages == []


def test_messages_of_one_sender_keep_their_order_and_each_is_acknowledged(
    world: World, new_reader: type[Reader]
) -> None:
    heard, stored = new_reader(), []
    hearing, speaking = world.link("hearing", heard), world.link("speaking", new_reader())
    hearing.subscribe("t")
    hearing.start()
    speaking.start()
    world.until(lambda: hearing.connected and speaking.connected)
    world.settle()
    for number in range(150):
        speaking.publish("t", b"%d" % number, on_stored=lambda number=number: stored.append(number))
    world.until(lambda: len(heard.messages) >= 150 and len(stored) == 150)
    assert heard.payloads == [b"%d" % number for number in range(150)]
    assert stored == list(range(150))


def test_what_is_retained_reaches_those_who_come_later_until_it_is_cleared(
    world: World, new_reader: type[Reader]
) -> None:
    stored: list[str] = []
    speaking = world.link("speaking", new_reader())
    speaking.start()
    world.until(lambda: speaking.connected)
    speaking.publish("plan", b"old", retain=True)
    speaking.publish("plan", b"new", retain=True, on_stored=lambda: stored.append("kept"))
    world.until(lambda: stored == ["kept"])
    world.settle()
    first = new_reader()
    link = world.link("first", first)
    link.subscribe("plan")
    link.start()
    world.until(lambda: bool(first.messages))
    assert [(message.payload, message.retained) for message in first.messages] == [(b"new", True)]

    speaking.publish("plan", b"", retain=True, on_stored=lambda: stored.append("cleared"))
    world.until(lambda: stored == ["kept", "cleared"])
    second = new_reader()
    later = world.link("second", second)
    later.subscribe("plan")
    later.start()
    world.until(lambda: later.connected)
    world.settle()
    assert second.messages == []


def test_commands_wait_for_a_device_that_is_away(world: World, new_reader: type[Reader]) -> None:
    device, stored = new_reader(), []
    link, controller = world.link("device", device), world.link("controller", new_reader())
    link.subscribe("command")
    link.start()
    controller.start()
    world.until(lambda: link.connected and controller.connected)
    world.settle()
    link.stop()
    world.settle()
    for command in (b"one", b"two", b"three"):
        controller.publish("command", command, on_stored=lambda: stored.append(True))
    world.until(lambda: len(stored) == 3)
    world.settle()
    assert device.messages == []
    link.start()
    world.until(lambda: len(device.messages) >= 3)
    assert device.payloads == [b"one", b"two", b"three"]


def test_a_broken_line_leaves_the_will_that_was_made_for_that_connection(
    world: World, new_reader: type[Reader]
) -> None:
    heard, made = new_reader(), []

    def will() -> Will:
        made.append(True)
        return Will("device/state", b"offline %d" % len(made))

    listener = world.link("controller", heard)
    listener.subscribe("device/state")
    listener.start()
    device = new_reader()
    link = world.link("device", device, will=will)
    link.start()
    world.until(lambda: listener.connected and link.connected)
    world.settle()
    for times in (1, 2):
        world.break_line("device")
        world.until(lambda times=times: len(heard.messages) == times and device.connections == times + 1)
    assert heard.payloads == [b"offline 1", b"offline 2"]
    world.settle()
    later = new_reader()
    third = world.link("third", later)
    third.subscribe("device/state")
    third.start()
    world.until(lambda: bool(later.messages))
    assert (later.messages[0].payload, later.messages[0].retained) == (b"offline 2", True)


def test_a_farewell_leaves_no_will_and_no_callback(world: World, new_reader: type[Reader]) -> None:
    heard, device = new_reader(), new_reader()
    listener = world.link("controller", heard)
    listener.subscribe("#")
    listener.start()
    link = world.link("device", device, will=lambda: Will("device/state", b"offline"))
    link.subscribe("command")
    link.start()
    world.until(lambda: listener.connected and link.connected)
    world.settle()
    link.stop()
    assert not link.connected
    listener.publish("command", b"too late")
    world.until(lambda: b"too late" in heard.payloads)
    world.settle()
    assert b"offline" not in heard.payloads
    assert device.messages == []


def test_a_link_that_is_abandoned_leaves_its_will(world: World, new_reader: type[Reader]) -> None:
    heard, device = new_reader(), new_reader()
    listener = world.link("controller", heard)
    listener.subscribe("device/state")
    listener.start()
    link = world.link("device", device, will=lambda: Will("device/state", b"offline"))
    link.start()
    world.until(lambda: listener.connected and link.connected)
    world.settle()
    link.abandon()
    assert not link.connected
    world.until(lambda: b"offline" in heard.payloads)
    world.settle()
    assert device.connections == 1


def test_what_was_said_before_a_farewell_arrives(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader()
    hearing = world.link("hearing", heard)
    leaving = world.link("leaving", new_reader(), will=lambda: Will("t", b"will"))
    hearing.subscribe("t")
    hearing.start()
    leaving.start()
    world.until(lambda: hearing.connected and leaving.connected)
    world.settle()
    leaving.publish("t", b"goodbye", retain=True)
    leaving.stop()
    again = world.link("leaving", new_reader())
    again.start()
    world.until(lambda: again.connected and b"goodbye" in heard.payloads)
    world.settle()
    assert set(heard.payloads) == {b"goodbye"}


def test_much_that_was_said_before_a_farewell_arrives(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader()
    hearing = world.link("hearing", heard)
    leaving = world.link("leaving", new_reader(), will=lambda: Will("t", b"will"))
    hearing.subscribe("t")
    hearing.start()
    leaving.start()
    world.until(lambda: hearing.connected and leaving.connected)
    world.settle()
    words = [b"%d" % number for number in range(60)]
    for word in words:
        leaving.publish("t", word)
    leaving.stop()
    # amqtt forgets what it has acknowledged and not yet handed on when its sender leaves.
    world.until(lambda: world.forgetful or len(heard.messages) >= len(words))
    world.settle()
    assert heard.payloads == words[: len(heard.messages)]


def test_a_message_that_could_not_be_kept_comes_again_and_stops_nothing(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader(failures=1)
    hearing, speaking = world.link("hearing", heard), world.link("speaking", new_reader())
    hearing.subscribe("t")
    hearing.start()
    speaking.start()
    world.until(lambda: hearing.connected and speaking.connected)
    world.settle()
    speaking.publish("t", b"first")
    world.until(lambda: hearing.counts.failed_callbacks == 1)
    speaking.publish("t", b"second")
    world.until(lambda: len(heard.messages) >= 2)
    assert sorted(heard.payloads) == [b"first", b"second"]
    assert hearing.counts.connections == 1


def test_what_was_not_acknowledged_survives_the_reader(world: World, new_reader: type[Reader]) -> None:
    broken = new_reader(failures=1000)
    hearing, speaking = world.link("hearing", broken), world.link("speaking", new_reader())
    hearing.subscribe("t")
    hearing.start()
    speaking.start()
    world.until(lambda: hearing.connected and speaking.connected)
    world.settle()
    speaking.publish("t", b"precious")
    world.until(lambda: broken.failures < 1000)
    hearing.stop()
    heard = new_reader()
    again = world.link("hearing", heard)
    again.start()
    world.until(lambda: again.connected)
    world.settle()
    # amqtt forgets what was on its way when the line broke: one more reason why real devices never meet it.
    assert heard.payloads == ([] if world.forgetful else [b"precious"])


def test_links_come_back_after_the_broker_was_restarted(world: World, new_reader: type[Reader]) -> None:
    heard, speaker = new_reader(), new_reader()
    hearing, speaking = world.link("hearing", heard), world.link("speaking", speaker)
    hearing.subscribe("t")
    hearing.start()
    speaking.start()
    world.until(lambda: hearing.connected and speaking.connected)
    world.settle()
    world.restart()
    world.until(lambda: heard.connections == 2 and speaker.connections == 2)
    world.settle()
    speaking.publish("t", b"still there?")
    world.until(lambda: bool(heard.messages))
    assert heard.payloads == [b"still there?"]
    assert hearing.counts.connections == 2


def test_a_plan_of_400_kilobytes_arrives_unaltered(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader()
    plan = bytes(range(256)) * 1600
    hearing, speaking = world.link("hearing", heard), world.link("speaking", new_reader())
    hearing.subscribe("plan")
    hearing.start()
    speaking.start()
    world.until(lambda: hearing.connected and speaking.connected)
    speaking.publish("plan", plan, retain=True)
    world.until(lambda: bool(heard.messages))
    assert heard.payloads[0] == plan


def test_filters_may_change_while_connected_and_while_not(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader()
    hearing, speaking = world.link("hearing", heard), world.link("speaking", new_reader())

    def changed(times: int) -> None:
        """What the same link says after its wishes is handled after them."""
        hearing.publish("changed", b"changed")
        world.until(lambda: heard.payloads.count(b"changed") == times)

    def spoken() -> list[bytes]:
        return [payload for payload in heard.payloads if payload != b"changed"]

    hearing.subscribe("a", "b", "changed")
    hearing.start()
    speaking.start()
    world.until(lambda: hearing.connected and speaking.connected)
    hearing.unsubscribe("a")
    hearing.subscribe("c")
    changed(1)
    for topic in ("a", "b", "c"):
        speaking.publish(topic, topic.encode())
    world.until(lambda: len(spoken()) >= 2)
    hearing.stop()
    hearing.unsubscribe("b")
    world.settle()
    hearing.start()
    world.until(lambda: hearing.connected)
    changed(2)
    for topic in ("a", "b", "c"):
        speaking.publish(topic, topic.encode())
    world.until(lambda: len(spoken()) >= 3)
    world.settle()
    assert spoken() == [b"b", b"c", b"c"]


def test_without_a_connection_a_message_is_dropped_and_counted(world: World, new_reader: type[Reader]) -> None:
    link = world.link("speaking", new_reader())
    link.publish("t", b"into the void", on_stored=lambda: pytest.fail("nobody has it"))
    assert link.counts.dropped == 1
    link.start()
    world.until(lambda: link.connected)
    world.settle()


def test_a_filter_is_no_topic_to_publish_on(world: World, new_reader: type[Reader]) -> None:
    link = world.link("speaking", new_reader())
    for topic in ("", "area/+/plan", "#"):
        with pytest.raises(ValueError, match="not a topic"):
            link.publish(topic, b"")


def test_the_first_words_may_be_said_as_soon_as_the_line_stands(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader()
    listener = world.link("controller", heard)
    listener.subscribe("state")
    listener.start()
    world.until(lambda: listener.connected)
    world.settle()
    device = world.link("device", new_reader(), on_connected=lambda: device.publish("state", b"online", retain=True))
    device.start()
    world.until(lambda: bool(heard.messages))
    assert heard.payloads == [b"online"]


def test_callbacks_that_raise_are_counted_and_break_nothing(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader()

    def fail() -> None:
        raise RuntimeError("a mistake of ours")

    link = world.link("self", heard, on_connected=fail)
    link.subscribe("t")
    link.start()
    world.until(lambda: link.connected)
    link.publish("t", b"still alive", on_stored=fail)
    world.until(lambda: bool(heard.messages) and link.counts.failed_callbacks == 2)
    assert link.counts.connections == 1


def test_a_callback_may_stop_its_own_link(world: World, new_reader: type[Reader]) -> None:
    heard = new_reader()
    link = world.link("self", heard, on_connected=lambda: link.stop())
    link.start()
    world.until(lambda: link.counts.connections == 1 and not link.connected)
    world.settle()
    assert link.counts.connections == 1

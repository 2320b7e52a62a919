"""Every forbidden thing is tried, on each broker that the controller can run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from controller.fleet.broker.access import Principal
from devices.link.port import Will
from devices.protocol.topics import DeviceId

if TYPE_CHECKING:
    from tests.wire.conftest import Relay, Site

Wait = Callable[[Callable[[], bool]], None]
NewRelay = Callable[[str, int], "Relay"]

OWN = "loa/1/xa-thu/device/loa-01"
OTHERS = "loa/1/xa-thu/device/loa-02"
NOT_FOR_A_DEVICE_TO_SAY = [
    f"{OTHERS}/state",
    f"{OTHERS}/receipt",
    f"{OTHERS}/command",
    f"{OWN}/command",
    f"{OWN}/config",
    f"{OWN}/state/more",
    OWN,
    "loa/1/xa-thu/area/thon-1/plan",
    "loa/1/xa-thu/keys",
    "loa/1/xa-khac/device/loa-01/state",
    "state",
]
NOT_FOR_A_DEVICE_TO_HEAR = [
    "#",
    "+/#",
    "loa/1/xa-thu/#",
    "loa/1/xa-thu/device/+/command",
    "loa/1/xa-thu/+/loa-02/command",
    f"{OTHERS}/command",
    f"{OTHERS}/config",
    f"{OTHERS}/state",
    f"{OWN}/#",
    f"{OWN}/+",
    f"{OWN}/state",
    f"{OWN}/receipt",
    "loa/1/xa-khac/area/+/plan",
    "loa/1/+/area/+/plan",
    "loa/1/xa-thu/area/#",
    "$SYS/#",
    "$CONTROL/#",
    "$CONTROL/dynamic-security/v1/response",
]


def address(site: Site) -> tuple[str, int]:
    return site.broker.address.host, site.broker.address.port


def test_nobody_comes_in_with_a_wrong_password_or_an_unknown_name(site: Site, wait_until: Wait) -> None:
    stranger = Principal("loa-99", speaks=("#",), hears=("#",), client_id="loa-99")
    for principal, password in ((site.device, "wrong"), (stranger, "wrong"), (site.device, "geheim loa-02")):
        link, reader = site.link(principal, "#", password=password)
        wait_until(lambda link=link: "refused" in link.trouble)
        link.stop()
        assert reader.connections == 0


def test_a_device_says_only_what_is_its_own_to_say(site: Site, wait_until: Wait) -> None:
    controller, heard = site.link(site.controller, site.topics.everything())
    observer, seen = site.link(site.observer, "#")
    device, _ = site.link(site.device)
    wait_until(lambda: controller.connected and observer.connected and device.connected)
    for topic in NOT_FOR_A_DEVICE_TO_SAY:
        device.publish(topic, b"forged")
        device.publish(topic, b"forged and kept", retain=True)
    own = site.topics.from_device(DeviceId("loa-01"))
    for topic in own:
        device.publish(topic, b"true")
    wait_until(lambda: len(heard.messages) >= len(own) and len(seen.messages) >= len(own))
    assert {(message.topic, message.payload) for message in heard.messages + seen.messages} == {
        (topic, b"true") for topic in own
    }
    latecomer, kept = site.link(site.observer, "#", client_id="latecomer")
    wait_until(lambda: latecomer.connected)
    controller.publish("loa/1/xa-thu/end", b"end")
    wait_until(lambda: b"end" in kept.payloads)
    assert kept.payloads == [b"end"]


@pytest.mark.parametrize("topic", ["$SYS/broker/uptime", "$CONTROL/dynamic-security/v1"])
def test_a_device_commands_no_broker(site: Site, wait_until: Wait, topic: str) -> None:
    device, reader = site.link(site.device, f"{OWN}/command")
    wait_until(lambda: device.connected)
    device.publish(topic, b'{"commands": [{"command": "deleteClient", "username": "loa-02"}]}')
    device.publish(f"{OWN}/state", b"true")
    neighbour, _ = site.link(site.neighbour)
    wait_until(lambda: neighbour.connected)
    assert reader.messages == []


def test_a_device_hears_only_what_is_meant_for_it(site: Site, wait_until: Wait) -> None:
    controller, _ = site.link(site.controller)
    device, heard = site.link(site.device, *NOT_FOR_A_DEVICE_TO_HEAR)
    wait_until(lambda: controller.connected and device.counts.refused_filters == len(NOT_FOR_A_DEVICE_TO_HEAR))
    device.subscribe(*site.topics.to_device(DeviceId("loa-01")), "loa/1/xa-thu/area/+/plan")
    neighbour, nearby = site.link(site.neighbour, f"{OTHERS}/command", "loa/1/xa-thu/area/thon-1/plan")
    wait_until(lambda: neighbour.connected)
    for topic in (f"{OTHERS}/command", f"{OTHERS}/state", f"{OWN}/state", "loa/1/xa-thu/live/1"):
        controller.publish(topic, b"not for loa-01")
    meant = {f"{OWN}/command", f"{OWN}/config", "loa/1/xa-thu/area/thon-1/plan"}

    def everybody_has_theirs() -> bool:
        for topic in meant:
            controller.publish(topic, b"for loa-01")
        return {message.topic for message in heard.messages} == meant and len(nearby.messages) >= 2

    wait_until(everybody_has_theirs)
    assert set(heard.payloads) == {b"for loa-01"}
    assert {message.topic for message in nearby.messages} == {f"{OTHERS}/command", "loa/1/xa-thu/area/thon-1/plan"}
    assert device.counts.refused_filters == len(NOT_FOR_A_DEVICE_TO_HEAR)


def test_an_observer_hears_everything_and_says_nothing(site: Site, wait_until: Wait) -> None:
    observer, heard = site.link(site.observer, "#")
    controller, said = site.link(site.controller, site.topics.everything())
    wait_until(lambda: observer.connected and controller.connected)
    observer.publish("loa/1/xa-thu/area/thon-1/plan", b"forged", retain=True)
    observer.publish(f"{OWN}/command", b"forged")
    stored: list[bool] = []
    observer.publish("x", b"forged", on_stored=lambda: stored.append(True))
    wait_until(lambda: stored == [True])
    topics = [f"{OWN}/command", f"{OWN}/state", "loa/1/xa-thu/area/thon-1/plan"]
    for topic in topics:
        controller.publish(topic, b"true")
    wait_until(lambda: len(heard.messages) >= 3 and len(said.messages) >= 3)
    assert [message.topic for message in heard.messages] == topics
    assert set(heard.payloads + said.payloads) == {b"true"}


@pytest.mark.parametrize("topic", [f"{OTHERS}/state", "loa/1/xa-thu/area/thon-1/plan", f"{OWN}/command"])
def test_a_will_cannot_say_what_its_owner_may_not(
    site: Site, wait_until: Wait, new_relay: NewRelay, topic: str
) -> None:
    observer, heard = site.link(site.observer, "#")
    controller, _ = site.link(site.controller)
    wait_until(lambda: observer.connected and controller.connected)
    relay = new_relay(*address(site))
    device, _ = site.link(site.device, will=lambda: Will(topic, b"forged"), port=relay.port)
    # amqtt would publish any will, so there the door stays shut; Mosquitto opens it and keeps the will to itself.
    wait_until(lambda: device.connected or "refused" in device.trouble)
    if device.connected:
        relay.break_lines()
        wait_until(lambda: device.counts.connections == 2)
    controller.publish("loa/1/xa-thu/end", b"end")
    wait_until(lambda: bool(heard.messages))
    assert heard.payloads == [b"end"]


def test_the_will_of_a_device_on_its_own_topic_is_published(site: Site, wait_until: Wait, new_relay: NewRelay) -> None:
    observer, heard = site.link(site.observer, "#")
    wait_until(lambda: observer.connected)
    relay = new_relay(*address(site))
    device, _ = site.link(site.device, will=lambda: Will(f"{OWN}/state", b"offline"), port=relay.port)
    wait_until(lambda: device.connected)
    relay.break_lines()
    wait_until(lambda: heard.payloads == [b"offline"])


def test_a_device_comes_in_under_its_own_client_id_only(site: Site, wait_until: Wait) -> None:
    device, _ = site.link(site.device)
    wait_until(lambda: device.connected)
    neighbour, _ = site.link(site.neighbour, client_id="loa-01")
    wait_until(lambda: "refused" in neighbour.trouble)
    assert device.connected
    assert device.counts.connections == 1


def test_a_newcomer_is_not_handed_what_others_asked_for(site: Site, wait_until: Wait) -> None:
    cleared: list[bool] = []
    controller, heard = site.link(site.controller, site.topics.everything())
    wait_until(lambda: controller.connected)
    controller.publish("loa/1/xa-thu/area/thon-1/plan", b"plan", retain=True)
    controller.publish(f"{OTHERS}/config", b"config", retain=True)
    wait_until(lambda: len(heard.messages) >= 2)
    device, reader = site.link(site.device)
    wait_until(lambda: device.connected)
    controller.publish(f"{OWN}/command", b"not asked for yet")
    device.subscribe(f"{OWN}/command")

    def it_hears() -> bool:
        controller.publish(f"{OWN}/command", b"asked for")
        return bool(reader.messages)

    wait_until(it_hears)
    assert {message.topic for message in reader.messages} == {f"{OWN}/command"}
    for topic in ("loa/1/xa-thu/area/thon-1/plan", f"{OTHERS}/config"):
        cleared.clear()
        controller.publish(topic, b"", retain=True, on_stored=lambda: cleared.append(True))
        wait_until(lambda: bool(cleared))


def test_whoever_was_let_in_by_an_earlier_version_may_what_this_one_says(site: Site, wait_until: Wait) -> None:
    site.broker.revoke(site.device.username)
    earlier = replace(site.device, speaks=tuple(one for one in site.device.speaks if "health" not in one))
    site.broker.allow(earlier, "its own")
    unknown = replace(site.device, username="loa-77", client_id="loa-77")
    site.broker.renew([unknown, site.device])
    device, _ = site.link(site.device, password="its own")
    controller, heard = site.link(site.controller, f"{OWN}/health")
    wait_until(lambda: device.connected and controller.connected)

    def it_is_heard() -> bool:
        device.publish(f"{OWN}/health", b"well")
        return bool(heard.messages)

    wait_until(it_is_heard)
    stranger, _ = site.link(unknown, password="its own")
    wait_until(lambda: "refused" in stranger.trouble)


def test_an_account_may_come_and_go_while_the_broker_runs(site: Site, wait_until: Wait) -> None:
    site.broker.revoke("never-seen")
    device, _ = site.link(site.device)
    wait_until(lambda: device.connected)
    site.broker.revoke(site.device.username)
    wait_until(lambda: "refused" in device.trouble)
    # Whoever knocks at amqtt under a client id ends the session of that id, even with a wrong password.
    device.stop()
    site.broker.allow(site.device, "a new one")
    returned, heard = site.link(site.device, f"{OWN}/command", password="a new one")
    controller, _ = site.link(site.controller)
    wait_until(lambda: returned.connected and controller.connected)

    def it_hears() -> bool:
        controller.publish(f"{OWN}/command", b"welcome back")
        return bool(heard.messages)

    wait_until(it_hears)
    returned.stop()
    site.broker.allow(site.device, "the last one")
    latest, _ = site.link(site.device, password="the last one")
    wait_until(lambda: latest.connected)

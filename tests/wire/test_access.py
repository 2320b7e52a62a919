"""The rules of access, whichever broker enforces them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.fleet.broker import access
from devices.protocol.topics import DeviceId, SiteId, Topics

TOPICS = Topics(SiteId("xa-thu"))
NAME = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True).map(DeviceId)
LEVEL = st.sampled_from(
    ["loa", "1", "xa-thu", "area", "device", "loa-01", "loa-02", "state", "plan", "command", "+", "#"]
)
FILTER = st.lists(LEVEL, min_size=1, max_size=7).map("/".join)


@given(NAME, NAME)
def test_no_device_may_speak_for_another_or_hear_its_orders(one: DeviceId, other: DeviceId) -> None:
    principal = access.device(TOPICS, one)
    for topic in TOPICS.from_device(other):
        assert access.may_publish(principal, topic) == (one == other)
    for topic in TOPICS.to_device(other):
        assert access.may_subscribe(principal, topic) == (one == other)
        assert not access.may_publish(principal, topic)


@given(FILTER)
def test_what_a_device_may_hear_is_never_more_than_orders_for_it_and_plans(topic_filter: str) -> None:
    principal = access.device(TOPICS, DeviceId("loa-01"))
    if access.may_subscribe(principal, topic_filter):
        assert "#" not in topic_filter
        assert topic_filter.startswith(("loa/1/xa-thu/area/", "loa/1/xa-thu/device/loa-01/"))


@given(FILTER)
def test_an_observer_says_nothing_at_all(topic: str) -> None:
    assert not access.may_publish(access.observer(), topic)
    assert access.may_subscribe(access.observer(), topic)


@given(FILTER)
def test_nobody_publishes_on_a_filter(topic: str) -> None:
    if "+" in topic or "#" in topic:
        assert not access.may_publish(access.controller(TOPICS), topic)


def test_the_controller_stays_within_its_site() -> None:
    principal = access.controller(TOPICS)
    assert access.may_publish(principal, "loa/1/xa-thu/area/thon-1/plan")
    assert not access.may_publish(principal, "loa/1/xa-khac/area/thon-1/plan")
    assert not access.may_subscribe(principal, "loa/1/+/area/thon-1/plan")


@given(NAME)
def test_a_device_can_be_named_like_no_other_account(name: DeviceId) -> None:
    others = {access.controller(TOPICS).username, access.observer().username, access.observer("province").username}
    assert access.device(TOPICS, name).username not in others


@pytest.mark.parametrize("name", ["", "a.b", "Ủy ban", "a/b", "#"])
def test_an_observer_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="name for an observer"):
        access.observer(name)

"""Topics are built, parsed and filtered in one place, so the three must agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.link.filters import covers
from devices.protocol.errors import BadTopic
from devices.protocol.topics import (
    AreaChannel,
    AreaTopic,
    DeviceChannel,
    DeviceId,
    DeviceTopic,
    SiteId,
    Topics,
    is_name,
)
from schedules.programme import AreaId

NAME = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)
TOPIC = st.one_of(
    st.builds(AreaTopic, NAME.map(AreaId), st.sampled_from(AreaChannel)),
    st.builds(DeviceTopic, NAME.map(DeviceId), st.sampled_from(DeviceChannel)),
)


def built(topics: Topics, topic: AreaTopic | DeviceTopic) -> str:
    if isinstance(topic, AreaTopic):
        return topics.area(topic.area, topic.channel)
    return topics.device(topic.device, topic.channel)


@given(NAME, TOPIC)
def test_what_is_built_is_parsed_back(site: str, topic: AreaTopic | DeviceTopic) -> None:
    topics = Topics(SiteId(site))
    assert topics.parse(built(topics, topic)) == topic


@given(NAME, NAME, TOPIC)
def test_a_topic_belongs_to_its_own_site_only(site: str, other: str, topic: AreaTopic | DeviceTopic) -> None:
    text = built(Topics(SiteId(site)), topic)
    if site != other:
        with pytest.raises(BadTopic):
            Topics(SiteId(other)).parse(text)


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(["loa", "1", "xa", "area", "device", "plan", "", "a"])).map("/".join))
)
def test_any_text_is_a_topic_or_none_and_never_a_surprise(text: str) -> None:
    topics = Topics(SiteId("xa"))
    try:
        parsed = topics.parse(text)
    except BadTopic:
        return
    assert built(topics, parsed) == text


@given(NAME, TOPIC)
def test_every_topic_is_heard_by_whom_it_is_meant_for_and_by_no_other_device(
    site: str, topic: AreaTopic | DeviceTopic
) -> None:
    topics = Topics(SiteId(site))
    text = built(topics, topic)
    neighbour = DeviceId("neighbour")

    def heard_by(filters: tuple[str, ...]) -> bool:
        return any(covers(topic_filter, text) for topic_filter in filters)

    assert covers(topics.everything(), text)
    if isinstance(topic, AreaTopic):
        assert heard_by(topics.to_every_area())
        assert heard_by(topics.to_areas((topic.area,)))
        assert not heard_by(topics.from_every_device())
    else:
        assert heard_by(topics.from_every_device()) == topic.channel.from_device
        assert heard_by(topics.from_device(topic.device)) == topic.channel.from_device
        assert heard_by(topics.to_device(topic.device)) != topic.channel.from_device
        if topic.device != neighbour:
            assert not heard_by((*topics.to_device(neighbour), *topics.from_device(neighbour)))


@pytest.mark.parametrize("name", ["", "-a", "A", "á", "a/b", "a+", "#", "a b", "a" * 64, "a\n", "a\x00"])
def test_a_name_that_could_be_taken_for_something_else_is_none(name: str) -> None:
    assert not is_name(name)
    for build in (
        lambda: Topics(SiteId(name)),
        lambda: Topics(SiteId("xa")).area(AreaId(name), AreaChannel.PLAN),
        lambda: Topics(SiteId("xa")).device(DeviceId(name), DeviceChannel.STATE),
    ):
        with pytest.raises(BadTopic):
            build()

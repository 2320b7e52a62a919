"""Which filter covers what; paho's own matcher is the judge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from devices.link.filters import FilterTree, covers

LEVEL = st.sampled_from(["a", "b", "", "$SYS"])
TOPIC = st.lists(LEVEL, min_size=1, max_size=4).map("/".join).filter(bool)
WILD = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(st.one_of(LEVEL, st.just("+")), min_size=1, max_size=4),
    st.sampled_from([[], ["#"]]),
).filter(bool)
FILTER = st.one_of(WILD, st.just("#"))


@given(FILTER, TOPIC)
def test_a_filter_covers_the_topics_that_mqtt_says_it_matches(topic_filter: str, topic: str) -> None:
    assert covers(topic_filter, topic) == topic_matches_sub(topic_filter, topic)


@given(FILTER, FILTER, TOPIC)
def test_a_filter_that_covers_another_matches_all_that_the_other_does(wide: str, narrow: str, topic: str) -> None:
    if covers(wide, narrow) and covers(narrow, topic):
        assert covers(wide, topic)


@given(FILTER)
def test_everything_that_is_not_the_brokers_own_is_covered_by_the_hash(topic_filter: str) -> None:
    assert covers("#", topic_filter) == (not topic_filter.startswith("$"))
    assert covers(topic_filter, topic_filter)


@given(st.lists(st.tuples(st.booleans(), FILTER, st.integers(0, 3)), max_size=12), st.lists(TOPIC, max_size=4))
def test_the_tree_finds_exactly_those_who_asked(changes: list[tuple[bool, str, int]], topics: list[str]) -> None:
    tree: FilterTree[int] = FilterTree()
    wishes: set[tuple[str, int]] = set()
    for wanted, topic_filter, who in changes:
        (tree.add if wanted else tree.discard)(topic_filter, who)
        (wishes.add if wanted else wishes.discard)((topic_filter, who))
        for topic in topics:
            found = tree.matching(topic)
            assert len(found) == len(set(found))
            assert set(found) == {asker for wish, asker in wishes if covers(wish, topic)}

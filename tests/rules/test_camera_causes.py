"""What fell together fell for one reason: the narrowest node that holds it, unless something there lives on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from controller.monitoring.cameras.causes import FEWEST, MOST, TOGETHER, Cause, Leaf, causes
from controller.store.nodes import Node, NodeId, NodeKind

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def node(name: str, kind: NodeKind, parent: str | None = None) -> Node:
    return Node(NodeId(name), kind, "", None if parent is None else NodeId(parent))


def leaf(name: str, on: str, gone: datetime | None = None, sure: bool = True, known: bool = True) -> Leaf:
    return Leaf(name, NodeId(on), gone, sure, known)


TREE = (
    node("power", NodeKind.POWER),
    node("onu", NodeKind.ONU, "power"),
    node("sw-1", NodeKind.SWITCH, "onu"),
    node("sw-2", NodeKind.SWITCH, "onu"),
    node("sw-3", NodeKind.SWITCH, "power"),
)


def leaves(**fallen: int) -> list[Leaf]:
    """Six cameras on each switch, of which so many fell, a second after another."""
    return [
        leaf(f"{switch}-{number}", switch, NOON + number * SECOND if number < fallen.get(switch[3:], 0) else None)
        for switch in ("sw-1", "sw-2", "sw-3")
        for number in range(6)
    ]


def named(found: tuple[Cause, ...]) -> dict[str, int]:
    return {cause.node: len(cause.beneath) for cause in found}


def told(switches: tuple[int, int, int]) -> dict[str, int]:
    return named(causes(TREE, leaves(**{str(number): fell for number, fell in enumerate(switches, 1)})))


def test_the_narrowest_node_that_holds_all_that_fell_is_to_blame() -> None:
    assert told((6, 0, 0)) == {"sw-1": 6}
    assert told((6, 6, 0)) == {"onu": 12}
    assert told((6, 6, 6)) == {"power": 18}


def test_two_switches_that_share_only_what_lives_are_two_causes() -> None:
    assert told((6, 0, 6)) == {"sw-1": 6, "sw-3": 6}


def test_most_of_a_switch_is_the_switch_and_a_few_are_each_alone() -> None:
    assert told((4, 0, 0)) == {"sw-1": 4}
    assert told((3, 0, 0)) == {}
    assert told((2, 2, 2)) == {}


def test_one_survivor_proves_that_there_is_power() -> None:
    assert told((6, 6, 5)) == {"onu": 12, "sw-3": 5}


def test_a_branch_most_of_which_lives_shows_that_what_it_hangs_on_is_there() -> None:
    many = [leaf(f"sw-1-{number}", "sw-1", NOON) for number in range(20)]
    few = [leaf(f"sw-2-{number}", "sw-2", NOON if number < 2 else None) for number in range(6)]
    assert named(causes(TREE, many + few)) == {"sw-1": 20}


def test_what_fell_long_before_has_a_reason_of_its_own_and_counts_for_nothing() -> None:
    old = [leaf(f"old-{number}", "sw-1", NOON - timedelta(hours=1)) for number in range(4)]
    new = [leaf(f"new-{number}", "sw-1", NOON) for number in range(3)]
    (cause,) = causes(TREE, old + new)
    assert (cause.node, cause.began, len(cause.beneath)) == ("sw-1", NOON, 3)


def test_misses_that_nobody_believes_yet_join_a_cause_but_make_none() -> None:
    gone = [leaf(f"c-{number}", "sw-1", NOON, sure=number < FEWEST) for number in range(6)]
    assert named(causes(TREE, gone)) == {"sw-1": 6}
    doubtful = [leaf(f"c-{number}", "sw-1", NOON, sure=number < FEWEST - 1) for number in range(6)]
    assert causes(TREE, doubtful) == ()


def test_of_whom_nothing_is_known_neither_falls_nor_survives() -> None:
    unseen = [leaf(f"u-{number}", "sw-3", known=False) for number in range(9)]
    assert named(causes(TREE, leaves(**{"1": 6, "2": 6, "3": 6}) + unseen)) == {"power": 18}


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[Node], list[Leaf]]:
    size = draw(st.integers(1, 8))
    nodes = [
        node(f"n{number}", draw(st.sampled_from(NodeKind)), f"n{draw(st.integers(0, number - 1))}" if number else None)
        for number in range(size)
    ]
    falls = st.none() | st.integers(0, 600).map(lambda seconds: NOON + seconds * SECOND)
    found = [
        leaf(f"l{number}", f"n{draw(st.integers(0, size - 1))}", draw(falls), draw(st.booleans()), draw(st.booleans()))
        for number in range(draw(st.integers(0, 30)))
    ]
    return nodes, found


@given(forests())
def test_whatever_falls_each_cause_explains_enough_that_fell_together_and_nothing_twice(
    forest: tuple[list[Node], list[Leaf]],
) -> None:
    nodes, found = forest
    parent = {one.id: one.parent for one in nodes}
    kind = {one.id: one.kind for one in nodes}
    at = {one.id: one for one in found}

    def above(place: NodeId | None) -> list[NodeId]:
        return [] if place is None else [place, *above(parent[place])]

    told = causes(nodes, found)
    everything = [one for cause in told for one in cause.beneath]
    assert len(everything) == len(set(everything))
    for cause in told:
        fell = [at[one].gone_since for one in cause.beneath]
        moments = [one for one in fell if one is not None]
        assert len(moments) == len(fell) >= FEWEST
        assert max(moments) - min(moments) <= TOGETHER
        assert min(moments) == cause.began
        assert all(cause.node in above(at[one].node) and at[one].known for one in cause.beneath)
        alive = [one for one in found if one.known and one.gone_since is None and cause.node in above(one.node)]
        assert len(cause.beneath) >= MOST * (len(cause.beneath) + len(alive))
        assert kind[cause.node] is not NodeKind.POWER or not alive


@given(forests())
def test_the_order_in_which_one_looks_does_not_matter(forest: tuple[list[Node], list[Leaf]]) -> None:
    nodes, found = forest
    assert set(causes(nodes, found)) == set(causes(nodes[::-1], found[::-1]))

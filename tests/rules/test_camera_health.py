"""What probes make us believe of a camera: three misses fall, two good ones rise, time counts from the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.monitoring.cameras.axes import FLAPS_FROM, REMEMBERED, Belief, Told, heard, lose, share_of_changes
from controller.monitoring.cameras.health import UNSTABLE, Health, learnt, lost
from controller.store.camera_states import PERMITTED, Axis, AxisState, AxisStep, Condition, after

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RESULTS = st.lists(st.sampled_from("+-?"), max_size=60).map("".join)
"""One probe a minute: good, missed, or prevented by ourselves."""


def one_by_one(results: str, before: Belief | None = None) -> Belief:
    """What is believed when each probe is told of as it happens."""
    belief, begun = before or Belief(), NOON
    for place, result in enumerate(results):
        at = NOON + place * MINUTE
        if place == 0 or results[place - 1] != result:
            begun, probes = at, 0
        probes += 1
        belief = heard(belief, Told({"+": True, "-": False, "?": None}[result], "no-answer", begun, at, probes))
    return belief


def at_once(results: str) -> Belief:
    """The same, told of only at the end of each run."""
    belief, place = Belief(), 0
    for result, run in groupby(results):
        length = len(list(run))
        since, until = NOON + place * MINUTE, NOON + (place + length - 1) * MINUTE
        belief = heard(belief, Told({"+": True, "-": False, "?": None}[result], "no-answer", since, until, length))
        place += length
    return belief


def test_every_state_can_be_lost_and_none_is_left_by_chance() -> None:
    assert all(after(state, AxisStep.LOSE) is AxisState.UNKNOWN for state in AxisState)
    assert {state for state, _ in PERMITTED} == set(PERMITTED.values()) == set(AxisState)


@pytest.mark.parametrize(
    "results, believed, since",
    [
        ("+", AxisState.UP, 0),
        ("+--", AxisState.UP, 0),
        ("+---", AxisState.DOWN, 1),
        ("+--+---", AxisState.DOWN, 4),
        ("---+", AxisState.DOWN, 0),
        ("---++", AxisState.UP, 3),
        ("---+-++", AxisState.UP, 5),
        ("++?", AxisState.UNKNOWN, 2),
        ("---?--", AxisState.UNKNOWN, 3),
        ("---?---", AxisState.DOWN, 4),
        ("", AxisState.UNKNOWN, None),
    ],
)
def test_an_outage_counts_from_its_first_miss_to_its_first_good_result(
    results: str, believed: AxisState, since: int | None
) -> None:
    belief = one_by_one(results)
    assert belief.believed is believed
    assert belief.believed_since == (None if since is None else NOON + since * MINUTE)


@given(RESULTS)
def test_it_does_not_matter_how_often_a_device_tells_of_a_run(results: str) -> None:
    assert one_by_one(results) == at_once(results)


@given(RESULTS, st.integers(0, 59))
def test_old_news_and_news_told_twice_change_nothing(results: str, place: int) -> None:
    belief = one_by_one(results)
    again = Told(place % 2 == 0, "again", NOON - MINUTE, NOON - MINUTE, 5)
    if belief.checked_at is not None:
        assert heard(belief, again) == belief


@given(RESULTS)
def test_what_is_believed_was_shown_by_enough_results_in_a_row_and_is_never_our_own_fault(results: str) -> None:
    belief = one_by_one(results)
    believed = belief.believed
    if believed is AxisState.DOWN:
        assert "---" in results.rsplit("?", 1)[-1]
        assert not results.endswith("++")
    elif believed is AxisState.UP:
        assert not results.endswith("---")
    else:
        assert not results or "?" in results or set(results) <= {"-"}
    if results.endswith("?"):
        assert believed is AxisState.UNKNOWN


@given(RESULTS)
def test_a_share_of_changes_lies_between_nothing_and_all(results: str) -> None:
    last = results.replace("?", "")[-REMEMBERED:]
    assert 0 <= share_of_changes(last) <= 1 + 1e-9
    assert share_of_changes("+" * len(last)) == 0


def test_all_changes_weigh_one_and_newer_ones_weigh_more() -> None:
    assert share_of_changes("+-" * 10 + "+") == pytest.approx(1)
    assert share_of_changes("+" * 20 + "-") == pytest.approx(1.2 / 20)
    assert share_of_changes("-" + "+" * 20) == pytest.approx(0.8 / 20)


def test_what_comes_and_goes_is_unstable_until_it_has_long_been_steady() -> None:
    restless = one_by_one("+" * 21 + "-+" * 5)
    assert restless.flaps
    assert share_of_changes(restless.results) >= FLAPS_FROM
    assert restless.believed is AxisState.UP
    assert one_by_one("+" * 21 + "-+" * 5 + "+" * 5).flaps
    assert not one_by_one("+" * 21 + "-+" * 5 + "+" * 20).flaps
    assert not one_by_one("+" * 30 + "---" + "+" * 10).flaps


OPEN = {"reach": "+", "service": "+"}


def health(**axes: str) -> Health:
    return Health({axis: one_by_one(axes.get(axis.value, "")) for axis in Axis})


@pytest.mark.parametrize(
    "axes, condition, broken",
    [
        ({}, Condition.UNKNOWN, {}),
        ({"reach": "+", "service": "+", "stream": "+", "picture": "+"}, Condition.UP, {}),
        ({"reach": "+", "service": "+", "stream": "+"}, Condition.UNJUDGED, {}),
        ({"reach": "---", "service": "---", "picture": "---"}, Condition.DOWN, {Axis.REACH: "no-answer"}),
        ({"reach": "+", "service": "---", "stream": "+"}, Condition.DEGRADED, {Axis.SERVICE: "no-answer"}),
        ({**OPEN, "stream": "---", "picture": "---"}, Condition.DEGRADED, {Axis.STREAM: "no-answer"}),
        ({**OPEN, "stream": "+", "picture": "---"}, Condition.DEGRADED, {Axis.PICTURE: "no-answer"}),
        ({"reach": "+" + "-+" * 9, "service": "---"}, Condition.DEGRADED, {Axis.REACH: UNSTABLE}),
    ],
)
def test_nothing_is_told_of_an_axis_behind_one_that_fails(
    axes: dict[str, str], condition: Condition, broken: dict[Axis, str]
) -> None:
    found = health(**axes)
    assert (found.condition, found.broken()) == (condition, broken)
    assert not found.well() & broken.keys()


@given(st.fixed_dictionaries({axis.value: RESULTS for axis in Axis}))
def test_a_camera_that_nobody_looks_at_is_unknown_and_neither_broken_nor_well(axes: dict[str, str]) -> None:
    unseen = lost(health(**axes), NOON + 99 * MINUTE)
    assert unseen.condition is Condition.UNKNOWN
    assert not unseen.well()
    assert set(unseen.broken().values()) <= {UNSTABLE}


@given(st.fixed_dictionaries({axis.value: RESULTS for axis in Axis}))
def test_a_camera_is_up_only_if_all_four_axes_are(axes: dict[str, str]) -> None:
    found = health(**axes)
    assert (found.condition is Condition.UP) == all(one.believed is AxisState.UP for one in found.axes.values())
    assert (found.since is None) == all(
        one.believed_since is None for one in found.axes.values()
    ) or found.since is None


def test_a_login_that_is_refused_is_no_camera_that_is_down() -> None:
    before = health(reach="+", service="+", stream="+", picture="+")
    at = NOON + 5 * MINUTE
    refused = learnt(before, {Axis.SERVICE: Told(False, "login-wrong", at, at + 2 * MINUTE, 3)})
    assert refused.condition is Condition.DEGRADED
    assert refused.broken() == {Axis.SERVICE: "login-wrong"}
    assert refused.since == at
    busy = learnt(before, {Axis.STREAM: Told(None, "busy", at, at)})
    assert (busy.condition, busy.broken()) == (Condition.UNJUDGED, {})


def test_what_was_never_measured_cannot_be_lost() -> None:
    assert lose(Belief(), NOON) == Belief()

"""A gauge proposes a warning when water has stood high long enough, once for each rise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from controller.alerts.gauges import Gauge, GaugeState, Threshold, read
from schedules.programme import AreaId

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RIVER = Gauge(
    name="Sông Ba",
    hazard="flood",
    unit="m",
    thresholds=(Threshold(3.0, 2), Threshold(4.0, 3)),
    areas=(AreaId("thon-1"),),
    hysteresis=0.2,
    hold_seconds=300,
)


def proposed(*values: float, every: timedelta = MINUTE) -> list[tuple[int, int]]:
    """Minute and level of each proposal."""
    state, found = GaugeState(), []
    for number, value in enumerate(values):
        state, proposal = read(RIVER, state, value, NOW + number * every)
        if proposal:
            found.append((number, proposal.level))
    return found


def test_a_wave_that_passes_proposes_nothing() -> None:
    assert proposed(2, 5, 5, 2, 5, 5, 2) == []


def test_water_that_stays_high_is_proposed_once_after_the_hold_time() -> None:
    assert proposed(*[3.5] * 30) == [(5, 2)]


def test_a_rise_to_the_next_level_is_proposed_again() -> None:
    assert proposed(*[3.5] * 10, *[4.5] * 10) == [(5, 2), (15, 3)]


def test_water_that_plays_around_the_mark_is_one_proposal() -> None:
    assert proposed(*[3.05, 2.9] * 20) == [(5, 2)]


def test_water_that_fell_and_rose_again_is_proposed_again() -> None:
    assert proposed(*[3.5] * 10, *[2.0] * 3, *[3.5] * 10) == [(5, 2), (18, 2)]


def test_two_readings_hours_apart_prove_no_duration() -> None:
    assert proposed(3.5, 3.5, every=timedelta(hours=2)) == []


def test_a_reading_that_comes_late_changes_nothing() -> None:
    state, _ = read(RIVER, GaugeState(), 3.5, NOW)
    assert read(RIVER, state, 9.0, NOW - MINUTE) == (state, None)


@given(some.lists(some.floats(0, 10), max_size=60))
def test_nothing_is_proposed_that_was_not_held_and_never_twice_in_one_rise(values: list[float]) -> None:
    state = GaugeState()
    for number, value in enumerate(values):
        before = state.reached
        state, proposal = read(RIVER, state, value, NOW + number * MINUTE)
        if proposal:
            limit = next(one.value for one in RIVER.thresholds if one.level == proposal.level) - RIVER.hysteresis
            assert all(past >= limit for past in values[number - 5 : number + 1])
            assert proposal.level > before

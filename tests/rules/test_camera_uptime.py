"""Uptime is honest: every moment is counted once, and what nobody knows is neither good nor bad."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.monitoring.cameras.tally import NOTHING, Tally, lasting, tallies
from controller.store.camera_states import Condition
from controller.store.uptime import Month, Stretch, by_month, first_moment, month_after, month_of
from devices.protocol.messages.cameras import CameraId

HOUR = timedelta(hours=1)
CAMERA = CameraId("cho-xa")
NEW_YEAR = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
"""Midnight in Vietnam."""
MOMENTS = st.integers(-800, 400).map(lambda days: NEW_YEAR + days * 23.7 * HOUR)
CONDITIONS = st.sampled_from(Condition)
LENGTHS = st.integers(0, 10**9).map(lambda milliseconds: timedelta(milliseconds=milliseconds))
TALLIES = st.builds(Tally, st.dictionaries(CONDITIONS, LENGTHS), st.integers(0, 50))


@given(MOMENTS, LENGTHS, LENGTHS, CONDITIONS)
def test_the_months_of_a_stretch_add_up_to_it(
    start: datetime, length: timedelta, beyond: timedelta, kind: Condition
) -> None:
    stretch = Stretch(CAMERA, kind, start, start + length)
    parts = list(by_month(stretch, start + length + beyond))
    assert sum((part for _, part in parts), NOTHING) == length
    assert [month for month, _ in parts] == sorted({month for month, _ in parts})
    assert all(part > NOTHING for _, part in parts)
    assert all(first_moment(month) <= first_moment(month_after(month)) - part for month, part in parts)


def test_a_month_begins_at_midnight_in_the_commune() -> None:
    stretch = Stretch(CAMERA, Condition.DOWN, NEW_YEAR - HOUR, NEW_YEAR + 2 * HOUR)
    assert dict(by_month(stretch, NEW_YEAR + HOUR)) == {"2026-12": HOUR, "2027-01": HOUR}
    assert (month_of(NEW_YEAR), month_after(Month("2026-12"))) == ("2027-01", "2027-01")
    found = tallies([stretch], NEW_YEAR + 2 * HOUR)
    assert {month: tally.falls for month, tally in found.items()} == {"2026-12": 1, "2027-01": 0}


@given(MOMENTS, st.integers(0, 10**6), st.integers(-(10**6), 10**6), CONDITIONS)
def test_what_lasts_is_known_only_as_long_as_somebody_watched(
    start: datetime, age: int, known: int, kind: Condition
) -> None:
    now = start + timedelta(seconds=age)
    parts = lasting(Stretch(CAMERA, kind, start), start + timedelta(seconds=known), now)
    tally = reduce(lambda one, two: one + two, tallies(parts, now).values(), Tally())
    assert tally.time(*Condition) == now - start
    if kind not in (Condition.MAINTENANCE, Condition.UNKNOWN):
        assert tally.time(kind) == timedelta(seconds=max(0, min(age, known)))


@given(TALLIES, TALLIES, TALLIES)
def test_it_does_not_matter_in_which_order_one_adds_up(one: Tally, two: Tally, three: Tally) -> None:
    left, right = (one + two) + three, one + (three + two)
    assert (left.falls, [left.time(kind) for kind in Condition]) == (
        right.falls,
        [right.time(kind) for kind in Condition],
    )


@given(TALLIES, LENGTHS, LENGTHS)
def test_neither_the_unknown_nor_maintenance_alters_a_share(
    tally: Tally, unknown: timedelta, announced: timedelta
) -> None:
    more = tally + Tally({Condition.UNKNOWN: unknown, Condition.MAINTENANCE: announced})
    assert (more.reachable, more.useful, more.mttr, more.mtbf) == (
        tally.reachable,
        tally.useful,
        tally.mttr,
        tally.mtbf,
    )
    for share in (tally.reachable, tally.useful):
        assert share is None or 0 <= share <= 1
    if tally.reachable is not None and not tally.time(Condition.UNJUDGED) and tally.useful is not None:
        assert tally.useful <= tally.reachable


def test_the_figures_of_a_month_with_two_outages() -> None:
    spent = {
        Condition.UP: 600 * HOUR,
        Condition.DEGRADED: 90 * HOUR,
        Condition.DOWN: 10 * HOUR,
        Condition.UNKNOWN: 20 * HOUR,
    }
    tally = Tally(spent, falls=2)
    assert tally.reachable == pytest.approx(690 / 700)
    assert tally.useful == pytest.approx(600 / 700)
    assert (tally.mttr, tally.mtbf) == (5 * HOUR, 345 * HOUR)
    assert (tally.keeps(98.5), tally.keeps(99), Tally().keeps(0)) == (True, False, None)
    assert reduce(lambda one, two: one + two, [Tally()] * 3).reachable is None

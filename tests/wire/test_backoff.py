from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from devices.link.backoff import SOONEST, Backoff


@given(st.floats(0.01, 10.0), st.floats(0.01, 600.0), st.integers(0, 2**32), st.integers(1, 200))
def test_waits_grow_to_the_longest_and_no_further(first: float, longest: float, seed: int, failures: int) -> None:
    backoff = Backoff(first, longest, Random(seed))
    for failure in range(failures):
        ceiling = min(first * 2.0 ** min(failure, 32), longest)
        assert SOONEST * ceiling <= backoff.next() <= ceiling
    backoff.reset()
    assert backoff.next() <= min(first, longest)


def test_two_that_failed_together_do_not_come_back_together() -> None:
    waits = {Backoff(1.0, 60.0, Random(seed)).next() for seed in range(100)}
    assert len(waits) == 100

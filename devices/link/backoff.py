"""How long to wait before trying again."""

from __future__ import annotations

from random import Random

SOONEST = 0.1
"""Of the ceiling: even the luckiest waits this part of it."""


class Backoff:
    """Doubling ceilings with jitter, so that thousands do not come back in the same moment. Lengths are seconds."""

    def __init__(self, first: float, longest: float, random: Random) -> None:
        self._first = first
        self._longest = longest
        self._random = random
        self._failures = 0

    def next(self) -> float:
        """The wait after one more failure: from a tenth of the ceiling to all of it."""
        ceiling = min(self._first * 2.0 ** min(self._failures, 32), self._longest)
        self._failures += 1
        return ceiling * self._random.uniform(SOONEST, 1.0)

    def reset(self) -> None:
        self._failures = 0

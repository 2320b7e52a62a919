"""What is to happen when, under a hand-moved clock."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from devices.clock import Clock

RESOLUTION = 1e-6
"""A time of day knows no shorter step, so what is due within it is due now."""


class Agenda:
    """Events with due times; equals happen in the order in which they were noted. Lengths are seconds.

    Due times are on the clock that never steps, so a clock that is set wrong delays nothing.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: list[tuple[float, int, Callable[..., object], tuple[Any, ...]]] = []
        self._numbers = itertools.count()

    @property
    def now(self) -> float:
        return self._clock.monotonic()

    @property
    def next_due(self) -> datetime | None:
        """When the next event is due, by the clock's time of day as it is now."""
        if not self._events:
            return None
        return self._clock.now() + timedelta(seconds=max(self._events[0][0] - self.now, 0.0))

    def at(self, due: float, happens: Callable[..., object], *what: Any) -> None:
        heapq.heappush(self._events, (due, next(self._numbers), happens, what))

    def after(self, delay: float, happens: Callable[..., object], *what: Any) -> None:
        self.at(self.now + delay, happens, *what)

    def run_due(self) -> None:
        """Lets everything happen that is due, and what becomes due by it."""
        until = self.now + RESOLUTION
        while self._events and self._events[0][0] <= until:
            _, _, happens, what = heapq.heappop(self._events)
            happens(*what)

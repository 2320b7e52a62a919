"""The only reader of real time. Everything else is given a Clock, or better, the time itself."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time of day, in UTC; it may step when the clock is set."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; it never steps."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class HandMovedClock:
    """A clock that moves only when told to: for the town and for tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    def advance_to(self, moment: datetime) -> None:
        """Let time pass until `moment`; a moment that is already past changes nothing."""
        passed = max((moment - self._now).total_seconds(), 0.0)
        self._now += timedelta(seconds=passed)
        self._elapsed += passed

    def step(self, seconds: float) -> None:
        """Set the time of day forwards or backwards, as a wrong NTP answer does; no time passes."""
        self._now += timedelta(seconds=seconds)

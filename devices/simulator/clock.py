"""The clock of a pretended board: it runs as the world's does, but may be set wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from devices.clock import Clock

NEVER_SET = datetime(1970, 1, 1, tzinfo=UTC)


class BoardClock:
    """`ahead` is by how much it is ahead of `world`."""

    def __init__(self, world: Clock) -> None:
        self._world = world
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self._world.now() + self.ahead

    def monotonic(self) -> float:
        return self._world.monotonic()

    def step(self, seconds: float) -> None:
        """Somebody sets it forwards or backwards."""
        self.ahead += timedelta(seconds=seconds)

    def forget(self) -> None:
        """Its battery is empty: it wakes in 1970."""
        self.ahead = NEVER_SET - self._world.now()

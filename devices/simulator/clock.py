"""The clock of a pretended board: it runs as the world's does, but may be set wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from devices.clock import Clock

NEVER_SET = datetime(1970, 1, 1, tzinfo=UTC)


class PowerFailed(BaseException):
    """Not an Exception: nothing in a program may survive it. `fuse` is the one that blew."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse


class Fuse:
    """The world's clock as one program reads it; it may blow at any reading, which is between any two steps."""

    def __init__(self, world: Clock) -> None:
        self._world = world
        self._left = 0

    def blow_after(self, readings: int) -> None:
        """The reading that comes after so many raises PowerFailed, once; 0 takes the order back."""
        self._left = readings

    def now(self) -> datetime:
        self._count()
        return self._world.now()

    def monotonic(self) -> float:
        self._count()
        return self._world.monotonic()

    def _count(self) -> None:
        if self._left:
            self._left -= 1
            if not self._left:
                raise PowerFailed(self)


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

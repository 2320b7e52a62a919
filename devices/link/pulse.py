"""Whether the other end still lives."""

from __future__ import annotations

from devices.clock import Clock

SILENCE = 1.5
"""Keep-alives without a byte from the broker until a connection counts as dead."""


class Pulse:
    """Written by the thread of a connection, read by any. Lengths are seconds."""

    def __init__(self, clock: Clock, keepalive: float) -> None:
        self._clock = clock
        self._longest = SILENCE * keepalive
        self._began = 0.0
        self._last: float | None = None

    def begin(self) -> None:
        """A connection was made."""
        self._began = self._last = self._clock.monotonic()

    def beat(self) -> None:
        """Something was heard."""
        self._last = self._clock.monotonic()

    def end(self) -> None:
        self._last = None

    @property
    def age(self) -> float:
        """How long ago the connection was made."""
        return self._clock.monotonic() - self._began

    @property
    def silent(self) -> bool:
        """True when there is a connection and nothing came for longer than the answer to a ping may take."""
        last = self._last
        return last is not None and self._clock.monotonic() - last > self._longest

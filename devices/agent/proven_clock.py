"""The time that this device acts by: proven by someone who knows it, and carried on by a clock that never steps."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from devices.clock import Clock

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""This software is younger: a clock that says less was never set."""
STEP = 0.5
"""A board's clock that departs by more than so many seconds from its own pace was set."""
DRIFT = 100e-6
"""By so much of the time that passes a board's quartz may err."""
NTP_ERROR = 0.1
LOOK_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class TimeProof:
    """When the monotonic clock said `elapsed` it was `time`, give or take `error` seconds."""

    time: datetime
    elapsed: float
    error: float

    def time_at(self, elapsed: float) -> datetime:
        return self.time + timedelta(seconds=elapsed - self.elapsed)

    def error_at(self, elapsed: float) -> float:
        return self.error + DRIFT * (elapsed - self.elapsed)


def better(known: TimeProof | None, new: TimeProof) -> TimeProof:
    """Which to believe: the newer one when they contradict each other, else the one that errs less by now."""
    if known is None:
        return new
    apart = abs((known.time_at(new.elapsed) - new.time).total_seconds())
    known_error = known.error_at(new.elapsed)
    return new if apart > known_error + new.error or new.error < known_error else known


class ProvenClock:
    """A clock that, once its time is proven, does not follow the board's clock when that is set.

    Until then it says what the board says, or what was assumed. `is_kept` tells whether someone keeps the board's clock
    right. Agents of one board may share it.
    """

    def __init__(self, board: Clock, is_kept: Callable[[], bool] = lambda: False) -> None:
        self._board = board
        self._is_kept = is_kept
        self._guard = threading.Lock()
        self._proof: TimeProof | None = None
        self._assumed: TimeProof | None = None
        self._pace = 0.0
        self._look_at = 0.0
        self.kept = False
        self.steps = 0
        """How often the board's clock was seen to be set."""

    def now(self) -> datetime:
        known = self._proof or self._assumed
        return self._board.now() if known is None else known.time_at(self._board.monotonic())

    def monotonic(self) -> float:
        return self._board.monotonic()

    @property
    def proven(self) -> bool:
        return self._proof is not None

    @property
    def assumed(self) -> bool:
        """Whether it goes by a time that nobody has proven."""
        return self._proof is None and self._assumed is not None

    def assume(self, time: datetime) -> None:
        """Until somebody who knows it says otherwise it is about `time` now."""
        self._assumed = TimeProof(time, self._board.monotonic(), math.inf)

    @property
    def offset(self) -> float | None:
        """By how many seconds the board's clock is ahead; None while nobody knows."""
        proof = self._proof
        return None if proof is None else self._ahead(proof)

    def look(self) -> None:
        """Notice that the board's clock was set, and believe it while someone keeps it. To be asked often."""
        if self._has_no_news(self._proof):
            # Without the guard: a village of simulated boards asks all the time.
            return
        with self._guard:
            proof = self._proof
            if self._has_no_news(proof):
                return
            elapsed = self._board.monotonic()
            ahead = 0.0 if proof is None else self._ahead(proof)
            self._look_at = elapsed + LOOK_EVERY
            self.steps += abs(ahead - self._pace) > STEP
            self._pace = ahead
            board = self._board.now()
            self.kept = board >= EARLIEST and self._is_kept()
            if self.kept and (proof is None or ahead != 0.0):
                self._believe(TimeProof(board, elapsed, NTP_ERROR))

    def _has_no_news(self, proof: TimeProof | None) -> bool:
        if proof is None or self._board.monotonic() >= self._look_at:
            return False
        return abs(self._ahead(proof) - self._pace) <= STEP

    def learn(self, time: datetime, error: float) -> None:
        """Someone who knows says that it is `time` now, give or take `error` seconds."""
        with self._guard:
            if time < EARLIEST or self.kept:
                return
            board = self._board.now()
            apart = abs((board - time).total_seconds())
            if apart <= error:
                # Our clock is as good as the answer, and the neighbours on this machine have the same.
                time, error = board, error + apart
            self._believe(better(self._proof, TimeProof(time, self._board.monotonic(), error)))

    def _believe(self, proof: TimeProof) -> None:
        self._proof = proof
        self._pace = self._ahead(proof)

    def _ahead(self, proof: TimeProof) -> float:
        return (self._board.now() - proof.time_at(self._board.monotonic())).total_seconds()

"""What a bystander who sees everything writes down while a story happens: the ledger judges by it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime

from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId


@dataclass(frozen=True, slots=True)
class Standing:
    """How one loudspeaker that meant to begin something stood shortly before; `hindered` is empty when nothing did."""

    at: datetime
    knows_the_time: bool
    hindered: str


@dataclass(slots=True)
class Troubles:
    """When something was in trouble, and since when it is; troubles may overlap each other."""

    past: list[tuple[datetime, datetime]] = field(default_factory=list)
    since: datetime | None = None
    _depth: int = 0

    def begin(self, now: datetime) -> None:
        self._depth += 1
        self.since = self.since or now

    def end(self, now: datetime) -> bool:
        """True when nothing troubles it any more."""
        self._depth = max(self._depth - 1, 0)
        if self._depth == 0 and self.since is not None:
            self.past.append((self.since, now))
            self.since = None
        return self._depth == 0

    def mend(self, now: datetime) -> None:
        """It is over, however many there were."""
        self._depth = min(self._depth, 1)
        self.end(now)

    def touch(self, start: datetime, end: datetime) -> bool:
        """Whether there was any between these moments."""
        if self.since is not None and self.since <= end:
            return True
        before = bisect_right(self.past, end, key=lambda one: one[0])
        # Troubles end in the order in which they began.
        return before > 0 and self.past[before - 1][1] >= start


@dataclass(slots=True)
class Life:
    """All that befell one loudspeaker, and how it stood before each occurrence that it meant to begin."""

    power: Troubles = field(default_factory=Troubles)
    line: Troubles = field(default_factory=Troubles)
    disk: Troubles = field(default_factory=Troubles)
    clock_set: list[datetime] = field(default_factory=list)
    standings: dict[OccurrenceId, Standing] = field(default_factory=dict)

    def mend(self, now: datetime) -> None:
        for trouble in (self.power, self.line, self.disk):
            trouble.mend(now)


@dataclass(slots=True)
class Records:
    lives: dict[DeviceId, Life]
    controller: Troubles = field(default_factory=Troubles)
    """It did not run, or could not reach the broker."""
    broker: Troubles = field(default_factory=Troubles)
    """It kept what somebody else had said."""
    approved: set[OccurrenceId] = field(default_factory=set)

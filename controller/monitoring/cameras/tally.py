"""What the time of cameras adds up to: shares of the known time, outages, time between them. Pure.

Time of which nothing is known, and time that was announced as maintenance, says neither good nor bad of a camera: both
are left out of every share, and shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from controller.store.camera_states import Condition
from controller.store.uptime import Month, Stretch, Sums, by_month

NOTHING = timedelta()
_REACHABLE = (Condition.UP, Condition.UNJUDGED, Condition.DEGRADED)


@dataclass(frozen=True, slots=True)
class Tally:
    spent: Mapping[Condition, timedelta] = field(default_factory=dict)
    falls: int = 0

    @classmethod
    def of(cls, sums: Sums) -> Tally:
        return cls(sums.spent, sums.falls)

    def __add__(self, other: Tally) -> Tally:
        spent = dict(self.spent)
        for kind, length in other.spent.items():
            spent[kind] = spent.get(kind, NOTHING) + length
        return Tally(spent, self.falls + other.falls)

    def time(self, *kinds: Condition) -> timedelta:
        return sum([self.spent[kind] for kind in kinds if kind in self.spent], NOTHING)

    @property
    def reachable(self) -> float | None:
        """Share of the known time, 0 to 1; None where nothing is known."""
        reached = self.time(*_REACHABLE)
        return _share(reached, reached + self.spent.get(Condition.DOWN, NOTHING))

    @property
    def useful(self) -> float | None:
        """Share of the time of which it is known what the picture was worth, 0 to 1."""
        worth_nothing = (Condition.DEGRADED, Condition.DOWN)
        return _share(self.time(Condition.UP), self.time(Condition.UP, *worth_nothing))

    @property
    def mttr(self) -> timedelta | None:
        """Mean time to recover: how long an outage lasts."""
        return self.time(Condition.DOWN) / self.falls if self.falls else None

    @property
    def mtbf(self) -> timedelta | None:
        """Mean time between failures: how long it is reachable for each outage."""
        return self.time(*_REACHABLE) / self.falls if self.falls else None

    def keeps(self, target: float) -> bool | None:
        """Whether it was reachable for at least so many percent of the known time."""
        return None if self.reachable is None else self.reachable * 100 >= target


def _share(part: timedelta, whole: timedelta) -> float | None:
    return part / whole if whole else None


def lasting(stretch: Stretch, known_until: datetime, now: datetime) -> tuple[Stretch, ...]:
    """What a stretch that lasts is so far: from when nobody watched any more, nothing is known, unless it was
    announced."""
    until = now if stretch.condition is Condition.MAINTENANCE else max(stretch.start, min(known_until, now))
    parts = (
        Stretch(stretch.camera, stretch.condition, stretch.start, until),
        Stretch(stretch.camera, Condition.UNKNOWN, until, now),
    )
    return tuple(one for one in parts if one.end is not None and one.start < one.end)


def tally_within(stretch: Stretch, start: datetime, end: datetime) -> Tally | None:
    """What of it lies between these; None where nothing does. Its outage counts where it began."""
    begin, until = max(stretch.start, start), min(stretch.end or end, end)
    if begin >= until:
        return None
    falls = 1 if stretch.condition is Condition.DOWN and begin == stretch.start else 0
    return Tally({stretch.condition: until - begin}, falls)


def tallies(stretches: Iterable[Stretch], now: datetime) -> dict[Month, Tally]:
    """By month; an outage belongs to the month in which it began."""
    found: dict[Month, Tally] = {}
    for one in stretches:
        for place, (month, length) in enumerate(by_month(one, now)):
            falls = 1 if place == 0 and one.condition is Condition.DOWN else 0
            found[month] = found.get(month, Tally()) + Tally({one.condition: length}, falls)
    return found

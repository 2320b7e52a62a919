"""What an agent has learnt about one camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from devices.agent.cameras.picture.look import TILES, Floats, Look
from devices.agent.cameras.picture.reference import Likeness, Reference
from devices.agent.cameras.picture.verdict import Finding

FIGURES = (
    "level", "dark", "light", "white", "chroma", "flat", "speckle", "restless", "grid", "lost", "torn",
    "structure", "gone", "gone_coarse", "coarse", "fine", "sharpness", "gap", "echo", "stir", "life", "ticking",
)  # fmt: skip
"""The measures whose usual ranges are learnt, by the time of day."""
MOST_VIEWS = 3
MOST_LOOKS = 400
HOUR = 3600.0
DAY = 24 * HOUR
NEAR = 1.5 * HOUR
"""Looks from this far around the same time of day tell what is usual now."""
ENOUGH = 6
CLOCK = 1.5
"""Levels by which a tile with a running clock always changes more than its row."""


@dataclass(frozen=True, slots=True)
class Recent:
    """What freezing is found by: the look before this one."""

    small: Floats
    fine: Floats


@dataclass(frozen=True, slots=True)
class Pending:
    """A look that seemed healthy: it is learnt when the next one does so too, for many a fault shows only then."""

    at: datetime
    look: Look
    figures: Mapping[str, float]
    view: int
    likeness: Likeness | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is suspected or confirmed from look to look.

    bad, good: looks in a row with a suspicion, or without. votes: by kind the confidence gathered in this row. last:
    the odds of the last look.
    """

    bad: int = 0
    good: int = 0
    votes: tuple[tuple[str, float], ...] = ()
    last: float = -6.0
    confirmed: Finding | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known about a camera: its views, its usual ranges, and what stands at the moment.

    moments: of the learnt looks, seconds since 1970 in the camera's local time; history: their figures, a row each.
    floor: by how much at least each tile changes more than its row within a second (a running clock).
    hours: a bit for each hour of
    the day that has been learnt.
    """

    references: tuple[Reference, ...] = ()
    moments: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0, np.float64))
    history: Floats = field(default_factory=lambda: np.zeros((0, len(FIGURES)), np.float32))
    floor: Floats = field(default_factory=lambda: np.full(TILES[::-1], np.inf, np.float32))
    recent: Recent | None = None
    pending: Pending | None = None
    view: Standing = Standing()
    freeze: Standing = Standing()
    hours: int = 0

    @property
    def learnt(self) -> float:
        """0 for a camera never seen, 1 when every hour of a day has been learnt."""
        return self.hours.bit_count() / 24


def relearn(profile: Profile) -> Profile:
    """The profile after a person has said "this view is right now": the view begins anew, and nothing stands.

    What a running clock in the picture looks like, and the look before this one, stay known.
    """
    return Profile(floor=profile.floor, recent=profile.recent)


def local_seconds(at: datetime) -> float:
    """Seconds of the wall clock where the camera hangs: light follows the time of day there."""
    offset = at.utcoffset()
    return at.timestamp() + (offset.total_seconds() if offset else 0.0)


def usual(profile: Profile, at: datetime, most: float = 1.0) -> dict[str, tuple[float, float]]:
    """By figure between what the share `most` of healthy looks around this time of day was; NaN when never told."""
    if not len(profile.moments):
        return {}
    apart = np.abs(_of_day(profile.moments - local_seconds(at)))
    enough = min(ENOUGH, len(apart)) - 1
    reach = max(NEAR, float(np.partition(apart, enough)[enough]))
    rows = profile.history.take(np.flatnonzero(apart <= reach), axis=0)
    told = {}
    for name, column in zip(FIGURES, np.sort(rows, axis=0).T, strict=True):
        last = int(np.count_nonzero(~np.isnan(column))) - 1
        aside = last * (1 - most) / 2
        low, high = (column[round(aside)], column[round(last - aside)]) if last >= 0 else (np.nan, np.nan)
        told[name] = (float(low), float(high))
    return told


def _of_day(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((seconds + DAY / 2) % DAY - DAY / 2)


def clock(profile: Profile) -> tuple[int, int] | None:
    """The row and the column of the tile that changes every second, day and night: a running clock; None without."""
    floor = profile.floor
    if not np.isfinite(floor).all() or float(floor.max()) < CLOCK:
        return None
    row, column = np.unravel_index(int(floor.argmax()), floor.shape)
    return int(row), int(column)


def shown(profile: Profile) -> NDArray[np.bool_]:
    """The tiles in which the view is seen: all but the row with a running clock."""
    seen = np.ones(TILES[::-1], bool)
    place = clock(profile)
    if place:
        seen[place[0]] = False
    return seen

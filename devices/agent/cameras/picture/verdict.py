"""What is said about a camera's picture, each finding with the figure that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class PictureKind(StrEnum):
    """What can be wrong with a picture."""

    BLACK = "black"
    FROZEN = "frozen"
    BLURRED = "blurred"
    COVERED = "covered"
    PARTLY_COVERED = "partly_covered"
    MOVED = "moved"
    WASHED_OUT = "washed_out"
    NOISE = "noise"
    CORRUPT = "corrupt"
    NO_SIGNAL = "no_signal"
    STALLED_TIMES = "stalled_times"
    TOO_FEW_FRAMES = "too_few_frames"
    WRONG_CLOCK = "wrong_clock"


class Regime(StrEnum):
    """By what light a camera sees; each has its own learnt ranges."""

    DAY = "day"
    LAMP = "lamp"
    INFRARED = "infrared"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `measure` is `value` where `limit` is allowed and `learnt` (low, high) is usual.

    confidence: 0 to 1. learnt: None while, or where, nothing is learnt.
    """

    kind: PictureKind
    confidence: float
    measure: str
    value: float
    limit: float
    learnt: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one burst says after all that came before it.

    findings: confirmed now, the surest first. suspected: seen, not yet often enough to say so. regime: None when no
    picture came. figures: every measure taken, by name. learnt: 0 for a camera never seen, 1 when its profile is whole.
    """

    findings: tuple[Finding, ...]
    suspected: tuple[Finding, ...]
    regime: Regime | None
    figures: Mapping[str, float]
    learnt: float

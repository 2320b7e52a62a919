"""What became of each wish, and the line of sound that is heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from schedules.occurrence import Hush, Occurrence, shifted


class Fate(Enum):
    """Every wish ends as exactly one of these; all but `STANDS` have a reason."""

    STANDS = "stands"
    """Heard at its moment, as a whole."""
    MOVED = "moved"
    """Heard as a whole, later."""
    INTERRUPTED = "interrupted"
    """Cut short by a stronger one; its rest may follow."""
    DROPPED = "dropped"
    """Not heard at all."""


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start` to `end` the place sounds `occurrence`, beginning `offset` seconds inside it."""

    occurrence: Occurrence
    start: datetime
    end: datetime
    offset: float = 0.0

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of `occurrence`: `by` is whose sound stood in its way, `hush` the calendar entry that forbade it.

    `begins` and `ends` are its first and its last moment on the line, None when it is not heard; `whole` says whether
    everything of it is heard.
    """

    occurrence: Occurrence
    fate: Fate
    by: Occurrence | None = None
    hush: Hush | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    whole: bool = False

    @property
    def wait(self) -> timedelta:
        """How much later than asked it begins; nothing when it is not heard."""
        return timedelta() if self.begins is None else self.begins - self.occurrence.start


@dataclass(frozen=True, slots=True)
class Line:
    """`segments` in order of time, never two at once; `verdicts` in air order, one for every wish."""

    segments: tuple[Segment, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def losses(self) -> tuple[Verdict, ...]:
        """The wishes that did not get what they asked for."""
        return tuple(verdict for verdict in self.verdicts if verdict.fate is not Fate.STANDS)

    @property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """What is heard at all, each at the moment when it begins: what `due.due` is to be asked about."""
        return tuple(
            shifted(verdict.occurrence, verdict.begins) for verdict in self.verdicts if verdict.begins is not None
        )

    def at(self, moment: datetime) -> Segment | None:
        """What sounds at `moment`."""
        return next((segment for segment in self.segments if moment in segment), None)

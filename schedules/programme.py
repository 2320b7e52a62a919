"""A programme: which sounds, in which areas, when it recurs, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from math import ceil
from typing import NewType

from schedules.errors import BadProgramme
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.recurrence import Recurrence

AreaId = NewType("AreaId", str)
ProgrammeId = NewType("ProgrammeId", str)
Sha256 = NewType("Sha256", str)

DEFAULT_GRACE = 600.0
DEFAULT_WAIT = 1800.0
LONGEST = 4 * 3600.0
"""No sound lasts longer and none waits longer, in seconds."""
LONGEST_SESSION = 20 * 3600.0
"""What one day's broadcast of a programme may take, repeats included, in seconds; so it never meets the next day's."""


class Content(Enum):
    """What is heard, as far as calendars care: a time of mourning drops music and keeps the rest."""

    NOTICE = "notice"
    NEWS = "news"
    RELAY = "relay"
    MUSIC = "music"


class OnHolidays(Enum):
    """What a programme does on a day that a calendar calls a holiday."""

    KEEP = "keep"
    SKIP = "skip"
    MOVE = "move"
    """Begin at `holiday_at` instead."""
    ONLY = "only"
    """Sound on holidays and on no other day."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A finished recording, known by its content: lower-case hexadecimal SHA-256, length, size in bytes."""

    sha256: Sha256
    seconds: float
    size: int

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise BadProgramme("bad-hash", "A sound is named by its SHA-256 in lower-case hexadecimal.")
        if not 0.001 <= self.seconds <= LONGEST or self.size <= 0:
            raise BadProgramme("bad-sound", "A sound lasts from a millisecond to four hours and is not empty.")


@dataclass(frozen=True, slots=True)
class Programme:
    """A rule that yields occurrences. `volume` is percent; `grace` is how many seconds late may still begin.

    `longest_wait` is how many seconds, in all, other sound may hold it off before or while it sounds; `repeats` is how
    often it is heard on one day, with `gap` seconds between the end and the next beginning. A programme that is not
    yet recorded has no sounds and says how long it will be: it can be planned and shown, and is not ready.
    """

    id: ProgrammeId
    title: str
    areas: tuple[AreaId, ...]
    sounds: tuple[Sound, ...]
    recurrence: Recurrence
    requested_at: datetime
    bulletin_class: BulletinClass = BulletinClass.NORMAL
    volume: int = 80
    order: int = 0
    late: Late = Late.JOIN
    grace: float = DEFAULT_GRACE
    resume: Resume = Resume.RESUME
    content: Content = Content.NOTICE
    entry: Entry = Entry.HARD
    longest_wait: float = DEFAULT_WAIT
    repeats: int = 1
    gap: float = 0.0
    on_holidays: OnHolidays = OnHolidays.KEEP
    holiday_at: time | None = None
    expected_seconds: float | None = None

    def __post_init__(self) -> None:
        if not self.areas:
            raise BadProgramme("no-area", "A programme needs at least one area.")
        if not self.sounds and self.expected_seconds is None:
            raise BadProgramme("no-sound", "A programme needs at least one sound.")
        if not 0 < self.seconds <= LONGEST_SESSION:
            raise BadProgramme("bad-length", "A programme lasts more than nothing and at most twenty hours.")
        if not 0 <= self.volume <= 100:
            raise BadProgramme("bad-volume", "Volume is a percentage from 0 to 100.")
        if self.grace < 0:
            raise BadProgramme("bad-grace", "The grace is a number of seconds, not below zero.")
        if not 0 <= self.longest_wait <= LONGEST:
            raise BadProgramme("bad-wait", "The longest wait is a number of seconds, at most four hours.")
        if self.requested_at.tzinfo is None:
            raise BadProgramme("no-zone", "The time of the request needs a zone.")
        self._check_repeats()

    def _check_repeats(self) -> None:
        if self.repeats < 1 or self.gap < 0 or (self.repeats - 1) * self.step > LONGEST_SESSION:
            raise BadProgramme("bad-repeats", "Repeats are 1 or more, with a gap of 0 or more, all within 20 hours.")
        if (self.on_holidays is OnHolidays.MOVE) != (self.holiday_at is not None):
            raise BadProgramme("bad-holiday", "A programme that moves on holidays says to which time, no other does.")

    @property
    def seconds(self) -> float:
        if not self.sounds and self.expected_seconds is not None:
            return self.expected_seconds
        return sum(sound.seconds for sound in self.sounds)

    @property
    def step(self) -> int:
        """Whole seconds from the beginning of one repeat to that of the next."""
        return ceil(self.seconds + self.gap)

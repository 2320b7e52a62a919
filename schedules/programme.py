"""A programme: which sounds, in which areas, when it recurs, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from schedules.errors import BadProgramme
from schedules.priority import BulletinClass, Late, Resume
from schedules.recurrence import Recurrence

AreaId = NewType("AreaId", str)
ProgrammeId = NewType("ProgrammeId", str)
Sha256 = NewType("Sha256", str)

DEFAULT_GRACE = 600.0


@dataclass(frozen=True, slots=True)
class Sound:
    """A finished recording, known by its content: lower-case hexadecimal SHA-256, length, size in bytes."""

    sha256: Sha256
    seconds: float
    size: int

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise BadProgramme("bad-hash", "A sound is named by its SHA-256 in lower-case hexadecimal.")
        if not 0 < self.seconds <= 4 * 3600 or self.size <= 0:
            raise BadProgramme("bad-sound", "A sound lasts up to four hours and is not empty.")


@dataclass(frozen=True, slots=True)
class Programme:
    """A rule that yields occurrences. `volume` is percent; `grace` is how many seconds late may still begin."""

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

    def __post_init__(self) -> None:
        if not self.areas:
            raise BadProgramme("no-area", "A programme needs at least one area.")
        if not self.sounds:
            raise BadProgramme("no-sound", "A programme needs at least one sound.")
        if not 0 <= self.volume <= 100:
            raise BadProgramme("bad-volume", "Volume is a percentage from 0 to 100.")
        if self.grace < 0:
            raise BadProgramme("bad-grace", "The grace is a number of seconds, not below zero.")

    @property
    def seconds(self) -> float:
        return sum(sound.seconds for sound in self.sounds)

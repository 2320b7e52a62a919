"""An occurrence: one dated broadcast of a programme, under an id that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NewType

from schedules.errors import BadProgramme
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import DEFAULT_WAIT, LONGEST, AreaId, Content, ProgrammeId, Sound
from schedules.timespan import Timespan

OccurrenceId = NewType("OccurrenceId", str)

A_DAY = 24 * 3600.0


class Why(Enum):
    """Why a calendar keeps an occurrence silent."""

    QUIET_HOURS = "quiet-hours"
    CLASS_HOURS = "class-hours"
    MOURNING = "mourning"
    EXAM = "exam"
    MAINTENANCE = "maintenance"
    HOLIDAY = "holiday"
    SKIPPED = "skipped"
    DAY_LIMIT = "day-limit"
    SESSION_LIMIT = "session-limit"


@dataclass(frozen=True, slots=True)
class Hush:
    """From `start` to `end`, UTC, the occurrence must not be heard in `area`, or anywhere when that is None."""

    area: AreaId | None
    start: datetime
    end: datetime
    why: Why
    name: str = ""

    def concerns(self, path: Collection[AreaId]) -> bool:
        """Whether a place that stands in all areas of `path` is silenced."""
        return self.area is None or self.area in path

    def meets(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One dated broadcast of a programme. Times are UTC, lengths are seconds, `volume` is percent.

    The same occurrence stands in the plan of every area that it is for, under the same `id`;
    a loudspeaker that finds it twice plays it once. `hushes` says when and where calendars forbid it,
    as far as it could sound at all: the plan of a commune can so spare one village.
    """

    id: OccurrenceId
    programme: ProgrammeId
    title: str
    start: datetime
    seconds: float
    bulletin_class: BulletinClass
    sounds: tuple[Sound, ...]
    volume: int
    order: int
    requested_at: datetime
    late: Late
    grace: float
    resume: Resume
    content: Content = Content.NOTICE
    entry: Entry = Entry.HARD
    longest_wait: float = DEFAULT_WAIT
    hushes: tuple[Hush, ...] = ()

    def __post_init__(self) -> None:
        """BadProgramme for what no loudspeaker could follow; an occurrence may come from anywhere."""
        if self.start.tzinfo is None or self.requested_at.tzinfo is None:
            raise BadProgramme("no-zone", "The times of an occurrence carry a zone.")
        lengths = (self.seconds, self.grace, self.longest_wait)
        if not all(0 <= length <= A_DAY for length in lengths):
            raise BadProgramme("bad-length", "The lengths of an occurrence are seconds, from 0 to a day.")
        if not 0 <= self.volume <= 100:
            raise BadProgramme("bad-volume", "Volume is a percentage from 0 to 100.")

    @property
    def span(self) -> Timespan:
        return Timespan.of(self.start, self.length)

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.seconds)

    @property
    def patience(self) -> timedelta:
        """How far it may fall behind its own times; an emergency waits for another as long as any sound can last."""
        if self.bulletin_class is BulletinClass.EMERGENCY:
            return timedelta(seconds=max(self.longest_wait, LONGEST))
        return timedelta(seconds=self.longest_wait)

    @property
    def last_end(self) -> datetime:
        """After this moment it is never heard, whatever held it off."""
        return self.start + self.length + self.patience

    def hushed(self, path: Collection[AreaId]) -> Hush | None:
        """The first reason why it must not be heard at its own time in a place that stands in all areas of `path`."""
        end = self.start + self.length
        return next((hush for hush in self.hushes if hush.concerns(path) and hush.meets(self.start, end)), None)


def occurrence_id(programme: ProgrammeId, start: datetime) -> OccurrenceId:
    """The same programme and start give the same id, for ever and in every zone."""
    moment = start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(f"{programme}\n{moment}".encode()).hexdigest()[:16]
    return OccurrenceId(f"{moment}-{digest}")


def planned_start(occurrence: OccurrenceId) -> datetime:
    """When its programme would begin it, wherever a change of that day has moved it. BadProgramme for no id of ours."""
    try:
        return datetime.strptime(occurrence.split("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadProgramme("bad-id", "This is not the name of a broadcast.") from None


def air_order(occurrence: Occurrence) -> tuple[datetime, int, int, datetime, OccurrenceId]:
    """A total order: by start, then the stronger class, the explicit order, first come, and the id."""
    return (
        occurrence.start,
        -occurrence.bulletin_class.rank,
        occurrence.order,
        occurrence.requested_at,
        occurrence.id,
    )


def shifted(occurrence: Occurrence, start: datetime) -> Occurrence:
    """The same broadcast, under the same id, at another moment."""
    return replace(occurrence, start=start.astimezone(UTC))

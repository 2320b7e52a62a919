"""What must sound: occurrences, and the plan that lists them for one area."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NewType

from schedules.priority import BulletinClass, Late, Resume
from schedules.programme import AreaId, Programme, ProgrammeId, Sound
from schedules.timespan import Timespan

OccurrenceId = NewType("OccurrenceId", str)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One dated broadcast of a programme. Times are UTC, lengths are seconds, `volume` is percent.

    The same occurrence stands in the plan of every area that it is for, under the same `id`;
    a loudspeaker that finds it twice plays it once.
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

    @property
    def span(self) -> Timespan:
        return Timespan.of(self.start, timedelta(seconds=self.seconds))


def occurrence_id(programme: ProgrammeId, start: datetime) -> OccurrenceId:
    """The same programme and start give the same id, for ever and in every zone."""
    moment = start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(f"{programme}\n{moment}".encode()).hexdigest()[:16]
    return OccurrenceId(f"{moment}-{digest}")


def occurrences(programme: Programme, span: Timespan) -> tuple[Occurrence, ...]:
    """Every broadcast of `programme` that starts within `span`, in order of time."""
    return tuple(_occurrence(programme, start) for start in programme.recurrence.starts(span))


def _occurrence(programme: Programme, start: datetime) -> Occurrence:
    moment = start.astimezone(UTC)
    return Occurrence(
        id=occurrence_id(programme.id, moment),
        programme=programme.id,
        title=programme.title,
        start=moment,
        seconds=programme.seconds,
        bulletin_class=programme.bulletin_class,
        sounds=programme.sounds,
        volume=programme.volume,
        order=programme.order,
        requested_at=programme.requested_at,
        late=programme.late,
        grace=programme.grace,
        resume=programme.resume,
    )


def plan(programmes: Iterable[Programme], span: Timespan) -> dict[AreaId, tuple[Occurrence, ...]]:
    """What each area is asked to sound in `span`; an area without a wish is absent."""
    wishes: dict[AreaId, list[Occurrence]] = {}
    for programme in programmes:
        for occurrence in occurrences(programme, span):
            for area in programme.areas:
                wishes.setdefault(area, []).append(occurrence)
    return {area: tuple(sorted(found, key=air_order)) for area, found in wishes.items()}


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

"""What must sound: the plan that lists the occurrences of one area."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from schedules.calendars import NO_CALENDARS, Calendars
from schedules.occurrence import Hush, Occurrence, OccurrenceId, Why, air_order, occurrence_id, shifted
from schedules.programme import AreaId, Programme, Sha256
from schedules.series import occurrences
from schedules.silences import Asked, Paths, limited, silenced, whole_days
from schedules.timespan import Timespan

__all__ = [
    "Hush",
    "Occurrence",
    "OccurrenceId",
    "Paths",
    "Why",
    "air_order",
    "asked",
    "occurrence_id",
    "occurrences",
    "plan",
    "plan_hash",
    "shifted",
    "wishes_on",
]

ALONE: Mapping[AreaId, Collection[AreaId]] = MappingProxyType({})
"""Paths of areas of which none stands in another."""


def plan(
    programmes: Iterable[Programme],
    span: Timespan,
    calendars: Calendars = NO_CALENDARS,
    paths: Paths = ALONE,
) -> dict[AreaId, tuple[Occurrence, ...]]:
    """What each area is asked to sound in `span`; an area without a wish is absent.

    What calendars forbid in the whole area is left out. The rest may still overlap: `conflicts.line_of_sound` makes one
    line of it. The plan of a span is the plans of its parts put together, however it is cut.
    """
    wishes: dict[AreaId, list[Occurrence]] = {}
    for programme, occurrence in asked(programmes, span, calendars, paths):
        for area in dict.fromkeys(programme.areas):
            if not occurrence.hushes or occurrence.hushed(paths.get(area, (area,))) is None:
                wishes.setdefault(area, []).append(occurrence)
    return {area: tuple(sorted(found, key=air_order)) for area, found in wishes.items()}


def asked(
    programmes: Iterable[Programme],
    span: Timespan,
    calendars: Calendars = NO_CALENDARS,
    paths: Paths = ALONE,
) -> list[Asked]:
    """Every wish in `span` with its programme, also those that calendars silence: their hushes say where and why."""
    counted = whole_days(span, calendars) if calendars.limits else span
    wishes: list[Asked] = []
    for programme in programmes:
        wishes += ((programme, occurrence) for occurrence in occurrences(programme, counted, calendars))
    wishes = silenced(wishes, calendars)
    if not calendars.limits:
        return wishes
    return [wish for wish in limited(wishes, calendars, paths) if wish[1].start in span]


def wishes_on(path: Collection[AreaId], wishes: Iterable[Asked]) -> tuple[Occurrence, ...]:
    """What is asked of a place that stands in all areas of `path`, in air order, each once."""
    found = {one.id: one for programme, one in wishes if not set(path).isdisjoint(programme.areas)}
    return tuple(sorted(found.values(), key=air_order))


def plan_hash(planned: Iterable[Occurrence]) -> Sha256:
    """SHA-256 over all that `planned` says, in air order: equal plans have equal hashes, on every machine."""
    said = [_said(occurrence) for occurrence in sorted(planned, key=air_order)]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Sha256(hashlib.sha256(text.encode()).hexdigest())


def _said(one: Occurrence) -> list[object]:
    return [
        one.id,
        one.programme,
        one.title,
        _moment(one.start),
        float(one.seconds),
        one.bulletin_class.value,
        [[sound.sha256, float(sound.seconds), sound.size] for sound in one.sounds],
        one.volume,
        one.order,
        _moment(one.requested_at),
        one.late.value,
        float(one.grace),
        one.resume.value,
        one.content.value,
        one.entry.value,
        float(one.longest_wait),
        [[hush.area, _moment(hush.start), _moment(hush.end), hush.why.value, hush.name] for hush in one.hushes],
    ]


def _moment(moment: datetime) -> float:
    return moment.timestamp()

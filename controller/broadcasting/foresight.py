"""What is asked for in a stretch of time, worked out once and cut as needed: by area, by loudspeaker, by silence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from controller.broadcasting.approval import approved_programmes
from controller.store import areas, fleet
from controller.store.areas import AreaTree
from controller.store.database import Connection
from controller.store.silences import Silenced
from devices.protocol.topics import DeviceId
from schedules.calendars import Calendars
from schedules.forecast import last_calm
from schedules.occurrence import Hush, Occurrence, OccurrenceId, Why, air_order
from schedules.plan import Paths, asked
from schedules.programme import AreaId
from schedules.timespan import Timespan

Addressed = tuple[Occurrence, frozenset[DeviceId]]


@dataclass(frozen=True, slots=True)
class Wish:
    """One occurrence: the areas whose plan names it, the areas that a calendar spares, the loudspeakers that sound it.

    Quiet hours spare nobody here. A loudspeaker keeps them itself, refuses what breaks them and says so; what it was
    never told it could not refuse.
    """

    occurrence: Occurrence
    areas: tuple[AreaId, ...]
    spared: Mapping[AreaId, Hush]
    devices: frozenset[DeviceId]


class Foresight:
    """`wishes` are all that start in `span`, in air order."""

    def __init__(self, span: Timespan, wishes: tuple[Wish, ...]) -> None:
        self._span = span
        self._wishes = wishes
        self._audible = [wish.occurrence for wish in wishes if wish.areas]

    def covers(self, needed: Timespan) -> bool:
        """Whether all of `needed` was looked at."""
        return self._span.start <= needed.start and needed.end <= self._span.end

    def calm(self, moment: datetime) -> datetime:
        """The last moment not after `moment` at which nothing sounds or waits; a plan that begins there is whole."""
        return last_calm(self._audible, self._span.start, moment) or self._span.start

    def calm_after(self, calm: datetime) -> datetime:
        """The next moment after `calm` that is calm as well."""
        following = self._audible[bisect_left(self._audible, calm, key=lambda one: one.start) :]
        busy_until = None
        for one in following:
            if busy_until is not None and one.start >= busy_until:
                break
            busy_until = one.last_end if busy_until is None else max(busy_until, one.last_end)
        return self._span.end if busy_until is None else busy_until

    def plans(self, span: Timespan) -> dict[AreaId, tuple[Occurrence, ...]]:
        """For each area what its plan names."""
        found: dict[AreaId, list[Occurrence]] = {}
        for wish in self._in(span):
            for area in wish.areas:
                found.setdefault(area, []).append(wish.occurrence)
        return {area: tuple(occurrences) for area, occurrences in found.items()}

    def addressed(self, span: Timespan) -> dict[OccurrenceId, Addressed]:
        """Every occurrence, also one that is silenced everywhere, with the loudspeakers that shall sound it."""
        return {wish.occurrence.id: (wish.occurrence, wish.devices) for wish in self._in(span)}

    def silenced(self, span: Timespan) -> dict[Silenced, Hush]:
        return {(wish.occurrence.id, area): hush for wish in self._in(span) for area, hush in wish.spared.items()}

    def _in(self, span: Timespan) -> list[Wish]:
        return [wish for wish in self._wishes if wish.occurrence.start in span]


def foresee(connection: Connection, span: Timespan, calendars: Calendars) -> Foresight:
    """What approved programmes ask for in `span`, and what `calendars` make of it."""
    tree = areas.tree(connection)
    paths = {area.id: tree.path(area.id)[::-1] for area in tree}
    standing: dict[AreaId, list[tuple[DeviceId, AreaId]]] = {}
    for device in fleet.loudspeakers(connection):
        for area in paths[device.area]:
            standing.setdefault(area, []).append((device.id, device.area))
    found = asked(approved_programmes(connection), span, calendars, paths)
    wishes = {one.id: _wish(programme.areas, one, tree, paths, standing) for programme, one in found}
    return Foresight(span, tuple(sorted(wishes.values(), key=lambda wish: air_order(wish.occurrence))))


def _wish(
    chosen: tuple[AreaId, ...],
    occurrence: Occurrence,
    tree: AreaTree,
    paths: Paths,
    standing: Mapping[AreaId, list[tuple[DeviceId, AreaId]]],
) -> Wish:
    devices = {device: area for one in chosen for device, area in standing.get(one, ())}
    if not occurrence.hushes:
        return Wish(occurrence, chosen, {}, frozenset(devices))
    spared = _silences(occurrence, {area: paths[area] for area in chosen})
    heard = tuple(area for area in chosen if area not in spared)
    within = tree.within(heard)
    inside = {hush.area: (hush.area,) for hush in occurrence.hushes if hush.area in within}
    silent = _silences(occurrence, {area: paths[area] for area in set(devices.values())})
    return Wish(
        occurrence,
        heard,
        spared | _silences(occurrence, inside),
        frozenset(device for device, area in devices.items() if area not in silent),
    )


def _silences(occurrence: Occurrence, places: Mapping[AreaId, Collection[AreaId]]) -> dict[AreaId, Hush]:
    """Which of these places, given with the areas that each stands in, a calendar spares, and why."""
    found = {area: _silence(occurrence, path) for area, path in places.items()}
    return {area: replace(hush, area=area) for area, hush in found.items() if hush is not None}


def _silence(occurrence: Occurrence, path: Collection[AreaId]) -> Hush | None:
    """Why a calendar spares a place that stands in all areas of `path`; None when it does not."""
    end = occurrence.start + occurrence.length
    meeting = (hush for hush in occurrence.hushes if hush.concerns(path) and hush.meets(occurrence.start, end))
    return next((hush for hush in meeting if hush.why is not Why.QUIET_HOURS), None)

"""What a programme would run into, foretold before it is approved: who yields, who waits, and what calendars forbid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from controller.broadcasting.approval import approved_programmes
from controller.store import areas
from controller.store.areas import AreaTree
from controller.store.database import Connection
from schedules.calendars import Calendars
from schedules.conflicts import line_of_sound
from schedules.occurrence import Hush, OccurrenceId
from schedules.plan import asked, wishes_on
from schedules.programme import AreaId, Programme
from schedules.silences import Asked
from schedules.timespan import COMMUNE_ZONE, Timespan
from schedules.verdicts import Fate, Verdict

MOST_DAYS = 8
"""So many days on which it sounds are looked at,"""
FARTHEST = timedelta(days=400)
"""and none further ahead."""
AROUND = timedelta(hours=6)
"""What sounds so long before a day may still be heard on it, and what waits so long after it may still wait for it."""


@dataclass(frozen=True, slots=True)
class Clash:
    """What becomes of a wish in `areas`: one of the new programme where `own`, else another because of it."""

    verdict: Verdict
    own: bool
    areas: tuple[AreaId, ...]


@dataclass(frozen=True, slots=True)
class Clashes:
    """`days` were looked at. None where nothing collides."""

    days: tuple[date, ...]
    found: tuple[Clash, ...]


_Found = tuple[Verdict, bool, dict[AreaId, None]]


def clashes(connection: Connection, new: Sequence[Programme], calendars: Calendars, now: datetime) -> Clashes:
    """What `new`, the rules of one programme, would do to what is approved, and what would be done to it."""
    tree = areas.tree(connection)
    paths = {area.id: tree.path(area.id)[::-1] for area in tree}
    places = list(_places(tree, new[0].areas))
    met = {area for place in places for area in paths[place]}
    approved = (one for one in approved_programmes(connection) if one.id != new[0].id)
    others = [one for one in approved if not met.isdisjoint(one.areas)]
    paths = {area: path for area, path in paths.items() if area in met}
    days = tuple(_days(new, now))
    found: dict[tuple[object, ...], _Found] = {}
    for day in days:
        span = _around(day)
        with_it = asked([*others, *new], span, calendars, paths)
        without_it = asked(others, span, calendars, paths)
        for place in places:
            for verdict, own in _differences(paths[place], with_it, without_it, new[0]):
                if verdict.occurrence.start.astimezone(COMMUNE_ZONE).date() == day or not own:
                    found.setdefault(_same(verdict), (verdict, own, {}))[2][place] = None
    return Clashes(days, tuple(Clash(verdict, own, tuple(where)) for verdict, own, where in _in_order(found.values())))


def _places(tree: AreaTree, chosen: Iterable[AreaId]) -> Iterator[AreaId]:
    """The innermost areas: whoever hears something stands in one of these."""
    within = tree.within(chosen)
    return (area.id for area in tree if area.id in within and not tree.children(area.id))


def _days(new: Sequence[Programme], now: datetime) -> Iterator[date]:
    today = now.astimezone(COMMUNE_ZONE).date()
    found = {
        day
        for programme in new
        for day in islice(programme.recurrence.dates(today, today + FARTHEST), MOST_DAYS + 1)
        if datetime.combine(day, programme.recurrence.at, programme.recurrence.zone) > now
    }
    return islice(sorted(found), MOST_DAYS)


def _around(day: date) -> Timespan:
    midnight = datetime.combine(day, time(), COMMUNE_ZONE)
    return Timespan(midnight - AROUND, midnight + timedelta(days=1) + AROUND)


def _differences(
    path: Sequence[AreaId], with_it: Sequence[Asked], without_it: Sequence[Asked], new: Programme
) -> Iterator[tuple[Verdict, bool]]:
    """What the new programme does not get, and what others get no more because of it."""
    before = {one.occurrence.id: one for one in line_of_sound(wishes_on(path, without_it), path).verdicts}
    for verdict in line_of_sound(wishes_on(path, with_it), path).losses:
        own = verdict.occurrence.programme == new.id
        if own or _heard(verdict) != _heard(before[verdict.occurrence.id]):
            yield verdict, own


def _heard(verdict: Verdict) -> tuple[object, ...]:
    return verdict.fate, verdict.begins, verdict.ends, verdict.whole


def _same(verdict: Verdict) -> tuple[object, ...]:
    """Equal for what is said in the same words."""
    by: OccurrenceId | None = None if verdict.by is None else verdict.by.id
    why: Hush | None = verdict.hush
    forbidden = None if why is None else (why.start, why.end, why.why, why.name)
    return verdict.occurrence.id, _heard(verdict), by, forbidden


def _in_order(found: Iterable[_Found]) -> list[_Found]:
    return sorted(found, key=lambda one: (one[0].occurrence.start, not one[1], one[0].fate is not Fate.DROPPED))

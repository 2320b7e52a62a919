"""Where and when calendars silence what programmes ask for: every occurrence is told its hushes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from schedules.calendars import Calendars, Limit, Silence
from schedules.occurrence import Hush, Occurrence, Why, air_order
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Programme
from schedules.series import with_hushes
from schedules.timespan import Timespan

Paths = Mapping[AreaId, Collection[AreaId]]
"""For an area all areas that it stands in, from the root down to itself. An area that is missing stands alone."""

Asked = tuple[Programme, Occurrence]


def silenced(asked: Iterable[Asked], calendars: Calendars) -> list[Asked]:
    """The same wishes, each with the quiet hours, mournings and other silences that it may run into."""
    wishes = list(asked)
    if not wishes or not calendars.silences:
        return wishes
    span = Timespan(min(one.start for _, one in wishes), max(one.last_end for _, one in wishes))
    windows = [(silence, list(silence.windows(span))) for silence in calendars.silences]
    return [(programme, _told(occurrence, windows)) for programme, occurrence in wishes]


def _told(occurrence: Occurrence, windows: list[tuple[Silence, list[Timespan]]]) -> Occurrence:
    hushes = [
        Hush(area, window.start, window.end, silence.why, silence.name)
        for silence, stretches in windows
        if silence.silences(occurrence.bulletin_class, occurrence.content)
        for window in _meeting(stretches, occurrence)
        for area in silence.areas or (None,)
    ]
    return with_hushes(occurrence, hushes) if hushes else occurrence


def _meeting(windows: list[Timespan], occurrence: Occurrence) -> list[Timespan]:
    """Those of `windows`, given in order, in which the occurrence may sound."""
    first = bisect_right(windows, occurrence.start, key=lambda window: window.end)
    last = bisect_left(windows, occurrence.last_end, key=lambda window: window.start)
    return windows[first:last]


def limited(asked: Iterable[Asked], calendars: Calendars, paths: Paths) -> list[Asked]:
    """The same wishes, those that exceed a limit silenced where they do.

    `asked` must hold whole days of `calendars.zone`, because a limit counts a day as a whole.
    """
    wishes = list(asked)
    counting = [wish for wish in wishes if wish[1].bulletin_class is not BulletinClass.EMERGENCY]
    in_order = sorted(counting, key=lambda wish: air_order(wish[1]))
    over: dict[str, list[Hush]] = {}
    for area in _roots_first(wishes, paths):
        path = paths.get(area, (area,))
        for limit in calendars.limits:
            if not limit.areas or limit.areas & set(path):
                for day in _days(in_order, path, over, calendars).values():
                    for occurrence, why in _too_much(day, limit):
                        hush = Hush(area, occurrence.start, occurrence.last_end, why, limit.name)
                        over.setdefault(occurrence.id, []).append(hush)
    return [
        (programme, with_hushes(occurrence, over[occurrence.id]) if occurrence.id in over else occurrence)
        for programme, occurrence in wishes
    ]


def _roots_first(wishes: Iterable[Asked], paths: Paths) -> list[AreaId]:
    known = {area for programme, _ in wishes for area in programme.areas} | set(paths)
    return sorted(known, key=lambda area: (len(paths.get(area, (area,))), area))


def _days(
    in_order: Iterable[Asked], path: Collection[AreaId], over: Mapping[str, list[Hush]], calendars: Calendars
) -> dict[date, list[Occurrence]]:
    """What is to be heard where `path` leads and counts against a limit, day by day in order of time."""
    found: dict[date, list[Occurrence]] = {}
    here = set(path)
    for programme, occurrence in in_order:
        already = any(hush.concerns(path) for hush in over.get(occurrence.id, ()))
        if not already and not here.isdisjoint(programme.areas) and occurrence.hushed(path) is None:
            found.setdefault(occurrence.start.astimezone(calendars.zone).date(), []).append(occurrence)
    return found


def _too_much(day: list[Occurrence], limit: Limit) -> Iterable[tuple[Occurrence, Why]]:
    """What gives way on one day: wishes are granted from the strongest, as long as they fit."""
    session_of = _sessions(day, timedelta(seconds=limit.pause))
    in_session: dict[int, float] = {}
    in_day = 0.0
    for occurrence in sorted(day, key=lambda one: air_order(one)[1:4] + air_order(one)[:1] + (one.id,)):
        session = session_of[occurrence.id]
        with_it = in_session.get(session, 0.0) + occurrence.seconds
        if limit.per_session is not None and with_it > limit.per_session:
            yield occurrence, Why.SESSION_LIMIT
        elif limit.per_day is not None and in_day + occurrence.seconds > limit.per_day:
            yield occurrence, Why.DAY_LIMIT
        else:
            in_session[session] = with_it
            in_day += occurrence.seconds


def _sessions(day: Iterable[Occurrence], pause: timedelta) -> dict[str, int]:
    """The session that each occurrence of a day, given in order of time, belongs to."""
    sessions: dict[str, int] = {}
    number, quiet_since = 0, None
    for occurrence in day:
        end = occurrence.start + occurrence.length
        if quiet_since is not None and occurrence.start > quiet_since + pause:
            number, quiet_since = number + 1, None
        sessions[occurrence.id] = number
        quiet_since = end if quiet_since is None else max(quiet_since, end)
    return sessions


def whole_days(span: Timespan, calendars: Calendars) -> Timespan:
    """`span` widened to whole local days."""
    first = span.start.astimezone(calendars.zone).date()
    last = span.end.astimezone(calendars.zone).date() + timedelta(days=1)
    return Timespan(_midnight(first, calendars), _midnight(last, calendars))


def _midnight(day: date, calendars: Calendars) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=calendars.zone)

"""What a place will hear: the line of sound of a span, foretold from programmes and calendars."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from schedules.calendars import NO_CALENDARS, Calendars, Replace
from schedules.conflicts import line_of_sound
from schedules.occurrence import Occurrence
from schedules.plan import ALONE, asked, wishes_on
from schedules.priority import BulletinClass
from schedules.programme import LONGEST, AreaId, Programme
from schedules.silences import Paths
from schedules.timespan import Timespan
from schedules.verdicts import Line

A_DAY = timedelta(days=1)


def forecast(
    programmes: Iterable[Programme],
    span: Timespan,
    path: Sequence[AreaId],
    calendars: Calendars = NO_CALENDARS,
    paths: Paths = ALONE,
) -> Line:
    """What a place that stands in all areas of `path` hears of the wishes that start in `span`, and why not the rest.

    Segments are those that begin in `span`. The line of a span is the lines of its parts put together, however it is
    cut: what began before `span` and may still sound is looked up, as far back as sound follows sound.
    """
    everything = tuple(programmes)
    calm = calm_before(everything, span.start, path, calendars, paths)
    wider = Timespan(calm, span.end + _reach(everything, calendars))
    line = line_of_sound(wishes_on(path, asked(everything, wider, calendars, paths)), path)
    return Line(
        tuple(segment for segment in line.segments if segment.start in span),
        tuple(verdict for verdict in line.verdicts if verdict.occurrence.start in span),
    )


def calm_before(
    programmes: Sequence[Programme],
    moment: datetime,
    path: Collection[AreaId],
    calendars: Calendars = NO_CALENDARS,
    paths: Paths = ALONE,
) -> datetime:
    """The last moment not after `moment` at which nothing sounds or waits that began before, where `path` leads.

    A plan that starts there needs nothing of what went before.
    """
    if not programmes:
        return moment
    reach = _reach(programmes, calendars)
    looked_back = max(4 * reach, A_DAY / 2)
    earliest = min(programme.recurrence.first for programme in programmes)
    while True:
        begin = moment - looked_back
        wishes = wishes_on(path, asked(programmes, Timespan(begin, moment), calendars, paths))
        audible = [wish for wish in wishes if wish.hushed(path) is None]
        calm = last_calm(audible, begin + reach, moment)
        if calm is not None:
            return calm
        if begin.date() < earliest - 35 * A_DAY:
            return begin
        looked_back *= 4


def last_calm(wishes: Iterable[Occurrence], earliest: datetime, moment: datetime) -> datetime | None:
    """The last moment from `earliest` to `moment` across which none of `wishes`, given in order of time, may sound.

    None when there is none. A wish that starts after `moment` does not matter.
    """
    calm, busy_until = None, earliest
    for wish in takewhile(lambda wish: wish.start < moment, wishes):
        if busy_until <= wish.start:
            calm = wish.start
        busy_until = max(busy_until, wish.last_end)
    return moment if busy_until <= moment else calm


def _reach(programmes: Iterable[Programme], calendars: Calendars) -> timedelta:
    """No occurrence is heard so long after its start."""
    replaced = max((change.what.seconds for change in calendars.changes if isinstance(change.what, Replace)), default=0)
    longest = max((max(one.seconds, replaced) + _patience(one) for one in programmes), default=0.0)
    return timedelta(seconds=longest)


def _patience(programme: Programme) -> float:
    return LONGEST if programme.bulletin_class is BulletinClass.EMERGENCY else programme.longest_wait

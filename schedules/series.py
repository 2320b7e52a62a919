"""From a programme to its occurrences: the days of the rule, what holidays and changes make of them, and repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from schedules.calendars import FARTHEST_MOVE, NO_CALENDARS, Calendars, Change, Move, Replace, Skip
from schedules.occurrence import Hush, Occurrence, Why, occurrence_id
from schedules.programme import OnHolidays, Programme, Sound
from schedules.recurrence import start_on
from schedules.timespan import Timespan

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Session:
    """What is made of one day of a series: `original` names it for ever, `start` is when it begins."""

    original: datetime
    start: datetime
    title: str
    sounds: tuple[Sound, ...]
    seconds: float
    silenced: tuple[Why, str] | None = None


def occurrences(programme: Programme, span: Timespan, calendars: Calendars = NO_CALENDARS) -> tuple[Occurrence, ...]:
    """Every broadcast of `programme` that starts within `span`, in order of time; none before it was requested.

    A day that is skipped is still listed, with a hush everywhere that says why.
    """
    changes = [change for change in calendars.changes if change.programme == programme.id]
    found = []
    for session in _sessions(programme, span, calendars, changes):
        for number in range(programme.repeats):
            after = timedelta(seconds=number * programme.step)
            if session.start + after in span and session.start + after >= programme.requested_at:
                found.append(_occurrence(programme, session, after))
    return tuple(sorted(found, key=lambda one: (one.start, one.id)))


def _sessions(programme: Programme, span: Timespan, calendars: Calendars, changes: list[Change]) -> Iterator[_Session]:
    """Every session of which a repeat may start within `span`."""
    repeating = timedelta(seconds=(programme.repeats - 1) * programme.step)
    moved = any(isinstance(change.what, Move) for change in changes)
    reach = timedelta(days=FARTHEST_MOVE + 1) if moved else _A_DAY if programme.holiday_at else timedelta()
    wider = Timespan(span.start - repeating - reach, span.end + reach)
    holidays: Mapping[date, str] = {}
    if programme.on_holidays is not OnHolidays.KEEP:
        zone = programme.recurrence.zone
        holidays = calendars.holidays_between(wider.start.astimezone(zone).date(), wider.end.astimezone(zone).date())
    for start in programme.recurrence.starts(wider):
        change = _change_on(start.date(), changes)
        holiday = holidays.get(start.date())
        if holiday is None and programme.on_holidays is OnHolidays.ONLY:
            continue
        session = _usual(programme, start, holiday)
        yield session if change is None else _changed(programme, start, session, change)


def _usual(programme: Programme, start: datetime, holiday: str | None) -> _Session:
    begins = start
    if holiday is not None and programme.holiday_at is not None:
        begins = start_on(start.date(), programme.holiday_at, programme.recurrence.zone) or start
    skipped = holiday is not None and programme.on_holidays is OnHolidays.SKIP
    return _Session(
        original=start.astimezone(UTC),
        start=begins.astimezone(UTC),
        title=programme.title,
        sounds=programme.sounds,
        seconds=programme.seconds,
        silenced=(Why.HOLIDAY, holiday or "") if skipped else None,
    )


def _change_on(day: date, changes: Iterable[Change]) -> Change | None:
    fitting = [change for change in changes if change.first <= day <= change.last]
    return fitting[-1] if fitting else None


def _changed(programme: Programme, start: datetime, usual: _Session, change: Change) -> _Session:
    match change.what:
        case Skip():
            return replace(usual, silenced=(Why.SKIPPED, change.why))
        case Replace(title=title, sounds=sounds) as other:
            return replace(usual, title=title, sounds=sounds, seconds=other.seconds, silenced=None)
        case Move(days=days, at=at):
            day = start.date() + timedelta(days=days)
            moved = start_on(day, at or programme.recurrence.at, programme.recurrence.zone) or start
            return replace(usual, start=moved.astimezone(UTC), silenced=None)


def _occurrence(programme: Programme, session: _Session, after: timedelta) -> Occurrence:
    start = session.start + after
    plain = Occurrence(
        id=occurrence_id(programme.id, session.original + after),
        programme=programme.id,
        title=session.title,
        start=start,
        seconds=session.seconds,
        bulletin_class=programme.bulletin_class,
        sounds=session.sounds,
        volume=programme.volume,
        order=programme.order,
        requested_at=programme.requested_at,
        late=programme.late,
        grace=programme.grace,
        resume=programme.resume,
        content=programme.content,
        entry=programme.entry,
        longest_wait=programme.longest_wait,
    )
    if session.silenced is None:
        return plain
    why, name = session.silenced
    return with_hushes(plain, (Hush(None, start, plain.last_end, why, name),))


def with_hushes(occurrence: Occurrence, hushes: Iterable[Hush]) -> Occurrence:
    """`occurrence` with these hushes as well, each once, in a fixed order."""
    every = sorted({*occurrence.hushes, *hushes}, key=_hush_order)
    return replace(occurrence, hushes=tuple(every))


def _hush_order(hush: Hush) -> tuple[datetime, datetime, str, str, str]:
    return hush.start, hush.end, hush.area or "", hush.why.value, hush.name

"""When it shall sound and how often, as people type it and as a form shows it again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict

from controller.store.bulletins import ProgrammeRow
from controller.store.manner import AS_USUAL, Manner, manner_read, manner_written
from controller.web.pages.words import Words
from schedules.day_rules import Daily, DayRule, Lunar, Monthly, MonthlyWeekday, OnDates, Weekday, Weekly, Yearly
from schedules.errors import ScheduleError
from schedules.programme import Content, OnHolidays
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

T = TypeVar("T")

DAY = "%d/%m/%Y"
_LAST = ("cuối", "last")
_MOST_REPEATS = 100
ASKED_HOLIDAYS = ("keep", "skip", "only")


class WhenTyped(BaseModel):
    """`clock` may hold several times of the day; `which` says which days, as the chosen kind of `repeat` counts them.

    `in_words` is the same in words of one's own; `manner` carries what this form does not ask about, so that changing a
    programme does not lose it.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    repeat: str = "once"
    date: str = ""
    clock: str = ""
    weekdays: list[str] = []
    every: str = "1"
    which: str = ""
    first: str = ""
    last: str = ""
    content: str = AS_USUAL.content.value
    times: str = "1"
    gap: str = ""
    on_holidays: str = ""
    in_words: str = ""
    manner: str = ""


def as_typed(row: ProgrammeRow) -> dict[str, Any]:
    """The fields of the form for a programme."""
    rule, manner = row.recurrence, row.manner
    return {
        "repeat": "once",
        "date": f"{rule.first:{DAY}}",
        "clock": ", ".join(f"{one.at:%H:%M:%S}".removesuffix(":00") for one in row.rules),
        "weekdays": [day.value for day in rule.weekdays],
        "first": f"{rule.first:{DAY}}",
        "last": f"{rule.last:{DAY}}" if rule.last else "",
        "content": manner.content.value,
        "times": str(manner.repeats),
        "gap": f"{manner.gap / 60:g}" if manner.gap else "",
        "on_holidays": manner.on_holidays.value,
        "manner": json.dumps(manner_written(manner)),
        **({} if rule.first == rule.last and rule.days == Daily() else _days_as_typed(rule.days)),
    }


def _days_as_typed(days: DayRule) -> dict[str, Any]:
    match days:
        case Daily(every):
            return {"repeat": "days", "every": str(every)}
        case Weekly(every):
            return {"repeat": "weeks", "every": str(every)}
        case Monthly(on, every):
            return {"repeat": "month", "every": str(every), "which": _numbers(on)}
        case MonthlyWeekday(nth, weekday, every):
            return {"repeat": "nth", "every": str(every), "which": _numbers(nth), "weekdays": [weekday.value]}
        case Yearly(month, day, every):
            return {"repeat": "year", "every": str(every), "which": f"{day}/{month}"}
        case Lunar(on, months):
            listed = [f"{day}/{month}" for month in sorted(months) for day in sorted(on)] or [_numbers(on)]
            return {"repeat": "lunar", "which": ", ".join(listed)}
        case OnDates(dates):
            return {"repeat": "dates", "which": ", ".join(f"{day:{DAY}}" for day in sorted(dates))}


def _numbers(numbers: frozenset[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers, key=lambda number: (number < 0, number)))


def read_rule(typed: WhenTyped, now: datetime, words: Words, errors: dict[str, str]) -> Recurrence | None:
    """When it shall sound, at the first of its times; None where `errors` says what is wrong."""
    _ = words.say
    clocks = _read(read_clocks, typed.clock)
    if clocks is None:
        errors["clock"] = _("Say at what time, like 17:00.")
    today = now.astimezone(COMMUNE_ZONE).date()
    once = typed.repeat == "once"
    span = _span(typed, today, words, errors)
    if clocks is None or span is None:
        return None
    first, last = span
    if not {day.value for day in Weekday}.issuperset(typed.weekdays):
        errors["weekdays"] = _("Choose days of the week.")
        return None
    try:
        days = Daily() if once else _days(typed, today)
        if isinstance(days, OnDates):
            first, last = min(days.dates), max(days.dates)
        named = frozenset(Weekday(day) for day in typed.weekdays)
        weekdays = frozenset() if once or isinstance(days, MonthlyWeekday | OnDates) else named
        rule = Recurrence(at=clocks[0], first=first, last=last, weekdays=weekdays, days=days)
    except ScheduleError as wrong:
        errors["last"] = words.finished(str(wrong))
        return None
    except (ValueError, OverflowError):
        errors["which"] = _("Say on which days, as in the example.")
        return None
    if all(replace(rule, at=at).next_start(now) is None for at in clocks):
        errors["date" if once else "last"] = _("The time is in the past: nothing would ever be heard.")
        return None
    return rule


def other_times(typed: WhenTyped) -> tuple[time, ...]:
    """The further times of the same days."""
    return (_read(read_clocks, typed.clock) or ())[1:]


def read_manner(typed: WhenTyped, words: Words, errors: dict[str, str]) -> Manner:
    """How it behaves; where `errors` says what is wrong, as usual."""
    try:
        kept = manner_read(json.loads(typed.manner or "{}"))
    except (ValueError, msgspec.ValidationError):
        kept = AS_USUAL
    try:
        repeats, gap = int(typed.times or 1), float(typed.gap.strip().replace(",", ".") or 0) * 60
        if not 1 <= repeats <= _MOST_REPEATS or not 0 <= gap < float("inf"):
            raise ValueError
        return replace(_with_holidays(kept, typed), content=Content(typed.content), repeats=repeats, gap=gap)
    except ValueError:
        errors["times"] = words.say("Repeats are 1 or more, with a gap of 0 or more, all within 20 hours.")
        return AS_USUAL


def _with_holidays(manner: Manner, typed: WhenTyped) -> Manner:
    """What this form cannot ask, the other time of a holiday, stays."""
    if typed.on_holidays not in ASKED_HOLIDAYS:
        return manner
    return replace(manner, on_holidays=OnHolidays(typed.on_holidays), holiday_at=None)


def _span(typed: WhenTyped, today: date, words: Words, errors: dict[str, str]) -> tuple[date, date | None] | None:
    """The first and the last day; None where `errors` says what is wrong."""
    once = typed.repeat == "once"
    days = {}
    for name in ("date",) if once else ("first", "last"):
        given = getattr(typed, name).strip()
        days[name] = _read(lambda text: read_day(text, today), given)
        if days[name] is None and (given or once):
            errors[name] = words.say("Say on which day, like 15/08/2026.")
    if errors.keys() & days.keys():
        return None
    first = (days["date"] if once else days["first"]) or today
    return first, first if once else days["last"]


def _days(typed: WhenTyped, today: date) -> DayRule:
    """The chosen kind of days. ValueError or ScheduleError for what is none."""
    every, which = int(typed.every.strip() or 1), [part.strip() for part in typed.which.split(",") if part.strip()]
    match typed.repeat:
        case "weeks":
            return Weekly(every)
        case "month":
            return Monthly(frozenset(map(_counted, which)), every)
        case "nth":
            (weekday,) = typed.weekdays
            return MonthlyWeekday(frozenset(map(_counted, which)), Weekday(weekday), every)
        case "year":
            (day,) = which
            number, month = day.split("/")
            return Yearly(int(month), int(number), every)
        case "lunar":
            pairs = [part.partition("/") for part in which]
            return Lunar(
                frozenset(_counted(day) for day, _, _ in pairs), frozenset(int(month) for *_, month in pairs if month)
            )
        case "dates":
            return OnDates(frozenset(read_day(day, today) for day in which))
        case _:
            return Daily(every)


def _counted(text: str) -> int:
    """1, 15, rằm, -1, and the last one as people say it."""
    word = text.strip().lower()
    return -1 if word in _LAST else 15 if word == "rằm" else int(word)


def _read(reader: Callable[[str], T], text: str) -> T | None:
    try:
        return reader(text.strip())
    except (ValueError, OverflowError):
        return None


def read_clock(text: str) -> time:
    """17:00, to the second 17:00:30, and as people write it: 17h, 17h30."""
    hour, minute, second, *_ = [*text.lower().replace("h", ":").split(":"), "", ""]
    return time(int(hour), int(minute or 0), int(second or 0))


def read_clocks(text: str) -> tuple[time, ...]:
    """One time or several: 5h, 11h30, 17h."""
    return tuple(dict.fromkeys(read_clock(part.strip()) for part in re.split(r"[,;]", text)))


def read_day(text: str, today: date) -> date:
    """15/08/2026, 15/8 (the next one), or as programs write it: 2026-08-15."""
    parts = [int(part) for part in re.split(r"[/.-]", text)]
    if len(parts) == 2:
        this_year = date(today.year, parts[1], parts[0])
        return this_year if this_year >= today else this_year.replace(year=today.year + 1)
    if parts[0] > 31:
        parts.reverse()
    day, month, year = parts
    return date(year, month, day)

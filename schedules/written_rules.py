"""How files write a recurrence: `when = { at = "05:00", from = 2026-01-01, weekdays = ["T2", "T6"] }`.

| keys beside at, from, until, weekdays | the days |
|---|---|
| none, or `every_days = 3` | every day, every third day |
| `every_weeks = 2` | every second week, counted from the week of `from` |
| `days_of_month = [1, -1]`, `every_months` | the first and the last day of the month |
| `nth = [1, -1]`, one weekday, `every_months` | the first and the last such weekday of the month |
| `lunar_days = [1, 15]`, `lunar_months` | mùng 1 and rằm; only in these months |
| `yearly = "30/4"` | once a year, day and month |
| `dates = [2026-05-19]` | these days; `from` is not needed |
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from schedules.day_rules import (
    EVERY_DAY,
    MOST_BETWEEN,
    Daily,
    DayRule,
    Lunar,
    Monthly,
    MonthlyWeekday,
    OnDates,
    Weekday,
    Weekly,
    Yearly,
)
from schedules.errors import BadRecurrence
from schedules.recurrence import Recurrence
from schedules.toml_tables import Table

WEEKDAYS = dict(zip(["T2", "T3", "T4", "T5", "T6", "T7", "CN"], Weekday, strict=True)) | {
    weekday.value: weekday for weekday in Weekday
}
"""Vietnamese and international short names."""

_KINDS = ("every_days", "every_weeks", "days_of_month", "nth", "lunar_days", "yearly", "dates")


def read_recurrence(table: Table, at: time | None = None, first: date | None = None) -> Recurrence | None:
    """The recurrence that `table` writes, or None with the mistakes noted; `at` and `first` are for keys left out."""
    begins = table.clock("at", required=at is None) or at
    dates = table.dates("dates")
    since = table.day("from", required=first is None and "dates" not in table) or first
    until = table.day("until")
    weekdays = read_weekdays(table)
    days = _read_days(table, weekdays)
    table.close(_KINDS)
    if not table.faultless or begins is None or days is None:
        return None
    if dates is not None:
        days, since, until = OnDates(frozenset(dates)), since or min(dates), until or max(dates)
    if since is None:
        return None
    chosen = frozenset() if isinstance(days, MonthlyWeekday) else weekdays
    try:
        return Recurrence(at=begins, first=since, last=until, weekdays=chosen, days=days)
    except BadRecurrence as wrong:
        table.wrong(None, str(wrong))
        return None


def read_weekdays(table: Table) -> frozenset[Weekday]:
    kind = "a list of weekdays like T2, T7, CN or MO, SA, SU"
    return table.ask("weekdays", kind, _weekdays) or frozenset()


def _weekdays(value: Any) -> frozenset[Weekday] | None:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        return None
    return frozenset(WEEKDAYS[name] for name in value) if set(value) <= set(WEEKDAYS) else None


def _read_days(table: Table, weekdays: frozenset[Weekday]) -> DayRule | None:
    chosen = [kind for kind in _KINDS if kind in table]
    if len(chosen) > 1:
        table.wrong(chosen[1], f"{chosen[1]} and {chosen[0]} exclude each other.")
    for extra, base in (("lunar_months", ("lunar_days",)), ("every_months", ("days_of_month", "nth"))):
        if extra in table and not set(base) & set(chosen):
            table.wrong(extra, f"{extra} needs {' or '.join(base)}.")
    months = table.whole("every_months", 1, MOST_BETWEEN) or 1
    lunar_months = table.wholes("lunar_months", 1, 12) or []
    readers: dict[str, Callable[[], DayRule | None]] = {
        "every_days": lambda: Daily(table.whole("every_days", 1, MOST_BETWEEN) or 1),
        "every_weeks": lambda: Weekly(table.whole("every_weeks", 1, MOST_BETWEEN) or 1),
        "days_of_month": lambda: Monthly(frozenset(table.wholes("days_of_month", -31, 31) or [1]), months),
        "nth": lambda: _nth(table, weekdays, months),
        "lunar_days": lambda: Lunar(frozenset(table.wholes("lunar_days", -1, 30) or [1]), frozenset(lunar_months)),
        "yearly": lambda: table.ask("yearly", 'a day and a month like "30/4"', day_of_year),
    }
    try:
        rules = [readers[kind]() for kind in chosen if kind in readers]
    except BadRecurrence as wrong:
        table.wrong(chosen[0], str(wrong))
        return None
    return rules[0] if rules else EVERY_DAY


def _nth(table: Table, weekdays: frozenset[Weekday], months: int) -> DayRule | None:
    nth = table.wholes("nth", -5, 5) or [1]
    if len(weekdays) != 1:
        table.wrong("nth", "nth needs exactly one weekday.")
        return None
    return MonthlyWeekday(frozenset(nth), min(weekdays, key=lambda one: one.number), months)


def day_of_year(value: Any) -> Yearly | None:
    """The rule that "30/4" writes."""
    numbers = value.split("/") if isinstance(value, str) else []
    if len(numbers) != 2 or not all(number.isascii() and number.isdigit() and len(number) < 3 for number in numbers):
        return None
    try:
        return Yearly(month=int(numbers[1]), day=int(numbers[0]))
    except BadRecurrence:
        return None

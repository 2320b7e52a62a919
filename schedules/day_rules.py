"""On which days a programme recurs: one small rule per kind.

Every rule answers the same question, `days(anchor, first, last)`: its days from `first` to `last` inclusive, in order,
each once, without walking through the years between. `anchor` is the day from which "every n-th" counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from schedules.errors import BadRecurrence
from schedules.lunar import LunarMonth, months_between

MOST_BETWEEN = 1000
"""The greatest n of "every n-th"."""


class Weekday(Enum):
    """Days as RFC 5545 writes them; Monday first, as `date.weekday()` counts."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"

    @property
    def number(self) -> int:
        return _WEEK.index(self)

    @classmethod
    def of(cls, day: date) -> Weekday:
        return _WEEK[day.weekday()]


_WEEK = tuple(Weekday)


def _check_every(every: int) -> None:
    if not 1 <= every <= MOST_BETWEEN:
        raise BadRecurrence("bad-interval", f"Every n-th means n from 1 to {MOST_BETWEEN}.")


@dataclass(frozen=True, slots=True)
class Daily:
    """Every n-th day, counted from the anchor."""

    every: int = 1

    def __post_init__(self) -> None:
        _check_every(self.every)

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        return _days(first + timedelta((anchor - first).days % self.every), last, self.every)


@dataclass(frozen=True, slots=True)
class Weekly:
    """All days of every n-th week, counted from the anchor's week; a week begins on Monday."""

    every: int = 1

    def __post_init__(self) -> None:
        _check_every(self.every)

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        week_of_anchor = _monday(anchor)
        weeks = (_monday(first) - week_of_anchor).days // 7
        begin = week_of_anchor + timedelta(weeks=weeks + -weeks % self.every)
        for monday in _days(begin, last, 7 * self.every):
            yield from _days(max(monday, first), min(monday + timedelta(6), last))


@dataclass(frozen=True, slots=True)
class Monthly:
    """On these days of every n-th month: 1 to 31, or -1 for the last day to -31. A month without the day is skipped."""

    on: frozenset[int]
    every: int = 1

    def __post_init__(self) -> None:
        _check_every(self.every)
        if not self.on or any(not 1 <= abs(number) <= 31 for number in self.on):
            raise BadRecurrence("bad-day", "A day of the month is 1 to 31, or -1 to -31 counted from its end.")

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        for begin, end in _months(anchor, first, last, self.every):
            found = {begin + timedelta(number - 1) if number > 0 else end + timedelta(number + 1) for number in self.on}
            yield from (day for day in sorted(found) if begin <= day <= end and first <= day <= last)


@dataclass(frozen=True, slots=True)
class MonthlyWeekday:
    """On the n-th such weekdays of every n-th month: `nth` are 1 to 5, or -1 for the last one to -5."""

    nth: frozenset[int]
    weekday: Weekday
    every: int = 1

    def __post_init__(self) -> None:
        _check_every(self.every)
        if not self.nth or any(not 1 <= abs(number) <= 5 for number in self.nth):
            raise BadRecurrence("bad-day", "The n-th weekday of a month is 1 to 5, or -1 to -5 counted from its end.")

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        for begin, end in _months(anchor, first, last, self.every):
            days = list(_days(begin + timedelta((self.weekday.number - begin.weekday()) % 7), end, 7))
            found = {days[number - 1 if number > 0 else number] for number in self.nth if abs(number) <= len(days)}
            yield from (day for day in sorted(found) if first <= day <= last)


@dataclass(frozen=True, slots=True)
class Yearly:
    """On one date of every n-th year; 29 February is skipped in a year that lacks it."""

    month: int
    day: int
    every: int = 1

    def __post_init__(self) -> None:
        _check_every(self.every)
        if _date(2000, self.month, self.day) is None:
            raise BadRecurrence("bad-day", f"There is no day {self.day} in month {self.month}.")

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        for year in range(first.year + (anchor.year - first.year) % self.every, last.year + 1, self.every):
            day = _date(year, self.month, self.day)
            if day is not None and first <= day <= last:
                yield day


@dataclass(frozen=True, slots=True)
class Lunar:
    """On these days of the lunar month, 1 to 30 or -1 for its last: in `months`, or in every month when that is empty.

    A leap month counts when every month does. Of two months with a chosen number only the first, which is not the
    leap one, counts, as families keep a giỗ. Nothing before 1900 or after 2100.
    """

    on: frozenset[int]
    months: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.on or any(not (1 <= number <= 30 or number == -1) for number in self.on):
            raise BadRecurrence("bad-day", "A day of the lunar month is 1 to 30, or -1 for the last.")
        if any(not 1 <= number <= 12 for number in self.months):
            raise BadRecurrence("bad-month", "A lunar month is 1 to 12.")

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        for month in months_between(first, last):
            if self._in(month):
                found = {number if number > 0 else month.length for number in self.on}
                days = (month.first + timedelta(number - 1) for number in sorted(found) if number <= month.length)
                yield from (day for day in days if first <= day <= last)

    def _in(self, month: LunarMonth) -> bool:
        return not self.months or (month.number in self.months and not month.leap)


@dataclass(frozen=True, slots=True)
class OnDates:
    """On exactly these days."""

    dates: frozenset[date]

    def __post_init__(self) -> None:
        if not self.dates:
            raise BadRecurrence("never-fires", "A list of dates needs at least one.")

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        return iter(sorted(day for day in self.dates if first <= day <= last))


EVERY_DAY = Daily()

DayRule = Daily | Weekly | Monthly | MonthlyWeekday | Yearly | Lunar | OnDates


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _days(first: date, last: date, step: int = 1) -> Iterator[date]:
    return (first + timedelta(count) for count in range(0, (last - first).days + 1, step))


def _months(anchor: date, first: date, last: date, every: int) -> Iterator[tuple[date, date]]:
    """The first and the last day of each n-th month that may have a day from `first` to `last`."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    counted_from = anchor.year * 12 + anchor.month - 1
    for number in range(begin + (counted_from - begin) % every, end + 1, every):
        start, following = _first_of_month(number), _first_of_month(number + 1)
        yield start, following - timedelta(1)


def _first_of_month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""The Vietnamese lunar calendar, computed for UTC+7.

A month begins on the day of the new moon. The eleventh month holds the winter solstice. Where thirteen months begin
between one eleventh month and the next, the first that sees no principal solar term repeats the number before it:
it is the leap month (tháng nhuận). The Chinese calendar follows the same rule at UTC+8, so in some years it differs.

Vietnam keeps its calendar this way since 1968; for the years before, this is the same rule carried back, while
the calendars printed then followed other meridians. From 1968 to 2100 the months are those of the published tables, but
for one: there month 4 of 2054 begins on 7 May, here on 8 May; that new moon falls within half a minute of midnight.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from math import floor

from schedules.errors import BadLunarDate
from schedules.moon_and_sun import lunation_near, new_moon, sun_longitude

FIRST_YEAR = 1900
LAST_YEAR = 2100
VIETNAM = 7
"""Hours that Vietnam's clocks are ahead of universal time."""

_JULIAN_DAY_OF_ORDINAL_0 = 1721424.5


@dataclass(frozen=True, slots=True, order=True)
class LunarDate:
    """A day as the lunar calendar names it: `LunarDate(2026, 3, 10)` is mùng 10 tháng 3 năm Bính Ngọ."""

    year: int
    month: int
    day: int
    leap: bool = False


@dataclass(frozen=True, slots=True)
class LunarMonth:
    """`first` is its first day; it has `length` days, 29 or 30."""

    year: int
    number: int
    leap: bool
    first: date
    length: int

    @property
    def last(self) -> date:
        return self.first + timedelta(self.length - 1)


def lunar_year(year: int, zone: int = VIETNAM) -> tuple[LunarMonth, ...]:
    """The twelve or thirteen months of lunar `year` in order; a year before 1900 or after 2100 is a BadLunarDate."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadLunarDate("out-of-range", f"Lunar years are known from {FIRST_YEAR} to {LAST_YEAR}, not {year}.")
    return _year(year, zone)


def tet(year: int) -> date:
    """Mùng 1 Tết, the first day of lunar `year`."""
    return lunar_year(year)[0].first


def leap_month(year: int) -> int | None:
    """The number that a leap month of lunar `year` repeats, or None."""
    return next((month.number for month in lunar_year(year) if month.leap), None)


def to_lunar(day: date) -> LunarDate:
    """The lunar name of `day`; a day outside 1900 to 2100 is a BadLunarDate."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadLunarDate("out-of-range", f"Lunar dates are known from {FIRST_YEAR} to {LAST_YEAR}, not {day}.")
    months = _year(day.year, VIETNAM)
    if day < months[0].first:
        months = _year(day.year - 1, VIETNAM)
    month = months[bisect_right(months, day, key=lambda one: one.first) - 1]
    return LunarDate(month.year, month.number, (day - month.first).days + 1, month.leap)


def to_solar(lunar: LunarDate) -> date:
    """The day that `lunar` names; a month or a day that the year does not have is a BadLunarDate."""
    for month in lunar_year(lunar.year):
        if (month.number, month.leap) == (lunar.month, lunar.leap) and 1 <= lunar.day <= month.length:
            return month.first + timedelta(lunar.day - 1)
    raise BadLunarDate("no-such-day", f"Lunar year {lunar.year} has no day {lunar.day} in that month {lunar.month}.")


def months_between(first: date, last: date) -> Iterator[LunarMonth]:
    """Every lunar month that has a day from `first` to `last`, as far as lunar years are known."""
    for year in range(max(first.year - 1, FIRST_YEAR), min(last.year, LAST_YEAR) + 1):
        for month in _year(year, VIETNAM):
            if month.first <= last and month.last >= first:
                yield month


@lru_cache(maxsize=512)
def _year(year: int, zone: int) -> tuple[LunarMonth, ...]:
    """Months 1 to 10 come from the cycle that ends in this year's solstice, 11 and 12 from the next."""
    before = [one for one in _cycle(year, zone) if one.number <= 10]
    after = [one for one in _cycle(year + 1, zone) if one.number >= 11]
    return tuple(LunarMonth(year, one.number, one.leap, one.first, one.length) for one in before + after)


@lru_cache(maxsize=512)
def _cycle(year: int, zone: int) -> tuple[LunarMonth, ...]:
    """From the eleventh month of `year - 1` to the day before that of `year`; years are not yet named rightly."""
    begin, end = _month_of_solstice(year - 1, zone), _month_of_solstice(year, zone)
    starts = [_new_moon_day(lunation, zone) for lunation in range(begin, end + 1)]
    has_leap = end - begin == 13
    number, leap_found = 10, False
    months = []
    for start, following in pairwise(starts):
        leap = has_leap and not leap_found and _term(start, zone) == _term(following, zone)
        leap_found = leap_found or leap
        number = number if leap else number % 12 + 1
        months.append(LunarMonth(year, number, leap, date.fromordinal(start), following - start))
    return tuple(months)


def _month_of_solstice(year: int, zone: int) -> int:
    """The lunation whose month holds the winter solstice of `year`."""
    lunation = lunation_near(_midnight(date(year, 12, 31).toordinal(), zone)) + 1
    while _term(_new_moon_day(lunation, zone), zone) >= 9:
        lunation -= 1
    return lunation


def _new_moon_day(lunation: int, zone: int) -> int:
    return floor(new_moon(lunation) + zone / 24 - _JULIAN_DAY_OF_ORDINAL_0)


def _term(ordinal: int, zone: int) -> int:
    """How many principal terms of 30 degrees the sun has passed, since the equinox, as that day begins."""
    return int(sun_longitude(_midnight(ordinal, zone)) // 30)


def _midnight(ordinal: int, zone: int) -> float:
    return ordinal + _JULIAN_DAY_OF_ORDINAL_0 - zone / 24

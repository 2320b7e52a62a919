"""On which days a rule fires, as people say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from schedules.day_rules import Daily, Lunar, Monthly, MonthlyWeekday, OnDates, Weekday, Weekly, Yearly
from schedules.recurrence import Recurrence

_DATES_NAMED = 3
_EARLY_DAYS = range(1, 11)
_FULL_MOON = 15


class Sayer(Protocol):
    """What of `words.Words` is needed here."""

    def say(self, text: str, **values: object) -> str: ...
    def days(self, chosen: Iterable[Weekday]) -> str: ...
    def weekday(self, day: Weekday) -> str: ...
    def short_date(self, day: date) -> str: ...
    def listed(self, names: Sequence[str]) -> str: ...


def recurring_days(rule: Recurrence, words: Sayer) -> str:
    """Every day; Monday to Friday, every 2 weeks; full moon by the lunar calendar."""
    match rule.days:
        case Daily(1):
            return words.days(rule.weekdays)
        case Weekly(every):
            said = words.days(rule.weekdays)
            return said if every == 1 else words.say("{days}, every {count} weeks", days=said, count=every)
    said = _days(rule.days, words)
    return words.say("{days}, if it is {weekdays}", days=said, weekdays=_any_of(rule, words)) if rule.weekdays else said


def _any_of(rule: Recurrence, words: Sayer) -> str:
    return words.listed([words.weekday(day) for day in sorted(rule.weekdays, key=lambda day: day.number)])


def _days(rule: Daily | Monthly | MonthlyWeekday | Yearly | Lunar | OnDates, words: Sayer) -> str:
    match rule:
        case Daily(every):
            return words.say("every {count} days", count=every)
        case Monthly(on, every):
            said = words.say("{days} of the month", days=_numbered(on, words))
            return _months(said, every, words)
        case MonthlyWeekday(nth, weekday, every):
            which = words.listed([_nth(number, words) for number in _in_order(nth)])
            said = words.say("the {which} {weekday} of the month", which=which, weekday=words.weekday(weekday))
            return _months(said, every, words)
        case Yearly(month, day, every):
            said = words.say("on {day} every year", day=f"{day}/{month}")
            return said if every == 1 else words.say("{days}, every {count} years", days=said, count=every)
        case Lunar(on, months):
            said = words.say(
                "{days} by the lunar calendar", days=words.listed([_moon(day, words) for day in _in_order(on)])
            )
            names = words.listed([str(month) for month in sorted(months)])
            return words.say("{days}, month {months}", days=said, months=names) if months else said
        case OnDates(dates):
            named = [words.short_date(day) for day in sorted(dates)]
            if len(named) <= _DATES_NAMED + 1:
                return words.listed(named)
            more = len(named) - _DATES_NAMED
            return words.say("{dates} and {count} other days", dates=", ".join(named[:_DATES_NAMED]), count=more)


def _months(said: str, every: int, words: Sayer) -> str:
    return said if every == 1 else words.say("{days}, every {count} months", days=said, count=every)


def _in_order(numbers: Iterable[int]) -> list[int]:
    """1, 2, … and those that are counted from the end behind them."""
    return sorted(numbers, key=lambda number: (number < 0, number))


def _numbered(days: Iterable[int], words: Sayer) -> str:
    return words.listed([_day(number, words) for number in _in_order(days)])


def _day(number: int, words: Sayer) -> str:
    if number == -1:
        return words.say("the last day")
    return words.say("day {day}", day=number) if number > 0 else words.say("day {day} from the end", day=-number)


def _nth(number: int, words: Sayer) -> str:
    if number == -1:
        return words.say("last")
    if number in (1, 2, 3):
        return (words.say("first"), words.say("second"), words.say("third"))[number - 1]
    return words.say("{number}th", number=number) if number > 0 else words.say("{number}th last", number=-number)


def _moon(number: int, words: Sayer) -> str:
    if number == _FULL_MOON:
        return words.say("full moon")
    return words.say("moon day {day}", day=number) if number in _EARLY_DAYS else _day(number, words)

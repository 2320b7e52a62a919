"""What sentences about times have in common, in whichever language they are said."""

from __future__ import annotations

import calendar
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar

from schedules.day_rules import Weekday

DAY = "%d/%m/%Y"
DATE = r"\d{1,2}/\d{1,2}(?:/\d{4})?"
WEEK = list(Weekday)
CLOCK = "\ue000"
"""Stands where a time of day stood: no letter of any language."""
Fields = dict[str, object]


class NotUnderstood(Exception):
    """`left` are the words that mean nothing here; empty where something is missing or said twice."""

    def __init__(self, left: str = "") -> None:
        super().__init__(left)
        self.left = left


class Sentence(ABC):
    """What is understood is taken out of `left`; where a word stays there, nothing is understood."""

    FILLERS: ClassVar[re.Pattern[str]]
    """Words that say nothing about when."""
    NEAR: ClassVar[tuple[tuple[str, int], ...]]
    """Days by their distance from today; a longer name stands before one that it ends with."""

    def __init__(self, text: str, today: date) -> None:
        plain = unicodedata.normalize("NFC", text).lower().replace("–", "-").replace(CLOCK, " ")
        self.left = f" {self.with_plain_dates(' '.join(plain.split()))} "
        self.today = today

    def fields(self) -> Fields:
        """Of `when_form.WhenTyped`. Raises NotUnderstood."""
        found: Fields = {"clock": self._clocks()}
        skip, without = self.without()
        found["on_holidays"] = self._holidays(skip)
        span = self._span()
        days = [one for one in (self.lunar(), self.nth(), self.yearly(), self.monthly()) if one]
        every, weekdays = self.interval(), self.weekdays()
        once = self._dates()
        daily = self.daily()
        if left := " ".join(self.FILLERS.sub(" ", self.left).split()):
            raise NotUnderstood(left)
        if daily and weekdays:
            raise NotUnderstood
        if once and weekdays and not span and once["repeat"] == "once":
            _agree(str(once["date"]), weekdays)
            weekdays = []
        if without:
            weekdays = [n for n in weekdays or range(7) if n not in without]
            if not weekdays:
                raise NotUnderstood
        if every or weekdays or daily or ((span or found["on_holidays"] == "only") and not days and not once):
            days.append(every | {"weekdays": [WEEK[n].value for n in sorted(set(weekdays))]})
        days += [once] if once else []
        if len(days) != 1 or (once and span):
            raise NotUnderstood
        return {"repeat": "days", "weekdays": [], "every": "1", "which": "", **found, **span, **days[0]}

    def with_plain_dates(self, text: str) -> str:
        """The same with dates as 5/12/2026."""
        return text

    @abstractmethod
    def clocks(self) -> list[str]:
        """As 17:30; `CLOCK` is left where each stood."""

    @abstractmethod
    def only_holidays(self) -> bool: ...
    @abstractmethod
    def without(self) -> tuple[bool, list[int]]:
        """Whether holidays are left out, and which days of the week, from 0."""

    @abstractmethod
    def first(self) -> str | None:
        """From which day on, as `day` reads it."""

    @abstractmethod
    def lasts(self, first: date) -> list[date]:
        """Until and including which day."""

    @abstractmethod
    def lunar(self) -> Fields: ...
    @abstractmethod
    def nth(self) -> Fields: ...
    @abstractmethod
    def yearly(self) -> Fields: ...
    @abstractmethod
    def monthly(self) -> Fields: ...
    @abstractmethod
    def interval(self) -> Fields: ...
    @abstractmethod
    def weekdays(self) -> list[int]: ...
    @abstractmethod
    def daily(self) -> bool: ...

    def take(self, pattern: str, leaving: str = ",") -> list[re.Match[str]]:
        """Every match, from left to right."""
        found = list(re.finditer(pattern, self.left))
        for match in reversed(found):
            self.left = f"{self.left[: match.start()]} {leaving} {self.left[match.end() :]}"
        return found

    def one(self, pattern: str) -> re.Match[str] | None:
        found = self.take(pattern)
        if len(found) > 1:
            raise NotUnderstood
        return found[0] if found else None

    def day(self, said: str) -> date:
        """Without a year: the next one."""
        for word, ahead in self.NEAR:
            if said.endswith(word):
                return self.today + timedelta(days=ahead)
        day, month, *year = map(int, said.split("/"))
        if year:
            return date(year[0], month, day)
        nearest = date(self.today.year, month, day)
        return nearest if nearest >= self.today else nearest.replace(year=nearest.year + 1)

    def end_of(self, unit: str, ahead: int) -> date:
        """The last day of this week, month or year, or of one `ahead`."""
        if unit == "week":
            return self.today + timedelta(days=6 - self.today.weekday() + 7 * ahead)
        if unit == "year":
            return date(self.today.year + ahead, 12, 31)
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + ahead, 12)
        return self.end_of_month(month + 1, year)

    def end_of_month(self, month: int, year: int | None) -> date:
        """Without a year: the next one."""
        told = year or self.today.year + (month < self.today.month)
        return date(told, month, calendar.monthrange(told, month)[1])

    def _clocks(self) -> str:
        """Of the same days: five on Mondays and six on Sundays is two sentences."""
        clocks = self.clocks()
        begin, end = self.left.find(CLOCK), self.left.rfind(CLOCK)
        if not clocks or self.FILLERS.sub(" ", self.left[begin:end].replace(CLOCK, " ")).strip():
            raise NotUnderstood
        self.left = self.left.replace(CLOCK, ",")
        return ", ".join(dict.fromkeys(clocks))

    def _holidays(self, skip: bool) -> str:
        only = self.only_holidays()
        if only and skip:
            raise NotUnderstood
        return "only" if only else "skip" if skip else "keep"

    def _span(self) -> Fields:
        start, first = self.first(), self.today
        if start:
            first = self.day(start)
        ends = self.lasts(first)
        if len(ends) > 1:
            raise NotUnderstood
        said = {"first": start and f"{first:{DAY}}", "last": f"{ends[0]:{DAY}}" if ends else None}
        return {name: value for name, value in said.items() if value}

    def _dates(self) -> Fields:
        near = "|".join(re.escape(word) for word, _ in self.NEAR)
        found = self.take(rf"\b(?:{DATE}(?![\w/])|(?:{near})\b)")
        days = [f"{self.day(match[0]):{DAY}}" for match in found]
        if len(days) > 1:
            return {"repeat": "dates", "which": ", ".join(dict.fromkeys(days))}
        return {"repeat": "once", "date": days[0]} if days else {}


def parts(listed: str, word: str) -> list[str]:
    """Of a list with commas and the `word` that means and."""
    found = (part.strip() for part in re.split(rf",| {word} ", f" {listed} "))
    return [part.removeprefix(f"{word} ") for part in found if part and part != word]


def clock(hour: int, minute: str | None, second: str | None) -> str:
    if hour > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        raise NotUnderstood
    said = f"{hour:02}:{minute or '00'}"
    return f"{said}:{second}" if second else said


def _agree(day: str, weekdays: Iterable[int]) -> None:
    number, month, year = map(int, day.split("/"))
    if {date(year, month, number).weekday()} != set(weekdays):
        raise NotUnderstood

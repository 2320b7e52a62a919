"""Times as people say them in English. Dates are written as in the rest of the console, the day before the month."""

from __future__ import annotations

import re
from datetime import date, timedelta

from controller.web.pages.sentences import CLOCK, DATE, WEEK, Fields, NotUnderstood, Sentence, clock, parts

_SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = (
    r"\b(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b"
)
_AND = r"(?: ?, ?and | ?, ?| and )"
_EVERY = r"(?:every|each)"
_WEEKDAYS = rf"{_WEEKDAY}(?:{_AND}(?:{_EVERY} )?{_WEEKDAY})*"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
_DAY = r"\d{1,2}/\d{1,2}"
_TH = r"(?:st|nd|rd|th)"
_COUNTED = {word: str(n) for n, word in enumerate(("first", "second", "third", "fourth", "fifth"), start=1)}
_NUMBERS = {word: n for n, word in enumerate(("two", "three", "four", "five", "six"), start=2)}
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_NTH = rf"(?:{'|'.join(_COUNTED)}|\d{{1,2}}{_TH}|last)"
_OF_MONTH = rf"(?:(?:of|in) (?:the|{_EVERY}) month|{_EVERY} month)\b"
_MONTH_DAY = rf"(?:day \d{{1,2}}|(?:the )?(?:\d{{1,2}}{_TH}|first|last day))"
_MOON = rf"(?:(?:the )?full moon|moon day \d{{1,2}}|{_MONTH_DAY})"
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_HOLIDAYS = r"(?: on)?(?: the)?(?: public)? holidays\b"
_PART = r"(?: ?(am|pm|a\.m\.?|p\.m\.?)(?!\w)| (in the morning|in the afternoon|in the evening|at night)\b)"


class English(Sentence):
    FILLERS = re.compile(r"\b(?:at|on|and|weekly|(?:every|each) week)\b|[,;.]")
    NEAR = (("today", 0), ("day after tomorrow", 2), ("tomorrow", 1))
    _recurs = False

    def with_plain_dates(self, text: str) -> str:
        text = re.sub(
            r"\b(\d{4})-(\d{2})-(\d{2})\b",
            r"\3/\2/\1",
            text.replace("the day after", "day after").replace(" & ", " and "),
        )
        day = rf"(\d{{1,2}}){_TH}?"
        text = re.sub(
            rf"(?<![:/\d])(?:\bthe )?{day} (?:of )?({_MONTH})(?:,? (\d{{4}})\b)?",
            lambda said: _slashed(*said.groups()),
            text,
        )
        return re.sub(
            rf"\b({_MONTH}) (?:the )?{day}\b(?![:/])(?:,? (\d{{4}})\b)?",
            lambda said: _slashed(said[2], said[1], said[3]),
            text,
        )

    def clocks(self) -> list[str]:
        found = [_NAMED[match[0]] for match in self.take(r"\b(?:noon|midday|midnight)\b", CLOCK)]
        for match in self.take(rf"\b(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(?:{_PART}|(?![\w:]))", CLOCK):
            found.append(_clock_of(*match.groups()))
        for match in self.take(rf"\bhalf past (\d{{1,2}}){_PART}", CLOCK):
            found.append(_clock_of(match[1], "30", None, match[2], match[3]))
        for match in self.take(rf"\b(\d{{1,2}})(?: o'clock)?{_PART}", CLOCK):
            found.append(_clock_of(match[1], None, None, match[2], match[3]))
        return found

    def only_holidays(self) -> bool:
        return bool(self.take(r"\b(?:only on(?: public)? holidays|on(?: public)? holidays only)\b"))

    def without(self) -> tuple[bool, list[int]]:
        item = rf"(?:{_HOLIDAYS}|(?: on)? {_WEEKDAYS})"
        told = self.take(
            rf"\b(?:except|excluding|but|but not|not|without|apart from)(?: for)?{item}(?: ?,? and{item})*"
        )
        days = [n for match in told for n in _weekday_numbers(", ".join(re.findall(_WEEKDAYS, match[0])))]
        return any("holidays" in match[0] for match in told), days

    def first(self) -> str | None:
        near = "|".join(word for word, _ in self.NEAR)
        found = self.one(rf"\b(?:starting |beginning )?(?:from|starting|beginning)(?: on)? ({DATE}|{near})(?![\w/])")
        return found[1] if found else None

    def lasts(self, first: date) -> list[date]:
        until = r"\b(?:until|till|through|to)"
        ends = [self.day(match[1]) for match in self.take(rf"{until} ({DATE}|tomorrow)(?![\w/])")]
        for match in self.take(rf"{until} the end of (?:(the|this|next) )?(week|month|year)\b"):
            ends.append(self.end_of(match[2], int(match[1] == "next")))
        for match in self.take(rf"(?:{until} the end of|\bthrough) ({_MONTH})(?: (\d{{4}})\b)?"):
            ends.append(self.end_of_month(_month(match[1]), int(match[2]) if match[2] else None))
        for match in self.take(rf"\bfor (?:the next )?({_NUMBER}) (day|week)s?\b"):
            ends.append(first + timedelta(days=_number(match[1]) * (7 if match[2] == "week" else 1) - 1))
        return ends

    def lunar(self) -> Fields:
        listed = rf"{_MOON}(?:{_AND}{_MOON})*"
        months = rf"(?: ?,? months? (\d{{1,2}}(?:{_AND}\d{{1,2}})*))?"
        ends = r"(?: by the lunar calendar| of (?:the|every|each) lunar month)"
        found = self.one(rf"\b({listed}){ends}{months}\b")
        if found is None:
            moon = r"(?:(?:the )?full moon|moon day \d{1,2})"
            found = self.one(rf"\b(?:{_EVERY} )?({moon}(?:{_AND}{moon})*)()\b")
        if found is None:
            return {}
        days = ["15" if "full" in part else _month_day(part) for part in parts(found[1], "and")]
        named = re.findall(r"\d+", found[2] or "")
        return {"repeat": "lunar", "which": ", ".join([f"{day}/{one}" for one in named for day in days] or days)}

    def nth(self) -> Fields:
        found = self.one(rf"\b(?:the |{_EVERY} )?({_NTH}(?:{_AND}(?:the )?{_NTH})*) ({_WEEKDAY}) {_OF_MONTH}")
        if found is None:
            return {}
        which = [_nth_number(part.removeprefix("the ")) for part in parts(found[1], "and")]
        (weekday,) = _weekday_numbers(found[2])
        return {"repeat": "nth", "which": ", ".join(which), "weekdays": [WEEK[weekday].value]} | self._months()

    def yearly(self) -> Fields:
        found = self.one(rf"\b(?:({_DAY}) {_EVERY} year|{_EVERY} year on ({_DAY}))(?![\w/])")
        if found is None:
            return {}
        every = self.one(rf"\bevery ({_NUMBER}) years\b")
        return {"repeat": "year", "which": found[1] or found[2], "every": str(_number(every[1])) if every else "1"}

    def monthly(self) -> Fields:
        listed = rf"{_MONTH_DAY}(?:{_AND}{_MONTH_DAY})*"
        found = self.one(rf"\b(?:({listed}) {_OF_MONTH}|{_EVERY} month on ({listed})\b)")
        if found is None:
            return {}
        days = [_month_day(part) for part in parts(found[1] or found[2], "and")]
        return {"repeat": "month", "which": ", ".join(days)} | self._months()

    def _months(self) -> Fields:
        every = self.one(rf"\bevery ({_NUMBER}) months\b")
        return {"every": str(_number(every[1]))} if every else {}

    def interval(self) -> Fields:
        found = self.one(rf"\bevery (?:({_NUMBER}) (day|week)s\b|other (day|week)\b|other (?={_WEEKDAY}))")
        if found is None:
            return {}
        unit, self._recurs = found[2] or found[3] or "week", True
        return {"repeat": f"{unit}s", "every": str(_number(found[1] or "2"))}

    def weekdays(self) -> list[int]:
        """One day alone is every such day only where that is said: on Monday might as well be the next."""
        found: list[int] = []
        for match in self.take(rf"(?:\bfrom )?({_WEEKDAY}) ?(?:to|through|till|until|-) ?({_WEEKDAY})"):
            (first,), (last,) = _weekday_numbers(match[1]), _weekday_numbers(match[2])
            if first >= last:
                raise NotUnderstood
            found += range(first, last + 1)
        found += [5, 6] * bool(self.take(rf"\b(?:weekends|(?:{_EVERY}|on the) weekend)\b"))
        found += [0, 1, 2, 3, 4] * bool(
            self.take(rf"\b(?:weekdays|{_EVERY} weekday|working days|{_EVERY} working day)\b")
        )
        for match in self.take(rf"(\b{_EVERY} )?({_WEEKDAYS})"):
            listed = _weekday_numbers(match[2])
            recurs = self._recurs or match[1] or match[2].endswith("days") or re.search(r"\bweek(?:ly)?\b", self.left)
            if len(listed) == 1 and not found and not recurs and not re.search(DATE, self.left):
                raise NotUnderstood(match[2])
            found += listed
        return found

    def daily(self) -> bool:
        return bool(self.take(rf"\b(?:{_EVERY} day|daily)\b"))


def _clock_of(hour: str, minute: str | None, second: str | None, noon: str | None, part: str | None) -> str:
    number = int(hour)
    if noon and not 1 <= number <= 12:
        raise NotUnderstood
    if (noon or part) and number <= 12:
        late = noon[0] == "p" if noon else part in ("in the afternoon", "in the evening")
        if part == "at night":
            late = 6 <= number < 12
            if number == 5:
                raise NotUnderstood
        number = number % 12 + 12 * late
    return clock(number, minute, second)


def _slashed(day: str, month: str, year: str | None) -> str:
    return "/".join(part for part in (day, str(_month(month)), year) if part)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _number(said: str) -> int:
    return _NUMBERS[said] if said in _NUMBERS else int(said)


def _weekday_numbers(listed: str) -> list[int]:
    return [_SHORT.index(part.split()[-1][:3]) for part in parts(listed, "and")]


def _month_day(said: str) -> str:
    word = said.removeprefix("the ").removeprefix("moon ").removeprefix("day ")
    return "-1" if word == "last day" else _nth_number(word)


def _nth_number(said: str) -> str:
    return "-1" if said == "last" else _COUNTED.get(said) or re.sub(rf"{_TH}$", "", said)

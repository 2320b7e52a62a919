"""When something shall sound, as people say it: "17:00 thứ Hai đến thứ Sáu, trừ ngày lễ, đến hết tháng".

What the console says of a rule in Vietnamese (`words.Words.rule`) is understood again. A sentence of which any word is
left over is not understood at all: nothing sounds at a time that somebody did not mean.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from schedules.day_rules import Weekday

DAY = "%d/%m/%Y"
MOST = 300

_WEEK = list(Weekday)
_NAMES = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5} | {str(n): n - 2 for n in range(2, 8)}
_NUMBERS = {
    word: n for n, word in enumerate(["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"], start=1)
} | {"tư": 4}

_X = r"(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])(?![\w:/])"
_WEEKDAY = rf"(?:thứ {_X}|t[2-7]\b|chủ nhật|cn\b)"
_AND = r"(?: ?, ?và | ?, ?| và )"
_WEEKDAYS = rf"{_WEEKDAY}(?:{_AND}(?:{_WEEKDAY}|{_X}))*"
_EVERY = r"(?:hằng|hàng|mỗi)"
_DATE = r"\d{1,2}/\d{1,2}(?:/\d{4})?"
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})\b"
_MOON = rf"(?:rằm|(?:mùng|mồng) {_NUMBER}|ngày (?:\d{{1,2}}(?:/\d{{1,2}})?|cuối)\b)"
_HOLIDAYS = r"(?: phát)?(?: vào)?(?: các| những)?(?: ngày)?(?: nghỉ)? lễ(?:(?: ?,| và)? tết)?"
_AFTERNOON = {"chiều": (0, 12), "tối": (0, 12), "trưa": (0, 4), "đêm": (7, 12)}
"""The hours that are counted from noon where this is said behind them."""
_FILLERS = re.compile(r"\b(?:lúc|vào|phát|và|cho|thì|lại|hằng tuần|hàng tuần|mỗi tuần|các|ngày)\b|[,;.]")


class NotUnderstood(Exception):
    """`left` are the words that mean nothing here; empty where something is missing or said twice."""

    def __init__(self, left: str = "") -> None:
        super().__init__(left)
        self.left = left


def understand_when(text: str, today: date) -> dict[str, object]:
    """The fields of `when_form.WhenTyped` that say the same. Raises NotUnderstood."""
    if len(text) > MOST:
        raise NotUnderstood
    try:
        return _Sentence(text, today).fields()
    except (ValueError, OverflowError) as wrong:
        raise NotUnderstood from wrong


class _Sentence:
    """What is understood is taken out of `left`."""

    def __init__(self, text: str, today: date) -> None:
        plain = unicodedata.normalize("NFC", text).lower().replace("–", "-")
        plain = re.sub(r"\bngày (\d{1,2}) tháng (\d{1,2})(?: năm (\d{4}))?", _slashed, " ".join(plain.split()))
        self.left = f" {plain} "
        self._today = today

    def fields(self) -> dict[str, object]:
        found: dict[str, object] = {"clock": self._clock(), "on_holidays": self._holidays()}
        span = self._span()
        days = [one for one in (self._lunar(), self._nth(), self._yearly(), self._monthly()) if one]
        every, weekdays = self._interval(), self._weekdays()
        once = self._dates()
        daily = bool(self.take(rf"\b{_EVERY} ngày\b|\bngày nào cũng\b|\bcả tuần\b"))
        if left := " ".join(_FILLERS.sub(" ", self.left).split()):
            raise NotUnderstood(left)
        if once and weekdays and not span and once["repeat"] == "once":
            _agree(str(once["date"]), weekdays)
            weekdays = []
        if every or weekdays or daily or ((span or found["on_holidays"] == "only") and not days and not once):
            days.append(every | {"weekdays": [_WEEK[n].value for n in sorted(set(weekdays))]})
        days += [once] if once else []
        if len(days) != 1 or (once and span):
            raise NotUnderstood
        return {"repeat": "days", "weekdays": [], "every": "1", "which": "", **found, **span, **days[0]}

    def take(self, pattern: str) -> list[re.Match[str]]:
        """Every match, from left to right."""
        found = list(re.finditer(pattern, self.left))
        for match in reversed(found):
            self.left = f"{self.left[: match.start()]} , {self.left[match.end() :]}"
        return found

    def _one(self, pattern: str) -> re.Match[str] | None:
        found = self.take(pattern)
        if len(found) > 1:
            raise NotUnderstood
        return found[0] if found else None

    def _clock(self) -> str:
        part = r"(?: ?(sáng|trưa|chiều|tối|đêm)\b)?"
        told = self.take(
            rf"\b(\d{{1,2}})(?:(?::|h| ?giờ ?)(\d{{2}})(?::(\d{{2}}))?(?: ?phút)?|(?:h| ?giờ)( ?rưỡi)?)(?![\w:]){part}"
        )
        clocks = [_clock_of(*match.groups()) for match in told]
        if not clocks:
            raise NotUnderstood
        return ", ".join(dict.fromkeys(clocks))

    def _holidays(self) -> str:
        only = self.take(rf"\bchỉ{_HOLIDAYS}\b")
        without = self.take(rf"\b(?:trừ|không kể|không|nghỉ){_HOLIDAYS}\b")
        if only and without:
            raise NotUnderstood
        return "only" if only else "skip" if without else "keep"

    def _span(self) -> dict[str, object]:
        start, first = self._one(rf"\b(?:bắt đầu )?từ (?:ngày )?({_DATE}|hôm nay|(?:ngày )?mai)(?![\w/])"), self._today
        if start:
            first = self._day(start[1])
        last = self._until(first)
        said = {"first": start and f"{first:{DAY}}", "last": last and f"{last:{DAY}}"}
        return {name: value for name, value in said.items() if value}

    def _until(self, first: date) -> date | None:
        until = r"\b(?:cho )?đến (?:hết |cuối )?"
        ends = [self._day(match[1]) for match in self.take(rf"{until}(?:ngày )?({_DATE})(?![\w/])")]
        for match in self.take(rf"{until}(tuần|tháng|năm)(?: (này|nay|sau|sang năm|\d{{1,2}}(?:/\d{{4}})?))?(?![\w/])"):
            ends.append(_end_of(match[1], match[2] or "này", self._today))
        for match in self.take(r"\btrong (\d{1,3}) (ngày|tuần)(?: tới)?\b"):
            ends.append(first + timedelta(days=int(match[1]) * (7 if match[2] == "tuần" else 1) - 1))
        if len(ends) > 1:
            raise NotUnderstood
        return ends[0] if ends else None

    def _lunar(self) -> dict[str, object]:
        listed = rf"{_MOON}(?:{_AND}{_MOON})*"
        found = self._one(rf"\b({listed})(?: {_EVERY} tháng)? âm lịch(?: ?,? tháng (\d{{1,2}}(?:{_AND}\d{{1,2}})*))?\b")
        if found is None:
            moon = rf"(?:rằm|(?:mùng|mồng) {_NUMBER})"
            found = self._one(rf"\b({moon}(?:{_AND}{moon})*)(?: {_EVERY} tháng)?()\b")
        if found is None:
            return {}
        days = [_moon_day(part) for part in _parts(found[1])]
        months = re.findall(r"\d+", found[2] or "")
        which = [f"{day}/{month}" for month in months for day in days] if months else days
        return {"repeat": "lunar", "which": ", ".join(which)}

    def _nth(self) -> dict[str, object]:
        nth = r"(?:đầu tiên|cuối cùng|đầu|cuối|thứ \d)"
        found = self._one(rf"\b({_WEEKDAY}) ({nth}(?:{_AND}{nth})*) (?:(?:trong|của|{_EVERY}) )?tháng\b")
        if found is None:
            return {}
        which = ["1" if "đầu" in part else "-1" if "cuối" in part else part.split()[1] for part in _parts(found[2])]
        (weekday,) = _weekday_numbers(found[1])
        return {"repeat": "nth", "which": ", ".join(which), "weekdays": [_WEEK[weekday].value]} | self._months()

    def _yearly(self) -> dict[str, object]:
        found = self._one(rf"\b(?:ngày )?(\d{{1,2}}/\d{{1,2}}) {_EVERY} năm\b")
        if found is None:
            return {}
        every = self._one(r"\b(?:cứ )?(\d{1,2}) năm một lần\b")
        return {"repeat": "year", "which": found[1], "every": every[1] if every else "1"}

    def _monthly(self) -> dict[str, object]:
        day = r"(?:\d{1,2}|cuối)"
        found = self._one(rf"\bngày ({day}(?:{_AND}(?:ngày )?{day})*)(?: tháng)? {_EVERY} tháng\b")
        if found is None:
            return {}
        days = ["-1" if "cuối" in part else part.removeprefix("ngày ") for part in _parts(found[1])]
        return {"repeat": "month", "which": ", ".join(days)} | self._months()

    def _months(self) -> dict[str, object]:
        every = self._one(r"\b(?:cứ )?(\d{1,2}) tháng một lần\b")
        return {"every": every[1]} if every else {}

    def _interval(self) -> dict[str, object]:
        found = self._one(r"\b(?:cứ |mỗi )?(\d{1,3}) (ngày|tuần) một lần\b|\bcách (ngày|tuần)\b")
        if found is None:
            return {}
        unit = found[2] or found[3]
        return {"repeat": "weeks" if unit == "tuần" else "days", "every": found[1] or "2"}

    def _weekdays(self) -> list[int]:
        found: list[int] = []
        without = [n for match in self.take(rf"\btrừ ({_WEEKDAYS})") for n in _weekday_numbers(match[1])]
        for match in self.take(rf"\b(?:từ )?({_WEEKDAY}) ?(?:đến|tới|-) ?({_WEEKDAY}|{_X})"):
            (first,), (last,) = _weekday_numbers(match[1]), _weekday_numbers(match[2])
            if first >= last:
                raise NotUnderstood
            found += range(first, last + 1)
        for match in self.take(rf"\b{_WEEKDAYS}"):
            found += _weekday_numbers(match[0])
        found += [5, 6] * bool(self.take(r"\bcuối tuần\b"))
        found += [0, 1, 2, 3, 4] * bool(self.take(r"\b(?:các )?ngày (?:thường|trong tuần|làm việc)\b"))
        if without:
            found = [n for n in found or range(7) if n not in without]
            if not found:
                raise NotUnderstood
        return found

    def _dates(self) -> dict[str, object]:
        found = self.take(rf"\b(?:{_DATE}(?![\w/])|hôm nay\b|(?:ngày )?(?:mai|kia)\b)")
        days = [f"{self._day(match[0]):{DAY}}" for match in found]
        if len(days) > 1:
            return {"repeat": "dates", "which": ", ".join(dict.fromkeys(days))}
        return {"repeat": "once", "date": days[0]} if days else {}

    def _day(self, said: str) -> date:
        """Without a year: the next one."""
        for word, ahead in (("hôm nay", 0), ("mai", 1), ("kia", 2)):
            if said.endswith(word):
                return self._today + timedelta(days=ahead)
        day, month, *year = map(int, said.split("/"))
        if year:
            return date(year[0], month, day)
        nearest = date(self._today.year, month, day)
        return nearest if nearest >= self._today else nearest.replace(year=nearest.year + 1)


def _slashed(match: re.Match[str]) -> str:
    return "ngày " + "/".join(part for part in match.groups() if part)


def _clock_of(hour: str, minute: str | None, second: str | None, half: str | None, part: str | None) -> str:
    number = int(hour)
    begin, end = _AFTERNOON.get(part or "", (0, 0))
    if begin <= number < end:
        number += 12
    elif part == "đêm" and number == 12:
        number = 0
    if number > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        raise NotUnderstood
    said = f"{number:02}:{'30' if half else minute or '00'}"
    return f"{said}:{second}" if second else said


def _end_of(unit: str, which: str, today: date) -> date:
    if unit == "tuần":
        return today + timedelta(days=6 - today.weekday() + (7 if which == "sau" else 0))
    if unit == "năm":
        return date(today.year + (which != "này" and which != "nay"), 12, 31)
    month, _, year = which.partition("/")
    number = int(month) if month.isdecimal() else today.month + (which == "sau")
    told = int(year) if year else today.year + (number < today.month)
    told, number = (told + 1, 1) if number == 13 else (told, number)
    return date(told, number, calendar.monthrange(told, number)[1])


def _agree(day: str, weekdays: Iterable[int]) -> None:
    number, month, year = map(int, day.split("/"))
    if {date(year, month, number).weekday()} != set(weekdays):
        raise NotUnderstood


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in re.split(r",| và ", listed) if part.strip() and part.strip() != "và"]


def _weekday_numbers(listed: str) -> list[int]:
    found = []
    for part in _parts(listed):
        word = re.sub("^(?:thứ |t(?=[2-7]))", "", part)
        found.append(6 if word in ("chủ nhật", "cn") else _NAMES[word])
    return found


def _moon_day(said: str) -> str:
    if said == "rằm":
        return "15"
    word = said.split()[-1]
    return "-1" if word == "cuối" else str(_NUMBERS.get(word, word))

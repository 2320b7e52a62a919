"""Times as people say them in Vietnamese."""

from __future__ import annotations

import re
from datetime import date, timedelta

from controller.web.pages.sentences import CLOCK, DATE, WEEK, Fields, NotUnderstood, Sentence, clock, parts

_NAMES = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5} | {str(n): n - 2 for n in range(2, 8)}
_NUMBERS = {
    word: n for n, word in enumerate(["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"], start=1)
} | {"tư": 4}

_X = r"(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])(?![\w:/])"
_WEEKDAY = rf"(?:thứ {_X}|t[2-7]\b|chủ nhật|cn\b)"
_AND = r"(?: ?, ?và | ?, ?| và )"
_WEEKDAYS = rf"{_WEEKDAY}(?:{_AND}(?:{_WEEKDAY}|{_X}))*"
_EVERY = r"(?:hằng|hàng|mỗi)"
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})\b"
_MOON = rf"(?:rằm|(?:mùng|mồng) {_NUMBER}|ngày (?:\d{{1,2}}(?:/\d{{1,2}})?|cuối)\b)"
_HOLIDAYS = r"(?: phát)?(?: vào)?(?: các| những)?(?: ngày)?(?: nghỉ)? lễ(?:(?: ?,| và)? tết)?"
_AFTERNOON = {"chiều": (0, 12), "tối": (0, 12), "trưa": (0, 4), "đêm": (7, 12)}
"""The hours that are counted from noon where this is said behind them."""
_UNITS = {"tuần": "week", "tháng": "month", "năm": "year"}


class Vietnamese(Sentence):
    FILLERS = re.compile(r"\b(?:lúc|vào|phát|và|cho|thì|lại|hằng tuần|hàng tuần|mỗi tuần|các|ngày)\b|[,;.]")
    NEAR = (("hôm nay", 0), ("ngày mai", 1), ("mai", 1), ("ngày kia", 2), ("kia", 2))

    def with_plain_dates(self, text: str) -> str:
        return re.sub(r"\bngày (\d{1,2}) tháng (\d{1,2})(?: năm (\d{4}))?", _slashed, text)

    def clocks(self) -> list[str]:
        part = r"(?: ?(sáng|trưa|chiều|tối|đêm)\b)?"
        told = self.take(
            rf"\b(\d{{1,2}})(?:(?::|h| ?giờ ?)(\d{{2}})(?::(\d{{2}}))?(?: ?phút)?|(?:h| ?giờ)( ?rưỡi)?)(?![\w:]){part}",
            CLOCK,
        )
        return [_clock_of(*match.groups()) for match in told]

    def only_holidays(self) -> bool:
        return bool(self.take(rf"\bchỉ{_HOLIDAYS}\b"))

    def without(self) -> tuple[bool, list[int]]:
        item = rf"(?:{_HOLIDAYS}\b| {_WEEKDAYS})"
        told = self.take(rf"\btrừ{item}(?: ?,? và(?: trừ)?{item})*")
        days = [n for match in told for n in _weekday_numbers(", ".join(re.findall(_WEEKDAYS, match[0])))]
        skip = [match for match in told if re.search(rf"{_HOLIDAYS}\b", match[0])]
        return bool(skip or self.take(rf"\b(?:không kể|không|nghỉ){_HOLIDAYS}\b")), days

    def first(self) -> str | None:
        found = self.one(rf"\b(?:bắt đầu )?từ (?:ngày )?({DATE}|hôm nay|(?:ngày )?mai)(?![\w/])")
        return found[1] if found else None

    def lasts(self, first: date) -> list[date]:
        until = r"\b(?:cho )?đến (?:hết |cuối )?"
        ends = [self.day(match[1]) for match in self.take(rf"{until}(?:ngày )?({DATE})(?![\w/])")]
        for match in self.take(rf"{until}tháng (\d{{1,2}})(?:/(\d{{4}}))?(?![\w/])"):
            ends.append(self.end_of_month(int(match[1]), int(match[2]) if match[2] else None))
        for match in self.take(rf"{until}(tuần|tháng|năm)(?: (này|nay|sau|sang năm))?(?![\w/])"):
            ends.append(self.end_of(_UNITS[match[1]], int(match[2] in ("sau", "sang năm"))))
        for match in self.take(r"\btrong (\d{1,3}) (ngày|tuần)(?: tới)?\b"):
            ends.append(first + timedelta(days=int(match[1]) * (7 if match[2] == "tuần" else 1) - 1))
        return ends

    def lunar(self) -> Fields:
        listed = rf"{_MOON}(?:{_AND}{_MOON})*"
        found = self.one(rf"\b({listed})(?: {_EVERY} tháng)? âm lịch(?: ?,? tháng (\d{{1,2}}(?:{_AND}\d{{1,2}})*))?\b")
        if found is None:
            moon = rf"(?:rằm|(?:mùng|mồng) {_NUMBER})"
            found = self.one(rf"\b({moon}(?:{_AND}{moon})*)(?: {_EVERY} tháng)?()\b")
        if found is None:
            return {}
        days = [_moon_day(part) for part in parts(found[1], "và")]
        months = re.findall(r"\d+", found[2] or "")
        which = [f"{day}/{month}" for month in months for day in days] if months else days
        return {"repeat": "lunar", "which": ", ".join(which)}

    def nth(self) -> Fields:
        nth = r"(?:đầu tiên|cuối cùng|đầu|cuối|thứ \d)"
        found = self.one(rf"\b({_WEEKDAY}) ({nth}(?:{_AND}{nth})*) (?:(?:trong|của|{_EVERY}) )?tháng\b")
        if found is None:
            return {}
        which = [
            "1" if "đầu" in part else "-1" if "cuối" in part else part.split()[1] for part in parts(found[2], "và")
        ]
        (weekday,) = _weekday_numbers(found[1])
        return {"repeat": "nth", "which": ", ".join(which), "weekdays": [WEEK[weekday].value]} | self._months()

    def yearly(self) -> Fields:
        found = self.one(rf"\b(?:ngày )?(\d{{1,2}}/\d{{1,2}}) {_EVERY} năm\b")
        if found is None:
            return {}
        every = self.one(r"\b(?:cứ )?(\d{1,2}) năm một lần\b")
        return {"repeat": "year", "which": found[1], "every": every[1] if every else "1"}

    def monthly(self) -> Fields:
        day = r"(?:\d{1,2}|cuối)"
        found = self.one(rf"\bngày ({day}(?:{_AND}(?:ngày )?{day})*)(?: tháng)? {_EVERY} tháng\b")
        if found is None:
            return {}
        days = ["-1" if "cuối" in part else part.removeprefix("ngày ") for part in parts(found[1], "và")]
        return {"repeat": "month", "which": ", ".join(days)} | self._months()

    def _months(self) -> Fields:
        every = self.one(r"\b(?:cứ )?(\d{1,2}) tháng một lần\b")
        return {"every": every[1]} if every else {}

    def interval(self) -> Fields:
        found = self.one(r"\b(?:cứ |mỗi )?(\d{1,3}) (ngày|tuần) một lần\b|\bcách (ngày|tuần)\b")
        if found is None:
            return {}
        unit = found[2] or found[3]
        return {"repeat": "weeks" if unit == "tuần" else "days", "every": found[1] or "2"}

    def weekdays(self) -> list[int]:
        found: list[int] = []
        for match in self.take(rf"\b(?:từ )?({_WEEKDAY}) ?(?:đến|tới|-) ?({_WEEKDAY}|{_X})"):
            (first,), (last,) = _weekday_numbers(match[1]), _weekday_numbers(match[2])
            if first >= last:
                raise NotUnderstood
            found += range(first, last + 1)
        for match in self.take(rf"\b{_WEEKDAYS}"):
            found += _weekday_numbers(match[0])
        found += [5, 6] * bool(self.take(r"\bcuối tuần\b"))
        found += [0, 1, 2, 3, 4] * bool(self.take(r"\b(?:các )?ngày (?:thường|trong tuần|làm việc)\b"))
        return found

    def daily(self) -> bool:
        return bool(self.take(rf"\b{_EVERY} ngày\b|\bngày nào cũng\b|\bcả tuần\b"))


def _slashed(match: re.Match[str]) -> str:
    return "ngày " + "/".join(part for part in match.groups() if part)


def _clock_of(hour: str, minute: str | None, second: str | None, half: str | None, part: str | None) -> str:
    number = int(hour)
    begin, end = _AFTERNOON.get(part or "", (0, 0))
    if begin <= number < end:
        number += 12
    elif part == "đêm" and number == 12:
        number = 0
    return clock(number, "30" if half else minute, second)


def _weekday_numbers(listed: str) -> list[int]:
    found = []
    for part in parts(listed, "và"):
        word = re.sub("^(?:thứ |t(?=[2-7]))", "", part)
        found.append(6 if word in ("chủ nhật", "cn") else _NAMES[word])
    return found


def _moon_day(said: str) -> str:
    if said == "rằm":
        return "15"
    word = said.split()[-1]
    return "-1" if word == "cuối" else str(_NUMBERS.get(word, word))

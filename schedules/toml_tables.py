"""TOML tables that remember their lines, and a reader that collects every mistake instead of stopping at the first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar

E = TypeVar("E", bound=Enum)
T = TypeVar("T")
Key = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?")
_ENTRY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_QUOTES = re.compile(r'"""|\'\'\'')
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong in which line of which file; lines count from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Table:
    """One table of a file. Each question takes a key; an answer of the wrong kind is a mistake, and the answer None."""

    def __init__(
        self, file: str, values: dict[str, Any], place: Key, lines: dict[Key, int], mistakes: list[Mistake]
    ) -> None:
        self.file = file
        self._values = values
        self._place = place
        self._lines = lines
        self._mistakes = mistakes
        self._before = len(mistakes)
        self._asked: set[str] = set()

    @property
    def faultless(self) -> bool:
        """Whether no mistake was found since the table was opened."""
        return len(self._mistakes) == self._before

    def wrong(self, key: str | None, message: str) -> None:
        """A mistake at `key`, or at the beginning of the table."""
        place = self._place if key is None else (*self._place, key)
        while place and place not in self._lines:
            place = place[:-1]
        self._mistakes.append(Mistake(self.file, self._lines.get(place, 1), message))

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def ask(self, key: str, kind: str, read: Callable[[Any], T | None], required: bool = False) -> T | None:
        """What `read` makes of the value; `kind` says in words what `read` wants."""
        self._asked.add(key)
        if key not in self._values:
            if required:
                self.wrong(None, f"{key} is missing: {kind}.")
            return None
        found = read(self._values[key])
        if found is None:
            self.wrong(key, f"{key} must be {kind}, not {str(self._values[key])[:60]!r}.")
        return found

    def text(self, key: str, required: bool = False) -> str | None:
        return self.ask(key, "a text that is not empty", _text, required)

    def day(self, key: str, required: bool = False) -> date | None:
        return self.ask(key, "a date like 2026-05-19", _day, required)

    def clock(self, key: str, required: bool = False) -> time | None:
        return self.ask(key, 'a time of day like "05:30"', _clock, required)

    def number(self, key: str, least: float, most: float, required: bool = False) -> float | None:
        kind = f"a number from {least:g} to {most:g}"
        return self.ask(key, kind, lambda value: _number(value, least, most), required)

    def whole(self, key: str, least: int, most: int, required: bool = False) -> int | None:
        kind = f"a whole number from {least} to {most}"
        return self.ask(key, kind, lambda value: value if _is_whole(value, least, most) else None, required)

    def wholes(self, key: str, least: int, most: int, required: bool = False) -> list[int] | None:
        kind = f"a list of whole numbers from {least} to {most}"
        return self.ask(key, kind, _listed(lambda value: value if _is_whole(value, least, most) else None), required)

    def texts(self, key: str, required: bool = False) -> list[str] | None:
        return self.ask(key, "a list of texts", _listed(_text), required)

    def dates(self, key: str) -> list[date] | None:
        return self.ask(key, "a list of dates like 2026-05-19", _listed(_day))

    def choice(self, key: str, choices: type[E], required: bool = False) -> E | None:
        kind = "one of " + ", ".join(str(choice.value) for choice in choices)
        return self.ask(key, kind, lambda value: next((one for one in choices if one.value == value), None), required)

    def table(self, key: str, required: bool = False) -> Table | None:
        values = self.ask(key, "a table", lambda value: value if isinstance(value, dict) else None, required)
        if values is None:
            return None
        return Table(self.file, values, (*self._place, key), self._lines, self._mistakes)

    def close(self, known: Iterable[str] = ()) -> None:
        """Every key that nobody asked for is a mistake."""
        words = sorted({*self._asked, *known})
        for key in self._values:
            if key not in self._asked:
                close = get_close_matches(key, words, 1)
                self.wrong(key, f"{key} is not known here{f'; is {close[0]} meant?' if close else '.'}")


def open_tables(file: str, text: str, mistakes: list[Mistake]) -> dict[str, list[Table]]:
    """The tables of a file by name. What is not TOML, or not an array of tables (`[[name]]`), is a mistake."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as wrong:
        place = _PLACE.search(str(wrong))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        mistakes.append(Mistake(file, line, f"This is not TOML: {_PLACE.sub('', str(wrong))}."))
        return {}
    lines = _lines(text)
    found: dict[str, list[Table]] = {}
    for name, tables in content.items():
        if not isinstance(tables, list) or not all(isinstance(values, dict) for values in tables):
            mistakes.append(Mistake(file, lines.get((name,), 1), f"{name} must be written as [[{name}]]."))
            continue
        found[name] = [Table(file, values, (name, number), lines, mistakes) for number, values in enumerate(tables)]
    return found


def _lines(text: str) -> dict[Key, int]:
    """On which line each table and each key stands. Text over several lines is passed over."""
    found: dict[Key, int] = {}
    count: dict[str, int] = {}
    here: Key = ()
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        header, entry = _HEADER.fullmatch(line.rstrip("\r")), _ENTRY.match(line)
        if inside is None and header is not None:
            here = _place(header[2].split("."), header[1] == "[[", count)
            found.setdefault(here, number)
            found.setdefault(here[:1], number)
        elif inside is None and entry is not None:
            found.setdefault((*here, entry[1]), number)
        for quotes in _QUOTES.findall(line):
            inside = quotes if inside is None else None if inside == quotes else inside
    return found


def _place(names: list[str], is_array: bool, count: dict[str, int]) -> Key:
    if is_array and len(names) == 1:
        count[names[0]] = count.get(names[0], -1) + 1
    return (names[0], count[names[0]], *names[1:]) if names[0] in count else tuple(names)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _clock(value: Any) -> time | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", value):
        hour, minute = map(int, value.split(":"))
        return time(hour, minute) if hour < 24 and minute < 60 else None
    return value if isinstance(value, time) and value.tzinfo is None else None


def _number(value: Any, least: float, most: float) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and least <= value <= most else None


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _listed(read: Callable[[Any], T | None]) -> Callable[[Any], list[T] | None]:
    def read_all(value: Any) -> list[T] | None:
        entries = [read(entry) for entry in value] if isinstance(value, list) else []
        good = [entry for entry in entries if entry is not None]
        return good if good and len(good) == len(entries) else None

    return read_all

"""Counts with their units, ranges and prices: 8,5m2, 150-200mm, 3-5%, 50.000đ-100.000đ, 150.000 đồng/người/năm."""

import re

from controller.speech.reading.measures import MONEY, PER, SYMBOLS, UNIT, WORDS
from controller.speech.reading.numbers import NUMBER, cardinal, number
from controller.speech.reading.place import Place, Said
from controller.speech.reading.region import Accent
from controller.speech.reading.vocabulary import words

_UNIT = rf"(?P<u> ?(?:{UNIT})(?:(?<![23])|(?![0-9]))(?![^\W\d_])(?!/c(?![^\W\d_])))?"
_QUANTITY = re.compile(rf"(?P<n>{NUMBER}){_UNIT}")
_TO = re.compile(rf" ?- ?(?P<sign>-)?(?P<n>{NUMBER}){_UNIT}")
_TIMES = re.compile(rf" ?[x×*X] ?(?P<n>{NUMBER}){_UNIT}")
_PER_UNIT = re.compile(rf" ?/ ?(?:(?P<n>[0-9]{{1,3}}) ?)?(?P<u>{UNIT}|h)(?![^\W\d_])")
_PER_WORD = re.compile(r" ?/ ?(?:(?P<n>[0-9]{1,3}) )?(?P<u>[^\W\d_]{2,8}(?: (?:sinh|đình|khẩu|công))?)(?![^\W\d_])")
_COUNTED = re.compile(r" ([^\W\d_]{2,8})(?: [^\W\d_]{2,6})?(?= ?/)")
_MILLIONS = re.compile(r"([0-9]{1,3})(tr|triệu|tỷ|tỉ)([1-9])(?![0-9]|[^\W_])")
_MUST_TOUCH = frozenset({"k", "K", "s", "L", "'"})
"""Signs that need the number right before them: "500k", "30s"."""
_SPEEDS = words("h giờ giây lít")
_MOST_STEPS = 4


def read_quantity(place: Place) -> Said | None:
    """A number with all that belongs to it. Every number that no other rule knows ends here."""
    text, at = place.text, place.at
    millions = _MILLIONS.match(text, at)
    if millions:
        return _short_price(millions, place.accent)
    negative = text[at] == "-"
    match = _QUANTITY.match(text, at + negative)
    if match is None or (negative and at and text[at - 1].isalnum()):
        return None
    unit, end = _unit(match)
    spoken = f"{'âm ' if negative else ''}{number(match['n'], place.accent)}"
    category = "number"
    if product := _TIMES.match(text, end):
        spoken, unit, end = _product(place, f"{spoken}{_said(unit, place.accent)}", product)
    elif (to := _TO.match(text, end)) and not _goes_on(text, to.end()):
        first = f"{spoken}{_said(unit, place.accent)}"
        unit, end = _unit(to)
        spoken = f"{first} đến {'âm ' if to['sign'] else ''}{number(to['n'], place.accent)}"
        category = "range"
    spoken += _said(unit, place.accent)
    each, end = _each(place, end, unit)
    return Said(end, spoken + each, _category(unit) if unit else category)


def _unit(match: re.Match[str]) -> tuple[str, int]:
    """The unit's sign (empty when the letters are something else) and where the measured number ends."""
    written = match["u"] or ""
    sign = written.strip()
    if written[:1] == " " and sign in _MUST_TOUCH:
        return "", match.end("n")
    if sign == "K" and len(match["n"]) < 2:
        return "", match.end("n")
    return sign, match.end()


def _said(unit: str, accent: Accent) -> str:
    if unit in ("k", "K"):
        return f" {accent.thousand}"
    return f" {SYMBOLS[unit]}" if unit else ""


def _goes_on(text: str, end: int) -> bool:
    """The digits belong to something longer, like a code."""
    return text[end : end + 1].isalnum() or (text[end : end + 1] in ("-", "/") and text[end + 1 : end + 2].isdigit())


def _category(unit: str) -> str:
    if unit in "%‰":
        return "percent"
    return "money" if unit in MONEY else "unit"


def _product(place: Place, spoken: str, times: re.Match[str] | None) -> tuple[str, str, int]:
    """A product (3 x 4 m) as far as its last factor; the unit of that one stays to be said."""
    unit, end = "", place.at
    for _ in range(_MOST_STEPS):
        if times is None:
            break
        spoken += f"{_said(unit, place.accent)} nhân {number(times['n'], place.accent)}"
        unit, end = _unit(times)
        times = _TIMES.match(place.text, end)
    return spoken, unit, end


def _each(place: Place, end: int, unit: str) -> tuple[str, int]:
    """Prices and rates: "/người/năm" is "một người một năm", but after a sign "m/s" is "mét trên giây"."""
    text, spoken = place.text, ""
    if not unit and not (text[end - 4 : end - 3] == "." and _is_for_one(text, end)):
        counted = _COUNTED.match(text, end)
        if counted is None or not _is_rate(text, counted):
            return "", end
        spoken, end = counted[0], counted.end()
    by_words = not unit or unit in MONEY
    for _ in range(_MOST_STEPS):
        step = _PER_UNIT.match(text, end) or _PER_WORD.match(text, end)
        if step is None or not (step["u"] in SYMBOLS or step["u"] == "h" or step["u"] in PER or _counts_by(unit, step)):
            break
        sign = step["u"]
        words = "giờ" if sign == "h" else SYMBOLS.get(sign, sign)
        count = cardinal(int(step["n"]), place.accent) if step["n"] else ""
        if by_words or (step["u"] not in SYMBOLS and sign not in _SPEEDS):
            spoken += f" {count or 'một'} {words}"
        else:
            spoken += f" trên {count} {words}" if count else f" trên {words}"
        end = step.end()
    return spoken, end


def _is_rate(text: str, counted: re.Match[str]) -> bool:
    step = _PER_UNIT.match(text, counted.end()) or _PER_WORD.match(text, counted.end())
    return step is not None and (step["u"] in PER or (counted[1] in WORDS and step["u"] in SYMBOLS))


def _counts_by(unit: str, step: re.Match[str]) -> bool:
    """After a unit any thing can be "for one": 5 kg/gốc."""
    return unit not in ("", "%", "‰", "'") and step["u"].islower()


def _is_for_one(text: str, end: int) -> bool:
    step = _PER_WORD.match(text, end)
    return step is not None and step["u"] in PER


def _short_price(match: re.Match[str], accent: Accent) -> Said:
    """Two million and five hundred thousand, written 2tr5."""
    great, small = ("triệu", accent.thousand) if match[2] in ("tr", "triệu") else ("tỷ", "triệu")
    tail = f"{cardinal(int(match[3]) * 100, accent)} {small}"
    return Said(match.end(), f"{cardinal(int(match[1]), accent)} {great} {tail}", "money")

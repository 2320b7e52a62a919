"""Numbers as words: counts, decimals, digits one by one, Roman numerals.

A written number follows the Vietnamese custom: dots part the thousands, a comma starts the decimals.
"""

import re
from functools import lru_cache

from controller.speech.reading.region import Accent

NUMBER = (
    r"(?:[0-9]{1,3}(?:\.[0-9]{3}){1,6}(?:,[0-9]{1,12})?(?![0-9])"
    r"|[0-9]{1,3}(?:,[0-9]{3}){2,6}(?:\.[0-9]{1,12})?(?![0-9])"
    r"|[1-9][0-9]{0,2}(?: [0-9]{3}){2,6}(?![0-9])|[1-9][0-9]{0,2} 000(?![0-9])"
    r"|[0-9]{1,18}(?:[.,][0-9]{1,12})?(?![0-9]))"
)
"""A regular expression for one written number, without a sign."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")

_GROUPED = re.compile(r"([0-9]{1,3}(?:[. ][0-9]{3})+)(?:,([0-9]+))?")
_ENGLISH = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){2,})(?:\.([0-9]+))?")
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_BILLION = 10**9
_COUNTED = 18
"""More digits than this are not a count that a listener can follow."""


def digits(text: str, size: int = 0) -> str:
    """Each digit by its name; with a `size`, a breath (comma) after every `size` digits."""
    names = [DIGITS[int(letter)] for letter in text]
    if not size:
        return " ".join(names)
    return ", ".join(" ".join(names[at : at + size]) for at in range(0, len(names), size))


@lru_cache(maxsize=4096)
def cardinal(number: int, accent: Accent) -> str:
    """A count of zero or more, in words."""
    if number == 0:
        return DIGITS[0]
    if number >= _BILLION:
        billions, rest = divmod(number, _BILLION)
        spoken = f"{cardinal(billions, accent)} tỷ"
        return f"{spoken} {_below_billion(rest, accent, led=True)}" if rest else spoken
    return _below_billion(number, accent, led=False)


def _below_billion(number: int, accent: Accent, *, led: bool) -> str:
    """`led` when greater units were already said, so that empty places must be heard."""
    said: list[str] = []
    skipped = ""
    for size, unit in ((1_000_000, "triệu"), (1000, accent.thousand), (1, "")):
        group = number // size % 1000
        if group == 0:
            skipped = unit if led else ""
            continue
        if skipped and group >= 100:
            said.append(f"không {skipped}")
        said.append(_below_thousand(group, accent, led=led))
        if unit:
            said.append(unit)
        led, skipped = True, ""
    return " ".join(said)


def _below_thousand(number: int, accent: Accent, *, led: bool) -> str:
    hundreds, rest = divmod(number, 100)
    said = [f"{DIGITS[hundreds]} trăm"] if hundreds or led else []
    if not rest:
        return said[0]
    tens, ones = divmod(rest, 10)
    if tens == 0:
        return " ".join([*said, accent.odd, DIGITS[ones]]) if said else DIGITS[ones]
    said.append("mười" if tens == 1 else f"{DIGITS[tens]} mươi")
    if ones == 1 and tens > 1:
        said.append("mốt")
    elif ones == 4 and tens > 1:
        said.append(accent.four)
    elif ones == 5:
        said.append("lăm")
    elif ones:
        said.append(DIGITS[ones])
    return " ".join(said)


def number(written: str, accent: Accent) -> str:
    """A written number (as matched by `NUMBER`) in words; decimals digit by digit.

    A leading zero is a filler ("05 thôn" are five), but a long one is a code and is read digit by digit.
    """
    match = _GROUPED.fullmatch(written) or _ENGLISH.fullmatch(written) or _PLAIN.fullmatch(written)
    if match is None:
        raise ValueError(f"not a written number: {written!r}")
    whole = re.sub("[ .,]", "", match[1])
    if len(whole) > _COUNTED or (whole[0] == "0" and len(whole) > 2):
        spoken = digits(whole, 3)
    else:
        spoken = cardinal(int(whole), accent)
    return f"{spoken} phẩy {digits(match[2])}" if match[2] else spoken


def named(written: str, accent: Accent) -> str:
    """The number in a name: its leading zero is part of the name ("Đề án 06" is "không sáu")."""
    if written.startswith("0") and written.strip("0"):
        kept = len(written) - len(written.lstrip("0"))
        return f"{digits('0' * kept)} {cardinal(int(written[:_COUNTED]), accent)}"
    return number(written, accent)


def year(written: str, accent: Accent) -> str:
    """A year of four digits, every place said: "hai nghìn không trăm hai mươi sáu"."""
    return cardinal(int(written), accent)


def roman(written: str) -> int | None:
    """The value of a well-formed Roman numeral in capitals, or None."""
    if not written or len(written) > 15 or _ROMAN.fullmatch(written) is None:
        return None
    values = [_ROMAN_VALUES[letter] for letter in written]
    following = [*values[1:], 0]
    return sum(-now if now < after else now for now, after in zip(values, following, strict=True))


def ordinal(value: int, accent: Accent) -> str:
    """What follows "thứ": the first is "nhất", the fourth is "tư"."""
    if value == 1:
        return "nhất"
    return "tư" if value == 4 else cardinal(value, accent)


def month(value: int, accent: Accent) -> str:
    """What follows "tháng": the fourth is "tư"."""
    return "tư" if value == 4 else cardinal(value, accent)


def day(value: int, accent: Accent) -> str:
    """A day of the month: the first ten are "mùng"."""
    return f"mùng {cardinal(value, accent)}" if value <= 10 else cardinal(value, accent)

"""Words that need more than their letters: clipped ones, numbered parts, names with an apostrophe."""

import re

from controller.speech.reading.abbreviations import meaning
from controller.speech.reading.clean import CAPITALS
from controller.speech.reading.numbers import DIGITS, cardinal, digits
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_HEADING = re.compile(rf"([0-9]{{1,2}})(?=[.)/] ?[^\W\d_]|\.? ?- ?[{CAPITALS}])")
_LEVELS = re.compile(rf"([0-9]{{1,2}})((?:\.[0-9]{{1,2}}){{1,4}})(?=[.)] ?[^\W\d_]| [{CAPITALS}])")
_SECTION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){1,5}(?![0-9]|[,/][0-9])")
_SECTIONED = words("mục điểm khoản chương phần bài bản chí nghiệp hình bảng lục tiết version v thế")
_APOSTROPHE = re.compile(r"([B-DGHKLMNPRSTVXĐ])'(?=[^\W\d_])")
_SMALL = {
    "ubnd": "UBND", "hđnd": "HĐND", "sđt": "SĐT", "đt": "ĐT", "cccd": "CCCD", "bhyt": "BHYT", "bhxh": "BHXH",
    "thcs": "THCS", "thpt": "THPT", "attp": "ATTP", "antt": "ANTT", "atgt": "ATGT", "pccc": "PCCC", "csgt": "CSGT",
    "htx": "HTX", "cmnd": "CMND", "tdp": "TDP", "gplx": "GPLX", "qsdđ": "QSDĐ", "vsmt": "VSMT", "stk": "STK",
    "mttq": "MTTQ", "hcm": "HCM",
}  # fmt: skip


_CLIPPED = {
    "cty": "công ty",
    "Cty": "Công ty",
    "tp": "thành phố",
    "tx": "thị xã",
    "Ubnd": "Ủy ban nhân dân",
    "Hđnd": "Hội đồng nhân dân",
}
_SMALL_WORD = re.compile(r"[A-Za-zĐđ]{2,5}(?![^\W\d_])")
SMALL_WORDS = frozenset(_SMALL) | frozenset(_CLIPPED)
"""The words that `read_small_abbreviation` knows."""


def read_small_abbreviation(place: Place) -> Said | None:
    """Abbreviations in small letters: "ubnd", "cty"."""
    match = _SMALL_WORD.match(place.text, place.at)
    if match and match[0] in _CLIPPED:
        return Said(match.end(), _CLIPPED[match[0]], "abbrev")
    short = _SMALL.get(match[0]) if match else None
    return Said(match.end(), meaning(place, short, match.end()), "abbrev") if match and short else None


def read_heading(place: Place) -> Said | None:
    """The number of a heading: "1. Thời gian", "2.1. Nội dung", "3) ..."."""
    if place.words:
        return None
    levels = _LEVELS.match(place.text, place.at)
    if levels:
        numbers = (levels[1] + levels[2]).split(".")
        spoken = " chấm ".join(cardinal(int(level), place.accent) for level in numbers).capitalize()
        return Said(levels.end(), spoken if place.opens(levels.end()) in ".)" else f"{spoken}.", "heading")
    match = _HEADING.match(place.text, place.at)
    return Said(match.end(), cardinal(int(match[1]), place.accent).capitalize(), "heading") if match else None


def read_section(place: Place) -> Said | None:
    """Numbers whose dots are said: mục 2.1, phiên bản 4.0, 192.168.1.1."""
    match = _SECTION.match(place.text, place.at)
    if match is None:
        return None
    pieces = match[0].split(".")
    grouped = all(len(piece) == 3 for piece in pieces[1:])
    if grouped or (len(pieces) == 2 and place.previous not in _SECTIONED and pieces[1] != "0"):
        return None
    return Said(match.end(), " chấm ".join(_level(piece, place) for piece in pieces), "number")


def _level(piece: str, place: Place) -> str:
    return digits(piece) if piece.startswith("0") else cardinal(int(piece), place.accent)


def read_apostrophe(place: Place) -> Said | None:
    """The letter before an apostrophe (H'Mông, R'lấp) has a sound of its own."""
    match = _APOSTROPHE.match(place.text, place.at)
    return Said(match.end(), f"{match[1]}ờ", "name") if match else None


def read_digit(place: Place) -> Said:
    """Whatever digits no other rule could make sense of, one by one."""
    end = place.at
    while end < len(place.text) and end - place.at < 60 and place.text[end].isdigit():
        end += 1
    names = [DIGITS[int(letter)] for letter in place.text[place.at : end]]
    return Said(end, " ".join(names), "number")

"""Words that need more than their letters: lone units, numbered parts, names with an apostrophe."""

import re

from controller.speech.reading.abbreviations import meaning
from controller.speech.reading.measures import SYMBOLS, UNIT
from controller.speech.reading.numbers import DIGITS, cardinal, digits
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_RATE = re.compile(rf"({UNIT})/({UNIT}|h)(?![^\W\d_])")
_DEGREE = re.compile(r"độ ([CF])(?![^\W\d_])|°([CF])(?![^\W\d_])")
_UNITS_ALONE = words(
    """
    kWh kwh KWh MWh GWh kW MW kV kVA dB km2 m2 m3 km3 cm2 km^2 m^2 m^3 mm cm km kg Kg Km mg ml mmHg MHz kHz GHz
    Mbps USD VNĐ VND EUR ppm hPa kcal GB MB TB trđ
    """
)
_ALONE = re.compile(r"[a-zA-ZμΩ]{2,5}(?:\^?[23])?(?![^\W\d_])")
_HEADING = re.compile(r"([0-9]{1,2})((?:\.[0-9]{1,2}){0,4})(?=(?:[.)/]|\.-|\. ?-)? ?[^\W\d_])(?:(?<=[0-9])(?=[.)/]))")
_LEVELS = re.compile(r"([0-9]{1,2})((?:\.[0-9]{1,2}){1,4})(?=\.? [^\W\d_])")
_SECTION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){1,5}(?![0-9]|[,/][0-9])")
_SECTIONED = words("mục điểm khoản chương phần bài bản chí nghiệp hình bảng lục tiết version v thế")
_APOSTROPHE = re.compile(r"([B-DGHKLMNPRSTVXĐ])'(?=[^\W\d_])")
_SMALL = {
    "ubnd": "UBND", "hđnd": "HĐND", "sđt": "SĐT", "đt": "ĐT", "cccd": "CCCD", "bhyt": "BHYT", "bhxh": "BHXH",
    "thcs": "THCS", "thpt": "THPT", "attp": "ATTP", "antt": "ANTT", "atgt": "ATGT", "pccc": "PCCC", "csgt": "CSGT",
    "htx": "HTX", "cmnd": "CMND", "tdp": "TDP", "gplx": "GPLX", "qsdđ": "QSDĐ", "vsmt": "VSMT", "stk": "STK",
    "mttq": "MTTQ", "hcm": "HCM",
}  # fmt: skip


def read_unit(place: Place) -> Said | None:
    """A unit without a number: "mg/l", "số kWh", "độ C"."""
    text, at = place.text, place.at
    if degree := _DEGREE.match(text, at):
        return Said(degree.end(), "độ xê" if "C" in degree[0] else "độ ép", "unit")
    if rate := _RATE.match(text, at):
        below = "giờ" if rate[2] == "h" else SYMBOLS[rate[2]]
        return Said(rate.end(), f"{SYMBOLS[rate[1]]} trên {below}", "unit")
    alone = _ALONE.match(text, at)
    if alone and alone[0] in _UNITS_ALONE:
        return Said(alone.end(), SYMBOLS[alone[0]], "unit")
    return None


def read_small_abbreviation(place: Place) -> Said | None:
    """ "ubnd", "sđt": abbreviations that people also write small."""
    match = re.compile(r"[a-zđ]{2,5}(?![^\W\d_])").match(place.text, place.at)
    short = _SMALL.get(match[0]) if match else None
    return Said(match.end(), meaning(place, short, match.end()), "abbrev") if match and short else None


def read_heading(place: Place) -> Said | None:
    """The number of a heading: "1. Thời gian", "2.1. Nội dung", "3) ..."."""
    if place.words:
        return None
    match = _LEVELS.match(place.text, place.at) or _HEADING.match(place.text, place.at)
    if match is None:
        return None
    spoken = " chấm ".join(cardinal(int(level), place.accent) for level in (match[1] + match[2]).split("."))
    return Said(match.end(), spoken.capitalize(), "heading")


def read_section(place: Place) -> Said | None:
    """ "mục 2.1", "phiên bản 4.0", "192.168.1.1": the dot is said."""
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
    """ "H'Mông", "R'lấp": the letter before the apostrophe has a sound of its own."""
    match = _APOSTROPHE.match(place.text, place.at)
    return Said(match.end(), f"{match[1]}ờ", "name") if match else None


def read_digit(place: Place) -> Said:
    """Whatever digits no other rule could make sense of, one by one."""
    end = place.at
    while end < len(place.text) and end - place.at < 60 and place.text[end].isdigit():
        end += 1
    names = [DIGITS[int(letter)] for letter in place.text[place.at : end]]
    return Said(end, " ".join(names), "number")

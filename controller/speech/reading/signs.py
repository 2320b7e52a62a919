"""What is neither letter nor digit: a pause, a word, or nothing."""

import re

from controller.speech.reading.measures import PER, SYMBOLS, WORDS
from controller.speech.reading.numbers import NUMBER, number
from controller.speech.reading.place import Pause, Place, Said
from controller.speech.reading.vocabulary import words

_ELLIPSIS = re.compile(r"\.{2,}(?:/\.?)?|\./\.?|/\./")
_SIGNED = re.compile(r"[(\[] ?(?:đã ký|đã kí|ký tên|ký,|ký và|chữ ký|đóng dấu)[^()\[\]]{0,60}[)\]]", re.IGNORECASE)
_NOTE = re.compile(r"\[[0-9]{1,3}\]|\(\*+\)|\([0-9]{1,2}\)(?= *$)")
_DOLLARS = re.compile(rf"([$€]) ?({NUMBER})(?: ?(triệu|tỷ|tỉ|nghìn|ngàn)(?![^\W\d_]))?")
_POWER = re.compile(r"\^([0-9]{1,2})")
_EACH = re.compile(r" ?/ ?([^\W_]{1,8})(?![^\W\d_])")
_AFTER_DASH = re.compile(r" ?- ?([^\W\d_]+)")
_AGAIN = re.compile(rf" ?- ?{NUMBER} ([^\W\d_]+)")
_PAUSES = {
    ",": ",", ";": ",", ":": ":", ".": ".", "!": "!", "?": "?", "(": ",", ")": ",", "[": ",", "]": ",", "{": ",",
    "}": ",", "|": ",",
}  # fmt: skip
_BEFORE_NUMBER = {
    "<": "dưới", ">": "trên", "≤": "không quá", "≥": "từ", "±": "cộng trừ", "~": "khoảng", "≈": "khoảng", "+": "cộng",
    "=": "bằng", "×": "nhân", "^": "mũ",
}  # fmt: skip
_ANYWHERE = {
    "&": "và",
    "%": "phần trăm",
    "‰": "phần nghìn",
    "°": "độ",
    "₫": "đồng",
    "€": "ơ rô",
    "£": "bảng",
    "Ω": "ôm",
    "→": "đến",
}
_NUMERIC = words("number range unit money percent fraction ratio time")
_MONEY_WORDS = words("đồng triệu nghìn ngàn tỷ tỉ")


def read_sign(place: Place) -> Said | Pause:
    """Every sign has an answer; the unknown ones only part the words."""
    text, at = place.text, place.at
    sign = text[at]
    if place.last == "heading" and not place.since and sign in "-/.)":
        end = at + 1
        while text[end : end + 1] in (".", "-", ")", " ") and text[end : end + 1]:
            end += 1
        return Pause(end, ".")
    if sign == "-":
        return _dash(place)
    if sign == "/":
        return _stroke(place)
    if sign in "." and (dots := _ELLIPSIS.match(text, at)):
        return _dots(text, dots)
    if sign in "([" and (dropped := _SIGNED.match(text, at) or _NOTE.match(text, at)):
        return Said(dropped.end(), "", "dropped")
    if sign in "$€" and (dollars := _DOLLARS.match(text, at)):
        scale = f" {dollars[3]}" if dollars[3] else ""
        spoken = f"{number(dollars[2], place.accent)}{scale} {'đô la' if sign == '$' else 'ơ rô'}"
        return Said(dollars.end(), spoken, "money")
    if sign == ")" and _closes_heading(place):
        return Pause(at + 1, ".")
    if sign in _PAUSES:
        return Pause(at + 1, _PAUSES[sign])
    return _as_word(place, sign)


def _as_word(place: Place, sign: str) -> Said | Pause:
    text, after = place.text, place.at + 1
    if text[after : after + 1] == "=" and sign in "<>":
        after, sign = after + 1, {"<": "≤", ">": "≥"}[sign]
    if sign in _BEFORE_NUMBER:
        following = text[after : after + 2].lstrip()[:1]
        linked = (
            sign in "<>≤≥~≈±"
            or (sign == "+" and text[after : after + 1].isdigit())
            or (place.last in _NUMERIC and not place.since)
        )
        if following.isdigit() and linked and not (sign in "~≈" and place.previous == "khoảng"):
            return Said(after, _BEFORE_NUMBER[sign], "sign")
        return Pause(after, "")
    if sign in _ANYWHERE and (place.words or sign in "&"):
        return Said(after, _ANYWHERE[sign], "sign")
    return Pause(after, "")


def _dots(text: str, dots: re.Match[str]) -> Pause:
    following = text[dots.end() : dots.end() + 2].strip()
    if "/" in dots[0]:
        return Pause(dots.end(), ".")
    if not following:
        return Pause(dots.end(), "")
    return Pause(dots.end(), "." if following[0].isupper() else ",")


def _closes_heading(place: Place) -> bool:
    """The sign after the "1", "IV" or "a" at the start of a line."""
    if place.last == "heading":
        return not place.since
    return len(place.words) == 1 and len(place.words[0]) == 1 and "(" not in place.text[: place.at]


def _stroke(place: Place) -> Said | Pause:
    """After a counted thing "for one", between two words nothing: "ông/bà" is "ông bà"."""
    each = _EACH.match(place.text, place.at)
    previous = place.previous
    counted = previous in WORDS and place.last in _NUMERIC and len(place.since) <= 2
    if each and previous in WORDS and each[1] in SYMBOLS and len(each[1]) > 1:
        return Said(each.end(), f"một {SYMBOLS[each[1]]}", "unit")
    if each and (previous in _MONEY_WORDS or counted or (place.last in ("unit", "money") and not place.since)):
        unit = SYMBOLS.get(each[1]) if len(each[1]) < 6 else None
        if each[1] in PER or (unit and previous in _MONEY_WORDS | WORDS):
            return Said(each.end(), f"một {unit or each[1]}", "unit")
    if each and place.last in ("unit", "money") and 0 < len(place.since) <= 2 and each[1] in PER:
        return Said(each.end(), f"một {each[1]}", "unit")
    if place.last == "number" and not place.since and place.text[place.at + 1 : place.at + 2].isdigit():
        return Said(place.at + 1, "trên", "sign")
    if _closes_heading(place):
        return Pause(place.at + 1, ".")
    if place.last == "phone" and not place.since:
        return Pause(place.at + 1, ",")
    return Pause(place.at + 1, "")


def _dash(place: Place) -> Said | Pause:
    text, at = place.text, place.at
    spaced = text[at - 1 : at] == " " or text[at + 1 : at + 2] == " "
    end = at + 1
    while text[end : end + 1] == "-":
        end += 1
    if place.last == "phone" and text[end : end + 2].lstrip()[:1].isdigit():
        return Pause(end, ",")
    if _is_span(place, text[end : end + 2].lstrip()[:1]):
        return Said(end, "đến", "sign")
    following = text[end : end + 2].lstrip()[:1]
    if spaced or following.isupper():
        return Pause(end, " -" if following.isalnum() and place.words else "")
    return Pause(end, "")


def _is_span(place: Place, following: str) -> bool:
    """A dash that is said: thứ 2 - thứ 6, 7h sáng - 9h tối, từ tháng Giêng - tháng Ba."""
    if place.last in ("time", "date", "day", "month") and len(place.since) <= 2 and following.isdigit():
        return True
    if len(place.since) == 1 and place.last in _NUMERIC and (more := _AGAIN.match(place.text, place.at)):
        return more[1] == place.since[0]
    match = _AFTER_DASH.match(place.text, place.at)
    if match is None or not place.words:
        return False
    again = match[1].lower()
    if not place.since and len(place.words) > 1 and place.words[-2].lower() == again:
        return True
    near = place.before(4).split()
    return "từ" in near and "đến" not in near and (again in near or following.isdigit())

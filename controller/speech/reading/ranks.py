"""Ranks and Roman numerals: thứ 2, 4, 6; hạng 1; giải nhì; quý III; lần thứ XIV; and letters that are no numerals."""

import re

from controller.speech.reading.clean import CAPITALS
from controller.speech.reading.letters import is_syllable, letter_name
from controller.speech.reading.numbers import cardinal, month, named, number, ordinal, roman, year
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_DIGITS = re.compile(r"([0-9]{1,4})(?![0-9]|[.,:/][0-9]|%|[^\W_])")
_WEEKDAYS = re.compile(r"([2-7]) ?- ?([2-7]|CN|chủ nhật)(?![0-9]|[.,:/-][0-9]|[^\W_])")
_NUMERAL = re.compile(
    r"([IVXLCDM]{1,15})(?![^\W\d_])(?:(?P<joint> ?- ?)([IVX]{1,8})(?![^\W\d_]))?(?:/((?:19|20)[0-9]{2})(?![0-9]))?"
)
_HEADING = re.compile(rf"([IVX]{{1,8}})(?: ?[.)/:]| -| ?-(?=[{CAPITALS} ]))")
_LETTER = re.compile(r"([A-ZĐ])([0-9]{1,2})?(?![^\W_]|[./&-][A-ZĐ])")

_COUNTED_BY_ROMANS = words(
    """
    quý kỳ khóa khoá thứ chương mục phần kỷ cấp loại hạng vùng vực động bđ bậc đoạn nhóm tập quyển điều đợt lục
    lần hội trung quân quyền khối bài hồi kì bảng kh đề tổ
    """
)
_ANY_NUMERAL = words("chương mục phần thứ kỷ điều quyển tập lục khóa khoá")
_SPELLED = words(
    """
    máu vitamin gan cúm hạng bằng xe hepatitis sinh tố vi-ta-min protein omega virus vi-rút chủng
    """
)
_RANKED = words("hạng giải thứ")
_AFTER_LIST = words("và hàng hằng trong tuần đến tại từ lúc ngày sáng chiều tối hoặc")


def read_rank(place: Place) -> Said | None:
    """The digits after "thứ", "hạng", "giải"."""
    if place.text[place.at] > "9":
        return None
    previous = place.previous
    if previous == "thứ" and (match := _WEEKDAYS.match(place.text, place.at)):
        last = ordinal(int(match[2]), place.accent) if match[2].isdigit() else ""
        end = f"thứ {last}" if last else "chủ nhật"
        return Said(match.end(), f"{ordinal(int(match[1]), place.accent)} đến {end}", "weekday")
    if previous not in _RANKED and not place.follows("weekday", "prize"):
        return None
    match = _DIGITS.match(place.text, place.at)
    if match is None:
        return None
    value = int(match[1])
    if previous == "thứ":
        return Said(match.end(), ordinal(value, place.accent), "weekday" if 2 <= value <= 7 else "ordinal")
    if previous in ("hạng", "giải"):
        return Said(match.end(), _prize(value, place), "prize")
    if place.next_word(match.end()) not in _AFTER_LIST | {""}:
        return None
    if place.last == "prize":
        return Said(match.end(), _prize(value, place), "prize")
    if 2 <= value <= 7 and len(match[1]) == 1:
        return Said(match.end(), f"thứ {ordinal(value, place.accent)}", "weekday")
    return None


_SHORT_DAY = re.compile(r"T([2-7])(?![0-9]|[^\W_]|[.,/][0-9])")
_SHORT_MONTH = re.compile(r"T(0?[1-9]|1[0-2])/((?:19|20)[0-9]{2})(?![0-9])")
_PARTS_OF_DAY = words("sáng trưa chiều tối đêm")
_MORE_DAYS = re.compile(r"(?:T[2-7]|CN)(?![^\W_])")


def read_short_day(place: Place) -> Said | None:
    """Days of the week where one keeps another company (T2, T4, T6); "T4/2026" is a month."""
    if match := _SHORT_MONTH.match(place.text, place.at):
        spoken = f"tháng {month(int(match[1]), place.accent)} năm {year(match[2], place.accent)}"
        return Said(match.end(), spoken, "date")
    match = _SHORT_DAY.match(place.text, place.at)
    if match is None:
        return None
    expected = place.previous in _PARTS_OF_DAY or place.last == "weekday"
    if not (expected or _MORE_DAYS.search(place.text, match.end(), match.end() + 12)):
        return None
    return Said(match.end(), f"thứ {ordinal(int(match[1]), place.accent)}", "weekday")


def _prize(value: int, place: Place) -> str:
    if value == 1:
        return "nhất"
    if value == 2 and ("giải" in place.before(3) or "chương" in place.before(6)):
        return "nhì"
    if value == 4:
        return "tư"
    return cardinal(value, place.accent)


def read_roman(place: Place) -> Said | None:
    """A Roman numeral where the words or its shape say that it is one."""
    text, at = place.text, place.at
    if not place.words and (heading := _HEADING.match(text, at)) and (value := roman(heading[1])):
        return Said(heading.end(1), cardinal(value, place.accent).capitalize(), "heading")
    match = _NUMERAL.match(text, at)
    value = roman(match[1]) if match else None
    if match is None or value is None or not _is_numeral(place, match):
        return None
    spoken = _numbered(value, place)
    end = match.end(1)
    if match[3] and (last := roman(match[3])):
        spoken, end = f"{spoken} đến {cardinal(last, place.accent)}", match.end(3)
    if match[4]:
        spoken, end = f"{spoken} năm {year(match[4], place.accent)}", match.end()
    return Said(end, spoken, "roman")


def _is_numeral(place: Place, match: re.Match[str]) -> bool:
    letters, previous = match[1], place.previous
    if previous in _COUNTED_BY_ROMANS or place.follows("roman"):
        if len(letters) == 1:
            return letters in "IVX" or previous == "thứ"
        return previous in _ANY_NUMERAL or set(letters) <= set("IVXL")
    if match[4]:
        return set(letters) <= set("IVX")
    if len(letters) < 2 or not set(letters) <= set("IVX"):
        return False
    return not (place.capitals and is_syllable(letters))


def _numbered(value: int, place: Place) -> str:
    if place.previous == "thứ":
        return ordinal(value, place.accent)
    if place.previous in ("hạng", "giải"):
        return _prize(value, place)
    return cardinal(value, place.accent)


def read_letter(place: Place) -> Said | None:
    """A single letter that is a name: blood group O is "ô", vitamin C is "xê"; elsewhere it stays a letter."""
    match = _LETTER.match(place.text, place.at)
    if match is None:
        return None
    spelled = place.previous in _SPELLED or (place.last == "letter" and not place.since)
    if not spelled and not match[2]:
        return _lone_vowel(place, match)
    name = letter_name(match[1]) if spelled else match[1]
    if place.before(2).endswith("máu") and match[1] == "O":
        name = "ô"
    if match[2]:
        name += f" {number(match[2], place.accent) if spelled else named(match[2], place.accent)}"
    return Said(match.end(), name, "letter")


def _lone_vowel(place: Place, match: re.Match[str]) -> Said | None:
    """In a headline the words Y, Ở, Ý are words."""
    return None


_BLOOD = re.compile(r"(AB|O|A|B)([+-])?(?![^\W\d_])")


def read_blood(place: Place) -> Said | None:
    """A blood group."""
    named = place.previous in ("máu", "rh") or place.before(2) == "máu nhóm"
    if not named or (match := _BLOOD.match(place.text, place.at)) is None:
        return None
    spoken = "ô" if match[1] == "O" else " ".join(map(letter_name, match[1]))
    sign = {"+": " dương", "-": " âm"}.get(match[2] or "", "")
    return Said(match.end(), spoken + sign, "letter")

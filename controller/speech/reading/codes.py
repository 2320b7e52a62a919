"""Numbers that are copied: accounts, identity cards, plates, anything too long to count."""

import re

from controller.speech.reading.numbers import cardinal, digits
from controller.speech.reading.phones import breathed
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import phrases

_COPIED = re.compile(
    r"[0-9]{6,40}(?![0-9]|[.,/-][0-9])|[0-9]{2,8}(?:[ .-][0-9]{2,8}){1,5}(?![0-9]|[.,/-][0-9])"
    r"|[0-9]{3,8}(?![0-9]|[.,/:-][0-9]|%|[^\W_])"
)
_LONG = re.compile(r"(?:[0-9]{10,40}|0[0-9]{5,40})(?![0-9]|[.,/-][0-9])")
_DASHED = re.compile(r"[0-9]{1,10}(?:-[0-9]{1,10}){2,8}(?![0-9-])")
_PLATE = re.compile(r"([0-9]{2})-?([A-ZĐ]{1,2})([0-9]?)[- ]([0-9]{3})\.?([0-9]{1,2})(?![0-9])")
_MEASURED = re.compile(r" ?(?:đồng|đ|₫|VNĐ|VND|triệu|nghìn|tỷ|USD|m|kg|km|ha|tấn|người|hộ|lượt|con)(?![^\W\d_])|%")
_IDENTITIES = re.compile(
    "(?:^|.* )(?:"
    + "|".join(
        phrases(
            """
            tài khoản|cccd|cmnd|cmt|căn cước|công dân|chứng minh|mã số|mã số thuế|mst|mã|số hiệu|biển số|stk|thẻ
            định danh|định danh cá nhân|số bhxh|bảo hiểm xã hội|mã bưu chính|otp|mã hồ sơ|số seri|số sổ|hộ chiếu
            báo danh
            """
        )
    )
    + ")(?: số| là)?$"
)


def read_code(place: Place) -> Said | None:
    """An account, a card, a file: digits after the word that announces them; or digits too many to count."""
    text, at = place.text, place.at
    if text[at] > "9":
        return None
    pattern = _COPIED if _IDENTITIES.match(place.before(4)) else _LONG
    match = pattern.match(text, at)
    if match is None or _MEASURED.match(text, match.end()):
        return None
    return Said(match.end(), breathed(match[0]), "code")


def read_plate(place: Place) -> Said | None:
    """The plate of a car or motorcycle."""
    match = _PLATE.match(place.text, place.at)
    if match is None:
        return None
    series = " ".join(filter(None, (digits(match[1]), *match[2], digits(match[3]))))
    return Said(match.end(), f"{series}, {digits(match[4])}, {digits(match[5])}", "code")


def read_dashed(place: Place) -> Said | None:
    """Three or more groups joined by dashes that are no date."""
    match = _DASHED.match(place.text, place.at)
    if match is None:
        return None
    groups = match[0].split("-")
    if all(len(group) < 3 and group[0] != "0" for group in groups):
        return Said(match.end(), ", ".join(cardinal(int(group), place.accent) for group in groups), "code")
    return Said(match.end(), ", ".join(map(digits, groups)), "code")

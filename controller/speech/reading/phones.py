"""Telephone and emergency numbers: digit by digit, with a breath between the groups."""

import re

from controller.speech.reading.numbers import digits
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import phrases, words

_AFTER = r"(?![0-9]|[.,-][0-9]|/[1-9]|[^\W_])"
_COUNTRY = re.compile(
    r"(\(?\+ ?84\)?|\(84\)|84(?=[ .-][0-9]{2,3}[ .-][0-9]{3}))[ .-]?"
    rf"([0-9]{{1,4}}(?:[ .-]?[0-9]{{2,4}}){{1,4}}){_AFTER}"
)
_AREA = re.compile(rf"\((0[0-9]{{1,4}})\)[ .-]?([0-9]{{1,8}}(?:[ .-][0-9]{{2,4}}){{0,3}}){_AFTER}")
_HOME = re.compile(rf"(?:0[0-9]{{1,4}}(?:[ .-][0-9]{{1,8}}){{1,4}}|0[0-9]{{9,10}}){_AFTER}")
_SERVICE = re.compile(rf"1[89]00(?:[ .-]?[0-9]{{2,6}}){{1,3}}{_AFTER}")
_DIALLED = re.compile(
    rf"[0-9]{{2,8}}(?:[ .-][0-9]{{2,8}}){{1,5}}{_AFTER}|[0-9]{{3,8}}(?![0-9]|[.,:][0-9]|/[2-9]|%|[^\W_])"
)
_EMERGENCY = re.compile(r"(?:11[1-9]|10[0-9]{2}|1[89][0-9]{2})(?![0-9]|[.,:][0-9]|/[2-9]|%|[^\W_])")
_EMERGENCIES = re.compile(r"11[2-5](?: ?[-,/] ?11[2-5]){1,4}(?![0-9]|[.,/-][0-9]|[^\W_])")
_UNIT_AHEAD = re.compile(
    r" ?(?:đồng|đ|₫|VNĐ|VND|triệu|nghìn|ngàn|tỷ|USD|m|kg|km|ha|tấn|người|hộ|lượt|con)(?![^\W\d_])|%"
)


def _ends_with(context: str, tail: str) -> re.Pattern[str]:
    return re.compile(f"(?:^|.* )(?:{'|'.join(phrases(context))})(?:{tail})$")


_LINES = _ends_with(
    """
    tổng đài|đường dây nóng|hot ?line|đầu số|số điện thoại|điện thoại(?: số)?|số máy|số tổng đài|sđt|đt|tel|phone
    zalo|mobile|di động|fax|máy bàn|số nóng|số đt|số khẩn cấp|số cứu hộ|số miễn phí|nhắn tin|cú pháp gửi
    """,
    tail="| số| qua| là| qua số| gửi| khẩn cấp",
)
_CALLS = _ends_with(
    """
    gọi|bấm số|bấm|quay số|quay|báo|báo cháy|liên hệ|liên lạc|alo|a lô|số máy
    """,
    tail="(?: ngay| đến| tới| qua| số| cho| theo| vào| lại| điện){0,4}",
)
_SERVICES = _ends_with(
    """
    cấp cứu|cứu hỏa|chữa cháy|cứu thương|cảnh sát|công an|pccc|cháy|cứu hộ|cứu nạn|phản ứng nhanh|trẻ em|khẩn cấp
    cơ động|giao thông|hình sự|y tế
    """,
    tail="| số",
)
_COUNTED = words(
    """
    người công thanh hộ cuộc lần đồng triệu nghìn đoàn đảng học đại cán nạn bệnh trường em cháu con hội tân quân vận xe
    chiến tấn mét ca trẻ lao bà tình chiếc bộ giáo tín
    """
)
_USES = words("để khi nếu hoặc và là ngay miễn trong")
_LABELS = {
    "ĐT": "điện thoại", "SĐT": "số điện thoại", "ĐTDĐ": "điện thoại di động", "DĐ": "di động", "Tel": "điện thoại",
    "TEL": "điện thoại", "Hotline": "đường dây nóng", "HOTLINE": "đường dây nóng", "Hot line": "đường dây nóng",
    "Fax": "phách", "FAX": "phách", "đt": "điện thoại", "sđt": "số điện thoại", "hotline": "đường dây nóng",
    "tel": "điện thoại", "LH": "liên hệ", "Đt": "điện thoại", "Sđt": "số điện thoại",
}  # fmt: skip
_LABEL = re.compile(rf"({'|'.join(_LABELS)})(?: ?[:.])? ?(?=[(+0]|1[0189][0-9])")
LABEL_WORDS = frozenset(label.split()[0] for label in _LABELS)
"""The first words of the labels that `read_phone_label` knows."""


def read_phone_label(place: Place) -> Said | None:
    """Right before a number "ĐT:" is "điện thoại", without a pause."""
    match = _LABEL.match(place.text, place.at)
    return Said(match.end(), _LABELS[match[1]], "phone-label") if match else None


def read_phone(place: Place) -> Said | None:
    """A number that is dialled, not counted."""
    text, at = place.text, place.at
    if match := _COUNTRY.match(text, at):
        lead = "cộng tám bốn" if "+" in match[1] else "tám bốn"
        return Said(match.end(), f"{lead}, {breathed(match[2])}", "phone")
    if (match := _AREA.match(text, at)) and _size(match[0]) > 7:
        return Said(match.end(), f"{digits(match[1])}, {breathed(match[2])}", "phone")
    if (match := _HOME.match(text, at)) and 9 <= _size(match[0]) <= 12:
        return Said(match.end(), breathed(match[0]), "phone")
    if (match := _SERVICE.match(text, at)) and _size(match[0]) >= 8 and not _is_count(place, match.end()):
        return None if "-" in match[0] and not _LINES.match(place.before(5)) else _said(match)
    if text[at] in "(+-":
        return None
    return _by_company(place)


def _by_company(place: Place) -> Said | None:
    """A short number is dialled when the words before it say so."""
    near = place.before(5)
    dialled = _LINES.match(near) is not None or place.follows("phone")
    match = (_DIALLED if dialled else _EMERGENCY).match(place.text, place.at)
    if match is None:
        return _listed(place)
    if _is_count(place, match.end()):
        return None
    if dialled or _CALLS.match(near) or _SERVICES.match(near):
        return _said(match)
    named = near == "số" or near.endswith((" số", ", số"))
    if named and match[0].startswith("11") and not near.endswith(("quân số", "sĩ số")):
        following = place.next_word(match.end())
        return _said(match) if following in _USES or not place.opens(match.end()) else None
    return _listed(place)


def _listed(place: Place) -> Said | None:
    """113 - 114 - 115 are known to everyone."""
    match = _EMERGENCIES.match(place.text, place.at)
    if match is None:
        return None
    return Said(match.end(), ", ".join(map(digits, re.findall("[0-9]+", match[0]))), "phone")


def _is_count(place: Place, end: int) -> bool:
    return place.next_word(end) in _COUNTED or _UNIT_AHEAD.match(place.text, end) is not None


def _said(match: re.Match[str]) -> Said:
    return Said(match.end(), breathed(match[0]), "phone")


def _size(written: str) -> int:
    return sum(letter.isdigit() for letter in written)


def breathed(written: str) -> str:
    """The groups as they are written; a long group is parted as its kind of number usually is."""
    return ", ".join(piece for group in re.split("[ .-]", written) for piece in _parted(group))


_USUAL = {8: (4, 4), 9: (3, 3, 3), 10: (4, 3, 3), 7: (3, 4)}


def _parted(group: str) -> list[str]:
    size = len(group)
    if size <= 4 or (size == 5 and group.startswith("02")):
        return [digits(group)]
    sizes: tuple[int, ...]
    if size == 11 and group[0] == "0":
        sizes = (3, 4, 4) if group[:3] in ("024", "028") else (4, 3, 4)
    else:
        sizes = _USUAL.get(size, (3,) * (size // 3) + ((size % 3,) if size % 3 else ()))
    parts: list[str] = []
    for length in sizes:
        parts.append(digits(group[:length]))
        group = group[length:]
    return parts

"""Telephone, emergency and identity numbers: digit by digit, with a breath between the groups."""

import re

from controller.speech.reading.numbers import DIGITS, digits
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import phrases, words

_GROUPED = re.compile(
    r"(?P<plus>\(?\+ ?84\)?|\(84\))[ .-]?(?P<intl>[0-9]{1,4}(?:[ .-]?[0-9]{2,4}){1,4})(?![0-9]|[.,-][0-9])"
    r"|(?P<area>\(0[0-9]{1,4}\))[ .-]?(?P<local>[0-9]{3,4}(?:[ .-]?[0-9]{2,4}){1,3})(?![0-9]|[.,-][0-9])"
    r"|(?P<home>0[0-9]{1,4}(?:[ .-][0-9]{2,8}){1,4}|0[0-9]{9,10})(?![0-9]|[.,/-][0-9]|[^\W_])"
    r"|(?P<free>1[89]00(?:[ .-]?[0-9]{2,6}){1,3})(?![0-9]|[.,/-][0-9]|[^\W_])"
)
_SHORT = re.compile(r"[0-9]{3,8}(?![0-9]|[.,/:-][0-9]|%|[^\W_])")
_LONG = re.compile(r"[0-9]{6,40}(?![0-9]|[.,/-][0-9])")
_SPACED = re.compile(r"[0-9]{2,8}(?:[ .-][0-9]{2,8}){1,5}(?![0-9]|[.,/-][0-9])")
_DASHED = re.compile(r"[0-9]{1,10}(?:-[0-9]{1,10}){2,8}(?![0-9-])")
_EMERGENCY = re.compile(r"(?:11[1-9]|1022|10[0-9]{2}|18[0-9]{2}|19[0-9]{2})(?![0-9])")
_UNIT_AHEAD = re.compile(
    r" ?(?:đồng|đ(?![^\W\d_])|₫|VNĐ|VND|triệu|nghìn|tỷ|USD|m|kg|km|ha|tấn|người|hộ|lượt|con|%)(?![^\W\d_])"
)

_LINES = re.compile(
    "(?:"
    + "|".join(
        phrases(
            """
            tổng đài|đường dây nóng|hot ?line|đầu số|số điện thoại|điện thoại(?: số)?|số máy|số tổng đài|sđt|đt|tel
            zalo|mobile|di động|fax|máy bàn|số nóng|số đt|số khẩn cấp|số cứu hộ|số miễn phí|nhắn tin
            """
        )
    )
    + ")(?: số| qua| là| qua số)?$"
)
_CALLS = re.compile(
    "(?:"
    + "|".join(
        phrases(
            """
            gọi|bấm|quay|cấp cứu|cứu hỏa|chữa cháy|cứu thương|cảnh sát|công an|pccc|báo cháy|cứu hộ|cứu nạn
            phản ứng nhanh|liên hệ|trẻ em|bảo vệ|báo|alo|số|a lô|khẩn cấp|liên lạc|cháy|y tế|theo|qua|đến|tới
            """
        )
    )
    + ")(?: ngay| đến| tới| qua| số| cho| theo| vào| lại| điện){0,3}$"
)
_IDENTITIES = re.compile(
    "(?:"
    + "|".join(
        phrases(
            """
            tài khoản|cccd|cmnd|cmt|căn cước|căn cước công dân|chứng minh|mã số|mã số thuế|mst|mã|số hiệu|biển số|stk
            số thẻ|thẻ|số định danh|định danh|định danh cá nhân|số bhxh|bảo hiểm|bảo hiểm xã hội|mã bưu chính|otp
            mã hồ sơ|số seri|số sổ|số hộ chiếu|hộ chiếu
            """
        )
    )
    + ")(?: số| là)?$"
)
_COUNTED = words(
    """
    người công thanh hộ cuộc lần đồng triệu nghìn đoàn đảng học đại cán nạn bệnh trường em cháu con hội tân quân
    vận xe chiến tấn mét ca trẻ lao bà tình chiếc bộ giáo tín
    """
)
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
    """ "ĐT:" right before a number is "điện thoại", without a pause."""
    match = _LABEL.match(place.text, place.at)
    return Said(match.end(), _LABELS[match[1]], "phone-label") if match else None


def read_phone(place: Place) -> Said | None:
    """A number that is dialled or copied, not counted."""
    text, at = place.text, place.at
    match = _GROUPED.match(text, at)
    if match and not _is_measured(text, match.end(), match):
        return Said(match.end(), _grouped(match), "phone")
    if text[at] > "9" or text[at] in "(+":
        return None
    near = place.before(5)
    if _LINES.search(near) or place.follows("phone"):
        return _dialled(place)
    if _IDENTITIES.search(near):
        return _copied(place)
    if _CALLS.search(near) and (match := _EMERGENCY.match(text, at)) and (match := _SHORT.match(text, at)):
        if place.next_word(match.end()) in _COUNTED or _UNIT_AHEAD.match(text, match.end()):
            return None
        if place.previous in ("số", "đến", "tới", "qua", "theo") and not re.search("gọi|bấm|máy|liên|báo|quay", near):
            return None if match[0][0:2] != "11" or place.previous in ("đến", "tới", "theo") else _said(match)
        return _said(match)
    return _long(place)


def _is_measured(text: str, end: int, match: re.Match[str]) -> bool:
    return match["free"] is not None and (
        _UNIT_AHEAD.match(text, end) is not None or len(re.sub("[^0-9]", "", match[0])) < 8
    )


def _said(match: re.Match[str]) -> Said:
    return Said(match.end(), _breathed(match[0]), "phone")


def _dialled(place: Place) -> Said | None:
    match = _SHORT.match(place.text, place.at) or _SPACED.match(place.text, place.at)
    if match is None:
        return None
    if place.next_word(match.end()) in _COUNTED or _UNIT_AHEAD.match(place.text, match.end()):
        return None
    return _said(match)


def _copied(place: Place) -> Said | None:
    match = (
        _LONG.match(place.text, place.at) or _SPACED.match(place.text, place.at) or _SHORT.match(place.text, place.at)
    )
    return _said(match) if match else None


def _long(place: Place) -> Said | None:
    """What is too long to count is a code."""
    match = _LONG.match(place.text, place.at)
    if match and (len(match[0]) > 9 or match[0][0] == "0") and not _UNIT_AHEAD.match(place.text, match.end()):
        return Said(match.end(), digits(match[0], 3), "phone")
    return None


def read_code(place: Place) -> Said | None:
    """Three or more groups joined by dashes that are no date."""
    match = _DASHED.match(place.text, place.at)
    if match is None:
        return None
    return Said(match.end(), ", ".join(digits(group) for group in match[0].split("-")), "phone")


def _grouped(match: re.Match[str]) -> str:
    if match["plus"]:
        code = "tám bốn"
        lead = f"cộng {code}" if "+" in match["plus"] else code
        return f"{lead}, {_breathed(match['intl'])}"
    if match["area"]:
        return f"{digits(match['area'].strip('()'))}, {_breathed(match['local'])}"
    return _breathed(match["home"] or match["free"])


def _breathed(written: str) -> str:
    """The groups as they are written; a long group is parted as its kind of number usually is."""
    return ", ".join(piece for group in re.split("[ .-]", written) for piece in _parted(group))


def _parted(group: str) -> list[str]:
    size = len(group)
    if size <= 4:
        sizes = [size]
    elif size == 8:
        sizes = [4, 4]
    elif size == 9:
        sizes = [3, 3, 3]
    elif size == 10:
        sizes = [4, 3, 3]
    elif size == 11 and group[:3] in ("024", "028"):
        sizes = [3, 4, 4]
    elif size == 11:
        sizes = [4, 4, 3] if group[0] != "0" else [4, 3, 4]
    elif size == 7:
        sizes = [3, 4]
    else:
        sizes = [3] * (size // 3) + ([size % 3] if size % 3 else [])
    parts: list[str] = []
    start = 0
    for length in sizes:
        parts.append(" ".join(DIGITS[int(letter)] for letter in group[start : start + length]))
        start += length
    return parts

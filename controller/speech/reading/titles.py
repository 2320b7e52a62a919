"""Short forms with a stroke or a dot: V/v, đ/c, TM., KT., v.v., TS. and the like."""

import re

from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_SLASHED = {
    "v/v": "về việc", "đ/v": "đối với", "b/c": "báo cáo", "k/g": "kính gửi", "t/m": "thay mặt", "k/t": "ký thay",
    "t/l": "thừa lệnh", "h/s": "học sinh", "n/v": "nhiệm vụ", "c/s": "chính sách", "t/h": "thực hiện",
    "đ/k": "đăng ký", "q/đ": "quyết định", "c/đ": "chế độ", "s/x": "sản xuất", "t/g": "thời gian",
    "đ/t": "điện thoại", "x/d": "xây dựng", "ô/b": "ông bà", "tl/": "thừa lệnh",
}  # fmt: skip
_SLASH = re.compile(r"([^\W\d_]{1,2}/[^\W\d_])(?![^\W\d_])\.?")
_SIGNED = {
    "TM": "Thay mặt", "KT": "Ký thay", "TL": "Thừa lệnh", "TUQ": "Thừa ủy quyền", "QUYỀN": "Quyền", "TS": "Tiến sĩ",
    "ThS": "Thạc sĩ", "Ths": "Thạc sĩ", "GS": "Giáo sư", "PGS": "Phó giáo sư", "BS": "Bác sĩ", "CN": "Cử nhân",
    "KS": "Kỹ sư", "LS": "Luật sư", "DS": "Dược sĩ", "NB": "Nhà báo", "NSND": "Nghệ sĩ nhân dân",
    "NGƯT": "Nhà giáo ưu tú", "Ô": "Ông", "BSCKI": "Bác sĩ chuyên khoa một", "BSCKII": "Bác sĩ chuyên khoa hai",
    "PCT": "Phó Chủ tịch", "CT": "Chủ tịch", "PGĐ": "Phó Giám đốc", "GĐ": "Giám đốc", "BT": "Bí thư",
    "PBT": "Phó Bí thư", "ĐC": "Địa chỉ", "NGND": "Nhà giáo nhân dân",
}  # fmt: skip
_DOTTED = re.compile(rf"({'|'.join(sorted(_SIGNED, key=len, reverse=True))})\. ?(?=[^\W\d_])")
_AND_SO_ON = re.compile(r"v\. ?v\.?(?:\.\.)?(?![^\W\d_])|vv\.\.\.|vv\.?(?=[ ,.;]|$)", re.IGNORECASE)
_CENTRAL = re.compile(r"T\.(?:Ư|W)(?![^\W\d_])\.?|P\. ?(?:GĐ|CT|BT)(?![^\W\d_])")
_CENTRALS = {"Ư": "Trung ương", "W": "Trung ương", "GĐ": "Phó Giám đốc", "CT": "Phó Chủ tịch", "BT": "Phó Bí thư"}
_COMRADE = re.compile(r"(?P<d>[đĐ])/[cC](?![^\W\d_])\.?(?P<colon> ?:)?")
_BEFORE_COMRADES = words("các những cùng gồm mời thưa và với của do")
_OFFICE_AHEAD = re.compile(
    r" ?(?:bí thư|phó|chủ tịch|trưởng|chỉ huy|ủy viên|giám đốc|đại biểu|đảng viên|thường trực|pct|ct|bt)(?![^\W\d_])",
    re.IGNORECASE,
)
_PLACE_AHEAD = re.compile(
    r" ?(?:số|thôn|xóm|ấp|bản|xã|phường|huyện|tỉnh|đường|phố|ngõ|hẻm|tổ|khu|khóm|buôn|nhà|trụ|kp|tdp|ql|[0-9]|tại|nơi"
    r"|thường|p\.|q\.|tp)",
    re.IGNORECASE,
)


def read_short_form(place: Place) -> Said | None:
    """One of the customary short forms of clerks."""
    text, at = place.text, place.at
    letter = text[at]
    if letter in "đĐ" and (comrade := _COMRADE.match(text, at)):
        return _comrade(place, comrade)
    if letter in "vV" and (more := _AND_SO_ON.match(text, at)):
        ends = more[0].endswith(".") and _starts_sentence(text, more.end())
        return Said(more.end() - (1 if ends else 0), "vân vân", "abbrev")
    if text[at + 1 : at + 2] == "/" or text[at + 2 : at + 3] == "/":
        match = _SLASH.match(text, at)
        spoken = _SLASHED.get(match[1].lower()) if match else None
        if match and spoken:
            end = match.end() - (match[0].endswith(".") and not text[match.end() : match.end() + 1].strip())
            return Said(end, spoken[0].upper() + spoken[1:] if letter.isupper() else spoken, "abbrev")
    if letter in "TP" and (match := _CENTRAL.match(text, at)):
        return Said(match.end(), _CENTRALS[match[0][-2:].strip(". ")], "abbrev")
    if letter.isupper() and (match := _DOTTED.match(text, at)):
        return Said(match.end(), _SIGNED[match[1]], "abbrev")
    return None


def _comrade(place: Place, match: re.Match[str]) -> Said:
    """An address before a place, a comrade before a name or an office."""
    text, end = place.text, match.end("colon") if match["colon"] else match.end()
    if place.previous in _BEFORE_COMRADES or _OFFICE_AHEAD.match(text, end):
        spoken, end = "đồng chí", match.start("colon") if match["colon"] else end
    elif match["colon"] or _PLACE_AHEAD.match(text, end):
        spoken, end = ("địa chỉ", match.start("colon") if match["colon"] else end)
    else:
        spoken = "đồng chí"
    return Said(end, spoken.capitalize() if match["d"] == "Đ" else spoken, "abbrev")


def _starts_sentence(text: str, end: int) -> bool:
    return text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()

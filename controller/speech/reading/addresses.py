"""Roads and places: QL1A, ĐT.768, TP.HCM, X. Tân Hội, P. 5, Q.1, KP 3."""

import re

from controller.speech.reading.clean import CAPITALS, VIETNAMESE
from controller.speech.reading.numbers import DIGITS, named, number
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_ROADS = {
    "QL": "quốc lộ", "TL": "tỉnh lộ", "ĐT": "đường tỉnh", "ĐH": "đường huyện", "ĐX": "đường xã", "HL": "hương lộ",
    "LTL": "liên tỉnh lộ", "CT": "cao tốc", "ĐTH": "đường trục huyện", "ĐĐT": "đường đô thị", "TNL": "tỉnh nội lộ",
}  # fmt: skip
_ROAD = re.compile(rf"({'|'.join(_ROADS)})\.? ?([0-9]{{1,4}})([A-ZĐ]?)(?![0-9]|[./-][0-9]|[^\W_])")
_MARKER = re.compile(r"[Kk][Mm] ?([0-9]{1,4}) ?\+ ?([0-9]{1,3})(?![0-9])")
_KM = re.compile(r"(?:Km|KM) ?([0-9]{1,4}(?:,[0-9])?)(?![0-9.,]|[^\W_])")
_PLACES = {
    "TP": "Thành phố", "TX": "Thị xã", "TT": "Thị trấn", "X": "Xã", "H": "Huyện", "T": "Tỉnh", "P": "Phường",
    "Q": "Quận", "Đ": "Đường", "KP": "khu phố", "TDP": "tổ dân phố", "KDC": "khu dân cư", "KCN": "khu công nghiệp",
    "KĐT": "khu đô thị", "Kp": "khu phố", "Tp": "Thành phố", "Tx": "Thị xã", "Tt": "Thị trấn", "tp": "thành phố",
    "tx": "thị xã", "tt": "thị trấn", "x": "xã", "h": "huyện", "t": "tỉnh", "p": "phường", "q": "quận", "đ": "đường",
    "kp": "khu phố", "Th": "Thôn", "S": "Sông",
}  # fmt: skip
_NAME = rf"[{CAPITALS}][{VIETNAMESE}]|(?:HCM|HN|ĐN)(?![^\W\d_])"
_DOTTED = re.compile(rf"({'|'.join(sorted(_PLACES, key=len, reverse=True))})\. ?(?=({_NAME})|[0-9]{{1,2}}(?![0-9.:/]))")
_CAPITAL_DOTTED = re.compile(rf"(TP|TX|TT|X|H|T|P|Q|KP)\. ?(?=[{CAPITALS}]{{2}})")
_NUMBERED = re.compile(r"(P|Q)([0-9]{1,2})(?![0-9]|[^\W_]|[./][0-9])")
_CITY = re.compile(r"(T[Pp]|tp)\.? ?(HCM|HN)(?![^\W\d_])")
_CITIES = {"HCM": "Hồ Chí Minh", "HN": "Hà Nội", "ĐN": "Đà Nẵng"}
_OFFICES = re.compile(r"(?:CHỦ|TRƯỞNG|GIÁM|BÍ|CHÁNH|HIỆU|Chủ|Trưởng|Giám|Bí|Chánh|Hiệu)(?![^\W\d_])")


_NUMERALS = frozenset(DIGITS) | words("mười mươi trăm nghìn ngàn triệu tỷ mốt lăm tư")


def read_road(place: Place) -> Said | None:
    """The number of a road or a kilometre stone."""
    text, at = place.text, place.at
    if match := _ROAD.match(text, at):
        kind = _ROADS[match[1]]
        if match[1] == "CT" and not (match[2][0] == "0" or "." in match[0]):
            return None
        if match[1] in ("ĐH", "TL", "CT") and place.previous in ("nghị", "khóa", "quyết", "trường"):
            return None
        spoken = f"{named(match[2], place.accent)} {match[3]}".rstrip()
        if place.before(2) == kind:
            kind = ""
        elif place.previous == "đường":
            kind = kind.removeprefix("đường ")
        return Said(match.end(), f"{kind} {spoken}".lstrip(), "address")
    if match := _MARKER.match(text, at):
        metres = number(match[2].lstrip("0") or "0", place.accent)
        stone = number(match[1], place.accent)
        spoken = f"ki lô mét {stone}" if metres == "không" else f"ki lô mét {stone} cộng {metres}"
        return Said(match.end(), spoken, "address")
    if match := _KM.match(text, at):
        return Said(match.end(), f"ki lô mét {number(match[1], place.accent)}", "address")
    return None


def _is_item(place: Place) -> bool:
    """The small letter of a list at the start of a line: "đ. Hồ sơ gồm" is no street."""
    return not place.words and place.text[place.at].islower() and place.text[place.at + 1 : place.at + 2] == "."


def read_place(place: Place) -> Said | None:
    """The short form of a kind of place before its name or number."""
    text, at = place.text, place.at
    if match := _CITY.match(text, at):
        kind = "thành phố" if match[1] == "tp" else "Thành phố"
        return Said(match.end(), f"{kind} {_CITIES[match[2]]}", "abbrev")
    if place.previous in _NUMERALS or (at and text[at - 1].isdigit()):
        return None
    match = None if _is_item(place) else _DOTTED.match(text, at)
    if match is None and place.capitals:
        match = _CAPITAL_DOTTED.match(text, at)
    if match:
        if match[1] == "Q" and _OFFICES.match(text, match.end()):
            return Said(match.end(), "Quyền", "abbrev")
        kind = _PLACES[match[1]]
        name = match[2] if match.lastindex == 2 else None
        if name in _CITIES:
            return Said(match.end() + len(name), f"{kind} {_CITIES[name]}", "abbrev")
        return Said(match.end(), kind, "address")
    if match := _NUMBERED.match(text, at):
        return Said(match.end(), f"{_PLACES[match[1]]} {number(match[2], place.accent)}", "address")
    return None

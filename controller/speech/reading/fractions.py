"""Two numbers around a stroke or a colon: 3/4, 1/500, 24/24h, 18/19 tiêu chí, ngõ 25/3."""

import re

from controller.speech.reading.numbers import cardinal, number
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_PAIR = re.compile(
    r"([0-9]{1,6})([A-Z]?)( ?[/:] ?)([0-9]{1,3}(?:\.[0-9]{3}){1,2}|[0-9]{1,7})([A-Z]?)((?:/[0-9]{1,5}[A-Z]?){0,4})"
    r"(?![0-9/:]|[,.][0-9]|[^\W_h])"
)
_HOURS = re.compile(r"24/24(?![^\W_])(?! ?(?:h(?![^\W_])|giờ))|24/7(?![0-9])|([0-9]{1,2})/24 ?(?:h(?![^\W_])|giờ)")
_OVER = words(
    """
    ngõ hẻm kiệt ngách nhà thửa lô phòng số lệ đồ áp kính hạng nhánh đường tổ quân sĩ điểm kiot căn
    """
)
_MEMBERS = words(
    """
    tiêu chỉ thôn ấp bản tổ xã phường đại phiếu điểm trường đồng nội thành ủy khu buôn làng khóm bí chi học em
    huyện tỉnh cơ hợp trạm cán đảng hội vị ý
    """
)
_LARGEST_PART = 12


_SCORE = re.compile(r"([0-9]{1,2}) ?[-–:] ?([0-9]{1,2})(?![0-9]|[.,/:-][0-9]|[^\W_])")


def read_score(place: Place) -> Said | None:
    """The score of a match."""
    if place.before(2) not in ("tỷ số", "tỉ số") or (match := _SCORE.match(place.text, place.at)) is None:
        return None
    return Said(
        match.end(), f"{cardinal(int(match[1]), place.accent)} {cardinal(int(match[2]), place.accent)}", "ratio"
    )


def read_around_the_clock(place: Place) -> Said | None:
    """24/24h, 12/24 giờ and 24/7."""
    match = _HOURS.match(place.text, place.at)
    if match is None:
        return None
    hours = cardinal(24, place.accent)
    if match[1]:
        return Said(match.end(), f"{number(match[1], place.accent)} trên {hours} giờ", "ratio")
    return Said(match.end(), f"{hours} trên {'bảy' if '/7' in match[0] else hours}", "ratio")


def read_pair(place: Place) -> Said | None:
    """A fraction ("phần") or a relation ("trên")."""
    text, at = place.text, place.at
    if text[at] > "9":
        return None
    match = _PAIR.match(text, at)
    if match is None or (":" in match[3] and place.before(2) not in ("tỷ lệ", "tỉ lệ", "bản đồ", "tỷ số", "tỉ số")):
        return None
    joint = " trên "
    if not (match[2] or match[5] or match[6]) and _is_part(place, match):
        joint = " phần "
    first, second = number(match[1], place.accent), number(match[4], place.accent)
    if joint == " phần " and match[4] == "4":
        second = "tư"
    spoken = f"{first}{' ' * bool(match[2])}{match[2]}{joint}{second}{' ' * bool(match[5])}{match[5]}"
    for piece in re.findall(r"([0-9]+)([A-Z]?)", match[6]):
        spoken += f" trên {cardinal(int(piece[0]), place.accent)} {piece[1]}".rstrip()
    return Said(match.end(), spoken, "fraction" if joint == " phần " else "ratio")


def _is_part(place: Place, match: re.Match[str]) -> bool:
    if ":" in match[3] or "." in match[4] or place.previous in _OVER or place.before(2) in ("số nhà",):
        return False
    part, whole = int(match[1]), int(match[4])
    if part >= whole or whole > 10**6:
        return False
    if place.next_word(match.end()) in _MEMBERS and whole > 4:
        return False
    return part == 1 or (part <= 10 and whole <= _LARGEST_PART) or whole in (100, 1000)

"""Times of day: 7h30, 8g00, 10:00-11:00, 14 giờ 30."""

import re

from controller.speech.reading.numbers import cardinal
from controller.speech.reading.place import Place, Said
from controller.speech.reading.region import Accent
from controller.speech.reading.vocabulary import words

_HOUR = "[01]?[0-9]|2[0-4]"
_MINUTE = "[0-5][0-9]"


def _clock_pattern(which: int) -> str:
    minutes = rf"(?: ?[hH] ?|[gG])(?P<m{which}>{_MINUTE})(?: ?(?:phút|ph|p|'))?"
    colon = rf":(?P<c{which}>{_MINUTE})(?::(?P<s{which}>{_MINUTE}))?(?: ?[hH](?![a-zA-Z]))?"
    words = rf"(?P<w{which}> giờ )(?P<n{which}>[0-5]?[0-9])"
    return rf"(?:(?P<h{which}>{_HOUR})(?:{minutes}|{colon}|{words})|(?P<a{which}>[0-9]{{1,3}}) ?[hH])"


_END = r"(?![0-9:%]|[a-zA-ZÀ-ỹ]|[.,/][0-9])"
_ONE = re.compile(_clock_pattern(1) + r"(?![0-9:%]|[a-zA-ZÀ-ỹ]|[.,][0-9])")
_RANGE = re.compile(_clock_pattern(1) + " ?- ?" + _clock_pattern(2) + _END)
_SHARED = re.compile(rf"(?P<h1>{_HOUR}) ?- ?" + _clock_pattern(2) + _END)
_SOUTHERN_HOUR = re.compile(rf"({_HOUR}) ?g{_END}")
_SOUTHERN_RANGE = re.compile(rf"({_HOUR}) ?g(?P<m1>{_MINUTE})? ?- ?({_HOUR}) ?g(?P<m2>{_MINUTE})?{_END}")
_WRITTEN_OUT = re.compile(r" ?(?:phút|ph|giây|'|[^\W\d_])")
_ON_THE_HOUR = re.compile(rf"({_HOUR}) giờ 00(?: phút)?(?![0-9]|[.,:/][0-9])")
_DAY_NEXT = re.compile(r"/(?=(?:0?[1-9]|[12][0-9]|3[01])/(?:0?[1-9]|1[0-2])(?![0-9]))")
_RELATIONS = ("tỷ lệ", "tỉ lệ", "bản đồ", "tỷ số", "tỉ số")
_OF_THE_DAY = words("lúc từ đến tới vào hồi trước sau khoảng sáng trưa chiều tối đêm quá là giờ ca")


def read_time(place: Place) -> Said | None:
    """A clock time, or two with "đến" between."""
    text, at = place.text, place.at
    if text[at] > "9" or (place.before(2) in _RELATIONS and ":" in text[at : at + 5]):
        return None
    if sharp := _ON_THE_HOUR.match(text, at):
        return Said(sharp.end(), _clock(int(sharp[1]), 0, place.accent), "time")
    match = _RANGE.match(text, at)
    if match and not match["w1"]:
        first, second = _spoken(match, "1", place), _spoken(match, "2", place)
        return Said(match.end(), f"{first} đến {second}", "time") if first and second else None
    match = _SHARED.match(text, at)
    if match and (second := _spoken(match, "2", place)) and match["c2"] is None and not match["w2"]:
        return Said(match.end(), f"{cardinal(int(match['h1']), place.accent)} đến {second}", "time")
    match = _ONE.match(text, at)
    if match and (spoken := _spoken(match, "1", place)):
        if dated := _DAY_NEXT.match(text, match.end()):
            return Said(dated.end(), f"{spoken} ngày", "time")
        return Said(match.end(), spoken, "time")
    return _southern(place)


def _spoken(match: re.Match[str], which: str, place: Place) -> str:
    """Empty when the digits are no time after all."""
    if match["a" + which]:
        return _clock(int(match["a" + which]), 0, place.accent)
    minute = match["m" + which] or match["c" + which] or match["n" + which]
    if match["w" + which] and (_WRITTEN_OUT.match(place.text, match.end()) and not _ends_a_time(place, match.end())):
        return ""
    spoken = _clock(int(match["h" + which]), int(minute), place.accent)
    if seconds := match["s" + which]:
        spoken += f" {cardinal(int(seconds), place.accent)} giây"
    return spoken


def _ends_a_time(place: Place, end: int) -> bool:
    return place.next_word(end) in {"ngày", "sáng", "trưa", "chiều", "tối", "đêm", "đến", "thứ", "hôm", "hàng", "hằng"}


def _southern(place: Place) -> Said | None:
    """The southern "8g" is eight o'clock only where a time is expected; elsewhere it is eight grams."""
    match = _SOUTHERN_RANGE.match(place.text, place.at)
    if match and (match["m1"] or match["m2"] or place.previous in _OF_THE_DAY):
        first = _clock(int(match[1]), int(match["m1"] or 0), place.accent)
        return Said(match.end(), f"{first} đến {_clock(int(match[3]), int(match['m2'] or 0), place.accent)}", "time")
    match = _SOUTHERN_HOUR.match(place.text, place.at)
    if match and (place.previous in _OF_THE_DAY or place.follows("time")):
        return Said(match.end(), _clock(int(match[1]), 0, place.accent), "time")
    return None


def _clock(hour: int, minute: int, accent: Accent) -> str:
    spoken = f"{cardinal(hour, accent)} giờ"
    return f"{spoken} {cardinal(minute, accent)} phút" if minute else spoken

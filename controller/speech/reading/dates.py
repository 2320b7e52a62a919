"""Dates: 02/9/1945, 30/4, 15-20/8, tháng 3/2026, năm học 2026-2027, mùng 1 Tết, 15/8 ÂL."""

import re

from controller.speech.reading.numbers import cardinal, day, month, year
from controller.speech.reading.place import Place, Said
from controller.speech.reading.region import Accent
from controller.speech.reading.vocabulary import words

_DAY = "0?[1-9]|[12][0-9]|3[01]"
_MONTH = "0?[1-9]|1[0-2]"
_STOP = r"(?![0-9]|[/.-][0-9]|[A-ZĐ](?![^\W_]))"
_LUNAR = r"(?P<lunar> ?\(?(?:ÂL|âl|AL|[Ââ]m lịch)\)?(?![^\W\d_]))?"
_FULL = re.compile(rf"({_DAY}) ?([/.-]) ?({_MONTH}) ?\2 ?([12][0-9]{{3}}|[0-9]{{2}}){_STOP}{_LUNAR}")
_SHORT = re.compile(rf"({_DAY})([/.-])({_MONTH}){_STOP}{_LUNAR}")
_MONTH_YEAR = re.compile(rf"({_MONTH})[/-]((?:19|20)[0-9]{{2}}){_STOP}")
_DAY_RANGE = re.compile(
    rf"({_DAY})(?:/({_MONTH}))?(?:/([12][0-9]{{3}}))? ?(?:-|đến|và) ?(?P<again>ngày )?({_DAY})/({_MONTH})"
    rf"(?:/([12][0-9]{{3}}))?{_STOP}{_LUNAR}"
)
_MONTH_RANGE = re.compile(rf"({_MONTH}) ?(?:-|đến) ?({_MONTH})(?:/((?:19|20)[0-9]{{2}}))?{_STOP}")
_YEARS = re.compile(r"((?:1[6-9]|20)[0-9]{2}) ?[-/] ?((?:1[6-9]|20)[0-9]{2})(?![0-9/]|[.,][0-9])")
_DAY_ALONE = re.compile(rf"({_DAY})(?![0-9]|[.,/:-][0-9]|%|[^\W\d_])")
_NUMBER_ALONE = re.compile(r"(1[0-2]|0?[1-9])(?![0-9]|[.,:/-][0-9]|%|[^\W\d_])")
_PERIOD = re.compile(r"(0?[1-9]|1[0-2])[/-]((?:19|20)[0-9]{2})(?![0-9]|[.,/-][0-9])")

_CERTAIN = words("ngày lễ dịp sáng trưa chiều tối đêm hôm tết khánh ngay mùng mồng hạn hết rằm giỗ")
_LIKELY = words(
    """
    từ đến trước sau qua tới nghỉ kịp vào nay kỷ niệm là nữ nhi nghiệp ngọ thu mạng thắng mừng chào
    """
)
_PARTS_OF = words(
    """
    số dân diện tổng hộ người lượng quãng thể chiều đường của lít kg ha sào thời sản giá mức đại thành vòng kế
    sức khối chặng học cử thôn tiêu chỉ phần mét tấn tạ cốc thìa viên ngày tháng giờ
    """
)
_TIMES_A_DAY = words("lần buổi bữa viên ca lượt chuyến tiếng giờ lít cữ suất người đêm trận đợt mũi cuộc")
_CONSECUTIVE = words("học khóa vụ xuân đông mùa giải")
_NIGHTS = words("đêm chiều tối khuya")
_DAWN = re.compile(r"[0-9]{1,2},? (?:và )?rạng ")
_BACKWARD = re.compile(rf"(1[3-9]|2[0-9]|3[01])-({_MONTH}){_STOP}(?!-)")
_PERIODS = words("quý kỳ tuần đợt học vụ ii iii iv")
_AFTER_DATE = words("hàng hằng năm tới này sắp âm dương lịch")


def read_date(place: Place) -> Said | None:
    """A date, a span of dates, a month with its year, two years, or the number of a day or month after its word."""
    if place.text[place.at] > "9":
        return None
    for rule in (_full, _day_range, _years, _month_of_year, _short, _month_range, _alone):
        said = rule(place)
        if said is not None:
            return said
    return None


def _full(place: Place) -> Said | None:
    match = _FULL.match(place.text, place.at)
    if match is None or _day_range(place):
        return None
    if len(match[4]) == 2 and match[2] != "/":
        return None
    return Said(match.end(), _day_of(place, match[1], match[3], match[4], match["lunar"]), "date")


def _day_range(place: Place) -> Said | None:
    match = _DAY_RANGE.match(place.text, place.at)
    if match is None or place.previous in _SLASHED or (match[2] is None and " và " in match[0]):
        return None
    if match[2] is None and "đến" in match[0] and not match["again"] and place.previous not in _CERTAIN | {"từ"}:
        return None
    if match[2] is not None and "-" not in match[0]:
        return None
    joint = "đến ngày" if match["again"] else "đến"
    first = _day_of(place, match[1], match[2], match[3], None) if match[2] else day(int(match[1]), place.accent)
    if place.previous in ("mùng", "mồng"):
        first = first.removeprefix("mùng ")
    last = _day_of(place, match[5], match[6], match[7], match["lunar"], led=False)
    return Said(match.end(), f"{first} {joint} {last}", "date")


_SLASHED = words("ngõ hẻm kiệt ngách nhà thửa lệ lô phòng đồ")


def _short(place: Place) -> Said | None:
    match = _SHORT.match(place.text, place.at)
    if match is None or not _is_date(place, match):
        return None
    if place.previous in ("đường", "phố"):
        spoken = f"{cardinal(int(match[1]), place.accent)} tháng {month(int(match[3]), place.accent)}"
        return Said(match.end(), spoken, "date")
    return Said(match.end(), _day_of(place, match[1], match[3], None, match["lunar"]), "date")


def _is_date(place: Place, match: re.Match[str]) -> bool:
    first, second, previous = int(match[1]), int(match[3]), place.previous
    following = place.next_word(match.end())
    if match["lunar"]:
        return True
    if previous in _CERTAIN or (previous == "thứ" and place.last == "date"):
        return following not in _PARTS_OF or previous == "ngày"
    if match[2] != "/":
        return _BACKWARD.match(match[0]) is not None and following == ""
    if previous in _SLASHED or place.before(2) in ("số nhà", "tỷ lệ", "tỉ lệ", "tỷ số"):
        return False
    if following in _PARTS_OF:
        return False
    if previous in ("đường", "phố") and (match[1], match[3]) in _STREETS:
        return True
    if previous in _LIKELY or following in _AFTER_DATE or place.follows("date", "time", "day"):
        return True
    return first > second or match[1][0] == "0" or match[3][0] == "0"


_STREETS = frozenset({("3", "2"), ("30", "4"), ("2", "9"), ("19", "5"), ("1", "5"), ("26", "3"), ("22", "12")})


def _years(place: Place) -> Said | None:
    match = _YEARS.match(place.text, place.at)
    if match is None:
        return None
    joint = " đến "
    if int(match[2]) == int(match[1]) + 1 and place.previous in _CONSECUTIVE:
        joint = ", "
    return Said(match.end(), f"{year(match[1], place.accent)}{joint}{year(match[2], place.accent)}", "date")


def _month_of_year(place: Place) -> Said | None:
    match = _MONTH_YEAR.match(place.text, place.at)
    if match is None or place.previous in _SLASHED:
        return None
    if place.previous in _PERIODS or place.before(2) == "học kỳ":
        spoken = cardinal(int(match[1]), place.accent)
    else:
        spoken = f"{'' if place.previous == 'tháng' else 'tháng '}{month(int(match[1]), place.accent)}"
    return Said(match.end(), f"{spoken} năm {year(match[2], place.accent)}", "date")


def _month_range(place: Place) -> Said | None:
    if place.previous != "tháng":
        return None
    match = _MONTH_RANGE.match(place.text, place.at)
    if match is None or "đến" in match[0]:
        return None
    spoken = f"{month(int(match[1]), place.accent)} đến tháng {month(int(match[2]), place.accent)}"
    if match[3]:
        spoken += f" năm {year(match[3], place.accent)}"
    return Said(match.end(), spoken, "date")


def _alone(place: Place) -> Said | None:
    previous, text, at = place.previous, place.text, place.at
    if previous == "tháng" or (place.follows("month") and "đến" not in place.since):
        match = _NUMBER_ALONE.match(text, at)
        if match and (previous == "tháng" or not place.next_word(match.end()) or _goes_on(place, match.end())):
            lunar = place.next_word(match.end()) in ("âl", "âm")
            spoken = _month_name(int(match[1]), place.accent, lunar=lunar)
            return Said(match.end(), spoken if previous == "tháng" else f"tháng {spoken}", "month")
    if previous == "ngày" or (place.follows("day") and previous != "/"):
        match = _DAY_ALONE.match(text, at)
        following = place.next_word(match.end()) if match else ""
        if match and following not in _TIMES_A_DAY and (previous == "ngày" or _goes_on(place, match.end())):
            return Said(match.end(), day(int(match[1]), place.accent), "day")
    if previous in ("mùng", "mồng") or (previous in _NIGHTS and _DAWN.match(text, at)):
        match = _DAY_ALONE.match(text, at)
        if match is None:
            return None
        spoken = day(int(match[1]), place.accent) if previous in _NIGHTS else cardinal(int(match[1]), place.accent)
        return Said(match.end(), spoken, "day")
    return None


def _goes_on(place: Place, end: int) -> bool:
    """A list of days or months goes on here, rather than a new count beginning."""
    return place.next_word(end) in {"", "và", "hàng", "hằng", "tháng", "năm", "tới", "này", "đến", "âm", "âl"}


def _day_of(place: Place, day_: str, month_: str, year_: str | None, lunar: str | None, *, led: bool = True) -> str:
    spoken = day(int(day_), place.accent)
    if led and place.previous in ("mùng", "mồng"):
        spoken = spoken.removeprefix("mùng ")
    spoken += f" tháng {_month_name(int(month_), place.accent, lunar=bool(lunar))}"
    if year_:
        spoken += f" năm {year(year_ if len(year_) == 4 else '20' + year_, place.accent)}"
    return f"{spoken} âm lịch" if lunar else spoken


def _month_name(value: int, accent: Accent, *, lunar: bool) -> str:
    if lunar and value in (1, 12):
        return "Giêng" if value == 1 else "Chạp"
    return month(value, accent)

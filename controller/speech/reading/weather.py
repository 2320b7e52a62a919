"""Weather bulletins: BĐ3, 14,6°N, cấp 11-12, 100-200mm/24h."""

import re

from controller.speech.reading.numbers import NUMBER, cardinal, number, roman
from controller.speech.reading.place import Place, Said

_ALARM = re.compile(r"(BĐ|Bđ|bđ)[. ]?([1-4]|I{1,3}|IV)(?![0-9]|[.,][0-9]|[^\W_])")
_NEXT_ALARM = re.compile(r" ?(-|,|và|/) ?(?:BĐ ?)?([1-4]|I{1,3})(?![0-9.]|,[0-9]|[^\W_])")
_COORDINATE = re.compile(rf"(?:({NUMBER}) ?(?:°|độ) ?([NESWBĐ])|([0-9]{{1,3}}[.,][0-9]{{1,2}}) ?([NE]))(?![^\W_])")
_WINDS = {
    "N": "độ Vĩ Bắc",
    "B": "độ Vĩ Bắc",
    "S": "độ Vĩ Nam",
    "E": "độ Kinh Đông",
    "Đ": "độ Kinh Đông",
    "W": "độ Kinh Tây",
}


def read_alarm(place: Place) -> Said | None:
    """The water level's alarm step."""
    match = _ALARM.match(place.text, place.at)
    if match is None:
        return None
    spoken, end = f"báo động {_step(match[2], place)}", match.end()
    for _ in range(3):
        following = _NEXT_ALARM.match(place.text, end)
        if following is None:
            break
        joint = {"-": " đến ", "/": " đến ", ",": ", ", "và": " và "}[following[1]]
        named = "báo động " if "BĐ" in following[0] else ""
        spoken, end = f"{spoken}{joint}{named}{_step(following[2], place)}", following.end()
    return Said(end, spoken, "weather")


def _step(written: str, place: Place) -> str:
    return cardinal(int(written) if written.isdigit() else roman(written) or 0, place.accent)


def read_coordinate(place: Place) -> Said | None:
    """Degrees of latitude and longitude."""
    match = _COORDINATE.match(place.text, place.at)
    if match is None:
        return None
    degrees, wind = match[1] or match[3], match[2] or match[4]
    return Said(match.end(), f"{number(degrees, place.accent)} {_WINDS[wind]}", "weather")

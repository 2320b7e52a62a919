"""Units that stand without a number: "mg/l", "số kWh", "độ C", "15 triệu m3", "2 viên x 3 lần"."""

import re

from controller.speech.reading.measures import MONEY, SYMBOLS, UNIT
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_RATE = re.compile(rf"({UNIT})/({UNIT}|h)(?![^\W\d_])")
_DEGREE = re.compile(r"độ ([CF])(?![^\W\d_])|°([CF])(?![^\W\d_])")
_ALONE = re.compile(r"[a-zA-ZđĐμΩ]{1,5}(?:\^?[23](?![0-9]))?(?![^\W\d_])")
_AFTER_SCALE = re.compile(rf"(?:{UNIT})(?![^\W\d_])(?!/c)")
_PRODUCT = re.compile(r"[xX] ?(?=[0-9]|(?:dài|rộng|cao|sâu|dày) )")
_SCALES = words("nghìn ngàn vạn triệu tỷ tỉ")
_KNOWN = words(
    """
    kWh kwh KWh MWh GWh kW MW kV kVA dB km2 m2 m3 km3 cm2 km^2 m^2 m^3 mm cm km kg Kg Km mg ml mmHg MHz kHz GHz Mbps USD
    VNĐ VND EUR ppm hPa kcal GB MB trđ
    """
)
UNIT_WORDS = words("mm cm km kg mg ml ha m l kwh kw kv đ x mmHg ppm hPa kcal trđ độ dB kV kW kWh kVA Kg Km")
"""The words that may be such units."""


def read_unit(place: Place) -> Said | None:
    """The words of a unit that has no number before it."""
    text, at = place.text, place.at
    if degree := _DEGREE.match(text, at):
        return Said(degree.end(), "độ xê" if "C" in degree[0] else "độ ép", "unit")
    if rate := _RATE.match(text, at):
        below = "giờ" if rate[2] == "h" else SYMBOLS[rate[2]]
        joint = "một" if rate[1] in MONEY else "trên"
        return Said(rate.end(), f"{SYMBOLS[rate[1]]} {joint} {below}", "unit")
    if place.previous in _SCALES and (scaled := _AFTER_SCALE.match(text, at)):
        return Said(scaled.end(), SYMBOLS[scaled[0]], "unit")
    if text[at] in "xX" and place.last in ("number", "unit") and len(place.since) < 3:
        product = _PRODUCT.match(text, at)
        return Said(at + 1, "nhân", "sign") if product else None
    alone = _ALONE.match(text, at)
    if alone and alone[0] in _KNOWN:
        return Said(alone.end(), SYMBOLS[alone[0]], "unit")
    return None

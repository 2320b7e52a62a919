"""The words of units, and which words can follow "/" as "for one"."""

import re

from controller.speech.reading.vocabulary import words

_PREFIXES = {"k": "ki lô", "M": "mê ga", "G": "gi ga", "m": "mi li", "c": "xăng ti", "d": "đề xi", "μ": "mi crô"}
_PREFIXED = {
    "g": ("gam", "kmμ"),
    "m": ("mét", "kcdmμ"),
    "l": ("lít", "mcd"),
    "L": ("lít", "mcd"),
    "W": ("oát", "kMGm"),
    "V": ("vôn", "kMm"),
    "A": ("am pe", "km"),
    "Wh": ("oát giờ", "kMG"),
    "WH": ("oát giờ", "k"),
    "VA": ("vôn am pe", "kM"),
    "Hz": ("héc", "kMG"),
    "Pa": ("pát can", "kM"),
    "B": ("bai", "KkMGT"),
    "bps": ("bít trên giây", "kMG"),
    "cal": ("ca lo", "k"),
    "J": ("jun", "kM"),
    "N": ("niu tơn", "k"),
}
_UNPREFIXED = {
    "m": "mét", "g": "gam", "l": "lít", "L": "lít", "W": "oát", "V": "vôn", "Hz": "héc", "ha": "héc ta",
    "Ha": "héc ta", "dB": "đề xi ben", "dBA": "đề xi ben", "hPa": "héc tô pát can",
    "mmHg": "mi li mét thủy ngân", "°C": "độ xê", "độ C": "độ xê", "°F": "độ ép", "độ F": "độ ép", "°": "độ",
    "s": "giây", "Ah": "am pe giờ", "mAh": "mi li am pe giờ",
    "ppm": "phần triệu", "Mb": "mê ga bít", "Mbps": "mê ga bít trên giây", "KB": "ki lô bai",
    "gr": "gam", "mb": "mi li ba", "kWp": "ki lô oát đỉnh",
    "Kg": "ki lô gam", "KG": "ki lô gam", "Km": "ki lô mét", "KM": "ki lô mét", "kw": "ki lô oát",
    "kwh": "ki lô oát giờ", "Kwh": "ki lô oát giờ", "KWh": "ki lô oát giờ", "KW": "ki lô oát", "kv": "ki lô vôn",
    "KV": "ki lô vôn", "KVA": "ki lô vôn am pe", "cc": "xê xê", "Ω": "ôm", "kcal": "ki lô ca lo", "lux": "lúc",
    "mSv": "mi li si vớt", "IU": "đơn vị quốc tế", "inch": "inh", "ug": "mi crô gam", "mcg": "mi crô gam",
    "HP": "mã lực", "hp": "mã lực", "%": "phần trăm", "‰": "phần nghìn", "'": "phút",
}  # fmt: skip
_POWERED = {"m": "mét", "km": "ki lô mét", "cm": "xăng ti mét", "dm": "đề xi mét", "mm": "mi li mét"}
_MONEY = {
    "đồng": "đồng", "đ": "đồng", "Đ": "đồng", "₫": "đồng", "VNĐ": "đồng", "VND": "đồng", "vnđ": "đồng", "vnd": "đồng",
    "đồng VN": "đồng", "USD": "đô la Mỹ", "$": "đô la", "EUR": "ơ rô", "€": "ơ rô", "k": "nghìn", "K": "nghìn",
    "tr": "triệu", "Tr": "triệu", "trđ": "triệu đồng", "Trđ": "triệu đồng", "trđồng": "triệu đồng", "tỷđ": "tỷ đồng",
    "nghìn đồng": "nghìn đồng", "ngàn đồng": "ngàn đồng", "triệu đồng": "triệu đồng", "tỷ đồng": "tỷ đồng",
    "tỉ đồng": "tỉ đồng",
}  # fmt: skip

SYMBOLS: dict[str, str] = {
    **{prefix + unit: f"{_PREFIXES.get(prefix.lower() if prefix == 'K' else prefix, 'tê ra')} {name}"
       for unit, (name, prefixes) in _PREFIXED.items() for prefix in prefixes},
    **{unit + mark + power: f"{name} {said}" for unit, name in _POWERED.items() for mark in ("", "^")
       for power, said in (("2", "vuông"), ("3", "khối"))},
    **_UNPREFIXED,
    **_MONEY,
}  # fmt: skip
"""Every unit sign with its words."""

MONEY = frozenset(_MONEY)

WORDS = words(
    """
    tạ tấn yến cân lạng người lần con lượt cây viên ca buổi điểm suất hộ chuyến bao lít mét thùng kiện quả bông
    cặp bữa mũi liều lứa giờ phút giây ngày tuần tháng ki-lô-gam cuộc vụ bó chai gói máy xe bát cái chiếc phiếu
    trẻ
    """
)
"""Counted words that may stand before "/"."""

PER = frozenset(
    "người hộ năm tháng ngày tuần giờ phút giây lần con sào mẫu công vụ lớp xã thôn suất đợt buổi ca cây lượt chuyến "
    "bao khẩu quý cháu em học_sinh nhà bữa đêm lít mét tấn tạ yến kỳ đầu_người gia_đình trẻ xe chiếc cái quả đồng "
    "ngày_công nhân_khẩu chỗ phòng bàn thửa hồ_sơ trường mũi liều viên thùng chai gói mâm bể vòng bộ bản tờ cuộc vé "
    "phiếu thành_viên đại_biểu".replace("_", " ").split()
)
"""Words that after "/" mean "for one": 150.000 đồng/người."""

UNIT = "|".join(re.escape(sign) for sign in sorted(SYMBOLS, key=len, reverse=True))
"""A regular expression for one unit sign."""

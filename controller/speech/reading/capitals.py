"""Headlines: words in capitals are said like any others, names keep their first letter."""

from controller.speech.reading.letters import bare, is_syllable
from controller.speech.reading.place import Place, Said
from controller.speech.reading.places import PROVINCES

_NAMES = {name.upper(): name for name in PROVINCES}
_FIRST_WORDS = {name.split()[0]: None for name in _NAMES}
_TITLES = {
    "ỦY BAN NHÂN DÂN": "Ủy ban nhân dân", "HỘI ĐỒNG NHÂN DÂN": "Hội đồng nhân dân", "PHÓ CHỦ TỊCH": "Phó Chủ tịch",
    "CHỦ TỊCH": "Chủ tịch", "PHÓ BÍ THƯ": "Phó Bí thư", "BÍ THƯ": "Bí thư", "QUỐC HỘI": "Quốc hội",
    "ĐẢNG ỦY": "Đảng ủy", "CHÍNH PHỦ": "Chính phủ", "MẶT TRẬN TỔ QUỐC": "Mặt trận Tổ quốc", "TỔ QUỐC": "Tổ quốc",
    "ĐẢNG": "Đảng", "NHÀ NƯỚC": "Nhà nước", "TRUNG ƯƠNG": "Trung ương", "BÁC HỒ": "Bác Hồ",
    "NGUYÊN ĐÁN": "Nguyên đán",
}  # fmt: skip
_KNOWN = {**_TITLES, **_NAMES}
_BY_FIRST: dict[str, list[str]] = {}
for _phrase in sorted(_KNOWN, key=len, reverse=True):
    _BY_FIRST.setdefault(_phrase.split()[0], []).append(_phrase)


def read_capitals(place: Place, word: str) -> Said | None:
    """A word in capitals that can be pronounced."""
    text, at = place.text, place.at
    for phrase in _BY_FIRST.get(word, ()):
        if text.startswith(phrase, at) and not text[at + len(phrase) : at + len(phrase) + 1].isalnum():
            return Said(at + len(phrase), _KNOWN[phrase], "capitals")
    if len(word) == 1 and not (place.capitals and word not in "ABCDĐEGHIKLMNOPQRSTUVX"):
        return None
    spoken = word.lower()
    if (
        not place.words
        or place.words[-1] in (".", "!", "?")
        or (not place.capitals and bare(word) == word.lower() and not is_syllable(word))
    ):
        spoken = spoken.capitalize()
    return Said(at + len(word), spoken, "capitals")

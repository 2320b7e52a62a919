"""Headlines: words in capitals are said like any others, names keep their first letter."""

from controller.speech.reading.letters import bare, is_syllable
from controller.speech.reading.place import Place, Said
from controller.speech.reading.places import PROVINCES
from controller.speech.reading.vocabulary import words

_NAMES = {name.upper(): name for name in PROVINCES}
_TITLES = {
    "ỦY BAN NHÂN DÂN": "Ủy ban nhân dân", "HỘI ĐỒNG NHÂN DÂN": "Hội đồng nhân dân", "PHÓ CHỦ TỊCH": "Phó Chủ tịch",
    "CHỦ TỊCH": "Chủ tịch", "PHÓ BÍ THƯ": "Phó Bí thư", "BÍ THƯ": "Bí thư", "QUỐC HỘI": "Quốc hội",
    "ĐẢNG ỦY": "Đảng ủy", "CHÍNH PHỦ": "Chính phủ", "MẶT TRẬN TỔ QUỐC": "Mặt trận Tổ quốc", "TỔ QUỐC": "Tổ quốc",
    "ĐẢNG": "Đảng", "NHÀ NƯỚC": "Nhà nước", "TRUNG ƯƠNG": "Trung ương", "BÁC HỒ": "Bác Hồ",
    "NGUYÊN ĐÁN": "Nguyên đán", "BAN CHẤP HÀNH": "Ban Chấp hành", "BAN CHỈ ĐẠO": "Ban Chỉ đạo",
    "BAN CHỈ HUY": "Ban Chỉ huy", "BAN THƯỜNG VỤ": "Ban Thường vụ", "PHÓ TRƯỞNG BAN": "Phó Trưởng ban",
    "TRƯỞNG BAN": "Trưởng ban", "TRƯỞNG CÔNG AN": "Trưởng Công an", "GIÁM ĐỐC": "Giám đốc", "CÔNG AN": "Công an",
    "HỘI LIÊN HIỆP PHỤ NỮ": "Hội Liên hiệp Phụ nữ", "HỘI NÔNG DÂN": "Hội Nông dân",
    "HỘI CỰU CHIẾN BINH": "Hội Cựu chiến binh", "ĐOÀN THANH NIÊN": "Đoàn Thanh niên",
    "BAN TỔ CHỨC": "Ban Tổ chức", "HIỆU TRƯỞNG": "Hiệu trưởng", "PHÓ HIỆU TRƯỞNG": "Phó Hiệu trưởng",
    "PHÓ GIÁM ĐỐC": "Phó Giám đốc", "BAN QUẢN LÝ": "Ban Quản lý", "BAN THƯỜNG TRỰC": "Ban Thường trực",
    "BAN CÔNG TÁC": "Ban Công tác", "CHÁNH VĂN PHÒNG": "Chánh Văn phòng", "TRƯỞNG PHÒNG": "Trưởng phòng",
    "TRƯỞNG THÔN": "Trưởng thôn", "TRƯỞNG TRẠM": "Trưởng trạm", "CHI BỘ": "Chi bộ", "ĐẢNG BỘ": "Đảng bộ",
    "ỦY BAN MẶT TRẬN TỔ QUỐC": "Ủy ban Mặt trận Tổ quốc",
}  # fmt: skip
_AREAS = words("XÃ PHƯỜNG HUYỆN TỈNH QUẬN THÔN ẤP BẢN XÓM BUÔN LÀNG TRẤN ĐẢO SÔNG")
_NO_NAMES = words(
    """
    THÔNG BÁO KÍNH MỜI NÔNG NÂNG KIỂU MẪU ĐẠT CHUẨN NĂM SỐ VỀ VÀ ĐÃ SẼ ĐANG PHỐI HỢP QUYẾT ĐỊNH TỔ CHỨC ĐƯỢC CÓ LÀ
    CỦA Ở TẠI TRONG TỪ ĐẾN CHO CÁC NHỮNG MỘT HAI BA BỐN TRÊN DƯỚI ĐỀ NGHỊ YÊU CẦU TRÂN TRỌNG HỘI HỌP TRIỂN KHAI THÀNH
    KHẨN CẤP PHÁT ĐỘNG TĂNG CƯỜNG TẬP LẦN THỨ NHIỆM KỲ NGÀY THÁNG VĂN HÓA MỚI KẾ HOẠCH THỰC HIỆN NÀY TA LY NHÂN DÂN
    ỦY BAN BIỂN XUẤT CAM KẾT PHÒNG CHỐNG CHÀO MỪNG TOÀN THỂ BÀ CON GỒM NGHÈO AN HÀNH DUYÊN VEN CÔNG
    """
)
_ENDINGS = words("HỘI AN THÀNH HÓA CÔNG ĐỊNH CƯỜNG")
_BEFORE_GREAT = words(". ! ? TM KT TL TUQ")
_KNOWN = {**_TITLES, **_NAMES}
_BY_FIRST: dict[str, list[str]] = {}
for _phrase in sorted(_KNOWN, key=len, reverse=True):
    _BY_FIRST.setdefault(_phrase.split()[0], []).append(_phrase)


def _is_place_name(place: Place, word: str) -> bool:
    """The one or two words after "XÃ" and the like, where they are no common ones."""
    if word in _NO_NAMES:
        return word in _ENDINGS and _is_second_of_name(place)
    if place.words[-1:] and place.words[-1] in _AREAS:
        return True
    return _is_second_of_name(place)


def _is_second_of_name(place: Place) -> bool:
    return len(place.words) > 1 and place.words[-2] in _AREAS and place.words[-1] not in _NO_NAMES


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
        _is_place_name(place, word)
        or not place.words
        or place.words[-1] in _BEFORE_GREAT
        or (not place.capitals and bare(word) == word.lower() and not is_syllable(word))
    ):
        spoken = spoken.capitalize()
    return Said(at + len(word), spoken, "capitals")

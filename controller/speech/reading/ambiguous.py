"""Abbreviations that mean different things in different company."""

import re
from typing import NamedTuple

from controller.speech.reading.clean import CAPITALS, VIETNAMESE


class Choice(NamedTuple):
    """What is said when the words around fit; the patterns look at small letters, `before` at what ends there."""

    spoken: str
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None


def _choice(spoken: str, before: str = "", after: str = "", starts: str = "") -> Choice:
    """`after` are whole words in any case, `starts` is what follows letter by letter."""
    ahead = re.compile(rf"(?:{after})(?![^\W\d_])", re.IGNORECASE) if after else None
    return Choice(
        spoken, re.compile(rf"(?:^|.* )(?:{before})$") if before else None, re.compile(starts) if starts else ahead
    )


_NAME = f"[{CAPITALS}]"
_CENTRES = "(?:Y|Văn|Dịch|Hành|Giáo|Hội|Học|Thể|Kiểm|Phục|Khuyến|Nước|Dạy|Bảo|Điều|Chính|Công|Quản|Phát|Dân|Huấn|Thông)"


CHOICES: dict[str, tuple[Choice, ...]] = {
    "BCH": (
        _choice(
            "Ban Chỉ huy",
            after=r"PC\w*|PTDS|phòng thủ|phòng chống|phòng, chống|phòng cháy|quân|QS|CHQS|công an|CA|chiến dịch|"
            "diễn tập|công trường|cứu|ứng phó|BĐBP|bộ đội|đại đội|trung đoàn|tiểu đoàn|thiên tai",
        ),
        _choice("Ban Chấp hành"),
    ),
    "BTC": (_choice("Bộ Tài chính", before="của|thông tư"), _choice("Ban Tổ chức")),
    "BCT": (_choice("Bộ Công Thương", before="thông tư"), _choice("Bộ Chính trị")),
    "CP": (
        _choice("cổ phần", before="công ty|cty|ngân hàng|nhtm"),
        _choice("chi phí", after="sản xuất|vận chuyển|điện|nước|đi lại"),
        _choice("Chính phủ"),
    ),
    "TT": (
        _choice("Thông tư", after=r"(?:số )?[0-9]"),
        _choice("Thường trực", after="HĐND|ĐU|Đảng ủy|Huyện ủy|Tỉnh ủy|Thành ủy|Ủy ban|UB|Hội đồng|Ban|Thường vụ"),
        _choice("thông tin", before="hệ thống|công tác"),
        _choice("Trung tâm", starts=_CENTRES),
        _choice("Thị trấn", starts=f"{_NAME}[{VIETNAMESE}]"),
        _choice("Trung tâm", starts=_NAME),
        _choice("trung tâm"),
    ),
    "ĐT": (
        _choice("Điện thoại", before="số", after="$^"),
        _choice("điện thoại"),
    ),
    "TP": (
        _choice("thành phố", after="trực thuộc|lớn|du lịch|thông minh"),
        _choice("Trưởng phòng", after="TC|GD|VH|Nội vụ|Tài chính|Giáo dục|Kinh tế"),
        _choice("Thành phố", starts=_NAME),
        _choice("thành phố"),
    ),
    "TX": (_choice("Thị xã", starts=_NAME), _choice("thị xã")),
    "CN": (
        _choice("công nghiệp", before="khu|cụm|sản xuất|ngành|cây"),
        _choice("công nhân", before="giai cấp|đội ngũ|nữ|nam|các|anh chị em"),
        _choice("chi nhánh", starts=_NAME),
        _choice("chủ nhật"),
    ),
    "CA": (_choice("Công an"),),
    "CAX": (_choice("Công an xã"),),
    "HĐ": (_choice("hợp đồng", after="lao động|số|kinh tế|thuê|mua|dân sự"), _choice("Hội đồng")),
    "HS": (_choice("hồ sơ", before="nộp|bộ|nhận|tiếp nhận|hoàn thiện|làm"), _choice("học sinh")),
    "HV": (_choice("học viên"),),
    "GV": (_choice("giáo viên"),),
    "SV": (_choice("sinh viên"),),
    "NV": (_choice("nhân viên"),),
    "KH": (
        _choice("Kế hoạch", after=r"(?:số )?[0-9]|của"),
        _choice("khoa học", before="nhà|hội thảo"),
        _choice("kế hoạch"),
    ),
    "QĐ": (_choice("Quyết định", after=r"(?:số )?[0-9]|của"), _choice("quyết định")),
    "NQ": (_choice("Nghị quyết"),),
    "NĐ": (_choice("Nghị định"),),
    "CV": (_choice("Công văn", after=r"(?:số )?[0-9]"), _choice("công văn")),
    "TB": (
        _choice("thiết bị", before="máy móc|trang|vật tư"),
        _choice("thương binh", before="là|các|gia đình|chế độ"),
        _choice("Thông báo", after=r"(?:số )?[0-9]"),
        _choice("thông báo"),
    ),
    "BC": (_choice("Báo cáo", after=r"(?:số )?[0-9]"), _choice("báo cáo")),
    "CT": (
        _choice("Chỉ thị", after=r"(?:số )?[0-9]"),
        _choice("Chủ tịch", after=r"(?:, |/)?P(?:CT|BT|hó)|UBND|HĐND|nước|Hội|Ủy ban|xã|MTTQ|UBMTTQ|tỉnh"),
        _choice("công trình", before="các|xây dựng|thi công"),
        _choice("chương trình"),
    ),
    "PCT": (_choice("Phó Chủ tịch"),),
    "PBT": (_choice("Phó Bí thư"),),
    "BT": (_choice("Bí thư"),),
    "VP": (_choice("Văn phòng"),),
    "HU": (_choice("Huyện ủy"),),
    "TU": (_choice("Tỉnh ủy"),),
    "ĐU": (_choice("Đảng ủy"),),
    "QS": (_choice("Quân sự"),),
    "ÂL": (_choice("âm lịch"),),
    "DL": (_choice("dương lịch", before=".*[0-9]"), _choice("du lịch")),
    "BS": (_choice("bác sĩ"),),
    "KS": (_choice("kỹ sư"),),
    "BV": (_choice("Bệnh viện", starts=_NAME), _choice("bệnh viện")),
    "TH": (_choice("Tiểu học", before="trường"), _choice("tiểu học")),
    "MN": (_choice("Mầm non", before="trường"), _choice("mầm non")),
    "MG": (_choice("mẫu giáo"),),
    "VT": (_choice("văn thư", before="lưu"), _choice("văn thư")),
    "GĐ": (
        _choice("giám đốc", before="phó|tổng|ông|bà"),
        _choice("Giám đốc", after="Sở|Công an|TT"),
        _choice("gia đình"),
    ),
    "TTATXH": (_choice("trật tự an toàn xã hội"),),
    "ĐH": (_choice("đại học", before="trường"), _choice("Đại hội", after="Đảng|đại biểu|Đoàn|lần"), _choice("đại học")),
    "CĐ": (
        _choice("cao đẳng", before="trường|học"),
        _choice("Chỉ đạo", before="ban"),
        _choice("Công điện", after=r"(?:số )?[0-9]"),
        _choice("công đoàn"),
    ),
    "CC": (_choice("công chức", before="(?:cb|cán bộ)(?: ,)?"), _choice("chung cư")),
    "CS": (_choice("cơ sở"),),
    "NXB": (_choice("Nhà xuất bản"),),
    "DS": (_choice("dân số"),),
    "ND": (_choice("Nông dân", before="hội"), _choice("nhân dân", before="hội đồng"), _choice("nông dân")),
    "PN": (_choice("Phụ nữ", before="hội"), _choice("phụ nữ")),
    "TN": (
        _choice("tốt nghiệp", after="THPT|THCS|ĐH|CĐ|đại học|cao đẳng|trung cấp|tiểu học"),
        _choice("Thanh niên", before="đoàn|hội"),
        _choice("thanh niên"),
    ),
    "VHXH": (_choice("Văn hóa - Xã hội", before="phòng|ban"), _choice("văn hóa - xã hội")),
    "TS": (
        _choice("tuyển sinh", before="mùa|kỳ|công tác|chỉ tiêu"),
        _choice("Tiến sĩ", starts=f"{_NAME}[{VIETNAMESE}]"),
        _choice("tiến sĩ"),
    ),
    "UB": (_choice("Ủy ban"),),
    "VC": (_choice("viên chức"),),
    "SĐT": (_choice("số điện thoại"),),
    "STK": (_choice("số tài khoản"),),
    "MST": (_choice("mã số thuế"),),
    "ĐC": (_choice("địa chỉ"),),
    "CTV": (_choice("cộng tác viên"),),
    "PGS": (_choice("phó giáo sư"),),
    "LH": (_choice("liên hệ"),),
    "SN": (_choice("sinh năm", starts="[0-9]{4}"), _choice("sinh nhật")),
    "HK": (_choice("học kỳ"),),
    "KV": (_choice("khu vực"),),
    "GN": (_choice("giảm nghèo"),),
    "ANCT": (_choice("an ninh chính trị"),),
}
"""For each abbreviation its readings in the order they are tried; the last one fits everywhere."""

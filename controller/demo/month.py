"""What the people of the demo's commune say in a month, and when: the texts and the days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from controller.demo.village import COMMUNE

DAYS = 30
ALL = (COMMUNE,)
EVENING = time(17, 20)


@dataclass(frozen=True, slots=True)
class Notice:
    """Written on the `day`-th day at `written`, approved an hour later, heard `after` so many days at `at`."""

    day: int
    title: str
    text: str
    topic: str
    areas: tuple[str, ...] = ALL
    written: time = time(8, 15)
    after: int = 0
    at: time = EVENING
    urgency: str = "normal"
    author: str = "soanbai"
    approver: str = "chutich"
    returned: str = ""
    """Why it is sent back first; then it is sent in once more, as it was meant."""
    withdrawn: bool = False
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """A programme that goes on and on."""

    title: str
    text: str
    topic: str
    at: time
    areas: tuple[str, ...] = ALL
    weekdays: tuple[str, ...] = ()
    author: str = "soanbai"


STANDING = (
    Standing(
        "Bản tin buổi sáng",
        "Đây là Đài truyền thanh xã Phú Nghĩa. Mời bà con nghe bản tin buổi sáng. Ủy ban nhân dân xã tiếp công dân vào"
        " thứ Năm hằng tuần, từ 8h đến 11h.",
        "direction",
        time(5, 30),
    ),
    Standing(
        "Chương trình truyền thanh xã",
        "Đây là Đài truyền thanh xã Phú Nghĩa. Trong chương trình hôm nay, mời bà con nghe tin về sản xuất vụ Đông và"
        " phong trào xây dựng nông thôn mới ở các thôn.",
        "countryside",
        time(17, 0),
    ),
    Standing(
        "Nhắc dọn vệ sinh đường làng",
        "Mời bà con thôn 3 ra dọn vệ sinh đường làng lúc 7h sáng Chủ nhật.",
        "environment",
        time(16, 30),
        ("thon-3",),
        ("SA",),
        "truongthon3",
    ),
)

NOTICES = (
    Notice(
        1,
        "Tiêm phòng cho trẻ dưới 5 tuổi",
        "Trạm y tế xã tiêm phòng cho trẻ dưới 5 tuổi vào 7h30 sáng mai. Bà con nhớ mang theo sổ tiêm chủng.",
        "health",
        repeats=2,
    ),
    Notice(
        3,
        "Tạm ngừng cấp điện thôn 2",
        "Điện lực sửa đường dây, tạm ngừng cấp điện thôn 2 từ 7h đến 11h ngày mai. Mong bà con thông cảm.",
        "village",
        ("thon-2",),
        approver="phochutich",
    ),
    Notice(
        5,
        "Tìm giấy tờ rơi",
        "Ai nhặt được ví màu nâu có căn cước công dân, xin mang đến Ủy ban nhân dân xã.",
        "village",
        ("thon-1", "thon-2"),
        at=time(11, 15),
    ),
    Notice(
        6,
        "Họp thôn 3 bàn làm đường",
        "Kính mời bà con thôn 3 ra nhà văn hóa họp lúc 19h30 tối nay, bàn việc làm đường nội đồng.",
        "village",
        ("thon-3",),
        author="truongthon3",
        approver="phochutich",
    ),
    Notice(
        8,
        "Nộp thuế sử dụng đất",
        "Hạn nộp thuế sử dụng đất phi nông nghiệp là ngày cuối tháng này. Bà con nộp tại bộ phận một cửa.",
        "economy",
        returned="Ghi rõ ngày cuối tháng và nơi nộp.",
    ),
    Notice(
        10,
        "Gọi khám nghĩa vụ quân sự",
        "Thanh niên có tên trong danh sách khám nghĩa vụ quân sự có mặt tại trạm y tế xã lúc 7h sáng thứ Hai.",
        "defence",
        repeats=2,
    ),
    Notice(
        14,
        "Giải bóng chuyền các thôn",
        "Chiều thứ Bảy khai mạc giải bóng chuyền các thôn tại sân nhà văn hóa. Mời bà con đến cổ vũ.",
        "culture",
        approver="phochutich",
        withdrawn=True,
    ),
    Notice(
        16,
        "Đề phòng cháy rừng",
        "Trời hanh khô, nguy cơ cháy rừng cao. Đề nghị bà con không đốt nương, không đốt rác gần rừng.",
        "disaster",
        urgency="priority",
        at=time(11, 30),
    ),
    Notice(
        19,
        "Cài định danh điện tử VNeID",
        "Tổ công nghệ số hướng dẫn bà con cài VNeID tại nhà văn hóa các thôn, từ 19h thứ Sáu.",
        "digital",
        approver="phochutich",
    ),
    Notice(
        22,
        "Tin buồn",
        "Gia đình báo tin cụ Nguyễn Văn Tư, thôn 1, hưởng thọ 87 tuổi, đã từ trần. Lễ viếng từ 8h sáng mai.",
        "welfare",
        ("thon-1",),
        written=time(9, 0),
        at=time(11, 0),
        approver="phochutich",
    ),
    Notice(
        25,
        "Cắt nước để rửa bể",
        "Nhà máy nước rửa bể, ngừng cấp nước toàn xã từ 13h đến 17h ngày mai. Bà con chủ động trữ nước.",
        "village",
    ),
    Notice(
        27,
        "Gương người tốt việc tốt",
        "Biểu dương em Lê Văn Nam, thôn 2, đã cứu hai bạn khỏi đuối nước ở đập Cây Gáo.",
        "models",
        after=1,
        approver="phochutich",
    ),
    Notice(
        29,
        "Hội khuyến học trao thưởng",
        "Hội khuyến học xã trao thưởng học sinh giỏi lúc 8h ngày mai. Mời phụ huynh và các em đến dự.",
        "education",
    ),
)

UNDECIDED = Notice(
    0,
    "Họp hội phụ nữ",
    "Hội Liên hiệp Phụ nữ xã mời hội viên họp lúc 14h chiều thứ Bảy tại hội trường Ủy ban nhân dân xã.",
    "party",
    after=1,
)
"""Whoever comes to the demo finds it before the approver."""
UNFINISHED = Notice(
    0,
    "Phát động Tết trồng cây",
    "Xã phát động Tết trồng cây vào sáng mùng 6 tháng Giêng.",
    "environment",
    after=3,
)
"""A draft that its author comes back to."""

WORDS = (("QL21A", "quốc lộ hai mươi mốt a"), ("HTX", "hợp tác xã"), ("KDC", "khu dân cư"))
HOLIDAY = "Ngày hội văn hóa xã"
EXERCISE = "Diễn tập sơ tán vùng ven sông"

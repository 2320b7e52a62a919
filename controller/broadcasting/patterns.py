"""Notices as communes write them, with blanks to fill in. Whoever begins with one changes what is not so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from controller.store.topics import Topic
from schedules.priority import BulletinClass

_BLANK = re.compile(r"\[[^\[\]\n]{1,40}\]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What stands in [brackets] is a blank."""

    name: str
    topic: Topic
    title: str
    text: str
    bulletin_class: BulletinClass = BulletinClass.NORMAL


_FROM = "Ủy ban nhân dân xã thông báo."

PATTERNS = (
    Pattern(
        "meeting",
        Topic.VILLAGE,
        "Mời họp thôn",
        "Kính mời đại diện các hộ gia đình trong thôn đến dự họp thôn.\n"
        "Thời gian: [giờ] ngày [ngày].\nĐịa điểm: [nơi họp].\nNội dung: [nội dung].\n"
        "Đề nghị bà con sắp xếp thời gian đến dự đông đủ, đúng giờ.",
    ),
    Pattern(
        "vaccination",
        Topic.HEALTH,
        "Lịch tiêm phòng",
        "Trạm y tế xã thông báo lịch tiêm phòng [tên vắc xin] cho [đối tượng].\n"
        "Thời gian: từ [giờ] đến [giờ kết thúc] ngày [ngày].\nĐịa điểm: [nơi tiêm].\n"
        "Bà con nhớ mang theo sổ tiêm chủng và căn cước. Cần hỏi thêm, gọi số [điện thoại].",
    ),
    Pattern(
        "power-cut",
        Topic.VILLAGE,
        "Tạm ngừng cấp điện",
        "Điện lực thông báo tạm ngừng cấp điện để [lý do].\n"
        "Thời gian: từ [giờ] đến [giờ kết thúc] ngày [ngày].\nKhu vực: [khu vực].\n"
        "Bà con chủ động công việc, rút các thiết bị điện khi không dùng đến. Điện có thể được đóng lại sớm hơn.",
    ),
    Pattern(
        "water-cut",
        Topic.VILLAGE,
        "Tạm ngừng cấp nước",
        "Đơn vị cấp nước thông báo tạm ngừng cấp nước để [lý do].\n"
        "Thời gian: từ [giờ] đến [giờ kết thúc] ngày [ngày].\nKhu vực: [khu vực].\n"
        "Bà con trữ đủ nước dùng trong thời gian này.",
    ),
    Pattern(
        "lost",
        Topic.VILLAGE,
        "Tìm đồ thất lạc",
        "Ông, bà [họ tên] ở [địa chỉ] có đánh rơi [đồ vật] tại [nơi mất] vào [thời điểm].\n"
        "Ai nhặt được, xin liên hệ số [điện thoại] hoặc nhà văn hóa thôn. Gia đình xin cảm ơn và hậu tạ.",
    ),
    Pattern(
        "funeral",
        Topic.VILLAGE,
        "Tin buồn",
        "Ban công tác Mặt trận thôn và gia đình vô cùng thương tiếc báo tin: [cụ, ông, bà] [họ tên], "
        "sinh năm [năm sinh], trú tại [địa chỉ], đã từ trần hồi [giờ] ngày [ngày], hưởng thọ [tuổi] tuổi.\n"
        "Lễ viếng từ [giờ viếng] ngày [ngày viếng] tại [nơi viếng]. Lễ đưa tang lúc [giờ đưa tang] "
        "ngày [ngày đưa tang], an táng tại [nghĩa trang].\nXin trân trọng báo tin.",
    ),
    Pattern(
        "conscription",
        Topic.DEFENCE,
        "Khám tuyển nghĩa vụ quân sự",
        "Ban Chỉ huy Quân sự xã thông báo: công dân có lệnh gọi khám tuyển nghĩa vụ quân sự có mặt đúng thời gian, "
        "địa điểm ghi trong lệnh gọi.\nThời gian: [giờ] ngày [ngày].\nĐịa điểm: [nơi khám].\n"
        "Khi đi mang theo lệnh gọi và căn cước. Gia đình và bà con động viên con em chấp hành đúng luật.",
    ),
    Pattern(
        "taxes",
        Topic.ECONOMY,
        "Nộp thuế",
        f"{_FROM} Thời gian nộp [loại thuế] năm [năm] là từ ngày [ngày] đến hết ngày [ngày cuối].\n"
        "Bà con nộp tại [nơi nộp] hoặc qua ứng dụng của cơ quan thuế.\n"
        "Quá hạn sẽ bị tính tiền chậm nộp. Cần hỏi thêm, gọi số [điện thoại].",
    ),
    Pattern(
        "election",
        Topic.DIRECTION,
        "Bầu cử",
        f"{_FROM} Ngày bầu cử [cơ quan bầu] là ngày [ngày].\n"
        "Bỏ phiếu từ 7h đến 19h tại [nơi bỏ phiếu]. Cử tri mang theo thẻ cử tri và căn cước.\n"
        "Danh sách cử tri được niêm yết tại [nơi niêm yết]. Mỗi cử tri tự mình đi bầu, không nhờ người khác bầu thay.",
    ),
)


def pattern_named(name: str) -> Pattern | None:
    return next((one for one in PATTERNS if one.name == name), None)


_KNOWN = frozenset(blank for one in PATTERNS for blank in _BLANK.findall(one.text))


def blanks_in(text: str) -> tuple[str, ...]:
    """The blanks of our notices that nobody has filled in; brackets that somebody wrote are none."""
    return tuple(dict.fromkeys(blank for blank in _BLANK.findall(text) if blank in _KNOWN))

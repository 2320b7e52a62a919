"""What the people of the town say; few texts, so that each is spoken only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from schedules.priority import BulletinClass

NOTICES = (
    "Kính mời bà con ra nhà văn hóa họp thôn.",
    "Sáng mai trạm y tế tiêm phòng cho trẻ dưới năm tuổi.",
    "Chiều nay tạm ngừng cấp nước để sửa đường ống. Mong bà con thông cảm.",
    "Ai nhặt được ví màu nâu xin mang đến ủy ban nhân dân xã.",
)
EMERGENCY = "Nước sông đang lên nhanh. Đề nghị bà con vùng trũng di chuyển ngay đến nơi cao."
_NEWS = "Sau đây là bản tin của xã. " + " ".join(NOTICES) * 2


@dataclass(frozen=True, slots=True)
class Custom:
    """A programme that every day has. `areas` is a number, as for single notices."""

    text: str
    at: time
    areas: int
    bulletin_class: BulletinClass = BulletinClass.NORMAL

    def edition(self, number: int) -> str:
        """Its text when it was edited so often; the long ones keep their words."""
        return self.text if self.text is _NEWS else f"{self.text} {NOTICES[number % len(NOTICES)]}"


DAILY: Sequence[Custom] = (
    Custom(_NEWS, time(5, 30), 0),
    Custom(_NEWS, time(11, 15), 1),
    Custom("Nhắc lịch đổ rác.", time(11, 15, 20), 2),
    Custom(_NEWS, time(17, 0), 0),
    Custom("Thông báo ưu tiên.", time(17, 0, 30), 1, BulletinClass.PRIORITY),
)

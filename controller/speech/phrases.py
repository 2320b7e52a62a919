"""Fixed sentences of an emergency, and the pieces of which any number can be said: spoken long before they are needed.

The hazards are those of Decision 18/2021/QĐ-TTg, article 4, with fire, explosion and a breaking dam.
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.speech.reading.vocabulary import phrases
from controller.speech.studio import Cut

CUT = Cut(chime=False, between_sentences=300, tail=300)
"""They are strung together: no chime, and no more pause than a loudness can be measured over."""

_HAZARDS = {
    "storm": "Bão đang đến gần.",
    "depression": "Áp thấp nhiệt đới đang đến gần.",
    "heavy-rain": "Mưa rất lớn.",
    "flood": "Lũ đang lên nhanh.",
    "flash-flood": "Có nguy cơ lũ quét.",
    "landslide": "Có nguy cơ sạt lở đất.",
    "inundation": "Ngập lụt trên diện rộng.",
    "high-tide": "Triều cường và nước biển dâng.",
    "dam-release": "Hồ chứa đang xả lũ.",
    "dam-break": "Có nguy cơ vỡ đập.",
    "whirlwind": "Dông lốc, sét và mưa đá.",
    "tsunami": "Có nguy cơ sóng thần.",
    "earthquake": "Động đất.",
    "wildfire": "Cháy rừng.",
    "fire": "Cháy lớn trong khu dân cư.",
    "explosion": "Nổ, có khí độc.",
    "heat": "Nắng nóng đặc biệt gay gắt.",
    "cold": "Rét hại.",
    "salt": "Xâm nhập mặn.",
}
_CALLS = {
    "evacuate": "Bà con hãy rời nhà ngay, đi đến nơi an toàn theo hướng dẫn của cán bộ xã.",
    "high-ground": "Bà con hãy chạy ngay lên chỗ cao.",
    "stay-inside": "Bà con ở trong nhà, đóng kín cửa, tránh xa cửa kính.",
    "no-crossing": "Không đi qua suối, ngầm tràn và đường ngập.",
    "away-from-slopes": "Tránh xa sườn dốc, bờ sông và bờ suối.",
    "come-ashore": "Tàu thuyền không ra khơi, về ngay nơi trú tránh.",
    "power-off": "Cắt điện trước khi nước vào nhà.",
    "help-old-and-young": "Giúp đỡ người già, trẻ em và người khuyết tật.",
    "call-for-help": "Cần cứu giúp, gọi 112, 113, 114 hoặc 115.",
    "listen-on": "Bà con chú ý nghe thông báo tiếp theo.",
    "repeat": "Xin nhắc lại.",
}
_NUMBERS = phrases(
    """
    không|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|mốt|tư|lăm|linh|trăm|nghìn|phẩy|đến
    giờ|phút|ngày|mùng|tháng|cấp
    """
)


@dataclass(frozen=True, slots=True)
class FixedPhrase:
    """`key` is stable; `text` is written Vietnamese."""

    key: str
    text: str


CATALOGUE: tuple[FixedPhrase, ...] = (
    *(FixedPhrase(f"hazard-{name}", text) for name, text in _HAZARDS.items()),
    *(FixedPhrase(f"call-{name}", text) for name, text in _CALLS.items()),
    *(FixedPhrase(f"number-{place:02}", word) for place, word in enumerate(_NUMBERS)),
)
"""In the order in which devices fetch and keep them."""

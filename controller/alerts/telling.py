"""What people and programs elsewhere are told of a warning."""

from __future__ import annotations

from datetime import datetime

from controller.alerts.cap.message import Info
from controller.alerts.wording import plain_text
from controller.store.alerts import AlertRow, Decided
from controller.store.channels import News, What
from schedules.priority import BulletinClass
from schedules.timespan import COMMUNE_ZONE

_TOLD_AS = {What.WAITING: "Chờ quyết định", What.SPOKEN: "Đang phát", What.ENDED: "Đã kết thúc"}
_CLASSES = {
    BulletinClass.EMERGENCY: "khẩn cấp",
    BulletinClass.PRIORITY: "ưu tiên",
    BulletinClass.NORMAL: "thông thường",
}


def news_of(
    what: What, row: AlertRow, decided: Decided, info: Info | None, now: datetime, turn: int = 0, why: str = ""
) -> News:
    """`turn` is how many deadlines for an answer have passed, `why` what the person said who ended it. Pure."""
    drill = "[DIỄN TẬP] " if decided.drill else ""
    late = f" (quá hạn lần {turn})" if turn else ""
    facts = {
        "type": f"alert.{what.value}",
        "alert": row.id,
        "sender": row.sender,
        "identifier": row.identifier,
        "drill": decided.drill,
        "class": decided.bulletin_class and decided.bulletin_class.value,
        "level": decided.level,
        "verdict": decided.verdict,
        "reason": why or decided.reason,
        "answer_by": decided.answer_by and decided.answer_by.isoformat(),
        "escalations": turn,
        "at": now.isoformat(),
    }
    return News(
        what=what,
        thread=f"alert:{row.id}",
        title=f"{drill}{_TOLD_AS[what]}{late}: {decided.title}",
        text="\n".join([*_lines(what, decided, info), *([f"Lý do: {why}"] if why else [])]),
        facts=facts,
        urgent=what is What.WAITING or decided.bulletin_class is BulletinClass.EMERGENCY,
        turn=turn,
    )


def _lines(what: What, decided: Decided, info: Info | None) -> list[str]:
    lines = []
    if decided.bulletin_class is not None:
        level = f", cấp độ rủi ro {decided.level}" if decided.level else ""
        lines.append(f"Loại: {_CLASSES[decided.bulletin_class]}{level}.")
    if what is What.WAITING and decided.answer_by is not None:
        lines.append(f"Cần quyết định trước {decided.answer_by.astimezone(COMMUNE_ZONE):%H:%M ngày %d/%m/%Y}.")
    if info is not None and what is not What.ENDED and (said := plain_text(info.instruction or info.description)):
        lines.append(said)
    return lines

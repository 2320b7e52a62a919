"""Approvers are told that a bulletin waits for them, and its author what they decided."""

from __future__ import annotations

from datetime import datetime

from controller.store.areas import AreaTree
from controller.store.bulletins import Bulletin, ProgrammeRow
from controller.store.channels import News, What
from controller.store.people import Account, Role
from controller.store.states import ProgrammeState
from schedules.priority import BulletinClass
from schedules.timespan import COMMUNE_ZONE


def waits(row: ProgrammeRow, bulletin: Bulletin, tree: AreaTree, who: Account, now: datetime) -> News:
    """`who` has handed it in. Pure."""
    start = row.next_start(now)
    first = f"{start.astimezone(COMMUNE_ZONE):%H:%M ngày %d/%m/%Y}" if start else "đã qua"
    places = ", ".join(tree[area].name for area in row.areas if area in tree)
    return News(
        what=What.APPROVAL,
        thread=f"programme:{row.id}",
        title=f"Chờ duyệt: {bulletin.title}",
        text=f"{who.name} gửi duyệt. Nơi phát: {places}. Phát lần đầu: {first}.",
        facts={
            "type": "programme.submitted",
            "programme": row.id,
            "class": bulletin.bulletin_class.value,
            "start": start and start.isoformat(),
            "at": now.isoformat(),
        },
        urgent=bulletin.bulletin_class is BulletinClass.EMERGENCY,
        asks=frozenset({Role.APPROVER}),
        by=row.author,
    )


def decided(row: ProgrammeRow, bulletin: Bulletin, who: Account, now: datetime) -> News:
    """`who` has approved it, or returned it with its reason. Pure."""
    approved = row.state is ProgrammeState.APPROVED
    return News(
        what=What.DECISION,
        thread=f"programme:{row.id}",
        title=f"{'Đã duyệt' if approved else 'Trả lại'}: {bulletin.title}",
        text=f"{who.name} đã duyệt." if approved else f"{who.name} trả lại: {row.reason}",
        facts={"type": f"programme.{row.state.value}", "programme": row.id, "at": now.isoformat()},
        only=row.author,
    )

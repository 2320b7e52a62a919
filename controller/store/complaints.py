"""What people without an account say of loudspeakers: a proposal, until a person accepts or refuses it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, select, update

from controller.store.people import AccountId
from controller.store.tables import complaints
from schedules.programme import AreaId


class Wrong(StrEnum):
    SILENT = "silent"
    TOO_LOUD = "too-loud"


class ComplaintState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Complaint:
    """`place` is where the loudspeaker is, in the words of whoever complains."""

    id: int
    area: AreaId
    wrong: Wrong
    place: str
    told_at: datetime
    state: ComplaintState


def add(connection: Connection, area: AreaId, wrong: Wrong, place: str, sender: str, now: datetime) -> None:
    waiting = ComplaintState.WAITING.value
    said = {"area": area, "wrong": wrong.value, "place": place, "sender": sender}
    connection.execute(complaints.insert().values(**said, told_at=now, state=waiting))


def since(connection: Connection, sender: str, moment: datetime) -> int:
    """How many this sender made since then."""
    return _count(connection, (complaints.c.sender == sender) & (complaints.c.told_at > moment))


def count_waiting(connection: Connection) -> int:
    return _count(connection, complaints.c.state == ComplaintState.WAITING.value)


def waiting(connection: Connection, inside: Collection[AreaId] | None) -> tuple[Complaint, ...]:
    """Those from these areas (all where None) that nobody has decided on, oldest first."""
    asked = select(complaints).where(complaints.c.state == ComplaintState.WAITING.value).order_by(complaints.c.id)
    if inside is not None:
        asked = asked.where(complaints.c.area.in_(inside))
    return tuple(
        Complaint(row.id, AreaId(row.area), Wrong(row.wrong), row.place, row.told_at, ComplaintState(row.state))
        for row in connection.execute(asked)
    )


def decide(
    connection: Connection, complaint: int, state: ComplaintState, who: AccountId, now: datetime
) -> Complaint | None:
    """Compare and set: None, and nothing changed, when it does not wait any more."""
    found = {one.id: one for one in waiting(connection, None)}.get(complaint)
    still = (complaints.c.id == complaint) & (complaints.c.state == ComplaintState.WAITING.value)
    changed = connection.execute(
        update(complaints).where(still).values(state=state.value, decided_by=who, decided_at=now)
    )
    return found if changed.rowcount == 1 else None


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(complaints).where(which)) or 0

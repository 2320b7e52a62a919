"""What anybody may read and hear again: bulletins that are approved, meant for the public page, and were aired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from controller.store.bulletins import BulletinId
from controller.store.states import ProgrammeState
from controller.store.tables import bulletins, facts, occurrences, programmes, receipts
from controller.store.tables import recordings as sounds
from controller.store.topics import Topic
from schedules.programme import AreaId, Sha256
from schedules.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Heard:
    """A bulletin as everybody heard it, and nothing else of it: neither who wrote it, nor who approved it."""

    id: BulletinId
    title: str
    text: str
    topic: Topic
    at: datetime
    seconds: float
    areas: tuple[AreaId, ...]
    recording: Sha256
    size: int


def heard(connection: Connection, span: Timespan, bulletin: BulletinId | None = None) -> tuple[Heard, ...]:
    """All that began in `span`, or this one, the latest first; each once.

    What was replaced on its day was not heard. What was withdrawn since is gone, and what was changed is not
    what was heard.
    """
    aired = exists().where(
        facts.c.occurrence == occurrences.c.id, receipts.c.id == facts.c.receipt, receipts.c.seconds > 0
    )
    asked = (
        select(bulletins, programmes.c.areas, occurrences.c.start, sounds.c.size, sounds.c.seconds)
        .select_from(occurrences)
        .join(programmes, programmes.c.id == occurrences.c.programme)
        .join(bulletins, bulletins.c.id == programmes.c.bulletin)
        .join(sounds, sounds.c.sha256 == bulletins.c.recording)
        .where(occurrences.c.start >= span.start, occurrences.c.start < span.end)
        .where(programmes.c.state == ProgrammeState.APPROVED.value, bulletins.c.public.is_(True))
        .where(bulletins.c.title == occurrences.c.title, aired)
        .where(occurrences.c.start >= programmes.c.decided_at)  # before, other words may have been heard
        .order_by(occurrences.c.start.desc(), bulletins.c.id)
    )
    if bulletin is not None:
        asked = asked.where(bulletins.c.id == bulletin)
    found: dict[BulletinId, Heard] = {}
    for row in connection.execute(asked):
        found.setdefault(
            BulletinId(row.id),
            Heard(
                BulletinId(row.id),
                row.title,
                row.text,
                Topic(row.topic),
                row.start,
                row.seconds,
                tuple(map(AreaId, row.areas)),
                Sha256(row.recording),
                row.size,
            ),
        )
    return tuple(found.values())

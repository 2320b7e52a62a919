"""Every planned broadcast of every loudspeaker with what became of it, for those who judge it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from controller.store.tables import facts, occurrences, programmes, receipts
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId
from schedules.priority import BulletinClass
from schedules.programme import ProgrammeId
from schedules.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One occurrence at one loudspeaker. Without a receipt the `outcome` is None; `withdrawn` is its programme."""

    occurrence: OccurrenceId
    programme: ProgrammeId
    bulletin_class: BulletinClass
    start: datetime
    length: float
    withdrawn: bool
    device: DeviceId
    planned_at: datetime
    outcome: Outcome | None
    reason: str
    started_at: datetime | None
    seconds: float


def reckoning(connection: Connection, span: Timespan) -> Iterator[Reckoned]:
    """What was planned to begin in `span`, in order of time."""
    question = (
        select(
            occurrences.c.id,
            occurrences.c.programme,
            occurrences.c.bulletin_class,
            occurrences.c.start,
            occurrences.c.seconds.label("length"),
            programmes.c.state,
            facts.c.device,
            facts.c.planned_at,
            receipts.c.outcome,
            receipts.c.reason,
            receipts.c.started_at,
            receipts.c.seconds,
        )
        .join(facts, facts.c.occurrence == occurrences.c.id)
        .join(programmes, programmes.c.id == occurrences.c.programme)
        .outerjoin(receipts, receipts.c.id == facts.c.receipt)
        .where(occurrences.c.start >= span.start, occurrences.c.start < span.end)
        .order_by(occurrences.c.start, occurrences.c.id, facts.c.device)
    )
    for row in connection.execute(question):
        yield Reckoned(
            OccurrenceId(row.id),
            ProgrammeId(row.programme),
            BulletinClass(row.bulletin_class),
            row.start,
            row.length,
            row.state == "withdrawn",
            DeviceId(row.device),
            row.planned_at,
            None if row.outcome is None else Outcome(row.outcome),
            row.reason or "",
            row.started_at,
            row.seconds or 0.0,
        )


def planned_ids(connection: Connection) -> set[OccurrenceId]:
    """Everything that was ever in a plan and has begun, and what is planned now."""
    return {OccurrenceId(row.id) for row in connection.execute(select(occurrences.c.id))}


def receipt_counts(connection: Connection) -> dict[DeviceId, tuple[int, int]]:
    """How many receipts of each device are kept, and for how many occurrences."""
    question = select(receipts.c.device, func.count(), func.count(receipts.c.occurrence.distinct()))
    return {DeviceId(row[0]): (row[1], row[2]) for row in connection.execute(question.group_by(receipts.c.device))}

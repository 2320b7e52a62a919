"""What is due: a pure question of (what is planned, what is done, now)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from schedules.plan import Occurrence, OccurrenceId, air_order
from schedules.priority import Late


@dataclass(frozen=True, slots=True)
class Due:
    """`to_start` may begin now, `missed` can no longer begin, `next_start` is the next planned moment."""

    to_start: tuple[Occurrence, ...]
    missed: tuple[Occurrence, ...]
    next_start: datetime | None


def due(planned: Iterable[Occurrence], done: Collection[OccurrenceId], now: datetime) -> Due:
    """Sort `planned` into what begins now, what is too late, and what comes next.

    An occurrence in `done` is never due again. Asking twice with the same arguments gives the same answer.
    """
    waiting = sorted((one for one in planned if one.id not in done), key=air_order)
    reached = [one for one in waiting if one.start <= now]
    return Due(
        to_start=tuple(one for one in reached if now <= latest_start(one)),
        missed=tuple(one for one in reached if now > latest_start(one)),
        next_start=next((one.start for one in waiting if one.start > now), None),
    )


def latest_start(occurrence: Occurrence) -> datetime:
    """The last moment at which a loudspeaker that was kept from starting may still begin."""
    grace = timedelta(seconds=occurrence.grace)
    if occurrence.late is Late.JOIN:
        return occurrence.start + min(grace, timedelta(seconds=occurrence.seconds))
    if occurrence.late is Late.WHOLE:
        return occurrence.start + grace
    return occurrence.start + min(grace, ON_TIME)


ON_TIME = timedelta(seconds=2)
"""How far after its start an occurrence still counts as started on time."""

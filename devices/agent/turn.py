"""One occurrence's time on the air of this loudspeaker, from its beginning to its end, with all interruptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.agent.journal import KeptTurn
from devices.agent.outbox import Ending
from schedules.outcome import Outcome
from schedules.plan import Occurrence
from schedules.priority import Late

WHOLE = 0.1
"""So many seconds may be missing at the beginning of what was heard whole."""


@dataclass(slots=True)
class Turn:
    """`position` is where in its sound the present or next stretch begins, at the moment `at`.

    `missing` is how many seconds of its beginning are left out, to be where the other loudspeakers are.
    """

    occurrence: Occurrence
    volume: int
    at: datetime
    position: float
    missing: float = 0.0
    started_at: datetime | None = None
    sounded: float = 0.0
    yielded_at: datetime | None = None

    def catch_up(self, now: datetime) -> None:
        """Keep pace with the other loudspeakers when the disk was slower than the clock."""
        if now > self.at and self.occurrence.late is Late.JOIN:
            behind = (now - self.at).total_seconds()
            self.position += behind
            self.missing += behind if self.started_at is None else 0.0
            self.at = now

    @property
    def joined_late(self) -> bool:
        return self.missing > WHOLE

    @property
    def waits_until(self) -> datetime | None:
        """How long it waits, interrupted, for the air to be free."""
        return None if self.yielded_at is None else self.yielded_at + timedelta(seconds=self.occurrence.grace)

    def ending(self, outcome: Outcome, reason: str, ended_at: datetime) -> Ending:
        return Ending(
            self.occurrence,
            outcome,
            reason,
            self.started_at,
            ended_at if self.started_at is not None else None,
            self.sounded,
            self.volume,
        )


def cut_by_power(kept: KeptTurn) -> Ending:
    """What became of an occurrence that had begun when the power failed."""
    started_at = kept.began_at if kept.sounded > 0 else None
    return Ending(kept.occurrence, Outcome.INTERRUPTED, "power", started_at, None, kept.sounded, kept.volume)


def speaks_over(one: Occurrence, other: Occurrence) -> bool:
    return one.bulletin_class.rank > other.bulletin_class.rank

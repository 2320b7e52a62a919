"""One occurrence's time on the air of this loudspeaker, from its beginning to its end, with all interruptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.agent.journal import KeptTurn
from devices.agent.outbox import Ending
from devices.agent.speaker import Track
from schedules.claims import Claim
from schedules.outcome import Outcome
from schedules.plan import Occurrence
from schedules.priority import Late

WHOLE = 0.1
"""So many seconds may be missing at the beginning of what was heard whole."""


@dataclass(slots=True)
class Turn:
    """`position` is where in its `track` the present or next stretch begins, at the moment `at`.

    `missing` is how many seconds of its beginning are left out, to be where the other loudspeakers are; `again` says
    that the power failed while it sounded for the first time.
    """

    claim: Claim
    track: Track
    at: datetime
    position: float = 0.0
    missing: float = 0.0
    again: bool = False
    started_at: datetime | None = None
    sounded: float = 0.0
    voice: str = ""
    yielded_at: datetime | None = None
    speechless_since: datetime | None = None
    """When its siren ended, while its words are not there."""

    @property
    def occurrence(self) -> Occurrence:
        return self.claim.occurrence

    @property
    def volume(self) -> int:
        return self.track.volume

    @property
    def ends_at(self) -> datetime:
        """An estimate, while the loudspeaker has none."""
        return self.at + timedelta(seconds=sum(sound.seconds for sound in self.track.sounds) - self.position)

    def catch_up(self, now: datetime) -> None:
        """Keep pace with the other loudspeakers when the disk was slower than the clock."""
        if now > self.at and self.occurrence.late is Late.JOIN:
            behind = (now - self.at).total_seconds()
            self.position += behind
            self.missing += behind if self.started_at is None else 0.0
            self.at = now

    @property
    def remark(self) -> str:
        """What is to be said about it although it was played to its end."""
        return "again-after-power" if self.again else "joined-late" if self.missing > WHOLE else ""

    def cut_short(self, heard: float, now: datetime) -> bool:
        """A stronger one takes the air after `heard` seconds of this stretch. False when it is not to go on."""
        self.yielded_at = now
        before = self.claim.offset
        goes_on = self.claim.cut_short(timedelta(seconds=heard))
        self.position = self.position + heard if self.claim.offset > before else 0.0
        return goes_on

    def ending(self, outcome: Outcome, reason: str, ended_at: datetime) -> Ending:
        return Ending(
            self.occurrence,
            outcome,
            reason,
            self.started_at,
            ended_at if self.started_at is not None else None,
            self.sounded,
            self.volume,
            self.voice,
        )


def cut_by_power(kept: KeptTurn) -> Ending:
    """What became of an occurrence that had begun when the power failed."""
    started_at = kept.began_at if kept.sounded > 0 else None
    return Ending(kept.occurrence, Outcome.INTERRUPTED, "power", started_at, None, kept.sounded, kept.volume)

"""The air of this loudspeaker: whose turn it is, what of it is out, and what its amplifier needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from devices.agent.limits import Limits
from devices.agent.speaker import Sounding, Speaker
from devices.agent.turn import Turn
from schedules.occurrence import OccurrenceId

NEARLY = timedelta(seconds=0.05)
BREATH = timedelta(seconds=0.7)
SETTLING = timedelta(seconds=0.25)
"""From BREATH before a first sample until SETTLING after it nothing is done that can wait: it could delay the sound."""


class Air:
    """At most one turn has it. `give` is decided inside a transaction, `act` makes it heard afterwards."""

    def __init__(self, speaker: Speaker, limits: Callable[[], Limits]) -> None:
        self.turn: Turn | None = None
        self.free_since: datetime | None = None
        """When the last turn left it; None before the first."""
        self.reaction = timedelta(seconds=speaker.reaction)
        self._speaker = speaker
        self._limits = limits
        self._begin_ahead = timedelta(seconds=speaker.begin_ahead)
        self._to_begin = False
        self._on_until: datetime | None = None

    @property
    def sounding(self) -> Sounding | None:
        """What the loudspeaker says of the turn that has the air; None before it was told to begin."""
        return None if self.turn is None or self._to_begin else self._speaker.sounding()

    @property
    def playing(self) -> OccurrenceId | None:
        """What sounds at this moment."""
        sounding = self.sounding
        if self.turn is None or sounding is None or sounding.started_at is None or sounding.finished:
            return None
        return self.turn.occurrence.id

    @property
    def began_at(self) -> datetime | None:
        """The moment of the first sample of what sounds."""
        sounding = self.sounding
        return None if sounding is None else sounding.started_at

    @property
    def ends_at(self) -> datetime | None:
        """When the present stretch will be over if nothing cuts it short."""
        if self.turn is None:
            return None
        sounding = self.sounding
        return sounding.ends_at if sounding is not None and sounding.started_at is not None else self.turn.ends_at

    @property
    def ahead(self) -> timedelta:
        """How long before its moment a turn is given the air; who must interrupt another does it at the last moment."""
        if self.turn is not None:
            return self.reaction
        return self._begin_ahead + timedelta(seconds=self._limits().lead)

    def warming(self, now: datetime) -> timedelta:
        """How long the amplifier needs before it can be heard."""
        is_on = self._on_until is not None and now <= self._on_until
        return timedelta() if is_on else timedelta(seconds=self._limits().lead)

    def give(self, turn: Turn) -> None:
        self.turn = turn
        turn.yielded_at = turn.speechless_since = None
        self._to_begin = True

    def act(self, now: datetime) -> None:
        """Let sound what was decided. Everything about it is on the disk."""
        if self._to_begin and self.turn is not None:
            self._to_begin = False
            self.turn.catch_up(now)
            self._speaker.begin(self.turn.track.occurrence, self.turn.at, self.turn.position)

    def finished(self) -> Sounding | None:
        """The stretch that has come to its end, once; the turn keeps the air until it is left or taken."""
        turn, sounding = self.turn, self.sounding
        if turn is None or sounding is None or turn.speechless_since is not None:
            return None
        turn.started_at = turn.started_at or sounding.started_at
        if not sounding.finished:
            return None
        turn.sounded += sounding.seconds
        self._keep_on(sounding.ends_at)
        return sounding

    def leave(self, now: datetime) -> None:
        """The turn is over; the loudspeaker is left alone with its last silence."""
        self.turn, self.free_since = None, now

    def take(self, now: datetime) -> tuple[Turn, float]:
        """Silence. The turn that had the air, and how many seconds of its stretch were heard."""
        turn, self.turn = self.turn, None
        assert turn is not None
        self.free_since = now
        if self._to_begin:
            self._to_begin = False
            return turn, 0.0
        stopped = self._speaker.stop()
        if stopped is None or turn.speechless_since is not None:
            return turn, 0.0
        turn.started_at = turn.started_at or stopped.started_at
        turn.sounded += stopped.seconds
        if turn.started_at is not None:
            self._keep_on(stopped.ends_at)
        return turn, stopped.seconds

    def next_wake(self, now: datetime) -> datetime | None:
        """When the present stretch wants to be looked at."""
        sounding = self.sounding
        if self.turn is None or sounding is None or self.turn.speechless_since is not None:
            return None
        ends_at = sounding.ends_at if sounding.started_at else self.turn.at + SETTLING
        return ends_at if ends_at > now else now + NEARLY

    def after_quiet(self, moment: datetime) -> datetime:
        """`moment`, or the end of the quiet around a start that it would fall into."""
        sounding = self.sounding
        if self.turn is None or sounding is None or sounding.started_at is not None or sounding.finished:
            return moment
        at = self.turn.at
        return at + SETTLING if at - BREATH < moment < at + SETTLING else moment

    def _keep_on(self, ended_at: datetime) -> None:
        self._on_until = ended_at + timedelta(seconds=self._limits().tail)

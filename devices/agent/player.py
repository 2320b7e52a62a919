"""The one arbiter of this loudspeaker's sound: what begins, what waits, what yields, and what became of each.

`decide` is asked inside a transaction and writes down what is going to happen; `act` makes it happen afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from devices.agent.journal import Journal
from devices.agent.outbox import Ending
from devices.agent.planbook import PlanBook
from devices.agent.readiness import Readiness
from devices.agent.speaker import Speaker
from devices.agent.turn import Turn, cut_by_power, speaks_over
from schedules.due import due, latest_start
from schedules.occurrence import Why
from schedules.outcome import Outcome
from schedules.plan import Occurrence, OccurrenceId, air_order
from schedules.priority import Late, Resume

MOMENT = timedelta(microseconds=1)
NEARLY = timedelta(seconds=0.05)
BREATH = timedelta(seconds=0.7)
SETTLING = timedelta(seconds=0.25)
"""From BREATH before a first sample until SETTLING after it nothing is done that can wait: it could delay the sound."""


class Player:
    """`finish` is told of every ending, inside the transaction that records it."""

    def __init__(
        self,
        journal: Journal,
        book: PlanBook,
        readiness: Readiness,
        speaker: Speaker,
        finish: Callable[[Ending], None],
    ) -> None:
        self._journal = journal
        self._book = book
        self._readiness = readiness
        self._speaker = speaker
        self._finish = finish
        self._turn: Turn | None = None
        self._yielded: list[Turn] = []
        self._to_begin = False
        self._on_until: datetime | None = None
        self._begin_ahead = timedelta(seconds=speaker.begin_ahead)
        self._reaction = timedelta(seconds=speaker.reaction)

    def recover(self) -> None:
        """After a power cut: what had begun is over. Called once, before the first `decide`."""
        for turn in self._journal.unfinished():
            self._finish(cut_by_power(turn))

    def decide(self, now: datetime) -> bool:
        """True when what is ready or playing may have changed."""
        before = self._turn
        self._notice_end(now)
        self._withdraw(now)
        self._expire_yielded(now)
        self._keep_quiet_hours(now)
        if self._book.open and self._book.open[0].start - self._readiness.ahead <= now:
            if self._after_quiet(now) == now:
                self._readiness.prepare(now)
            question = due([one for one in self._book.open if one.start <= now], (), now)
            for one in question.missed:
                self._miss(one)
            self._choose([one for one in question.to_start if not self._refuse(one, now)], now)
            return True
        if self._turn is None and self._yielded:
            self._choose([], now)
        return self._turn is not None or before is not None

    def act(self, now: datetime) -> None:
        """Let sound what was decided. Everything about it is on the disk."""
        if self._to_begin and self._turn is not None:
            self._to_begin = False
            self._turn.catch_up(now)
            self._speaker.begin(self._turn.occurrence.id, self._turn.at, self._turn.position)

    def close(self, now: datetime, reason: str) -> None:
        """Silence; what had begun is interrupted."""
        for turn in [*([self._turn] if self._turn else []), *self._yielded]:
            self._interrupt(turn, now, reason)
        self._turn = None
        self._yielded.clear()

    @property
    def playing(self) -> OccurrenceId | None:
        """What sounds at this moment."""
        sounding = self._speaker.sounding() if self._turn is not None and not self._to_begin else None
        if sounding is None or sounding.started_at is None or sounding.finished:
            return None
        return sounding.occurrence

    @property
    def volume(self) -> int:
        return self._turn.volume if self._turn is not None else self._book.limits.volume_cap

    def mark(self) -> None:
        """Write down how much has sounded, in case the power fails."""
        sounding = self._speaker.sounding() if self.playing else None
        if sounding is not None and self._turn is not None:
            self._journal.mark(sounding.occurrence, self._turn.sounded + sounding.seconds)

    def next_wake(self, now: datetime, others: datetime | None) -> datetime | None:
        """When to wake next, if nothing new comes before; `others` is when something else than sound is due."""
        moments = [others] if others is not None else []
        moments += [turn.waits_until + MOMENT for turn in self._yielded if turn.waits_until]
        if self._turn is not None:
            sounding = self._speaker.sounding()
            silent_from = self._book.limits.ends_by(self._turn.occurrence, now)
            moments += [silent_from] if silent_from is not None else []
            if sounding is not None:
                ends_at = sounding.ends_at if sounding.started_at else self._turn.at + SETTLING
                moments.append(ends_at if ends_at > now else now + NEARLY)
        prepare_ahead, begin_ahead = self._readiness.ahead, self._ahead
        for one in self._book.open:
            if one.start - prepare_ahead > now:
                moments.append(one.start - prepare_ahead)
                break
            begins = one.start - begin_ahead
            moments.append(begins if begins > now else latest_start(one) + MOMENT)
        return self._after_quiet(min(moments)) if moments else None

    @property
    def _ahead(self) -> timedelta:
        # Whoever must interrupt another does it at the last moment.
        if self._turn is not None:
            return self._reaction
        return self._begin_ahead + timedelta(seconds=self._book.limits.lead)

    def _warming(self, now: datetime) -> timedelta:
        """How long the amplifier needs before it can be heard."""
        is_on = self._on_until is not None and now <= self._on_until
        return timedelta() if is_on else timedelta(seconds=self._book.limits.lead)

    def _keep_on(self, ended_at: datetime) -> None:
        self._on_until = ended_at + timedelta(seconds=self._book.limits.tail)

    def _after_quiet(self, moment: datetime) -> datetime:
        """`moment`, or the end of the quiet around a start that it would fall into."""
        if self._turn is None or self._to_begin:
            return moment
        sounding = self._speaker.sounding()
        if sounding is None or sounding.started_at is not None or sounding.finished:
            return moment
        at = self._turn.at
        return at + SETTLING if at - BREATH < moment < at + SETTLING else moment

    def _notice_end(self, now: datetime) -> None:
        turn, sounding = self._turn, self._speaker.sounding()
        if turn is None or self._to_begin or sounding is None:
            return
        turn.started_at = turn.started_at or sounding.started_at
        if sounding.finished:
            turn.sounded += sounding.seconds
            late = "joined-late" if turn.joined_late else ""
            outcome = Outcome.INTERRUPTED if sounding.problem else Outcome.PLAYED
            self._turn = None
            self._keep_on(sounding.ends_at)
            self._end(turn, outcome, sounding.problem or late, sounding.ends_at)

    def _withdraw(self, now: datetime) -> None:
        """What a newer plan speaks for and does not name any more falls silent."""
        for one in self._book.withdrawn(now):
            self._finish(Ending(one, Outcome.CANCELLED, "withdrawn"))
        if self._turn is not None and self._turn.occurrence.id not in self._book.wanted:
            turn, self._turn = self._turn, None
            self._interrupt(turn, now, "withdrawn", unheard=Outcome.CANCELLED)
        for turn in [turn for turn in self._yielded if turn.occurrence.id not in self._book.wanted]:
            self._yielded.remove(turn)
            self._interrupt(turn, now, "withdrawn", unheard=Outcome.CANCELLED)
        self._readiness.forget_withdrawn()

    def _expire_yielded(self, now: datetime) -> None:
        for turn in [turn for turn in self._yielded if turn.waits_until and now > turn.waits_until]:
            self._yielded.remove(turn)
            self._interrupt(turn, now, "stronger-sound")

    def _keep_quiet_hours(self, now: datetime) -> None:
        """What sounds when they begin is cut short; what waits to go on is over."""
        limits = self._book.limits
        if self._turn is not None and limits.ends_by(self._turn.occurrence, now) == now:
            turn, self._turn = self._turn, None
            self._journal.refuse(Why.QUIET_HOURS.value)
            self._interrupt(turn, now, Why.QUIET_HOURS.value)
        for turn in self._yielded[:]:
            silence = limits.silences(turn.occurrence, now, turn.position)
            if silence is not None:
                self._yielded.remove(turn)
                self._interrupt(turn, now, silence.value)

    def _refuse(self, one: Occurrence, now: datetime) -> bool:
        """True when it may not begin any more, because this place is to be silent."""
        position = (now - one.start).total_seconds() if one.late is Late.JOIN else 0.0
        silence = self._book.limits.silences(one, now, position)
        if silence is None:
            return False
        if silence is Why.QUIET_HOURS:
            self._journal.refuse(silence.value)
        self._miss(one, silence.value)
        return True

    def _choose(self, waiting: list[Occurrence], now: datetime) -> None:
        soon = now + self._ahead
        limits = self._book.limits
        waiting += [one for one in self._book.open if now < one.start <= soon and not limits.silences(one, one.start)]
        ready = [one for one in waiting if self._readiness.is_ready(one)]
        best = min(ready, key=lambda one: (-one.bulletin_class.rank, *air_order(one)), default=None)
        resumable = max(self._yielded, key=lambda turn: turn.occurrence.bulletin_class.rank, default=None)
        if self._turn is not None:
            if best is not None and speaks_over(best, self._turn.occurrence):
                self._yield(self._turn, now)
                self._begin(best, now)
        elif resumable is not None and (best is None or not speaks_over(best, resumable.occurrence)):
            self._resume(resumable, now)
        elif best is not None:
            self._begin(best, now)

    def _begin(self, one: Occurrence, now: datetime) -> None:
        warming = self._warming(now)
        at, position = max(one.start, now + warming), 0.0
        if at > one.start and one.late is Late.JOIN:
            at = now + self._reaction + warming
            position = (at - one.start).total_seconds()
        if position >= one.seconds:
            self._miss(one)
            return
        volume = self._readiness.volume(one)
        self._journal.begin(one, at, volume)
        self._book.is_over(one)
        self._turn = Turn(one, volume, at, position, missing=position)
        self._to_begin = True

    def _yield(self, turn: Turn, now: datetime) -> None:
        self._turn = None
        stretch = self._silence(turn)
        if turn.occurrence.resume is Resume.DROP:
            self._end(turn, Outcome.INTERRUPTED, "stronger-sound", now)
            return
        turn.position = turn.position + stretch if turn.occurrence.resume is Resume.RESUME else 0.0
        turn.yielded_at = now
        self._journal.mark(turn.occurrence.id, turn.sounded)
        self._yielded.append(turn)

    def _resume(self, turn: Turn, now: datetime) -> None:
        self._yielded.remove(turn)
        turn.yielded_at = None
        turn.at = now + self._reaction + self._warming(now)
        self._turn = turn
        self._to_begin = True

    def _silence(self, turn: Turn) -> float:
        """Stop the stretch that sounds now, and return how long it was."""
        if self._to_begin or turn.yielded_at is not None:
            self._to_begin = False
            return 0.0
        stopped = self._speaker.stop()
        if stopped is None:
            return 0.0
        turn.started_at = turn.started_at or stopped.started_at
        turn.sounded += stopped.seconds
        if turn.started_at is not None:
            self._keep_on(stopped.ends_at)
        return stopped.seconds

    def _interrupt(self, turn: Turn, now: datetime, reason: str, *, unheard: Outcome = Outcome.INTERRUPTED) -> None:
        """`unheard` is the outcome when not one sample of it has sounded."""
        ended_at = turn.yielded_at or now
        self._silence(turn)
        outcome = unheard if turn.started_at is None else Outcome.INTERRUPTED
        self._end(turn, outcome, reason, ended_at)

    def _miss(self, one: Occurrence, forbidden: str = "") -> None:
        fault = self._readiness.fault(one)
        busy = "busy" if self._turn is not None or self._yielded else ""
        reason = forbidden or self._book.why_too_late(one) or (fault.value if fault else busy) or "late"
        self._book.is_over(one)
        self._readiness.forget(one.id)
        self._finish(Ending(one, Outcome.MISSED, reason))

    def _end(self, turn: Turn, outcome: Outcome, reason: str, ended_at: datetime) -> None:
        self._readiness.forget(turn.occurrence.id)
        self._finish(turn.ending(outcome, reason, ended_at))

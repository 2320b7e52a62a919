"""The one arbiter of this loudspeaker's sound: what begins, what yields, and what became of each.

`decide` is asked inside a transaction and writes down what is going to happen; `act` makes it happen afterwards.
What begins when is on the timetable; who speaks over whom when things go otherwise is said by `schedules.claims`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from devices.agent.air import Air
from devices.agent.callers import MOMENT, Callers
from devices.agent.journal import Journal, KeptTurn
from devices.agent.orderbook import OrderBook
from devices.agent.outbox import Ending
from devices.agent.planbook import PlanBook
from devices.agent.readiness import Readiness
from devices.agent.speaker import Speaker
from devices.agent.timetable import Timetable
from devices.agent.turn import Turn, cut_by_power
from schedules.claims import Claim
from schedules.occurrence import Occurrence, OccurrenceId, Why
from schedules.outcome import Outcome
from schedules.priority import BulletinClass, Late

RESTART_TAKES = timedelta(seconds=60)
WORDS_WAITED_FOR = timedelta(seconds=10)
"""So long after its siren an emergency keeps the air while there is nothing that could say its words."""


class Player:
    """`finish` is told of every ending, inside the transaction that records it."""

    def __init__(
        self,
        journal: Journal,
        plans: PlanBook,
        orders: OrderBook,
        timetable: Timetable,
        readiness: Readiness,
        speaker: Speaker,
        finish: Callable[[Ending], None],
    ) -> None:
        self._journal = journal
        self._plans = plans
        self._orders = orders
        self._timetable = timetable
        self._readiness = readiness
        self._finish = finish
        self._yielded: list[Turn] = []
        self._cut: dict[OccurrenceId, KeptTurn] = {}
        self._air = Air(speaker, lambda: plans.limits)
        self._callers = Callers(journal, plans, orders, timetable, readiness, self._air)

    def recover(self) -> None:
        """After a power cut: what had begun is over, but an emergency that was ordered is heard again from the start.
        Called once, before the first `decide`."""
        for kept in self._journal.unfinished():
            one = kept.occurrence
            ordered = self._orders.sound(one.id) is not None and one.id in self._timetable.wanted
            if ordered and one.bulletin_class is BulletinClass.EMERGENCY:
                self._cut[one.id] = kept
                self._timetable.is_open_again(one.id)
            else:
                self._finish(cut_by_power(kept))

    def decide(self, now: datetime, *, emergencies_only: bool = False) -> bool:
        """True when what is ready or playing may have changed."""
        self._callers.emergencies_only = emergencies_only
        before = self._air.turn
        self._notice_end(now)
        self._obey(now)
        self._wait_no_longer(now)
        near = self._callers.near(now)
        if (near or before is not None) and self._air.after_quiet(now) == now:
            self._readiness.prepare(now, None if before is None else before.occurrence)
        for one in near:
            if one.start <= now and (fate := self._callers.fate(one, now)) is not None:
                self._is_over(one, *fate)
        self._choose(near, now)
        return bool(near) or self._air.turn is not None or before is not None

    def act(self, now: datetime) -> None:
        """Let sound what was decided. Everything about it is on the disk."""
        self._air.act(now)

    def close(self, now: datetime, reason: str) -> None:
        """Silence; what had begun is interrupted."""
        if self._air.turn is not None:
            self._interrupt_sounding(now, reason)
        for turn in self._yielded:
            self._interrupt(turn, now, reason)
        self._yielded.clear()

    @property
    def playing(self) -> OccurrenceId | None:
        """What sounds at this moment."""
        return self._air.playing

    def is_idle(self, now: datetime) -> bool:
        """Nothing sounds or waits to go on, and nothing begins so soon that a restart would put it at risk."""
        busy = self._air.turn is not None or self._yielded
        return not busy and all(one.start - now > RESTART_TAKES for one in self._timetable.open[:1])

    @property
    def began_at(self) -> datetime | None:
        """When the first sample of what sounds came out."""
        return self._air.began_at

    @property
    def volume(self) -> int:
        return self._air.turn.volume if self._air.turn is not None else self._plans.limits.volume_cap

    def mark(self) -> None:
        """Write down how much has sounded, in case the power fails."""
        turn, sounding = self._air.turn, self._air.sounding
        if self.playing and turn is not None and sounding is not None:
            self._journal.mark(turn.occurrence.id, turn.sounded + sounding.seconds)

    def next_wake(self, now: datetime, others: datetime | None) -> datetime | None:
        """When to wake next, if nothing new comes before; `others` is when something else than sound is due."""
        turn, moments = self._air.turn, [others, self._air.next_wake(now), *self._callers.next_moments(now)]
        moments += [waiting.claim.deadline + MOMENT for waiting in self._yielded]
        if turn is not None:
            moments.append(self._plans.limits.ends_by(turn.occurrence, now))
            if turn.speechless_since is not None:
                itself = self._readiness.speaks_itself_at(turn.occurrence)
                moments.append(itself if itself > now else turn.speechless_since + WORDS_WAITED_FOR + MOMENT)
        wanted = [moment for moment in moments if moment is not None]
        return self._air.after_quiet(min(wanted)) if wanted else None

    def _notice_end(self, now: datetime) -> None:
        turn, stretch = self._air.turn, self._air.finished()
        if turn is not None and stretch is not None:
            if not stretch.problem and self._readiness.has_words_after(turn.occurrence, turn.track):
                turn.speechless_since = now
            else:
                outcome = Outcome.INTERRUPTED if stretch.problem else Outcome.PLAYED
                self._air.leave(now)
                self._end(turn, outcome, stretch.problem or turn.remark, stretch.ends_at)
        if turn is not None and turn.speechless_since is not None:
            self._say_the_words(turn, turn.speechless_since, now)

    def _say_the_words(self, turn: Turn, since: datetime, now: datetime) -> None:
        words = self._readiness.words(turn.occurrence, now)
        if words is not None:
            turn.track, turn.position, turn.voice = words, 0.0, words.voice
            turn.at = now + self._air.reaction
            self._air.give(turn)
        elif now > since + WORDS_WAITED_FOR:
            self._interrupt_sounding(now, self._callers.why_missed(turn.occurrence))

    def _obey(self, now: datetime) -> None:
        """What a newer plan or order speaks for and does not name any more falls silent, and what all stop ends."""
        for one in self._timetable.withdrawn(now):
            self._over_unheard(one, Outcome.CANCELLED, "withdrawn")
        turn, limits = self._air.turn, self._plans.limits
        if turn is not None and (why := self._callers.taken_back(turn.occurrence)):
            self._interrupt_sounding(now, why, unheard=Outcome.CANCELLED)
        elif turn is not None and limits.ends_by(turn.occurrence, now) == now:
            self._journal.refuse(Why.QUIET_HOURS.value)
            self._interrupt_sounding(now, Why.QUIET_HOURS.value)
        for turn in self._yielded[:]:
            if why := self._callers.taken_back(turn.occurrence):
                self._yielded.remove(turn)
                self._interrupt(turn, now, why, unheard=Outcome.CANCELLED)
        self._readiness.forget_withdrawn()

    def _wait_no_longer(self, now: datetime) -> None:
        for turn in [turn for turn in self._yielded if turn.claim.deadline < now]:
            self._yielded.remove(turn)
            self._interrupt(turn, now, "stronger-sound")

    def _choose(self, near: list[Occurrence], now: datetime) -> None:
        """Give the air to whom it belongs at `now`."""
        callers = self._callers
        reached = [one for one in near if one.start <= now and one.id not in self._timetable.over]
        begins = {one.id: one.start for one in callers.beginning(near, now)}
        found: list[tuple[Claim, Occurrence | Turn]] = [
            (callers.claim(one), one)
            for one in (*reached, *(one for one in near if one.id in begins))
            if self._readiness.opening(one, now) is not None
        ]
        found += ((turn.claim, turn) for turn in self._yielded[:] if not self._is_silenced(turn, now))
        takers = [(claim, who) for claim, who in found if callers.may_take(claim, now)]
        if not takers:
            return
        _, best = min(takers, key=lambda one: (begins.get(one[0].occurrence.id, now), one[0].order))
        if self._air.turn is not None:
            self._yield(now)
        if isinstance(best, Turn):
            self._resume(best, now)
        else:
            self._begin(best, now)

    def _is_silenced(self, turn: Turn, now: datetime) -> bool:
        """True when it could go on now, but this place is to be silent; it is over then."""
        if not self._callers.may_take(turn.claim, now):
            return False
        silence = self._callers.silenced(turn.occurrence, now, turn.claim.offset.total_seconds())
        if silence:
            self._yielded.remove(turn)
            self._interrupt(turn, now, silence)
        return bool(silence)

    def _begin(self, one: Occurrence, now: datetime) -> None:
        track = self._readiness.opening(one, now)
        assert track is not None
        late, soonest = self._callers.put_off(one), now + self._air.warming(now)
        at, position = max(late.start, soonest), 0.0
        if late is not one:
            at = soonest + self._air.reaction
        elif at > one.start and one.late is Late.JOIN:
            at = soonest + self._air.reaction
            position = (at - one.start).total_seconds()
        if position >= one.seconds:
            self._is_over(one, Outcome.MISSED, self._callers.why_missed(one))
            return
        again = self._cut.pop(one.id, None) is not None
        if again:
            self._journal.may_begin_again(one.id)
        claim = self._callers.claim(one)
        self._journal.begin(claim.occurrence, at, track.volume)
        self._timetable.is_over(one)
        self._air.give(Turn(claim, track, at, position, missing=position, again=again, voice=track.voice))

    def _yield(self, now: datetime) -> None:
        turn, heard = self._air.take(now)
        self._journal.mark(turn.occurrence.id, turn.sounded)
        if turn.cut_short(heard, now):
            self._yielded.append(turn)
        else:
            self._end(turn, Outcome.INTERRUPTED, "stronger-sound", now)

    def _resume(self, turn: Turn, now: datetime) -> None:
        self._yielded.remove(turn)
        turn.at = now + self._air.reaction + self._air.warming(now)
        self._air.give(turn)

    def _interrupt_sounding(self, now: datetime, reason: str, *, unheard: Outcome = Outcome.INTERRUPTED) -> None:
        turn, _ = self._air.take(now)
        self._interrupt(turn, now, reason, unheard=unheard)

    def _interrupt(self, turn: Turn, now: datetime, reason: str, *, unheard: Outcome = Outcome.INTERRUPTED) -> None:
        """`unheard` is the outcome when not one sample of it has sounded."""
        outcome = unheard if turn.started_at is None else Outcome.INTERRUPTED
        self._end(turn, outcome, reason, turn.yielded_at or now)

    def _is_over(self, one: Occurrence, outcome: Outcome, reason: str) -> None:
        self._timetable.is_over(one)
        self._over_unheard(one, outcome, reason)

    def _over_unheard(self, one: Occurrence, outcome: Outcome, reason: str) -> None:
        self._readiness.forget(one.id)
        cut = self._cut.pop(one.id, None)
        self._finish(Ending(one, outcome, reason) if cut is None else cut_by_power(cut))

    def _end(self, turn: Turn, outcome: Outcome, reason: str, ended_at: datetime) -> None:
        self._readiness.forget(turn.occurrence.id)
        self._finish(turn.ending(outcome, reason, ended_at))

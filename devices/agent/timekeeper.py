"""Sees to it that the agent knows the time: asks for it, takes in the answers, and notices when it was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from devices.agent.journal import Journal
from devices.agent.proven_clock import STEP, ProvenClock
from devices.agent.time_questions import TimeQuestions
from devices.agent.timetable import Timetable
from devices.protocol.messages import TimeAnswer

NOTED_EVERY = 3600.0
"""Seconds between two notes of the time; a memory card does not last for ever."""


class Timekeeper:
    """Called by the agent's one thread; made when the agent wakes up."""

    def __init__(self, clock: ProvenClock, journal: Journal, timetable: Timetable) -> None:
        self.clock = clock
        self._journal = journal
        self._timetable = timetable
        self._questions = TimeQuestions()
        self._woke_at = clock.monotonic()
        self._woke: datetime | None = None
        self._steps_seen = clock.steps
        self._note_at = 0.0
        self.latest = journal.latest()
        """The last moment that is certainly past; None when nothing is known."""

    def watch(self) -> bool:
        """True when the time that we act by was proven, or corrected, since this was last asked."""
        clock = self.clock
        clock.look()
        if clock.steps != self._steps_seen:
            self._steps_seen = clock.steps
            self._questions.begin()
        if not clock.proven:
            return False
        now, before = clock.now(), self._woke
        woke = now - timedelta(seconds=clock.monotonic() - self._woke_at)
        if before is not None and abs((woke - before).total_seconds()) < STEP:
            return False
        self._woke = woke
        self._timetable.know_the_time(now, awake_since=woke, corrected=before is not None)
        return True

    def note(self) -> None:
        """Remember how late it is, for the next life; in the caller's transaction."""
        elapsed = self.clock.monotonic()
        if self.clock.proven and elapsed >= self._note_at:
            self._note_at = elapsed + NOTED_EVERY
            self.latest = self.clock.now()
            self._journal.keep_latest(self.latest)

    @property
    def will_do_for_emergencies(self) -> bool:
        """Whether the time, though nobody has proven it, is likely enough for what must not wait.

        A board that says less than was known before it lost its power was never set. One that says more was kept by a
        battery, or by a file: it may be wrong by the time that the power was away, and that is too little to be silent
        in a flood.
        """
        if self.clock.proven or self.clock.assumed:
            return True
        return self.latest is not None and self.clock.now() >= self.latest

    def assume(self, moment: datetime) -> None:
        """It is about `moment`: an order that nobody can have held back was written then."""
        if not self.will_do_for_emergencies:
            self.clock.assume(moment)

    def hurry(self) -> None:
        """The line is new: ask again."""
        self._questions.begin()

    @property
    def next_question(self) -> float | None:
        """When a state is to carry a question, by the monotonic clock; None while the board's clock is kept right."""
        return None if self.clock.kept else self._questions.due_at

    def question(self) -> str:
        """What the state that is sent now asks the controller; empty for nothing."""
        if self.clock.kept:
            return ""
        return self._questions.ask(self.clock.monotonic(), timeless=not self.clock.proven)

    def learn(self, answer: TimeAnswer) -> None:
        """An answer that comes twice, or after we gave up waiting, says nothing."""
        trip = self._questions.answered(answer.question, self.clock.monotonic())
        if trip is not None:
            self.clock.learn(answer.at + timedelta(seconds=trip / 2), trip / 2)

"""Sees to it that the agent knows the time: asks for it, takes in the answers, and notices when it was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from devices.agent.planbook import PlanBook
from devices.agent.proven_clock import STEP, ProvenClock
from devices.agent.time_questions import TimeQuestions
from devices.protocol.messages import TimeAnswer


class Timekeeper:
    """Called by the agent's one thread; made when the agent wakes up."""

    def __init__(self, clock: ProvenClock, book: PlanBook) -> None:
        self.clock = clock
        self._book = book
        self._questions = TimeQuestions()
        self._woke_at = clock.monotonic()
        self._woke: datetime | None = None
        self._steps_seen = clock.steps

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
        self._book.know_the_time(now, awake_since=woke, corrected=before is not None)
        return True

    def hurry(self) -> None:
        """The line is new: ask again."""
        self._questions.begin()

    @property
    def next_question(self) -> float | None:
        """When a state is to carry a question, by the monotonic clock; None while the board's clock is kept right."""
        return None if self.clock.kept else self._questions.due_at

    def question(self) -> str:
        """What the state that is sent now asks the controller; empty for nothing."""
        return "" if self.clock.kept else self._questions.ask(self.clock.monotonic())

    def learn(self, answer: TimeAnswer) -> None:
        """An answer that comes twice, or after we gave up waiting, says nothing."""
        trip = self._questions.answered(answer.question, self.clock.monotonic())
        if trip is not None:
            self.clock.learn(answer.at + timedelta(seconds=trip / 2), trip / 2)

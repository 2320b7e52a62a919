"""Asking the controller for the time: when, and how long each answer was under way."""

from __future__ import annotations

import secrets

ROUND = 3
"""So many questions are asked in a row while the answers are slow: the quickest one tells most."""
QUICK = 0.2
"""Seconds: an answer that took no longer needs no second question."""
PATIENCE = 10.0
"""An answer that was under way for longer says nothing."""
FIRST_PAUSE, LAST_PAUSE = 2.0, 600.0
"""Seconds until an unanswered question is asked again; twice as many each time."""
TIMELESS_PAUSE = 30.0
"""The longest while the time is not known at all: until then the board is silent."""
EVERY = 6 * 3600.0
"""At the latest so long after an answer the next question has a state of its own."""
RIDES_AFTER = 4 * 3600.0
"""From so long after an answer on, a state that is sent anyway carries it."""


class TimeQuestions:
    """Times are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}
        self.due_at = self._rides_at = 0.0
        self._pause = FIRST_PAUSE
        self._left = ROUND

    def begin(self) -> None:
        """Ask again soon: the line is new, or the board's clock was set."""
        self.due_at = self._rides_at = 0.0
        self._pause = FIRST_PAUSE
        self._left = ROUND

    def ask(self, elapsed: float, *, timeless: bool = False) -> str:
        """A new question, which nobody could have foreseen, to be sent at once; empty while it is too early for one."""
        if elapsed < self._rides_at:
            return ""
        self._asked = {one: at for one, at in self._asked.items() if elapsed - at <= PATIENCE}
        question = secrets.token_hex(8)
        self._asked[question] = elapsed
        self._left -= 1
        self.due_at = self._rides_at = elapsed + self._pause
        self._pause = min(2 * self._pause, TIMELESS_PAUSE if timeless else LAST_PAUSE)
        return question

    def answered(self, question: str, elapsed: float) -> float | None:
        """How long question and answer were under way; None when it was not asked, or too long ago."""
        asked_at = self._asked.pop(question, None)
        if asked_at is None or elapsed - asked_at > PATIENCE:
            return None
        if elapsed - asked_at <= QUICK or self._left <= 0:
            self.begin()
            self._rides_at, self.due_at = elapsed + RIDES_AFTER, elapsed + EVERY
        return elapsed - asked_at

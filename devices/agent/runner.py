"""The thread in which an agent lives: it waits for the next moment or for news, and lets the agent do what is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from devices.agent.agent import Agent
from devices.clock import Clock

log = logging.getLogger(__name__)

LONGEST_NAP = 3.0
"""Seconds: so soon a clock that was set, or a dead connection, is noticed."""
FIRST_REST, LAST_REST = 1.0, 60.0
"""Seconds after a failure until the agent starts again from its disk; twice as many each time."""

BuildAgent = Callable[[Callable[[], None]], Agent]
"""Given the nudge, makes an agent from what is on the disk; it has not been started."""


class Runner:
    """One agent, restarted from its disk whenever it fails. `last_turn` is when the thread last showed life."""

    def __init__(self, name: str, build: BuildAgent, clock: Clock) -> None:
        self._build = build
        self._clock = clock
        self._news = threading.Event()
        self._ending = threading.Event()
        self._rude = False
        self._rest = FIRST_REST
        self.failures = 0
        self.last_turn = clock.monotonic()
        self._agent: Agent | None = None
        self._thread = threading.Thread(target=self._live, name=f"agent {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def nudge(self) -> None:
        self._news.set()

    def sound_alarm(self, name: str) -> bool:
        """Set off an alarm at the device; false when no agent could take it, so that it is to be told again."""
        agent = self._agent
        if agent is None:
            return False
        try:
            agent.sound_alarm(name)
        except Exception:
            log.exception("the alarm %s was not taken", name)
            return False
        return True

    def stop(self, *, rude: bool = False) -> None:
        """Ask the agent to end: with a farewell, or rudely, as if it had been killed. Returns at once."""
        self._rude = rude
        self._ending.set()
        self._news.set()

    def join(self, seconds: float) -> bool:
        """True when the thread has ended within `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _live(self) -> None:
        while not self._ending.is_set():
            try:
                self._one_life()
            except Exception:
                self.failures += 1
                log.exception("the agent failed; it starts again from its disk in %.0f s", self._rest)
                self._ending.wait(self._rest)
                self._rest = min(2 * self._rest, LAST_REST)

    def _one_life(self) -> None:
        agent = self._build(self.nudge)
        try:
            agent.start()
            self._agent = agent
            self._turns(agent)
        except BaseException:
            self._agent = None
            agent.abandon()
            raise
        self._agent = None
        if self._rude:
            agent.abandon()
        else:
            agent.close()

    def _turns(self, agent: Agent) -> None:
        checked_at = self._clock.monotonic()
        while not self._ending.is_set():
            self._news.clear()
            wanted = agent.wake()
            if agent.wants_restart:
                return
            self.last_turn = elapsed = self._clock.monotonic()
            if elapsed - checked_at >= LONGEST_NAP:
                agent.link.check()
                checked_at = elapsed
                self._rest = FIRST_REST
            nap = LONGEST_NAP
            if wanted is not None:
                nap = min(nap, (wanted - self._clock.now()).total_seconds())
            if nap > 0:
                self._news.wait(nap)

"""Engines in the order in which they are asked, and which of them rests after a failure."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from controller.speech.engines.port import Engine
from controller.speech.errors import EngineBusy, EngineFailure, EngineSilent, NoVoice, SilentSpeech
from devices.clock import Clock

log = logging.getLogger(__name__)

Made = TypeVar("Made")
LONGEST_REST = 3600.0


class Chain:
    """Asks one engine after the other. Safe to use from several threads.

    A failed engine rests, twice as long after each failure that follows, so that the next text need not wait for it.
    """

    def __init__(self, engines: Sequence[Engine], clock: Clock) -> None:
        self.engines = tuple(engines)
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._resting_until: dict[str, float] = {}
        self._last: dict[str, EngineFailure] = {}

    def troubles(self) -> dict[str, EngineFailure]:
        """Why the engines that are not asked at the moment failed when they were asked last, by name."""
        awake = {engine.name for engine in self.awake()}
        with self._lock:
            return {name: failure for name, failure in self._last.items() if name not in awake}

    def awake(self, *, offline: bool = False) -> tuple[Engine, ...]:
        """The engines that would be asked now, in order; `offline`: of those that need no internet."""
        with self._lock:
            now = self._clock.monotonic()
            rested = (engine for engine in self.engines if self._resting_until.get(engine.name, now) <= now)
            return tuple(engine for engine in rested if not (offline and engine.online))

    def first_that(self, attempt: Callable[[Engine], Made], *, offline: bool = False) -> Made:
        """What the first engine makes for which `attempt` does not raise EngineFailure; `offline` as in `awake`.

        Raises SilentSpeech when each made only silence, NoVoice when none could speak.
        """
        failures: dict[str, EngineFailure] = {}
        for engine in self.awake(offline=offline):
            try:
                made = attempt(engine)
            except EngineFailure as failure:
                log.warning("%s could not speak: %s", engine.name, failure)
                failures[engine.name] = failure
                self._note(engine, failure)
            else:
                self._note(engine, None)
                return made
        if failures and all(isinstance(failure, EngineSilent) for failure in failures.values()):
            raise SilentSpeech("This text, or a sentence of it, comes out as silence; write it in another way.")
        raise NoVoice("No voice could speak this text; a recording can be uploaded instead.", failures)

    def _note(self, engine: Engine, failure: EngineFailure | None) -> None:
        # A text that nobody can speak, or one too many, says nothing about the engine.
        if isinstance(failure, EngineSilent | EngineBusy):
            return
        with self._lock:
            count = self._failures.get(engine.name, 0) + 1 if failure else 0
            self._failures[engine.name] = count
            if failure:
                self._last[engine.name] = failure
            rest = min(engine.rest * 2 ** min(count - 1, 10), LONGEST_REST) if failure else 0.0
            self._resting_until[engine.name] = self._clock.monotonic() + rest

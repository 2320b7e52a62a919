"""A thread that tries, and tries again, until it is ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from devices.link.backoff import Backoff
from devices.link.bell import Bell

log = logging.getLogger(__name__)


class RetryThread:
    """Runs `attempt` again and again, with `backoff` between; `trouble` says why the last one came back."""

    def __init__(self, name: str, attempt: Callable[[], None], backoff: Backoff) -> None:
        self.bell = Bell()
        self.trouble = ""
        self._attempt = attempt
        self._backoff = backoff
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    @property
    def alive(self) -> bool:
        """Also before `start`."""
        return not self._begun or self._thread.is_alive()

    @property
    def _begun(self) -> bool:
        return self._thread.ident is not None

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Ask it to end; `attempt` learns by the bell and by `ended`."""
        self._ended.set()
        self.bell.ring()

    def join(self, seconds: float) -> None:
        if self._begun and self._thread is not threading.current_thread():
            self._thread.join(seconds)

    def succeeded(self) -> None:
        """The attempt under way went well: the next wait is a short one."""
        self._backoff.reset()

    def _run(self) -> None:
        with self.bell:
            while not self.ended:
                try:
                    self._attempt()
                except OSError as wrong:
                    self.trouble = str(wrong)
                except Exception as wrong:
                    self.trouble = f"{type(wrong).__name__}: {wrong}"
                    log.exception("%s failed", self._thread.name)
                self._ended.wait(self._backoff.next())

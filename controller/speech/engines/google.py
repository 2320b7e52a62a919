"""The voice of Google's translation service, through gTTS: sounds well, and may be gone at any moment.

The service is not official: it blocks without notice, takes about 100 characters a request, and gTTS waits for it for
ever. So it runs in a child process with time limits, keeps to a budget, and never stands alone in a chain.
"""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from controller.speech.engines.child import Limits, run_child
from controller.speech.errors import EngineBusy
from controller.speech.progress import Told, nobody
from controller.speech.voice import Voice
from devices.clock import Clock

SERVICE = "https://translate.google.com"
LANGUAGE = "vi"
CHARACTERS_A_REQUEST = 100
# The first decides whether the next engine speaks instead: nobody is to wait longer for that.
LIMITS = Limits(first=3.0, each=5.0, whole=120.0)


class Budget:
    """So many requests at once, and so many a minute in the long run."""

    def __init__(self, clock: Clock, at_once: int, a_minute: float) -> None:
        self._clock = clock
        self._most = float(at_once)
        self._a_second = a_minute / 60
        self._left = self._most
        self._counted_at = clock.monotonic()

    def spend(self, requests: int) -> bool:
        """Whether there were so many left; if not, nothing is taken."""
        now = self._clock.monotonic()
        self._left = min(self._most, self._left + (now - self._counted_at) * self._a_second)
        self._counted_at = now
        if self._left < requests:
            return False
        self._left -= requests
        return True


class Google:
    name = "gtts"
    rest = 300.0
    shapes = False
    online = True

    def __init__(
        self,
        clock: Clock,
        *,
        address: str = SERVICE,
        limits: Limits = LIMITS,
        at_once: int = 60,
        a_minute: float = 30.0,
        pause: float = 0.1,
    ) -> None:
        """`at_once` requests may be made in a row and `a_minute` in the long run, with `pause` seconds before each."""
        self._address = address
        self._limits = limits
        self._budget = Budget(clock, at_once, a_minute)
        self._pause = pause
        self._one_at_a_time = threading.Lock()

    def voice_name(self, voice: Voice) -> str:
        """The service has one accent, whichever region is asked for."""
        return f"{self.name} {LANGUAGE}"

    def speak(self, pieces: Sequence[str], voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        if not self._one_at_a_time.acquire(timeout=self._limits.first):
            raise EngineBusy("The service is speaking another text.")
        try:
            if not self._budget.spend(sum(math.ceil(len(piece) / CHARACTERS_A_REQUEST) for piece in pieces)):
                raise EngineBusy("The service has been asked often enough for now.")
            return self._spoken(pieces, folder, told)
        finally:
            self._one_at_a_time.release()

    def _spoken(self, pieces: Sequence[str], folder: Path, told: Told) -> tuple[Path, ...]:
        files = tuple(folder / f"piece-{number:04}.mp3" for number in range(len(pieces)))
        order = {
            "address": self._address.rstrip("/"),
            "language": LANGUAGE,
            "pause": self._pause,
            "seconds": self._limits.whole,
            "pieces": list(pieces),
            "files": [str(file) for file in files],
        }
        program = Path(__file__).with_name("google_child.py")
        run_child([sys.executable, "-P", str(program)], order, len(pieces), self._limits, told)
        return files

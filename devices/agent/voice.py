"""A voice that a device has of its own, for words whose recording is not there in time."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class VoiceFailed(Exception):
    """It cannot speak now; the message says why."""


class Voice(Protocol):
    name: str
    """As receipts say it."""

    def speak(self, words: str, language: str, path: Path) -> float:
        """Write what `words` sound like to `path`, as a WAV file, and return its length in seconds.

        VoiceFailed when that cannot be; called from background threads, one text at a time per thread.
        """


class Mute:
    """For a device that has none."""

    name = ""

    def speak(self, words: str, language: str, path: Path) -> float:
        raise VoiceFailed("this device has no voice of its own")

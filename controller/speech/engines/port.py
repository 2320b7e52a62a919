"""What an engine promises, whichever it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from controller.speech.progress import Told, nobody
from controller.speech.voice import Voice


class Engine(Protocol):
    """Turns spoken form into sound files. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """Short and stable: it is part of the key under which a rendered text is kept."""

    @property
    def rest(self) -> float:
        """Seconds during which the engine is not asked again after a failure; 0 for one that is always asked."""

    @property
    def shapes(self) -> bool:
        """Whether it obeys speed and pitch itself; otherwise the studio bends what it made."""

    @property
    def online(self) -> bool:
        """Whether it needs the internet; such a one is never waited for in an emergency."""

    def voice_name(self, voice: Voice) -> str:
        """What a receipt calls the voice that would speak, such as `espeak-ng vi-vn-x-south`."""

    def speak(self, pieces: Sequence[str], voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        """One sound file in `folder` for each piece, in order; `told` hears of each. Returns within the engine's own
        time limits, or raises EngineFailure or what `told` raises; files of a failed attempt may be left in `folder`,
        which the caller throws away."""

"""espeak-ng: needs no network and no download, speaks Vietnamese in three accents, sounds like a machine."""

# espeakng_loader has no types.
# mypy: allow-untyped-calls
from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import espeakng_loader

from controller.speech.engines.child import Limits, run_child
from controller.speech.progress import Told, nobody
from controller.speech.reading import Region
from controller.speech.voice import Voice

# Slower than espeak-ng's own 175: outdoors every word comes back from the houses.
WORDS_PER_MINUTE = 150
MIDDLE_PITCH = 50
# At its usual 100 the central and southern voices clip.
VOLUME = 70
VOICES = {Region.NORTH: "vi", Region.CENTRAL: "vi-vn-x-central", Region.SOUTH: "vi-vn-x-south"}
LIMITS = Limits(first=10.0, each=10.0, whole=120.0)


class EspeakNg:
    name = "espeak-ng"
    rest = 0.0
    shapes = True
    online = False

    def __init__(self, *, program: Path | None = None, limits: Limits = LIMITS) -> None:
        """`program` is what is run instead of the one beside this file."""
        self._program = program or Path(__file__).with_name("espeak_child.py")
        self._limits = limits

    def voice_name(self, voice: Voice) -> str:
        return f"{self.name} {VOICES[voice.region]}"

    def speak(self, pieces: Sequence[str], voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        files = tuple(folder / f"piece-{number:04}.wav" for number in range(len(pieces)))
        order = {
            "library": espeakng_loader.get_library_path(),
            "data": espeakng_loader.get_data_path(),
            "voice": VOICES[voice.region],
            "rate": WORDS_PER_MINUTE * voice.speed // 100,
            "pitch": min(MIDDLE_PITCH + voice.pitch, 99),
            "volume": VOLUME,
            "seconds": self._limits.whole,
            "pieces": list(pieces),
            "files": [str(file) for file in files],
        }
        run_child([sys.executable, "-I", "-S", str(self._program)], order, len(pieces), self._limits, told)
        return files

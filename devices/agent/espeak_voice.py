"""espeak-ng as the voice of a device: no network, no download, understood in wind and rain."""

# espeakng_loader has no types.
# mypy: allow-untyped-calls
from __future__ import annotations

import ctypes.util
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from devices.agent.voice import Mute, Voice, VoiceFailed

LONGEST = 20.0
"""Seconds that a text may take to be spoken."""
WORDS_PER_MINUTE = 150
VOICES = {"vi": "vi", "en": "en"}
"""By the language that a text begins with; any other is read as Vietnamese."""


class EspeakVoice:
    """`library` and `data` are espeak-ng's; it runs in a process of its own, which keeps its crashes there."""

    def __init__(self, library: str, data: str) -> None:
        self.name = "espeak-ng"
        self._library = library
        self._data = data

    def speak(self, words: str, language: str, path: Path) -> float:
        if not words.strip():
            raise VoiceFailed("there is nothing to say")
        order = {
            "library": self._library,
            "data": self._data,
            "voice": VOICES.get(language.split("-")[0].lower(), "vi"),
            "rate": WORDS_PER_MINUTE,
            "words": words,
            "file": str(path),
        }
        program = Path(__file__).with_name("espeak_child.py")
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", str(program)],
                input=json.dumps(order).encode(),
                capture_output=True,
                timeout=LONGEST,
                check=True,
            )
            return float(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError) as failed:
            raise VoiceFailed(f"espeak-ng: {type(failed).__name__}") from failed


def own_voice() -> Voice:
    """The espeak-ng of this machine, or the one of the package espeakng-loader; mute where there is neither."""
    if find_spec("espeakng_loader") is not None:
        import espeakng_loader

        return EspeakVoice(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
    library = ctypes.util.find_library("espeak-ng")
    return Mute() if library is None else EspeakVoice(library, "")

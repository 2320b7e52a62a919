"""A voice that says nothing, for as long as the words would take."""

from __future__ import annotations

import wave
from pathlib import Path

from devices.agent.voice import VoiceFailed

SECONDS_PER_LETTER = 0.06
SAMPLE_RATE = 8_000


class PretendVoice:
    """`works` is false while it cannot speak; `said` is all that it was asked to say."""

    name = "pretend"

    def __init__(self) -> None:
        self.works = True
        self.said: list[str] = []

    def speak(self, words: str, language: str, path: Path) -> float:
        self.said.append(words)
        if not self.works or not words.strip():
            raise VoiceFailed("it does not work")
        samples = round(len(words) * SECONDS_PER_LETTER * SAMPLE_RATE)
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
            file.writeframes(bytes(2 * samples))
        return samples / SAMPLE_RATE

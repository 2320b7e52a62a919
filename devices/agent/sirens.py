"""The sirens, made from arithmetic: they need neither a network nor a recording."""

from __future__ import annotations

import hashlib
import math
import os
import sys
import threading
import wave
from array import array
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path

from devices.agent.speaker import SAMPLE_RATE
from devices.protocol.messages import Siren, SirenPattern
from schedules.programme import Sha256, Sound

LOUDNESS = 0.7
FADE = 0.02
"""Seconds in which a blast swells and fades; without it every beginning would click."""

Recording = tuple[Sound, Path]


def _warning(second: float) -> float:
    return 650.0 - 250.0 * math.cos(math.pi * second / 2.0)


def _flood(second: float) -> float:
    return 330.0 if second < 1.2 else 0.0


def _all_clear(second: float) -> float:
    return 520.0


def _test(second: float) -> float:
    return 660.0 if second < 0.35 else 0.0 if second < 0.5 else 880.0 if second < 0.85 else 0.0


PATTERNS: dict[SirenPattern, tuple[float, Callable[[float], float]]] = {
    SirenPattern.WARNING: (4.0, _warning),
    SirenPattern.FLOOD: (2.0, _flood),
    SirenPattern.ALL_CLEAR: (4.0, _all_clear),
    SirenPattern.TEST: (1.0, _test),
}
"""Seconds of one round, and the pitch in hertz at each moment of it; 0 is silence."""


class Sirens:
    """Rounds of sirens as files in `folder`, made once. Agents of one process may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rounds: dict[SirenPattern, Recording] = {}
        self._guard = threading.Lock()

    def make(self) -> None:
        """Have all of them at hand before one is wanted."""
        for pattern in SirenPattern:
            self._round(pattern)

    def rounds(self, siren: Siren) -> list[Recording]:
        """What to play one after the other; what is not made yet takes a moment."""
        one = self._rounds.get(siren.pattern) or self._round(siren.pattern)
        return [one] * ceil(siren.seconds / one[0].seconds)

    def _round(self, pattern: SirenPattern) -> Recording:
        with self._guard:
            if pattern not in self._rounds:
                self._rounds[pattern] = self._make(pattern)
            return self._rounds[pattern]

    def _make(self, pattern: SirenPattern) -> Recording:
        seconds, pitch = PATTERNS[pattern]
        path = self._folder / f"siren-{pattern.value}-1.wav"
        if not path.exists():
            self._write(path, _round(seconds, pitch))
        content = path.read_bytes()
        return Sound(Sha256(hashlib.sha256(content).hexdigest()), seconds, len(content)), path

    def _write(self, path: Path, loudness: Iterator[float]) -> None:
        """`path` appears complete or not at all; a siren that sounds otherwise gets another number."""
        samples = array("h", (round(32767 * LOUDNESS * one) for one in loudness))
        if sys.byteorder == "big":
            samples.byteswap()
        self._folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with wave.open(str(part), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(path)


def _round(seconds: float, pitch: Callable[[float], float]) -> Iterator[float]:
    """One round that joins itself without a click."""
    phase = loudness = 0.0
    count = round(seconds * SAMPLE_RATE)
    step = 1.0 / (FADE * SAMPLE_RATE)
    for number in range(count):
        hertz = pitch(number / SAMPLE_RATE)
        ending = count - number <= FADE * SAMPLE_RATE
        loudness = max(loudness - step, 0.0) if ending or not hertz else min(loudness + step, 1.0)
        phase += (hertz or 330.0) / SAMPLE_RATE
        yield loudness * math.sin(2 * math.pi * phase)

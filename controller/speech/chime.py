"""The chime before a broadcast: three struck notes that rise, so that people begin to listen."""

from __future__ import annotations

import math
from array import array
from functools import cache

from controller.speech.sound import SAMPLE_RATE

# Hertz and the second at which the note is struck: G4, C5, E5.
NOTES = ((392.00, 0.0), (523.25, 0.42), (659.26, 0.84))
# Multiple of the note, share of its loudness, seconds until it has died down to a third.
PARTIALS = ((1.0, 1.0, 0.55), (2.0, 0.32, 0.32), (3.0, 0.12, 0.18), (4.2, 0.05, 0.08))
SECONDS = 2.6
ATTACK = 0.006
FADE_OUT = 0.25
PEAK = 0.5
TIMES_THIRD_UNTIL_INAUDIBLE = 9


@cache
def chime() -> bytes:
    """Signed 16-bit samples, mono at 48 kHz, always the same."""
    mixed = [0.0] * round(SECONDS * SAMPLE_RATE)
    for pitch, struck in NOTES:
        first = round(struck * SAMPLE_RATE)
        for multiple, share, third in PARTIALS:
            _ring(mixed, first, pitch * multiple, share, third)
    fade = round(FADE_OUT * SAMPLE_RATE)
    for left in range(fade):
        mixed[-1 - left] *= left / fade
    scale = PEAK * 32767 / max(abs(sample) for sample in mixed)
    return array("h", (round(sample * scale) for sample in mixed)).tobytes()


def _ring(mixed: list[float], first: int, pitch: float, share: float, third: float) -> None:
    # One complex multiplication a sample turns the note by its pitch and lets it die down.
    step = complex(-1 / third, 2 * math.pi * pitch) / SAMPLE_RATE
    turn = complex(math.cos(step.imag), math.sin(step.imag)) * math.exp(step.real)
    state = complex(share, 0)
    attack = round(ATTACK * SAMPLE_RATE)
    died_down = first + round(third * TIMES_THIRD_UNTIL_INAUDIBLE * SAMPLE_RATE)
    for at in range(first, min(len(mixed), died_down)):
        struck = at - first
        mixed[at] += state.imag * (struck / attack if struck < attack else 1.0)
        state *= turn

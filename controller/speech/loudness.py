"""How loud a recording is (EBU R 128), and bringing it to where a loudspeaker wants it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from av.audio.frame import AudioFrame

from controller.speech.sound import Filters, filtered

TARGET_LUFS = -16.0
HIGHEST_DBTP = -1.0

# ebur128 answers -70 for a recording in which no block was above its gate.
NO_LOUDNESS = -70.0
FAR_ENOUGH_TO_REPEAT = 0.7
# Opus and the way between the samples add up to 2 dB to what the limiter lets through.
FIRST_CEILING = -3.0
TRIES = 6
# Beyond this a limiter leaves nothing of a voice; what is still too quiet then stays so.
MOST_GAIN = 40.0
# Of 1 dB more gain, this much is left of a voice that the limiter already holds.
USUAL_WORTH = 0.65


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBTP (-70 where there is none)."""

    lufs: float
    peak_dbtp: float


@dataclass(frozen=True, slots=True)
class Level:
    """What is done to reach the target: gain and the limiter's ceiling, both in dB."""

    gain: float
    ceiling: float = FIRST_CEILING

    def filters(self) -> Filters:
        limit = 10 ** (self.ceiling / 20)
        return (
            ("volume", f"volume={self.gain:.3f}dB:precision=float"),
            ("alimiter", f"limit={limit:.5f}:attack=5:release=60:level=0:latency=1"),
        )

    def corrected(self, heard: Loudness) -> Level | None:
        """The next level to try after `heard` came out of this one; None when that is good."""
        too_high = heard.peak_dbtp - HIGHEST_DBTP
        missing = TARGET_LUFS - heard.lufs
        if too_high <= 0 and abs(missing) <= FAR_ENOUGH_TO_REPEAT:
            return None
        ceiling = self.ceiling - too_high - 0.1 if too_high > 0 else self.ceiling
        return Level(min(self.gain + missing, MOST_GAIN), ceiling)


def measure(
    frames: Iterable[AudioFrame],
    *,
    true_peak: bool = True,
    sample_format: str = "s16",
    watch: Callable[[AudioFrame], None] | None = None,
) -> Loudness:
    """Listen to the end; `watch` is shown each frame on the way. The true peak costs half as much time again."""
    lufs, peak = NO_LOUDNESS, 0.0
    mode = "metadata=1:peak=true" if true_peak else "metadata=1"
    for frame in filtered(_shown(frames, watch), (("ebur128", mode),), sample_format=sample_format):
        said = frame.metadata
        lufs = float(said.get("lavfi.r128.I", lufs))
        peak = max(peak, float(said.get("lavfi.r128.true_peak", 0.0)))
    if not math.isfinite(lufs):
        lufs = NO_LOUDNESS
    return Loudness(round(lufs, 2), round(20 * math.log10(peak), 2) if peak > 0 else NO_LOUDNESS)


def find_gain(loudness_at: Callable[[float], float], gain: float) -> float:
    """The gain at which `loudness_at(gain)` is the target; `gain` is the first guess.

    A limiter takes back some of what a gain adds, so each step is as long as the last one was worth. The last step
    is not measured again: it is short, and the finished file is measured anyway.
    """
    worth, short_step = USUAL_WORTH, 0.8
    last: tuple[float, float] | None = None
    for _ in range(TRIES):
        heard = loudness_at(gain)
        missing = TARGET_LUFS - heard
        if last is not None and abs(gain - last[0]) > 0.1:
            worth = min(max((heard - last[1]) / (gain - last[0]), 0.2), 1.0)
            short_step = 1.5
        last = (gain, heard)
        gain = min(gain + missing / worth, MOST_GAIN)
        if abs(missing) <= short_step:
            break
    return gain


def _shown(frames: Iterable[AudioFrame], watch: Callable[[AudioFrame], None] | None) -> Iterator[AudioFrame]:
    for frame in frames:
        if watch is not None:
            watch(frame)
        yield frame

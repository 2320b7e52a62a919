"""What can be said about a recording while it runs past: where it is silent, where it clips, how it looks."""

# pydub has no types.
# mypy: allow-untyped-calls
from __future__ import annotations

from array import array
from itertools import groupby, pairwise

from av.audio.frame import AudioFrame

from controller.speech.editing import AudioSegment
from controller.speech.sound import SAMPLE_RATE, samples_of

BLOCK = SAMPLE_RATE // 50
FULL_SCALE = 32767
WAVEFORM_POINTS = 200
# A pause between two sentences is not silence; and a recording may be far quieter than it will be.
BELOW_SPEECH = 30.0
LONGEST_SILENCE = 2.0
CLIPPED_SHARE = 0.01


class Survey:
    """Notes peak and level of every 20 ms of 16-bit frames; 700 kB for an hour."""

    def __init__(self) -> None:
        self.samples = 0
        self._peaks = array("H")
        self._levels = array("f")
        self._rest = b""

    def take(self, frame: AudioFrame) -> None:
        self.samples += frame.samples
        data = self._rest + samples_of(frame)
        whole = len(data) // (2 * BLOCK) * 2 * BLOCK
        for at in range(0, whole, 2 * BLOCK):
            block = AudioSegment(data=data[at : at + 2 * BLOCK], sample_width=2, frame_rate=SAMPLE_RATE, channels=1)
            self._peaks.append(block.max)
            self._levels.append(block.dBFS)
        self._rest = data[whole:]

    @property
    def seconds(self) -> float:
        return self.samples / SAMPLE_RATE

    def silences(self, lufs: float) -> tuple[tuple[float, float], ...]:
        """From and to, in seconds, of each silence of more than 2 s in a recording of this loudness."""
        quiet = (level < lufs - BELOW_SPEECH for level in self._levels)
        found, at = [], 0
        for silent, run in groupby(quiet):
            begin, at = at, at + sum(1 for _ in run)
            if silent and (at - begin) * BLOCK > LONGEST_SILENCE * SAMPLE_RATE:
                found.append((begin * BLOCK / SAMPLE_RATE, at * BLOCK / SAMPLE_RATE))
        return tuple(found)

    def clipped(self) -> bool:
        """Whether a hundredth of all blocks touches full scale: more than a loud word now and then."""
        return sum(1 for peak in self._peaks if peak >= FULL_SCALE) > CLIPPED_SHARE * len(self._peaks)

    def waveform(self) -> tuple[int, ...]:
        """200 peaks, 0 to 100, evenly over the whole recording."""
        count = len(self._peaks)
        if not count:
            return (0,) * WAVEFORM_POINTS
        edges = [point * count // WAVEFORM_POINTS for point in range(WAVEFORM_POINTS + 1)]
        spans = (self._peaks[begin : max(end, begin + 1)] for begin, end in pairwise(edges))
        return tuple(min(round(max(span) * 100 / FULL_SCALE), 100) for span in spans)

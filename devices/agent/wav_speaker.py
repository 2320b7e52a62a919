"""A loudspeaker that writes what it plays: one WAV file and one JSON file per stretch of sound."""

from __future__ import annotations

import re
import threading
import wave
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from devices.agent.decoder import Decoder
from devices.agent.pcm_speaker import PcmSpeaker, Sink
from devices.agent.speaker import SAMPLE_RATE, Track
from devices.agent.workers import Workers
from devices.clock import Clock
from devices.protocol.topics import DeviceId

_HEADER = 44
"""Bytes before the samples."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


class WavSpeaker(PcmSpeaker):
    """Writes `{device}_{occurrence}.wav` and `.json` into `folder`, under these names only once they are complete.

    It takes as long as the sound takes. What was stopped is as long as what was heard; a second stretch of the same
    occurrence gets `-2` before the dot.
    """

    def __init__(
        self,
        folder: Path,
        device: DeviceId,
        *,
        spool: Path,
        clock: Clock,
        workers: Workers,
        decoder: Decoder | None = None,
    ) -> None:
        super().__init__(spool, clock=clock, workers=workers, decoder=decoder)
        self._folder = folder
        self._device = device
        folder.mkdir(parents=True, exist_ok=True)
        for left_over in folder.glob(f".{device}_*.part"):
            left_over.unlink()

    def open_sink(self, track: Track) -> Sink:
        stem = f"{self._device}_{_UNSAFE.sub('_', track.occurrence)[:120]}"
        names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 1_000))
        free = next(name for name in names if not (self._folder / f"{name}.wav").exists())
        return _WavSink(self._folder / free, self._device, track)


class Played(msgspec.Struct, frozen=True):
    """The JSON file beside a WAV file. `started_at` is the moment of the first sample, RFC 3339, UTC."""

    device: str
    occurrence: str
    started_at: str
    seconds: float
    sample_rate: int
    sha256: tuple[str, ...]


class _WavSink:
    """Whoever ends it first ends it: a busy machine may be slow enough for two to try."""

    def __init__(self, path: Path, device: DeviceId, track: Track) -> None:
        self._path = path
        self._device = device
        self._track = track
        self._guard = threading.Lock()
        self._over = False
        self._frames = 0
        self._part = path.with_name(f".{path.name}.wav.part")
        self._file = wave.open(str(self._part), "wb")  # noqa: SIM115 - closed by `finish` or `silence`
        self._file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))

    def write(self, samples: bytes) -> None:
        with self._guard:
            if not self._over:
                self._file.writeframesraw(samples)
                self._frames += len(samples) // 2

    def finish(self, started_at: datetime, seconds: float) -> None:
        with self._guard:
            if self._ends_now():
                self._publish(started_at)

    def silence(self, started_at: datetime | None, seconds: float) -> None:
        with self._guard:
            if not self._ends_now():
                return
            if started_at is None:
                self._part.unlink()
                return
            self._frames = min(self._frames, int(seconds * SAMPLE_RATE))
            _cut(self._part, self._frames)
            self._publish(started_at)

    def _ends_now(self) -> bool:
        first, self._over = not self._over, True
        if first:
            self._file.close()
        return first

    def _publish(self, started_at: datetime) -> None:
        played = Played(
            self._device,
            self._track.occurrence,
            started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            self._frames / SAMPLE_RATE,
            SAMPLE_RATE,
            tuple(sound.sha256 for sound in self._track.sounds),
        )
        self._part.rename(self._path.with_name(f"{self._path.name}.wav"))
        note = self._path.with_name(f".{self._path.name}.json.part")
        note.write_bytes(msgspec.json.encode(played))
        note.rename(self._path.with_name(f"{self._path.name}.json"))


def _cut(path: Path, frames: int) -> None:
    """A WAV file that ends sooner."""
    with path.open("r+b") as file:
        file.truncate(_HEADER + 2 * frames)
        for offset, size in ((4, _HEADER - 8 + 2 * frames), (_HEADER - 4, 2 * frames)):
            file.seek(offset)
            file.write(size.to_bytes(4, "little"))

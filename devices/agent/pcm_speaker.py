"""A loudspeaker fed with samples: decoded seconds before air time, begun at the moment, paced by the clock."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from devices.agent.decoder import Decoder, Samples
from devices.agent.decoding import NotPlayable
from devices.agent.speaker import BYTES_PER_SECOND, SAMPLE_RATE, Preparation, Sounding, Track, is_whole
from devices.agent.workers import Workers
from devices.clock import Clock
from schedules.plan import OccurrenceId

CHUNK = 0.25
"""Seconds of sound that are handed over at once."""
COARSE = 0.05
"""Until so many seconds before the moment one long sleep is enough; then ever shorter ones."""
PATIENCE = 1.0
"""A clock that is set back while we wait for a moment delays the sound by no more than this."""


CHUNK_BYTES = int(CHUNK * SAMPLE_RATE) * 2


class SinkFailed(Exception):
    """The loudspeaker's device or program gave up."""


class Sink(Protocol):
    """Where the samples of one stretch go. Opened before the moment, so that nothing but a write is left to do."""

    def write(self, samples: bytes) -> None:
        """SinkFailed when nothing can sound any more."""

    def finish(self, started_at: datetime, seconds: float) -> None:
        """All was written: returns when the last sample is out. SinkFailed when it never will be."""

    def silence(self, started_at: datetime | None, seconds: float) -> None:
        """No sound from now on; `seconds` are out, the silence before the first sample included."""


@dataclass(slots=True)
class _Prepared:
    track: Track
    state: Preparation = Preparation.UNDER_WAY
    samples: Samples | None = None


class PcmSpeaker(ABC):
    """What `WavSpeaker` and `PipeSpeaker` have in common. `workers` may be shared; closing this does not close them."""

    prepare_ahead = 20.0
    begin_ahead = 3.0
    reaction = 0.25
    write_ahead = 0.0
    """So many seconds of sound the sink holds itself."""

    def __init__(self, spool: Path, *, clock: Clock, workers: Workers, decoder: Decoder | None = None) -> None:
        spool.mkdir(parents=True, exist_ok=True)
        self._spool = spool
        self.clock = clock
        self._workers = workers
        self._decoder = decoder or Decoder()
        self._nudge: Callable[[], None] = lambda: None
        self._tracks: dict[OccurrenceId, _Prepared] = {}
        self._stretch: _Stretch | None = None

    @abstractmethod
    def open_sink(self, track: Track) -> Sink:
        """SinkFailed or OSError when there is none."""

    def nudge(self) -> None:
        self._nudge()

    def on_change(self, nudge: Callable[[], None]) -> None:
        self._nudge = nudge

    def prepare(self, track: Track) -> None:
        known = self._tracks.get(track.occurrence)
        if known is None or known.track != track:
            self._tracks.pop(track.occurrence, None)
            prepared = self._tracks[track.occurrence] = _Prepared(track)
            if track.at_once:
                self._decode(prepared)
            else:
                self._workers.run(lambda: self._decode(prepared))

    def preparation(self, occurrence: OccurrenceId) -> Preparation:
        prepared = self._tracks.get(occurrence)
        return Preparation.UNKNOWN if prepared is None else prepared.state

    def begin(self, occurrence: OccurrenceId, at: datetime, position: float) -> None:
        self.stop()
        prepared = self._tracks[occurrence]
        assert prepared.samples is not None
        self._stretch = _Stretch(self, prepared.track, prepared.samples, at, position)
        self._stretch.start()

    def sounding(self) -> Sounding | None:
        return None if self._stretch is None else self._stretch.report()

    def stop(self) -> Sounding | None:
        stretch, self._stretch = self._stretch, None
        if stretch is None:
            return None
        stretch.silence()
        return stretch.report()

    def forget(self, occurrence: OccurrenceId) -> None:
        stretch = self._stretch
        if stretch is not None and stretch.track.occurrence == occurrence and not stretch.report().finished:
            self.stop()
        self._tracks.pop(occurrence, None)

    def close(self) -> None:
        self.stop()
        self._tracks.clear()

    def _decode(self, prepared: _Prepared) -> None:
        """In a worker's thread, or at once."""
        track = prepared.track
        if self._tracks.get(track.occurrence) is not prepared:
            return  # nobody waits for it any more, and others may wait behind it
        try:
            own = self._decoder.held(track) if track.at_once else None
            files = set(zip(track.files, track.sounds, strict=True))
            if own is None and not all(is_whole(path, sound) for path, sound in files):
                prepared.state = Preparation.DAMAGED
                return
            prepared.samples = own or self._decoder.decode(track, self._spool)
            prepared.state = Preparation.READY
        except NotPlayable:
            prepared.state = Preparation.UNPLAYABLE
        except OSError:
            prepared.state = Preparation.NO_ROOM
        finally:
            self._nudge()


class _Stretch(threading.Thread):
    """One thread that lets one stretch of sound out, and knows how much of it is out."""

    def __init__(self, speaker: PcmSpeaker, track: Track, samples: Samples, at: datetime, position: float) -> None:
        super().__init__(name=f"sound {track.occurrence}", daemon=True)
        self.track = track
        self._speaker = speaker
        self._clock = speaker.clock
        self._samples = samples
        self._at = at
        self._first = min(int(position * SAMPLE_RATE), int(samples.seconds * SAMPLE_RATE))
        self._length = samples.seconds - self._first / SAMPLE_RATE
        self._quiet = threading.Event()
        self._started_at: datetime | None = None
        self._begins = 0.0
        self._lead = 0.0
        self._over: Sounding | None = None
        self._sink: Sink | None = None

    def report(self) -> Sounding:
        if self._over is not None:
            return self._over
        elapsed = self._elapsed
        remaining = timedelta(seconds=max(self._length - elapsed, 0.0))
        ends_at = max(self._at, self._clock.now()) + remaining
        return Sounding(self.track.occurrence, self._heard_from, min(elapsed, self._length), ends_at, finished=False)

    @property
    def _elapsed(self) -> float:
        """Seconds since the first sample; 0 before it."""
        return 0.0 if self._started_at is None else max(self._clock.monotonic() - self._begins, 0.0)

    @property
    def _heard_from(self) -> datetime | None:
        return self._started_at if self._elapsed > 0 else None

    def silence(self) -> None:
        """Returns when no sound comes any more."""
        self._quiet.set()
        self.join(0.5)
        if self.is_alive() and self._sink is not None:
            # It hangs in a write; without its sink it cannot.
            self._sink.silence(self._heard_from, self._lead + self.report().seconds)
            self.join(2.0)

    def run(self) -> None:
        try:
            over = self._perform()
            self._over = self._over or over
        finally:
            del self._samples  # an hour of sound does not stay because it was heard
            self._speaker.nudge()

    def _perform(self) -> Sounding:
        try:
            sink = self._sink = self._speaker.open_sink(self.track)
        except (SinkFailed, OSError):
            return self._end("sound-device")
        first = self._samples.read(2 * self._first, CHUNK_BYTES)
        if not self._wait_for(self._at - timedelta(seconds=self.track.lead)):
            sink.silence(None, 0.0)
            return self._end("")
        now = self._clock.now()
        self._lead = min(max((self._at - now).total_seconds(), 0.0), self.track.lead)
        self._begins = self._clock.monotonic() + self._lead
        self._started_at = now + timedelta(seconds=self._lead)
        try:
            # One stream without a gap: the first sample follows the silence at its moment.
            written = self._let_out(sink, _silence(self._lead), -_length(self._lead))
            written = self._let_out(sink, self._chunks(first), written)
            if not self._quiet.is_set() and self.track.tail:
                self._sleep_until(self._length)
                self._over = self._end("")
                self._speaker.nudge()
                self._let_out(sink, _silence(self.track.tail), written)
            if self._quiet.is_set():
                over = self._over or self._end("")
                sink.silence(self._heard_from, self._lead + over.seconds)
                return over
            sink.finish(self._started_at, self._length)
            return self._end("")
        except (SinkFailed, OSError):
            over = self._over or self._end("sound-device")
            sink.silence(self._heard_from, self._lead + over.seconds)
            return over

    def _chunks(self, first: bytes) -> Iterator[bytes]:
        chunk, position = first, 2 * self._first
        while chunk:
            yield chunk
            position += len(chunk)
            chunk = self._samples.read(position, CHUNK_BYTES)

    def _let_out(self, sink: Sink, chunks: Iterable[bytes], written: int) -> int:
        """Write in pace until silence is wanted; `written` bytes are out already, less than 0 before the first."""
        for chunk in chunks:
            if self._quiet.is_set():
                break
            sink.write(chunk)
            written += len(chunk)
            self._sleep_until(written / BYTES_PER_SECOND - self._speaker.write_ahead)
        return written

    def _end(self, problem: str) -> Sounding:
        elapsed = self._elapsed
        whole = not problem and not self._quiet.is_set()
        seconds = self._length if whole else min(elapsed, self._length)
        started_at = self._started_at if whole else self._heard_from
        return Sounding(self.track.occurrence, started_at, seconds, self._clock.now(), finished=True, problem=problem)

    def _sleep_until(self, second: float) -> None:
        left = self._begins + second - self._clock.monotonic()
        if left > 0:
            self._quiet.wait(left)

    def _wait_for(self, moment: datetime) -> bool:
        """False when silence was wanted meanwhile. The sleeps grow shorter, so that the last one can err but little."""
        gives_up = self._clock.monotonic() + (moment - self._clock.now()).total_seconds() + PATIENCE
        while not self._quiet.is_set():
            left = (moment - self._clock.now()).total_seconds()
            if left <= 0 or self._clock.monotonic() > gives_up:
                return True
            self._quiet.wait(left - COARSE if left > 2 * COARSE else max(left / 2, 0.0002))
        return False


def _length(seconds: float) -> int:
    """In bytes, whole samples."""
    return 2 * round(seconds * SAMPLE_RATE)


def _silence(seconds: float) -> Iterator[bytes]:
    left = _length(seconds)
    while left > 0:
        yield bytes(min(left, CHUNK_BYTES))
        left -= CHUNK_BYTES

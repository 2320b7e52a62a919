"""From recordings to the samples that a loudspeaker takes: 48 kHz, 16 bit, one channel, at the right volume."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

from devices.agent.speaker import SAMPLE_RATE, Track
from schedules.programme import Sound

# Playlists are containers to ffmpeg as well: with them a recording could name other files of this machine.
OPTIONS = {"format_whitelist": "ogg,wav,mp3,flac,mov,mp4,m4a", "protocol_whitelist": "file"}
IN_MEMORY = 8 * 1024 * 1024
"""Longer tracks (87 seconds) wait on the disk instead."""
SHORT = 10 * SAMPLE_RATE
"""Samples of what is read at once."""
SLACK = 2.0
"""Seconds by which a sound may be longer than the plan says: codecs pad."""


class NotPlayable(Exception):
    """Not a sound that this device can decode, or one that is much longer than the plan says."""


def decode(track: Track, spool: Path) -> IO[bytes]:
    """All samples of `track`, one sound after the other, in a file without a name, read position at the beginning.

    NotPlayable when a sound cannot be decoded; OSError when there is no room.
    """
    samples: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(spool))  # noqa: SIM115 - the caller closes it
    try:
        for path, sound in zip(track.files, track.sounds, strict=True):
            ready = _as_it_is(path) if track.volume == 100 else None
            if ready is not None:
                samples.write(ready)
                continue
            for frame in _at_volume(_frames(path, sound), track.volume):
                samples.write(_bytes(frame))
    except BaseException:
        samples.close()
        raise
    samples.seek(0)
    return samples


def _as_it_is(path: Path) -> bytes | None:
    """The samples of a WAV file that needs no change, as our own sirens; None for any other."""
    try:
        with wave.open(str(path), "rb") as file:
            fits = (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
            return file.readframes(file.getnframes()) if fits and file.getnframes() <= SHORT else None
    except (wave.Error, EOFError):
        return None


def is_playable(path: Path, sound: Sound) -> bool:
    """True when the whole file can be decoded."""
    try:
        for _ in _frames(path, sound):
            pass
    except NotPlayable:
        return False
    return True


def _frames(path: Path, sound: Sound) -> Iterator[AudioFrame]:
    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    most = (sound.seconds + SLACK) * SAMPLE_RATE
    count = 0
    try:
        with av.open(str(path), options=OPTIONS) as container:
            if not container.streams.audio:
                raise NotPlayable("there is no sound in this file")
            for decoded in container.decode(container.streams.audio[0]):
                for frame in resampler.resample(decoded):
                    count += frame.samples
                    if count > most:
                        raise NotPlayable(f"longer than the {sound.seconds} seconds of the plan")
                    yield frame
            yield from resampler.resample(None)
    except (av.FFmpegError, ValueError, IndexError) as wrong:
        raise NotPlayable(str(wrong)[:200]) from wrong
    if count == 0:
        raise NotPlayable("there is no sound in this file")


def _at_volume(frames: Iterable[AudioFrame], volume: int) -> Iterator[AudioFrame]:
    if volume == 100:
        yield from frames
        return
    graph = Graph()
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="s16", layout="mono")
    amplifier = graph.add("volume", f"{volume / 100:.2f}:precision=fixed")
    graph.link_nodes(source, amplifier, graph.add("abuffersink")).configure()
    for frame in frames:
        graph.push(frame)
        out = graph.pull()
        assert isinstance(out, AudioFrame)
        yield out


def _bytes(frame: AudioFrame) -> bytes:
    # A plane may be longer than its samples: ffmpeg aligns its buffers.
    return bytes(frame.planes[0])[: 2 * frame.samples]

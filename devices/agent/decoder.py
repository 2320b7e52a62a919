"""Decoding for all loudspeakers of a process: what several of them have at hand at the same time is decoded once."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import IO

from devices.agent.decoding import decode, is_playable
from devices.agent.speaker import BYTES_PER_SECOND, Track
from schedules.programme import Sha256, Sound

_Key = tuple[tuple[Sound, ...], int]


class Samples:
    """All samples of a track, for as long as somebody holds this; readers do not disturb each other."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seconds = file.seek(0, 2) / BYTES_PER_SECOND
        self._file = file
        self._guard = threading.Lock()
        weakref.finalize(self, file.close)

    def read(self, start: int, count: int) -> bytes:
        """Up to `count` bytes from byte `start` on; none behind the end."""
        with self._guard:
            self._file.seek(start)
            return self._file.read(count)


class Decoder:
    """May be called from any thread; who comes while the same is being decoded waits for it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held: weakref.WeakValueDictionary[_Key, Samples] = weakref.WeakValueDictionary()
        self._turns: weakref.WeakValueDictionary[_Key | Sha256, threading.Lock] = weakref.WeakValueDictionary()
        self._playable: set[Sound] = set()

    def held(self, track: Track) -> Samples | None:
        """What is at hand already, at this volume."""
        return self._held.get(_key(track))

    def decode(self, track: Track, spool: Path) -> Samples:
        """NotPlayable when a sound cannot be decoded; OSError when there is no room."""
        key = _key(track)
        with self._turn(key):
            samples = self._held.get(key)
            if samples is None:
                samples = self._held[key] = Samples(decode(track, spool))
            return samples

    def is_playable(self, path: Path, sound: Sound) -> bool:
        """True when the whole file can be decoded; `path` holds exactly the bytes that `sound` names."""
        with self._turn(sound.sha256):
            if sound not in self._playable and is_playable(path, sound):
                self._playable.add(sound)
            return sound in self._playable

    def _turn(self, key: _Key | Sha256) -> threading.Lock:
        with self._guard:
            return self._turns.setdefault(key, threading.Lock())


def _key(track: Track) -> _Key:
    return track.sounds, track.volume

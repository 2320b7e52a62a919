"""The recordings on this device's disk, each under its content hash, each whole or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from devices.agent.speaker import is_whole
from schedules.programme import Sha256, Sound


def free_space(folder: Path) -> int:
    """Bytes that may still be written to the disk of `folder`."""
    return shutil.disk_usage(folder).free


RESERVE = 32 * 1024 * 1024
"""This much of the disk stays free, so that the journal can always be written."""


class Problem(Enum):
    """Why a sound is not here; the words that the operator's console explains."""

    MISSING = "audio-missing"
    REFUSED = "audio-refused"
    DAMAGED = "audio-damaged"
    UNPLAYABLE = "audio-unplayable"
    DISK_FULL = "disk-full"
    DISK_BROKEN = "disk-broken"
    VOICE = "voice-missing"
    """There is no recording, and the device cannot say the words itself."""


@dataclass(frozen=True, slots=True)
class _File:
    """A recording, or the part of one that has come so far."""

    path: Path
    name: Sha256
    size: int
    kept_at: int


class Cache:
    """`is_playable` looks into a whole file before it is kept; without it any content is good.

    `reserve` bytes of the disk stay free, and all recordings together take no more than `quota` bytes.

    `durable=False` keeps every promise but the one against a power cut of the machine (for simulated devices).
    Different sounds may be handled by different threads at once.
    """

    def __init__(
        self,
        folder: Path,
        *,
        is_playable: Callable[[Path, Sound], bool] | None = None,
        reserve: int = RESERVE,
        quota: int | None = None,
        durable: bool = True,
        free: Callable[[Path], int] = free_space,
    ) -> None:
        self._folder = folder
        self._free = free
        self._is_playable = is_playable
        self._reserve = reserve
        self._quota = quota
        self._durable = durable
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: Sha256) -> Path:
        return self._folder / sha256

    def part(self, sha256: Sha256) -> Path:
        """Where a download grows until it is whole."""
        return self._folder / f"{sha256}.part"

    def check(self, sound: Sound) -> bool:
        """True when the sound is here and whole. A damaged file is removed."""
        path = self.path(sound.sha256)
        if is_whole(path, sound):
            return True
        path.unlink(missing_ok=True)
        return False

    def has_room_for(self, sound: Sound) -> bool:
        return self._room() >= self._to_come(sound)

    def _to_come(self, sound: Sound) -> int:
        part = self.part(sound.sha256)
        return sound.size - (part.stat().st_size if part.exists() else 0)

    def _room(self) -> int:
        """Bytes that may still be taken; less than 0 when too many are taken already."""
        room = self._free(self._folder) - self._reserve
        if self._quota is not None:
            room = min(room, self._quota - sum(one.size for one in self._files()))
        return room

    def admit(self, sound: Sound) -> Problem | None:
        """Turn a finished download into a kept sound; whatever is wrong with it, nothing of it remains."""
        part = self.part(sound.sha256)
        problem = None
        if not is_whole(part, sound):
            problem = Problem.DAMAGED
        elif self._is_playable is not None and not self._is_playable(part, sound):
            problem = Problem.UNPLAYABLE
        if problem is not None:
            part.unlink(missing_ok=True)
            return problem
        self._flush(part, os.O_RDONLY)
        part.rename(self.path(sound.sha256))
        self._flush(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        return None

    def make_room(self, sound: Sound, by_need: Sequence[Sha256]) -> frozenset[Sha256]:
        """Remove files until there is room for `sound`, and return those of `by_need` that were among them.

        First goes what nobody needs, the oldest first; then what is needed later than `sound`, the last first. What is
        needed sooner stays, and if nothing that may go makes enough room, so does all that is needed.
        """
        need = {name: place for place, name in enumerate(by_need)}
        own = need.get(sound.sha256, len(need))
        others = [one for one in self._files() if one.name != sound.sha256]
        idle = sorted((one for one in others if one.name not in need), key=lambda one: one.kept_at)
        later = sorted((one for one in others if need.get(one.name, -1) > own), key=lambda one: -need[one.name])
        room, wanted = self._room(), self._to_come(sound)
        if room + sum(one.size for one in (*idle, *later)) < wanted:
            later = []
        given_up: set[Sha256] = set()
        for one in (*idle, *later):
            if room >= wanted:
                break
            one.path.unlink(missing_ok=True)
            room += one.size
            if one.name in need:
                given_up.add(one.name)
        return frozenset(given_up)

    def _files(self) -> list[_File]:
        found = []
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                about = path.stat()
                name = Sha256(path.name.removesuffix(".part"))
                found.append(_File(path, name, about.st_size, about.st_mtime_ns))
        return found

    def _flush(self, path: Path, flags: int) -> None:
        if not self._durable:
            return
        descriptor = os.open(path, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""The recordings on this device's disk, each under its content hash, each whole or not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection
from enum import Enum
from pathlib import Path

from devices.agent.speaker import is_whole
from schedules.programme import Sha256, Sound

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


class Cache:
    """`is_playable` looks into a whole file before it is kept; without it any content is good.

    `durable=False` keeps every promise but the one against a power cut of the machine (for simulated devices).
    Different sounds may be handled by different threads at once.
    """

    def __init__(
        self,
        folder: Path,
        *,
        is_playable: Callable[[Path, Sound], bool] | None = None,
        reserve: int = RESERVE,
        durable: bool = True,
    ) -> None:
        self._folder = folder
        self._is_playable = is_playable
        self._reserve = reserve
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
        return shutil.disk_usage(self._folder).free - sound.size >= self._reserve

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

    def make_room(self, needed: Collection[Sha256]) -> int:
        """Remove every file that is not needed, and return how many bytes that freed."""
        freed = 0
        for path in self._folder.iterdir():
            if path.name.removesuffix(".part") not in needed:
                freed += path.stat().st_size
                path.unlink(missing_ok=True)
        return freed

    def _flush(self, path: Path, flags: int) -> None:
        if not self._durable:
            return
        descriptor = os.open(path, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

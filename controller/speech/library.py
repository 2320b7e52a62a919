"""Finished recordings, kept by what they are: one file per content, never seen half-written."""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from schedules.programme import Sha256

HASH = re.compile(r"[0-9a-f]{64}")
RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Finished:
    """What the studio says about a recording it has finished.

    `waveform` holds 200 peaks from 0 to 100 for a preview, `silences` the beginning and end, in seconds, of each long
    silence inside it, `warnings` stable codes of what a person should listen for: `clipped`, `quiet`, `loudness`.
    """

    seconds: float
    media_type: str
    lufs: float
    peak_dbtp: float
    waveform: tuple[int, ...]
    silences: tuple[tuple[float, float], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asset:
    """A recording in the library. `voice` names the engine and voice that spoke, or is `recording`."""

    sha256: Sha256
    seconds: float
    size: int
    media_type: str
    voice: str
    lufs: float
    peak_dbtp: float
    waveform: tuple[int, ...]
    silences: tuple[tuple[float, float], ...] = ()
    warnings: tuple[str, ...] = ()


# Made before there are threads: see devices.protocol.codec.
_ASSET = msgspec.json.Decoder(Asset)


class Library:
    """A folder of recordings that several threads and processes may use at once."""

    def __init__(self, folder: Path) -> None:
        """Creates the folder, and clears away what a killed process has left unfinished in it."""
        self._sounds = folder / "sounds"
        self._labels = folder / "labels"
        self._benches = folder / "unfinished"
        for part in (self._sounds, self._labels, self._benches):
            part.mkdir(parents=True, exist_ok=True)
        self._sweep()

    @contextmanager
    def bench(self) -> Iterator[Path]:
        """A folder of one's own to work in, on the same disk; it is gone afterwards, whatever happens."""
        with _held(self._benches):
            folder = Path(tempfile.mkdtemp(dir=self._benches))
            # As long as it is held, the sweep of another process leaves this bench alone.
            lock = _hold(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)

    def keep(self, file: Path, finished: Finished, voice: str) -> Asset:
        """Move `file`, which lies on a bench, into the library. The same content is kept once, as it first came."""
        sha256, size = _fingerprint(file)
        known = self.asset(sha256)
        if known is not None:
            return known
        asset = Asset(sha256=sha256, size=size, voice=voice, **dataclasses.asdict(finished))
        about = file.with_name("about.json")
        about.write_bytes(msgspec.json.encode(asset))
        # The sound comes last: whoever sees it sees all of it, and what is known about it.
        _move(about, self._sounds / f"{sha256}.json")
        _move(file, self._sounds / f"{sha256}.ogg")
        return asset

    def asset(self, sha256: str) -> Asset | None:
        """What is known about a recording, or None when it is not here."""
        sound = self.path(sha256)
        return _read_asset(sound.with_suffix(".json")) if sound else None

    def path(self, sha256: str) -> Path | None:
        """The recording's file, or None: for an unknown hash, and for anything that is no hash at all."""
        if not HASH.fullmatch(sha256):
            return None
        sound = self._sounds / f"{sha256}.ogg"
        return sound if sound.is_file() else None

    def forget(self, sha256: Sha256) -> None:
        """Its sound is here no longer; once more changes nothing."""
        if (sound := self.path(sha256)) is not None:
            sound.unlink(missing_ok=True)
            sound.with_suffix(".json").unlink(missing_ok=True)

    def label(self, key: Sha256, asset: Asset) -> None:
        """Make the recording answer to `key`, the hash of what it was made from."""
        with self.bench() as bench:
            note = bench / "label"
            note.write_text(asset.sha256)
            _move(note, self._labels / key)

    def labelled(self, key: Sha256) -> Asset | None:
        """The recording that answers to `key`, if there is one."""
        try:
            return self.asset((self._labels / key).read_text())
        except (OSError, ValueError):
            return None

    def _sweep(self) -> None:
        with _held(self._benches):
            for left in self._benches.iterdir():
                try:
                    with _held(left, wait=False):
                        shutil.rmtree(left, ignore_errors=True)
                except BlockingIOError:
                    continue


def fingerprint_of(parts: object) -> Sha256:
    """The hash of anything that msgspec can write as JSON."""
    return Sha256(hashlib.sha256(msgspec.json.encode(parts)).hexdigest())


def _fingerprint(file: Path) -> tuple[Sha256, int]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
        return Sha256(digest.hexdigest()), content.tell()


def _read_asset(about: Path) -> Asset | None:
    try:
        return _ASSET.decode(about.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None


def _hold(path: Path, *, wait: bool = True) -> int:
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle


@contextmanager
def _held(path: Path, *, wait: bool = True) -> Iterator[None]:
    handle = _hold(path, wait=wait)
    try:
        yield
    finally:
        os.close(handle)


def _move(file: Path, to: Path) -> None:
    """Both the content and the new name are on the disk when this returns."""
    _flush(file)
    file.replace(to)
    _flush(to.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

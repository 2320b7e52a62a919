"""What a backup holds: the database, the sounds, and in a box of their own the keys; each with its SHA-256."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from controller.keeping.box import WrongPassphrase, shut, unshut
from controller.store.copying import copy_database, follow_on, is_sqlite, put_database_back
from controller.store.database import Database
from controller.store.sealing import kept_vault

VERSION = 1
_SEAL_SIZE = 58
DATABASE, BOX, MANIFEST = "database", "keys.box", "manifest.json"
_BROKER_ACCOUNTS = Path("mosquitto/dynamic-security.json")
_LAST = "last-backup"
_LEFT_OUT = ("mosquitto", "unfinished", "own-agent", _LAST)
"""Folders whose content is made anew (the agent of this box joins again), and when there was a backup."""
_PLAIN = ("speech", "pictures")


class BadBackup(Exception):
    """The message says in one sentence why there is no backup, or why it was not restored."""


class _Manifest(msgspec.Struct, frozen=True):
    version: int
    taken_at: str
    sqlite: bool
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What was put into a backup, or taken out of it."""

    files: int
    taken_at: str


def back_up(folder: Path, database_url: str, to: Path, passphrase: str, now: datetime) -> Told:
    """Writes `to`, whole or not at all; the controller may run. BadBackup says why not."""
    if to.exists():
        raise BadBackup(f"{to} exists already.")
    with tempfile.TemporaryDirectory(prefix=".loa-backup-", dir=to.absolute().parent) as place:
        copied = Path(place) / DATABASE
        # First: every sound that it names is on the disk by now.
        copy_database(database_url, copied)
        unfinished = Path(place) / "archive"
        manifest: dict[str, str] = {}
        with tarfile.open(unfinished, "w:gz", compresslevel=3) as archive:
            _add_file(archive, DATABASE, copied, manifest)
            _add(archive, BOX, shut(folder, _secrets(folder), passphrase), manifest)
            for file in _plain(folder):
                _add_file(archive, f"files/{file}", folder / file, manifest)
            told = _Manifest(VERSION, now.isoformat(), is_sqlite(database_url), manifest)
            _add(archive, MANIFEST, msgspec.json.encode(told), {})
        seal = _seal(unfinished, unfinished.stat().st_size)
        with unfinished.open("ab") as end:
            end.write(seal)
        unfinished.chmod(0o600)
        unfinished.rename(to)
    (folder / _LAST).write_text(now.isoformat())
    return Told(len(manifest), now.isoformat())


def last_backup(folder: Path) -> datetime | None:
    """When the commune in `folder` was backed up last; None: never, or nobody knows."""
    try:
        return datetime.fromisoformat((folder / _LAST).read_text())
    except (OSError, ValueError):
        return None


def restore(backup: Path, folder: Path, database_url: str, passphrase: str) -> Told:
    """Builds `folder` and the database anew from `backup`. BadBackup unless both are empty and every byte is right."""
    if folder.exists() and any(folder.iterdir()):
        raise BadBackup(f"{folder} is not empty; restore into an empty folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".loa-restore-", dir=folder.absolute().parent) as place:
        unpacked = Path(place) / "unpacked"
        manifest = _unpacked(backup, unpacked)
        if manifest.sqlite is not is_sqlite(database_url):
            raise BadBackup("The backup is of another kind of database: set LOA_DATABASE_URL as it was.")
        made = Path(place) / "made"
        (unpacked / "files").mkdir(exist_ok=True)
        (unpacked / "files").rename(made)
        try:
            unshut((unpacked / BOX).read_bytes(), passphrase, made)
        except WrongPassphrase as wrong:
            raise BadBackup("The passphrase does not open this backup.") from wrong
        made.chmod(0o700)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
        put_database_back(unpacked / DATABASE, database_url)
    database = Database(database_url, kept_vault(folder))
    try:
        follow_on(database)
    finally:
        database.close()
    return Told(len(manifest.files), manifest.taken_at)


def _unpacked(backup: Path, place: Path) -> _Manifest:
    try:
        if not _is_sealed(backup):
            raise BadBackup(f"{backup} is damaged, or no backup: its bytes are not those that were written.")
        with tarfile.open(backup) as archive:
            archive.extractall(place, filter="data")
        manifest = msgspec.json.decode((place / MANIFEST).read_bytes(), type=_Manifest)
        if manifest.version != VERSION:
            raise BadBackup(f"{backup} was written by another version of this program.")
        for name, expected in manifest.files.items():
            with (place / name).open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != expected:
                    raise BadBackup(f"{backup} is damaged: {name} is not what was put in.")
    except (OSError, tarfile.TarError, EOFError, zlib.error, msgspec.MsgspecError) as wrong:
        raise BadBackup(f"{backup} cannot be read: {wrong}.") from wrong
    return manifest


def _seal(backup: Path, size: int) -> bytes:
    """A last, empty gzip member (RFC 1952) whose extra field holds the SHA-256 of the `size` bytes before it.

    The sums of gzip and tar leave some bytes out; tools that read .tar.gz pass over this.
    """
    with backup.open("rb") as content:
        digest = hashlib.sha256()
        while size and (some := content.read(min(size, 1 << 20))):
            digest.update(some)
            size -= len(some)
    extra = b"Lx" + struct.pack("<H", digest.digest_size) + digest.digest()
    return b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff" + struct.pack("<H", len(extra)) + extra + b"\x03\x00" + bytes(8)


def _is_sealed(backup: Path) -> bool:
    size = backup.stat().st_size - _SEAL_SIZE
    if size < 0:
        return False
    with backup.open("rb") as content:
        content.seek(size)
        return content.read() == _seal(backup, size)


def _add(archive: tarfile.TarFile, name: str, content: bytes, manifest: dict[str, str]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o600
    archive.addfile(entry, io.BytesIO(content))
    manifest[name] = hashlib.sha256(content).hexdigest()


def _add_file(archive: tarfile.TarFile, name: str, file: Path, manifest: dict[str, str]) -> None:
    with file.open("rb") as content:
        manifest[name] = hashlib.file_digest(content, "sha256").hexdigest()
    archive.add(file, arcname=name)


def _secrets(folder: Path) -> Iterator[Path]:
    """All but what is known to be large and no secret, and the accounts of the broker."""
    yield from (file for file in _kept(folder) if file.parts[0] not in _PLAIN)
    if (folder / _BROKER_ACCOUNTS).exists():
        yield _BROKER_ACCOUNTS


def _plain(folder: Path) -> Iterator[Path]:
    yield from (file for file in _kept(folder) if file.parts[0] in _PLAIN)


def _kept(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder)
        left_out = any(part.startswith(".") or part in _LEFT_OUT for part in file.parts)
        if path.is_file() and not left_out and not file.name.startswith("loa.db"):
            yield file

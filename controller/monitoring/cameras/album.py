"""Pictures of cameras on the site's own disk, by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from schedules.programme import Sha256

MOST_BYTES = 1_000_000
_NAME = re.compile(r"[0-9a-f]{64}")
_JPEG = b"\xff\xd8\xff"


class NotAPicture(ValueError):
    """It is no JPEG, too large, or not what its name says."""


def album_in(folder: Path) -> Album:
    """That of the site whose folder this is."""
    return Album(folder / "pictures")


class Album:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: Sha256) -> Path | None:
        """Where it lies; None when it is not there."""
        path = self._folder / sha256[:2] / f"{sha256}.jpg"
        return path if _NAME.fullmatch(sha256) and path.is_file() else None

    def keep(self, sha256: Sha256, picture: bytes) -> None:
        """Keeps it whole or not at all. Raises NotAPicture."""
        right = _NAME.fullmatch(sha256) and hashlib.sha256(picture).hexdigest() == sha256
        if not right or len(picture) > MOST_BYTES or not picture.startswith(_JPEG):
            raise NotAPicture
        path = self._folder / sha256[:2] / f"{sha256}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{sha256}.{secrets.token_hex(4)}.new")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(picture)
        unfinished.rename(path)

    def clear(self, kept: frozenset[Sha256], older_than: float) -> int:
        """Deletes all but those `kept`, unless they came after this moment (of the disk's clock); returns how many."""
        found = [path for path in self._folder.glob("??/*") if path.stem.split(".")[0] not in kept]
        old = [path for path in found if path.stat().st_mtime < older_than]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

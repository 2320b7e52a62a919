"""The key that signs every order of this site."""

from __future__ import annotations

import os
from pathlib import Path

from devices.protocol.signing import SigningKey

_NAME = "site-signing-key.pem"


def site_key(folder: Path) -> SigningKey:
    """The key kept in `folder`, readable by its owner only; made at the first call."""
    path = folder / _NAME
    if path.exists():
        return SigningKey.from_pem(path.read_bytes())
    key = SigningKey.generate()
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.to_pem())
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return key

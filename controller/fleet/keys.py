"""The keys that sign the orders of this site."""

from __future__ import annotations

import os
from pathlib import Path

from devices.protocol.signing import SigningKey


def site_key(folder: Path) -> SigningKey:
    """For every order that is meant. Kept in `folder`, readable by its owner only; made at the first call."""
    return _kept(folder / "site-signing-key.pem")


def exercise_key(folder: Path) -> SigningKey:
    """For exercises, and nothing else; kept in the same way."""
    return _kept(folder / "exercise-signing-key.pem")


def _kept(path: Path) -> SigningKey:
    if path.exists():
        return SigningKey.from_pem(path.read_bytes())
    key = SigningKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.to_pem())
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return key

"""Files that open with a passphrase: scrypt (RFC 7914), then AES-256-GCM over a tar archive."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_MARK = b"loa-box-1\n"
_SALT, _NONCE = 16, 12
COST = 2**17
"""About 128 MiB and a third of a second for each guess."""


class WrongPassphrase(Exception):
    """Or the box was altered: the two cannot be told apart."""


def shut(folder: Path, files: Iterable[Path], passphrase: str) -> bytes:
    """`files`, named relative to `folder`, readable only with `passphrase`."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for file in files:
            archive.add(folder / file, arcname=str(file), recursive=False)
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return _MARK + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, content.getvalue(), _MARK)


def unshut(box: bytes, passphrase: str, folder: Path) -> None:
    """Puts the files back into `folder`, for their owner's eyes only. WrongPassphrase."""
    rest = box.removeprefix(_MARK)
    salt, nonce, sealed = rest[:_SALT], rest[_SALT : _SALT + _NONCE], rest[_SALT + _NONCE :]
    try:
        content = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _MARK)
    except (InvalidTag, ValueError) as wrong:
        raise WrongPassphrase("the passphrase does not open it") from wrong
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")
        for member in archive.getmembers():
            (folder / member.name).chmod(0o600)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())

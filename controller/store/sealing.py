"""Secrets of others, such as a webhook's or a camera's password, as rows keep them: unreadable without the site's key.

A stolen database, or a copy of it, does not give them away; the folder with the key does.
"""

from __future__ import annotations

import base64
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from devices.secret_file import write_secret

KEY_FILE = "secrets.key"
VAULT = "loa_vault"
"""The execution option under which every connection of a `Database` carries its vault."""
_MARK = "sealed:1:"
_NONCE_BYTES = 12


class Unreadable(Exception):
    """The words were sealed with another key, for another place, or were altered."""


class Vault:
    """Seals words (AES-256-GCM) for one place: moved to another row, they cannot be read."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._mark_key = hmac.digest(key, b"marks", "sha256")

    @classmethod
    def new(cls) -> Vault:
        return cls(AESGCM.generate_key(256))

    def seal(self, words: str, place: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, words.encode(), place.encode())
        return _MARK + base64.b64encode(sealed).decode()

    def unseal(self, sealed: str, place: str) -> str:
        """Raises Unreadable."""
        if not is_sealed(sealed):
            raise Unreadable(f"what is kept for {place} was never sealed")
        try:
            raw = base64.b64decode(sealed.removeprefix(_MARK), validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError) as wrong:
            raise Unreadable(f"what is kept for {place} cannot be read with this site's key") from wrong

    def mark(self, words: str, place: str) -> str:
        """By which this site knows words that it wrote in a place itself."""
        return hmac.digest(self._mark_key, f"{place}\n{words}".encode(), "sha256").hex()


def kept_vault(folder: Path) -> Vault:
    """The vault of the site whose key lies in `folder`, readable by its owner only; made at the first call."""
    path = folder / KEY_FILE
    if not path.exists():
        write_secret(path, AESGCM.generate_key(256))
    return Vault(path.read_bytes())


def is_sealed(words: str) -> bool:
    return words.startswith(_MARK)


def seal(connection: Connection, words: str, place: str) -> str:
    """`words` as a row may keep them; nothing stays nothing. `place` names the row and column, as in
    channels/office/address, and is asked for again by `unseal`."""
    return _vault(connection).seal(words, place) if words else ""


def unseal(connection: Connection, sealed: str, place: str) -> str:
    """Raises Unreadable."""
    return _vault(connection).unseal(sealed, place) if sealed else ""


def _vault(connection: Connection) -> Vault:
    vault = connection.get_execution_options()[VAULT]
    assert isinstance(vault, Vault)
    return vault

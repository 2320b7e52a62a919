"""The keys of this site: one signs orders, one exercises, and a root key says whose orders count.

The root key is made at the first start, and stays in the folder only until somebody takes it away (`loa keys root`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from devices.protocol.codec import decode, encode
from devices.protocol.errors import WireError
from devices.protocol.messages import SiteKeys
from devices.protocol.signing import KeyId, SigningKey, VerifyKey, unseal
from devices.protocol.topics import Topics
from devices.secret_file import write_secret

SIGNING, EXERCISE, ROOT = "site-signing-key.pem", "exercise-signing-key.pem", "site-root-key.pem"
ROOT_PUBLIC, LIST = "site-root-key.pub", "site-keys.jws"
LIST_LIFE = timedelta(days=3650)
"""A device that was away for years must still learn whom to obey."""


class BadKeys(Exception):
    """The message says in one sentence what is wrong with the keys, and what to do."""


def site_key(folder: Path) -> SigningKey:
    """For every order that is meant. Kept in `folder`, readable by its owner only; made at the first call."""
    return _kept(folder / SIGNING)


def exercise_key(folder: Path) -> SigningKey:
    """For exercises, and nothing else; kept in the same way."""
    return _kept(folder / EXERCISE)


@dataclass(frozen=True, slots=True)
class Trusted:
    """What the root key said last: the message, and the bytes that carry its seal."""

    root: VerifyKey
    told: SiteKeys
    sealed: bytes

    def find(self, wanted: KeyId) -> VerifyKey | None:
        return next((key for text in self.told.keys if (key := VerifyKey.from_text(text)).id == wanted), None)


def trusted(folder: Path, topics: Topics, now: datetime) -> Trusted:
    """The list of keys of `folder`; made at the first call, as is the root key. BadKeys for a forged one."""
    site_key(folder)
    if not (folder / ROOT_PUBLIC).exists():
        root = _kept(folder / ROOT)
        write_secret(folder / ROOT_PUBLIC, root.public.text.encode())
    if not (folder / LIST).exists():
        if not (folder / ROOT).exists():
            raise BadKeys(f"{folder / LIST} is missing; restore it from a backup.")
        tell(folder, topics, _kept(folder / ROOT), (site_key(folder).public.text,), (), now)
    try:
        root_key = VerifyKey.from_text((folder / ROOT_PUBLIC).read_text().strip())
        sealed = (folder / LIST).read_bytes()
        opened = unseal(
            sealed, topic=topics.keys(), now=None, find_key=lambda kid: root_key if kid == root_key.id else None
        )
        return Trusted(root_key, decode(opened.payload, SiteKeys), sealed)
    except (WireError, ValueError, OSError) as wrong:
        raise BadKeys(f"The list of keys in {folder} is not what the root key signed: {wrong}.") from wrong


def tell(
    folder: Path, topics: Topics, root: SigningKey, keys: tuple[str, ...], revoked: tuple[str, ...], now: datetime
) -> None:
    """Writes a new list under the root key's seal; `loa serve` finds it within seconds."""
    told = SiteKeys(serial=int(now.timestamp() * 1000), issued_at=now, keys=keys, revoked=revoked)
    sealed = root.seal(encode(told), topic=topics.keys(), issued_at=now, expires_at=now + LIST_LIFE)
    write_secret(folder / LIST, sealed)


def rotate(folder: Path, topics: Topics, root: SigningKey, now: datetime) -> tuple[KeyId, KeyId]:
    """A new signing key; the one before it counts on until it is revoked. Returns the old and the new."""
    before, standing = site_key(folder), trusted(folder, topics, now)
    _check_root(root, standing)
    new = SigningKey.generate()
    tell(folder, topics, root, (new.public.text, *standing.told.keys), standing.told.revoked, now)
    write_secret(folder / SIGNING, new.to_pem())
    return before.id, new.id


def revoke(folder: Path, topics: Topics, root: SigningKey, key: KeyId, now: datetime) -> KeyId:
    """`key` never counts again; where it is the one that signs, there is a new one. Returns the key that signs."""
    standing = trusted(folder, topics, now)
    _check_root(root, standing)
    if standing.find(key) is None:
        raise BadKeys(f"There is no key {key} in force; `loa keys show` lists them.")
    signing = site_key(folder)
    left = tuple(text for text in standing.told.keys if VerifyKey.from_text(text).id != key)
    if signing.id == key:
        signing = SigningKey.generate()
        left = (signing.public.text, *left)
    tell(folder, topics, root, left, (*standing.told.revoked, key), now)
    write_secret(folder / SIGNING, signing.to_pem())
    return signing.id


def take_root_away(folder: Path, to: Path, passphrase: str) -> None:
    """Moves the root key out of `folder`, under a passphrase. BadKeys when it is not there any more."""
    if not (folder / ROOT).exists():
        raise BadKeys(f"The root key is not in {folder}: it was taken away before.")
    root = _kept(folder / ROOT)
    write_secret(to, root.to_pem(passphrase))
    if read_root(to, passphrase).id != root.id:
        raise BadKeys(f"{to} could not be read back; the root key is still in {folder}.")
    (folder / ROOT).unlink()


def read_root(file: Path, passphrase: str) -> SigningKey:
    """BadKeys for a file that is none, or a wrong passphrase."""
    try:
        return SigningKey.from_pem(file.read_bytes(), passphrase or None)
    except (OSError, ValueError, TypeError) as wrong:
        raise BadKeys(f"The root key in {file} cannot be read: {wrong}.") from wrong


def _check_root(root: SigningKey, standing: Trusted) -> None:
    if root.id != standing.root.id:
        raise BadKeys("That is not the root key of this site.")


def _kept(path: Path) -> SigningKey:
    if path.exists():
        return SigningKey.from_pem(path.read_bytes())
    key = SigningKey.generate()
    write_secret(path, key.to_pem())
    return key

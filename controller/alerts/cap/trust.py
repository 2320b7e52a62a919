"""Whose keys are believed: pinned per source, from a folder. A certificate inside a message proves nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from controller.alerts.cap.genuine import SourceName
from controller.alerts.errors import BadTrust

_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der", ".pub"})
_SETTINGS = frozenset({"senders", "subject", "allow_sha1", "ignore_white_space"})


@dataclass(frozen=True, slots=True)
class Pin:
    """The keys of one source. `senders` are the CAP senders it may speak as, in lower case; None: as any that no
    other source has. With `subject` the certificates are issuers, and whoever they issued under exactly that RFC 4514
    name is believed. SHA-1 and white space changed after signing are exceptions that somebody wrote down."""

    source: SourceName
    certificates: tuple[x509.Certificate, ...]
    senders: frozenset[str] | None = None
    subject: str = ""
    allow_sha1: bool = False
    ignore_white_space: bool = False

    def claims(self, sender: str) -> bool:
        name = sender.casefold()
        if self.senders is not None:
            return name in self.senders
        return _plain(self.source) == _plain(name)

    @property
    def speaks_for_anyone(self) -> bool:
        return self.senders is None and "@" not in self.source


@dataclass(frozen=True, slots=True)
class Trust:
    pins: tuple[Pin, ...] = ()

    def for_sender(self, sender: str) -> tuple[Pin, ...]:
        """The sources whose keys may sign as `sender`. One that is named for the sender shuts out all others."""
        claiming = tuple(pin for pin in self.pins if pin.claims(sender))
        return claiming or tuple(pin for pin in self.pins if pin.speaks_for_anyone)


NO_TRUST = Trust()


def load_trust(folder: Path) -> Trust:
    """Reads a folder of keys: `NAME.pem` (also .crt, .cer, .der, .pub; or several in a folder `NAME/`) holds
    certificates or public keys of the source NAME. `NAME.json` beside it may narrow or widen the trust:

        {"senders": ["canhbao@kttv.example"],    the CAP senders that this source speaks as
         "subject": "CN=…,O=…",                  the certificates are issuers; only this subject of theirs is believed
         "allow_sha1": false, "ignore_white_space": false}

    Without `senders`, a file named like a sender speaks for that sender only where the name is an address with `@`,
    and otherwise for every sender that no other file is named for. Raises BadTrust.
    """
    if not folder.is_dir():
        raise BadTrust(f"{folder} is no folder; give a folder with one .pem file per source.")
    try:
        found = list(_files(folder))
        pins = [_pin(SourceName(name), files, folder / f"{name}.json") for name, files in found]
    except OSError as trouble:
        raise BadTrust(f"{folder} cannot be read: {trouble.strerror}.") from trouble
    if not pins:
        raise BadTrust(f"{folder} holds no key; put one .pem file per source into it.")
    return Trust(tuple(pins))


def _files(folder: Path) -> Iterator[tuple[str, list[Path]]]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            inside = [file for file in sorted(entry.iterdir()) if file.suffix.casefold() in _SUFFIXES]
            if inside:
                yield entry.name, inside
        elif entry.suffix.casefold() in _SUFFIXES:
            yield entry.name[: -len(entry.suffix)], [entry]


def _pin(name: SourceName, files: list[Path], settings: Path) -> Pin:
    certificates = tuple(certificate for file in files for certificate in _certificates(file))
    pin = Pin(name, certificates)
    return replace(pin, **_settings(settings)) if settings.is_file() else pin


def _settings(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_bytes())
    except ValueError as trouble:
        raise BadTrust(f"{file} is not JSON.") from trouble
    if not isinstance(said, dict) or set(said) - _SETTINGS:
        raise BadTrust(f"{file} may only say {', '.join(sorted(_SETTINGS))}.")
    senders = said.get("senders", [])
    if not isinstance(senders, list) or not all(isinstance(sender, str) for sender in senders):
        raise BadTrust(f"{file}: senders is a list of texts.")
    if not isinstance(said.get("subject", ""), str):
        raise BadTrust(f"{file}: subject is a text such as CN=…,O=….")
    if any(not isinstance(said.get(name, False), bool) for name in ("allow_sha1", "ignore_white_space")):
        raise BadTrust(f"{file}: allow_sha1 and ignore_white_space are true or false.")
    if "senders" in said:
        said["senders"] = frozenset(sender.casefold() for sender in senders)
    return said


def _certificates(file: Path) -> list[x509.Certificate]:
    return read_certificates(file.read_bytes(), str(file))


def read_certificates(data: bytes, name: str) -> list[x509.Certificate]:
    """Certificates in PEM or DER, or one public key; `name` is how they are called in what BadTrust says."""
    if b"PRIVATE KEY" in data:
        raise BadTrust(f"{name} holds a private key; only certificates and public keys belong here.")
    try:
        if b"BEGIN CERTIFICATE" in data:
            return x509.load_pem_x509_certificates(data)
        if b"BEGIN PUBLIC KEY" in data:
            return [_as_certificate(serialization.load_pem_public_key(data))]
        return [x509.load_der_x509_certificate(data)]
    except (ValueError, TypeError, UnsupportedAlgorithm) as trouble:
        raise BadTrust(f"{name} is neither a certificate nor a public key.") from trouble


def _as_certificate(key: Any) -> x509.Certificate:
    """A bare key in the only clothes that the verifier accepts; who signed them does not matter, the key is pinned."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pinned key")])
    bare = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key).serial_number(1)
    dated = bare.not_valid_before(datetime(1970, 1, 2, tzinfo=UTC)).not_valid_after(datetime(9999, 1, 1, tzinfo=UTC))
    return dated.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")

"""The site's own authority for TLS, and the certificate that it gives to the broker and the console.

Devices pin the authority when they are enrolled; no other can vouch for this site to them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from devices.secret_file import write_secret

AUTHORITY_LIFE = timedelta(days=20 * 365)
"""A device that was away for years must still know the site."""
SERVER_LIFE = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=30)
AUTHORITY = "site-ca.pem"
_SLACK = timedelta(days=1)
"""A device's clock may be behind."""


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """PEM files: whom to trust, the certificate with it, and its key."""

    authority: Path
    certificate: Path
    key: Path


def authorities(folder: Path, https: bool, of_broker: Path | None) -> str:
    """Who vouches for broker and console to devices, each once, as PEM; empty: those that the system trusts."""
    files = {of_broker, folder / AUTHORITY if https else None} - {None}
    return "".join(sorted({file.read_text() for file in files if file is not None}))


def server_files(
    folder: Path, site: str, names: Collection[str], now: datetime, server: str = "server"
) -> tuple[ServerFiles, bool]:
    """Files of `server`, which is reached under `names` (hosts or addresses), and whether they are new.

    The authority is made at the first call; the certificate whenever it would end soon or `names` are others.
    """
    files = ServerFiles(folder / AUTHORITY, folder / f"{server}.pem", folder / f"{server}-key.pem")
    authority_key = folder / "site-ca-key.pem"
    if not (files.authority.exists() and authority_key.exists()):
        _make_authority(site, files.authority, authority_key, now)
    if _serves(files, names, now):
        return files, False
    _issue(files, authority_key, sorted(names), now)
    return files, True


def _serves(files: ServerFiles, names: Collection[str], now: datetime) -> bool:
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        issuer = x509.load_pem_x509_certificate(files.authority.read_bytes())
        found.verify_directly_issued_by(issuer)
    except (OSError, ValueError, TypeError) as unusable:
        del unusable
        return False
    alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    listed = {str(one.value) for one in alternatives}
    return files.key.exists() and set(names) <= listed and now < found.not_valid_after_utc - RENEWED_BEFORE


def _make_authority(site: str, certificate: Path, key_file: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Loa xã {site}")])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    made = (
        _builder(name, name, key.public_key(), now, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    write_secret(key_file, _pem(key))
    write_secret(certificate, made.public_bytes(serialization.Encoding.PEM))


def _issue(files: ServerFiles, authority_key: Path, names: Collection[str], now: datetime) -> None:
    issuer = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Loa xã")])
    made = (
        _builder(subject, issuer.subject, key.public_key(), now, SERVER_LIFE)
        .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    write_secret(files.key, _pem(key))
    write_secret(files.certificate, made.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)

"""The commune's own key for the warnings that it issues itself, with the certificate that others may pin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.secret_file import write_secret

_LIFE = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class OwnKey:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The certificate, for those who shall believe it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def make_key(name: str, now: datetime) -> OwnKey:
    """A new key with a certificate of its own making."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    bare = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
    dated = bare.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    return OwnKey(key, dated.not_valid_after(now + _LIFE).sign(key, hashes.SHA256()))


def own_key(folder: Path, name: str, now: datetime) -> OwnKey:
    """The key kept in `folder`, readable by its owner only; made at the first call."""
    path = folder / "warnings-signing-key.pem"
    if path.exists():
        pem = path.read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey), f"{path} holds another kind of key"
        return OwnKey(key, x509.load_pem_x509_certificate(pem))
    made = make_key(name, now)
    private = made.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_secret(path, private + made.pem.encode())
    return made

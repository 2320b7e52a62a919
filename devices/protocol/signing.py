"""Seals: JWS compact form (RFC 7515) over the exact bytes, Ed25519 only (RFC 8037), bound to topic and time.

The protected header carries `alg`, `kid`, and, as RFC 7519 §5.3 allows, the claims `iat`, `exp`, `jti`, with the
`topic` beside them; the payload is the message and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import OKPKey

from devices.protocol.codec import MAX_BYTES
from devices.protocol.errors import BadSignature, Expired, WrongTopic

KeyId = NewType("KeyId", str)

ALGORITHM = "EdDSA"
FUTURE_TOLERANCE = timedelta(minutes=2)
"""How far ahead of ours the sender's clock may run."""


class _EdDSAOnly(jws.JWSRegistry):
    """Knows one algorithm, under the name that RFC 8037 gave it (RFC 9864 renames it)."""

    max_header_length = 4096
    max_payload_length = MAX_BYTES * 4 // 3 + 4

    def get_alg(self, name: str) -> JWSAlgModel:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"only {ALGORITHM}")
        return self.algorithms[name]


_REGISTRY = _EdDSAOnly(strict_check_header=False)


class SigningKey:
    """A private Ed25519 key. Its `id` is the RFC 7638 thumbprint of the public half."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key
        self.id = KeyId(key.thumbprint())

    @classmethod
    def generate(cls) -> SigningKey:
        """Its id never begins with a dash: a command would take it for an option."""
        while (key := cls(OKPKey.generate_key("Ed25519"))).id.startswith("-"):
            pass
        return key

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: str | None = None) -> SigningKey:
        return cls(OKPKey.import_key(pem, password=passphrase))

    def to_pem(self, passphrase: str | None = None) -> bytes:
        return self._key.as_pem(private=True, password=passphrase)

    def derive(self, purpose: bytes) -> bytes:
        """32 secret bytes for another purpose; from them nobody finds the way back to this key."""
        private = self._key.private_key
        assert isinstance(private, Ed25519PrivateKey)
        return HKDF(hashes.SHA256(), 32, salt=None, info=purpose).derive(private.private_bytes_raw())

    @property
    def public(self) -> VerifyKey:
        return VerifyKey(OKPKey.import_key(self._key.as_dict(private=False)))

    def seal(self, payload: bytes, *, topic: str, issued_at: datetime, expires_at: datetime) -> bytes:
        """`payload` under this key's signature, good on `topic` only and until `expires_at`."""
        header = {
            "alg": ALGORITHM,
            "kid": self.id,
            "topic": topic,
            "iat": issued_at.timestamp(),
            "exp": expires_at.timestamp(),
            "jti": secrets.token_urlsafe(12),
        }
        return jws.serialize_compact(header, payload, self._key, registry=_REGISTRY).encode()


class VerifyKey:
    """The public half; `text` is its one-line form, for configuration and enrolment."""

    def __init__(self, key: OKPKey) -> None:
        self.key = key
        self.id = KeyId(key.thumbprint())

    @classmethod
    def from_text(cls, text: str) -> VerifyKey:
        """Reads what `text` wrote; ValueError for anything that is no Ed25519 public key."""
        try:
            return cls(OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": text}))
        except (JoseError, ValueError, TypeError) as wrong:
            raise ValueError("not an Ed25519 public key") from wrong

    @property
    def text(self) -> str:
        return str(self.key.as_dict(private=False)["x"])


@dataclass(frozen=True, slots=True)
class Opened:
    """A payload whose seal held: who signed it, when, and its single-use id."""

    payload: bytes
    key: KeyId
    issued_at: datetime
    expires_at: datetime
    id: str

    def check_date(self, now: datetime) -> None:
        """Raises Expired when the seal does not hold any more, or not yet."""
        if now > self.expires_at:
            raise Expired(f"expired at {self.expires_at:%Y-%m-%dT%H:%M:%SZ}")
        if self.issued_at > now + FUTURE_TOLERANCE:
            raise Expired(f"dated in the future: {self.issued_at:%Y-%m-%dT%H:%M:%SZ}")


FindKey = Callable[[KeyId], VerifyKey | None]


def unseal(sealed: bytes, *, topic: str, now: datetime | None, find_key: FindKey) -> Opened:
    """The payload of `sealed` if one of our keys signed it for `topic` and it is in date; without `now`, of any date.

    Raises BadSignature, WrongTopic or Expired. The message has no say in which algorithm or key is used.
    """
    try:
        unverified = jws.extract_compact(sealed, registry=_REGISTRY)
        header = unverified.protected
        kid, named_topic = str(header.get("kid")), header.get("topic")
        algorithm = header.get("alg")
        key = find_key(KeyId(kid)) if algorithm == ALGORITHM else None
        if key is None:
            raise BadSignature(f"algorithm {str(algorithm)[:20]!r}, key {kid[:60]!r}: not one of ours")
        if "crit" in header:
            raise BadSignature("it must not be read by those who do not know an extension, and none is known here")
        opened = jws.deserialize_compact(sealed, key.key, registry=_REGISTRY)
        issued_at, expires_at = _moment(header["iat"]), _moment(header["exp"])
    except (JoseError, ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError) as wrong:
        raise BadSignature(f"no valid seal: {type(wrong).__name__}") from wrong
    if named_topic != topic:
        raise WrongTopic(f"signed for {str(named_topic)[:200]!r}")
    found = Opened(opened.payload, KeyId(kid), issued_at, expires_at, str(header.get("jti", "")))
    if now is not None:
        found.check_date(now)
    return found


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ValueError("a time is a number of seconds")
    return datetime.fromtimestamp(seconds, UTC)

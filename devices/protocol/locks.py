"""Boxes: JWE compact form (RFC 7516), ECDH-ES to an X25519 key (RFC 8037), A256GCM. For passwords on their way.

A device's lock is public, and whoever knows it can close a box; the device alone opens it. A box is closed about
something (a camera's id), and opens for nothing else.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from devices.protocol.errors import BadBox
from devices.protocol.signing import SigningKey

ALGORITHM, CIPHER = "ECDH-ES", "A256GCM"
CURVE = "X25519"
PURPOSE = b"loa-xa box"

_REGISTRY = jwe.JWERegistry(algorithms=[ALGORITHM, CIPHER], strict_check_header=False)


class Lock:
    """The public half; `text` is its one-line form, as a device publishes it."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key

    @classmethod
    def from_text(cls, text: str) -> Lock:
        """Reads what `text` wrote; ValueError for anything that is no X25519 public key."""
        try:
            return cls(OKPKey.import_key({"kty": "OKP", "crv": CURVE, "x": text}))
        except (JoseError, ValueError, TypeError) as wrong:
            raise ValueError("not an X25519 public key") from wrong

    @property
    def text(self) -> str:
        return str(self._key.as_dict(private=False)["x"])

    def close(self, content: bytes, *, about: str) -> str:
        """A box with `content`. Two boxes are never the same, so a box is kept, not made again."""
        header = {"alg": ALGORITHM, "enc": CIPHER, "about": about}
        return jwe.encrypt_compact(header, content, self._key, registry=_REGISTRY)


class BoxKey:
    """The private half. It follows from the device's signing key, so no device has to be enrolled again for it."""

    def __init__(self, key: SigningKey) -> None:
        private = X25519PrivateKey.from_private_bytes(key.derive(PURPOSE))
        self._key = OKPKey.import_key(
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )

    @property
    def lock(self) -> Lock:
        return Lock(OKPKey.import_key(self._key.as_dict(private=False)))

    def open(self, box: str, *, about: str) -> bytes:
        """What is in the box; BadBox when it was closed for another, about something else, or altered."""
        try:
            opened = jwe.decrypt_compact(box, self._key, registry=_REGISTRY)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as wrong:
            raise BadBox(f"cannot be opened: {type(wrong).__name__}") from wrong
        if opened.headers().get("about") != about or opened.plaintext is None:
            raise BadBox("closed about something else")
        return opened.plaintext

"""Web Push: what a person's browser is told through the push service of its maker (RFC 8030), readable by that browser
alone (RFC 8291) and signed with this site's own key (RFC 8292). Without somebody to write to it is switched off."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from controller.errors import Invalid
from controller.fetching import Refused, Unreachable, fetch
from devices.clock import Clock
from devices.secret_file import write_secret

KEY = "push-key.pem"
KEPT = timedelta(hours=12)
"""So long the push service keeps it for a phone that is off."""
_GONE = (404, 410)
_MOST_TEXT = 600
"""With its title and the rest it stays beneath the 4096 bytes that every service takes."""
_MOST_ANSWER = 65_536
_POINT, _SECRET = 65, 16


class Gone(Unreachable):
    """The browser takes nothing under this address any more."""


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser gives away to be told: where, and for which key. All of it is kept sealed."""

    endpoint: str
    p256dh: str
    auth: str

    @classmethod
    def of(cls, address: str) -> Browser:
        """From what `address` gave."""
        return cls(**json.loads(address))

    @property
    def address(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def name(self) -> str:
        """The same browser is known by the same name."""
        return f"push-{hashlib.sha256(self.endpoint.encode()).hexdigest()[:24]}"

    def check(self, *, local: bool = False) -> None:
        """Raises Invalid."""
        try:
            parts = urlsplit(self.endpoint)
            point, secret = _raw(self.p256dh), _raw(self.auth)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError as wrong:
            raise Invalid("bad-push", "This is nothing that a browser gives away to be told.") from wrong
        secure = parts.scheme == "https" or (local and parts.scheme == "http")
        if not (secure and parts.hostname and not parts.username and (len(point), len(secret)) == (_POINT, _SECRET)):
            raise Invalid("bad-push", "This is nothing that a browser gives away to be told.")


@dataclass(frozen=True, slots=True)
class Told:
    """`about` is the page that it leads to; what has the same `tag` takes the place of what was shown before."""

    title: str
    text: str
    about: str
    tag: str
    urgent: bool = False

    def sealed(self, browser: Browser) -> bytes:
        """Only this browser can read it."""
        said = {"title": self.title[:200], "text": self.text[:_MOST_TEXT], "about": self.about, "tag": self.tag}
        ours = ec.generate_private_key(ec.SECP256R1())
        sealed: bytes = http_ece.encrypt(
            json.dumps(said, ensure_ascii=False).encode(),
            private_key=ours,
            dh=_raw(browser.p256dh),
            auth_secret=_raw(browser.auth),
        )
        return sealed


class Push:
    """`contact` is a mailto: or https: address; empty: it is switched off."""

    def __init__(self, folder: Path, contact: str, clock: Clock) -> None:
        self._contact = contact
        self._clock = clock
        self._key = _kept(folder / KEY) if contact else None

    @property
    def public_key(self) -> str:
        """By which browsers know this site; empty: it is switched off."""
        return _text(_point(self._key)) if self._key else ""

    def tell(self, browser: Browser, told: Told, *, local: bool = False) -> None:
        """Hands it to the push service; `local`: which may stand in a private network. Raises Gone or Unreachable."""
        if self._key is None:
            raise Unreachable("Push is switched off in the settings of the server.")
        parts = urlsplit(browser.endpoint)
        headers = {
            "Authorization": f"vapid t={self._token(f'{parts.scheme}://{parts.netloc}')}, k={self.public_key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(KEPT.total_seconds())),
            "Topic": _text(hashlib.sha256(told.tag.encode()).digest()[:24]),
            "Urgency": "high" if told.urgent else "normal",
        }
        hosts = (parts.hostname or "",) if local else ()
        try:
            fetch(
                browser.endpoint,
                most_bytes=_MOST_ANSWER,
                elapsed=self._clock.monotonic,
                local=hosts,
                headers=headers,
                post=told.sealed(browser),
            )
        except Refused as refused:
            if refused.status in _GONE:
                raise Gone("The browser takes nothing any more.") from refused
            raise

    def _token(self, audience: str) -> str:
        assert self._key is not None
        until = int((self._clock.now() + KEPT).timestamp())
        return jwt.encode(
            {"typ": "JWT", "alg": "ES256"}, {"aud": audience, "exp": until, "sub": self._contact}, self._key
        )


def _kept(path: Path) -> ECKey:
    """Readable by its owner only; made at the first call."""
    if not path.exists():
        write_secret(path, ECKey.generate_key("P-256").as_pem(private=True))
    return ECKey.import_key(path.read_bytes())


def _point(key: ECKey) -> bytes:
    """The public key, uncompressed (X9.62)."""
    said = key.as_dict(private=False)
    return b"\x04" + _raw(str(said["x"])) + _raw(str(said["y"]))


def _raw(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

"""Showing a login without giving it away: digest (RFC 7616, RFC 2617) for RTSP and HTTP, basic only where allowed.

Pure. Nothing here, and no error from here, repeats a password.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from devices.protocol.logins import Login

_PARAMETER = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class Unanswerable(Enum):
    """Why a camera that asks for a login is shown none."""

    NO_LOGIN = "no-login"
    BASIC_ONLY = "basic-only"
    UNKNOWN_SCHEME = "unknown-scheme"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in that the other side offers."""

    scheme: str
    parameters: Mapping[str, str]

    @property
    def usable(self) -> bool:
        return self.scheme == "basic" or (
            self.scheme == "digest" and "nonce" in self.parameters and self._algorithm.removesuffix("-SESS") in _HASHES
        )

    @property
    def stale(self) -> bool:
        """The login was not wrong, only its nonce was old."""
        return self.parameters.get("stale", "").lower() == "true"

    @property
    def _algorithm(self) -> str:
        return self.parameters.get("algorithm", "MD5").upper()

    def answer(self, login: Login, method: str, uri: str, cnonce: str) -> str:
        """The value of the header `Authorization`. `cnonce` is a fresh random word."""
        if self.scheme == "basic":
            return "Basic " + base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
        given, make = self.parameters, _HASHES[self._algorithm.removesuffix("-SESS")]
        realm, nonce = given.get("realm", ""), given["nonce"]

        def digest(*parts: str) -> str:
            return make(":".join(parts).encode()).hexdigest()

        secret = digest(login.user, realm, login.password)
        if self._algorithm.endswith("-SESS"):
            secret = digest(secret, nonce, cnonce)
        asked = digest(method, uri)
        shown = {"username": login.user, "realm": realm, "nonce": nonce, "uri": uri}
        bare = {}
        if "auth" in [one.strip().lower() for one in given.get("qop", "").split(",")]:
            shown["response"] = digest(secret, nonce, "00000001", cnonce, "auth", asked)
            shown["cnonce"] = cnonce
            bare = {"qop": "auth", "nc": "00000001"}
        else:
            shown["response"] = digest(secret, nonce, asked)
        if "opaque" in given:
            shown["opaque"] = given["opaque"]
        if "algorithm" in given:
            bare["algorithm"] = given["algorithm"]
        words = [f'{name}="{_quoted(value)}"' for name, value in shown.items()]
        return "Digest " + ", ".join(words + [f"{name}={value}" for name, value in bare.items()])


def challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """What the values of `WWW-Authenticate` offer; one header may hold several."""
    found = []
    for header in headers:
        for offer in re.split(r"(?:^|,)\s*(?=(?:digest|basic)(?:\s|$))", header.strip()[:4096], flags=re.IGNORECASE):
            scheme, _, rest = offer.strip().partition(" ")
            if scheme:
                pairs = {name.lower(): bare or quoted for name, quoted, bare in _PARAMETER.findall(rest)}
                found.append(Challenge(scheme.lower(), pairs))
    return tuple(found)


def choose(offered: Iterable[Challenge], login: Login | None, *, basic_allowed: bool) -> Challenge | Unanswerable:
    """The strongest offer that may be taken: digest before basic, SHA-256 before MD5."""
    usable = [one for one in offered if one.usable]
    if not usable:
        return Unanswerable.UNKNOWN_SCHEME
    if login is None:
        return Unanswerable.NO_LOGIN
    digests = [one for one in usable if one.scheme == "digest"]
    if digests:
        return max(digests, key=lambda one: one.parameters.get("algorithm", "").upper().startswith("SHA"))
    return usable[0] if basic_allowed else Unanswerable.BASIC_ONLY


def _quoted(text: str) -> str:
    clean = "".join(letter for letter in text if letter.isprintable())
    return clean.replace("\\", "\\\\").replace('"', '\\"')


REST = 240.0
"""Seconds between a refused login and the next try of the same."""
WINDOW, MOST_REFUSED = 600.0, 3
"""Cameras lock an account after a few wrong logins, often for half an hour (seven on the most common make)."""


class LoginCare:
    """Sees to it that one camera is never asked so often with a wrong login that it locks the account.

    Times are seconds of the monotonic clock.
    """

    def __init__(self) -> None:
        self._refused: list[float] = []
        self._wrong: Login | None = None

    def may_try(self, login: Login | None, now: float) -> bool:
        """Whether `login` may be shown now."""
        if login is None:
            return True
        self._refused = [at for at in self._refused if now - at < WINDOW]
        if len(self._refused) >= MOST_REFUSED:
            return False
        return login != self._wrong or not self._refused or now - self._refused[-1] >= REST

    def refused(self, login: Login | None, now: float) -> None:
        """It was shown and not taken."""
        self._refused.append(now)
        self._wrong = login

    def taken(self) -> None:
        self._wrong = None

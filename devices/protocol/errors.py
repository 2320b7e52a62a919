"""Why a message is refused. Every refusal is counted and shown under its `reason`; none is silent.

WireError
├── BadTopic          not a topic of this site, or one whose parts cannot be
├── Malformed         too large, too deep, not JSON, a missing or impossible value
├── UnknownVersion    written in a version that this reader does not know
├── BadBox            a box that was not closed for us, or not about this
└── Untrusted         the signature or what it is bound to does not hold
    ├── BadSignature      not a JWS, another algorithm, an unknown key, altered bytes
    ├── WrongTopic        rightly signed, for another topic
    ├── Expired           rightly signed, too late (or dated in the future)
    └── Superseded        rightly signed, but older than, or the same as, what is already held
"""

from __future__ import annotations

from typing import ClassVar


class WireError(Exception):
    reason: ClassVar[str] = "wire"


class BadTopic(WireError):
    reason = "bad-topic"


class Malformed(WireError):
    reason = "malformed"


class UnknownVersion(WireError):
    reason = "unknown-version"


class BadBox(WireError):
    reason = "bad-box"


class Untrusted(WireError):
    reason = "untrusted"


class BadSignature(Untrusted):
    reason = "bad-signature"


class WrongTopic(Untrusted):
    reason = "wrong-topic"


class Expired(Untrusted):
    reason = "expired"


class Superseded(Untrusted):
    reason = "superseded"

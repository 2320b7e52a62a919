"""Why a file cannot be used.

AlertError               `code` is stable, the message is one English sentence
├── Unreadable           what arrived is no message that can be read
│   ├── TooLarge         more bytes, or more alerts, than one message may have
│   ├── NotXml           not well-formed XML
│   ├── Forbidden        a document type, an entity, or an encoding that hides them
│   └── NoAlert          XML without a CAP alert in it
├── SignatureRefused     a signature that was checked and does not hold
├── BadTrust             a folder of trusted keys that cannot be used
└── BadAreas             a file of areas and loudspeakers that cannot be used
"""

from __future__ import annotations

from typing import ClassVar


class AlertError(Exception):
    code: ClassVar[str] = "alert"


class Unreadable(AlertError):
    code = "unreadable"


class TooLarge(Unreadable):
    code = "too-large"


class NotXml(Unreadable):
    code = "not-xml"


class Forbidden(Unreadable):
    code = "forbidden"


class NoAlert(Unreadable):
    code = "no-alert"


class SignatureRefused(AlertError):
    code = "signature-refused"


class BadTrust(AlertError):
    code = "bad-trust"


class BadAreas(AlertError):
    code = "bad-areas"

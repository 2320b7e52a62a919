"""What the controller refuses to do. The web edge turns each into a status and a sentence in the reader's language.

ControllerError             `code` is stable, `text` is an English sentence with {named} places
├── NotLoggedIn      401    no session, or an expired one
├── NotAllowed       403    this person may not do this
├── NotFound         404    no such thing
├── NotNow           409    right request, wrong state
├── TooOften         429    wait a while
└── Invalid          422    the request itself cannot be followed; `field` says which part
"""

from __future__ import annotations

from typing import ClassVar


class ControllerError(Exception):
    status: ClassVar[int] = 500

    def __init__(self, code: str, text: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(text.format(**values) if values else text)
        self.code = code
        self.text = text
        self.field = field
        self.values = values


class NotLoggedIn(ControllerError):
    status = 401


class NotAllowed(ControllerError):
    status = 403


class NotFound(ControllerError):
    status = 404


class NotNow(ControllerError):
    status = 409


class TooOften(ControllerError):
    status = 429


class Invalid(ControllerError):
    status = 422

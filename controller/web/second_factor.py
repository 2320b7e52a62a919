"""A second factor: the six digits that a phone shows (TOTP, RFC 6238), and codes on paper for when it is lost. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS, PERIOD = 6, 30
DRIFT = 1
"""So many steps a phone's clock may be early or late."""
RECOVERY_CODES = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 recommends."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // PERIOD


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """RFC 4226 §5.3 over the step, with SHA-1 as every app on a phone has it."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code it is; None for a code that does not hold now."""
    said = "".join(code.split())
    if not (said.isascii() and said.isdecimal() and len(said) == DIGITS):
        return None
    here = step_of(now)
    return next(
        (step for step in range(here - DRIFT, here + DRIFT + 1) if hmac.compare_digest(code_at(secret, step), said)),
        None,
    )


def address_for_apps(secret: str, username: str, issuer: str) -> str:
    """What the square picture holds, as authenticator apps read it."""
    said = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": PERIOD}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{said}"


def new_recovery_codes() -> tuple[str, ...]:
    """To be written down: each comes in once, in the place of the phone."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    )


def recovery_digest(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()

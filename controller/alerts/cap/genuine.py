"""The verdict over a signature, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NewType

SourceName = NewType("SourceName", str)


class Genuine(Enum):
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    """No signature, or none that can be judged with the keys held here: a person decides."""
    FAILED = "failed"
    """It claims to be signed and is not: no sound, an incident."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What was found out at reception. `signed` are the canonical bytes that the signature covers: the whole alert,
    and the only thing that may be spoken; None unless verified. `source` is then whose key it was."""

    genuine: Genuine
    reason: str
    source: SourceName | None = None
    signed: bytes | None = None

"""What a loudspeaker makes itself: sirens, and words that it speaks."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import msgspec

from devices.protocol.messages.shapes import Short

Words = Annotated[str, msgspec.Meta(max_length=6000)]
Language = Short
"""As in RFC 5646: `vi`, `en`. A device without a voice for it speaks Vietnamese."""


class SirenPattern(Enum):
    """Each is told from the others by ear, also through wind and rain. A device takes one that it does not know for
    `WARNING`: an emergency must not be lost because it has a newer siren."""

    WARNING = "warning"
    """Rising and falling."""
    FLOOD = "flood"
    """Short, deep blasts."""
    ALL_CLEAR = "all-clear"
    """One steady tone."""
    TEST = "test"
    """Soft pips, which nobody takes for a warning."""

    @classmethod
    def _missing_(cls, value: object) -> SirenPattern | None:
        return cls.WARNING if isinstance(value, str) else None


class Siren(msgspec.Struct, frozen=True):
    """The device makes it itself, for about so many `seconds`: whole rounds of the pattern."""

    pattern: SirenPattern
    seconds: Annotated[float, msgspec.Meta(gt=0, le=120)]


def check_audible(siren: Siren | None, words: str) -> None:
    """ValueError for what would be silence if the recordings did not arrive."""
    if not words.strip() and siren is None:
        raise ValueError("neither words to speak nor a siren")

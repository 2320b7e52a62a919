"""How an occurrence ended at one loudspeaker."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """Every planned occurrence ends as exactly one of these; all but `PLAYED` carry a reason."""

    PLAYED = "played"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    MISSED = "missed"

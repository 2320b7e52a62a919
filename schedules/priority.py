"""Who may speak over whom: the three legal classes of a bulletin (Thông tư 39/2020/TT-BTTTT), and interruptions."""

from __future__ import annotations

from enum import Enum


class BulletinClass(Enum):
    """The legal classes, weakest first: `thông thường`, `ưu tiên`, `khẩn cấp`."""

    NORMAL = "normal"
    PRIORITY = "priority"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """Greater speaks over lesser; equals never interrupt each other."""
        return _RANKS[self]


_RANKS = {bulletin_class: rank for rank, bulletin_class in enumerate(BulletinClass)}


class Entry(Enum):
    """How an occurrence takes the line from a weaker one that is sounding. An emergency is always `HARD`."""

    HARD = "hard"
    """At its moment: the weaker sound is cut short."""
    SOFT = "soft"
    """The weaker sound may end first, if that is within the longest wait; otherwise it is cut short at once."""


class Late(Enum):
    """What a loudspeaker does that could not begin on time but is still within the grace."""

    JOIN = "join"
    """Play from the place where the others are."""
    WHOLE = "whole"
    """Play everything from the beginning, later."""
    SKIP = "skip"
    """Stay silent: a late start has no value."""


class Resume(Enum):
    """What an interrupted occurrence does when the stronger sound has ended."""

    RESUME = "resume"
    RESTART = "restart"
    DROP = "drop"

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
        return list(BulletinClass).index(self)


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

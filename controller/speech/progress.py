"""How far the making of a sound has come, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable

Told = Callable[[float], None]
"""Hears now and then which share, 0 to 1, is done. Whatever it raises ends the work, and nothing is kept."""


def nobody(share: float) -> None:
    """For those who do not ask how far it is."""

"""What is to be thought of a loudspeaker that has not said what became of a broadcast. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from controller.store.broadcasts import Broadcast, DeviceFacts
from controller.store.told_by_devices import OFFLINE

NEVER_SEEN = "never-seen"
AWAITED = "awaited"
NO_RECEIPT = "no-receipt"

RECEIPT_DUE = timedelta(minutes=15)
"""So long after a broadcast ended everywhere, each loudspeaker that is there has said what became of it."""


def why_no_receipt(one: DeviceFacts, of: Broadcast, now: datetime) -> str:
    """Why there is no receipt; empty where there is one, or none can be yet. It is never a word for "played"."""
    if one.outcome is not None or now < of.start:
        return ""
    if one.seen_at is None:
        return NEVER_SEEN
    if not one.online:
        return OFFLINE
    return AWAITED if now < of.last_end + RECEIPT_DUE else NO_RECEIPT

"""What shall sound in an area, known ahead."""

from __future__ import annotations

import hashlib
from typing import NewType

import msgspec

from devices.protocol.messages.shapes import Count, Message, Moment
from schedules.occurrence import Occurrence
from schedules.programme import AreaId

PlanDigest = NewType("PlanDigest", str)


class AreaPlan(Message, frozen=True, kw_only=True):
    """`area/{area}/plan`: all that shall sound in the area from `since` until `until`. A greater `serial` replaces a
    smaller. Without `since` the plan speaks for what begins after it was issued.

    The `digest` names what shall sound: whoever writes a plan makes it (SHA-256 of area and occurrences), whoever
    reads one repeats it, so that two versions of this software mean the same plan although one knows more fields.
    """

    area: AreaId
    serial: Count
    issued_at: Moment
    until: Moment
    since: Moment | None = None
    occurrences: tuple[Occurrence, ...]
    digest: PlanDigest = PlanDigest("")

    def __post_init__(self) -> None:
        for one in self.occurrences:
            if any(hush.start.tzinfo is None or hush.end.tzinfo is None for hush in one.hushes):
                raise ValueError(f"occurrence {one.id[:80]!r}: a time without a zone")
        if not self.digest:
            said = msgspec.json.encode((self.area, self.occurrences))
            msgspec.structs.force_setattr(self, "digest", PlanDigest(hashlib.sha256(said).hexdigest()))
        if len(self.digest) > 64:
            raise ValueError("a digest has at most 64 letters")

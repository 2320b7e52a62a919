"""The messages, one class each. Times are UTC, lengths seconds, volume percent.

Readers ignore fields they do not know; `v` is the version, and a reader refuses one that it does not know.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, time
from typing import Annotated, ClassVar, NewType
from zoneinfo import ZoneInfo

import msgspec

from devices.protocol.topics import DeviceId
from schedules.day_rules import Weekday
from schedules.outcome import Outcome
from schedules.plan import Occurrence, OccurrenceId
from schedules.programme import AreaId, ProgrammeId, Sha256

PlanDigest = NewType("PlanDigest", str)
ReceiptId = NewType("ReceiptId", str)

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Warmth = Annotated[float, msgspec.Meta(ge=0, le=10)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What every message carries; `VERSION` is the one that this code writes and reads."""

    VERSION: ClassVar[int] = 1

    v: int = 1


class AreaPlan(Message, frozen=True, kw_only=True):
    """`area/{area}/plan`: all that shall sound in the area from `since` until `until`. A greater `serial` replaces a
    smaller. Without `since` the plan speaks for what begins after it was issued.
    """

    area: AreaId
    serial: Count
    issued_at: Moment
    until: Moment
    since: Moment | None = None
    occurrences: tuple[Occurrence, ...]

    def __post_init__(self) -> None:
        for one in self.occurrences:
            if any(hush.start.tzinfo is None or hush.end.tzinfo is None for hush in one.hushes):
                raise ValueError(f"occurrence {one.id[:80]!r}: a time without a zone")

    @property
    def digest(self) -> PlanDigest:
        """SHA-256 of what shall sound; the same plan published again has the same digest."""
        said = msgspec.json.encode((self.area, self.occurrences))
        return PlanDigest(hashlib.sha256(said).hexdigest())


class QuietWindow(msgspec.Struct, frozen=True, kw_only=True):
    """Silence from `begins` until `ends` o'clock, local time, on the next day when `ends` is not later.

    It begins on `weekdays` only, or every day when that is empty.
    """

    begins: time
    ends: time
    weekdays: tuple[Weekday, ...] = ()

    def __post_init__(self) -> None:
        if self.begins.tzinfo is not None or self.ends.tzinfo is not None:
            raise ValueError("quiet hours are written in local time")


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """When nothing but an emergency sounds; without windows never. `zone` is a name of the IANA time zone database."""

    zone: Short = "Asia/Ho_Chi_Minh"
    windows: Annotated[tuple[QuietWindow, ...], msgspec.Meta(max_length=50)] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError(f"unknown time zone {self.zone!r}") from unknown


class DeviceConfig(Message, frozen=True, kw_only=True):
    """`device/{id}/config`: the areas it stands in, nearest first, and the limits that it enforces itself.

    Without `quiet_hours` it is silent from 22:00 to 05:00, Vietnamese time. Its amplifier is given `lead_seconds` of
    silence before the first sample and `tail_seconds` after the last.
    """

    device: DeviceId
    serial: Count
    areas: tuple[AreaId, ...]
    volume_cap: Percent = 100
    quiet_hours: QuietHours | None = None
    lead_seconds: Warmth = 0.0
    tail_seconds: Warmth = 0.0
    heartbeat: Annotated[float, msgspec.Meta(gt=0)] = 30.0


class ReceiptsStored(Message, frozen=True, kw_only=True, tag="receipts-stored", tag_field="action"):
    """`device/{id}/command`: the controller keeps these receipts; the device may forget them."""

    receipts: tuple[ReceiptId, ...]


class TimeAnswer(Message, frozen=True, kw_only=True, tag="time", tag_field="action"):
    """`device/{id}/command`: when the controller read the `time_question` of a state, it was `at`.

    The question, not the seal's date, proves that the answer is fresh: who asks for the time cannot judge a date.
    """

    question: Short
    at: Moment


Command = ReceiptsStored | TimeAnswer
"""Everything that `device/{id}/command` may carry."""


class NotReady(msgspec.Struct, frozen=True):
    """One occurrence that this device could not play if it began now, and why."""

    occurrence: OccurrenceId
    reason: Short


class DeviceState(Message, frozen=True, kw_only=True):
    """`device/{id}/state`: heartbeat and last will. Everything in `plans` that is not in `not_ready` is ready.

    `sequence` grows with every state of one `session` (one run of the agent). `clock_offset` is by how many seconds
    the board's clock is ahead of the proven time. A `time_question` asks for a `TimeAnswer`.
    """

    device: DeviceId
    session: Short
    sequence: Count
    at: Moment
    online: bool
    plans: dict[AreaId, PlanDigest] = {}
    not_ready: tuple[NotReady, ...] = ()
    playing: OccurrenceId | None = None
    volume: Percent = 0
    waiting_receipts: Count = 0
    refused: dict[str, Count] = {}
    clock_proven: bool = False
    clock_offset: float | None = None
    time_question: Short = ""
    software: Short = ""


class Receipt(Message, frozen=True, kw_only=True):
    """`device/{id}/receipt`: what this device says became of one occurrence. `sequence` grows by one per receipt.

    `seconds` is how long it really sounded; `started_at` the moment of the first sample.
    """

    id: ReceiptId
    device: DeviceId
    sequence: Count
    occurrence: OccurrenceId
    programme: ProgrammeId
    outcome: Outcome
    reason: Short = ""
    started_at: Moment | None = None
    ended_at: Moment | None = None
    seconds: Seconds = 0.0
    planned_seconds: Seconds = 0.0
    sounds: tuple[Sha256, ...] = ()
    volume: Percent = 0

"""What a device says of itself."""

from __future__ import annotations

import msgspec

from devices.protocol.messages.plans import PlanDigest
from devices.protocol.messages.shapes import Count, Message, Moment, Percent, Short
from devices.protocol.topics import DeviceId
from schedules.occurrence import OccurrenceId
from schedules.programme import AreaId


class NotReady(msgspec.Struct, frozen=True):
    """One occurrence that this device could not play if it began now, and why."""

    occurrence: OccurrenceId
    reason: Short


class DeviceState(Message, frozen=True, kw_only=True):
    """`device/{id}/state`: heartbeat and last will. Everything in `plans` that is not in `not_ready` is ready.

    `sequence` grows with every state of one `session` (one run of the agent). `clock_offset` is by how many seconds
    the board's clock is ahead of the proven time. A `time_question` asks for a `TimeAnswer`. `urgent` and `exercises`
    say which urgent orders were obeyed: area to serial. `lock` closes boxes for this device (`devices.protocol.locks`).
    `temperature` is that of the board in degrees Celsius, `signal` that of its wireless line in dBm, where it has them.
    """

    device: DeviceId
    session: Short
    sequence: Count
    at: Moment
    online: bool
    plans: dict[AreaId, PlanDigest] = msgspec.field(default_factory=dict)
    not_ready: tuple[NotReady, ...] = ()
    playing: OccurrenceId | None = None
    volume: Percent = 0
    waiting_receipts: Count = 0
    refused: dict[str, Count] = msgspec.field(default_factory=dict)
    clock_proven: bool = False
    clock_offset: float | None = None
    time_question: Short = ""
    software: Short = ""
    urgent: dict[AreaId, Count] = msgspec.field(default_factory=dict)
    exercises: dict[AreaId, Count] = msgspec.field(default_factory=dict)
    lock: Short = ""
    temperature: float | None = None
    signal: float | None = None

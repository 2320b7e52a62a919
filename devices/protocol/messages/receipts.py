"""What a device says became of an occurrence."""

from __future__ import annotations

from typing import NewType

from devices.protocol.messages.shapes import Count, Message, Moment, Percent, Seconds, Short
from devices.protocol.topics import DeviceId
from schedules.occurrence import OccurrenceId
from schedules.outcome import Outcome
from schedules.programme import ProgrammeId, Sha256

ReceiptId = NewType("ReceiptId", str)


class Receipt(Message, frozen=True, kw_only=True):
    """`device/{id}/receipt`: what this device says became of one occurrence. `sequence` grows by one per receipt.

    `seconds` is how long it really sounded; `started_at` the moment of the first sample. `voice` names the voice of
    the device that spoke the words; empty when recordings did, or nobody.
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
    voice: Short = ""

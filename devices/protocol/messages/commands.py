"""What the controller says to one device, once."""

from __future__ import annotations

from typing import Annotated

import msgspec

from devices.protocol.messages.cameras import HealthId
from devices.protocol.messages.receipts import ReceiptId
from devices.protocol.messages.shapes import Message, Moment, Percent, Short
from schedules.occurrence import OccurrenceId


class ReceiptsStored(Message, frozen=True, kw_only=True, tag="receipts-stored", tag_field="action"):
    """`device/{id}/command`: the controller keeps these receipts; the device may forget them."""

    receipts: tuple[ReceiptId, ...]


class HealthStored(Message, frozen=True, kw_only=True, tag="health-stored", tag_field="action"):
    """`device/{id}/command`: the controller keeps what these said of cameras; the device may forget them."""

    health: tuple[HealthId, ...]


class TimeAnswer(Message, frozen=True, kw_only=True, tag="time", tag_field="action"):
    """`device/{id}/command`: when the controller read the `time_question` of a state, it was `at`.

    The question, not the seal's date, proves that the answer is fresh: who asks for the time cannot judge a date.
    """

    question: Short
    at: Moment


class SoundTone(Message, frozen=True, kw_only=True, tag="tone", tag_field="action"):
    """`device/{id}/command`: a soft tone for about so many `seconds`: who stands beneath it hears which one it is.

    It is a broadcast like any other of the class `normal`, under the id `occurrence`: it keeps quiet hours and the
    volume cap, speaks over nothing, begins within a few seconds or never, and has a receipt.
    """

    occurrence: OccurrenceId
    seconds: Annotated[float, msgspec.Meta(gt=0, le=10)] = 3.0
    volume: Percent = 50


class Restart(Message, frozen=True, kw_only=True, tag="restart", tag_field="action"):
    """`device/{id}/command`: the agent says goodbye and begins anew from its disk, as soon as nothing sounds and
    nothing is about to."""


Command = ReceiptsStored | HealthStored | TimeAnswer | SoundTone | Restart
"""Everything that `device/{id}/command` may carry."""

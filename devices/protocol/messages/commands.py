"""What the controller says to one device, once."""

from __future__ import annotations

from devices.protocol.messages.cameras import HealthId
from devices.protocol.messages.receipts import ReceiptId
from devices.protocol.messages.shapes import Message, Moment, Short


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


Command = ReceiptsStored | HealthStored | TimeAnswer
"""Everything that `device/{id}/command` may carry."""

"""Receipts on their way: kept until the controller says that it has them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from devices.agent.journal import Journal
from devices.agent.offers import Offers
from devices.protocol.codec import encode
from devices.protocol.messages import Receipt, ReceiptId
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import Occurrence


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of one occurrence. `sounded` is seconds of sound that were really heard at the loudspeaker, `voice`
    the device's own if that spoke."""

    occurrence: Occurrence
    outcome: Outcome
    reason: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    sounded: float = 0.0
    volume: int = 0
    voice: str = ""


class Outbox:
    """`offers` are those that wait."""

    def __init__(self, device: DeviceId, journal: Journal) -> None:
        self._device = device
        self._journal = journal
        self.offers = Offers(journal.receipts(), journal.last_sequence())

    def add(self, ending: Ending, now: datetime) -> None:
        """The occurrence is over: its turn ends and its receipt is kept, in the caller's transaction."""
        sequence = self.offers.last + 1
        one = ending.occurrence
        said = f"{self._device}\n{one.id}\n{sequence}\n{now.isoformat()}"
        receipt = Receipt(
            id=ReceiptId(hashlib.sha256(said.encode()).hexdigest()[:32]),
            device=self._device,
            sequence=sequence,
            occurrence=one.id,
            programme=one.programme,
            outcome=ending.outcome,
            reason=ending.reason,
            started_at=ending.started_at,
            ended_at=ending.ended_at,
            seconds=ending.sounded,
            planned_seconds=one.seconds,
            sounds=() if ending.voice else tuple(sound.sha256 for sound in one.sounds),
            volume=ending.volume,
            voice=ending.voice,
        )
        payload = encode(receipt)
        self._journal.end(one)
        self._journal.keep_receipt(sequence, receipt.id, payload)
        self.offers.add(sequence, receipt.id, payload)

    def stored(self, receipts: Iterable[ReceiptId]) -> None:
        """The controller keeps these: they are forgotten here, in the caller's transaction."""
        for sequence in self.offers.answered(receipts):
            self._journal.drop("receipts", sequence)

"""Receipts on their way: kept until the controller says that it has them, offered in order, offered again.

They arrive in order: a broker that lost its memory drops what comes before the controller listens again, so nothing
newer is sent while older ones may be among what was dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from devices.agent.journal import Journal
from devices.protocol.codec import encode
from devices.protocol.messages import Receipt, ReceiptId
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import Occurrence

FIRST_PATIENCE = 20.0
LAST_PATIENCE = 3_600.0
"""So many seconds pass, twice as many each time, before unanswered receipts are offered again; never more than the
first while a new one waits behind them."""
AT_ONCE = 100


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
    """`waiting` is in order of sequence. Times are seconds of the monotonic clock."""

    def __init__(self, device: DeviceId, journal: Journal) -> None:
        self._device = device
        self._journal = journal
        self._waiting: dict[int, tuple[ReceiptId, bytes]] = {
            sequence: (receipt, payload) for sequence, receipt, payload in journal.receipts()
        }
        self._last = journal.last_sequence()
        self._offered = 0
        self._offered_at = 0.0
        self._patience = FIRST_PATIENCE

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, ending: Ending, now: datetime) -> None:
        """The occurrence is over: its turn ends and its receipt is kept, in the caller's transaction."""
        self._last += 1
        one = ending.occurrence
        said = f"{self._device}\n{one.id}\n{self._last}\n{now.isoformat()}"
        receipt = Receipt(
            id=ReceiptId(hashlib.sha256(said.encode()).hexdigest()[:32]),
            device=self._device,
            sequence=self._last,
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
        self._journal.keep_receipt(self._last, receipt.id, payload)
        self._waiting[self._last] = (receipt.id, payload)

    def stored(self, receipts: Iterable[ReceiptId]) -> None:
        """The controller keeps these: they are forgotten here, in the caller's transaction."""
        named = set(receipts)
        for sequence in [sequence for sequence, (receipt, _) in self._waiting.items() if receipt in named]:
            del self._waiting[sequence]
            self._journal.drop_receipt(sequence)
        self._patience = FIRST_PATIENCE

    def offer_all_again(self) -> None:
        """After a lost connection nobody knows what arrived."""
        self._offered = 0
        self._patience = FIRST_PATIENCE

    def to_offer(self, elapsed: float) -> list[bytes]:
        """What to hand to the link now, the oldest first: once those before were answered, or must be tried again."""
        due = self.next_offer
        if due is None or elapsed < due:
            return []
        if self._unanswered:
            self._patience = min(2 * self._patience, LAST_PATIENCE)
        batch = list(self._waiting.items())[:AT_ONCE]
        self._offered, self._offered_at = batch[-1][0], elapsed
        return [payload for _, (_, payload) in batch]

    @property
    def next_offer(self) -> float | None:
        """When something is to be offered; None while nothing waits."""
        if not self._waiting:
            return None
        if not self._unanswered:
            return self._offered_at
        return self._offered_at + (FIRST_PATIENCE if self._last > self._offered else self._patience)

    @property
    def _unanswered(self) -> bool:
        return next(iter(self._waiting)) <= self._offered

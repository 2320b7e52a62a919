"""What the controller has to confirm: offered in order, and offered again.

It arrives in order: a broker that lost its memory drops what comes before the controller listens again, so nothing
newer is sent while older ones may be among what was dropped.
"""

from __future__ import annotations

from collections.abc import Iterable

FIRST_PATIENCE = 20.0
LAST_PATIENCE = 3_600.0
"""So many seconds pass, twice as many each time, before what is unanswered is offered again; never more than the first
while something new waits behind it."""
AT_ONCE = 100


class Offers:
    """Messages under their sequence and name, in order. Times are seconds of the monotonic clock."""

    def __init__(self, waiting: Iterable[tuple[int, str, bytes]], last: int) -> None:
        self._waiting = {sequence: (name, payload) for sequence, name, payload in waiting}
        self.last = last
        """The greatest sequence that there ever was."""
        self._offered = 0
        self._offered_at = 0.0
        self._patience = FIRST_PATIENCE

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, sequence: int, name: str, payload: bytes) -> None:
        self.last = sequence
        self._waiting[sequence] = (name, payload)

    def answered(self, names: Iterable[str]) -> list[int]:
        """The controller has these; their sequences, which are forgotten."""
        named = set(names)
        gone = [sequence for sequence, (name, _) in self._waiting.items() if name in named]
        for sequence in gone:
            del self._waiting[sequence]
        self._patience = FIRST_PATIENCE
        return gone

    def oldest(self, beyond: int) -> list[int]:
        """The sequences of what is more than `beyond`, which are forgotten."""
        gone = list(self._waiting)[: max(len(self._waiting) - beyond, 0)]
        for sequence in gone:
            del self._waiting[sequence]
        return gone

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
        return self._offered_at + (FIRST_PATIENCE if self.last > self._offered else self._patience)

    @property
    def _unanswered(self) -> bool:
        return next(iter(self._waiting)) <= self._offered

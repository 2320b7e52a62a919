"""What a network may do to messages on the way: for the memory link, on request, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Protocol


class Break(Enum):
    """Whether the line breaks while a message is on it, and on which side of its arrival."""

    NO = "no"
    BEFORE_ARRIVAL = "before-arrival"
    BEFORE_ACKNOWLEDGEMENT = "before-acknowledgement"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one message between a client and the broker. `delay` is seconds.

    Messages keep their order, unless this one is late enough to be `overtaken`.
    """

    delay: float = 0.0
    copies: int = 1
    overtaken: bool = False
    breaks: Break = Break.NO


UNHARMED = Fate()


class Faults(Protocol):
    def fate(self, client_id: str, topic: str) -> Fate:
        """Asked once per message and direction."""

    def reconnection(self, client_id: str) -> float:
        """Seconds from noticing a broken line until there is a new one."""


class NoFaults:
    """An ideal network: everything arrives at once."""

    def fate(self, client_id: str, topic: str) -> Fate:
        return UNHARMED

    def reconnection(self, client_id: str) -> float:
        return 0.0


LATENESS = (0.0, 5.0)
"""Seconds by which a message that others overtake is late."""


@dataclass(frozen=True, slots=True)
class RandomFaults:
    """A message that is `slow` takes from `delay[0]` to `delay[1]` seconds. All but these two and `reconnect`, which is
    seconds, are probabilities from 0 to 1.
    """

    random: Random
    delay: tuple[float, float] = (0.0, 0.0)
    slow: float = 1.0
    duplicate: float = 0.0
    overtake: float = 0.0
    lose: float = 0.0
    reconnect: tuple[float, float] = (0.2, 60.0)

    def fate(self, client_id: str, topic: str) -> Fate:
        overtaken = self.random.random() < self.overtake
        slow = self.random.random() < self.slow
        delay = (self.random.uniform(*self.delay) if slow else 0.0) + (
            self.random.uniform(*LATENESS) if overtaken else 0.0
        )
        breaks = Break.NO
        if self.random.random() < self.lose:
            breaks = self.random.choice((Break.BEFORE_ARRIVAL, Break.BEFORE_ACKNOWLEDGEMENT))
        return Fate(
            delay=delay,
            copies=2 if self.random.random() < self.duplicate else 1,
            overtaken=overtaken,
            breaks=breaks,
        )

    def reconnection(self, client_id: str) -> float:
        return self.random.uniform(*self.reconnect)

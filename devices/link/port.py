"""What a link promises, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message as it arrived. `retained` says that the broker kept it, so it may be old."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes, retained, when this link breaks without a farewell."""

    topic: str
    payload: bytes


class Link(Protocol):
    """At least once, in order per sender and topic, across lost connections; nothing is promised about *when*."""

    @property
    def connected(self) -> bool: ...

    def start(self) -> None:
        """Connect, and keep connecting until `stop`. Returns at once; never raises because the broker is away."""

    def stop(self) -> None:
        """Leave in good order (the will is not published). Afterwards no callback comes any more."""

    def subscribe(self, *filters: str) -> None:
        """Ask for these topics, now and after every reconnection."""

    def unsubscribe(self, *filters: str) -> None: ...

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, on_stored: Callable[[], None] | None = None
    ) -> None:
        """Hand over one message. `on_stored` is called once the broker has acknowledged it; until then it may be lost,
        and after a lost connection the caller offers it again (it knows from `on_connected`)."""

    def check(self) -> None:
        """Called every few seconds: notices a dead thread or a silent connection and mends it."""


Deliver = Callable[[Inbound], None]
"""Keeps the message safe before it returns. Returning acknowledges it to the broker; raising leaves it there."""

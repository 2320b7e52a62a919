"""What a link promises, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

REFUSED = "the broker refused the connection"
"""How `Link.trouble` begins when it is not the network that is at fault."""


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


@dataclass(slots=True)
class LinkCounts:
    """What went wrong and was mended, since the link was made."""

    connections: int = 0
    restarts: int = 0
    """How often `check` had to replace the network thread."""
    failed_callbacks: int = 0
    """How often `deliver`, `on_stored` or `on_connected` raised."""
    dropped: int = 0
    """Messages that were offered while there was no connection, or while too many waited."""
    refused_filters: int = 0
    """Subscriptions that the broker did not grant."""


class Link(Protocol):
    """At least once, in order per sender and topic, across lost connections; nothing is promised about *when*.

    A message for which `deliver` raised comes again, after a while and behind newer ones. All callbacks come from one
    thread at a time and hold no lock of the link's, so they may call it. Filters survive a lost connection; so do,
    at the broker, the messages for a link whose session is kept.
    """

    @property
    def connected(self) -> bool: ...

    @property
    def counts(self) -> LinkCounts: ...

    @property
    def trouble(self) -> str:
        """Why there is no connection, in a few words; empty while there is one or none was tried."""

    def start(self) -> None:
        """Connect, and keep connecting until `stop`. Returns at once; never raises because the broker is away."""

    def stop(self) -> None:
        """Leave in good order (the will is not published). Afterwards no callback comes any more."""

    def abandon(self) -> None:
        """Break off as if this process had died: no farewell, so the will is published. No callback comes any more."""

    def subscribe(self, *filters: str) -> None:
        """Ask for these topics, now and after every reconnection."""

    def unsubscribe(self, *filters: str) -> None: ...

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, on_stored: Callable[[], None] | None = None
    ) -> None:
        """Hand over one message. `on_stored` is called once the broker has acknowledged it; until then it may be lost,
        and after a lost connection the caller offers it again (it knows from `on_connected`). Without a connection
        it is dropped at once, so that nothing stale waits here. ValueError for a topic that is empty or a filter."""

    def check(self) -> None:
        """Called every few seconds: notices a dead thread or a silent connection and mends it."""


Deliver = Callable[[Inbound], None]
"""Keeps the message safe before it returns. Returning acknowledges it to the broker; raising leaves it there."""

OnConnected = Callable[[], None]
"""Called after every connection, when the filters have been asked for again and before the first message comes."""

MakeWill = Callable[[], Will]
"""Asked anew at every connection, because a will is signed and dated."""


class OpenLink(Protocol):
    def __call__(self, *, deliver: Deliver, on_connected: OnConnected, will: MakeWill) -> Link:
        """A link that has not been started."""

"""One client of the memory broker, and what the broker knows of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from devices.link.backoff import Backoff
from devices.link.filters import Wishes, check_topic
from devices.link.port import Deliver, Inbound, LinkCounts, MakeWill, OnConnected, Will

if TYPE_CHECKING:
    from devices.link.memory import MemoryBroker

log = logging.getLogger(__name__)


class Undelivered:
    """A message on its way to one client; the broker keeps it until it is acknowledged."""

    __slots__ = ("backoff", "message")

    def __init__(self, message: Inbound) -> None:
        self.message = message
        self.backoff: Backoff | None = None


class Session:
    """What the broker keeps for one client id, connected or not."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.undelivered: dict[Undelivered, None] = {}
        self.line: Line | None = None


class Line:
    """One connection, from its beginning to its break. While it is `cut`, what travels on it is parked."""

    def __init__(self, session: Session, link: MemoryLink, will: Will | None) -> None:
        self.session = session
        self.link = link
        self.will = will
        self.broken = False
        self.cut = False
        self.cuts = 0
        self.parked: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
        self.last_up = self.last_down = 0.0


class MemoryLink:
    """See `devices.link.port.Link`. Made by `MemoryBroker.link`."""

    def __init__(
        self,
        broker: MemoryBroker,
        client_id: str,
        deliver: Deliver,
        on_connected: OnConnected | None,
        will: MakeWill | None,
    ) -> None:
        self.client_id = client_id
        self.deliver = deliver
        self.on_connected = on_connected
        self.will = will
        self.counts = LinkCounts()
        self.wishes = Wishes()
        self.started = False
        self.line: Line | None = None
        self._broker = broker

    @property
    def connected(self) -> bool:
        return self.line is not None

    @property
    def trouble(self) -> str:
        return "the connection was lost" if self.started and not self.connected and self.counts.connections else ""

    def start(self) -> None:
        if not self.started:
            self.started = True
            self._broker.call_soon(self._broker.open_line, self)

    def stop(self) -> None:
        self.started = False
        if self.line is not None:
            self._broker.leave(self.line)

    def abandon(self) -> None:
        self.started = False
        if self.line is not None:
            self._broker.kill(self.client_id)

    def subscribe(self, *filters: str) -> None:
        self.wishes.add(filters)
        if self.line is not None:
            self._broker.subscribe(self.line, filters)

    def unsubscribe(self, *filters: str) -> None:
        self.wishes.drop(filters)
        if self.line is not None:
            self._broker.unsubscribe(self.line, filters)

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, on_stored: Callable[[], None] | None = None
    ) -> None:
        check_topic(topic)
        if self.line is None:
            self.counts.dropped += 1
        else:
            self._broker.send(self.line, topic, payload, retain, on_stored)

    def check(self) -> None:
        """There is no thread that could die."""

    def call(self, callback: Callable[..., None], *what: Any) -> bool:
        """True when the callback came back without raising."""
        try:
            callback(*what)
        except Exception:
            self.counts.failed_callbacks += 1
            log.exception("%s: a callback failed", self.client_id)
            return False
        return True

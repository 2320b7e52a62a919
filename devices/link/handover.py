"""From the network thread to the owner of a link: no failing callback stops the thread, no message is lost by one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from devices.clock import Clock
from devices.link.backoff import Backoff
from devices.link.port import Deliver, Inbound, LinkCounts

log = logging.getLogger(__name__)

RETRY_FIRST, RETRY_LONGEST = 1.0, 60.0
"""Seconds until a message is offered again to a `deliver` that raised."""

Acknowledge = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Held:
    message: Inbound
    acknowledge: Acknowledge
    backoff: Backoff
    due: float


class Handover:
    """Calls the owner, counts what raises, and offers undelivered messages again until they are taken."""

    def __init__(self, deliver: Deliver, clock: Clock, counts: LinkCounts) -> None:
        self._deliver = deliver
        self._clock = clock
        self._counts = counts
        self._random = Random()
        self._held: list[_Held] = []

    @property
    def holds(self) -> bool:
        """True while a message waits to be offered again."""
        return bool(self._held)

    def forget(self) -> None:
        """The connection is gone: the broker sends again what was not acknowledged."""
        self._held.clear()

    def call(self, callback: Callable[[], None]) -> bool:
        """True when `callback` came back without raising."""
        try:
            callback()
        except Exception:
            self._counts.failed_callbacks += 1
            log.exception("a callback failed")
            return False
        return True

    def offer(self, message: Inbound, acknowledge: Acknowledge | None) -> None:
        """Acknowledges once the message is taken, now or later. What nobody waits for is offered once (QoS 0)."""
        if acknowledge is not None:
            self._offer(message, acknowledge, Backoff(RETRY_FIRST, RETRY_LONGEST, self._random))
        else:
            self.call(lambda: self._deliver(message))

    def offer_again(self) -> None:
        """Offers what is due."""
        now = self._clock.monotonic()
        due = [held for held in self._held if held.due <= now]
        self._held = [held for held in self._held if held.due > now]
        for held in due:
            self._offer(held.message, held.acknowledge, held.backoff)

    def _offer(self, message: Inbound, acknowledge: Acknowledge, backoff: Backoff) -> None:
        if self.call(lambda: self._deliver(message)):
            acknowledge()
        else:
            self._held.append(_Held(message, acknowledge, backoff, self._clock.monotonic() + backoff.next()))

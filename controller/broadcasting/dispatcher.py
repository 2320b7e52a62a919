"""From the outbox to the broker: each letter is offered until the broker has acknowledged it."""

from __future__ import annotations

import threading
from collections import deque

from controller.store import post
from controller.store.database import Database
from devices.clock import Clock
from devices.link.port import Link

_AT_ONCE = 1000
"""Letters that may be on their way without an answer."""


class Dispatcher:
    """`flush` is called by one thread at a time; `reconnected` and the link's answers may come from any."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._stored: deque[int] = deque()
        self._offered: set[int] = set()
        self._lock = threading.Lock()
        self._start_over = True

    def reconnected(self) -> None:
        """A broker that we meet anew may have lost its memory: everything retained is offered again."""
        with self._lock:
            self._start_over = True

    def flush(self, link: Link) -> None:
        """Offers what is waiting and strikes out what has arrived."""
        self._strike_out()
        while link.connected and self._offer_some(link):
            self._strike_out()

    def _offer_some(self, link: Link) -> bool:
        """True when there may be more to offer."""
        with self._lock:
            start_over, self._start_over = self._start_over, False
        if start_over:
            self._offered.clear()
            with self._database.write() as connection:
                post.resend_retained(connection)
        with self._database.read() as connection:
            room = _AT_ONCE - len(self._offered)
            letters = post.unsent(connection, room, besides=self._offered)
        for letter in letters:
            self._offered.add(letter.id)
            self._offer(link, letter)
        return 0 < len(letters) == room

    def _offer(self, link: Link, letter: post.Letter) -> None:
        link.publish(
            letter.topic, letter.payload, retain=letter.retain, on_stored=lambda: self._stored.append(letter.id)
        )

    def _strike_out(self) -> None:
        arrived = [self._stored.popleft() for _ in range(len(self._stored))]
        if arrived:
            with self._database.write() as connection:
                post.sent(connection, arrived, self._clock.now())
            self._offered.difference_update(arrived)

"""Threads for what blocks: one for each look at a stream, some at a time, and none that can hold up the others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

GRACE = 5.0
"""Seconds beyond its own limits after which a look is given up for lost."""


class Stuck(Exception):
    """The work did not end in time; its thread is lost until it does."""


class Lookers:
    """At most `count` at work: whoever has one of the `places`. A thread that never comes back takes no place away,
    but `most_lost` of them are enough: then nothing is begun any more, so that a fault in a library cannot eat up the
    machine.
    """

    def __init__(self, count: int, most_lost: int = 16) -> None:
        self.places = asyncio.Semaphore(count)
        self._most_lost = most_lost
        self._lost: set[threading.Thread] = set()

    @property
    def lost(self) -> int:
        self._lost = {thread for thread in self._lost if thread.is_alive()}
        return len(self._lost)

    async def run(self, work: Callable[[], T], seconds: float) -> T:
        """What `work` returns. It keeps to `seconds` by itself; Stuck when it does not, or cannot begin."""
        if self.lost >= self._most_lost:
            raise Stuck
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        thread = threading.Thread(target=_work, args=(work, loop, done), name="camera look", daemon=True)
        thread.start()
        try:
            async with asyncio.timeout(seconds + GRACE):
                return await asyncio.shield(done)
        except TimeoutError:
            done.cancel()
            self._lost.add(thread)
            raise Stuck from None


def _work(work: Callable[[], T], loop: asyncio.AbstractEventLoop, done: asyncio.Future[T]) -> None:
    try:
        result, failed = work(), None
    except BaseException as wrong:  # noqa: BLE001  whatever it is, it is for the one who waits
        result, failed = None, wrong

    def tell() -> None:
        if done.done():
            return
        if failed is not None:
            done.set_exception(failed)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    try:
        loop.call_soon_threadsafe(tell)
    except RuntimeError:
        return  # nobody waits any more: the loop is closed

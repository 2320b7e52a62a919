"""Work by name, side by side: never two pieces of one name at once, and no name waits for another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Abreast:
    """Used by one thread. What is begun must catch its own errors."""

    def __init__(self, most: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._under_way: dict[str, Future[None]] = {}

    def begin(self, name: str, work: Callable[[], None]) -> None:
        """Has `work` done, unless some of that name is under way."""
        if name not in self._under_way or self._under_way[name].done():
            self._under_way[name] = self._pool.submit(work)

    @property
    def under_way(self) -> tuple[Future[None], ...]:
        self._under_way = {name: work for name, work in self._under_way.items() if not work.done()}
        return tuple(self._under_way.values())

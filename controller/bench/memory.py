"""How much memory this process and its children hold at most, looked at while something runs."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType

import psutil  # type: ignore[import-untyped]

LOOK_EVERY = 0.05
_MEGABYTE = 1024 * 1024


class Memory:
    """Within the context it looks 20 times a second; `ours` and `children`, all together, are in megabytes.

    The kernel's own record of a child's peak would not do: it begins with what the parent held.
    """

    def __init__(self) -> None:
        self.ours = self.children = 0.0
        self._process = psutil.Process()
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Memory:
        self._look()
        self._watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        self._watch.join()
        self._look()

    def _look_on(self) -> None:
        while not self._done.wait(LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        self.ours = max(self.ours, self._process.memory_info().rss / _MEGABYTE)
        held = 0
        for child in self._process.children(recursive=True):
            with suppress(psutil.Error):
                held += child.memory_info().rss
        self.children = max(self.children, held / _MEGABYTE)

"""Waking a thread that sleeps on a socket."""

from __future__ import annotations

import contextlib
import select
import socket
from types import TracebackType
from typing import Protocol


class _Line(Protocol):
    def fileno(self) -> int: ...


class Bell:
    """One thread waits, any other may ring."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)

    def __enter__(self) -> Bell:
        return self

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None) -> None:
        self._far.close()
        self._near.close()

    def ring(self) -> None:
        # A full pipe wakes the thread as well; a closed one has no thread behind it.
        with contextlib.suppress(OSError):
            self._far.send(b"\0")

    def wait(self, line: _Line, *, want_write: bool, seconds: float) -> bool:
        """Sleeps until the bell rings or `line` has work; True when there is something to read from `line`."""
        poll = select.poll()
        poll.register(line.fileno(), select.POLLIN | (select.POLLOUT if want_write else 0))
        poll.register(self._near, select.POLLIN)
        ready = dict(poll.poll(seconds * 1000))
        if self._near.fileno() in ready:
            with contextlib.suppress(BlockingIOError):
                self._near.recv(4096)
        return bool(ready.get(line.fileno(), 0) & ~select.POLLOUT)


def hang_up(line: object) -> None:
    """Breaks a connection that another thread may be using; that thread sees it end."""
    if isinstance(line, socket.socket):
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

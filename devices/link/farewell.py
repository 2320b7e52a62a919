"""Parting from a broker so that it gets everything that was said."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Any, Protocol

from devices.clock import Clock
from devices.link.bell import Bell

FAREWELL = 0.5
"""Seconds that a farewell may take."""


class Client(Protocol):
    """What is asked of an MQTT client."""

    on_socket_close: Any

    def socket(self) -> Any: ...

    def want_write(self) -> bool: ...

    def loop_read(self) -> object: ...

    def loop_write(self) -> object: ...

    def disconnect(self) -> object: ...


def part(client: Client, bell: Bell, clock: Clock, is_acknowledged: Callable[[], bool]) -> None:
    """Says farewell when all that was said before it is acknowledged, or half of the time has passed."""
    until = clock.monotonic() + FAREWELL
    while not is_acknowledged() and _converse(client, bell, clock, until - FAREWELL / 2):
        client.loop_read()
    client.on_socket_close = lambda _client, _data, line: _hear_out(line, bell, clock, until)
    client.disconnect()
    while _converse(client, bell, clock, until):
        pass


def _converse(client: Client, bell: Bell, clock: Clock, until: float) -> bool:
    """Writes, and waits a moment; False when the connection or the time is over."""
    client.loop_write()
    line, left = client.socket(), until - clock.monotonic()
    if line is None or left <= 0:
        return False
    bell.wait(line, want_write=client.want_write(), seconds=min(left, FAREWELL / 10))
    return True


def _hear_out(line: socket.socket, bell: Bell, clock: Clock, until: float) -> None:
    """Leaves it to the broker to close. To close while its words are unread or on their way resets the connection,
    and it loses what it had not read yet: the last messages, and the farewell itself."""
    with contextlib.suppress(OSError):
        while (left := until - clock.monotonic()) > 0:
            with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
                if bell.wait(line, want_write=False, seconds=left) and not line.recv(65_536):
                    return

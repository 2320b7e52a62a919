"""The line between one loudspeaker and the rest of the world, with all that befalls lines."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

LATENCY = 0.15
PIECE = 1024
PIECES_A_SECOND = 24
"""What a poor mobile connection lets through."""


class Line:
    """Listens on one port of its own for each port of `targets`, and carries everything between the two."""

    def __init__(self, *targets: int) -> None:
        self._servers = [socket.create_server(("127.0.0.1", 0)) for _ in targets]
        self.ports = tuple(int(server.getsockname()[1]) for server in self._servers)
        self._carries = True
        self._slow = False
        self._moves = threading.Event()
        self._moves.set()
        self._pairs: list[_Pair] = []
        self._doors = [
            threading.Thread(target=self._accept, args=ends, daemon=True)
            for ends in zip(self._servers, targets, strict=True)
        ]
        for door in self._doors:
            door.start()

    def cut(self) -> None:
        """All connections break, and none can be made."""
        self._carries = False
        self._break_all()

    def freeze(self) -> None:
        """Nothing moves, and nobody is told."""
        self._moves.clear()

    def throttle(self) -> None:
        """Everything arrives late and little by little."""
        self._slow = True

    def lose_the_far_ends(self) -> None:
        """The broker and the controller see their connections closed; the loudspeaker is not told and speaks to nobody.

        So it is when a router forgets a connection.
        """
        for pair in self._pairs:
            pair.lose_the_far_end()

    def mend(self) -> None:
        self._carries, self._slow = True, False
        self._moves.set()

    def close(self) -> None:
        self._carries = False
        for server in self._servers:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        self._moves.set()
        self._break_all()
        for thread in (*self._doors, *(thread for pair in self._pairs for thread in pair.threads)):
            thread.join()

    def pace(self, data: bytes) -> None:
        """Returns when `data` may go on."""
        if self._slow:
            time.sleep(LATENCY + len(data) / PIECE / PIECES_A_SECOND)
        self._moves.wait()

    def _break_all(self) -> None:
        for pair in self._pairs[:]:
            pair.break_off()

    def _accept(self, server: socket.socket, target: int) -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            self._pairs = [pair for pair in self._pairs if pair.alive]
            try:
                if not self._carries:
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", target))
            except OSError:
                near.close()
                continue
            self._pairs.append(_Pair(self, near, far))


class _Pair:
    """Two connections that look like one."""

    def __init__(self, line: Line, near: socket.socket, far: socket.socket) -> None:
        self._line = line
        self._near, self._far = near, far
        self._far_is_lost = False
        self.threads = [
            threading.Thread(target=self._carry, args=ends, daemon=True) for ends in ((near, far), (far, near))
        ]
        self._last_out = threading.Barrier(2, action=self._close)
        for thread in self.threads:
            thread.start()

    @property
    def alive(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)

    def lose_the_far_end(self) -> None:
        self._far_is_lost = True
        _shut(self._far)

    def break_off(self) -> None:
        _shut(self._near)
        _shut(self._far)

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(PIECE):
                self._line.pace(data)
                if not self._far_is_lost:
                    sink.sendall(data)
        if not self._far_is_lost or source is self._near:
            self.break_off()
        self._last_out.wait()

    def _close(self) -> None:
        self._near.close()
        self._far.close()


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)

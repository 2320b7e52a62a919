"""How the console is reached."""

from __future__ import annotations

import asyncio
import socket

from controller.web.server import listen


def test_a_small_answer_leaves_at_once() -> None:
    """Otherwise it waits 40 ms for the other end to acknowledge its own beginning."""
    heard: list[int] = []

    class Ear(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            line: socket.socket = transport.get_extra_info("socket")
            heard.append(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()  # type: ignore[attr-defined]

    async def call() -> None:
        listener = listen("127.0.0.1", 0)
        async with await asyncio.get_running_loop().create_server(Ear, sock=listener):
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            await reader.read()
            writer.close()
            await writer.wait_closed()

    asyncio.run(call())
    assert all(heard)
    assert len(heard) == 1

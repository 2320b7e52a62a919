"""The controller's HTTP without a network: what a browser or a device would send, answered within this call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx


class InProcess(httpx.BaseTransport):
    """For an `httpx.Client`. `site` gives the ASGI application of the controller that runs now."""

    def __init__(self, runner: asyncio.Runner, site: Callable[[], Any]) -> None:
        self._runner = runner
        self._site = site

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._runner.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        answer = await httpx.ASGITransport(app=self._site()).handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        raw = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(raw))

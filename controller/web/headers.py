"""What every answer carries besides its content, and how it travels: safe headers, compression, lasting files."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(tiles: str = "") -> str:
    """What a page may load: all from here, and pictures from the host of `tiles` too, if any."""
    there = urlsplit(tiles)
    images = f" {there.scheme}://{there.netloc}" if tiles else ""
    return (
        f"default-src 'self'; img-src 'self' data:{images}; worker-src 'self'; manifest-src 'self'; "
        "object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


SAFE = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LASTING = "public, max-age=31536000, immutable"


class SafeHeaders:
    """Adds what keeps browsers safe, unless the answer says otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class Compressed(GZipMiddleware):
    """Compresses words, not sounds: those are small already, and are asked for in parts."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/audio/"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class LastingFiles(StaticFiles):
    """Files whose names change with their content: a browser asks for each once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            answer.headers["Cache-Control"] = LASTING
        return answer

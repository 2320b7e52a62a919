"""How much a request may bring along: little, unless somebody who is logged in hands in a recording or a map."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.errors import ControllerError
from controller.web.problems import language_of, problem, unanswerable

TOO_LARGE = 413
LITTLE = 3 * 1024 * 1024
LARGE = 210 * 1024 * 1024
_LARGE_PATHS = frozenset(
    {"/api/v1/recordings", "/bulletins", "/bulletins/preview", "/bulletins/recording", "/api/v1/areas-file"}
)


class Bounded:
    """Stops reading where a body grows too large, whatever its header says; 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        most = LARGE if scope["path"] in _LARGE_PATHS and await run_in_threadpool(_is_known, request) else LITTLE
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > most:
            code, sentence = unanswerable(language_of(request), TOO_LARGE)
            await problem(TOO_LARGE, code, sentence)(scope, receive, send)
            return
        size = 0

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(TOO_LARGE)
            return message

        await self._app(scope, bounded, send)


def _is_known(request: Request) -> bool:
    try:
        return request.app.state.services.access.caller(request) is not None
    except ControllerError:
        return False

"""Where each request comes from, for the audit; who sends it is added once that is known."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from controller.store.origin import Origin, coming_from


class Origins:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        with coming_from(Origin(address=address, way=f"{scope['method']} {scope['path']}"[:200])):
            await self._app(scope, receive, send)

"""The web application: API, sounds and pages under one roof, with the headers that keep browsers safe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles

from controller.web import audio
from controller.web.api import areas, broadcasts, bulletins, devices, events, lexicon, people
from controller.web.pages import devices as device_pages
from controller.web.pages import lexicon as lexicon_pages
from controller.web.pages import occurrences, programmes, refusals, session, today, writing
from controller.web.pages.frame import error_page
from controller.web.problems import answer_with_problems
from controller.web.services import Services

ASSETS = Path(__file__).parent / "assets" / "dist"

API = (
    people.router,
    areas.router,
    bulletins.router,
    lexicon.router,
    broadcasts.router,
    devices.router,
    events.router,
)

PAGES = (
    session.router,
    today.router,
    writing.router,
    programmes.router,
    occurrences.router,
    device_pages.router,
    lexicon_pages.router,
    refusals.router,
)

SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def site(services: Services) -> FastAPI:
    """The application that answers for `services`."""
    app = FastAPI(
        title="Loa xã",
        version=version("loa-xa"),
        summary="The loudspeakers of a commune: what is planned, ready, played and heard.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.services = services
    for router in API:
        app.include_router(router, prefix="/api/v1")
    app.include_router(audio.router)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    answer_with_problems(app, error_page)
    app.mount("/assets", StaticFiles(directory=ASSETS, check_dir=False), name="assets")

    @app.get("/healthz", include_in_schema=False)
    def alive() -> PlainTextResponse:
        return PlainTextResponse("ok\n" if services.broker_connected() else "no broker\n")

    @app.middleware("http")
    async def safe(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await go_on(request)
        for name, value in SAFE_HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    return app

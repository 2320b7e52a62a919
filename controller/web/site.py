"""The web application: API, sounds and pages under one roof, with the headers that keep browsers safe."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from controller.web import alert_feed, audio, calendar_feed
from controller.web.api import (
    alert_sources,
    alerts,
    areas,
    audit,
    broadcasts,
    broker,
    bulletins,
    calendars,
    camera_pictures,
    camera_uptime,
    cameras,
    channels,
    devices,
    events,
    forecasts,
    incidents,
    lexicon,
    maps,
    nodes,
    own_channels,
    people,
    phrases,
    reports,
    speech,
)
from controller.web.bodies import Bounded
from controller.web.headers import Compressed, LastingFiles, SafeHeaders
from controller.web.origins import Origins
from controller.web.pages import alert_sources as alert_source_pages
from controller.web.pages import alerts as alert_pages
from controller.web.pages import (
    area_files,
    calendar_view,
    camera_form,
    filling_in,
    foretelling,
    installed,
    occurrences,
    own_warnings,
    programmes,
    recorded,
    refusals,
    renders,
    session,
    single_days,
    today,
    unsent,
    writing,
)
from controller.web.pages import areas as area_pages
from controller.web.pages import audit as audit_pages
from controller.web.pages import calendars as calendar_pages
from controller.web.pages import cameras as camera_pages
from controller.web.pages import channels as channel_pages
from controller.web.pages import complaints as complaint_pages
from controller.web.pages import device as device_page
from controller.web.pages import devices as device_pages
from controller.web.pages import incidents as incident_pages
from controller.web.pages import lexicon as lexicon_pages
from controller.web.pages import maps as map_pages
from controller.web.pages import own_channels as own_channel_pages
from controller.web.pages import people as people_pages
from controller.web.pages import public as public_pages
from controller.web.pages import reports as report_pages
from controller.web.pages import settings as settings_pages
from controller.web.pages.frame import error_page
from controller.web.problems import answer_with_problems
from controller.web.services import Services

ASSETS = Path(__file__).parent / "assets" / "dist"

API = (
    people.router,
    areas.router,
    maps.router,
    speech.router,
    phrases.router,
    lexicon.router,
    bulletins.router,
    broadcasts.router,
    calendars.router,
    calendar_feed.router,
    forecasts.router,
    devices.router,
    broker.router,
    incidents.router,
    cameras.router,
    camera_pictures.router,
    camera_uptime.router,
    nodes.router,
    alerts.router,
    alert_sources.router,
    channels.router,
    own_channels.router,
    audit.router,
    reports.router,
    events.router,
)

PAGES = (
    session.router,
    installed.router,
    today.router,
    writing.router,
    filling_in.router,
    unsent.router,
    recorded.router,
    foretelling.router,
    calendar_view.router,
    calendar_pages.router,
    renders.router,
    programmes.router,
    occurrences.router,
    single_days.router,
    map_pages.router,
    device_pages.router,
    device_page.router,
    camera_form.router,
    camera_pages.router,
    incident_pages.router,
    lexicon_pages.router,
    own_warnings.router,
    alert_source_pages.router,
    alert_pages.router,
    refusals.router,
    report_pages.router,
    channel_pages.router,
    own_channel_pages.router,
    complaint_pages.router,
    public_pages.router,
    people_pages.router,
    area_pages.router,
    area_files.router,
    settings_pages.router,
    audit_pages.router,
)


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
    app.include_router(camera_pictures.for_devices)
    app.include_router(camera_uptime.metrics_router)
    app.include_router(alert_feed.router)
    app.include_router(calendar_feed.feeds)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    answer_with_problems(app, error_page)
    app.mount("/assets", LastingFiles(directory=ASSETS, check_dir=False), name="assets")

    @app.get("/healthz", include_in_schema=False)
    def alive() -> PlainTextResponse:
        return PlainTextResponse("ok\n" if services.broker_connected() else "no broker\n")

    app.add_middleware(Compressed, minimum_size=1000)
    app.add_middleware(Bounded)
    app.add_middleware(SafeHeaders)
    app.add_middleware(Origins)
    return app

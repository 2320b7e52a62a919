"""The console as an app on a phone: its manifest, its service worker, and what it shows without a network."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from controller.web.assets import built_assets
from controller.web.pages.frame import page, words_of
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]

_SIGN = "#0f5c66"
"""The colour of loa.svg, from which the icons are drawn."""
_PAPER = "#f4f2ec"
_ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("maskable-512.png", 512, "maskable"))


@router.get("/manifest.webmanifest")
def manifest(request: Request, us: Us) -> Response:
    words, asset = words_of(request), built_assets().url
    said = {
        "id": "/",
        "name": "Loa xã",
        "short_name": "Loa xã",
        "lang": words.language.value,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": _SIGN,
        "background_color": _PAPER,
        "icons": [
            {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in _ICONS
        ],
        "shortcuts": [{"name": words.say("Waiting for approval"), "url": "/programmes?state=submitted"}],
    }
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    return JSONResponse(said, media_type="application/manifest+json", headers=headers)


@router.get("/worker.js")
def worker() -> Response:
    """At the root, because a worker looks after what lies beneath its own address; asked for anew each time."""
    assets = built_assets()
    path = assets.folder / assets.files["worker.js"]
    return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/offline")
def offline(request: Request) -> Response:
    return page(request, "offline.html.j2")

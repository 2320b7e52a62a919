"""For the people, without logging in: what was aired lately, to read and to hear again, and the warnings that hold.

Nothing is read here but what `store.public` gives and the warnings that the commune passes on to everybody anyway.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response

from controller.errors import NotFound
from controller.store import areas
from controller.store.areas import AreaTree
from controller.store.bulletins import BulletinId
from controller.store.public import Heard, heard
from controller.web.card import card
from controller.web.pages.frame import page
from controller.web.public_feed import rss
from controller.web.services import Services, services_of
from schedules.timespan import COMMUNE_ZONE, Timespan

LATELY = timedelta(days=7)


def opened(us: Annotated[Services, Depends(services_of)]) -> Services:
    """A dependency: the services, where the settings let everybody in."""
    if not us.settings.public_page:
        raise NotFound("not-found", "There is nothing at this address.")
    return us


router = APIRouter(prefix="/public")

Us = Annotated[Services, Depends(opened)]


@router.get("")
def show(request: Request, us: Us) -> Response:
    now = us.clock.now()
    midnight = now.astimezone(COMMUNE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    tree, found = _heard(us, midnight - LATELY)
    return page(
        request,
        "public.html.j2",
        place=_place(tree),
        warnings=us.warnings.mirror.active(),
        today=[one for one in found if one.at >= midnight],
        before=[one for one in found if one.at < midnight],
        tree=tree,
    )


@router.get("/feed.xml")
def feed(us: Us) -> Response:
    tree, found = _heard(us, us.clock.now() - LATELY)
    body = rss(_place(tree), f"{us.settings.url}/public", found)
    return Response(body, media_type="application/rss+xml", headers={"Cache-Control": "public, max-age=300"})


@router.get("/qr.svg")
def code(us: Us) -> Response:
    drawn = io.BytesIO()
    segno.make(f"{us.settings.url}/public", micro=False).save(drawn, kind="svg", scale=8, border=4, light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


@router.get("/bulletins/{bulletin}")
def one_bulletin(request: Request, us: Us, bulletin: str) -> Response:
    tree, found = _one(us, bulletin)
    link = f"{us.settings.url}/public/bulletins/{found.id}"
    return page(request, "public_bulletin.html.j2", place=_place(tree), one=found, tree=tree, link=link)


@router.get("/bulletins/{bulletin}/card.png")
def picture(us: Us, bulletin: str) -> Response:
    tree, found = _one(us, bulletin)
    when = f"{found.at.astimezone(COMMUNE_ZONE):%H:%M %d/%m/%Y}"
    drawn = card(_place(tree), found.title, when)
    return Response(drawn, media_type="image/png", headers={"Cache-Control": "public, max-age=300"})


@router.get("/bulletins/{bulletin}/sound")
def sound(us: Us, bulletin: str) -> FileResponse:
    _, found = _one(us, bulletin)
    path = us.library.path(found.recording)
    if path is None:
        raise NotFound("unknown-sound", "There is no such sound.")
    return FileResponse(path, media_type="audio/ogg", headers={"Cache-Control": "public, max-age=300"})


def _heard(us: Services, since: datetime) -> tuple[AreaTree, tuple[Heard, ...]]:
    with us.database.read() as connection:
        return areas.tree(connection), heard(connection, Timespan(since, us.clock.now()))


def _one(us: Services, bulletin: str) -> tuple[AreaTree, Heard]:
    """It is there for as long as the page shows it, whoever kept its address."""
    now = us.clock.now()
    with us.database.read() as connection:
        found = heard(connection, Timespan(now - LATELY - timedelta(days=1), now), BulletinId(bulletin))
        tree = areas.tree(connection)
    if not found:
        raise NotFound("not-found", "There is nothing at this address.")
    return tree, found[0]


def _place(tree: AreaTree) -> str:
    roots = tree.children(None)
    return roots[0].name if roots else ""

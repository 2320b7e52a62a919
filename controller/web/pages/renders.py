"""A long text while the voice reads it: how far it is, how to stop it, and where it goes from there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from controller.broadcasting.renders import Waiting
from controller.errors import NotNow
from controller.store import recordings
from controller.store.people import Account, Role
from controller.store.renders import RenderId
from controller.store.states import RenderState
from controller.web.access import need
from controller.web.pages.frame import fragment, go, page
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]


@router.get("/bulletins/readings/{render}")
def being_read(request: Request, us: Us, render: str, who: Editor) -> Response:
    """For htmx the part that says how far it is, else a page; once a bulletin is saved, onwards to it."""
    found = us.renders.find(RenderId(render), who)
    part = "hx-request" in request.headers
    if found.render.programme:
        where = f"/programmes/{found.render.programme}"
        return HTMLResponse("", headers={"HX-Redirect": where}) if part else go(where)
    if found.render.state is RenderState.CANCELLED and found.render.form:
        back = back_to_the_form(found)
        return HTMLResponse("", headers={"HX-Redirect": back}) if part else go(back)
    with us.database.read() as connection:
        sound = recordings.find(connection, found.render.recording) if found.render.recording else None
    if part:
        return fragment(request, "parts/being_read.html.j2", reading_now=found, sound=sound)
    return page(request, "being_read.html.j2", who, reading_now=found, sound=sound)


@router.post("/bulletins/readings/{render}/cancel")
def stop_reading(request: Request, us: Us, render: str, who: Editor) -> Response:
    """Back to what was typed; for htmx, which never left it, the part that says so."""
    try:
        us.renders.cancel(RenderId(render), who)
    except NotNow:
        return being_read(request, us, render, who)
    found = us.renders.find(RenderId(render), who)
    if "hx-request" in request.headers and not found.render.form:
        return fragment(request, "parts/being_read.html.j2", reading_now=found, sound=None)
    return go(back_to_the_form(found))


def back_to_the_form(found: Waiting) -> str:
    return f"/bulletins/new?reading={found.render.id}"

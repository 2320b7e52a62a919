"""What was refused on the wire, and why: nothing is thrown away in silence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.store import refusals
from controller.store.people import Account
from controller.web.access import need
from controller.web.pages.frame import page
from controller.web.services import Services, services_of

router = APIRouter()


@router.get("/refusals")
def list_refusals(
    request: Request, us: Annotated[Services, Depends(services_of)], who: Annotated[Account, Depends(need())]
) -> Response:
    with us.database.read() as connection:
        found = refusals.shown_to(connection, who)
    return page(request, "refusals.html.j2", who, now=us.clock.now(), refusals=found)

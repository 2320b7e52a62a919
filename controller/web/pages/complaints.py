"""A dead or too loud loudspeaker: told by anybody, decided on by whoever looks after incidents there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.errors import ControllerError, NotFound
from controller.monitoring.care import CARERS
from controller.monitoring.complaints import LONGEST_PLACE, Complaints
from controller.store import areas, complaints
from controller.store.concerns import seen_inside
from controller.store.origin import origin
from controller.store.people import Account
from controller.web.access import need
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.meanings import COMPLAINTS
from controller.web.pages.public import opened
from controller.web.services import Services, services_of

router = APIRouter()

Open = Annotated[Services, Depends(opened)]
Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Carer = Annotated[Account, Depends(need(*CARERS))]
Field = Annotated[str, Form(max_length=1000)]


@router.get("/public/complain")
def ask(request: Request, us: Open) -> Response:
    return _form(request, us, {}, {})


@router.post("/public/complain")
def tell(
    request: Request, us: Open, area: Field = "", wrong: Field = "", place: Field = "", website: Field = ""
) -> Response:
    typed = {"area": area, "wrong": wrong, "place": place}
    if website:  # no person sees this field: whoever fills it in is thanked, and nothing is kept
        return _form(request, us, {}, {}, thanks=True)
    try:
        _complaints(us).tell(area, wrong, place, origin().address)
    except ControllerError as error:
        sentence = words_of(request).say(error.text, **error.values)
        return _form(request, us, typed, {error.field or "place": sentence}, status=error.status)
    return _form(request, us, {}, {}, thanks=True)


@router.get("/complaints")
def list_waiting(request: Request, us: Us, who: Anyone) -> Response:
    with us.database.read() as connection:
        found = complaints.waiting(connection, seen_inside(connection, who, None))
        tree = areas.tree(connection)
        mine = {one.id for one in found if who.at(tree, [one.area]).is_any(*CARERS)}
    return page(request, "complaints.html.j2", who, found=found, tree=tree, mine=mine, meanings=COMPLAINTS)


@router.post("/complaints/{complaint}/{what}")
def decide(us: Us, who: Carer, complaint: int, what: str) -> Response:
    match what:
        case "accept":
            _complaints(us).accept(complaint, who)
        case "refuse":
            _complaints(us).refuse(complaint, who)
        case _:
            raise NotFound("not-found", "There is nothing at this address.")
    return go("/complaints")


def _complaints(us: Services) -> Complaints:
    return Complaints(us.database, us.clock, us.happenings)


def _form(
    request: Request,
    us: Services,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
    thanks: bool = False,
) -> Response:
    with us.database.read() as connection:
        tree = areas.tree(connection)
    words = words_of(request)
    return page(
        request,
        "public_complain.html.j2",
        status=status,
        typed=typed,
        errors=errors,
        thanks=thanks,
        options=[(one.id, one.name) for one in tree],
        kinds=[(code, words.say(name)) for code, name in COMPLAINTS.items()],
        longest=LONGEST_PLACE,
    )

"""The commune's own words: what they are, how they are changed, and how a line sounds with them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.errors import ControllerError
from controller.speech.reading import Reading, Region
from controller.store import lexicon, people
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.frame import fragment, go, page, words_of
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Editor = Annotated[Account, Depends(need(Role.EDITOR))]
Field = Annotated[str, Form(max_length=20_000)]

_CHANGES_SHOWN = 50


@router.get("/lexicon")
def show(request: Request, us: Us, who: Anyone, written: str = "") -> Response:
    return _page(request, us, who, {"written": written})


@router.post("/lexicon")
def put(request: Request, us: Us, who: Editor, written: Field = "", spoken: Field = "", note: Field = "") -> Response:
    try:
        us.own_words.put(written, spoken, note, who)
    except ControllerError as wrong:
        sentence = words_of(request).say(wrong.text, **wrong.values)
        typed = {"written": written, "spoken": spoken, "note": note}
        return _page(request, us, who, typed, errors={wrong.field or "written": sentence}, status=wrong.status)
    return go("/lexicon", "word-kept")


@router.post("/lexicon/remove")
def remove(request: Request, us: Us, who: Editor, written: Field = "") -> Response:
    us.own_words.remove(written, who)
    return go("/lexicon", "word-removed")


@router.post("/lexicon/try")
def try_out(request: Request, us: Us, who: Editor, line: Field = "", region: Field = Region.NORTH.value) -> Response:
    """How a line is read now: for htmx a part of the page, else the whole page."""
    reading: Reading | None = None
    wrong = ""
    accent = Region(region) if region in {one.value for one in Region} else Region.NORTH
    try:
        reading, _ = us.desk.read(line, accent)
    except ControllerError as error:
        wrong = words_of(request).say(error.text, **error.values)
    status = 422 if wrong else 200
    if "hx-request" in request.headers:
        return fragment(request, "parts/reading.html.j2", status=status, reading=reading, wrong=wrong)
    typed = {"line": line, "region": accent.value}
    return _page(request, us, who, typed, status=status, reading=reading, wrong=wrong)


def _page(
    request: Request,
    us: Services,
    who: Account,
    typed: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    reading: Reading | None = None,
    wrong: str = "",
) -> Response:
    with us.database.read() as connection:
        version = lexicon.version(connection)
        entries = lexicon.entries(connection)
        changes = lexicon.history(connection, _CHANGES_SHOWN)
        names = people.names(connection)
    return page(
        request,
        "lexicon.html.j2",
        who,
        status=status,
        typed=typed,
        errors=errors or {},
        reading=reading,
        wrong=wrong,
        version=version,
        entries=entries,
        changes=changes,
        names=names,
    )

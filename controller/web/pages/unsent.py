"""What is typed into the form of a bulletin is kept by itself, until it is sent or thrown away."""

from __future__ import annotations

import json
from textwrap import shorten
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, Response

from controller.errors import NotFound
from controller.store import unsent
from controller.store.people import Account, Role
from controller.store.unsent import Unsent
from controller.web.access import need
from controller.web.pages.bulletin_form import Typed, is_form_name
from controller.web.pages.frame import go, words_of
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]
Given = Annotated[Typed, Form()]

_TITLE = 80


@router.post("/bulletins/unsent")
def keep(request: Request, us: Us, who: Editor, typed: Given) -> Response:
    """Keeps the form as it stands; says in words what became of it. A form with nothing in it is not kept."""
    words, now = words_of(request), us.clock.now()
    title = shorten(typed.title.strip() or typed.text, _TITLE, placeholder="…")
    if not is_form_name(typed.once) or not (title or typed.recording):
        return JSONResponse({"kept": False, "said": ""})
    form = typed.model_dump_json(exclude={"file"})
    with us.database.write() as connection:
        kept = unsent.keep(connection, who.id, Unsent(typed.once, form, title, now))
    said = (
        words.say("Kept here by itself at {time}.", time=words.second(now))
        if kept
        else words.say("This form was sent or thrown away elsewhere: what you type now is kept in this browser only.")
    )
    return JSONResponse({"kept": kept, "said": said})


@router.post("/bulletins/unsent/{once}/drop")
def drop(us: Us, who: Editor, once: str) -> Response:
    """It is thrown away, and does not come back."""
    if not is_form_name(once):
        raise NotFound("not-found", "There is nothing at this address.")
    with us.database.write() as connection:
        unsent.forget(connection, who.id, once, us.clock.now())
    return go("/bulletins/new", "unsent-dropped")


def typed_so_far(us: Services, who: Account, once: str) -> Typed:
    """The form as it was kept. Raises NotFound."""
    with us.database.read() as connection:
        found = unsent.find(connection, who.id, once)
    if found is None:
        raise NotFound("not-kept", "This form was sent or thrown away, or is kept no longer.")
    return Typed.model_validate(json.loads(found.form))

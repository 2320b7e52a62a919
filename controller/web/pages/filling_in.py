"""What fills in a form for whoever writes: a notice to begin with, a time in words. All else stays as it was typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.beginning import chosen, filled
from controller.web.pages.bulletin_form import Typed, not_understood
from controller.web.pages.bulletin_page import form_page
from controller.web.pages.frame import words_of
from controller.web.pages.said_when import NotUnderstood, understand_when
from controller.web.services import Services, services_of
from schedules.timespan import COMMUNE_ZONE

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]
Given = Annotated[Typed, Form()]


@router.post("/bulletins/begin")
def begin(request: Request, us: Us, who: Editor, typed: Given) -> Response:
    """The form as it was typed, with the notice that was chosen to begin with."""
    pattern = chosen(typed.pattern)
    return form_page(request, us, who, filled(typed, pattern) if pattern else typed)


@router.post("/bulletins/said")
def say_in_words(request: Request, us: Us, who: Editor, typed: Given) -> Response:
    """The form as it was typed, with the times that were said in words."""
    words = words_of(request)
    try:
        when = understand_when(typed.in_words, us.clock.now().astimezone(COMMUNE_ZONE).date(), words.language)
    except NotUnderstood as wrong:
        return form_page(request, us, who, typed, {"in_words": not_understood(wrong.left, words)})
    answer = form_page(request, us, who, typed.model_copy(update={"first": "", "last": "", **when}))
    answer.headers["HX-Trigger-After-Settle"] = "times-filled-in"
    return answer

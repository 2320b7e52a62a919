"""The operator's own warning: a template by hazard and level, its correction beside it, released by a second person."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from controller.alerts.own_alerts import MAX_TEXT, TEMPLATES, OwnAlert, template_of
from controller.errors import ControllerError, Invalid
from controller.store import areas, overview
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.area_choice import choices
from controller.web.pages.frame import go, page, words_of
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER, somewhere=True))]
Field = Annotated[str, Form(max_length=2 * MAX_TEXT)]
Chosen = Annotated[list[str], Form(max_length=2000)]

_HOURS = 6
_SENT = "send"
_FIELDS = {"lasts_minutes": "hours"}


@router.get("/alerts/own")
def choose(request: Request, us: Us, who: Editor, hazard: str = "", level: int = 0) -> Response:
    if not hazard:
        return page(request, "warning_templates.html.j2", who, templates=TEMPLATES)
    template = template_of(hazard)
    if level not in template.instructions:
        raise Invalid("bad-level", "A level of risk is a number from 1 to 5.", field="level")
    said = OwnAlert(hazard, level, template.headline, template.instructions[level], (), timedelta(hours=_HOURS))
    return _form(request, us, who, said, str(_HOURS))


@router.post("/alerts/own")
def write(
    request: Request,
    us: Us,
    who: Editor,
    hazard: Field,
    level: Annotated[int, Form()],
    step: Field = "",
    headline: Field = "",
    instruction: Field = "",
    hours: Field = "",
    areas: Chosen | None = None,
) -> Response:
    """Shows the words; with the step `send` puts the warning before people."""
    typed = int(hours) if hours.isdecimal() and len(hours) < 4 else 0
    chosen = tuple(AreaId(area) for area in areas or ())
    said = OwnAlert(hazard, level, headline.strip(), instruction.strip(), chosen, timedelta(hours=typed))
    template_of(hazard)
    try:
        spoken = us.warnings.own.words(said)
        if step == _SENT:
            return RedirectResponse(f"/alerts/{us.warnings.own.submit(said, who)}", status_code=303)
    except ControllerError as wrong:
        return _form(request, us, who, said, hours, wrong=wrong)
    return _form(request, us, who, said, hours, spoken=spoken)


@router.post("/alerts/own/now")
def warn_now(us: Us, who: Editor, threat: Field = "", area: Field = "") -> Response:
    """A template as it is, for one area, put before people: what one has time for when water comes."""
    hazard, _, level = threat.rpartition("-")
    template = template_of(hazard)
    if not level.isdecimal() or int(level) not in template.instructions:
        raise Invalid("bad-level", "A level of risk is a number from 1 to 5.", field="level")
    words = template.headline, template.instructions[int(level)]
    said = OwnAlert(hazard, int(level), *words, (AreaId(area),), timedelta(hours=_HOURS))
    return go(f"/alerts/{us.warnings.own.submit(said, who)}", "alert-written")


def _form(
    request: Request,
    us: Services,
    who: Account,
    said: OwnAlert,
    hours: str,
    *,
    spoken: str = "",
    wrong: ControllerError | None = None,
) -> Response:
    with us.database.read() as connection:
        tree = areas.tree(connection)
        options = choices(tree, overview.speakers(connection), who.inside(tree))
    template, words = template_of(said.hazard), words_of(request)
    errors = {}
    if wrong is not None:
        name = wrong.field or ""
        errors[_FIELDS.get(name, name)] = words.say(wrong.text, **wrong.values)
    return page(
        request,
        "warning_new.html.j2",
        who,
        status=wrong.status if wrong else 200,
        about=template,
        said=said,
        hours=hours,
        limit=MAX_TEXT,
        options=options,
        spoken=spoken,
        correction=template.correction(us.clock.now()),
        errors=errors,
    )

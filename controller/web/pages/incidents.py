"""What is wrong, root causes first: one list for all kinds of trouble, and one page for each."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.errors import ControllerError, NotFound
from controller.monitoring.care import TAKEN_BY_PEOPLE
from controller.store import areas, camera_pictures, complaints, incident_list
from controller.store.concerns import seen_inside
from controller.store.incident_list import Incident, IncidentId, IncidentsAsked
from controller.store.incident_states import IncidentStep, after
from controller.store.people import Account
from controller.store.troubles import SubjectKind
from controller.web.access import need
from controller.web.api.camera_pictures import may_look
from controller.web.pages.camera_lines import PictureLine
from controller.web.pages.frame import fragment, go, page, to_look_after, words_of
from controller.web.pages.incident_lines import lines_of, story_of
from controller.web.pages.meanings import INCIDENT_STATES, MUTES, SUBJECTS
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]

_PAGE = 50
_STATES = {"": True, "over": False, "all": None}
_FARTHEST = 2**31 - 1


@router.get("/incidents")
def list_incidents(
    request: Request, us: Us, who: Anyone, state: str = "", of: str = "", area: str = "", first: int = 0
) -> Response:
    if state not in _STATES or (of and of not in SUBJECTS):
        raise NotFound("unknown-state", "Incidents are never in such a state.")
    now = us.clock.now()
    with us.database.read() as connection:
        tree = areas.tree(connection)
        if area and AreaId(area) not in tree:
            raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
        asked = IncidentsAsked(
            open=_STATES[state],
            roots=True,
            subject_kind=SubjectKind(of) if of else None,
            areas=seen_inside(connection, who, tree.within([AreaId(area)]) if area else None),
        )
        total = incident_list.count(connection, asked)
        first = max(0, min(first, total - 1))
        found = incident_list.page(connection, asked, first, _PAGE)
        lines = lines_of(connection, found, words_of(request), now)
        told = complaints.waiting(connection, seen_inside(connection, who, None))

    def address(**changed: object) -> str:
        return _address(**{"state": state, "of": of, "area": area, "first": first or "", **changed})

    return page(
        request,
        "incidents.html.j2",
        who,
        now=now,
        incidents=lines,
        complaints=len(told),
        state=state,
        of=of,
        area=area,
        areas=list(tree),
        subjects=SUBJECTS,
        filtered=bool(of or area or state == "all"),
        address=address,
        first=first,
        total=total,
        previous=address(first=max(0, first - _PAGE) or "") if first else None,
        next=address(first=first + _PAGE) if first + _PAGE < total else None,
    )


def _address(**asked: object) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/incidents?{query}" if query else "/incidents"


@router.get("/incidents/count")
def count_incidents(request: Request, us: Us, who: Anyone) -> Response:
    with us.database.read() as connection:
        asked = to_look_after(us.clock.now(), seen_inside(connection, who, None))
        count = incident_list.count(connection, asked)
    return fragment(request, "parts/count.html.j2", count=count)


@router.get("/incidents/{incident}")
def read_incident(request: Request, us: Us, who: Anyone, incident: int) -> Response:
    return _incident_page(request, us, who, incident)


@router.post("/incidents/{incident}/{step}")
def take_step(
    request: Request,
    us: Us,
    who: Anyone,
    incident: int,
    step: str,
    note: Annotated[str, Form(max_length=10_000)] = "",
    minutes: Annotated[int, Form(ge=0, le=10**6)] = 0,
) -> Response:
    if step not in TAKEN_BY_PEOPLE:
        raise NotFound("not-found", "There is nothing at this address.")
    taken = IncidentStep(step)
    try:
        us.care.take(_id(incident), taken, who, note=note, mute_for=timedelta(minutes=minutes))
    except NotFound:
        raise
    except ControllerError as wrong:
        return _incident_page(request, us, who, incident, wrong, note)
    return go(f"/incidents/{incident}", step)


def _id(number: int) -> IncidentId:
    if not 0 < number <= _FARTHEST:
        raise NotFound("unknown-incident", "There is no incident {incident}.", incident=number)
    return IncidentId(number)


def _incident_page(
    request: Request, us: Services, who: Account, number: int, wrong: ControllerError | None = None, note: str = ""
) -> Response:
    now, words = us.clock.now(), words_of(request)
    with us.database.read() as connection:
        found = incident_list.find(connection, _id(number))
        if found is None:
            raise NotFound("unknown-incident", "There is no incident {incident}.", incident=number)
        (line,) = lines_of(connection, [found], words, now)
        story = story_of(connection, found.id, words)
        above = incident_list.some(connection, [found.cause] if found.cause is not None else [])
        causes = lines_of(connection, above, words, now)
        evidence = [PictureLine.of(one, words) for one in camera_pictures.evidence(connection, found.id)]
    said = {} if wrong is None else wrong.values
    named = {name: words.say(INCIDENT_STATES.get(str(value), str(value))) for name, value in said.items()}
    sentence = words.say(wrong.text, **named) if wrong else ""
    return page(
        request,
        "incident.html.j2",
        who,
        status=wrong.status if wrong else 200,
        now=now,
        one=line,
        story=story,
        evidence=evidence if may_look(us, who) else [],
        camera=found.subject.id if found.subject.kind is SubjectKind.CAMERA else "",
        cause=causes[0] if causes else None,
        steps=_possible(found),
        mutes=[(minutes, words.say(text)) for minutes, text in MUTES.items()],
        wrong="" if wrong is None or wrong.field == "note" else sentence,
        wrong_note=sentence if wrong is not None and wrong.field == "note" else "",
        note=note,
    )


def _possible(one: Incident) -> set[str]:
    return {step.value for step in TAKEN_BY_PEOPLE if after(one.state, step) is not None}

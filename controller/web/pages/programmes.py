"""Programmes: what waits for a decision, what is on the air, and the decision itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.broadcasting.approval import unknown_programme
from controller.errors import ControllerError, NotFound
from controller.store import areas, broadcasts, bulletins, calendars, overview, people, recordings, silences, waiting
from controller.store.areas import AreaTree
from controller.store.broadcasts import Broadcast
from controller.store.bulletins import Bulletin, ProgrammeRow
from controller.store.concerns import seen
from controller.store.database import Connection
from controller.store.overview import Speakers
from controller.store.people import Account, Role
from controller.store.recordings import Recording
from controller.store.states import ProgrammeState, Step, after
from controller.web.access import need
from controller.web.api.forecasts import foretold
from controller.web.pages.day import refresh_seconds
from controller.web.pages.frame import go, page, words_of
from controller.web.services import Services, services_of
from schedules.programme import ProgrammeId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]

_SHOWN = 100
_BROADCASTS_SHOWN = 20
_UNDECIDED = (ProgrammeState.DRAFT, ProgrammeState.SUBMITTED, ProgrammeState.RETURNED)


@dataclass(frozen=True, slots=True)
class Whole:
    """A programme with everything that somebody who decides about it must know."""

    row: ProgrammeRow
    bulletin: Bulletin
    recording: Recording
    tree: AreaTree
    speakers: int
    author: str
    decided_by: str
    broadcasts: tuple[Broadcast, ...]


@router.get("/programmes")
def list_programmes(request: Request, us: Us, who: Anyone, state: str = "") -> Response:
    chosen = _state(state)
    with us.database.read() as connection:
        rows = (
            bulletins.latest_programmes(connection, _SHOWN)
            if chosen is None
            else bulletins.programmes_in(connection, chosen)[-_SHOWN:]
        )
        rows = seen(connection, who, "programme", rows)
        contents = bulletins.of(connection, {row.bulletin for row in rows})
        names, tree = people.names(connection), areas.tree(connection)
        counted = waiting.programmes_by_state(connection, who, tree)
    return page(
        request,
        "programmes.html.j2",
        who,
        programmes=[(row, contents[row.bulletin], names[row.author]) for row in rows],
        by_state={state.value: counted.get(state, 0) for state in ProgrammeState},
        state=state,
        tree=tree,
        most=_SHOWN,
        unsaved=us.renders.unsaved(who.id),
    )


def _state(name: str) -> ProgrammeState | None:
    try:
        return ProgrammeState(name) if name else None
    except ValueError:
        raise NotFound("unknown-state", "Programmes are never in such a state.") from None


@router.get("/programmes/{programme}")
def read_programme(request: Request, us: Us, who: Anyone, programme: str) -> Response:
    return _programme_page(request, us, who, ProgrammeId(programme))


@router.post("/programmes/{programme}/{step}")
def decide(
    request: Request,
    us: Us,
    who: Anyone,
    programme: str,
    step: str,
    reason: Annotated[str, Form(max_length=10_000)] = "",
    written_at: Annotated[datetime | None, Form()] = None,
) -> Response:
    try:
        taken = Step(step)
    except ValueError:
        taken = Step.CHANGE
    if taken is Step.CHANGE:  # is taken by changing something, not by its name
        raise NotFound("not-found", "There is nothing at this address.")
    try:
        us.approval.take(ProgrammeId(programme), taken, who, reason.strip(), written_at)
    except NotFound:
        raise
    except ControllerError as wrong:
        return _programme_page(request, us, who, ProgrammeId(programme), wrong, reason)
    if taken in (Step.APPROVE, Step.WITHDRAW):
        us.replan()
    return go(f"/programmes/{programme}", step)


def _programme_page(
    request: Request,
    us: Services,
    who: Account,
    programme: ProgrammeId,
    wrong: ControllerError | None = None,
    reason: str = "",
) -> Response:
    now = us.clock.now()
    with us.database.read() as connection:
        whole = read_whole(connection, programme)
        silent = silences.of(connection, [one.id for one in whole.broadcasts])
        changes, names = calendars.changes(connection, programme), people.names(connection)
        found = foretold(us, connection, programme) if whole.row.state in _UNDECIDED else None
    words = words_of(request)
    sentence = words.say(wrong.text, **_said(wrong, request)) if wrong else ""
    return page(
        request,
        "programme.html.j2",
        who,
        status=wrong.status if wrong else 200,
        now=now,
        whole=whole,
        reading=us.desk.reading_of(whole.bulletin),
        found=found,
        silent=silent,
        changes=changes,
        names=names,
        tree=whole.tree,
        steps=steps_for(whole.row, who),
        own=whole.row.author == who.id,
        next_start=whole.row.next_start(now),
        wrong=sentence if wrong and wrong.field is None else "",
        wrong_reason=sentence if wrong and wrong.field == "reason" else "",
        reason=reason,
        refresh_seconds=refresh_seconds(whole.broadcasts, now),
    )


def _said(wrong: ControllerError, request: Request) -> dict[str, object]:
    """The values of the sentence; the names of states and steps are said as people say them."""
    words = words_of(request)
    return {
        name: words.state(str(value)) if name in ("state", "step") else value for name, value in wrong.values.items()
    }


def read_whole(connection: Connection, programme: ProgrammeId) -> Whole:
    """NotFound where there is no such programme."""
    row = bulletins.find_programme(connection, programme)
    if row is None:
        raise unknown_programme(programme)
    bulletin = bulletins.find(connection, row.bulletin)
    assert bulletin is not None, "a programme's bulletin is a foreign key"
    recording = recordings.find(connection, bulletin.recording)
    assert recording is not None, "a bulletin's recording is a foreign key"
    names, tree = people.names(connection), areas.tree(connection)
    standing, within = overview.speakers(connection), tree.within(row.areas)
    return Whole(
        row,
        bulletin,
        recording,
        tree,
        sum((standing[area] for area in within if area in standing), Speakers()).all,
        names[row.author],
        names[row.decided_by] if row.decided_by else "",
        broadcasts.broadcasts_of(connection, programme)[-_BROADCASTS_SHOWN:],
    )


def steps_for(row: ProgrammeRow, who: Account) -> frozenset[str]:
    """What this person may do with the programme now, as `approval` will judge it."""
    mine = row.author == who.id
    deciding = {Step.APPROVE, Step.RETURN} if who.is_any(Role.APPROVER) and not mine else set()
    writing = {Step.SUBMIT, Step.CHANGE, Step.WITHDRAW} if who.is_any(Role.EDITOR) else set()
    return frozenset(step.value for step in deciding | writing if after(row.state, step) is not None)

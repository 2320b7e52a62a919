"""What the commune's days allow, and what becomes of single days of a programme."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from controller.broadcasting.calendars import Instead, What
from controller.errors import NotFound
from controller.store import bulletins, calendars, people
from controller.store.bulletins import BulletinId
from controller.store.calendars import ChangeId, EntryId, KeptEntry
from controller.store.people import Account, AccountId, Role
from controller.web.access import Number, need
from controller.web.api.calendar_shapes import (
    ChangeGiven,
    EntryGiven,
    EntryTaken,
    NewChange,
    change_given,
    entry_given,
)
from controller.web.services import Services, services_of
from schedules.calendars import Move, Skip
from schedules.programme import ProgrammeId

router = APIRouter(tags=["calendars"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Writer = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER, Role.OPERATOR, Role.TECHNICIAN, somewhere=True))]
ANew = Annotated[EntryTaken, Body()]

FROM_SETTINGS = 0
"""The id of quiet hours that the settings name: they are no entry, and go when the first entry of theirs is written."""


@router.get("/calendar", summary="Quiet hours, class hours, holidays, mourning, exams, maintenance and limits")
def list_entries(us: Us, _: Anyone) -> list[EntryGiven]:
    with us.database.read() as connection:
        names = people.names(connection)
        usual = us.calendars.usual_in_force(connection)
        kept = calendars.entries(connection)
    of_settings = [
        EntryGiven(id=FROM_SETTINGS, entry=entry_given(one), written_by=None, written_at=None) for one in usual
    ]
    return of_settings + [_given(one, names) for one in kept]


@router.post("/calendar", status_code=201, summary="Write an entry")
def add_entry(us: Us, body: ANew, who: Writer) -> EntryGiven:
    return _written(us, us.calendars.add(body.entry(), who))


@router.put("/calendar/{entry}", summary="Write another in its place, under a new id")
def put_entry(us: Us, entry: Number, body: ANew, who: Writer) -> EntryGiven:
    return _written(us, us.calendars.put(EntryId(entry), body.entry(), who))


@router.delete("/calendar/{entry}", status_code=204, summary="Take an entry out: by its author or an approver")
def remove_entry(us: Us, entry: Number, who: Writer) -> None:
    us.calendars.remove(EntryId(entry), who)
    us.replan()


@router.get("/programmes/{programme}/changes", summary="What is changed for single days of a programme")
def list_changes(us: Us, programme: str, _: Anyone) -> list[ChangeGiven]:
    with us.database.read() as connection:
        if bulletins.find_programme(connection, ProgrammeId(programme)) is None:
            raise NotFound("unknown-programme", "There is no programme {programme!r}.", programme=programme)
        names = people.names(connection)
        return [change_given(one, names) for one in calendars.changes(connection, ProgrammeId(programme))]


@router.post("/programmes/{programme}/changes", status_code=201, summary="Skip, move or replace days of a programme")
def add_change(us: Us, programme: str, body: NewChange, who: Writer) -> ChangeGiven:
    what: What = Skip()
    if body.move is not None:
        what = Move(body.move.days, body.move.at and body.move.at.replace(tzinfo=None))
    if body.replace is not None:
        what = Instead(BulletinId(body.replace.bulletin))
    kept = us.calendars.change(ProgrammeId(programme), body.span, what, who, body.why)
    us.replan()
    with us.database.read() as connection:
        return change_given(kept, people.names(connection))


@router.delete("/programmes/{programme}/changes/{change}", status_code=204, summary="Take a change back")
def undo_change(us: Us, programme: str, change: Number, who: Writer) -> None:
    us.calendars.undo(ProgrammeId(programme), ChangeId(change), who)
    us.replan()


def _written(us: Services, kept: KeptEntry) -> EntryGiven:
    us.replan()
    with us.database.read() as connection:
        return _given(kept, people.names(connection))


def _given(kept: KeptEntry, names: dict[AccountId, str]) -> EntryGiven:
    return EntryGiven(
        id=kept.id,
        entry=entry_given(kept.entry),
        written_by=kept.written_by and names[kept.written_by],
        written_at=kept.written_at,
    )

"""What becomes of one broadcast, or of some days of a programme, while the series stays as it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from controller.broadcasting.calendars import Instead, What
from controller.errors import Invalid, NotFound
from controller.store import broadcasts, bulletins
from controller.store.bulletins import Bulletin, BulletinId
from controller.store.calendars import ChangeId
from controller.store.database import Connection
from controller.store.people import Account, Role
from controller.web.access import Number, need
from controller.web.pages.frame import go, local
from controller.web.pages.when_form import read_clock, read_day
from controller.web.services import Services, services_of
from schedules.calendars import Move, Skip
from schedules.occurrence import OccurrenceId, planned_start
from schedules.programme import ProgrammeId
from schedules.timespan import COMMUNE_ZONE

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Writer = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER, Role.OPERATOR))]
Field = Annotated[str, Form(max_length=200)]

_OFFERED = 50


@router.post("/occurrences/{occurrence}/{what}")
def change_day(
    us: Us,
    who: Writer,
    occurrence: str,
    what: str,
    day: Field = "",
    clock: Field = "",
    bulletin: Field = "",
    why: Field = "",
) -> Response:
    with us.database.read() as connection:
        found = broadcasts.broadcast(connection, OccurrenceId(occurrence))
    if found is None:
        raise NotFound("unknown-occurrence", "There is no broadcast {occurrence!r}.", occurrence=occurrence)
    usual = usual_day(found.id)
    made = what_of(what, usual, day, clock, bulletin, us.clock.now())
    us.calendars.change(found.programme, (usual, usual), made, who, why)
    us.replan()
    return go(f"/programmes/{found.programme}", "day-changed")


@router.post("/programmes/{programme}/changes/{change}/undo")
def undo(us: Us, who: Writer, programme: str, change: Number, back: Field = "") -> Response:
    us.calendars.undo(ProgrammeId(programme), ChangeId(change), who)
    us.replan()
    return go(local(back) if back else f"/programmes/{programme}", "day-restored")


def usual_day(occurrence: OccurrenceId) -> date:
    """The day of the series that it belongs to, wherever it was moved."""
    return planned_start(occurrence).astimezone(COMMUNE_ZONE).date()


def offered_instead(connection: Connection, usual: Bulletin, who: Account) -> tuple[Bulletin, ...]:
    """Finished bulletins that this person may have heard instead."""
    latest = bulletins.latest(connection, _OFFERED)
    return tuple(
        one
        for one in latest
        if one.bulletin_class is usual.bulletin_class and one.author != who.id and one.id != usual.id
    )


def what_of(what: str, usual: date, day: str, clock: str, bulletin: str, now: datetime) -> What:
    """What the fields of a form ask for. Raises Invalid or NotFound."""
    match what:
        case "skip":
            return Skip()
        case "replace":
            return Instead(BulletinId(bulletin))
        case "move":
            try:
                moved = read_day(day.strip(), now.astimezone(COMMUNE_ZONE).date()) if day.strip() else usual
                return Move((moved - usual).days, read_clock(clock.strip()) if clock.strip() else None)
            except ValueError as wrong:
                raise Invalid("bad-time", "Say times like 17:00 and days like 15/08/2026.", field="clock") from wrong
        case _:
            raise NotFound("not-found", "There is nothing at this address.")

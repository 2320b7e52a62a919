"""The first page: the day, what sounds next and whether everybody is ready for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.store import bulletins, people
from controller.store.concerns import seen
from controller.store.people import Account
from controller.store.states import ProgrammeState
from controller.web.access import need
from controller.web.pages.day import read_day
from controller.web.pages.frame import page, words_of
from controller.web.services import Services, services_of

router = APIRouter()

_SHOWN = 5


@router.get("/")
def today(
    request: Request, us: Annotated[Services, Depends(services_of)], who: Annotated[Account, Depends(need())]
) -> Response:
    now = us.clock.now()
    with us.database.read() as connection:
        day = read_day(connection, who, now, timedelta(hours=us.settings.plan_hours), words_of(request))
        submitted = bulletins.programmes_in(connection, ProgrammeState.SUBMITTED) if day.waiting else ()
        waiting = seen(connection, who, "programme", submitted)[:_SHOWN]
        contents = bulletins.of(connection, {row.bulletin for row in waiting})
        names = people.names(connection)
    return page(
        request,
        "today.html.j2",
        who,
        now=now,
        day=day,
        waiting=[(row, contents[row.bulletin], names[row.author]) for row in waiting],
        connected=us.broker_connected(),
    )

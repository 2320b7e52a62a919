"""The first page: the day, what sounds next and whether everybody is ready for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.errors import NotFound
from controller.store import areas, bulletins, overview, people
from controller.store.camera_states import Condition
from controller.store.concerns import seen
from controller.store.first_steps import first_steps
from controller.store.people import Account
from controller.store.states import ProgrammeState
from controller.web.access import need
from controller.web.pages.alert_words import AlertWords
from controller.web.pages.day import read_day
from controller.web.pages.frame import page, words_of
from controller.web.pages.guiding import guide
from controller.web.pages.standing import read_controls, read_standing
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter()

_SHOWN = 5


@router.get("/")
def today(
    request: Request,
    us: Annotated[Services, Depends(services_of)],
    who: Annotated[Account, Depends(need())],
    area: str = "",
) -> Response:
    now, words = us.clock.now(), words_of(request)
    with us.database.read() as connection:
        tree = areas.tree(connection)
        if area and AreaId(area) not in tree:
            raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
        speakers = overview.speakers(connection)
        day = read_day(
            connection,
            who,
            now,
            timedelta(hours=us.settings.plan_hours),
            words,
            speakers,
            tree,
            AreaId(area) if area else None,
        )
        standing = read_standing(connection, who, now, words, tree)
        controls = read_controls(connection, who, speakers, tree, words)
        submitted = bulletins.programmes_in(connection, ProgrammeState.SUBMITTED) if day.waiting else ()
        waiting = seen(connection, who, "programme", submitted)[:_SHOWN]
        contents = bulletins.of(connection, {row.bulletin for row in waiting})
        names = people.names(connection)
        begun = first_steps(connection)
    return page(
        request,
        "today.html.j2",
        who,
        now=now,
        day=day,
        standing=standing,
        controls=controls,
        guide=guide(begun, who, words) if begun else (),
        about=AlertWords(words),
        Condition=Condition,
        tree=tree,
        names=names,
        area=area,
        waiting=[(row, contents[row.bulletin], names[row.author]) for row in waiting],
        connected=us.broker_connected(),
    )

"""One broadcast, loudspeaker by loudspeaker: planned, ready, played, heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.errors import NotFound
from controller.store import areas, broadcasts
from controller.store.broadcasts import DeviceFacts
from controller.store.people import Account
from controller.web.access import need
from controller.web.pages.day import is_on_air, refresh_seconds
from controller.web.pages.frame import page
from controller.web.services import Services, services_of
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId

router = APIRouter()


@router.get("/occurrences/{occurrence}")
def read_occurrence(
    request: Request,
    us: Annotated[Services, Depends(services_of)],
    who: Annotated[Account, Depends(need())],
    occurrence: str,
) -> Response:
    now = us.clock.now()
    with us.database.read() as connection:
        found = broadcasts.broadcast(connection, OccurrenceId(occurrence))
        if found is None:
            raise NotFound("unknown-occurrence", "There is no broadcast {occurrence!r}.", occurrence=occurrence)
        facts = broadcasts.device_facts(connection, found.id)
        tree = areas.tree(connection)
    return page(
        request,
        "occurrence.html.j2",
        who,
        now=now,
        one=found,
        begun=found.start <= now,
        on_air=is_on_air(found, now),
        ends=found.start + timedelta(seconds=found.seconds),
        devices=sorted(facts, key=_worst_first),
        tree=tree,
        refresh_seconds=refresh_seconds([found], now),
    )


def _worst_first(one: DeviceFacts) -> tuple[bool, bool, str, str]:
    return (one.outcome in (None, Outcome.PLAYED), one.ready_at is not None, one.area, one.device)

"""What sounds when, and the four facts: planned, ready, played, heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from controller.errors import Invalid, NotFound
from controller.monitoring.answers import why_no_receipt
from controller.store import broadcasts, silences
from controller.store.broadcasts import Broadcast
from controller.store.concerns import seen
from controller.store.database import Connection
from controller.store.people import Account
from controller.web.access import need
from controller.web.api.shapes import FactsGiven, OccurrenceGiven, OccurrenceInFull, SilenceGiven
from controller.web.services import Services, services_of
from schedules.plan import OccurrenceId
from schedules.programme import ProgrammeId
from schedules.timespan import COMMUNE_ZONE, Timespan

router = APIRouter(tags=["broadcasts"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]

_MOST = timedelta(days=62)


@router.get("/occurrences", summary="What sounds in a stretch of time (by default from yesterday to three days ahead)")
def list_occurrences(
    us: Us,
    who: Anyone,
    begin: Annotated[datetime | None, Query(alias="from")] = None,
    end: Annotated[datetime | None, Query(alias="to")] = None,
) -> list[OccurrenceGiven]:
    now = us.clock.now()
    span = Timespan(_zoned(begin) or now - timedelta(days=1), _zoned(end) or now + timedelta(days=3, minutes=1))
    if span.length > _MOST:
        raise Invalid("long-span", "Ask for at most two months at once.", field="to")
    with us.database.read() as connection:
        return _given(connection, seen(connection, who, "occurrence", broadcasts.broadcasts(connection, span)))


@router.get("/programmes/{programme}/occurrences", summary="The planned broadcasts of one programme")
def of_programme(us: Us, programme: str, _: Anyone) -> list[OccurrenceGiven]:
    with us.database.read() as connection:
        return _given(connection, broadcasts.broadcasts_of(connection, ProgrammeId(programme)))


@router.get("/occurrences/{occurrence}", summary="One broadcast, loudspeaker by loudspeaker")
def read_occurrence(us: Us, occurrence: str, _: Anyone) -> OccurrenceInFull:
    with us.database.read() as connection:
        found = broadcasts.broadcast(connection, OccurrenceId(occurrence))
        if found is None:
            raise NotFound("unknown-occurrence", "There is no broadcast {occurrence!r}.", occurrence=occurrence)
        facts = broadcasts.device_facts(connection, found.id)
        (whole,) = _given(connection, [found])
    now = us.clock.now()
    given = [
        FactsGiven.model_validate(one).model_copy(update={"no_receipt": why_no_receipt(one, found, now)})
        for one in facts
    ]
    complete = all(one.outcome is not None for one in facts)
    return OccurrenceInFull(**whole.model_dump(), complete=complete, devices=given)


def _given(connection: Connection, found: Sequence[Broadcast]) -> list[OccurrenceGiven]:
    silent = silences.of(connection, [one.id for one in found])
    return [
        OccurrenceGiven.model_validate(one).model_copy(
            update={"silences": [SilenceGiven.model_validate(hush) for hush in silent.get(one.id, {}).values()]}
        )
        for one in found
    ]


def _zoned(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=COMMUNE_ZONE)

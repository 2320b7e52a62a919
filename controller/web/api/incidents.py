"""What is wrong: one list for all kinds of trouble, and what people do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from controller.errors import NotFound
from controller.monitoring.care import CARERS
from controller.store import areas, incident_list
from controller.store.concerns import seen_inside
from controller.store.database import Connection
from controller.store.incident_list import Incident, IncidentId, IncidentsAsked
from controller.store.incident_states import IncidentStep
from controller.store.people import Account
from controller.store.troubles import Severity, SubjectKind, TroubleKind
from controller.web.access import need
from controller.web.api.incident_shapes import (
    IncidentGiven,
    IncidentInFull,
    IncidentPage,
    Mute,
    Note,
    SeverityName,
    StepGiven,
)
from controller.web.services import Services, services_of
from schedules.plan import OccurrenceId
from schedules.programme import AreaId

router = APIRouter(tags=["incidents"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Carer = Annotated[Account, Depends(need(*CARERS))]

_FARTHEST = 2**31 - 1


class Wanted:
    """Which incidents are asked for."""

    def __init__(
        self,
        state: Annotated[Literal["open", "over", "all"], Query(description="over: ended by itself or closed")] = "open",
        kind: Annotated[list[TroubleKind] | None, Query(description="any of these kinds")] = None,
        subject_kind: Annotated[SubjectKind | None, Query(description="of what is it")] = None,
        area: Annotated[str | None, Query(max_length=63, description="there, and in all areas inside")] = None,
        occurrence: Annotated[str | None, Query(max_length=63, description="about this broadcast")] = None,
        severity: Annotated[SeverityName, Query(description="at least so bad")] = "notice",
        roots: Annotated[bool, Query(description="only what lies beneath no other incident")] = True,
    ) -> None:
        self.open = None if state == "all" else state == "open"
        self.kinds, self.subject_kind, self.roots = kind, subject_kind, roots
        self.area, self.occurrence, self.severity = area, occurrence, Severity[severity.upper()]

    def asked(self, connection: Connection) -> IncidentsAsked:
        inside = None
        if self.area is not None:
            tree = areas.tree(connection)
            if AreaId(self.area) not in tree:
                raise NotFound("unknown-area", "There is no area {area!r}.", area=self.area)
            inside = tree.within([AreaId(self.area)])
        return IncidentsAsked(
            open=self.open,
            roots=self.roots,
            kinds=self.kinds,
            subject_kind=self.subject_kind,
            areas=inside,
            occurrence=None if self.occurrence is None else OccurrenceId(self.occurrence),
            least=self.severity,
        )


@router.get(
    "/incidents", summary="What is wrong, the worst and latest first; by default what is open, root causes only"
)
def list_incidents(
    us: Us,
    who: Anyone,
    wanted: Annotated[Wanted, Depends()],
    first: Annotated[int, Query(ge=0, le=_FARTHEST, description="0 is the first")] = 0,
    most: Annotated[int, Query(ge=1, le=500)] = 50,
) -> IncidentPage:
    with us.database.read() as connection:
        asked = wanted.asked(connection)
        asked = replace(asked, areas=seen_inside(connection, who, asked.areas))
        found = incident_list.page(connection, asked, first, most)
        total = incident_list.count(connection, asked)
        given = _given(connection, found)
    return IncidentPage(total=total, first=first, incidents=given)


@router.get("/incidents/{incident}", summary="One incident, what lies beneath it, and how it came to be")
def read_incident(us: Us, incident: int, _: Anyone) -> IncidentInFull:
    with us.database.read() as connection:
        return _in_full(connection, incident)


@router.post("/incidents/{incident}/acknowledge", summary="The caller looks after it, and after all beneath it")
def acknowledge(us: Us, incident: int, who: Carer) -> IncidentInFull:
    us.care.take(_id(incident), IncidentStep.ACKNOWLEDGE, who)
    return read_incident(us, incident, who)


@router.post("/incidents/{incident}/mute", summary="Nobody is told of it, and of what lies beneath it, for some time")
def mute(us: Us, incident: int, body: Mute, who: Carer) -> IncidentInFull:
    us.care.take(_id(incident), IncidentStep.MUTE, who, mute_for=timedelta(minutes=body.minutes))
    return read_incident(us, incident, who)


@router.post("/incidents/{incident}/close", summary="It is over, with all beneath it; what is found again is a new one")
def close(us: Us, incident: int, body: Note, who: Carer) -> IncidentInFull:
    us.care.take(_id(incident), IncidentStep.CLOSE, who, note=body.note)
    return read_incident(us, incident, who)


def _id(number: int) -> IncidentId:
    if not 0 < number <= _FARTHEST:
        raise NotFound("unknown-incident", "There is no incident {incident}.", incident=number)
    return IncidentId(number)


def _in_full(connection: Connection, number: int) -> IncidentInFull:
    found = incident_list.find(connection, _id(number))
    if found is None:
        raise NotFound("unknown-incident", "There is no incident {incident}.", incident=number)
    below = incident_list.beneath(connection, [found.id])
    whole = IncidentGiven.of(found, len(below))
    story = [StepGiven.of(one) for one in incident_list.story(connection, found.id)]
    return IncidentInFull(**dict(whole), beneath_it=_given(connection, below), story=story)


def _given(connection: Connection, found: Sequence[Incident]) -> list[IncidentGiven]:
    below = Counter(one.cause for one in incident_list.beneath(connection, [one.id for one in found]))
    return [IncidentGiven.of(one, below[one.id]) for one in found]

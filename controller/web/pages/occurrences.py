"""One broadcast, loudspeaker by loudspeaker: planned, ready, played, heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.errors import NotFound
from controller.monitoring.answers import why_no_receipt
from controller.monitoring.symptoms import threatened
from controller.store import areas, broadcasts, bulletins, incident_list, silences
from controller.store.broadcasts import Broadcast
from controller.store.database import Connection
from controller.store.incident_list import Incident, IncidentsAsked
from controller.store.people import Account, Role
from controller.store.states import ProgrammeState
from controller.store.troubles import SubjectKind
from controller.web.access import need
from controller.web.pages.day import is_on_air, refresh_seconds
from controller.web.pages.frame import page, words_of
from controller.web.pages.incident_lines import lines_of
from controller.web.pages.single_days import offered_instead
from controller.web.services import Services, services_of
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId

router = APIRouter()

_PAGE = 100


@router.get("/occurrences/{occurrence}")
def read_occurrence(
    request: Request,
    us: Annotated[Services, Depends(services_of)],
    who: Annotated[Account, Depends(need())],
    occurrence: str,
    first: int = 0,
) -> Response:
    now = us.clock.now()
    with us.database.read() as connection:
        found = broadcasts.broadcast(connection, OccurrenceId(occurrence))
        if found is None:
            raise NotFound("unknown-occurrence", "There is no broadcast {occurrence!r}.", occurrence=occurrence)
        first = max(0, min(first, found.planned - 1))
        facts = broadcasts.device_facts(connection, found.id, first, _PAGE)
        tree = areas.tree(connection)
        silent = silences.of(connection, [found.id]).get(found.id, {})
        row = bulletins.find_programme(connection, found.programme)
        usual = bulletins.find(connection, row.bulletin) if row else None
        instead = offered_instead(connection, usual, who) if usual and who.is_any(Role.APPROVER) else ()
        wrong = lines_of(connection, in_the_way(connection, found), words_of(request), now) if facts else []
    return page(
        request,
        "occurrence.html.j2",
        who,
        now=now,
        one=found,
        begun=found.start <= now,
        on_air=is_on_air(found, now),
        ends=found.start + timedelta(seconds=found.seconds),
        devices=facts,
        first=first,
        previous=f"/occurrences/{found.id}?first={max(0, first - _PAGE)}" if first else None,
        next=f"/occurrences/{found.id}?first={first + _PAGE}" if first + _PAGE < found.planned else None,
        missing={one.device: why_no_receipt(one, found, now) for one in facts},
        incidents=wrong,
        silent=silent,
        changeable=found.start > now and row is not None and row.state is ProgrammeState.APPROVED,
        instead=[(bulletin.id, bulletin.title) for bulletin in instead],
        tree=tree,
        refresh_seconds=refresh_seconds([found], now),
    )


def in_the_way(connection: Connection, one: Broadcast) -> list[Incident]:
    """The open incidents that threaten this broadcast, or may say why it stayed silent: causes instead of effects."""
    of_devices = incident_list.asked(connection, IncidentsAsked(open=True, subject_kind=SubjectKind.DEVICE))
    told = [incident for incident in of_devices if any(each["id"] == one.id for each in threatened(incident.facts))]
    silent = broadcasts.without_receipt(connection, one.id, {DeviceId(incident.subject.id) for incident in told})
    named = [incident for incident in told if incident.subject.id in silent]
    causes = {incident.cause for incident in named if incident.cause is not None}
    return [*incident_list.some(connection, causes), *(incident for incident in named if incident.cause is None)]

"""Warnings: what came in, what was decided over it, and what people decide."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from controller.alerts.cap.xml import MOST_BYTES
from controller.alerts.errors import Unreadable
from controller.alerts.held import read_held
from controller.alerts.own_alerts import TEMPLATES, OwnAlert, template_of
from controller.errors import Invalid, NotFound
from controller.store import alerts, announcements, areas, people
from controller.store.alert_sources import OWN, SourceKind
from controller.store.alert_states import AlertState
from controller.store.alerts import AlertId, AlertRow, SourceId
from controller.store.concerns import seen
from controller.store.people import Account, AccountId, Role
from controller.web.access import Number, bearer, need
from controller.web.api.alert_shapes import (
    AlertGiven,
    AlertInFull,
    AnnouncementGiven,
    HeldGiven,
    OwnAlertTaken,
    PlaceGiven,
    ReleaseTaken,
    StopGiven,
    StopTaken,
    TakenIn,
    TemplateGiven,
    ToldGiven,
)
from controller.web.api.shapes import Reason
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter(tags=["alerts"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Editor = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER))]
EditorSomewhere = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER, somewhere=True))]
STOPPERS = (Role.EDITOR, Role.APPROVER, Role.OPERATOR)
Approver = Annotated[Account, Depends(need(Role.APPROVER))]

MOST_SHOWN = 200
XML_BODY = {"requestBody": {"required": True, "content": {"application/cap+xml": {"schema": {"type": "string"}}}}}


class Which(Enum):
    ACTIVE = "active"
    WAITING = "waiting"
    PAST = "past"

    @property
    def states(self) -> tuple[AlertState, ...]:
        return _STATES[self]


_STATES = {
    Which.ACTIVE: (AlertState.RELEASED, AlertState.SPOKEN, AlertState.SLOTTED),
    Which.WAITING: (AlertState.WAITING, AlertState.SECONDED),
    Which.PAST: (AlertState.ENDED, AlertState.REJECTED, AlertState.SILENT),
}


@router.post("/alerts/incoming", summary="A source hands in CAP, with its own key", openapi_extra=XML_BODY)
async def take_in(request: Request, us: Us) -> list[TakenIn]:
    """At most 2 MB: one message, an Atom or RSS feed, or an EDXL-DE envelope. What is verified and urgent sounds before
    this answers."""
    source = await run_in_threadpool(us.warnings.sources.who, bearer(request) or "")
    data = await _body(request)
    return await run_in_threadpool(_take_in, us, source.id, data)


@router.post("/alerts/files", summary="A person hands in a file with CAP", openapi_extra=XML_BODY)
async def take_file(request: Request, us: Us, _: Editor) -> list[TakenIn]:
    """As any other source: verified it acts by itself, otherwise it waits for a person."""
    data = await _body(request)
    return await run_in_threadpool(_take_in, us, OWN[SourceKind.HAND], data)


@router.get("/alerts", summary="The latest warnings")
def list_alerts(us: Us, who: Anyone, which: Which | None = None) -> list[AlertGiven]:
    with us.database.read() as connection:
        latest = alerts.latest(connection, MOST_SHOWN, which.states if which else AlertState)
        found = seen(connection, who, "alert", latest)
        names = people.names(connection)
    return [AlertGiven(**_plain(row, names)) for row in found]


@router.get("/alerts/templates", summary="Words for own warnings, each with its approved correction")
def list_templates(us: Us, _: Anyone) -> list[TemplateGiven]:
    now = us.clock.now()
    return [
        TemplateGiven(
            hazard=one.hazard,
            event=one.event,
            headline=one.headline,
            instructions=one.instructions,
            correction=one.correction(now),
        )
        for one in TEMPLATES
    ]


@router.post("/alerts/own", status_code=201, summary="Write a warning; it waits for people")
def write_own(us: Us, body: OwnAlertTaken, who: EditorSomewhere) -> AlertInFull:
    """Without `headline` or `instruction` the template's words are taken. An emergency needs a second person, where the
    standing orders say so."""
    template = template_of(body.hazard)
    said = OwnAlert(
        body.hazard,
        body.level,
        body.headline.strip() or template.headline,
        body.instruction.strip() or template.instructions.get(body.level, ""),
        tuple(AreaId(area) for area in body.areas),
        timedelta(minutes=body.lasts_minutes),
    )
    return read_alert(us, us.warnings.own.submit(said, who), who)


@router.post("/alerts/stop", summary="All stop: every warning falls silent")
def stop(us: Us, body: StopTaken, who: Annotated[Account, Depends(need(*STOPPERS, somewhere=True))]) -> StopGiven:
    chosen = tuple(AreaId(area) for area in body.areas)
    stopped = us.warnings.decisions.stop(chosen, who, body.reason, timedelta(minutes=body.minutes))
    return StopGiven(areas=list(stopped))


@router.get("/alerts/{alert}", summary="One warning, with its places, its story and what is said because of it")
def read_alert(us: Us, alert: Number, _: Anyone) -> AlertInFull:
    with us.database.read() as connection:
        row = alerts.find(connection, AlertId(alert))
        if row is None:
            raise NotFound("unknown-alert", "There is no alert {alert}.", alert=alert)
        names = people.names(connection)
        said = announcements.of_alert(connection, row.id)
        where = {one.id: announcements.places_of(connection, one.id) for one in said}
        places, story = alerts.places(connection, row.id), alerts.story(connection, row.id)
        held = read_held(connection, areas.tree(connection), [row], us.clock.now()).get(row.id)
    return AlertInFull(
        **_plain(row, names),
        places=[PlaceGiven(area=one.area, device=one.device, why=one.why) for one in places],
        story=[
            ToldGiven(at=one.at, what=one.what, who=names.get(one.who) if one.who else None, words=one.words)
            for one in story
        ],
        announcements=[
            AnnouncementGiven(
                id=one.id,
                kind=one.kind,
                bulletin_class=one.bulletin_class,
                siren=one.siren,
                drill=one.drill,
                begins_at=one.begins_at,
                ends_at=one.ends_at,
                every_seconds=one.every.total_seconds() if one.every else None,
                words=[text for _, text in one.phrases],
                recorded=bool(one.sounds),
                areas=sorted({place.area for place in where[one.id]}),
                devices=sorted(place.device for place in where[one.id] if place.device),
            )
            for one in said
        ],
        held=[HeldGiven.of(one, names) for one in (held.by if held else ())],
        held_everywhere=held is not None and held.whole,
    )


@router.get("/alerts/{alert}/document", summary="The message as it came, byte for byte", response_class=Response)
def read_document(us: Us, alert: Number, _: Anyone) -> Response:
    with us.database.read() as connection:
        if alerts.find(connection, AlertId(alert)) is None:
            raise NotFound("unknown-alert", "There is no alert {alert}.", alert=alert)
        document, _signed = alerts.documents(connection, AlertId(alert))
    shown = {"Content-Disposition": f'attachment; filename="alert-{alert}.xml"'}
    return Response(document, media_type="application/octet-stream", headers=shown)


@router.post("/alerts/{alert}/release", summary="Release it: one person's word")
def release(us: Us, alert: Number, body: ReleaseTaken, who: Approver) -> AlertInFull:
    us.warnings.decisions.release(AlertId(alert), who, tuple(AreaId(area) for area in body.areas))
    return read_alert(us, alert, who)


@router.post("/alerts/{alert}/reject", summary="It is never said")
def reject(us: Us, alert: Number, body: Reason, who: Approver) -> AlertInFull:
    us.warnings.decisions.reject(AlertId(alert), who, body.reason)
    return read_alert(us, alert, who)


@router.post("/alerts/{alert}/correct", summary="It was wrong: silence at once, and the correction wherever it sounded")
def correct(us: Us, alert: Number, body: Reason, who: Approver) -> AlertInFull:
    us.warnings.decisions.correct(AlertId(alert), who, body.reason)
    return read_alert(us, alert, who)


def _take_in(us: Services, source: SourceId, data: bytes) -> list[TakenIn]:
    try:
        taken = us.warnings.office.take_in(source, data)
    except Unreadable as trouble:
        raise Invalid("unreadable", "This is no warning that can be read: {why}", why=str(trouble)) from trouble
    with us.database.read() as connection:
        rows = [(one, alerts.find(connection, one.alert)) for one in taken]
    return [
        TakenIn(
            alert=row.id,
            again=one.again,
            state=row.state,
            verdict=row.decided.verdict,
            code=row.decided.code,
            reason=row.decided.reason,
        )
        for one, row in rows
        if row is not None
    ]


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > MOST_BYTES:
            raise Invalid("too-large", "A message has at most 2 MB.")
    return bytes(data)


def _plain(row: AlertRow, names: dict[AccountId, str]) -> dict[str, Any]:
    decided = row.decided
    return {
        "id": row.id,
        "source": row.source,
        "sender": row.sender,
        "identifier": row.identifier,
        "sent": row.sent,
        "received_at": row.received_at,
        "copies": row.copies,
        "title": decided.title,
        "state": row.state,
        "verdict": decided.verdict,
        "code": decided.code,
        "reason": decided.reason,
        "bulletin_class": decided.bulletin_class,
        "level": decided.level,
        "standing_order": decided.standing_order,
        "signature": row.genuine,
        "signature_reason": row.genuine_reason,
        "authority": row.authority,
        "drill": decided.drill,
        "asks": decided.asks,
        "answer_by": decided.answer_by,
        "escalations": row.escalations,
        "ends_at": decided.ends_at,
        "author": names.get(row.author) if row.author else None,
        "releases": [names.get(one, one) for one in row.releases],
    }

"""Writing bulletins, giving them areas and times, and the approval."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from controller.broadcasting.approval import unknown_programme
from controller.broadcasting.desk import Draft, own_title
from controller.errors import NotFound
from controller.speech.languages import SpokenLanguage
from controller.store import bulletins, people, recordings
from controller.store.bulletins import Bulletin, BulletinId, ProgrammeRow
from controller.store.concerns import seen
from controller.store.database import Connection
from controller.store.people import Account, Role
from controller.store.recordings import Recording
from controller.store.states import ProgrammeState, Step
from controller.web.access import need
from controller.web.api.programme_shapes import MannerTaken, NewProgramme, ProgrammeChange, ProgrammeGiven
from controller.web.api.shapes import BulletinChange, BulletinGiven, NewBulletin, Reason
from controller.web.api.speech import recording_given, script_of
from controller.web.api.when import when_given
from controller.web.services import Services, services_of
from schedules.programme import AreaId, ProgrammeId, Sha256
from schedules.rrule import to_rfc5545
from schedules.timespan import COMMUNE_ZONE

router = APIRouter(tags=["bulletins"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Editor = Annotated[Account, Depends(need(Role.EDITOR))]
EditorSomewhere = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]

_LATEST = 200


@router.post("/bulletins", status_code=201, summary="Write a bulletin")
def write(us: Us, body: NewBulletin, who: EditorSomewhere) -> BulletinGiven:
    return read_bulletin(us, us.desk.write(_draft(body), who).id, who)


def _draft(body: NewBulletin) -> Draft:
    return Draft(
        title=body.title,
        bulletin_class=body.bulletin_class,
        script=script_of(body),
        recording=Sha256(body.recording) if body.recording else None,
        language=body.language,
        topic=body.topic,
        public=body.public,
    )


@router.put("/bulletins/{bulletin}", summary="Write a bulletin anew: all its programmes are drafts again")
def rewrite_bulletin(us: Us, bulletin: str, body: NewBulletin, who: EditorSomewhere) -> BulletinGiven:
    us.rewriting.bulletin(BulletinId(bulletin), _draft(body), who)
    us.replan()
    return read_bulletin(us, bulletin, who)


@router.patch("/bulletins/{bulletin}", summary="Change text, voice or sound: all its programmes are drafts again")
def change_bulletin(us: Us, bulletin: str, body: BulletinChange, who: EditorSomewhere) -> BulletinGiven:
    with us.database.read() as connection:
        before = bulletins.find(connection, BulletinId(bulletin))
    if before is None:
        raise _unknown_bulletin(bulletin)
    return rewrite_bulletin(us, bulletin, _changed(before, body), who)


def _changed(before: Bulletin, body: BulletinChange) -> NewBulletin:
    """The whole bulletin with what is different in it."""
    asked = body.model_dump(exclude_none=True)
    said = {name: getattr(before, name) for name in NewBulletin.model_fields}
    said |= {"spoken": before.spoken if before.by_hand else "", "recording": None if before.text else before.recording}
    if before.title == own_title(before.text):
        said["title"] = ""
    if "text" in asked:
        said |= {"spoken": "", "recording": None}
    elif "recording" in asked:
        said |= {"title": before.title, "text": "", "spoken": ""}
    return NewBulletin.model_validate(said | asked)


@router.get("/bulletins", summary="The latest bulletins")
def list_bulletins(us: Us, who: Anyone) -> list[BulletinGiven]:
    with us.database.read() as connection:
        names = people.names(connection)
        return [
            _bulletin_given(one, recordings.find(connection, one.recording), names[one.author])
            for one in seen(connection, who, "bulletin", bulletins.latest(connection, _LATEST))
        ]


@router.get("/bulletins/{bulletin}", summary="One bulletin")
def read_bulletin(us: Us, bulletin: str, _: Anyone) -> BulletinGiven:
    with us.database.read() as connection:
        found = bulletins.find(connection, BulletinId(bulletin))
        if found is None:
            raise _unknown_bulletin(bulletin)
        author = people.names(connection)[found.author]
        return _bulletin_given(found, recordings.find(connection, found.recording), author)


def _unknown_bulletin(bulletin: str) -> NotFound:
    return NotFound("unknown-bulletin", "There is no bulletin {bulletin!r}.", bulletin=bulletin)


@router.post("/programmes", status_code=201, summary="Choose areas and times for a bulletin")
def propose(us: Us, body: NewProgramme, who: EditorSomewhere) -> ProgrammeGiven:
    today = us.clock.now().astimezone(COMMUNE_ZONE).date()
    chosen = tuple(AreaId(area) for area in body.areas)
    row = us.desk.propose(
        BulletinId(body.bulletin),
        chosen,
        body.when.recurrence(today),
        body.volume,
        who,
        also_at=body.when.other_times,
        manner=body.manner.manner,
    )
    return _programme(us, row.id)


@router.get("/programmes", summary="The latest programmes, or those in one state")
def list_programmes(us: Us, who: Anyone, state: ProgrammeState | None = None) -> list[ProgrammeGiven]:
    with us.database.read() as connection:
        found = (
            bulletins.latest_programmes(connection, _LATEST)
            if state is None
            else bulletins.programmes_in(connection, state)
        )
        found = seen(connection, who, "programme", found)
        contents = bulletins.of(connection, {row.bulletin for row in found})
        names = people.names(connection)
    return [_programme_given(us, row, contents[row.bulletin], names) for row in found]


@router.get("/programmes/{programme}", summary="One programme")
def read_programme(us: Us, programme: str, _: Anyone) -> ProgrammeGiven:
    return _programme(us, ProgrammeId(programme))


@router.put("/programmes/{programme}", summary="Other words, areas or times: it is a draft again")
def rewrite_programme(us: Us, programme: str, body: NewProgramme, who: Editor) -> ProgrammeGiven:
    return change_programme(us, programme, ProgrammeChange.model_validate(dict(body)), who)


@router.patch("/programmes/{programme}", summary="Change words, areas or times: it is a draft again")
def change_programme(us: Us, programme: str, body: ProgrammeChange, who: Editor) -> ProgrammeGiven:
    today = us.clock.now().astimezone(COMMUNE_ZONE).date()
    with us.database.read() as connection:
        before = _found(connection, ProgrammeId(programme))
    wanted = replace(
        before,
        bulletin=BulletinId(body.bulletin or before.bulletin),
        areas=before.areas if body.areas is None else tuple(dict.fromkeys(map(AreaId, body.areas))),
        recurrence=before.recurrence if body.when is None else body.when.recurrence(today),
        also_at=before.also_at if body.when is None else body.when.other_times,
        volume=before.volume if body.volume is None else body.volume,
        manner=before.manner if body.manner is None else body.manner.manner,
    )
    us.rewriting.programme(before, wanted, who)
    us.replan()
    return _programme(us, before.id)


@router.post("/programmes/{programme}/submit", summary="Send it to the approver")
def submit(us: Us, programme: str, who: Editor) -> ProgrammeGiven:
    return _step(us, programme, Step.SUBMIT, who)


@router.post("/programmes/{programme}/approve", summary="Let it sound: by somebody other than its author")
def approve(
    us: Us,
    programme: str,
    who: Annotated[Account, Depends(need(Role.APPROVER))],
    written_at: Annotated[
        datetime | None, Query(description="of what was read: 409 where it has been changed since")
    ] = None,
) -> ProgrammeGiven:
    return _step(us, programme, Step.APPROVE, who, written_at=written_at)


@router.post("/programmes/{programme}/return", summary="Send it back to its author, with a reason")
def send_back(
    us: Us, programme: str, body: Reason, who: Annotated[Account, Depends(need(Role.APPROVER))]
) -> ProgrammeGiven:
    return _step(us, programme, Step.RETURN, who, body.reason)


@router.post("/programmes/{programme}/withdraw", summary="Take it off the air from now on")
def withdraw(us: Us, programme: str, who: Editor) -> ProgrammeGiven:
    return _step(us, programme, Step.WITHDRAW, who)


def _step(
    us: Services, programme: str, step: Step, who: Account, reason: str = "", written_at: datetime | None = None
) -> ProgrammeGiven:
    us.approval.take(ProgrammeId(programme), step, who, reason, written_at)
    if step in (Step.APPROVE, Step.WITHDRAW):
        us.replan()
    return _programme(us, ProgrammeId(programme))


def _programme(us: Services, programme: ProgrammeId) -> ProgrammeGiven:
    with us.database.read() as connection:
        row = _found(connection, programme)
        contents = bulletins.of(connection, {row.bulletin})
        names = people.names(connection)
    return _programme_given(us, row, contents[row.bulletin], names)


def _found(connection: Connection, programme: ProgrammeId) -> ProgrammeRow:
    row = bulletins.find_programme(connection, programme)
    if row is None:
        raise unknown_programme(programme)
    return row


def _programme_given(
    us: Services, row: ProgrammeRow, bulletin: Bulletin, names: dict[people.AccountId, str]
) -> ProgrammeGiven:
    return ProgrammeGiven(
        id=row.id,
        bulletin=row.bulletin,
        title=bulletin.title,
        areas=list(row.areas),
        when=when_given(row.recurrence, row.also_at),
        rrule=to_rfc5545(row.recurrence),
        manner=MannerTaken.model_validate(row.manner.fields),
        state=row.state,
        author=names[row.author],
        written_at=row.written_at,
        decided_by=row.decided_by and names[row.decided_by],
        decided_at=row.decided_at,
        reason=row.reason,
        volume=row.volume,
        next_start=row.next_start(us.clock.now()),
    )


def _bulletin_given(bulletin: Bulletin, recording: Recording | None, author: str) -> BulletinGiven:
    assert recording is not None, "a bulletin's recording is a foreign key"
    return BulletinGiven(
        id=bulletin.id,
        title=bulletin.title,
        text=bulletin.text,
        spoken=bulletin.spoken,
        by_hand=bulletin.by_hand,
        region=bulletin.region,
        speed=bulletin.speed,
        pitch=bulletin.pitch,
        repeat=bulletin.repeat,
        speech_band=bulletin.speech_band,
        language=SpokenLanguage(bulletin.language),
        topic=bulletin.topic,
        public=bulletin.public,
        bulletin_class=bulletin.bulletin_class,
        author=author,
        written_at=bulletin.written_at,
        lexicon=bulletin.lexicon,
        recording=recording_given(recording),
    )

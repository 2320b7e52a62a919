"""Writing a bulletin, hearing it, and choosing where and when."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from controller.broadcasting.approval import moved_meanwhile, unknown_programme
from controller.broadcasting.desk import Draft, Script
from controller.errors import ControllerError, Invalid, NotFound, NotNow
from controller.speech.errors import SpeechError
from controller.store import areas, bulletins, people, unsent
from controller.store.bulletins import ProgrammeRow
from controller.store.concerns import check_known
from controller.store.people import Account, Role
from controller.store.renders import Render, RenderId
from controller.store.states import Step
from controller.web.access import need
from controller.web.api.speech import upload
from controller.web.language import Language
from controller.web.pages.bulletin_form import (
    DAY,
    Misunderstood,
    Typed,
    Wish,
    fresh,
    is_form_name,
    like,
    settle_spoken,
    understand,
)
from controller.web.pages.bulletin_page import form_page
from controller.web.pages.frame import fragment, go, words_of
from controller.web.pages.unsent import typed_so_far
from controller.web.pages.words import Words
from controller.web.services import Services, services_of
from schedules.priority import BulletinClass
from schedules.programme import ProgrammeId, Sha256
from schedules.timespan import COMMUNE_ZONE

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]
Given = Annotated[Typed, Form()]


@router.get("/bulletins/new")
def new_bulletin(request: Request, us: Us, who: Editor, like: str = "", reading: str = "", kept: str = "") -> Response:
    """An empty form, or one like another programme, or the one whose text is `reading`, a render, or one
    that was `kept` while it was typed."""
    if kept:
        return form_page(request, us, who, typed_so_far(us, who, kept), given=True)
    if reading:
        return form_page(request, us, who, _typed_before(us, RenderId(reading), who))
    return form_page(request, us, who, _like(us, ProgrammeId(like), who)[0] if like else _empty(us.clock.now()))


@router.get("/programmes/{programme}/edit")
def edit(request: Request, us: Us, programme: str, who: Annotated[Account, Depends(need(Role.EDITOR))]) -> Response:
    """The form as it was filled in for this programme, which it changes."""
    typed, row = _like(us, ProgrammeId(programme), who)
    changes = {"edits": row.id, "written_at": row.written_at.isoformat()}
    return form_page(request, us, who, typed.model_copy(update=changes))


@router.post("/bulletins/preview")
def hear(request: Request, us: Us, who: Editor, typed: Given) -> Response:
    """How the text will sound: for htmx a part of the page, else the whole page with all that was typed."""
    words = words_of(request)
    heard: dict[str, object] = {"preview": None}
    try:
        typed, errors = _read_along(us, typed, words)
        if not errors:
            heard = _heard(us, typed, who)
    except (ControllerError, SpeechError) as error:
        errors = {_field_of(error, typed): sentence_of(error, words)}
    if "hx-request" in request.headers:
        status = 422 if errors else 200
        wrong = errors.get("text", "")
        return fragment(request, "parts/heard.html.j2", status=status, wrong=wrong, errors=errors, typed=typed, **heard)
    return form_page(request, us, who, typed, errors, heard)


def _heard(us: Services, typed: Typed, who: Account) -> dict[str, object]:
    """For the page: what can be heard at once, or how far the voice is with a long text, beside how it is read."""
    script = _script(typed)
    if not us.desk.takes_long(script):
        return {"preview": us.desk.preview(script)}
    waiting = us.renders.find(us.renders.ask(script, who).id, who)
    return {"preview": None, "reading_now": waiting, "reading": us.desk.read(typed.text, typed.voice.region)[0]}


@router.post("/bulletins")
def save(request: Request, us: Us, who: Editor, typed: Given) -> Response:
    if _is_kept(us, typed):
        return go(f"/programmes/{typed.programme}", "written-already")
    words = words_of(request)
    with us.database.read() as connection:
        tree = areas.tree(connection)
    try:
        typed = _with_upload(us, who, typed, words)
        wish = understand(typed, tree, us.clock.now(), words)
        typed, errors = _read_along(us, typed, words)
        if errors:
            return form_page(request, us, who, typed, errors)
        if typed.source == "text" and us.desk.takes_long(_script(typed)):
            form = typed.model_dump_json(exclude={"file"})
            reading = us.renders.ask(_script(typed), who, form=form, title=typed.title)
            _sent(us, who, typed)
            return go(f"/bulletins/readings/{reading.id}")
        kept = _keep(us, who, typed, wish)
        _sent(us, who, typed)
    except Misunderstood as wrong:
        return form_page(request, us, who, typed, wrong.errors)
    except (ControllerError, SpeechError) as error:
        return form_page(request, us, who, typed, {_field_of(error, typed): sentence_of(error, words)})
    return go(f"/programmes/{kept}", "saved" if typed.action == "draft" else "submit")


def _sent(us: Services, who: Account, typed: Typed) -> None:
    """What was kept of the form while it was typed is needed no longer."""
    if is_form_name(typed.once):
        with us.database.write() as connection:
            unsent.forget(connection, who.id, typed.once, us.clock.now())


def save_when_heard(us: Services, render: Render) -> ProgrammeId:
    """Saves the form of `render`, whose text can be heard now, as it would have been saved when it was sent."""
    typed = Typed.model_validate_json(render.form)
    now = us.clock.now()
    with us.database.read() as connection:
        tree = areas.tree(connection)
        who = people.find(connection, render.author)
    if who is None:
        raise NotFound("unknown-account", "There is no such person.")
    try:
        wish = understand(typed, tree, now, Words(Language.VIETNAMESE, now.astimezone(COMMUNE_ZONE).date()))
    except Misunderstood as wrong:
        why = " ".join(wrong.errors.values())
        raise Invalid(
            "misunderstood", "It was read, but cannot be saved any more: {why}.", why=why.rstrip(".")
        ) from wrong
    return _keep(us, who, typed, wish)


def _keep(us: Services, who: Account, typed: Typed, wish: Wish) -> ProgrammeId:
    before = _edited(us, typed) if typed.edits else None
    recording = None if typed.source == "text" else Sha256(typed.recording)
    language, public = typed.spoken_language, typed.public == "yes"
    draft = Draft(typed.title, wish.bulletin_class, _script(typed), recording, language, typed.about, public)
    bulletin = us.desk.write(draft, who, typed.bulletin).id
    if before is not None:
        row = us.rewriting.programme(before, replace(before, bulletin=bulletin, **wish.of_programme), who)
        us.replan()
    else:
        row = us.desk.propose(
            bulletin,
            wish.areas,
            wish.recurrence,
            wish.volume,
            who,
            typed.programme,
            also_at=wish.also_at,
            manner=wish.manner,
        )
    if typed.action != "draft":
        with suppress(NotNow):  # sent for approval already, by the same form sent twice
            us.approval.take(row.id, Step.SUBMIT, who)
    return row.id


def _script(typed: Typed) -> Script:
    if typed.source != "text":
        return Script(voice=typed.voice)
    urgent = typed.bulletin_class == BulletinClass.EMERGENCY.value
    return Script(typed.text, typed.voice, typed.spoken, bool(typed.repeat_it), bool(typed.horns), urgent)


def _read_along(us: Services, typed: Typed, words: Words) -> tuple[Typed, dict[str, str]]:
    """The form with its spoken words settled, and what is wrong with them."""
    if typed.source != "text":
        return typed, {}
    reading, _ = us.desk.read(typed.text, typed.voice.region)
    return settle_spoken(typed, reading.spoken, words)


def _edited(us: Services, typed: Typed) -> ProgrammeRow:
    """The programme that the form changes, as it was when it was opened."""
    with us.database.read() as connection:
        before = bulletins.find_programme(connection, ProgrammeId(typed.edits))
    if before is None:
        raise unknown_programme(typed.edits)
    if before.written_at.isoformat() != typed.written_at:
        raise moved_meanwhile()
    return before


def _with_upload(us: Services, who: Account, typed: Typed, words: Words) -> Typed:
    """The same form with its file made ready for the air, so that nobody has to choose it twice."""
    if typed.source == "text" or not isinstance(typed.file, UploadFile) or not typed.file.filename:
        return typed
    try:
        made = upload(us, typed.file, who, bool(typed.horns))  # type: ignore[arg-type]
        return typed.model_copy(update={"recording": made.sha256, "file": None})
    except (ControllerError, SpeechError) as error:
        raise Misunderstood({"file": sentence_of(error, words)}) from error


def _is_kept(us: Services, typed: Typed) -> bool:
    with us.database.read() as connection:
        row = bulletins.find_programme(connection, typed.programme) if typed.programme else None
    return row is not None and (not typed.edits or row.bulletin == typed.bulletin)


def _like(us: Services, programme: ProgrammeId, who: Account) -> tuple[Typed, ProgrammeRow]:
    with us.database.read() as connection:
        check_known(connection, who, "programme", programme)
        row = bulletins.find_programme(connection, programme)
        bulletin = bulletins.find(connection, row.bulletin) if row else None
    if row is None or bulletin is None:
        raise unknown_programme(programme)
    typed = like(row, bulletin)
    if not bulletin.by_hand:
        return typed, row
    reading, _ = us.desk.read(bulletin.text, typed.voice.region)
    return typed.model_copy(update={"spoken_of": reading.spoken}), row


def _typed_before(us: Services, render: RenderId, who: Account) -> Typed:
    """What was typed before the voice began; as a new form, so that it can be sent again."""
    found = us.renders.find(render, who).render
    if not found.form:
        return _empty(us.clock.now())
    return Typed.model_validate_json(found.form).model_copy(update={"once": fresh()})


def _empty(now: datetime) -> Typed:
    tomorrow = now.astimezone(COMMUNE_ZONE).date() + timedelta(days=1)
    return Typed(once=fresh(), date=f"{tomorrow:{DAY}}", clock="17:00")


def sentence_of(error: ControllerError | SpeechError, words: Words) -> str:
    """What went wrong, for people."""
    if isinstance(error, ControllerError):
        return words.say(error.text, **error.values)
    return words.finished(str(error))


def _field_of(error: ControllerError | SpeechError, typed: Typed) -> str:
    field = error.field if isinstance(error, ControllerError) else None
    return field or ("text" if typed.source == "text" else "file")

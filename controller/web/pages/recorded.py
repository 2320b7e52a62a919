"""A human voice, made ready for the air while the form around it is still being filled in."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import Response

from controller.errors import ControllerError
from controller.speech.errors import SpeechError
from controller.store import recordings
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.speech import upload
from controller.web.pages.frame import fragment, words_of
from controller.web.pages.writing import sentence_of
from controller.web.services import Services, services_of
from schedules.programme import Sha256

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]

_SHA256 = re.compile(r"[0-9a-f]{64}")


@router.get("/bulletins/recording")
def show(request: Request, us: Us, _: Editor, recording: str = "") -> Response:
    """The part of the form that holds a recording which is there already."""
    return _part(request, us, recording if _SHA256.fullmatch(recording) else "")


@router.post("/bulletins/recording")
def take(
    request: Request,
    us: Us,
    who: Editor,
    file: Annotated[UploadFile, File()],
    horns: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """The same part with what was handed in, as it will sound; or what is wrong with it."""
    try:
        made = upload(us, file, who, bool(horns))
    except (ControllerError, SpeechError) as wrong:
        sentence = sentence_of(wrong, words_of(request))
        return fragment(request, "parts/recorded.html.j2", status=422, kept="", recording=None, refused=sentence)
    return _part(request, us, made.sha256)


def _part(request: Request, us: Services, name: str) -> Response:
    with us.database.read() as connection:
        found = recordings.find(connection, Sha256(name)) if name else None
    return fragment(request, "parts/recorded.html.j2", kept=name if found else "", recording=found)

"""Sounds by their hash: to devices that are to play them, and to people who may know of what they are part of.

Resumable (RFC 9110 §14).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from controller.errors import NotFound, NotLoggedIn
from controller.fleet.enrolment import digest
from controller.store import fleet
from controller.store.hearing import is_told_to_play, may_hear
from controller.web.access import bearer
from controller.web.services import Services, services_of
from schedules.programme import Sha256

router = APIRouter(tags=["audio"])

_FOREVER = "private, max-age=31536000, immutable"


@router.get("/audio/{sha256}", summary="A finished sound", response_class=FileResponse)
def audio(us: Annotated[Services, Depends(services_of)], sha256: str, request: Request) -> FileResponse:
    may = _may_have(us, request, Sha256(sha256))
    path = us.library.path(Sha256(sha256))
    if path is None or not may:
        raise NotFound("unknown-sound", "There is no such sound.")
    return FileResponse(
        path,
        media_type="audio/ogg",
        headers={"ETag": f'"{sha256}"', "Cache-Control": _FOREVER, "Vary": "Authorization, Cookie"},
    )


def _may_have(us: Services, request: Request, sound: Sha256) -> bool:
    token = bearer(request)
    with us.database.read() as connection:
        device = None if token is None else fleet.of_token(connection, digest(token))
        if device is not None:
            return is_told_to_play(connection, device, sound, us.clock.now())
    who = us.access.caller(request)
    if who is None:
        raise NotLoggedIn("not-logged-in", "Please log in first.")
    with us.database.read() as connection:
        return may_hear(connection, who, sound)

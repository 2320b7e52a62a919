"""Sounds by their hash: to devices that hold a token, and to people who are logged in. Resumable (RFC 9110 §14)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from controller.errors import NotFound, NotLoggedIn
from controller.fleet.enrolment import digest
from controller.store import fleet
from controller.web.access import bearer
from controller.web.services import Services, services_of
from schedules.programme import Sha256

router = APIRouter(tags=["audio"])

_FOREVER = "private, max-age=31536000, immutable"


@router.get("/audio/{sha256}", summary="A finished sound", response_class=FileResponse)
def audio(us: Annotated[Services, Depends(services_of)], sha256: str, request: Request) -> FileResponse:
    if not (_is_device(us, request) or us.access.caller(request)):
        raise NotLoggedIn("not-logged-in", "Please log in first.")
    path = us.library.path(Sha256(sha256))
    if path is None:
        raise NotFound("unknown-sound", "There is no such sound.")
    return FileResponse(path, media_type="audio/ogg", headers={"ETag": f'"{sha256}"', "Cache-Control": _FOREVER})


def _is_device(us: Services, request: Request) -> bool:
    token = bearer(request)
    if token is None:
        return False
    with us.database.read() as connection:
        return fleet.holds_token(connection, digest(token))

"""Pictures of cameras: handed in by devices, shown to people who may look, and who looked is written down."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from controller.errors import NotAllowed, NotFound, NotLoggedIn
from controller.fleet.enrolment import digest
from controller.monitoring.cameras.album import MOST_BYTES, NotAPicture
from controller.store import audit, camera_pictures, cameras, fleet
from controller.store.audit import Asked
from controller.store.people import Account, Role
from controller.web.access import bearer, need
from controller.web.api.camera_shapes import ViewGiven
from controller.web.services import Services, services_of
from devices.protocol.messages.cameras import CameraId, KeepPictures
from schedules.programme import Sha256

router = APIRouter(tags=["cameras"])
for_devices = APIRouter(tags=["cameras"])

LOOKED = "cameras.looked"

Us = Annotated[Services, Depends(services_of)]


def may_look(us: Services, who: Account) -> bool:
    """Whether the settings of the site let this person see pictures of cameras."""
    return who.is_any(*(Role(name) for name in us.settings.picture_roles))


@router.get(
    "/cameras/{camera}/pictures/{sha256}",
    summary="A picture; that the caller looked is recorded",
    response_class=FileResponse,
)
def look(us: Us, camera: str, sha256: str, who: Annotated[Account, Depends(need())]) -> FileResponse:
    if not may_look(us, who):
        raise NotAllowed("not-viewer", "Your account may not look at pictures of cameras.")
    name = Sha256(sha256)
    with us.database.read() as connection:
        there = camera_pictures.of_camera(connection, CameraId(camera), name)
    path = us.album.path(name) if there else None
    if path is None:
        raise NotFound("unknown-picture", "There is no such picture, or it is kept no longer.")
    with us.database.write() as connection:
        audit.note(connection, LOOKED, camera, after={"sha256": sha256})
    # What is shown again is looked at again, and recorded again.
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.get("/cameras/{camera}/views", summary="Who looked at its pictures, the latest first")
def list_views(
    us: Us,
    camera: str,
    _: Annotated[Account, Depends(need(Role.ADMINISTRATOR))],
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[ViewGiven]:
    with us.database.read() as connection:
        found = audit.latest(connection, Asked(what=LOOKED, about=camera), most)
    return [
        ViewGiven(at=one.at, account=one.who, name=one.name, sha256=json.loads(one.after).get("sha256", ""))
        for one in found
    ]


@for_devices.put("/pictures/{sha256}", status_code=204, summary="A device hands in a picture that it was asked to keep")
async def hand_in(us: Us, sha256: str, request: Request) -> Response:
    body = bytearray()
    wanted = await run_in_threadpool(_is_wanted, us, bearer(request))
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise NotFound("not-wanted", "This picture is not wanted here.")
    if not wanted:
        raise NotFound("not-wanted", "This picture is not wanted here.")
    try:
        await run_in_threadpool(us.album.keep, Sha256(sha256), bytes(body))
    except NotAPicture:
        raise NotFound("not-wanted", "This picture is not wanted here.") from None
    return Response(status_code=204)


def _is_wanted(us: Services, token: str | None) -> bool:
    """Whether the device watches a camera whose pictures may leave it."""
    with us.database.read() as connection:
        device = None if token is None else fleet.of_token(connection, digest(token))
        if device is None:
            raise NotLoggedIn("not-logged-in", "Please log in first.")
        kept = (
            one.device == device and one.keep_pictures is not KeepPictures.NEVER for one in cameras.everyone(connection)
        )
        return any(kept)

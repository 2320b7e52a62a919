"""A camera is added or changed by hand: where it stands, how it is asked, and why people are filmed there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from controller.errors import ControllerError, NotFound
from controller.fleet.cameras import CameraDesk
from controller.store import areas, cameras, nodes, overview
from controller.store.cameras import Camera
from controller.store.concerns import seen, seen_inside
from controller.store.nodes import NodeId
from controller.store.people import Account, Role
from controller.store.troubles import Severity
from controller.web.access import need
from controller.web.pages.camera_words import KEPT, NODES, SOURCES
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.meanings import SEVERITIES
from controller.web.services import Services, services_of
from devices.protocol.logins import Login
from devices.protocol.messages.cameras import CameraId, CameraSource, KeepPictures
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN))]
SomewhereTechnician = Annotated[Account, Depends(need(Role.TECHNICIAN, somewhere=True))]


class Typed(BaseModel):
    """What the fields hold, right or wrong."""

    id: str = ""
    name: str = ""
    area: str = ""
    device: str = ""
    node: str = ""
    source: CameraSource = CameraSource.RTSP
    address: str = ""
    snapshot_address: str = ""
    onvif_address: str = ""
    user: str = ""
    password: str = ""
    keep_pictures: KeepPictures = KeepPictures.NEVER
    picture_days: int = 30
    target: float = 99.0
    severity: int = Severity.WARNING
    purpose: str = ""
    notice: str = ""

    @classmethod
    def of(cls, one: Camera) -> Typed:
        known = {name: getattr(one, name) or "" for name in ("id", "name", "area", "device", "node", "address")}
        more = {name: getattr(one, name) for name in cls.model_fields if name not in known and hasattr(one, name)}
        return cls.model_validate(known | more)

    def camera(self, named: str, before: Camera | None) -> Camera:
        kept = {} if before is None else {name: getattr(before, name) for name in _NOT_ASKED}
        return Camera(
            id=CameraId(named),
            name=self.name,
            area=AreaId(self.area),
            source=self.source,
            address=self.address.strip(),
            device=DeviceId(self.device) if self.device else None,
            node=NodeId(self.node) if self.node else None,
            snapshot_address=self.snapshot_address.strip(),
            onvif_address=self.onvif_address.strip(),
            keep_pictures=self.keep_pictures,
            picture_days=self.picture_days,
            target=self.target,
            severity=Severity(self.severity),
            purpose=self.purpose.strip(),
            notice=self.notice.strip(),
            **kept,
        )

    @property
    def login(self) -> Login | None:
        """None where nothing was typed: what is known stays."""
        return Login(self.user, self.password) if self.user or self.password else None


_MOST_DEVICES = 300
_NOT_ASKED = ("basic_allowed", "liveness_every", "picture_every", "serial_number")


@router.get("/cameras/add")
def new_camera(request: Request, us: Us, who: SomewhereTechnician, area: str = "") -> Response:
    return _form(request, us, who, Typed(area=area), None)


@router.post("/cameras/add")
async def add(request: Request, us: Us, who: SomewhereTechnician) -> Response:
    return await _save(request, us, who, None)


@router.get("/cameras/{camera}/change")
def change_form(request: Request, us: Us, who: Technician, camera: str) -> Response:
    found = _find(us, camera)
    return _form(request, us, who, Typed.of(found), found)


@router.post("/cameras/{camera}/change")
async def change(request: Request, us: Us, who: Technician, camera: str) -> Response:
    return await _save(request, us, who, _find(us, camera))


@router.post("/cameras/{camera}/remove")
def remove(
    request: Request, us: Us, who: Technician, camera: str, sure: Annotated[str, Form(max_length=63)] = ""
) -> Response:
    if sure != camera:
        found = _find(us, camera)
        return _form(
            request, us, who, Typed.of(found), found, {"sure": words_of(request).say("Type its id, to be sure.")}, 422
        )
    CameraDesk(us.database, us.clock).remove(CameraId(camera))
    us.replan()
    return go("/cameras", "camera-removed")


def _find(us: Services, camera: str) -> Camera:
    with us.database.read() as connection:
        found = cameras.find(connection, CameraId(camera))
    if found is None:
        raise NotFound("unknown-camera", "There is no camera {camera!r}.", camera=camera)
    return found


async def _save(request: Request, us: Services, who: Account, before: Camera | None) -> Response:
    words = words_of(request)
    said = {name: str(value) for name, value in (await request.form()).items()}
    try:
        typed = Typed.model_validate(said)
    except ValidationError as wrong:
        field = str(wrong.errors()[0]["loc"][0])
        usable = {name: value for name, value in said.items() if name != field}
        sentence = words.say("This cannot be used as it is.")
        return _form(request, us, who, Typed.model_validate(usable), before, {field: sentence}, 422)
    desk = CameraDesk(us.database, us.clock)
    try:
        us.access.allow(who, [AreaId(typed.area)], Role.TECHNICIAN)
        if before is None:
            made = desk.add(typed.camera(typed.id.strip().lower(), None), typed.login)
        else:
            made = desk.change(typed.camera(before.id, before), typed.login)
    except ControllerError as wrong:
        field = wrong.field or ("area" if wrong.code == "not-here" else "id")
        return _form(request, us, who, typed, before, {field: words.say(wrong.text, **wrong.values)}, wrong.status)
    us.replan()
    return go(f"/cameras/{made.id}", "camera-kept")


def _form(
    request: Request,
    us: Services,
    who: Account,
    typed: Typed,
    before: Camera | None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    words = words_of(request)
    with us.database.read() as connection:
        tree = areas.tree(connection)
        inside = seen_inside(connection, who, None)
        devices = overview.devices_near(connection, typed.area, typed.device, inside, _MOST_DEVICES)
        hanging = seen(connection, who, "node", nodes.everyone(connection))
    return page(
        request,
        "camera_form.html.j2",
        who,
        status=status,
        typed=typed,
        before=before,
        errors=errors or {},
        areas=[(one.id, one.name) for one in tree],
        devices=[("", words.say("the nearest")), *devices],
        nodes=[
            ("", words.say("nothing that is known")),
            *((one.id, f"{words.say(NODES[one.kind])} {one.name}") for one in hanging),
        ],
        sources=[(name, words.say(text)) for name, text in SOURCES.items()],
        kept=[(name, words.say(text), "") for name, text in KEPT.items()],
        severities=[(str(one.value), words.say(SEVERITIES[one.name.lower()])) for one in Severity],
    )

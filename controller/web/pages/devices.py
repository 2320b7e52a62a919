"""The loudspeakers: which are there, what they last said, and how a new one joins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from controller.errors import ControllerError, NotFound
from controller.fleet.enrolment import grouped, typed_on_the_device
from controller.store import areas, overview
from controller.store.concerns import seen_inside
from controller.store.overview import DevicesAsked
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.area_choice import Choice, choices
from controller.web.pages.frame import page, words_of
from controller.web.services import Services, services_of
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN, somewhere=True))]
ItsTechnician = Annotated[Account, Depends(need(Role.TECHNICIAN))]
Field = Annotated[str, Form(max_length=200)]

_PAGE = 50
_ONLINE = {"": None, "online": True, "offline": False}


@router.get("/devices")
def list_devices(
    request: Request,
    us: Us,
    who: Annotated[Account, Depends(need())],
    area: str = "",
    state: str = "",
    first: int = 0,
) -> Response:
    if state not in _ONLINE:
        raise NotFound("unknown-state", "Loudspeakers are online or offline.")
    now = us.clock.now()
    with us.database.read() as connection:
        tree = areas.tree(connection)
        if area and AreaId(area) not in tree:
            raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
        inside = seen_inside(connection, who, tree.within([AreaId(area)]) if area else None)
        asked = DevicesAsked(inside, _ONLINE[state])
        total = overview.count_devices(connection, asked)
        first = max(0, min(first, total - 1))
        devices = overview.devices_page(connection, asked, first, _PAGE)
        standing = overview.speakers(connection)
    return page(
        request,
        "devices.html.j2",
        who,
        now=now,
        devices=devices,
        tree=tree,
        areas=choices(tree, standing, who.inside(tree)),
        area=area,
        state=state,
        first=first,
        total=total,
        address=_address(area, state, first),
        previous=_address(area, state, max(0, first - _PAGE)) if first else None,
        next=_address(area, state, first + _PAGE) if first + _PAGE < total else None,
    )


def _address(area: str, state: str, first: int) -> str:
    asked = {"area": area, "state": state, "first": first or ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/devices?{query}" if query else "/devices"


@router.get("/devices/new")
def new_device(request: Request, us: Us, who: Technician, area: str = "") -> Response:
    return _form(request, us, who, {"area": area})


@router.post("/devices/new")
def invite(
    request: Request, us: Us, who: Technician, device: Field = "", name: Field = "", area: Field = ""
) -> Response:
    typed = {"device": device.strip().lower(), "name": name.strip(), "area": area}
    try:
        us.access.allow(who, [AreaId(area)], Role.TECHNICIAN)
        code, expires_at = us.enrolment.invite(DeviceId(typed["device"]), AreaId(area), typed["name"])
    except ControllerError as wrong:
        sentence = words_of(request).say(wrong.text, **wrong.values)
        return _form(request, us, who, typed, {_field_of(wrong): sentence}, wrong.status)
    return _code(request, us, who, typed, code, expires_at)


@router.post("/devices/{device}/code")
def invite_again(request: Request, us: Us, who: ItsTechnician, device: str) -> Response:
    """The device joins again, with another key."""
    code, expires_at = us.enrolment.invite_again(DeviceId(device))
    return _code(request, us, who, {"device": device, "name": "", "area": ""}, code, expires_at)


@router.post("/devices/{device}/shut-out")
def shut_out(us: Us, who: ItsTechnician, device: str) -> Response:
    us.enrolment.shut_out(DeviceId(device))
    return RedirectResponse("/devices", status_code=303)


def _field_of(wrong: ControllerError) -> str:
    return wrong.field or ("area" if wrong.code == "unknown-area" else "device")


def _form(
    request: Request,
    us: Services,
    who: Account,
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with us.database.read() as connection:
        tree = areas.tree(connection)
    options = list(_lines(choices(tree, {}, who.inside(tree))))
    return page(
        request, "device_new.html.j2", who, status=status, typed=typed, errors=errors or {}, options=options, code=""
    )


def _lines(found: Iterable[Choice], before: str = "") -> Iterator[tuple[str, str]]:
    """Every area as one line that says where it lies, in the order of the tree."""
    for area in found:
        name = f"{before}{area.name}"
        yield area.id, name
        yield from _lines(area.children, f"{name} › ")


def _code(
    request: Request, us: Services, who: Account, typed: dict[str, str], code: str, expires_at: datetime
) -> Response:
    return page(
        request,
        "device_new.html.j2",
        who,
        typed=typed,
        errors={},
        options=[],
        code=grouped(code),
        expires_at=expires_at,
        url=us.settings.url,
        picture=segno.make(typed_on_the_device(us.settings.url, code), error="m").svg_data_uri(scale=5, border=4),
    )

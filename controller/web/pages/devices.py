"""The loudspeakers: which are there, what they last said, and how a new one joins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from controller.alerts.areas.ground import plain_name
from controller.errors import ControllerError, NotFound
from controller.fleet.enrolment import grouped, typed_on_the_device
from controller.store import areas, overview
from controller.store.concerns import seen_inside
from controller.store.database import Connection
from controller.store.overview import DeviceOrder, DevicesAsked
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.area_choice import choices, lines
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
_STATES = {
    "": DevicesAsked(),
    "online": DevicesAsked(online=True),
    "offline": DevicesAsked(online=False, shut_out=False),
    "shut-out": DevicesAsked(shut_out=True),
}
_ORDERS = ("", *(one.value for one in DeviceOrder))


@router.get("/devices")
def list_devices(
    request: Request,
    us: Us,
    who: Annotated[Account, Depends(need())],
    area: str = "",
    state: str = "",
    text: Annotated[str, Query(max_length=200)] = "",
    sort: str = "",
    first: int = 0,
) -> Response:
    if state not in _STATES or sort.removeprefix("-") not in _ORDERS:
        raise NotFound("unknown-state", "Loudspeakers are online, offline or shut out.")
    now, order = us.clock.now(), DeviceOrder(sort.removeprefix("-") or "area")
    with us.database.read() as connection:
        tree = areas.tree(connection)
        if area and AreaId(area) not in tree:
            raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
        inside = seen_inside(connection, who, tree.within([AreaId(area)]) if area else None)
        asked = replace(_STATES[state], areas=inside, ids=_named_like(connection, text) if text.strip() else None)
        total = overview.count_devices(connection, asked)
        first = max(0, min(first, total - 1))
        found = overview.devices_page(connection, asked, first, _PAGE, order, backwards=sort.startswith("-"))
        standing = overview.speakers(connection)

    def address(**changed: object) -> str:
        said = {"area": area, "state": state, "text": text.strip(), "sort": sort, "first": first or "", **changed}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"/devices?{query}" if query else "/devices"

    return page(
        request,
        "devices.html.j2",
        who,
        now=now,
        devices=found,
        tree=tree,
        areas=choices(tree, standing, who.inside(tree)),
        opened=frozenset(tree.path(AreaId(area))) if area else frozenset(),
        area=area,
        state=state,
        text=text.strip(),
        sort=sort,
        first=first,
        total=total,
        address=address,
        sorted_by=lambda label, name: {"label": label} | _sorted_by(name, sort, address),
        previous=address(first=max(0, first - _PAGE) or "") if first else None,
        next=address(first=first + _PAGE) if first + _PAGE < total else None,
    )


def _named_like(connection: Connection, text: str) -> list[DeviceId] | None:
    """Those whose name or id holds the text, whatever its case and with or without the marks of Vietnamese; None: all
    do."""
    wanted, literal, named = _plain(text.strip()), text.strip().lower(), overview.device_names(connection)
    found = [one for one, name in named if literal in one or wanted in _plain(name)]
    return None if len(found) == len(named) else found


_plain = lru_cache(maxsize=50_000)(plain_name)


def _sorted_by(name: str, sort: str, address: Callable[..., str]) -> dict[str, str | None]:
    """The heading of a column that sorts: once more turns it round."""
    up, down = sort in (name, "" if name == "area" else name), sort == f"-{name}"
    turned = address(sort=f"-{name}" if up else name, first="")
    return {"href": turned, "sorted": "ascending" if up else "descending" if down else None}


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
    options = list(lines(choices(tree, {}, who.inside(tree))))
    return page(
        request, "device_new.html.j2", who, status=status, typed=typed, errors=errors or {}, options=options, code=""
    )


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

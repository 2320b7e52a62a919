"""One loudspeaker: how it is, what it will play, played and refused, what it measures, and what one may do with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.errors import ControllerError, Invalid, NotFound
from controller.fleet.places import place_device
from controller.store import areas, device_broadcasts, device_orders, fleet, incident_list, maps, readings
from controller.store.database import Connection
from controller.store.device_orders import Followed, OrderKind
from controller.store.fleet import OWN_AGENT, Device
from controller.store.incident_list import IncidentsAsked
from controller.store.people import Account, Role
from controller.store.troubles import Subject, SubjectKind
from controller.web.access import need
from controller.web.pages.area_choice import choices, lines
from controller.web.pages.charts import Chart, chart
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.incident_lines import lines_of
from controller.web.pages.maps import allow_tiles, tiles_of
from controller.web.pages.places import Place, refused
from controller.web.pages.words import Words
from controller.web.services import Services, services_of
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN))]
Field = Annotated[str, Form(max_length=200)]

_COMING, _PAST, _ORDERS, _INCIDENTS = 8, 15, 5, 5
_DAYS = (1, 7, 30, 90)
_GAP = readings.LEAST_OFTEN + timedelta(minutes=30)
_PERCENT = ("volume_cap", "emergency_volume_cap")
_ORDER_WAITS = timedelta(minutes=5)


@router.get("/devices/{device}")
def read_device(
    request: Request, us: Us, who: Annotated[Account, Depends(need())], device: str, days: int = 7
) -> Response:
    return _page(request, us, who, device, days=days if days in _DAYS else 7)


@router.post("/devices/{device}/tone")
def sound_tone(
    request: Request, us: Us, who: Technician, device: str, volume: Annotated[int, Form(ge=1, le=100)] = 50
) -> Response:
    try:
        us.by_hand.tone(DeviceId(device), who, volume=volume)
    except NotFound:
        raise
    except ControllerError as wrong:
        return _page(request, us, who, device, wrong=wrong)
    return go(f"/devices/{device}", "tone")


@router.post("/devices/{device}/restart")
def restart(request: Request, us: Us, who: Technician, device: str) -> Response:
    try:
        us.by_hand.restart(DeviceId(device), who)
    except NotFound:
        raise
    except ControllerError as wrong:
        return _page(request, us, who, device, wrong=wrong)
    return go(f"/devices/{device}", "restart")


@router.post("/devices/{device}/settings")
def change(
    request: Request,
    us: Us,
    who: Technician,
    device: str,
    name: Field = "",
    area: Field = "",
    volume_cap: Field = "",
    emergency_volume_cap: Field = "",
) -> Response:
    """Its name, place and volume; all can be changed back."""
    words = words_of(request)
    typed = {"name": name.strip(), "area": area, "volume_cap": volume_cap, "emergency_volume_cap": emergency_volume_cap}
    errors = {
        each: words.say("Volume is a percentage from 0 to 100.")
        for each in _PERCENT
        if not typed[each].strip().isdecimal() or int(typed[each]) > 100
    }
    if not typed["name"]:
        errors["name"] = words.say("A loudspeaker has a name.")
    if not errors:
        try:
            us.access.allow(who, [AreaId(area)], Role.TECHNICIAN)
            with us.database.read() as connection:
                before = _found(connection, device).bounds
            caps = {each: int(typed[each]) for each in _PERCENT}
            bounds = replace(before, **caps)
            us.configuration.change(DeviceId(device), name=typed["name"], area=AreaId(area), bounds=bounds)
            us.replan()
        except ControllerError as wrong:
            errors[wrong.field or "area"] = words.say(wrong.text, **wrong.values)
    if errors:
        return _page(request, us, who, device, typed=typed, errors=errors)
    return go(f"/devices/{device}", "device-changed")


@router.post("/devices/{device}/place")
def place(request: Request, us: Us, who: Technician, device: str, said: Annotated[Place, Form()]) -> Response:
    try:
        at = said.read()
        place_device(us.database, DeviceId(device), at)
    except Invalid as wrong:
        return _page(request, us, who, device, stands=said, misplaced=wrong)
    return go(f"/devices/{device}", "placed" if at else "displaced")


def _found(connection: Connection, device: str) -> Device:
    found = fleet.find(connection, DeviceId(device))
    if found is None or found.id == OWN_AGENT:
        raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
    return found


def _page(
    request: Request,
    us: Services,
    who: Account,
    name: str,
    *,
    days: int = 7,
    wrong: ControllerError | None = None,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    stands: Place | None = None,
    misplaced: Invalid | None = None,
) -> Response:
    now, words = us.clock.now(), words_of(request)
    with us.database.read() as connection:
        device, tree = _found(connection, name), areas.tree(connection)
        seen = fleet.last_seen(connection, device.id)
        asked = IncidentsAsked(open=True, subject=Subject(SubjectKind.DEVICE, device.id))
        wrongs = lines_of(connection, incident_list.page(connection, asked, 0, _INCIDENTS), words, now)
        coming = device_broadcasts.coming(connection, device.id, now, _COMING)
        past = device_broadcasts.past(connection, device.id, now, _PAST)
        measured = readings.of(connection, device.id, now - timedelta(days=days) - _GAP)
        given = device_orders.latest(connection, device.id, _ORDERS)
        at = maps.device_at(connection, device.id)
        quiet = us.configuration.quiet_until(connection, device, now)
    caps = {each: str(getattr(device.bounds, each)) for each in _PERCENT}
    answer = page(
        request,
        "device.html.j2",
        who,
        status=422 if errors or misplaced else wrong.status if wrong else 200,
        wrong=words.say(wrong.text, **wrong.values) if wrong else "",
        typed=typed or {"name": device.name, "area": device.area, **caps},
        errors=errors or {},
        now=now,
        device=device,
        trail=[
            (words.say("Loudspeakers"), "/devices"),
            *((tree[one].name, f"/devices?area={one}") for one in reversed(tree.path(device.area))),
        ],
        seen=seen,
        said=seen.state if seen else None,
        incidents=wrongs,
        coming=coming,
        past=past,
        charts=list(_charts(measured, (now - timedelta(days=days), now), words)),
        days=days,
        spans=[(one, words.count(one, "{count} day", "{count} days")) for one in _DAYS],
        orders=[(one, _became(one, now, words)) for one in given],
        options=list(lines(choices(tree, {}, who.inside(tree)))),
        stands=stands or Place.of(at),
        quiet_until=quiet,
        misplaced=refused(misplaced, words),
        tiles=tiles_of(us.settings),
    )
    return allow_tiles(answer, us.settings)


def _charts(measured: tuple[readings.Reading, ...], span: tuple[datetime, datetime], words: Words) -> Iterator[Chart]:
    for name, label, unit, height in (
        ("volume", words.say("Volume"), "%", 20.0),
        ("signal", words.say("Signal"), "dBm", 20.0),
        ("temperature", words.say("Temperature"), "°C", 10.0),
        ("clock_offset", words.say("Clock ahead by"), "s", 0.5),
    ):
        points = [(one.at, float(getattr(one, name))) for one in measured if getattr(one, name) is not None]
        drawn = chart(label, unit, points, span, words, gap=_GAP, least_height=height)
        if drawn is not None:
            yield drawn


def _became(one: Followed, now: datetime, words: Words) -> str:
    """What became of an order, as far as the loudspeaker has said."""
    if one.outcome is not None:
        said = words.outcome(one.outcome)
        return f"{said}: {words.silent(one.reason)}" if one.reason else said
    if one.order.kind is OrderKind.RESTART and one.began_anew:
        return words.say("it began anew")
    return words.say("no answer yet") if now - one.order.at < _ORDER_WAITS else words.say("it was not done")

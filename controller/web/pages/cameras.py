"""Cameras at the console: a wall of the last pictures with their age, one camera with its reasons, and its uptime."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.errors import ControllerError, Invalid, NotFound
from controller.fleet.cameras import CameraDesk
from controller.fleet.places import place_camera
from controller.monitoring.cameras.announcing import Announcing
from controller.monitoring.cameras.overview import conditions, shown
from controller.monitoring.cameras.report import Grouping, days, lines, some_lines
from controller.store import areas, camera_pictures, cameras, fleet, incident_list, maps, nodes, uptime
from controller.store.camera_states import Condition
from controller.store.concerns import seen_inside, seen_there
from controller.store.incident_list import IncidentsAsked
from controller.store.people import Account, Role
from controller.store.troubles import Subject, SubjectKind
from controller.web.access import need
from controller.web.api.camera_pictures import may_look
from controller.web.api.camera_uptime import Months
from controller.web.pages.camera_lines import PictureLine, bars_of, line_of, percent, span
from controller.web.pages.camera_words import CONDITIONS, KEPT, NODES, SOURCES
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.incident_lines import lines_of
from controller.web.pages.maps import allow_tiles, tiles_of
from controller.web.pages.meanings import MUTES
from controller.web.pages.places import Place, refused
from controller.web.services import Services, services_of
from devices.protocol.messages.cameras import CameraId
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN))]

_PAGE, _LINES = 60, 100
_DAYS = 90
_INCIDENTS = 10
_LONGEST = 7 * 24 * 60


@router.get("/cameras")
def wall(request: Request, us: Us, who: Anyone, area: str = "", state: str = "", first: int = 0) -> Response:
    now, words = us.clock.now(), words_of(request)
    if state and state not in CONDITIONS:
        raise NotFound("unknown-state", "Cameras are never in such a state.")
    with us.database.read() as connection:
        tree = areas.tree(connection)
        if area and AreaId(area) not in tree:
            raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
        inside = seen_inside(connection, who, tree.within([AreaId(area)]) if area else None)
        standing = conditions(connection, now, inside)
        listed = [one for one, condition in standing.items() if not state or condition is Condition[state.upper()]]
        listed.sort(key=lambda one: 0 if standing[one] is Condition.MAINTENANCE else -standing[one].value)
        first = max(0, min(first, len(listed) - 1))
        found = {one.camera.id: one for one in shown(connection, now, listed[first : first + _PAGE])}
    counts = Counter(condition.name.lower() for condition in standing.values())
    asked = {"area": area, "state": state}
    return page(
        request,
        "cameras.html.j2",
        who,
        now=now,
        cameras=[
            line_of(found[one], tree[found[one].camera.area].name, words)
            for one in listed[first : first + _PAGE]
            if one in found
        ],
        counts=[(name, words.say(label), counts[name]) for name, label in CONDITIONS.items() if counts[name]],
        total=len(standing),
        listed=len(listed),
        first=first,
        previous=_address(asked | {"first": first - _PAGE if first > _PAGE else ""}) if first else None,
        next=_address(asked | {"first": first + _PAGE}) if first + _PAGE < len(listed) else None,
        state=state,
        area=area,
        areas=list(tree),
        looks=may_look(us, who),
        address=lambda **changed: _address(asked | changed),
    )


def _address(asked: Mapping[str, object]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/cameras?{query}" if query else "/cameras"


@router.get("/cameras/uptime")
def read_uptime(
    request: Request,
    us: Us,
    who: Anyone,
    months: Annotated[Months, Depends()],
    by: Grouping = Grouping.CAMERA,
    line: int = 0,
) -> Response:
    """`line` is the first line that is shown."""
    words = words_of(request)
    with us.database.read() as connection:
        tree = areas.tree(connection)
        mine = seen_there(who, tree, cameras.listed(connection))
        line = max(0, min(line, len(mine)))
        period = (months.first, months.last)
        found, total = some_lines(connection, by, period, us.clock.now(), mine, line, _LINES)
        names = {str(one.id): one.name for one in (*mine, *tree, *nodes.everyone(connection))}
    return page(
        request,
        "camera_uptime.html.j2",
        who,
        lines=found,
        line=line,
        total=total,
        previous=_uptime(by, months, max(0, line - _LINES)) if line else None,
        next=_uptime(by, months, line + _LINES) if line + _LINES < total else None,
        names=names,
        percent=lambda share: percent(share, words),
        span=lambda length: span(length, words),
        by=by.value,
        months=months,
        Condition=Condition,
        table=f"/api/v1/camera-uptime.csv?{urlencode({'by': by.value, 'first': months.first, 'last': months.last})}",
    )


def _uptime(by: Grouping, months: Months, line: int) -> str:
    asked = {"by": by.value, "first": months.first, "last": months.last, "line": line or ""}
    return f"/cameras/uptime?{urlencode({name: value for name, value in asked.items() if value})}"


@router.get("/cameras/{camera}")
def read_camera(request: Request, us: Us, who: Anyone, camera: str) -> Response:
    return _one(request, us, who, camera)


@router.post("/cameras/{camera}/relearn")
def relearn(request: Request, us: Us, who: Technician, camera: str) -> Response:
    CameraDesk(us.database, us.clock).relearn(CameraId(camera))
    us.replan()
    return go(f"/cameras/{camera}", "relearn")


@router.post("/cameras/{camera}/maintenance")
def maintain(
    request: Request,
    us: Us,
    who: Technician,
    camera: str,
    hours: Annotated[int, Form(ge=1, le=168)] = 1,
    why: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    now = us.clock.now()
    about = Subject(SubjectKind.CAMERA, camera)
    try:
        Announcing(us.database, us.clock).announce(about, now, now + timedelta(hours=hours), why, who)
    except NotFound:
        raise
    except ControllerError as wrong:
        return _one(request, us, who, camera, wrong)
    return go(f"/cameras/{camera}", "maintenance")


@router.post("/cameras/{camera}/place")
def place(request: Request, us: Us, who: Technician, camera: str, said: Annotated[Place, Form()]) -> Response:
    try:
        at = said.read()
        place_camera(us.database, CameraId(camera), at)
    except Invalid as wrong:
        return _one(request, us, who, camera, stands=said, misplaced=wrong)
    return go(f"/cameras/{camera}", "placed" if at else "displaced")


def _one(
    request: Request,
    us: Services,
    who: Account,
    name: str,
    wrong: ControllerError | None = None,
    *,
    stands: Place | None = None,
    misplaced: Invalid | None = None,
) -> Response:
    now, words, camera = us.clock.now(), words_of(request), CameraId(name)
    with us.database.read() as connection:
        found = shown(connection, now, [camera])
        if not found:
            raise NotFound("unknown-camera", "There is no camera {camera!r}.", camera=name)
        tree, (one,) = areas.tree(connection), found
        at = maps.camera_at(connection, camera)
        asked = IncidentsAsked(subject=Subject(SubjectKind.CAMERA, name))
        recent = incident_list.page(connection, asked, 0, _INCIDENTS)
        evidence = {
            incident.id: [
                PictureLine.of(picture, words) for picture in camera_pictures.evidence(connection, incident.id)
            ]
            for incident in recent
        }
        told = lines_of(connection, recent, words, now)
        past = days(connection, camera, _DAYS, now)
        last, month = uptime.month_of(now - timedelta(days=330)), uptime.month_of(now)
        year = lines(connection, Grouping.CAMERA, last, month, now, monthly=True, only=[one.camera])
        hanging = {node.id: node for node in nodes.everyone(connection)}
        device = None if one.camera.device is None else fleet.find(connection, one.camera.device)
    on = [
        f"{words.say(NODES[hanging[node].kind])} {hanging[node].name}" for node in nodes.path(hanging, one.camera.node)
    ]
    answer = page(
        request,
        "camera.html.j2",
        who,
        status=422 if misplaced else wrong.status if wrong else 200,
        wrong=words.say(wrong.text, **wrong.values) if wrong else "",
        now=now,
        camera=one.camera,
        one=line_of(one, tree[one.camera.area].name, words),
        large=None if one.latest is None else PictureLine.of(one.latest, words),
        looks=may_look(us, who),
        incidents=told,
        evidence=evidence,
        bars=bars_of(past, words),
        year=year,
        percent=lambda share: percent(share, words),
        span=lambda length: span(length, words),
        on=on,
        device=device.name if device else "",
        source=words.say(SOURCES[one.camera.source.value]),
        kept=words.say(KEPT[one.camera.keep_pictures.value]),
        learnt=one.report.learnt if one.report else 0,
        hours=[(minutes // 60, words.say(text)) for minutes, text in MUTES.items() if minutes <= _LONGEST],
        stands=stands or Place.of(at),
        misplaced=refused(misplaced, words),
        tiles=tiles_of(us.settings),
    )
    return allow_tiles(answer, us.settings)

"""Cameras: which there are, how they stand, what they hang on, and when their absence was announced."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from controller.errors import NotFound
from controller.fleet.cameras import CameraDesk
from controller.monitoring.cameras.announcing import Announcing
from controller.monitoring.cameras.groupings import proposals
from controller.monitoring.cameras.overview import Shown, shown
from controller.store import areas, cameras, uptime
from controller.store import maintenance as announcements
from controller.store.allowing import allow
from controller.store.camera_states import Axis, Condition
from controller.store.concerns import CONCERNS, check_known, seen, seen_there
from controller.store.maintenance import Maintenance, MaintenanceId
from controller.store.people import Account, Role
from controller.store.troubles import Subject
from controller.web.access import Number, need
from controller.web.api.camera_shapes import (
    AxisGiven,
    CameraGiven,
    CameraStateGiven,
    CameraTaken,
    MaintenanceGiven,
    MaintenanceTaken,
    NewCamera,
    PictureGiven,
    ProposalGiven,
    condition_name,
)
from controller.web.services import Services, services_of
from devices.protocol.messages.cameras import CameraId
from schedules.programme import AreaId
from schedules.timespan import Timespan

router = APIRouter(tags=["cameras"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN))]

_LOOK_BACK = timedelta(days=90)


SomewhereTechnician = Annotated[Account, Depends(need(Role.TECHNICIAN, somewhere=True))]


def _check_place(us: Services, body: CameraTaken, who: Account) -> None:
    """Nobody puts a camera where they hold no role, or has it watched by a device of which they may not know."""
    us.access.allow(who, [AreaId(body.area)], Role.TECHNICIAN)
    with us.database.read() as connection:
        for name, thing in (("device", body.device), ("node", body.node)):
            if thing is not None:
                check_known(connection, who, name, thing)


def _desk(us: Services) -> CameraDesk:
    return CameraDesk(us.database, us.clock)


@router.get("/cameras", summary="All cameras; never their logins")
def list_cameras(us: Us, who: Anyone) -> list[CameraGiven]:
    with us.database.read() as connection:
        return [CameraGiven.of(one) for one in seen_there(who, areas.tree(connection), cameras.everyone(connection))]


@router.get("/cameras/states", summary="How all cameras stand now: four axes each, never one word")
def list_states(us: Us, who: Anyone) -> list[CameraStateGiven]:
    with us.database.read() as connection:
        mine = {one.id for one in seen_there(who, areas.tree(connection), cameras.everyone(connection))}
        return [_state(one) for one in shown(connection, us.clock.now(), mine)]


@router.get(
    "/cameras/proposed-groupings", summary="Cameras that fell together, as if they hung on one thing: a proposal"
)
def list_proposals(us: Us, _: Technician) -> list[ProposalGiven]:
    with us.database.read() as connection:
        hanging = {one.id: one.node for one in cameras.everyone(connection)}
        falls = uptime.falls(connection, us.clock.now() - _LOOK_BACK)
        found = proposals(falls, hanging)
    return [ProposalGiven(cameras=list(one.cameras), together=one.together) for one in found]


@router.post("/cameras", status_code=201, summary="A camera joins; without a device the nearest one watches it")
def add_camera(us: Us, body: NewCamera, who: SomewhereTechnician) -> CameraGiven:
    _check_place(us, body, who)
    made = _desk(us).add(body.camera(body.id), body.login.login() if body.login else None)
    us.replan()
    return CameraGiven.of(made)


@router.get("/cameras/{camera}", summary="One camera")
def read_camera(us: Us, camera: str, _: Anyone) -> CameraGiven:
    with us.database.read() as connection:
        found = cameras.find(connection, CameraId(camera))
    if found is None:
        raise NotFound("unknown-camera", "There is no camera {camera!r}.", camera=camera)
    return CameraGiven.of(found)


@router.put("/cameras/{camera}", summary="Everything about it but its id; its login too, where one is sent")
def change_camera(us: Us, camera: str, body: CameraTaken, who: Technician) -> CameraGiven:
    _check_place(us, body, who)
    made = _desk(us).change(body.camera(camera), body.login.login() if body.login else None)
    us.replan()
    return CameraGiven.of(made)


@router.delete("/cameras/{camera}", status_code=204, summary="It is watched no longer; its past stays")
def remove_camera(us: Us, camera: str, _: Technician) -> Response:
    _desk(us).remove(CameraId(camera))
    us.replan()
    return Response(status_code=204)


@router.post("/cameras/{camera}/relearn", summary="What it shows now is right: it is learnt anew")
def relearn(us: Us, camera: str, _: Technician) -> CameraGiven:
    made = _desk(us).relearn(CameraId(camera))
    us.replan()
    return CameraGiven.of(made)


@router.get("/cameras/{camera}/state", summary="How one camera stands, why, and since when")
def read_state(us: Us, camera: str, _: Anyone) -> CameraStateGiven:
    with us.database.read() as connection:
        found = shown(connection, us.clock.now(), [CameraId(camera)])
    if not found:
        raise NotFound("unknown-camera", "There is no camera {camera!r}.", camera=camera)
    return _state(found[0])


@router.get("/maintenance", summary="What was announced: lasting, to come, and of the last days", tags=["maintenance"])
def list_maintenance(us: Us, who: Anyone, days: Annotated[int, Query(ge=1, le=400)] = 31) -> list[MaintenanceGiven]:
    now = us.clock.now()
    with us.database.read() as connection:
        found = announcements.within(connection, Timespan(now - timedelta(days=days), now + timedelta(days=400)))
        return [_announced(one) for one in seen(connection, who, "maintenance", found)]


@router.post("/maintenance", status_code=201, summary="Cameras will be away: nobody is alarmed", tags=["maintenance"])
def announce(us: Us, body: MaintenanceTaken, who: SomewhereTechnician) -> MaintenanceGiven:
    with us.database.read() as connection:
        concern = CONCERNS[body.subject_kind](connection, body.subject) if body.subject_kind in CONCERNS else None
        allow(connection, who, concern.areas if concern else (), Role.TECHNICIAN)
    about = Subject(body.subject_kind, body.subject)
    return _announced(Announcing(us.database, us.clock).announce(about, body.start, body.end, body.why, who))


@router.delete(
    "/maintenance/{maintenance}", status_code=204, summary="It is over, or does not take place", tags=["maintenance"]
)
def end_maintenance(us: Us, maintenance: Number, _: Technician) -> Response:
    Announcing(us.database, us.clock).end(MaintenanceId(maintenance))
    return Response(status_code=204)


def _announced(one: Maintenance) -> MaintenanceGiven:
    return MaintenanceGiven(
        id=one.id,
        subject_kind=one.subject.kind,
        subject=one.subject.id,
        start=one.span.start,
        end=one.span.end,
        why=one.why,
        by=one.by,
    )


def _state(one: Shown) -> CameraStateGiven:
    report = one.report
    return CameraStateGiven(
        camera=one.camera.id,
        condition=condition_name(one.condition),
        since=one.since,
        watched=one.watched or one.condition is Condition.MAINTENANCE,
        heard_at=one.heard_at,
        axes={axis: AxisGiven.of(one.health.axes[axis]) for axis in Axis},
        findings=[] if report is None else [msgspec.to_builtins(finding) for finding in report.findings],
        figures={} if report is None else msgspec.to_builtins(report.figures),
        learnt=0 if report is None else report.learnt,
        pictures=[PictureGiven.of(picture) for picture in (one.latest, one.thumbnail) if picture is not None],
    )

"""The loudspeakers: how they join, what they last said, what was refused of what came in."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from controller.errors import NotFound
from controller.store import fleet, readings, refusals
from controller.store.concerns import seen
from controller.store.fleet import Bounds, Device, Seen
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.shapes import (
    CodeGiven,
    DeviceChange,
    DeviceGiven,
    EnrolmentGiven,
    EnrolmentTaken,
    MqttGiven,
    NewDevice,
    OrderGiven,
    ReadingGiven,
    RefusalGiven,
    StatusGiven,
    ToneTaken,
)
from controller.web.services import Services, services_of
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

router = APIRouter(tags=["devices"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]

_BOUNDS = [field.name for field in fields(Bounds)]


@router.get("/devices", summary="All devices and what they last said")
def list_devices(us: Us, who: Anyone) -> list[DeviceGiven]:
    with us.database.read() as connection:
        said = fleet.seen(connection)
        found = seen(connection, who, "device", fleet.everyone(connection))
        return [_given(device, said.get(device.id)) for device in found]


@router.get("/devices/{device}", summary="One device")
def read_device(us: Us, device: str, _: Anyone) -> DeviceGiven:
    with us.database.read() as connection:
        found = fleet.find(connection, DeviceId(device))
        if found is None:
            raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
        return _given(found, fleet.last_seen(connection, found.id))


@router.patch("/devices/{device}", summary="Another name, place, volume or lead: the device hears of it")
def change_device(
    us: Us, device: str, body: DeviceChange, who: Annotated[Account, Depends(need(Role.TECHNICIAN))]
) -> DeviceGiven:
    before = read_device(us, device, who)
    bounds = {name: getattr(before if getattr(body, name) is None else body, name) for name in _BOUNDS}
    area = AreaId(body.area) if body.area else None
    if area is not None:
        us.access.allow(who, [area], Role.TECHNICIAN)
    us.configuration.change(DeviceId(device), name=body.name, area=area, bounds=Bounds(**bounds))
    us.replan()
    return read_device(us, device, who)


@router.post("/enrolment-codes", status_code=201, summary="A one-time code with which a new device joins")
def invite(
    us: Us, body: NewDevice, who: Annotated[Account, Depends(need(Role.TECHNICIAN, somewhere=True))]
) -> CodeGiven:
    us.access.allow(who, [AreaId(body.area)], Role.TECHNICIAN)
    code, expires_at = us.enrolment.invite(DeviceId(body.device), AreaId(body.area), body.name)
    return CodeGiven(code=code, expires_at=expires_at)


@router.post("/devices/{device}/tone", status_code=202, summary="A tone now, to hear which loudspeaker it is")
def sound_tone(
    us: Us, device: str, body: ToneTaken, who: Annotated[Account, Depends(need(Role.TECHNICIAN))]
) -> OrderGiven:
    """It keeps quiet hours and the volume cap, speaks over nothing, and begins within seconds or never. What became of
    it, the page of the device says, and its receipt under this id."""
    return OrderGiven(id=us.by_hand.tone(DeviceId(device), who, volume=body.volume, seconds=body.seconds))


@router.post("/devices/{device}/restart", status_code=202, summary="Its agent begins anew when that costs no sound")
def restart(us: Us, device: str, who: Annotated[Account, Depends(need(Role.TECHNICIAN))]) -> OrderGiven:
    return OrderGiven(id=us.by_hand.restart(DeviceId(device), who))


@router.get("/devices/{device}/readings", summary="What a device measured of itself, oldest first")
def read_readings(
    us: Us, device: str, _: Anyone, days: Annotated[int, Query(ge=1, le=readings.KEPT.days)] = 7
) -> list[ReadingGiven]:
    """A row is kept when something has changed, at most every ten minutes and at least every six hours."""
    with us.database.read() as connection:
        if fleet.find(connection, DeviceId(device)) is None:
            raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
        found = readings.of(connection, DeviceId(device), us.clock.now() - timedelta(days=days))
    return [ReadingGiven.model_validate(one) for one in found]


@router.post("/devices/{device}/code", status_code=201, summary="A one-time code with which a device joins again")
def invite_again(us: Us, device: str, _: Annotated[Account, Depends(need(Role.TECHNICIAN))]) -> CodeGiven:
    code, expires_at = us.enrolment.invite_again(DeviceId(device))
    return CodeGiven(code=code, expires_at=expires_at)


@router.delete("/devices/{device}/key", summary="Shut a device out: nothing of it counts until it joins again")
def shut_out(us: Us, device: str, who: Annotated[Account, Depends(need(Role.TECHNICIAN))]) -> DeviceGiven:
    us.enrolment.shut_out(DeviceId(device))
    return read_device(us, device, who)


@router.post("/enrolments", status_code=201, summary="A device joins: its code and public key for an identity")
def enrol(us: Us, body: EnrolmentTaken) -> EnrolmentGiven:
    enrolled = us.enrolment.enrol(body.code, body.public_key)
    us.replan()
    broker = us.broker_address()
    return EnrolmentGiven(
        site=us.settings.site,
        device=enrolled.device,
        signing_keys=list(us.keyring.trusted.told.keys),
        root_key=us.keyring.trusted.root.text,
        mqtt=MqttGiven(
            host=broker.host,
            port=broker.port,
            username=enrolled.device,
            password=enrolled.mqtt_password,
            tls=broker.tls,
        ),
        audio_token=enrolled.audio_token,
        authority=us.authorities(),
    )


@router.get("/refusals", summary="What was refused on the wire, counted by channel and reason")
def list_refusals(us: Us, who: Anyone) -> list[RefusalGiven]:
    with us.database.read() as connection:
        return [RefusalGiven.model_validate(one) for one in refusals.shown_to(connection, who)]


@router.get("/status", summary="Whether the whole is well")
def status(us: Us, _: Anyone) -> StatusGiven:
    with us.database.read() as connection:
        devices = fleet.everyone(connection)
        online = sum(seen.online for seen in fleet.seen(connection).values())
        refused = refusals.total(connection)
    return StatusGiven(
        broker=us.broker_connected(), devices=len(devices), online=online, refused=refused, time=us.clock.now()
    )


def _given(device: Device, seen: Seen | None) -> DeviceGiven:
    state = seen.state if seen else None
    return DeviceGiven(
        id=device.id,
        name=device.name,
        area=device.area,
        shut_out=device.is_shut_out,
        online=seen is not None and seen.online,
        seen_at=seen.seen_at if seen else None,
        volume=state.volume if state else None,
        playing=state.playing if state else None,
        waiting_receipts=state.waiting_receipts if state else None,
        refused=dict(state.refused) if state else {},
        not_ready={one.occurrence: one.reason for one in state.not_ready} if state else {},
        software=state.software if state else "",
        **asdict(device.bounds),
    )

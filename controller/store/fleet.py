"""Devices, what they last said of themselves, and the codes with which new ones join."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, bindparam, select, update

from controller.store import endings, tallies
from controller.store.readings import Reading
from controller.store.tables import device_states, devices, enrolment_codes
from devices.protocol.messages import DeviceState
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

OWN_AGENT = DeviceId("site")
"""The agent on the controller's own box: it watches cameras and has no loudspeaker."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a device enforces itself: percent of volume, and seconds of silence that its amplifier needs."""

    volume_cap: int = 100
    emergency_volume_cap: int = 100
    lead_seconds: float = 0.0
    tail_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Device:
    """`config_digest` is of what it was told last, under `config_serial`; empty where that is not known."""

    id: DeviceId
    area: AreaId
    name: str
    public_key: str
    config_serial: int
    config_digest: str = ""
    bounds: Bounds = Bounds()

    @property
    def is_shut_out(self) -> bool:
        """Nothing that is said in its name counts, until it joins again."""
        return not self.public_key


@dataclass(frozen=True, slots=True)
class Seen:
    """What a device last said, when we knew it to be alive, and what of its measures was kept last."""

    online: bool
    seen_at: datetime
    state: DeviceState
    reading: Reading | None = None

    @property
    def session(self) -> str:
        return self.state.session


def _device(row: Row[tuple[object, ...]]) -> Device:
    bounds = Bounds(row.volume_cap, row.emergency_volume_cap, row.lead_seconds, row.tail_seconds)
    place = DeviceId(row.id), AreaId(row.area), row.name
    return Device(*place, row.public_key, row.config_serial, row.config_digest, bounds)


def add(connection: Connection, device: Device, audio_token: str, now: datetime) -> None:
    """`audio_token` is the SHA-256 of the token."""
    connection.execute(
        devices.insert().values(
            id=device.id,
            area=device.area,
            name=device.name,
            public_key=device.public_key,
            config_serial=device.config_serial,
            audio_token=audio_token,
            enrolled_at=now,
        )
    )


def give_key(connection: Connection, device: DeviceId, public_key: str, audio_token: str, now: datetime) -> None:
    """The device comes with another key from now on; with an empty one it is shut out. `audio_token` is its SHA-256."""
    new = {"public_key": public_key, "audio_token": audio_token, "enrolled_at": now}
    connection.execute(update(devices).where(devices.c.id == device).values(new))


def configured(connection: Connection, device: DeviceId, serial: int, digest: str) -> None:
    """`device` was told something under `serial`."""
    told = {"config_serial": serial, "config_digest": digest}
    connection.execute(update(devices).where(devices.c.id == device).values(told))


def change(connection: Connection, device: Device) -> None:
    """Its name, its place and its bounds are those of `device` from now on."""
    bounds = {field.name: getattr(device.bounds, field.name) for field in fields(Bounds)}
    stood = connection.scalar(select(devices.c.area).where(devices.c.id == device.id))
    changed = update(devices).where(devices.c.id == device.id)
    connection.execute(changed.values(area=device.area, name=device.name, **bounds))
    tallies.changed(connection, device=device.id)
    if stood is not None and stood != device.area:
        endings.note_move(connection, device.id, (AreaId(stood), device.area))


def find(connection: Connection, device: DeviceId) -> Device | None:
    row = connection.execute(select(devices).where(devices.c.id == device)).one_or_none()
    return None if row is None else _device(row)


def everyone(connection: Connection) -> tuple[Device, ...]:
    return tuple(_device(row) for row in connection.execute(select(devices).order_by(devices.c.area, devices.c.id)))


def loudspeakers(connection: Connection) -> tuple[Device, ...]:
    """Every device that can sound."""
    return tuple(device for device in everyone(connection) if device.id != OWN_AGENT)


_SOME = select(devices).where(devices.c.id.in_(bindparam("wanted", expanding=True)))


def some(connection: Connection, wanted: Collection[DeviceId]) -> tuple[Device, ...]:
    return tuple(_device(row) for row in connection.execute(_SOME, {"wanted": list(wanted)}))


def of_token(connection: Connection, audio_token: str) -> DeviceId | None:
    """The device whose token has this SHA-256."""
    found = connection.scalar(select(devices.c.id).where(devices.c.audio_token == audio_token))
    return None if found is None else DeviceId(found)


_SEEN = select(device_states)
_SOME_SEEN = _SEEN.where(device_states.c.device.in_(bindparam("only", expanding=True)))


def seen(connection: Connection, only: Collection[DeviceId] | None = None) -> dict[DeviceId, Seen]:
    """What each device last said: of all devices, or of `only` these."""
    rows = connection.execute(_SEEN) if only is None else connection.execute(_SOME_SEEN, {"only": list(only)})
    return {DeviceId(row.device): _seen(row) for row in rows}


def last_seen(connection: Connection, device: DeviceId) -> Seen | None:
    row = connection.execute(select(device_states).where(device_states.c.device == device)).one_or_none()
    return None if row is None else _seen(row)


def _seen(row: Row[tuple[object, ...]]) -> Seen:
    reading = None if row.reading is None else msgspec.convert(row.reading, Reading)
    return Seen(row.online, row.seen_at, msgspec.convert(row.message, DeviceState), reading)


_SAID = ("online", "seen_at", "session", "sequence", "message", "reading")
_NEW_STATE = device_states.insert().values(device=bindparam("of"), **{name: bindparam(name) for name in _SAID})
_NEXT_STATE = (
    update(device_states)
    .where(device_states.c.device == bindparam("of"))
    .values({name: bindparam(name) for name in _SAID})
)


def keep_states(connection: Connection, states: Collection[Seen], *, new: bool) -> None:
    """What these devices last said; `new` when nothing was ever heard of them."""
    rows = [
        {
            "of": seen.state.device,
            "online": seen.online,
            "seen_at": seen.seen_at,
            "session": seen.session,
            "sequence": seen.state.sequence,
            "message": msgspec.to_builtins(seen.state),
            "reading": None if seen.reading is None else msgspec.to_builtins(seen.reading),
        }
        for seen in states
    ]
    if rows:
        connection.execute(_NEW_STATE if new else _NEXT_STATE, rows)


_QUIET = device_states.c.online.is_(True) & (device_states.c.seen_at < bindparam("since"))
_SILENT = select(device_states.c.device).where(_QUIET)
_LOST = update(device_states).where(_QUIET).values(online=False)


def lose_silent(connection: Connection, silent_since: datetime) -> tuple[DeviceId, ...]:
    """Marks as offline, and names, every online device that has said nothing since `silent_since`."""
    found = [DeviceId(row.device) for row in connection.execute(_SILENT, {"since": silent_since})]
    if found:
        connection.execute(_LOST, {"since": silent_since})
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an enrolment code stands for."""

    device: DeviceId
    area: AreaId
    name: str


def invite(connection: Connection, code: str, invitation: Invitation, expires_at: datetime) -> None:
    """`code` is the SHA-256 of the code."""
    connection.execute(
        enrolment_codes.insert().values(
            code=code,
            device=invitation.device,
            area=invitation.area,
            name=invitation.name,
            expires_at=expires_at,
        )
    )


def is_invited(connection: Connection, device: DeviceId, now: datetime) -> bool:
    open_codes = select(enrolment_codes.c.device).where(
        enrolment_codes.c.device == device, enrolment_codes.c.used_at.is_(None), enrolment_codes.c.expires_at > now
    )
    return connection.execute(open_codes).first() is not None


def withdraw_codes(connection: Connection, device: DeviceId, now: datetime) -> None:
    """Nobody joins any more with a code that was made for `device` before."""
    open_codes = (enrolment_codes.c.device == device) & enrolment_codes.c.used_at.is_(None)
    connection.execute(update(enrolment_codes).where(open_codes).values(used_at=now))


def is_named(connection: Connection, device: DeviceId, now: datetime) -> bool:
    """Whether there is a device of this id, or somebody may still bring one."""
    return find(connection, device) is not None or is_invited(connection, device, now)


def use_code(connection: Connection, code: str, now: datetime) -> Invitation | None:
    """Takes the code out of use; None when it never was, has been used, or is too old."""
    usable = (
        (enrolment_codes.c.code == code) & enrolment_codes.c.used_at.is_(None) & (enrolment_codes.c.expires_at > now)
    )
    if connection.execute(update(enrolment_codes).where(usable).values(used_at=now)).rowcount != 1:
        return None
    row = connection.execute(select(enrolment_codes).where(enrolment_codes.c.code == code)).one()
    return Invitation(DeviceId(row.device), AreaId(row.area), row.name)

"""Cameras: where each stands, who watches it, how it is asked, and why it films. Logins lie sealed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from controller.store.nodes import NodeId
from controller.store.tables import cameras
from controller.store.troubles import Severity
from devices.protocol.messages.cameras import CameraId, CameraSource, KeepPictures
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class Camera:
    """`login` lies sealed (`store.sealing`); empty for a camera that asks for none. `box` is the same, closed with
    `box_lock` for the device that watches. `target` is the percent of the known time that it is to be reachable."""

    id: CameraId
    name: str
    area: AreaId
    source: CameraSource
    address: str
    device: DeviceId | None = None
    node: NodeId | None = None
    snapshot_address: str = ""
    onvif_address: str = ""
    login: str = ""
    box: str = ""
    box_lock: str = ""
    basic_allowed: bool = False
    liveness_every: float = 60.0
    picture_every: float = 600.0
    serial_number: str = ""
    keep_pictures: KeepPictures = KeepPictures.NEVER
    picture_days: int = 30
    relearn: int = 0
    severity: Severity = Severity.WARNING
    target: float = 99.0
    purpose: str = ""
    notice: str = ""

    def __repr__(self) -> str:
        return f"Camera({self.id!r})"


@dataclass(frozen=True, slots=True)
class Listed:
    """As little of a camera as one needs of all of them at once."""

    id: CameraId
    name: str
    area: AreaId
    node: NodeId | None
    target: float


_LISTED = (
    select(cameras.c.id, cameras.c.name, cameras.c.area, cameras.c.node, cameras.c.target)
    .where(cameras.c.removed_at.is_(None))
    .order_by(cameras.c.area, cameras.c.id)
)
_COLUMNS = tuple(field.name for field in fields(Camera))
_ALL = select(*(cameras.c[name] for name in _COLUMNS))


def everyone(connection: Connection) -> tuple[Camera, ...]:
    found = _ALL.where(cameras.c.removed_at.is_(None))
    return tuple(map(_camera, connection.execute(found.order_by(cameras.c.area, cameras.c.id))))


def listed(connection: Connection) -> tuple[Listed, ...]:
    return tuple(Listed(*row) for row in connection.execute(_LISTED))


def some(connection: Connection, wanted: Collection[CameraId]) -> tuple[Camera, ...]:
    """These, removed ones too: an old incident still names them."""
    return tuple(map(_camera, connection.execute(_ALL.where(cameras.c.id.in_(wanted)))))


def standing(connection: Connection, wanted: Collection[CameraId]) -> tuple[Camera, ...]:
    """Of these, those that are not removed, by area and id."""
    found = _ALL.where(cameras.c.id.in_(wanted), cameras.c.removed_at.is_(None))
    return tuple(map(_camera, connection.execute(found.order_by(cameras.c.area, cameras.c.id))))


def find(connection: Connection, camera: CameraId) -> Camera | None:
    there = (cameras.c.id == camera) & cameras.c.removed_at.is_(None)
    row = connection.execute(_ALL.where(there)).one_or_none()
    return None if row is None else _camera(row)


def is_named(connection: Connection, camera: CameraId) -> bool:
    """Whether there is, or was, a camera of this id."""
    return connection.scalar(select(cameras.c.id).where(cameras.c.id == camera)) is not None


_ANY = select(cameras.c.id).where(cameras.c.removed_at.is_(None)).limit(1)


def are_there(connection: Connection) -> bool:
    return connection.execute(_ANY).first() is not None


def watched_by(connection: Connection, devices: Collection[DeviceId]) -> dict[CameraId, DeviceId]:
    which = cameras.c.device.in_(devices) & cameras.c.removed_at.is_(None)
    rows = connection.execute(select(cameras.c.id, cameras.c.device).where(which))
    return {CameraId(row.id): DeviceId(row.device) for row in rows}


def add(connection: Connection, camera: Camera, now: datetime) -> None:
    connection.execute(insert(cameras).values(_row(camera) | {"added_at": now}))


def change(connection: Connection, camera: Camera) -> None:
    connection.execute(update(cameras).where(cameras.c.id == camera.id).values(_row(camera)))


def remove(connection: Connection, camera: CameraId, now: datetime) -> None:
    """Its history stays; its login does not."""
    gone = {"removed_at": now, "login": "", "box": "", "box_lock": "", "device": None, "node": None}
    connection.execute(update(cameras).where(cameras.c.id == camera).values(gone))


def _row(camera: Camera) -> dict[str, object]:
    row = {name: getattr(camera, name) for name in _COLUMNS}
    return {name: value.value if isinstance(value, Enum) else value for name, value in row.items()}


def _camera(row: Row[Any]) -> Camera:
    values = dict(zip(_COLUMNS, row, strict=True))
    values |= {
        "source": CameraSource(values["source"]),
        "keep_pictures": KeepPictures(values["keep_pictures"]),
        "severity": Severity(values["severity"]),
    }
    return Camera(**values)

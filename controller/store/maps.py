"""Where areas, loudspeakers and cameras are, as far as anybody has said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, func, select

from controller.store.shapes import Corner, Shape
from controller.store.tables import area_shapes, camera_places, device_places
from controller.store.tables import devices as devices_table
from devices.protocol.messages.cameras import CameraId
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

Name = TypeVar("Name", DeviceId, CameraId)


def shapes(connection: Connection) -> dict[AreaId, Shape]:
    """Of every area that has one."""
    return {AreaId(row.area): Shape.of(row.shape) for row in connection.execute(select(area_shapes))}


def digests(connection: Connection) -> dict[AreaId, str]:
    """The same without reading them: which areas have a shape, and which."""
    rows = connection.execute(select(area_shapes.c.area, area_shapes.c.digest))
    return {AreaId(row.area): row.digest for row in rows}


def draw(connection: Connection, drawn: Mapping[AreaId, Shape]) -> None:
    """From now on these areas look like this."""
    rows: list[dict[str, object]] = [
        {"area": area, "shape": shape.geojson, "digest": shape.digest} for area, shape in drawn.items()
    ]
    _put(connection, area_shapes, "area", rows)


def devices(connection: Connection) -> dict[DeviceId, Corner]:
    """Where each loudspeaker stands that has been measured."""
    return {DeviceId(row.device): (row.lon, row.lat) for row in connection.execute(select(device_places))}


@dataclass(frozen=True, slots=True)
class Stand:
    """The middle of the loudspeakers directly in an area, and how many they are."""

    area: AreaId
    at: Corner
    count: int


def stands(connection: Connection) -> tuple[Stand, ...]:
    """Of each area in which a loudspeaker has a place."""
    lon, lat = func.avg(device_places.c.lon).label("lon"), func.avg(device_places.c.lat).label("lat")
    question = select(devices_table.c.area, lon, lat, func.count().label("how_many")).group_by(devices_table.c.area)
    rows = connection.execute(question.join(device_places, device_places.c.device == devices_table.c.id))
    return tuple(Stand(AreaId(row.area), (row.lon, row.lat), row.how_many) for row in rows)


def cameras(connection: Connection) -> dict[CameraId, Corner]:
    """The same of cameras."""
    return {CameraId(row.camera): (row.lon, row.lat) for row in connection.execute(select(camera_places))}


def device_at(connection: Connection, device: DeviceId) -> Corner | None:
    """Where this one stands; None: nobody has said."""
    return _at(connection, device_places, device_places.c.device == device)


def camera_at(connection: Connection, camera: CameraId) -> Corner | None:
    """The same of a camera."""
    return _at(connection, camera_places, camera_places.c.camera == camera)


def place_devices(connection: Connection, placed: Mapping[DeviceId, Corner | None]) -> None:
    """None: it has no place any more."""
    _place(connection, device_places, "device", placed)


def place_cameras(connection: Connection, placed: Mapping[CameraId, Corner | None]) -> None:
    _place(connection, camera_places, "camera", placed)


def _at(connection: Connection, table: Table, this_one: ColumnElement[bool]) -> Corner | None:
    row = connection.execute(select(table.c.lon, table.c.lat).where(this_one)).one_or_none()
    return (row.lon, row.lat) if row else None


def _place(connection: Connection, table: Table, kind: str, placed: Mapping[Name, Corner | None]) -> None:
    _put(connection, table, kind, [{kind: one, "lon": at[0], "lat": at[1]} for one, at in placed.items() if at])
    if nowhere := [one for one, at in placed.items() if at is None]:
        connection.execute(table.delete().where(table.c[kind].in_(nowhere)))


def _put(connection: Connection, table: Table, key: str, rows: list[dict[str, object]]) -> None:
    """Each row takes the place of the one of the same key; equal ones are left alone."""
    for row in rows:
        name = table.c[key] == row[key]
        before = connection.execute(select(table).where(name)).one_or_none()
        if before is None:
            connection.execute(table.insert().values(row))
        elif dict(before._mapping) != row:
            connection.execute(table.update().where(name).values(row))

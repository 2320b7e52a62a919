"""Which pictures of which camera are kept, and until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from controller.store.incident_list import IncidentId
from controller.store.tables import camera_pictures, cameras, incidents
from devices.protocol.messages.cameras import CameraId, CameraPictures
from schedules.programme import Sha256


class PictureRole(StrEnum):
    LATEST = "latest"
    THUMBNAIL = "thumbnail"
    REFERENCE = "reference"
    """What is usual there: beside the event it shows what is wrong."""
    EVENT = "event"
    AFTER = "after"
    """The first that was good again."""


_ONE = (PictureRole.LATEST, PictureRole.THUMBNAIL)
_EVIDENCE = (PictureRole.REFERENCE, PictureRole.EVENT)


@dataclass(frozen=True, slots=True)
class Picture:
    camera: CameraId
    role: PictureRole
    sha256: Sha256
    taken_at: datetime | None
    incident: IncidentId | None = None


def note(connection: Connection, camera: CameraId, told: CameraPictures, now: datetime) -> None:
    """The pictures that a report names are those of the camera from now on; evidence is kept as long as its camera
    says. One black picture is like another: what an earlier incident has shows nothing of a new one."""
    open_ones = select(incidents.c.id).where(incidents.c.closed_at.is_(None))
    present = camera_pictures.c.incident.is_(None) | camera_pictures.c.incident.in_(open_ones)
    for role in (*_ONE, *_EVIDENCE):
        if not (sha256 := getattr(told, role.value)):
            continue
        here = (camera_pictures.c.camera == camera) & (camera_pictures.c.role == role.value)
        same = here & present & (camera_pictures.c.sha256 == sha256)
        if connection.scalar(select(camera_pictures.c.id).where(same)) is not None:
            continue
        if role in _ONE:
            connection.execute(delete(camera_pictures).where(here))
        row = {"camera": camera, "role": role.value, "sha256": sha256}
        # The reference was taken before the event, and nobody says when.
        taken = None if role is PictureRole.REFERENCE else told.taken_at
        kept = None if role in _ONE else now + _kept_for(connection, camera)
        connection.execute(insert(camera_pictures).values(row | {"taken_at": taken, "kept_until": kept}))


def bind(connection: Connection, camera: CameraId, incident: IncidentId) -> None:
    """What was handed in as evidence and belongs to no incident yet belongs to this one."""
    free = (camera_pictures.c.camera == camera) & camera_pictures.c.incident.is_(None)
    evidence = camera_pictures.c.role.in_([role.value for role in _EVIDENCE])
    connection.execute(update(camera_pictures).where(free & evidence).values(incident=incident))


def bind_after(connection: Connection, camera: CameraId, incident: IncidentId, now: datetime) -> None:
    """The latest picture shows that the incident is over."""
    for one in _where(
        connection, (camera_pictures.c.camera == camera) & (camera_pictures.c.role == PictureRole.LATEST)
    ):
        row = {"camera": camera, "role": PictureRole.AFTER.value, "sha256": one.sha256, "taken_at": one.taken_at}
        kept = now + _kept_for(connection, camera)
        connection.execute(insert(camera_pictures).values(row | {"incident": incident, "kept_until": kept}))


def newest(connection: Connection, role: PictureRole, only: Collection[CameraId]) -> dict[CameraId, Picture]:
    which = (camera_pictures.c.role == role.value) & camera_pictures.c.camera.in_(only)
    return {one.camera: one for one in _where(connection, which)}


def evidence(connection: Connection, incident: IncidentId) -> tuple[Picture, ...]:
    return _where(connection, camera_pictures.c.incident == incident)


def of_camera(connection: Connection, camera: CameraId, sha256: Sha256) -> bool:
    """Whether this picture is kept for this camera."""
    which = (camera_pictures.c.camera == camera) & (camera_pictures.c.sha256 == sha256)
    return connection.scalar(select(func.count()).select_from(camera_pictures).where(which)) != 0


def lapse(connection: Connection, now: datetime) -> int:
    """Forgets what is kept no longer, and all pictures of cameras that are no more; returns how many that were."""
    gone = select(cameras.c.id).where(cameras.c.removed_at.is_not(None))
    over = (camera_pictures.c.kept_until <= now) | camera_pictures.c.camera.in_(gone)
    return connection.execute(delete(camera_pictures).where(over)).rowcount


def kept(connection: Connection) -> frozenset[Sha256]:
    """Every picture that somebody may still look at."""
    return frozenset(Sha256(row.sha256) for row in connection.execute(select(camera_pictures.c.sha256)))


def _kept_for(connection: Connection, camera: CameraId) -> timedelta:
    days = connection.scalar(select(cameras.c.picture_days).where(cameras.c.id == camera))
    return timedelta(days=days or 0)


def _where(connection: Connection, which: ColumnElement[bool]) -> tuple[Picture, ...]:
    rows: Any = connection.execute(select(camera_pictures).where(which).order_by(camera_pictures.c.id))
    return tuple(
        Picture(
            CameraId(row.camera),
            PictureRole(row.role),
            Sha256(row.sha256),
            row.taken_at,
            None if row.incident is None else IncidentId(row.incident),
        )
        for row in rows
    )

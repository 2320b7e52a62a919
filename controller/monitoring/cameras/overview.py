"""How cameras are shown: each with its state now, honest about who watches and what was announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from controller.monitoring.cameras.health import Health
from controller.monitoring.cameras.lookout import unwatched
from controller.monitoring.cameras.maintained import under_maintenance
from controller.monitoring.cameras.reception import health_of, report_of
from controller.store import camera_pictures, camera_watch, cameras
from controller.store.camera_pictures import Picture, PictureRole
from controller.store.camera_states import Condition
from controller.store.cameras import Camera
from controller.store.database import Connection
from devices.protocol.messages.cameras import CameraId, CameraReport
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class Shown:
    """`condition` as of now: unknown while nobody watches, maintenance while that was announced."""

    camera: Camera
    condition: Condition
    since: datetime | None
    watched: bool
    heard_at: datetime | None
    health: Health
    report: CameraReport | None
    latest: Picture | None
    thumbnail: Picture | None


def shown(connection: Connection, now: datetime, only: Collection[CameraId] | None = None) -> list[Shown]:
    """All cameras, or these, by area and id."""
    found = cameras.everyone(connection) if only is None else cameras.standing(connection, only)
    wanted = [one.id for one in found]
    states = camera_watch.states(connection, wanted)
    silent, away = unwatched(connection, now), under_maintenance(connection)
    latest = camera_pictures.newest(connection, PictureRole.LATEST, wanted)
    thumbnails = camera_pictures.newest(connection, PictureRole.THUMBNAIL, wanted)
    listed = []
    for one in found:
        state = states.get(one.id)
        watched = state is not None and one.id not in silent
        condition = state.condition if state is not None and watched else Condition.UNKNOWN
        listed.append(
            Shown(
                one,
                Condition.MAINTENANCE if one.id in away else condition,
                state.since if state is not None and watched else None if state is None else state.heard_at,
                watched,
                None if state is None else state.heard_at,
                Health() if state is None else health_of(state),
                None if state is None else report_of(state),
                latest.get(one.id),
                thumbnails.get(one.id),
            )
        )
    return listed


def conditions(
    connection: Connection, now: datetime, inside: Collection[AreaId] | None = None
) -> dict[CameraId, Condition]:
    """As of now, of all cameras or of those inside these areas, by area and id; cheap for a thousand of them."""
    silent, away = unwatched(connection, now), under_maintenance(connection)

    def at_present(camera: CameraId, told: Condition) -> Condition:
        if camera in away:
            return Condition.MAINTENANCE
        return Condition.UNKNOWN if camera in silent else told

    told = camera_watch.standing(connection)
    return {camera: at_present(camera, said) for camera, area, said in told if inside is None or area in inside}


def tally(connection: Connection, now: datetime, inside: Collection[AreaId] | None = None) -> Counter[Condition]:
    """How many cameras are in which condition: all, or those inside these areas."""
    return Counter(conditions(connection, now, inside).values())

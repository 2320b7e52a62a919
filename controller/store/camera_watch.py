"""What is known of cameras now: what is believed of each axis, what was told last, and until when somebody watched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from controller.store.camera_states import Axis, Condition
from controller.store.nodes import NodeId
from controller.store.tables import camera_states, camera_watchers, cameras, device_states
from devices.protocol.messages.cameras import CameraId
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

Beliefs = Mapping[str, Any]
"""What is believed of each axis, as plain values; `monitoring.cameras` gives it its meaning."""


@dataclass(frozen=True, slots=True)
class CameraState:
    """`condition` leaves maintenance out of account. `gone_since` is the first miss of an outage, or of what may be one
    as long as it is not `gone_surely`. `report` is what `device` told last, as it is on the wire."""

    camera: CameraId
    device: DeviceId
    heard_at: datetime
    axes: Beliefs
    report: Mapping[str, Any] = field(default_factory=dict)
    condition: Condition = Condition.UNKNOWN
    since: datetime | None = None
    broken: Mapping[Axis, str] = field(default_factory=dict)
    gone_since: datetime | None = None
    gone_surely: bool = False


@dataclass(frozen=True, slots=True)
class Watcher:
    """A device that watches cameras: without a break since `watching_since`, and as far as is known `alive_until`."""

    device: DeviceId
    watching_since: datetime
    alive_until: datetime
    heard_at: datetime
    heartbeat_every: float


def states(connection: Connection, only: Collection[CameraId] | None = None) -> dict[CameraId, CameraState]:
    """Of all cameras that were ever told of and are not removed, or of these."""
    found = select(camera_states).join(cameras, cameras.c.id == camera_states.c.camera)
    found = found.where(cameras.c.removed_at.is_(None))
    if only is not None:
        found = found.where(camera_states.c.camera.in_(only))
    return {CameraId(row.camera): _state(row) for row in connection.execute(found)}


@dataclass(frozen=True, slots=True)
class Glance:
    """As little of a camera's state as one needs of all cameras at once; `condition` is unknown where none was told."""

    camera: CameraId
    area: AreaId
    node: NodeId | None
    device: DeviceId | None
    condition: Condition
    since: datetime | None
    gone_since: datetime | None
    gone_surely: bool
    troubled: bool


def glances(connection: Connection) -> tuple[Glance, ...]:
    """Of every camera."""
    named = (cameras.c.id, cameras.c.area, cameras.c.node, cameras.c.device)
    told = [camera_states.c[name] for name in ("condition", "since", "gone_since", "gone_surely", "troubled")]
    joined = cameras.outerjoin(camera_states, camera_states.c.camera == cameras.c.id)
    found = select(*named, *told).select_from(joined).where(cameras.c.removed_at.is_(None)).order_by(cameras.c.id)
    return tuple(
        Glance(
            CameraId(row.id),
            AreaId(row.area),
            row.node and NodeId(row.node),
            row.device and DeviceId(row.device),
            Condition(row.condition or 0),
            row.since,
            row.gone_since,
            bool(row.gone_surely),
            bool(row.troubled),
        )
        for row in connection.execute(found)
    )


_STANDING = (
    select(cameras.c.id, cameras.c.area, camera_states.c.condition)
    .select_from(cameras.outerjoin(camera_states, camera_states.c.camera == cameras.c.id))
    .where(cameras.c.removed_at.is_(None))
    .order_by(cameras.c.area, cameras.c.id)
)


def standing(connection: Connection) -> tuple[tuple[CameraId, AreaId, Condition], ...]:
    """The condition of every camera as it was told last, by area and id."""
    known = {condition.value: condition for condition in Condition}
    rows = connection.execute(_STANDING)
    return tuple((CameraId(row[0]), AreaId(row[1]), known[row[2] or 0]) for row in rows)


_WATCHING = select(camera_watchers.c.device, camera_watchers.c.heartbeat_every, camera_watchers.c.heard_at).add_columns(
    device_states.c.online
)
_WATCHING = _WATCHING.outerjoin(device_states, device_states.c.device == camera_watchers.c.device)


def silent_watchers(connection: Connection, now: datetime, missed: float) -> frozenset[DeviceId]:
    """The devices that watch cameras and are away, or have not spoken of them for so many of their heartbeats."""
    return frozenset(
        DeviceId(row.device)
        for row in connection.execute(_WATCHING)
        if not row.online or (now - row.heard_at).total_seconds() > missed * row.heartbeat_every
    )


def count_gone(connection: Connection) -> int:
    """How many cameras are missed, surely or not."""
    return connection.scalar(select(func.count()).where(camera_states.c.gone_since.is_not(None))) or 0


def told_by(connection: Connection, device: DeviceId) -> dict[CameraId, CameraState]:
    found = select(camera_states).where(camera_states.c.device == device)
    return {CameraId(row.camera): _state(row) for row in connection.execute(found)}


def keep(connection: Connection, changed: Iterable[CameraState], known: Collection[CameraId]) -> None:
    """`known` are the cameras of which there is a row."""
    rows = [_row(one) for one in changed]
    new = [row for row in rows if row["camera"] not in known]
    if new:
        connection.execute(insert(camera_states), new)
    if old := [{**row, "of": row.pop("camera")} for row in rows if row["camera"] in known]:
        values: dict[str, Any] = {name: bindparam(name) for name in old[0] if name != "of"}
        connection.execute(update(camera_states).where(camera_states.c.camera == bindparam("of")).values(values), old)


def forget(connection: Connection, camera: CameraId) -> None:
    connection.execute(delete(camera_states).where(camera_states.c.camera == camera))


def watchers(connection: Connection, only: Collection[DeviceId] | None = None) -> dict[DeviceId, Watcher]:
    found = select(camera_watchers)
    if only is not None:
        found = found.where(camera_watchers.c.device.in_(only))
    rows = connection.execute(found)
    return {DeviceId(row.device): Watcher(**{**row._mapping, "device": DeviceId(row.device)}) for row in rows}


def keep_watcher(connection: Connection, watcher: Watcher) -> None:
    connection.execute(delete(camera_watchers).where(camera_watchers.c.device == watcher.device))
    names = ("device", "watching_since", "alive_until", "heard_at", "heartbeat_every")
    connection.execute(insert(camera_watchers).values({name: getattr(watcher, name) for name in names}))


def _row(one: CameraState) -> dict[str, Any]:
    return {
        "camera": one.camera,
        "device": one.device,
        "heard_at": one.heard_at,
        "axes": dict(one.axes),
        "report": dict(one.report),
        "condition": one.condition.value,
        "since": one.since,
        "troubled": bool(one.broken),
        "broken": {axis.value: reason for axis, reason in one.broken.items()},
        "gone_since": one.gone_since,
        "gone_surely": one.gone_surely,
    }


def _state(row: Any) -> CameraState:
    return CameraState(
        camera=CameraId(row.camera),
        device=DeviceId(row.device),
        heard_at=row.heard_at,
        axes=row.axes,
        report=row.report,
        condition=Condition(row.condition),
        since=row.since,
        broken={Axis(axis): reason for axis, reason in row.broken.items()},
        gone_since=row.gone_since,
        gone_surely=row.gone_surely,
    )


def last_words(connection: Connection, only: Collection[CameraId]) -> dict[CameraId, tuple[DeviceId, datetime]]:
    """Who told last of each of these, and of which moment."""
    found = select(camera_states.c.camera, camera_states.c.device, camera_states.c.heard_at)
    rows = connection.execute(found.where(camera_states.c.camera.in_(only)))
    return {CameraId(row.camera): (DeviceId(row.device), row.heard_at) for row in rows}


def troubled(connection: Connection) -> frozenset[CameraId]:
    """The cameras of which something is wrong."""
    found = select(camera_states.c.camera).where(camera_states.c.troubled.is_(True))
    return frozenset(CameraId(row.camera) for row in connection.execute(found))


def still_alive(connection: Connection) -> None:
    """Whoever is online watches."""
    seen = select(device_states.c.seen_at).where(device_states.c.device == camera_watchers.c.device)
    online = device_states.c.online.is_(True) & (device_states.c.seen_at > camera_watchers.c.alive_until)
    there = select(device_states.c.device).where((device_states.c.device == camera_watchers.c.device) & online)
    alive = update(camera_watchers).where(there.exists()).values(alive_until=seen.scalar_subquery())
    connection.execute(alive)

"""Cameras join, change and leave; what each device is told to watch, with logins that it alone can open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from controller.errors import Invalid, NotFound, NotNow
from controller.store import areas, camera_watch, cameras, fleet, nodes, sealing
from controller.store.areas import AreaTree
from controller.store.cameras import Camera
from controller.store.database import Connection, Database
from controller.store.fleet import OWN_AGENT
from devices.clock import Clock
from devices.protocol.locks import Lock
from devices.protocol.logins import Login, boxed
from devices.protocol.messages.cameras import MOST_CAMERAS, CameraId, CameraSource, CameraToWatch
from devices.protocol.topics import DeviceId, is_name
from schedules.programme import AreaId

MOST_DAYS = 365
RESERVED = frozenset({"add", "proposed-groupings", "states", "uptime"})
"""What addresses call something else."""


class CameraDesk:
    """`login` None leaves the one that is known; one without a user takes it away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, camera: Camera, login: Login | None = None) -> Camera:
        """Raises Invalid, NotFound or NotNow. Without a device the nearest one watches."""
        if not is_name(camera.id) or camera.id in RESERVED:
            raise Invalid("bad-id", "An id is 1 to 63 of a-z, 0-9 and '-'.", field="id")
        with self._database.write() as connection:
            if cameras.is_named(connection, camera.id):
                raise NotNow("camera-exists", "There is or was already a camera {camera!r}.", camera=camera.id)
            made = _checked(connection, replace(camera, login=_sealed(connection, camera, login)))
            cameras.add(connection, made, self._clock.now())
        return made

    def change(self, camera: Camera, login: Login | None = None) -> Camera:
        """All but its id, what it is to learn anew, and the login that it has. Raises as `add` does."""
        with self._database.write() as connection:
            known = _known(connection, camera.id)
            sealed = known.login if login is None else _sealed(connection, camera, login)
            box = (known.box, known.box_lock) if sealed == known.login else ("", "")
            kept = replace(camera, login=sealed, box=box[0], box_lock=box[1], relearn=known.relearn)
            made = _checked(connection, kept)
            cameras.change(connection, made)
        return made

    def relearn(self, camera: CameraId) -> Camera:
        """What it shows now is right: the device learns anew what is usual there."""
        with self._database.write() as connection:
            known = _known(connection, camera)
            made = replace(known, relearn=known.relearn + 1)
            cameras.change(connection, made)
        return made

    def remove(self, camera: CameraId) -> None:
        """It is watched no longer, and its login is gone; its past stays."""
        with self._database.write() as connection:
            _known(connection, camera)
            cameras.remove(connection, camera, self._clock.now())
            camera_watch.forget(connection, camera)


def to_watch(connection: Connection) -> dict[DeviceId, tuple[CameraToWatch, ...]]:
    """What each device is told. A camera whose login nobody could close for its device yet is not in it."""
    found: dict[DeviceId, list[CameraToWatch]] = {}
    for one in cameras.everyone(connection):
        if one.device is not None and bool(one.login) == bool(one.box):
            found.setdefault(one.device, []).append(_as_told(one))
    return {device: tuple(these[:MOST_CAMERAS]) for device, these in found.items()}


def close_boxes(connection: Connection) -> None:
    """Logins whose device is another one, or has another lock, are closed anew for it."""
    with_login = [one for one in cameras.everyone(connection) if one.login and one.device is not None]
    locks = _locks(connection, {one.device for one in with_login if one.device is not None})
    for one in with_login:
        lock = locks.get(one.device) if one.device is not None else None
        if lock is not None and one.box_lock != lock.text:
            login = sealing.unseal(connection, one.login, _place(one.id))
            box = lock.close(login.encode(), about=one.id)
            cameras.change(connection, replace(one, box=box, box_lock=lock.text))


def nearest(connection: Connection, area: AreaId, tree: AreaTree) -> DeviceId | None:
    """The device that watches least of those in the narrowest area around, the whole commune not counted; else the
    controller's own agent, once there is one.
    """
    load: dict[DeviceId, int] = {}
    for one in cameras.everyone(connection):
        if one.device is not None:
            load[one.device] = load.get(one.device, 0) + 1
    everyone = fleet.everyone(connection)
    around = tree.path(area)
    for step in around[:-1] or around:
        inside = tree.within([step])
        if here := [one.id for one in everyone if one.area in inside and one.id != OWN_AGENT]:
            return min(here, key=lambda device: (load.get(device, 0), device))
    return OWN_AGENT if any(one.id == OWN_AGENT for one in everyone) else None


def wants_own_agent(connection: Connection) -> bool:
    """Whether there is a camera that no other device watches."""
    return any(one.device in (None, OWN_AGENT) for one in cameras.everyone(connection))


def give_to_own_agent(connection: Connection) -> None:
    """The controller's own agent, which has been enrolled, watches what nobody else does."""
    for one in cameras.everyone(connection):
        if one.device is None:
            cameras.change(connection, replace(one, device=OWN_AGENT))


def _checked(connection: Connection, camera: Camera) -> Camera:
    tree = areas.tree(connection)
    if camera.area not in tree:
        raise Invalid("unknown-area", "There is no area {area!r}.", field="area", area=camera.area)
    if camera.device is not None and fleet.find(connection, camera.device) is None:
        raise Invalid("unknown-device", "There is no device {device!r}.", field="device", device=camera.device)
    if camera.node is not None and camera.node not in {one.id for one in nodes.everyone(connection)}:
        raise Invalid("unknown-node", "There is no node {node!r}.", field="node", node=camera.node)
    if not 0 <= camera.target <= 100:
        raise Invalid("bad-target", "A target is 0 to 100 percent.", field="target")
    if not 0 <= camera.picture_days <= MOST_DAYS:
        raise Invalid("bad-days", "Pictures are kept for 0 to {most} days.", field="picture_days", most=MOST_DAYS)
    try:
        msgspec.convert(msgspec.to_builtins(_as_told(replace(camera, box=""))), CameraToWatch)
    except ValueError as wrong:
        raise Invalid(
            "bad-address",
            "The address cannot be used: it has a scheme that fits its kind, a host, and no login.",
            field="address",
        ) from wrong
    device = camera.device or nearest(connection, camera.area, tree)
    return replace(camera, name=camera.name.strip() or camera.id, device=device)


def _as_told(one: Camera) -> CameraToWatch:
    return CameraToWatch(
        id=one.id,
        source=CameraSource(one.source),
        address=one.address,
        snapshot_address=one.snapshot_address,
        onvif_address=one.onvif_address,
        login=one.box,
        basic_allowed=one.basic_allowed,
        liveness_every=one.liveness_every,
        picture_every=one.picture_every,
        serial_number=one.serial_number,
        keep_pictures=one.keep_pictures,
        relearn=one.relearn,
    )


def _sealed(connection: Connection, camera: Camera, login: Login | None) -> str:
    if login is None or not login.user:
        return ""
    return sealing.seal(connection, boxed(login).decode(), _place(camera.id))


def _place(camera: CameraId) -> str:
    return f"cameras/{camera}/login"


def _locks(connection: Connection, devices: Iterable[DeviceId]) -> Mapping[DeviceId, Lock]:
    found: dict[DeviceId, Lock] = {}
    for device, seen in fleet.seen(connection, list(devices)).items():
        try:
            found[device] = Lock.from_text(seen.state.lock)
        except ValueError:
            continue  # an agent that knows nothing of cameras yet
    return found


def _known(connection: Connection, camera: CameraId) -> Camera:
    known = cameras.find(connection, camera)
    if known is None:
        raise NotFound("unknown-camera", "There is no camera {camera!r}.", camera=camera)
    return known

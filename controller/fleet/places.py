"""Where one loudspeaker or camera stands is said, corrected, and taken back."""

from __future__ import annotations

from controller.errors import NotFound
from controller.store import cameras, fleet, maps
from controller.store.database import Database
from controller.store.shapes import Corner
from devices.protocol.messages.cameras import CameraId
from devices.protocol.topics import DeviceId


def place_device(database: Database, device: DeviceId, at: Corner | None) -> None:
    """From now on it stands there; None: nobody knows where. Warnings reach it accordingly. Raises NotFound."""
    with database.write() as connection:
        if fleet.find(connection, device) is None:
            raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
        maps.place_devices(connection, {device: at})


def place_camera(database: Database, camera: CameraId, at: Corner | None) -> None:
    """The same of a camera."""
    with database.write() as connection:
        if cameras.find(connection, camera) is None:
            raise NotFound("unknown-camera", "There is no camera {camera!r}.", camera=camera)
        maps.place_cameras(connection, {camera: at})

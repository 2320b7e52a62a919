"""The login of a camera, and what of it lies in the box of a `CameraToWatch`. It never shows itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from devices.protocol.errors import BadBox
from devices.protocol.locks import BoxKey
from devices.protocol.messages import CameraId


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password."""

    user: str
    password: str = field(repr=False)


# Made before there are threads: see devices.protocol.codec.
_LOGIN = msgspec.json.Decoder(Login)


def boxed(login: Login) -> bytes:
    """What goes into the box."""
    return msgspec.json.encode(login)


def unboxed(box: str, camera: CameraId, key: BoxKey) -> Login | None:
    """The login of a camera; None when it has none. BadBox when it was not closed for this device and camera."""
    if not box:
        return None
    try:
        return _LOGIN.decode(key.open(box, about=camera))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BadBox("there is no login in it") from None

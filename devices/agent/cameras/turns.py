"""Which rung when: cheap often, deep seldom, deeper at once when something changed. Pure; times are seconds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from devices.agent.cameras.seen import Depth, Rung
from devices.agent.cameras.standing import CameraState
from devices.protocol.messages import CameraReason, CameraToWatch, Standing

RECHECK = 15.0
"""After a change, until it is confirmed: three misses are certain within a minute."""
FIRST_LOOK = 120.0
"""Within so long after it was told of a camera the device has looked at its picture."""
_SERVING = (Rung.REACH, Rung.SERVICE)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a camera is asked next whether it serves, and when its picture is looked at next."""

    service_at: float
    picture_at: float

    @property
    def at(self) -> float:
        return min(self.service_at, self.picture_at)

    @property
    def depth(self) -> Depth:
        """A look at the picture asks for the service as well."""
        return Depth.PICTURE if self.picture_at <= self.service_at else Depth.SERVICE


def first(camera: CameraToWatch, now: float) -> Turn:
    """Each camera has a place of its own in the round, the same after every restart: they never come all at once."""
    place = int.from_bytes(hashlib.sha256(camera.id.encode()).digest()[:4]) / 2**32
    return Turn(
        now + place * min(camera.liveness_every, 60.0),
        now + place * min(camera.picture_every, FIRST_LOOK),
    )


def following(camera: CameraToWatch, before: CameraState, state: CameraState, turn: Turn, now: float) -> Turn:
    """The next turn, `state` being what a probe made of `before`. It began when `turn` said, and ends `now`."""
    looked = turn.depth is Depth.PICTURE
    service_at = turn.service_at if turn.service_at > now else _next(turn.service_at, camera.liveness_every, now)
    if state.unconfirmed & {Rung.REACH, Rung.SERVICE}:
        service_at = now + min(RECHECK, camera.liveness_every)
    if not looked:
        came_back = _serves(state) and any(before.standing(rung) is Standing.BAD for rung in _SERVING)
        return Turn(service_at, now if came_back else turn.picture_at)
    return Turn(service_at, _next_look(camera, state, turn, now))


def _next_look(camera: CameraToWatch, state: CameraState, turn: Turn, now: float) -> float:
    stream, every = state.axes[Rung.STREAM], camera.picture_every
    if not _serves(state) or stream.reason is CameraReason.NOT_INSTALLED:
        return now + every  # it is looked at as soon as it serves again
    if Rung.STREAM in state.unconfirmed:
        return now + min(RECHECK, every)
    if stream.standing is not Standing.GOOD:
        return now + min(camera.liveness_every, every)
    return _next(turn.picture_at, every, now)


def _serves(state: CameraState) -> bool:
    return all(state.standing(rung) is Standing.GOOD for rung in _SERVING)


def _next(due: float, every: float, now: float) -> float:
    """The camera keeps its place in the round; what was missed meanwhile is not made up for."""
    return due + every * max(1, int((now - due) // every) + 1)

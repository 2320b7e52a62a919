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
    looking: bool = False
    """Its picture is looked at, or will be as soon as a looker has a place; meanwhile it is asked as before."""

    @property
    def at(self) -> float:
        return self.service_at if self.looking else min(self.service_at, self.picture_at)

    @property
    def depth(self) -> Depth:
        """A look at the picture asks for the service as well."""
        return Depth.PICTURE if not self.looking and self.picture_at <= self.service_at else Depth.SERVICE


def first(camera: CameraToWatch, now: float) -> Turn:
    """Each camera has a place of its own in the round, the same after every restart: they never come all at once."""
    place = int.from_bytes(hashlib.sha256(camera.id.encode()).digest()[:4]) / 2**32
    return Turn(
        now + place * min(camera.liveness_every, 60.0),
        now + place * min(camera.picture_every, FIRST_LOOK),
    )


def following(camera: CameraToWatch, before: CameraState, state: CameraState, turn: Turn, now: float) -> Turn:
    """The next turn, `state` being what a whole probe made of `before`. It began when `turn` said, and ends `now`."""
    after = asked(camera, before, state, turn, now)
    return looked(camera, state, after, now) if after.looking else after


def asked(camera: CameraToWatch, before: CameraState, state: CameraState, turn: Turn, now: float) -> Turn:
    """The next turn when it has been asked: a look begins if it was time for one and the camera serves."""
    service_at = turn.service_at if turn.service_at > now else _next(turn.service_at, camera.liveness_every, now)
    if state.unconfirmed & {Rung.REACH, Rung.SERVICE}:
        service_at = now + min(RECHECK, camera.liveness_every)
    if turn.depth is Depth.PICTURE:
        return Turn(service_at, turn.picture_at if serves(state) else now + camera.picture_every, serves(state))
    came_back = serves(state) and any(before.standing(rung) is Standing.BAD for rung in _SERVING)
    return Turn(service_at, now if came_back and not turn.looking else turn.picture_at, turn.looking)


def looked(camera: CameraToWatch, state: CameraState, turn: Turn, now: float) -> Turn:
    """The next turn when the look is over, or was not worth beginning any more."""
    service_at = turn.service_at
    if state.unconfirmed & {Rung.REACH, Rung.SERVICE}:
        service_at = min(service_at, now + RECHECK)
    return Turn(service_at, _next_look(camera, state, turn, now))


def _next_look(camera: CameraToWatch, state: CameraState, turn: Turn, now: float) -> float:
    stream, every = state.axes[Rung.STREAM], camera.picture_every
    if not serves(state) or stream.reason is CameraReason.NOT_INSTALLED:
        return now + every  # it is looked at as soon as it serves again
    if Rung.STREAM in state.unconfirmed:
        return now + min(RECHECK, every)
    if stream.standing is not Standing.GOOD:
        return now + min(camera.liveness_every, every)
    return _next(turn.picture_at, every, now)


def serves(state: CameraState) -> bool:
    """Whether its picture can be looked at."""
    return all(state.standing(rung) is Standing.GOOD for rung in _SERVING)


def _next(due: float, every: float, now: float) -> float:
    """The camera keeps its place in the round; what was missed meanwhile is not made up for."""
    return due + every * max(1, int((now - due) // every) + 1)

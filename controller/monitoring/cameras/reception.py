"""From a device's words about cameras to rows: what is believed now, and how long it was so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from controller.monitoring.cameras.axes import Belief, Told
from controller.monitoring.cameras.health import Health, learnt, lost
from controller.monitoring.cameras.maintained import under_maintenance
from controller.store import camera_pictures, camera_watch, cameras, uptime
from controller.store.camera_states import Axis, Condition
from controller.store.camera_watch import Beliefs, CameraState, Watcher
from controller.store.database import Connection
from controller.store.uptime import Turn
from devices.protocol.messages.cameras import Axis as AxisTold
from devices.protocol.messages.cameras import CameraId, CameraReport, DeviceHealth, Standing
from devices.protocol.topics import DeviceId

LOOKS_BEHIND_A_VERDICT = 2
"""A device calls a picture bad, or good again, after so many looks in a row: its first word is so many results."""
_GOOD = {Standing.GOOD: True, Standing.BAD: False, Standing.UNKNOWN: None}


def hear(connection: Connection, said: DeviceHealth, now: datetime) -> tuple[CameraId, ...]:
    """Takes in what a device says of its cameras; told twice or late it changes nothing. Returns those that changed.

    What was while nobody watched is unknown: neither the camera's fault nor its merit.
    """
    known = camera_watch.told_by(connection, said.device)
    watcher = camera_watch.watchers(connection, [said.device]).get(said.device)
    gap = {} if watcher is None else _unwatched(known, watcher, said.watching_since)
    own = cameras.watched_by(connection, [said.device])
    reports = [one for one in said.cameras if one.camera in own]
    known |= camera_watch.states(connection, [one.camera for one in reports])
    before = dict(known)
    turns: list[Turn] = []
    for camera, since in gap.items():
        known[camera] = _lost(known[camera], since)
        turns.append(Turn(camera, Condition.UNKNOWN, since))
    for report in reports:
        state = known.get(report.camera)
        if state is not None and state.device != said.device:
            state = _lost(state, state.heard_at)
            turns.append(Turn(report.camera, Condition.UNKNOWN, state.heard_at))
        known[report.camera] = after = _told(state, report, said.device, now)
        turns.append(Turn(report.camera, after.condition, min(after.since or now, now)))
        camera_pictures.note(connection, report.camera, report.pictures, now)
    changed = [one for camera, one in known.items() if before.get(camera) != one]
    camera_watch.keep(connection, changed, before.keys())
    camera_watch.keep_watcher(connection, _watcher(watcher, said, now))
    maintained = under_maintenance(connection)
    uptime.turn(connection, [one for one in turns if one.camera not in maintained])
    return tuple(one.camera for one in changed if _is_other(before.get(one.camera), one))


def health_of(state: CameraState) -> Health:
    return Health({axis: msgspec.convert(state.axes[axis], Belief) for axis in Axis})


def report_of(state: CameraState) -> CameraReport:
    return msgspec.convert(state.report, CameraReport)


def known_until(state: CameraState, watchers: Mapping[DeviceId, Watcher]) -> datetime:
    """Until then somebody watched it; what came after is unknown."""
    watcher = watchers.get(state.device)
    return state.heard_at if watcher is None else max(state.heard_at, watcher.alive_until)


def _unwatched(
    known: Iterable[CameraId] | Mapping[CameraId, CameraState], watcher: Watcher, watching_since: datetime
) -> dict[CameraId, datetime]:
    """Of which cameras nothing is known from when on, because their device has begun anew."""
    if watching_since <= max(watcher.watching_since, watcher.alive_until):
        return {}
    return dict.fromkeys(known, watcher.alive_until)


def _lost(state: CameraState, since: datetime) -> CameraState:
    return _with(state, lost(health_of(state), since))


def _told(state: CameraState | None, report: CameraReport, device: DeviceId, now: datetime) -> CameraState:
    before = Health() if state is None else health_of(state)
    told = {axis: _of_wire(getattr(report, axis.value), now) for axis in Axis}
    picture = told[Axis.PICTURE]
    told[Axis.PICTURE] = replace(picture, probes=picture.probes + LOOKS_BEHIND_A_VERDICT - 1)
    kept = CameraState(report.camera, device, min(report.at, now), axes={}, report=msgspec.to_builtins(report))
    return _with(kept, learnt(before, told))


def _of_wire(axis: AxisTold, now: datetime) -> Told:
    """A clock that runs ahead tells nothing of the future."""
    since, checked = min(axis.since, now), min(axis.checked_at, now)
    return Told(_GOOD[axis.standing], axis.reason.value, since, checked, max(1, axis.probes))


def _with(state: CameraState, health: Health) -> CameraState:
    reach = health.axes[Axis.REACH]
    return replace(
        state,
        axes=_plain(health),
        condition=health.condition,
        since=health.since,
        broken=health.broken(),
        gone_since=reach.gone_since,
        gone_surely=health.condition is Condition.DOWN,
    )


def _plain(health: Health) -> Beliefs:
    return {axis.value: msgspec.to_builtins(one) for axis, one in health.axes.items()}


def _watcher(before: Watcher | None, said: DeviceHealth, now: datetime) -> Watcher:
    alive = min(said.at, now)
    if before is not None:
        alive = max(alive, before.alive_until)
    since = min(said.watching_since, now)
    return Watcher(said.device, since, alive, now, max(said.heartbeat_every, timedelta(seconds=1).total_seconds()))


def _is_other(before: CameraState | None, after: CameraState) -> bool:
    if before is None:
        return True
    return (before.condition, before.broken, before.gone_since, before.report.get("pictures")) != (
        (after.condition, after.broken, after.gone_since, after.report.get("pictures"))
    )

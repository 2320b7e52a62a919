"""Cameras whose absence people have announced: their time counts as maintenance, and nobody is alarmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from controller.store import areas, camera_watch, maintenance, nodes, uptime
from controller.store.camera_states import Condition
from controller.store.camera_watch import Glance
from controller.store.database import Connection
from controller.store.maintenance import Maintenance
from controller.store.nodes import NodeId
from controller.store.troubles import SubjectKind
from controller.store.uptime import Turn
from devices.protocol.messages.cameras import CameraId
from schedules.programme import AreaId
from schedules.timespan import Timespan

GRACE = timedelta(minutes=1)


def under_maintenance(connection: Connection) -> frozenset[CameraId]:
    """The cameras that are being maintained, as far as `begin_and_end` was asked."""
    lasting = maintenance.lasting(connection)
    return covered(connection, lasting, camera_watch.glances(connection)) if lasting else frozenset()


def spared(connection: Connection, now: datetime) -> frozenset[CameraId]:
    """Those that are being maintained, and those that were just now and have had no time to show that they are back."""
    lately = maintenance.within(connection, Timespan(now - GRACE, now + timedelta(microseconds=1)))
    return covered(connection, lately, camera_watch.glances(connection)) if lately else frozenset()


def begin_and_end(connection: Connection, now: datetime) -> None:
    """Takes into account what has begun and ended since the last time, at the moments that were announced."""
    begun, over = maintenance.beginning(connection, now), maintenance.ending(connection, now)
    if not begun and not over:
        return
    found = camera_watch.glances(connection)
    turns = [
        Turn(camera, Condition.MAINTENANCE, one.span.start)
        for one in begun
        for camera in covered(connection, [one], found)
    ]
    still = under_maintenance(connection)
    for one in over:
        free = covered(connection, [one], found) - still
        turns += [
            Turn(glance.camera, glance.condition, max(one.span.end, glance.since or one.span.end))
            for glance in found
            if glance.camera in free
        ]
    uptime.turn(connection, turns)


def covered(connection: Connection, these: Iterable[Maintenance], found: Iterable[Glance]) -> frozenset[CameraId]:
    """The cameras that these are about, themselves or through what they hang on or where they stand."""
    wanted: dict[SubjectKind, set[str]] = {kind: set() for kind in SubjectKind}
    for one in these:
        wanted[one.subject.kind].add(one.subject.id)
    on = nodes.within(nodes.everyone(connection), [NodeId(one) for one in wanted[SubjectKind.NODE]])
    inside = areas.tree(connection).within([AreaId(one) for one in wanted[SubjectKind.AREA]])
    return frozenset(
        one.camera for one in found if one.camera in wanted[SubjectKind.CAMERA] or one.node in on or one.area in inside
    )

"""An order for exercises in which nothing sounds: it goes the way of every urgent order, and devices say they have it.

Outbox, broker, seal, topic and the device's own judgement are those of a warning; the key and the topic are those of
exercises, so that nobody can take it for one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.alerts.areas.commune import read_commune
from controller.alerts.exercises import open_name
from controller.alerts.rehearsal import Broken, Course, Steps
from controller.alerts.urgent import Told
from controller.orders import Orders
from controller.store import announcements, fleet
from controller.store.areas import own_node
from controller.store.database import Connection, Database
from devices.clock import Clock
from devices.protocol.messages import AreaExercise
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

NAME = "Thử đường truyền"
LASTS = timedelta(minutes=5)
_LOOK = 0.2
"""Seconds between two looks at what devices have said."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the field. `pause` lets so many seconds pass; `patience` is how long answers may take."""

    database: Database
    orders: Orders
    clock: Clock
    pause: Callable[[float], None]
    patience: float = 60.0


def try_line(line: Line, course: Course, steps: Steps) -> None:
    """Counts who is there and asks each of them. Raises Broken when nobody is there, or one of them does not answer."""
    with steps.step("ready") as step, line.database.read() as connection:
        seen = fleet.seen(connection, course.reached)
        there = sorted(one for one in course.reached if one in seen and seen[one].online)
        away = sorted(course.reached - set(there))
        step.facts = {"ready": there, "away": away}
        if not there:
            raise Broken(f"None of {len(course.reached)} loudspeakers is there.")
        step.said = f"{len(there)} of {len(course.reached)} loudspeakers" + (
            f"; away: {', '.join(away)}" if away else ""
        )
    with steps.step("round trip") as step:
        with line.database.write() as connection:
            serials = _send(line, connection, course.nodes)
            wanted = _expected(connection, there, serials)
        begun = line.clock.monotonic()
        answered: dict[DeviceId, float] = {}
        while wanted.keys() - answered.keys() and line.clock.monotonic() - begun < line.patience:
            line.pause(_LOOK)
            for device in _obeyed(line.database, wanted):
                answered.setdefault(device, round(line.clock.monotonic() - begun, 3))
        silent = sorted(wanted.keys() - answered.keys())
        step.facts = {"seconds": answered, "silent": silent}
        if silent:
            raise Broken(
                f"{len(silent)} of {len(wanted)} did not answer within {line.patience:.0f} s: {', '.join(silent)}. "
                "Is the controller running?"
            )
        step.said = f"all {len(wanted)} have the silent order, the last after {max(answered.values()):.1f} s"


def _send(line: Line, connection: Connection, nodes: Collection[AreaId]) -> dict[AreaId, int]:
    now = line.clock.now()
    told = announcements.told(connection)
    name = open_name(connection, now)
    if name or any(one.drill and one.ends_at > now and one.digest != Told().digest for one in told.values()):
        raise Broken("An exercise is open, or still being said; its order is not replaced. Close it first.")
    milliseconds = int(now.timestamp() * 1000)
    serials = {}
    for node in nodes:
        before = told.get((node, True))
        serials[node] = max(milliseconds, before.serial + 1 if before else 0)
        line.orders.exercise(connection, _order(node, serials[node], now))
    return serials


def _order(node: AreaId, serial: int, now: datetime) -> AreaExercise:
    return AreaExercise(area=node, serial=serial, issued_at=now, until=now + LASTS, name=NAME)


def _expected(
    connection: Connection, there: Collection[DeviceId], serials: Mapping[AreaId, int]
) -> dict[DeviceId, tuple[AreaId, int]]:
    """By which node, and under which number, each device hears of it."""
    commune = read_commune(connection)
    found = {}
    for device in there:
        path = (own_node(device), *commune.tree.path(commune.standing[device]))
        node = next(step for step in path if step in serials)
        found[device] = (node, serials[node])
    return found


def _obeyed(database: Database, wanted: Mapping[DeviceId, tuple[AreaId, int]]) -> list[DeviceId]:
    with database.read() as connection:
        seen = fleet.seen(connection, tuple(wanted))
    return [
        device
        for device, (node, serial) in wanted.items()
        if device in seen and seen[device].state.exercises.get(node, 0) >= serial
    ]

"""Where all stop keeps a warning silent that still stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from controller.alerts.urgent import is_urgent
from controller.store import announced, announcements
from controller.store.alerts import AlertId, AlertRow
from controller.store.announced import Part
from controller.store.announcements import Stop
from controller.store.areas import AreaTree
from controller.store.database import Connection
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class Held:
    """`by` these stops, each in its node. `whole`: the warning is said nowhere else either."""

    by: tuple[Stop, ...]
    whole: bool


def read_held(
    connection: Connection, tree: AreaTree, warnings: Collection[AlertRow], now: datetime
) -> dict[AlertId, Held]:
    """Those of the `warnings` that all stop holds now, somewhere or everywhere."""
    oldest = min((one.received_at for one in warnings), default=now)
    given = announcements.stops_given(connection)
    stops = [one for one in given if one.stopped_at >= oldest or one.silent_until > now]
    if not stops:
        return {}
    alone = [DeviceId(node) for node in {one.node for one in stops} if node not in tree]
    return held(announced.parts(connection, [one.id for one in warnings], alone), stops, tree, now)


def held(parts: Iterable[Part], stops: Sequence[Stop], tree: AreaTree, now: datetime) -> dict[AlertId, Held]:
    """Pure. Of `stops`, in the order in which they were given, what keeps each of these parts silent at `now`."""
    found: dict[AlertId, dict[AreaId, Stop]] = {}
    said: set[AlertId] = set()
    for part in parts:
        around = {*(tree.path(part.area) if part.area in tree else (part.area,)), part.device}
        covering = [one for one in stops if one.node in around]
        by = _urgent_stop(part, covering) if is_urgent(part) else _planned_stop(part, covering, now)
        if by is None and not (is_urgent(part) and part.stopped):
            said.add(part.alert)
            continue
        here = found.setdefault(part.alert, {})
        if by is not None:
            here.setdefault(by.node, by)
    return {alert: Held(tuple(by.values()), alert not in said) for alert, by in found.items()}


def in_force(stops: Iterable[Stop], now: datetime) -> tuple[Stop, ...]:
    """Of each node the stop because of which nothing planned begins there now."""
    return tuple({one.node: one for one in stops if one.silent_until > now}.values())


def _urgent_stop(part: Part, covering: Sequence[Stop]) -> Stop | None:
    """What was urgent is over on the loudspeakers at the first stop after it was asked for."""
    if not part.stopped:
        return None
    return next((one for one in covering if one.stopped_at >= part.begins_at), covering[-1] if covering else None)


def _planned_stop(part: Part, covering: Sequence[Stop], now: datetime) -> Stop | None:
    """What is planned does not begin before the silence is over."""
    return next((one for one in in_force(covering, now) if part.begins_at <= one.silent_until), None)

"""Cameras on the map, each in the state in which it is now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from controller.monitoring.cameras.lookout import unwatched
from controller.monitoring.cameras.maintained import under_maintenance
from controller.store import camera_watch, cameras, maps
from controller.store.camera_states import Condition
from controller.store.database import Connection
from controller.store.spots import Spot
from schedules.programme import AreaId


def camera_spots(connection: Connection, now: datetime, inside: Collection[AreaId] | None) -> list[Spot]:
    """The cameras in these areas (None: all) of which the place is known."""
    at = maps.cameras(connection)
    if not at:
        return []
    placed = [one for one in cameras.everyone(connection) if one.id in at and (inside is None or one.area in inside)]
    states = camera_watch.states(connection)
    silent, away = unwatched(connection, now), under_maintenance(connection)
    found = []
    for one in placed:
        known = states.get(one.id) if one.id not in silent else None
        condition = Condition.MAINTENANCE if one.id in away else known.condition if known else Condition.UNKNOWN
        found.append(Spot(one.id, one.name, at[one.id], condition.name.lower()))
    return found

"""Compiles what shall sound: approved programmes become one signed plan per area, and one row per loudspeaker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from controller.broadcasting.approval import approved_programmes
from controller.happenings import Happening, Happenings, Kind
from controller.orders import Orders
from controller.store import areas, broadcasts, fleet
from controller.store.areas import AreaTree
from controller.store.broadcasts import PublishedPlan
from controller.store.database import Connection, Database
from devices.clock import Clock
from devices.protocol.messages import AreaPlan
from devices.protocol.topics import DeviceId
from schedules.plan import Occurrence, OccurrenceId, plan
from schedules.programme import AreaId
from schedules.timespan import Timespan

STILL_OF_USE = timedelta(hours=4)
"""What began this long ago stays in the plan: a loudspeaker that wakes up meanwhile may still join it."""
RENEWAL = timedelta(hours=12)
"""An unchanged plan is published anew once this much of its validity is used up."""


class Planner:
    def __init__(
        self, database: Database, orders: Orders, clock: Clock, happenings: Happenings, horizon: timedelta
    ) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock
        self._happenings = happenings
        self._horizon = horizon

    def compile(self) -> tuple[AreaId, ...]:
        """Brings rows and published plans up to date; returns the areas whose plan changed. Safe to ask twice."""
        now = self._clock.now()
        span = Timespan(now - STILL_OF_USE, now + self._horizon)
        with self._database.write() as connection:
            tree = areas.tree(connection)
            wanted = _wanted(connection, span)
            broadcasts.keep_planned(connection, _addressed(connection, tree, wanted), now)
            changed = self._publish(connection, wanted, span, now)
        for area in changed:
            self._happenings.tell(Happening(Kind.PLAN, now, area, {"occurrences": len(wanted.get(area, ()))}))
        return changed

    def _publish(
        self, connection: Connection, wanted: dict[AreaId, tuple[Occurrence, ...]], span: Timespan, now: datetime
    ) -> tuple[AreaId, ...]:
        standing = broadcasts.published(connection)
        changed = []
        for area in sorted(wanted.keys() | standing.keys()):
            before = standing.get(area)
            new = AreaPlan(
                area=area,
                serial=1 if before is None else before.serial + 1,
                issued_at=now,
                until=span.end,
                since=span.start,
                occurrences=wanted.get(area, ()),
            )
            if before and before.digest == new.digest and before.until > new.until - RENEWAL:
                continue
            self._orders.plan(connection, new)
            row = PublishedPlan(area, new.serial, new.digest, new.until)
            broadcasts.publish(connection, row, [one.id for one in new.occurrences], now)
            changed.append(area)
        return tuple(changed)


def _wanted(connection: Connection, span: Timespan) -> dict[AreaId, tuple[Occurrence, ...]]:
    by_area = plan(approved_programmes(connection), span)
    # A programme approved at noon did not ask for this morning's broadcast.
    return {area: tuple(one for one in found if one.start >= one.requested_at) for area, found in by_area.items()}


def _addressed(
    connection: Connection, tree: AreaTree, wanted: dict[AreaId, tuple[Occurrence, ...]]
) -> dict[OccurrenceId, tuple[Occurrence, frozenset[DeviceId]]]:
    in_area: dict[AreaId, set[DeviceId]] = {}
    for device in fleet.everyone(connection):
        for area in tree.path(device.area):
            in_area.setdefault(area, set()).add(device.id)
    return _merged((one, frozenset(in_area.get(area, ()))) for area, found in wanted.items() for one in found)


def _merged(
    found: Iterable[tuple[Occurrence, frozenset[DeviceId]]],
) -> dict[OccurrenceId, tuple[Occurrence, frozenset[DeviceId]]]:
    merged: dict[OccurrenceId, tuple[Occurrence, frozenset[DeviceId]]] = {}
    for occurrence, addressed in found:
        _, before = merged.get(occurrence.id, (occurrence, frozenset()))
        merged[occurrence.id] = (occurrence, before | addressed)
    return merged

"""Compiles what shall sound: approved programmes become one signed plan per area, and one row per loudspeaker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from controller.broadcasting.calendars import CommuneCalendars
from controller.broadcasting.foresight import Foresight, foresee
from controller.happenings import Happening, Happenings, Kind
from controller.orders import Orders
from controller.store import broadcasts, silences
from controller.store.broadcasts import PublishedPlan
from controller.store.database import Connection, Database
from controller.store.revision import Revision, revision
from devices.clock import Clock
from devices.protocol.messages import AreaPlan
from schedules.plan import Occurrence
from schedules.programme import AreaId
from schedules.timespan import Timespan

STILL_OF_USE = timedelta(hours=4)
"""What began this long ago stays in the plan: a loudspeaker that wakes up meanwhile may still join it."""
SPARE = timedelta(hours=12)
"""So much farther than it must a plan reaches, so that loudspeakers are not told anew of every broadcast that comes
within reach."""
LOOKED_BACK = timedelta(days=1)
"""So far back a calm moment is looked for, at which a plan may begin."""
FORESEEN = timedelta(hours=6)
"""So much more than the plans need is worked out at once."""


class Planner:
    """`compile` is asked often: while rows are the same and nothing leaves the plan or comes too near its end, it
    answers at once."""

    def __init__(
        self,
        database: Database,
        orders: Orders,
        calendars: CommuneCalendars,
        clock: Clock,
        happenings: Happenings,
        horizon: timedelta,
    ) -> None:
        self._database = database
        self._calendars = calendars
        self._orders = orders
        self._clock = clock
        self._happenings = happenings
        self._horizon = horizon
        self._foresight: tuple[Revision, Foresight] | None = None
        self._settled: tuple[Revision, datetime] | None = None

    def compile(self) -> tuple[AreaId, ...]:
        """Brings rows and published plans up to date; returns the areas whose plan changed. Safe to ask twice."""
        now = self._clock.now()
        if self._is_settled(now):
            return ()
        with self._database.write() as connection:
            rows = revision(connection)
            foresight = self._foresee(connection, rows, now)
            standing = broadcasts.published(connection)
            span = Timespan(foresight.calm(now - STILL_OF_USE), self._reach(standing, now))
            wanted = foresight.plans(span)
            broadcasts.keep_planned(connection, foresight.addressed(span), now)
            silences.keep(connection, foresight.silenced(span), now)
            changed = self._publish(connection, standing, wanted, span, now)
        leaves = foresight.calm_after(span.start) + STILL_OF_USE
        self._settled = rows, min(leaves, span.end - self._horizon)
        for area in changed:
            self._happenings.tell(Happening(Kind.PLAN, now, area, {"occurrences": len(wanted.get(area, ()))}))
        return changed

    def _reach(self, standing: Mapping[AreaId, PublishedPlan], now: datetime) -> datetime:
        """Until when all plans speak: as before, while that is far enough."""
        before = min((one.until for one in standing.values()), default=now)
        return before if before > now + self._horizon else now + self._horizon + SPARE

    def _is_settled(self, now: datetime) -> bool:
        if self._settled is None or now >= self._settled[1]:
            return False
        with self._database.read() as connection:
            return revision(connection) == self._settled[0]

    def _foresee(self, connection: Connection, rows: Revision, now: datetime) -> Foresight:
        """What was worked out before, as long as it reaches; else the same anew."""
        needed = Timespan(now - STILL_OF_USE - LOOKED_BACK, now + self._horizon + SPARE)
        if self._foresight is not None:
            before, foresight = self._foresight
            if before == rows and foresight.covers(needed):
                return foresight
        foresight = foresee(
            connection, Timespan(needed.start, needed.end + FORESEEN), self._calendars.in_force(connection)
        )
        self._foresight = rows, foresight
        return foresight

    def _publish(
        self,
        connection: Connection,
        standing: Mapping[AreaId, PublishedPlan],
        wanted: Mapping[AreaId, tuple[Occurrence, ...]],
        span: Timespan,
        now: datetime,
    ) -> tuple[AreaId, ...]:
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
            if before and before.digest == new.digest and before.until == new.until:
                continue
            self._orders.plan(connection, new)
            row = PublishedPlan(area, new.serial, new.digest, new.until)
            broadcasts.publish(connection, row, [one.id for one in new.occurrences], now)
            changed.append(area)
        return tuple(changed)

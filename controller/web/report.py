"""What a month or a year amounted to, as far as the reader may know of it: for the page, its files and the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Query

from controller.errors import Invalid
from controller.monitoring.cameras.report import Grouping, lines
from controller.monitoring.cameras.tally import Tally
from controller.monitoring.device_uptime import DeviceUptime, device_uptime
from controller.store import areas, cameras, outages, people, reports
from controller.store.areas import AreaTree
from controller.store.cameras import Listed
from controller.store.concerns import seen, seen_there
from controller.store.people import Account
from controller.store.reports import Decision, Figure, Slice
from controller.store.uptime import Month, first_moment, month_after, month_of
from controller.web.services import Services, services_of
from devices.protocol.messages.cameras import CameraId
from schedules.timespan import Timespan

_PERIOD = r"^(20\d\d(-(0[1-9]|1[0-2]))?)?$"
_NOTHING = Figure(Slice.ALL, (), 0, 0, 0, 0.0, 0.0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Period:
    """A month (`2026-11`) or a year (`2026`), in the commune's time."""

    name: str

    @property
    def is_year(self) -> bool:
        return len(self.name) == 4

    @property
    def first(self) -> Month:
        return Month(f"{self.name}-01") if self.is_year else Month(self.name)

    @property
    def last(self) -> Month:
        return Month(f"{self.name}-12") if self.is_year else Month(self.name)

    def begins(self, now: datetime) -> bool:
        """Whether some of it is over."""
        return first_moment(self.first) < now

    def span(self, now: datetime) -> Timespan:
        """As much of it as is over; Invalid where it has not begun."""
        start = first_moment(self.first)
        if not self.begins(now):
            raise Invalid("not-yet", "This time has not begun yet.", field="period")
        return Timespan(start, min(first_moment(month_after(self.last)), now))

    @property
    def before(self) -> Period:
        if self.is_year:
            return Period(str(int(self.name) - 1))
        return Period(month_of(first_moment(self.first) - timedelta(days=1)))

    @property
    def after(self) -> Period:
        return Period(str(int(self.name) + 1)) if self.is_year else Period(month_after(self.first))


def period_asked(
    us: Annotated[Services, Depends(services_of)],
    period: Annotated[str, Query(pattern=_PERIOD, description="2026-11 or 2026; without it this month")] = "",
) -> Period:
    """A dependency."""
    return Period(period or month_of(us.clock.now()))


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    span: Timespan
    figures: tuple[Figure, ...]
    devices: tuple[DeviceUptime, ...]
    devices_in_all: int
    cameras: tuple[tuple[Listed, Tally], ...]
    decisions: tuple[Decision, ...]
    tree: AreaTree
    names: dict[people.AccountId, str]

    @property
    def whole(self) -> Figure:
        return next(iter(self.by(Slice.ALL)), _NOTHING)

    @property
    def topics(self) -> int:
        """Số chuyên mục: of how many topics something was aired."""
        return sum(one.aired > 0 for one in self.kinds(1))

    def by(self, slice_: Slice) -> tuple[Figure, ...]:
        return tuple(one for one in self.figures if one.by is slice_)

    def kinds(self, which: int) -> tuple[Figure, ...]:
        """Added up by class (0), topic (1) or language (2): each bulletin has one of each."""
        return tuple(_added(self.by(Slice.KIND), lambda one: one.names[which]))


def report_of(us: Services, who: Account, period: Period, worst: int | None = None) -> Report:
    """With all devices, or at least so many of the worst."""
    now = us.clock.now()
    span = period.span(now)
    reports.catch_up(us.database, now)
    with us.database.read() as connection:
        tree = areas.tree(connection)
        inside = who.inside(tree)
        mine = {one.id: one for one in seen_there(who, tree, cameras.listed(connection))}
        watched = lines(connection, Grouping.CAMERA, period.first, period.last, now, only=mine.values())
        if worst is None:
            away = outages.outages(connection, span, inside)
            joined = len({one.device for one in away})
        else:
            away, joined = outages.worst_outages(connection, span, inside, worst)
        return Report(
            period,
            span,
            reports.figures(connection, span, inside),
            device_uptime(away, span),
            joined,
            tuple((mine[CameraId(one.id)], one.tally) for one in watched),
            seen(connection, who, "programme", reports.decisions(connection, span)),
            tree,
            people.names(connection),
        )


def _added(found: Iterable[Figure], key: Callable[[Figure], str]) -> Iterable[Figure]:
    sums: dict[str, Figure] = {}
    numbers = tuple(Figure.__dataclass_fields__)[2:]
    for one in found:
        name = key(one)
        so_far = sums.get(name) or replace(_NOTHING, by=one.by, names=(name,))
        sums[name] = replace(so_far, **{number: getattr(so_far, number) + getattr(one, number) for number in numbers})
    return sorted(sums.values(), key=lambda one: (-one.aired_seconds, one.names))

"""How long cameras were worth what, as JSON, as a table, and as figures for Prometheus."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse, Response
from pydantic import Field

from controller.errors import Invalid
from controller.monitoring.cameras.overview import shown
from controller.monitoring.cameras.report import Grouping, Line, lines
from controller.store import areas, cameras, incident_list, uptime
from controller.store.camera_states import Axis, AxisState, Condition
from controller.store.concerns import seen_there
from controller.store.incident_list import IncidentsAsked
from controller.store.people import Account, Role
from controller.store.troubles import Severity
from controller.store.uptime import Month
from controller.web.access import need
from controller.web.api.bases import Given
from controller.web.api.camera_shapes import condition_name
from controller.web.services import Services, services_of

router = APIRouter(tags=["cameras"])
metrics_router = APIRouter(tags=["metrics"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]

MOST_MONTHS = 36
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class UptimeGiven(Given):
    id: str = Field(description="of the camera, area or node, or the month")
    month: str = Field(description="empty: all of them together")
    cameras: int
    seconds: dict[str, float] = Field(description="time in each condition")
    outages: int
    reachable_percent: float | None = Field(description="of the known time; maintenance and unknown time are left out")
    useful_percent: float | None = Field(description="of the time of which the worth of the picture is known")
    target_percent: float | None
    target_kept: bool | None
    mttr_seconds: float | None
    mtbf_seconds: float | None

    @classmethod
    def of(cls, one: Line) -> UptimeGiven:
        tally = one.tally
        return cls(
            id=one.id,
            month=one.month,
            cameras=one.cameras,
            seconds={condition_name(kind): tally.time(kind).total_seconds() for kind in Condition},
            outages=tally.falls,
            reachable_percent=_percent(tally.reachable),
            useful_percent=_percent(tally.useful),
            target_percent=one.target,
            target_kept=None if one.target is None else tally.keeps(one.target),
            mttr_seconds=_seconds(tally.mttr),
            mtbf_seconds=_seconds(tally.mtbf),
        )


class Months:
    """From the first to the last month, both included; without them the last twelve."""

    def __init__(
        self,
        us: Us,
        first: Annotated[str, Query(pattern=_MONTH, description="as in 2026-11; without it a year back")] = "",
        last: Annotated[str, Query(pattern=_MONTH, description="without it this month")] = "",
    ) -> None:
        now = us.clock.now()
        self.last = Month(last) if last else uptime.month_of(now)
        year, month = self.last.split("-")
        back = int(year) * 12 + int(month) - 1 - 11
        self.first = Month(first) if first else Month(f"{back // 12:04}-{back % 12 + 1:02}")
        if not self.first <= self.last or len(list(_all_months(self.first, self.last))) > MOST_MONTHS:
            raise Invalid("bad-months", "The first month comes before the last, by {most} at most.", most=MOST_MONTHS)


def _all_months(first: Month, last: Month) -> list[Month]:
    found = [first]
    while found[-1] < last and len(found) <= MOST_MONTHS:
        found.append(uptime.month_after(found[-1]))
    return found


@router.get("/camera-uptime", summary="How long cameras were worth what, by camera, area, node or month")
def read_uptime(
    us: Us,
    who: Anyone,
    months: Annotated[Months, Depends()],
    by: Grouping = Grouping.CAMERA,
    monthly: Annotated[bool, Query(description="a line for each month")] = False,
) -> list[UptimeGiven]:
    return [UptimeGiven.of(one) for one in _lines(us, who, months, by, monthly)]


@router.get("/camera-uptime.csv", summary="The same as a table", response_class=PlainTextResponse)
def read_uptime_as_table(
    us: Us, who: Anyone, months: Annotated[Months, Depends()], by: Grouping = Grouping.CAMERA, monthly: bool = True
) -> Response:
    names = [name for name in UptimeGiven.model_fields if name != "seconds"]
    table = io.StringIO()
    written = csv.writer(table)
    written.writerow([*names, *(f"{condition_name(kind)}_seconds" for kind in Condition)])
    for one in _lines(us, who, months, by, monthly):
        given = UptimeGiven.of(one)
        written.writerow([*(getattr(given, name) for name in names), *given.seconds.values()])
    # A mark of the byte order, so that spreadsheets read the letters of Vietnamese.
    answer = Response("\ufeff" + table.getvalue(), media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="cameras-{months.first}-{months.last}.csv"'
    return answer


def _lines(us: Services, who: Account, months: Months, by: Grouping, monthly: bool) -> list[Line]:
    with us.database.read() as connection:
        mine = seen_there(who, areas.tree(connection), cameras.listed(connection))
        return lines(connection, by, months.first, months.last, us.clock.now(), monthly=monthly, only=mine)


@metrics_router.get("/metrics", summary="Figures for Prometheus, with a fixed set of labels", include_in_schema=True)
def metrics(us: Us, _: Annotated[Account, Depends(need(Role.TECHNICIAN, Role.VIEWER))]) -> Response:
    now = us.clock.now()
    with us.database.read() as connection:
        found = shown(connection, now)
        open_incidents = incident_list.asked(connection, IncidentsAsked(open=True, roots=True))
    conditions = Counter(one.condition for one in found)
    axes = Counter(
        (axis, one.health.axes[axis].believed if one.watched else AxisState.UNKNOWN) for one in found for axis in Axis
    )
    severities = Counter(one.severity for one in open_incidents)
    said = ["# HELP loa_cameras How many cameras are in each condition.", "# TYPE loa_cameras gauge"]
    said += [f'loa_cameras{{condition="{condition_name(kind)}"}} {conditions[kind]}' for kind in Condition]
    said += [
        "# HELP loa_camera_axes How many cameras are believed to stand so on each axis.",
        "# TYPE loa_camera_axes gauge",
    ]
    said += [
        f'loa_camera_axes{{axis="{axis}",state="{state}"}} {axes[axis, state]}'
        for axis in Axis
        for state in (AxisState.UNKNOWN, AxisState.UP, AxisState.DOWN)
    ]
    said += ["# HELP loa_incidents_open Open incidents that lie beneath no other.", "# TYPE loa_incidents_open gauge"]
    said += [f'loa_incidents_open{{severity="{one.name.lower()}"}} {severities[one]}' for one in Severity]
    return Response("\n".join([*said, ""]), media_type=_EXPOSITION)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 3)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 3)

"""Where calendars silence what was planned, and why: so much is known before air time, and stays known after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from controller.store.tables import occurrences, silences
from schedules.occurrence import Hush, OccurrenceId, Why
from schedules.programme import AreaId

Silenced = tuple[OccurrenceId, AreaId]


def keep(connection: Connection, wanted: Mapping[Silenced, Hush], now: datetime) -> None:
    """Makes the rows of what has not begun say exactly `wanted`; what has begun is history."""
    future = select(occurrences.c.id).where(occurrences.c.start > now)
    standing = _rows(connection, silences.c.occurrence.in_(future))
    ahead = {OccurrenceId(row.id) for row in connection.execute(future)}
    wanted = {key: hush for key, hush in wanted.items() if key[0] in ahead}
    for occurrence, area in [key for key in standing if wanted.get(key) != standing[key]]:
        this = (silences.c.occurrence == occurrence) & (silences.c.area == area)
        connection.execute(delete(silences).where(this))
    new = [_row(key, hush) for key, hush in wanted.items() if standing.get(key) != hush]
    if new:
        connection.execute(insert(silences), new)


def of(connection: Connection, ids: Collection[OccurrenceId]) -> dict[OccurrenceId, dict[AreaId, Hush]]:
    """For each of these occurrences that is silenced somewhere, in which area and why."""
    found: dict[OccurrenceId, dict[AreaId, Hush]] = {}
    for (occurrence, area), hush in _rows(connection, silences.c.occurrence.in_(ids)).items():
        found.setdefault(occurrence, {})[area] = hush
    return found


def _rows(connection: Connection, which: ColumnElement[bool]) -> dict[Silenced, Hush]:
    rows = connection.execute(select(silences).where(which).order_by(silences.c.occurrence, silences.c.area))
    return {
        (OccurrenceId(row.occurrence), AreaId(row.area)): Hush(
            AreaId(row.area), row.start, row.end, Why(row.why), row.name
        )
        for row in rows
    }


def _row(key: Silenced, hush: Hush) -> dict[str, object]:
    occurrence, area = key
    why = {"why": hush.why.value, "name": hush.name, "start": hush.start, "end": hush.end}
    return {"occurrence": occurrence, "area": area, **why}

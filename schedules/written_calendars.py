"""How files write calendars: one kind of table for each kind of entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import TypeVar

from schedules.calendars import (
    ALL_BUT_EMERGENCIES,
    FAR_BACK,
    Calendars,
    Change,
    Holiday,
    Limit,
    Move,
    Replace,
    Silence,
    Skip,
    class_hours,
    mourning,
)
from schedules.errors import ScheduleError
from schedules.occurrence import Why
from schedules.priority import BulletinClass
from schedules.programme import LONGEST, AreaId, ProgrammeId
from schedules.toml_tables import Table
from schedules.written_rules import read_recurrence

T = TypeVar("T")

A_DAY_OF_MINUTES = 24 * 60


def read_areas(table: Table, known: frozenset[AreaId], required: bool = False) -> frozenset[AreaId]:
    """The areas that `table` names; one that no file describes is a mistake."""
    named = table.texts("areas", required) or []
    for name in named:
        if name not in known:
            table.wrong("areas", f"There is no area {name}.")
    return frozenset(AreaId(name) for name in named)


def read_calendars(
    found: Mapping[str, list[Table]], areas: frozenset[AreaId], programmes: frozenset[ProgrammeId]
) -> Calendars:
    """All calendar entries of `found`; what is mistaken is noted and left out."""
    silences = [
        entry
        for name, read in _SILENCES.items()
        for table in found.get(name, [])
        if (entry := _built(table, read(table, read_areas(table, areas)))) is not None
    ]
    holidays = [_built(table, _read_holiday(table)) for table in found.get("holiday", [])]
    changes = [_built(table, _read_change(table, programmes)) for table in found.get("change", [])]
    limits = [_built(table, _read_limit(table, read_areas(table, areas))) for table in found.get("limit", [])]
    return Calendars(
        silences=tuple(silences),
        holidays=tuple(entry for entry in holidays if entry is not None),
        changes=tuple(entry for entry in changes if entry is not None),
        limits=tuple(entry for entry in limits if entry is not None),
    )


def _built(table: Table, build: Callable[[], T] | None) -> T | None:
    """What `build` makes once the whole table was read without a mistake."""
    table.close()
    if build is None or not table.faultless:
        return None
    try:
        return build()
    except ScheduleError as wrong:
        table.wrong(None, str(wrong))
        return None


Build = Callable[[], Silence] | None


def _read_quiet(table: Table, areas: frozenset[AreaId]) -> Build:
    return _read_silence(table, areas, Why.QUIET_HOURS, None)


def _read_exam(table: Table, areas: frozenset[AreaId]) -> Build:
    return _read_silence(table, areas, Why.EXAM, time(0))


def _read_maintenance(table: Table, areas: frozenset[AreaId]) -> Build:
    return _read_silence(table, areas, Why.MAINTENANCE, time(0))


def _read_silence(table: Table, areas: frozenset[AreaId], why: Why, whole_day: time | None) -> Build:
    """`when` says on which days it begins and `ends` when it ends; without times an exam silences whole days."""
    name = table.text("name") or ""
    when = table.table("when", required=True)
    begins = None if when is None else read_recurrence(when, whole_day, FAR_BACK if whole_day is None else None)
    ends = table.clock("ends", required=whole_day is None) or whole_day
    if begins is None or ends is None:
        return None
    return lambda: Silence(why, name, begins, ends, areas, ALL_BUT_EMERGENCIES)


def _read_class_hours(table: Table, areas: frozenset[AreaId]) -> Build:
    bulletin_class = table.choice("class", BulletinClass, required=True)
    earliest, latest = table.clock("earliest", required=True), table.clock("latest", required=True)
    if bulletin_class is None or earliest is None or latest is None:
        return None
    return lambda: class_hours(bulletin_class, earliest, latest, areas)


def _read_mourning(table: Table, areas: frozenset[AreaId]) -> Build:
    name = table.text("name") or ""
    first, last = table.day("first", required=True), table.day("last", required=True)
    if first is None or last is None:
        return None
    return lambda: mourning(first, last, name, areas)


_SILENCES: dict[str, Callable[[Table, frozenset[AreaId]], Build]] = {
    "quiet_hours": _read_quiet,
    "class_hours": _read_class_hours,
    "mourning": _read_mourning,
    "exam": _read_exam,
    "maintenance": _read_maintenance,
}

CALENDAR_TABLES = (*_SILENCES, "holiday", "change", "limit")


def _read_holiday(table: Table) -> Callable[[], Holiday] | None:
    name = table.text("name", required=True)
    days = table.whole("days", 1, 31) or 1
    when = table.table("when", required=True)
    begins = None if when is None else read_recurrence(when, time(0), FAR_BACK)
    if name is None or begins is None:
        return None
    return lambda: Holiday(name, begins, days)


def _read_change(table: Table, programmes: frozenset[ProgrammeId]) -> Callable[[], Change] | None:
    name = table.text("programme", required=True)
    if name is not None and name not in programmes:
        table.wrong("programme", f"There is no programme {name}, or it has a mistake.")
    first, last = _read_range(table)
    why = table.text("why") or ""
    what = _read_what(table)
    if name is None or first is None or last is None or what is None:
        return None
    return lambda: Change(ProgrammeId(name), first, last, what, why)


def _read_range(table: Table) -> tuple[date | None, date | None]:
    if "date" in table:
        day = table.day("date")
        return day, day
    return table.day("first", required=True), table.day("last", required=True)


def _read_what(table: Table) -> Skip | Move | Replace | None:
    given = [key for key in ("skip", "move", "replace") if key in table]
    if len(given) != 1:
        table.wrong(given[1] if given else None, "Exactly one of skip, move and replace says what is changed.")
        return None
    try:
        return {"skip": _read_skip, "move": _read_move, "replace": _read_replace}[given[0]](table)
    except ScheduleError as wrong:
        table.wrong(given[0], str(wrong))
        return None


def _read_skip(table: Table) -> Skip | None:
    return table.ask("skip", "true", lambda value: Skip() if value is True else None)


def _read_move(table: Table) -> Move | None:
    to = table.table("move")
    if to is None:
        return None
    days, at = to.whole("days", -31, 31) or 0, to.clock("at")
    to.close()
    return Move(days, at) if to.faultless else None


def _read_replace(table: Table) -> Replace | None:
    by = table.table("replace")
    if by is None:
        return None
    title, minutes = by.text("title", required=True), by.number("minutes", 0.01, LONGEST / 60, required=True)
    by.close()
    return None if title is None or minutes is None else Replace(title, expected_seconds=minutes * 60)


def _read_limit(table: Table, areas: frozenset[AreaId]) -> Callable[[], Limit] | None:
    per_day = table.number("minutes_per_day", 0.01, A_DAY_OF_MINUTES)
    per_session = table.number("minutes_per_session", 0.01, A_DAY_OF_MINUTES)
    pause = table.number("pause_minutes", 0, A_DAY_OF_MINUTES)
    name = table.text("name") or ""
    return lambda: Limit(
        None if per_day is None else per_day * 60,
        None if per_session is None else per_session * 60,
        areas,
        600.0 if pause is None else pause * 60,
        name,
    )

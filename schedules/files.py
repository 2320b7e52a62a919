"""Programmes, calendars and areas kept as TOML: read from text, with every mistake at once.

`schedules/commune/` is an example of each table; `read` takes all files of a folder together, because a programme may
name an area, and a change a programme, of another file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TypedDict, TypeVar

from schedules.calendars import NO_CALENDARS, Calendars
from schedules.errors import ScheduleError
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import (
    DEFAULT_GRACE,
    DEFAULT_WAIT,
    LONGEST,
    LONGEST_SESSION,
    AreaId,
    Content,
    OnHolidays,
    Programme,
    ProgrammeId,
)
from schedules.recurrence import Recurrence
from schedules.toml_tables import Mistake, Table, open_tables
from schedules.written_calendars import CALENDAR_TABLES, read_areas, read_calendars
from schedules.written_rules import read_recurrence

T = TypeVar("T")

MOST_CHARACTERS = 1_000_000
_SOURCES = ("text", "recording", "relay")


@dataclass(frozen=True, slots=True)
class Area:
    """A node of the tree of areas; the root stands in nothing."""

    id: AreaId
    name: str
    stands_in: AreaId | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a folder says. `sources` tells, per programme, what is to be read out, played or relayed."""

    areas: tuple[Area, ...] = ()
    programmes: tuple[Programme, ...] = ()
    sources: Mapping[ProgrammeId, str] = field(default_factory=dict)
    calendars: Calendars = NO_CALENDARS

    @property
    def paths(self) -> dict[AreaId, tuple[AreaId, ...]]:
        """For each area all that it stands in, from the root down to itself."""
        parents = {area.id: area.stands_in for area in self.areas}
        return {area: _path(area, parents) for area in parents}


def read(files: Mapping[str, str]) -> tuple[Written, tuple[Mistake, ...]]:
    """What `files` (their text by name) say, and all mistakes in order of file and line.

    What is mistaken is left out, so only without mistakes is it the whole.
    """
    mistakes: list[Mistake] = []
    found: dict[str, list[Table]] = {}
    for file in sorted(files):
        if len(files[file]) > MOST_CHARACTERS:
            mistakes.append(Mistake(file, 1, f"A file has at most {MOST_CHARACTERS} characters."))
            continue
        for name, tables in open_tables(file, files[file], mistakes).items():
            found.setdefault(name, []).extend(tables)
    for name, tables in found.items():
        if name not in {"area", "programme", *CALENDAR_TABLES}:
            for table in tables:
                table.wrong(None, f"[[{name}]] is not known.")
    areas = _read_areas(found.get("area", []))
    known = frozenset(area.id for area in areas)
    programmes, sources = _read_programmes(found.get("programme", []), known)
    calendars = read_calendars(found, known, frozenset(programme.id for programme in programmes))
    return Written(areas, programmes, sources, calendars), tuple(sorted(set(mistakes)))


def _read_areas(tables: Iterable[Table]) -> tuple[Area, ...]:
    found: dict[AreaId, tuple[Area, Table]] = {}
    for table in tables:
        name, title, parent = table.text("id", required=True), table.text("name", required=True), table.text("in")
        table.close()
        if name is None:
            continue
        if name in found:
            table.wrong("id", f"There are two areas {name}.")
            continue
        area = Area(AreaId(name), title or name, None if parent is None else AreaId(parent))
        found[area.id] = area, table
    parents = {area.id: area.stands_in for area, _ in found.values()}
    for area, table in found.values():
        if area.stands_in is not None and area.stands_in not in parents:
            table.wrong("in", f"There is no area {area.stands_in}.")
        elif _path(area.id, parents)[0] not in {one for one, parent in parents.items() if parent is None}:
            table.wrong("in", f"{area.id} stands in itself.")
    return tuple(area for area, _ in found.values())


def _path(area: AreaId, parents: Mapping[AreaId, AreaId | None]) -> tuple[AreaId, ...]:
    path = [area]
    while (parent := parents.get(path[0])) is not None and parent not in path:
        path.insert(0, parent)
    return tuple(path)


def _read_programmes(
    tables: Iterable[Table], known: frozenset[AreaId]
) -> tuple[tuple[Programme, ...], dict[ProgrammeId, str]]:
    programmes: dict[ProgrammeId, Programme] = {}
    sources: dict[ProgrammeId, str] = {}
    for table in tables:
        source = _read_source(table)
        programme = _read_programme(table, known)
        if programme is None or source is None:
            continue
        if programme.id in programmes:
            table.wrong("id", f"There are two programmes {programme.id}.")
            continue
        programmes[programme.id], sources[programme.id] = programme, source
    return tuple(programmes.values()), sources


def _read_source(table: Table) -> str | None:
    """What is heard; exactly one of three keys says it."""
    given = [(key, table.text(key)) for key in _SOURCES if key in table]
    if len(given) != 1:
        table.wrong(given[1][0] if given else None, "Exactly one of text, recording and relay says what is heard.")
        return None
    return given[0][1]


def _read_programme(table: Table, known: frozenset[AreaId]) -> Programme | None:
    name, title = table.text("id", required=True), table.text("title", required=True)
    areas = read_areas(table, known, required=True)
    minutes = table.number("minutes", 0.01, LONGEST_SESSION / 60, required=True)
    when = table.table("when", required=True)
    recurrence = None if when is None else read_recurrence(when)
    more = _read_manner(table)
    requested_at = table.ask("requested_at", "a date and time with a zone", _moment)
    table.close(_SOURCES)
    if not table.faultless or name is None or title is None or minutes is None or recurrence is None:
        return None
    try:
        return Programme(
            id=ProgrammeId(name),
            title=title,
            areas=tuple(sorted(areas)),
            sounds=(),
            recurrence=recurrence,
            requested_at=requested_at or _first_midnight(recurrence),
            expected_seconds=minutes * 60,
            **more,
        )
    except ScheduleError as wrong:
        table.wrong(None, str(wrong))
        return None


class _Manner(TypedDict):
    bulletin_class: BulletinClass
    content: Content
    volume: int
    order: int
    late: Late
    resume: Resume
    entry: Entry
    grace: float
    longest_wait: float
    repeats: int
    gap: float
    on_holidays: OnHolidays
    holiday_at: time | None


def _read_manner(table: Table) -> _Manner:
    """How a programme behaves; what is not written is as usual."""
    holiday_at = table.clock("holiday_at")
    usual = OnHolidays.MOVE if holiday_at is not None else OnHolidays.KEEP
    relays = Content.RELAY if "relay" in table else Content.NOTICE
    return {
        "bulletin_class": table.choice("class", BulletinClass) or BulletinClass.NORMAL,
        "content": table.choice("content", Content) or relays,
        "volume": _or(table.whole("volume", 0, 100), 80),
        "order": table.whole("order", -1000, 1000) or 0,
        "late": table.choice("late", Late) or Late.JOIN,
        "resume": table.choice("resume", Resume) or Resume.RESUME,
        "entry": table.choice("entry", Entry) or Entry.HARD,
        "grace": _or(table.number("grace_minutes", 0, LONGEST / 60), DEFAULT_GRACE / 60) * 60,
        "longest_wait": _or(table.number("longest_wait_minutes", 0, LONGEST / 60), DEFAULT_WAIT / 60) * 60,
        "repeats": table.whole("repeats", 1, 100) or 1,
        "gap": (table.number("gap_minutes", 0, LONGEST_SESSION / 60) or 0.0) * 60,
        "on_holidays": table.choice("on_holidays", OnHolidays) or usual,
        "holiday_at": holiday_at,
    }


def _or(given: T | None, usual: T) -> T:
    return usual if given is None else given


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _first_midnight(recurrence: Recurrence) -> datetime:
    return datetime.combine(recurrence.first, time(0), recurrence.zone)

"""What a month or a year amounted to: planned against played, added up by the database from what was counted.

A *broadcast* is an occurrence that has begun. It was *aired* where at least one loudspeaker signed that it sounded some
of it, and for as long as the one that sounded most of it. A *bulletin* (tin, bài) counts once, however often aired.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from controller.store import endings as counted
from controller.store.database import Database
from controller.store.endings import COUNTS, EVERYWHERE, SILENT, devices_where, per_broadcast
from controller.store.endings import NO_RECEIPT as NO_RECEIPT
from controller.store.people import AccountId
from controller.store.states import ProgrammeState
from controller.store.tables import area_months, bulletins, endings, occurrences, programmes
from controller.store.topics import Topic
from controller.store.uptime import first_moment, month_after, month_of
from schedules.outcome import Outcome
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import Timespan


class Slice(StrEnum):
    """By what a figure is added up; `names` of it are then:"""

    ALL = "all"
    MONTH = "month"
    """The month, as in 2026-11."""
    KIND = "kind"
    """Class, topic and language."""
    AREA = "area"
    """The area in which loudspeakers stand."""
    REASON = "reason"
    """Why it was not played in full; only the loudspeakers count."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`planned` and what follows count once for each broadcast and loudspeaker: planned is played, cut, missed or
    silent. Seconds are those on the air, not added up over loudspeakers."""

    by: Slice
    names: tuple[str, ...]
    bulletins: int
    broadcasts: int
    aired: int
    planned_seconds: float
    aired_seconds: float
    planned: int
    played: int
    cut: int
    missed: int
    silent: int
    heard: int


_NUMBERS = tuple(Figure.__dataclass_fields__)[2:]


def catch_up(database: Database, now: datetime) -> None:
    """Counts what is not counted yet of all that has begun: afterwards figures are right."""
    more = True
    while more:
        with database.read() as connection:
            if not counted.is_behind(connection, now):
                return
        with database.write() as connection:
            more = counted.count_some(connection, now)


def figures(connection: Connection, span: Timespan, inside: Collection[AreaId] | None) -> tuple[Figure, ...]:
    """Of all that began in `span`, whole months or the present one so far, at the loudspeakers in these areas (all
    where None), as it was counted; see `catch_up`."""
    months = [month_of(span.start)]
    while first_moment(month_after(months[-1])) < span.end:
        months.append(month_after(months[-1]))
    end = first_moment(month_after(months[-1]))  # what has begun since is counted nowhere yet, or everywhere
    said: dict[str, object] = {"start": span.start, "end": end, "first": months[0], "last": months[-1]}
    for number, month in enumerate(months):
        said |= {f"month_{number}": month, f"after_{number}": first_moment(month_after(month))}
    if inside is not None:
        said["inside"] = sorted(inside)
    return tuple(
        Figure(Slice(row[0]), tuple(name for name in row[1:4] if name is not None), *_numbers(row[4:]))
        for row in map(tuple, connection.execute(_question(len(months), inside is not None), said))
        if row[9]
    )


@cache
def _question(months: int, scoped: bool) -> CompoundSelect[Any]:
    ends = _ends(scoped)
    spoken = _said(ends, months)
    places = _places(scoped)
    return union_all(
        _figure(Slice.ALL, spoken),
        _figure(Slice.MONTH, spoken, spoken.c.month),
        _figure(Slice.KIND, spoken, spoken.c.bulletin_class, spoken.c.topic, spoken.c.language),
        _figure(Slice.AREA, places, places.c.area),
        _reasons(ends),
    )


def _numbers(found: tuple[Any, ...]) -> Iterator[Any]:
    """PostgreSQL adds up whole numbers to decimal ones."""
    for name, number in zip(_NUMBERS, found, strict=True):
        yield float(number) if name.endswith("seconds") else int(number)


_INSIDE: BindParameter[Any] = bindparam("inside", expanding=True)


def _ends(scoped: bool) -> CTE:
    """What was counted of each broadcast: everywhere together, or in each of these areas."""
    where = endings.c.area.in_(_INSIDE) if scoped else endings.c.area == EVERYWHERE
    began = (occurrences.c.start >= bindparam("start")) & (occurrences.c.start < bindparam("end"))
    joined = select(*endings.c).join(occurrences, occurrences.c.id == endings.c.occurrence)
    return joined.where(began, where).cte("ends")


def _said(ends: CTE, months: int) -> CTE:
    """Each broadcast with what was said, and in which month. What is heard instead on a single day has another title,
    and its topic is not known."""
    sums = per_broadcast(ends).cte("broadcast")
    its_bulletin = and_(bulletins.c.id == programmes.c.bulletin, bulletins.c.title == occurrences.c.title)
    asked = (
        select(
            _month(months).label("month"),
            occurrences.c.bulletin_class,
            func.coalesce(bulletins.c.topic, Topic.OTHER.value).label("topic"),
            func.coalesce(bulletins.c.language, "").label("language"),
            func.coalesce(bulletins.c.id, occurrences.c.title).label("bulletin"),
            literal(1).label("broadcasts"),
            case((sums.c.longest > 0, 1), else_=0).label("aired"),
            occurrences.c.seconds.label("planned_seconds"),
            sums.c.longest.label("aired_seconds"),
            *(sums.c[name] for name in COUNTS),
        )
        .select_from(sums)
        .join(occurrences, occurrences.c.id == sums.c.occurrence)
        .outerjoin(programmes, programmes.c.id == occurrences.c.programme)
        .outerjoin(bulletins, its_bulletin)
    )
    return asked.cte("said")


def _places(scoped: bool) -> CTE:
    """What each programme amounted to in each area and month."""
    its_bulletin = and_(bulletins.c.id == programmes.c.bulletin, bulletins.c.title == area_months.c.title)
    asked = (
        select(
            area_months.c.area,
            func.coalesce(bulletins.c.id, area_months.c.title).label("bulletin"),
            *(area_months.c[name] for name in _NUMBERS[1:]),
        )
        .select_from(area_months)
        .outerjoin(programmes, programmes.c.id == area_months.c.programme)
        .outerjoin(bulletins, its_bulletin)
        .where(area_months.c.month.between(bindparam("first"), bindparam("last")))
    )
    return (asked.where(area_months.c.area.in_(_INSIDE)) if scoped else asked).cte("places")


def _month(months: int) -> ColumnElement[str]:
    """In which of so many months a broadcast began."""
    *before, last = (bindparam(f"month_{number}", type_=String) for number in range(months))
    begun = [(occurrences.c.start < bindparam(f"after_{number}"), month) for number, month in enumerate(before)]
    return case(*begun, else_=last) if begun else last


def _figure(by: Slice, said: CTE, *names: ColumnElement[str]) -> Select[Any]:
    return select(
        literal(by.value).label("by"),
        *_three(*names),
        func.count(case((said.c.aired > 0, said.c.bulletin)).distinct()).label("bulletins"),
        *(func.coalesce(func.sum(said.c[name]), 0).label(name) for name in _NUMBERS[1:]),
    ).group_by(*names)


def _reasons(ends: CTE) -> Select[Any]:
    cut = ends.c.outcome.in_((Outcome.INTERRUPTED.value, Outcome.CANCELLED.value))
    numbers = {name: literal(0) for name in _NUMBERS} | {
        "planned": func.sum(ends.c.devices),
        "cut": devices_where(ends, cut),
        "missed": devices_where(ends, ends.c.outcome == Outcome.MISSED.value),
        "silent": devices_where(ends, ends.c.outcome == SILENT),
    }
    said = (numbers[name].label(name) for name in _NUMBERS)
    asked = select(literal(Slice.REASON.value).label("by"), *_three(ends.c.reason), *said)
    return asked.where(ends.c.outcome != Outcome.PLAYED.value).group_by(ends.c.reason)


def _three(*names: ColumnElement[str]) -> list[ColumnElement[Any]]:
    filled: list[ColumnElement[Any]] = [*names, *[null()] * (3 - len(names))]
    return [cast(name, String).label(f"name_{number}") for number, name in enumerate(filled)]


@dataclass(frozen=True, slots=True)
class Decision:
    """Who allowed a programme, or returned or withdrew it, as it stands."""

    id: ProgrammeId
    title: str
    bulletin_class: str
    topic: Topic
    author: AccountId
    state: ProgrammeState
    decided_by: AccountId
    decided_at: datetime
    reason: str


def decisions(connection: Connection, span: Timespan) -> tuple[Decision, ...]:
    """All that were taken in `span`, in order of time."""
    within = (programmes.c.decided_at >= span.start) & (programmes.c.decided_at < span.end)
    asked = (
        select(programmes, bulletins.c.title, bulletins.c.bulletin_class, bulletins.c.topic)
        .join(bulletins, bulletins.c.id == programmes.c.bulletin)
        .where(within, programmes.c.decided_by.is_not(None))
        .order_by(programmes.c.decided_at, programmes.c.id)
    )
    return tuple(
        Decision(
            ProgrammeId(row.id),
            row.title,
            row.bulletin_class,
            Topic(row.topic),
            AccountId(row.author),
            ProgrammeState(row.state),
            AccountId(row.decided_by),
            row.decided_at,
            row.reason,
        )
        for row in connection.execute(asked)
    )

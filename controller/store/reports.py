"""What a month or a year amounted to: planned against played, added up by the database in one question.

A *broadcast* is an occurrence that has begun. It was *aired* where at least one loudspeaker signed that it sounded some
of it, and for as long as the one that sounded most of it. A *bulletin* (tin, bài) counts once, however often aired.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from controller.store.people import AccountId
from controller.store.states import ProgrammeState
from controller.store.tables import bulletins, devices, facts, incidents, occurrences, programmes, receipts
from controller.store.topics import Topic
from controller.store.troubles import SubjectKind, TroubleKind
from controller.store.uptime import first_moment, month_after, month_of
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import Timespan

NO_RECEIPT = "no-receipt"


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


def figures(connection: Connection, span: Timespan, inside: Collection[AreaId] | None) -> tuple[Figure, ...]:
    """Of all that began in `span`, at the loudspeakers in these areas (all where None)."""
    ends = _ends(connection, span, inside)
    broadcast, place = _sums(ends), _sums(ends, ends.c.area)
    spoken = _kinds(broadcast, span)
    asked = union_all(
        _figure(Slice.ALL, spoken),
        _figure(Slice.MONTH, spoken, spoken.c.month),
        _figure(Slice.KIND, spoken, spoken.c.bulletin_class, spoken.c.topic, spoken.c.language),
        _figure(Slice.AREA, where := _kinds(place, span, place.c.area), where.c.area),
        _reasons(ends),
    )
    return tuple(
        Figure(Slice(row[0]), tuple(name for name in row[1:4] if name is not None), *_numbers(row[4:]))
        for row in map(tuple, connection.execute(asked))
        if row[9]
    )


def _numbers(found: tuple[Any, ...]) -> Iterator[Any]:
    """PostgreSQL adds up whole numbers to decimal ones."""
    for name, number in zip(_NUMBERS, found, strict=True):
        yield float(number) if name.endswith("seconds") else int(number)


def _ends(connection: Connection, span: Timespan, inside: Collection[AreaId] | None) -> CTE:
    """How many loudspeakers of each area ended each broadcast how, and why."""
    untold = func.coalesce(func.nullif(facts.c.not_ready, ""), NO_RECEIPT)
    reason = case((facts.c.receipt.is_(None), untold), else_=receipts.c.reason).label("reason")
    by = (facts.c.occurrence, devices.c.area, receipts.c.outcome, reason)
    asked = (
        select(
            *by,
            func.count().label("devices"),
            func.count(facts.c.heard_at).label("heard"),
            func.coalesce(func.max(receipts.c.seconds), 0.0).label("longest"),
        )
        .select_from(occurrences)
        .join(facts, facts.c.occurrence == occurrences.c.id)
        .join(devices, devices.c.id == facts.c.device)
        .outerjoin(receipts, receipts.c.id == facts.c.receipt)
        .where(occurrences.c.start >= span.start, occurrences.c.start < span.end)
        .group_by(*by)
    )
    return (asked if inside is None else asked.where(devices.c.area.in_(inside))).cte("ends")


def _sums(ends: CTE, *by: ColumnElement[str]) -> CTE:
    """The same per broadcast, or per broadcast and area."""
    cut = ends.c.outcome.in_((Outcome.INTERRUPTED.value, Outcome.CANCELLED.value))
    asked = select(
        ends.c.occurrence,
        *by,
        func.max(ends.c.longest).label("longest"),
        func.sum(ends.c.devices).label("planned"),
        _devices_where(ends, ends.c.outcome == Outcome.PLAYED.value).label("played"),
        _devices_where(ends, cut).label("cut"),
        _devices_where(ends, ends.c.outcome == Outcome.MISSED.value).label("missed"),
        _devices_where(ends, ends.c.outcome.is_(None)).label("silent"),
        func.sum(ends.c.heard).label("heard"),
    )
    return asked.group_by(ends.c.occurrence, *by).cte("place" if by else "broadcast")


def _devices_where(ends: CTE, which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, ends.c.devices), else_=0))


def _kinds(sums: CTE, span: Timespan, *more: ColumnElement[str]) -> CTE:
    """The same with what was said, and in which month. What is heard instead on a single day has another title, and
    its topic is not known."""
    its_bulletin = and_(bulletins.c.id == programmes.c.bulletin, bulletins.c.title == occurrences.c.title)
    asked = (
        select(
            *more,
            _month(span).label("month"),
            occurrences.c.bulletin_class,
            func.coalesce(bulletins.c.topic, Topic.OTHER.value).label("topic"),
            func.coalesce(bulletins.c.language, "").label("language"),
            func.coalesce(bulletins.c.id, occurrences.c.title).label("bulletin"),
            occurrences.c.seconds,
            *(sums.c[name] for name in ("longest", "planned", "played", "cut", "missed", "silent", "heard")),
        )
        .select_from(sums)
        .join(occurrences, occurrences.c.id == sums.c.occurrence)
        .outerjoin(programmes, programmes.c.id == occurrences.c.programme)
        .outerjoin(bulletins, its_bulletin)
    )
    return asked.cte("where_said" if more else "said")


def _month(span: Timespan) -> ColumnElement[str]:
    month, before = month_of(span.start), []
    while (after := first_moment(month_after(month))) < span.end:
        before.append((occurrences.c.start < after, literal(month)))
        month = month_after(month)
    return case(*before, else_=literal(month)) if before else literal(month)


def _figure(by: Slice, said: CTE, *names: ColumnElement[str]) -> Select[Any]:
    sounded = said.c.longest > 0
    return select(
        literal(by.value).label("by"),
        *_three(*names),
        func.count(case((sounded, said.c.bulletin)).distinct()).label("bulletins"),
        func.count().label("broadcasts"),
        func.count(case((sounded, 1))).label("aired"),
        func.coalesce(func.sum(said.c.seconds), 0.0).label("planned_seconds"),
        func.coalesce(func.sum(said.c.longest), 0.0).label("aired_seconds"),
        *(func.coalesce(func.sum(said.c[name]), 0).label(name) for name in _NUMBERS[5:]),
    ).group_by(*names)


def _reasons(ends: CTE) -> Select[Any]:
    numbers = {name: literal(0) for name in _NUMBERS} | {
        "planned": func.sum(ends.c.devices),
        "cut": _devices_where(ends, ends.c.outcome.in_((Outcome.INTERRUPTED.value, Outcome.CANCELLED.value))),
        "missed": _devices_where(ends, ends.c.outcome == Outcome.MISSED.value),
        "silent": _devices_where(ends, ends.c.outcome.is_(None)),
    }
    not_played = or_(ends.c.outcome.is_(None), ends.c.outcome != Outcome.PLAYED.value)
    said = (numbers[name].label(name) for name in _NUMBERS)
    asked = select(literal(Slice.REASON.value).label("by"), *_three(ends.c.reason), *said)
    return asked.where(not_played).group_by(ends.c.reason)


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


@dataclass(frozen=True, slots=True)
class Outage:
    """A device, and a stretch in which it had no connection; without `since` it had none. `until` None: it lasts."""

    device: DeviceId
    name: str
    area: AreaId
    enrolled_at: datetime
    since: datetime | None
    until: datetime | None


def outages(connection: Connection, span: Timespan, inside: Collection[AreaId] | None) -> tuple[Outage, ...]:
    """Of every device in these areas (all where None), those that reach into `span`."""
    reaches = or_(incidents.c.closed_at.is_(None), incidents.c.closed_at > span.start)
    offline = and_(
        incidents.c.kind == TroubleKind.DEVICE_OFFLINE.value,
        incidents.c.subject_kind == SubjectKind.DEVICE.value,
        incidents.c.subject == devices.c.id,
        incidents.c.opened_at < span.end,
        reaches,
    )
    asked = (
        select(devices, incidents.c.opened_at, incidents.c.closed_at)
        .outerjoin(incidents, offline)
        .where(devices.c.enrolled_at < span.end)
        .order_by(devices.c.area, devices.c.id)
    )
    if inside is not None:
        asked = asked.where(devices.c.area.in_(inside))
    return tuple(
        Outage(DeviceId(row.id), row.name, AreaId(row.area), row.enrolled_at, row.opened_at, row.closed_at)
        for row in connection.execute(asked)
    )

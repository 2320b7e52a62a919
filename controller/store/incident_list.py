"""What is asked of incidents: one, many by what is wanted of them, what lies beneath, and how each came to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select, true

from controller.store.incident_states import IncidentState, IncidentStep
from controller.store.people import AccountId
from controller.store.tables import incident_steps, incidents
from controller.store.troubles import Facts, IncidentKey, Severity, Subject, SubjectKind, TroubleKind, key
from schedules.plan import OccurrenceId
from schedules.programme import AreaId

IncidentId = NewType("IncidentId", int)
BY_ITSELF = AccountId("")
IS_OPEN = incidents.c.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Incident:
    """`cause` is the incident that this one lies beneath; `count` how often it happened, or came back."""

    id: IncidentId
    kind: TroubleKind
    subject: Subject
    severity: Severity
    reason: str
    facts: Facts
    area: AreaId | None
    occurrence: OccurrenceId | None
    state: IncidentState
    cause: IncidentId | None
    count: int
    opened_at: datetime
    last_seen_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: AccountId
    muted_until: datetime | None
    closed_at: datetime | None
    closed_by: AccountId
    note: str

    @property
    def key(self) -> IncidentKey:
        return key(self.kind, self.subject, self.occurrence)

    def is_muted(self, now: datetime) -> bool:
        return self.muted_until is not None and now < self.muted_until


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of one incident; `by` is empty where it came by itself."""

    id: int
    incident: IncidentId
    at: datetime
    step: IncidentStep
    by: AccountId
    note: str


@dataclass(frozen=True, slots=True)
class IncidentsAsked:
    """Which incidents: each part that is None asks for all. `roots` lie beneath no other."""

    open: bool | None = None
    roots: bool = False
    kinds: Collection[TroubleKind] | None = None
    subject: Subject | None = None
    subject_kind: SubjectKind | None = None
    areas: Collection[AreaId] | None = None
    occurrence: OccurrenceId | None = None
    least: Severity = Severity.NOTICE
    unmuted_at: datetime | None = None

    def condition(self) -> ColumnElement[bool]:
        asked: list[ColumnElement[bool]] = [true()]
        if self.open is not None:
            asked.append(IS_OPEN if self.open else ~IS_OPEN)
        if self.roots:
            asked.append(incidents.c.cause.is_(None))
        if self.kinds is not None:
            asked.append(incidents.c.kind.in_([kind.value for kind in self.kinds]))
        if self.subject is not None:
            asked.append(incidents.c.subject == self.subject.id)
        if kind := self.subject.kind if self.subject else self.subject_kind:
            asked.append(incidents.c.subject_kind == kind.value)
        if self.areas is not None:
            asked.append(incidents.c.area.in_(self.areas))
        if self.occurrence is not None:
            asked.append(incidents.c.occurrence == self.occurrence)
        if self.least > Severity.NOTICE:
            asked.append(incidents.c.severity >= self.least.value)
        if self.unmuted_at is not None:
            asked.append(or_(incidents.c.muted_until.is_(None), incidents.c.muted_until <= self.unmuted_at))
        return and_(*asked)


def find(connection: Connection, incident: IncidentId) -> Incident | None:
    return next(iter(where(connection, incidents.c.id == incident)), None)


def some(connection: Connection, wanted: Iterable[IncidentId]) -> tuple[Incident, ...]:
    return where(connection, incidents.c.id.in_(list(wanted)))


_ALL_OPEN = IncidentsAsked(open=True)
_OPEN = select(incidents).where(IS_OPEN).order_by(incidents.c.id)
_IS_BENEATH = incidents.c.cause.in_(bindparam("causes", expanding=True))
_BENEATH = select(incidents).where(_IS_BENEATH).order_by(incidents.c.id)
_ENDS_BENEATH = select(incidents.c.cause, incidents.c.closed_at).where(_IS_BENEATH)


def asked(connection: Connection, what: IncidentsAsked) -> tuple[Incident, ...]:
    if what == _ALL_OPEN:
        return tuple(map(_incident, connection.execute(_OPEN)))
    return where(connection, what.condition())


def count(connection: Connection, what: IncidentsAsked) -> int:
    return connection.scalar(select(func.count()).select_from(incidents).where(what.condition())) or 0


def page(connection: Connection, what: IncidentsAsked, first: int, most: int) -> tuple[Incident, ...]:
    """`most` of them from the `first` on (0 is the first): open ones before ended ones, the worst and latest first."""
    found = select(incidents).where(what.condition())
    order = (incidents.c.closed_at.is_not(None), incidents.c.severity.desc(), incidents.c.opened_at.desc())
    rows = connection.execute(found.order_by(*order, incidents.c.id.desc()).offset(first).limit(most))
    return tuple(map(_incident, rows))


def beneath(connection: Connection, causes: Iterable[IncidentId]) -> tuple[Incident, ...]:
    """What lies directly beneath these."""
    return tuple(map(_incident, connection.execute(_BENEATH, {"causes": list(causes)})))


def ends_beneath(connection: Connection, causes: Iterable[IncidentId]) -> dict[IncidentId, tuple[datetime | None, ...]]:
    """When what lies directly beneath each of these ended, None for what lasts."""
    found: dict[IncidentId, tuple[datetime | None, ...]] = dict.fromkeys(causes, ())
    for row in connection.execute(_ENDS_BENEATH, {"causes": list(found)}):
        found[IncidentId(row.cause)] += (row.closed_at,)
    return found


def story(connection: Connection, incident: IncidentId) -> tuple[Taken, ...]:
    """Every step of it, oldest first."""
    return taken(connection, incident_steps.c.incident == incident)


def where(connection: Connection, condition: ColumnElement[bool]) -> tuple[Incident, ...]:
    """For the store: the incidents of which `condition` holds, oldest first."""
    return tuple(map(_incident, connection.execute(select(incidents).where(condition).order_by(incidents.c.id))))


def taken(connection: Connection, condition: ColumnElement[bool], most: int | None = None) -> tuple[Taken, ...]:
    """For the store: the steps of which `condition` holds, oldest first."""
    found = select(incident_steps).where(condition).order_by(incident_steps.c.id).limit(most)
    return tuple(
        Taken(row.id, IncidentId(row.incident), row.at, IncidentStep(row.step), AccountId(row.by), row.note)
        for row in connection.execute(found)
    )


def _incident(row: Row[tuple[object, ...]]) -> Incident:
    return Incident(
        id=IncidentId(row.id),
        kind=TroubleKind(row.kind),
        subject=Subject(SubjectKind(row.subject_kind), row.subject),
        severity=Severity(row.severity),
        reason=row.reason,
        facts=row.facts,
        area=row.area and AreaId(row.area),
        occurrence=row.occurrence and OccurrenceId(row.occurrence),
        state=IncidentState(row.state),
        cause=row.cause and IncidentId(row.cause),
        count=row._mapping["count"],
        opened_at=row.opened_at,
        last_seen_at=row.last_seen_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=AccountId(row.acknowledged_by),
        muted_until=row.muted_until,
        closed_at=row.closed_at,
        closed_by=AccountId(row.closed_by),
        note=row.note,
    )

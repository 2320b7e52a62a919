"""Incidents: what is wrong, since when, who looks after it. At most one is open of each kind and subject.

Whoever finds a trouble reports it, as often as it is found; whoever finds it gone resolves it. Every change is a row in
`incident_steps`, from which people are told. All of it happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, update
from sqlalchemy.dialects import postgresql, sqlite

from controller.store.incident_list import BY_ITSELF, IS_OPEN, Incident, IncidentId, Taken, beneath, taken, where
from controller.store.incident_states import IncidentState, IncidentStep, after, before
from controller.store.people import AccountId
from controller.store.tables import incident_steps, incidents
from controller.store.troubles import IncidentKey, Subject, Trouble, TroubleKind, key
from schedules.plan import OccurrenceId

SAME_AGAIN = timedelta(minutes=30)
"""What comes back so soon after it ended by itself is the same incident, not another one."""


def report(connection: Connection, trouble: Trouble, now: datetime) -> IncidentId | None:
    """Opens, renews or reopens the incident of `trouble`; its id when that changed what people see of it."""
    return next(iter(report_all(connection, [trouble], now)), None)


def report_all(
    connection: Connection,
    troubles: Iterable[Trouble],
    now: datetime,
    known: Mapping[IncidentKey, Incident] | None = None,
) -> tuple[IncidentId, ...]:
    """As `report`, for many at the price of one; the ids of what changed. Reporting the same again changes nothing.

    `known` is all that is open, where the caller has read it in this transaction.
    """
    told: dict[IncidentKey, Trouble] = {}
    for trouble in troubles:
        earlier = told.get(trouble.key)
        told[trouble.key] = replace(trouble, events=trouble.events + earlier.events) if earlier else trouble
    if not told:
        return ()
    if known is None:
        known = {one.key: one for one in where(connection, IS_OPEN & incidents.c.key.in_(told))}
    standing = {key: known[key] for key in told if key in known}
    renewed = _renew(connection, standing, told, now)
    missing = told.keys() - standing.keys()
    reopened = _reopen(connection, {key: told[key] for key in told if key in missing}, now)
    new = [trouble for key, trouble in told.items() if key in missing and key not in reopened]
    return (*renewed, *reopened.values(), *_open(connection, new, now))


_SEEN_AGAIN = (
    update(incidents)
    .where(incidents.c.id.in_(bindparam("these", expanding=True)), IS_OPEN)
    .values(last_seen_at=bindparam("now"))
)


def _renew(
    connection: Connection, standing: Mapping[IncidentKey, Incident], told: Mapping[IncidentKey, Trouble], now: datetime
) -> tuple[IncidentId, ...]:
    if standing:
        connection.execute(_SEEN_AGAIN, {"these": [one.id for one in standing.values()], "now": now})
    news = [(one, told[one.key]) for one in standing.values() if _is_news(one, told[one.key])]
    _rewrite(connection, news)
    worse = [one.id for one, new in news if (one.severity, one.reason) != (new.severity, new.reason)]
    _note_steps(connection, worse, IncidentStep.RENEW, now)
    return tuple(one.id for one, _ in news)


def _is_news(one: Incident, trouble: Trouble) -> bool:
    said = (trouble.severity, trouble.reason, {**one.facts, **trouble.facts})
    return trouble.events > 0 or said != (one.severity, one.reason, one.facts)


_SAYS = (
    update(incidents)
    .where(incidents.c.id == bindparam("of"))
    .values({name: bindparam(name) for name in ("severity", "reason", "facts")})
    .values(count=incidents.c.count + bindparam("events"))
)


def _rewrite(connection: Connection, said: Collection[tuple[Incident, Trouble]]) -> None:
    """Each incident says from now on what its trouble says."""
    rows = [
        {
            "of": incident.id,
            "severity": trouble.severity.value,
            "reason": trouble.reason,
            "facts": {**incident.facts, **trouble.facts},
            "events": trouble.events,
        }
        for incident, trouble in said
    ]
    if rows:
        connection.execute(_SAYS, rows)


def _reopen(
    connection: Connection, told: Mapping[IncidentKey, Trouble], now: datetime
) -> dict[IncidentKey, IncidentId]:
    lately = (incidents.c.state == IncidentState.RESOLVED) & (incidents.c.closed_at > now - SAME_AGAIN)
    found = {one.key: one for one in where(connection, lately & incidents.c.key.in_(told))} if told else {}
    these = {key: one.id for key, one in found.items()}
    if found:
        _take(connection, these.values(), IncidentStep.REOPEN, now, closed_at=None, last_seen_at=now, cause=None)
        _rewrite(connection, [(one, replace(told[key], events=max(1, told[key].events))) for key, one in found.items()])
    return these


def _open(connection: Connection, new: Collection[Trouble], now: datetime) -> tuple[IncidentId, ...]:
    if not new:
        return ()
    rows = [
        {
            "key": trouble.key,
            "kind": trouble.kind.value,
            "subject_kind": trouble.subject.kind.value,
            "subject": trouble.subject.id,
            "area": trouble.area,
            "occurrence": trouble.occurrence,
            "severity": trouble.severity.value,
            "reason": trouble.reason,
            "facts": dict(trouble.facts),
            "state": IncidentState.OPEN.value,
            "count": max(1, trouble.events),
            "opened_at": now,
            "last_seen_at": now,
            "acknowledged_by": BY_ITSELF,
            "closed_by": BY_ITSELF,
            "note": "",
        }
        for trouble in new
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    once = dialect.insert(incidents).on_conflict_do_nothing().returning(incidents.c.id)
    opened = tuple(IncidentId(row.id) for row in connection.execute(once, rows))
    _note_steps(connection, opened, IncidentStep.OPEN, now)
    return opened


def resolve(
    connection: Connection,
    kind: TroubleKind,
    subject: Subject,
    now: datetime,
    occurrence: OccurrenceId | None = None,
) -> IncidentId | None:
    """It is so no longer; the id of the incident that ended with it, None where none was open."""
    return next(iter(resolve_all(connection, [key(kind, subject, occurrence)], now)), None)


def resolve_all(connection: Connection, keys: Iterable[IncidentKey], now: datetime) -> tuple[IncidentId, ...]:
    """As `resolve`, for many at the price of one."""
    gone = list(keys)
    found = [one.id for one in where(connection, IS_OPEN & incidents.c.key.in_(gone))] if gone else []
    return resolve_ids(connection, found, now)


def resolve_ids(connection: Connection, these: Iterable[IncidentId], now: datetime) -> tuple[IncidentId, ...]:
    """These end by themselves; what lies beneath them and lasts stands alone from now on."""
    ended = _take(connection, these, IncidentStep.RESOLVE, now, closed_at=now, closed_by=BY_ITSELF)
    if ended:
        left = [one.id for one in beneath(connection, ended) if not one.state.over]
        _take(connection, left, IncidentStep.RELEASE, now, cause=None)
    return ended


def put_beneath(
    connection: Connection, cause: IncidentId, these: Iterable[IncidentId], now: datetime
) -> tuple[IncidentId, ...]:
    """`cause` is why these are there; returns those that were not known to lie beneath it."""
    wanted = incidents.c.id.in_([one for one in these if one != cause])
    new = [one.id for one in where(connection, wanted & incidents.c.cause.is_distinct_from(cause))]
    return _take(connection, new, IncidentStep.GROUP, now, cause=cause)


def acknowledge(
    connection: Connection, these: Iterable[IncidentId], by: AccountId, now: datetime
) -> tuple[IncidentId, ...]:
    """`by` looks after these and all that lies beneath them; returns those of which that is new."""
    whole = _with_beneath(connection, these)
    return _take(connection, whole, IncidentStep.ACKNOWLEDGE, now, by=by, acknowledged_at=now, acknowledged_by=by)


def mute(
    connection: Connection, these: Iterable[IncidentId], until: datetime, by: AccountId, now: datetime
) -> tuple[IncidentId, ...]:
    """Nobody is told of these, and of what lies beneath them, before `until`; returns those that are not over."""
    return _take(connection, _with_beneath(connection, these), IncidentStep.MUTE, now, by=by, muted_until=until)


def close(
    connection: Connection, these: Iterable[IncidentId], note: str, by: AccountId, now: datetime
) -> tuple[IncidentId, ...]:
    """A person says that these, and all beneath them, are over; what is found again afterwards is a new incident."""
    ended = {"closed_at": func.coalesce(incidents.c.closed_at, now), "closed_by": by, "note": note}
    whole = _with_beneath(connection, these)
    return _take(connection, whole, IncidentStep.CLOSE, now, by=by, told=note, **ended)


def untold(connection: Connection, most: int) -> tuple[Taken, ...]:
    """The oldest steps that nobody has been told of."""
    return taken(connection, incident_steps.c.told_at.is_(None), most)


def told(connection: Connection, steps: Iterable[int], now: datetime) -> frozenset[int]:
    """Compare and set: which of these steps the caller, and nobody else, is to tell people of."""
    free = incident_steps.c.id.in_(list(steps)) & incident_steps.c.told_at.is_(None)
    mine = update(incident_steps).where(free).values(told_at=now).returning(incident_steps.c.id)
    return frozenset(row.id for row in connection.execute(mine))


def _with_beneath(connection: Connection, these: Iterable[IncidentId]) -> list[IncidentId]:
    roots = list(these)
    return roots + [one.id for one in beneath(connection, roots)]


def _take(
    connection: Connection,
    these: Iterable[IncidentId],
    step: IncidentStep,
    now: datetime,
    *,
    by: AccountId = BY_ITSELF,
    told: str = "",
    **values: object,
) -> tuple[IncidentId, ...]:
    """Compare and set: those of `these` in which the step was permitted have taken it, and are returned."""
    left, moved = set(these), set[IncidentId]()
    for state in before(step) if left else ():
        standing = (incidents.c.state == state.value) & incidents.c.id.in_(left - moved)
        move = update(incidents).where(standing).values(state=after(state, step), **values).returning(incidents.c.id)
        moved |= {IncidentId(row.id) for row in connection.execute(move)}
    _note_steps(connection, moved, step, now, by, told)
    return tuple(sorted(moved))


def _note_steps(
    connection: Connection,
    these: Collection[IncidentId],
    step: IncidentStep,
    now: datetime,
    by: AccountId = BY_ITSELF,
    note: str = "",
) -> None:
    rows = [{"incident": one, "at": now, "step": step.value, "by": by, "note": note} for one in these]
    if rows:
        connection.execute(incident_steps.insert(), rows)

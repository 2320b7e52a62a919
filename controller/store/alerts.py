"""Warnings as they came, what was decided over each, where it concerns whom, and its story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NewType

from sqlalchemy import Connection, Row, Select, delete, or_, select, update

from controller.store.alert_states import AlertState
from controller.store.people import AccountId
from controller.store.tables import alert_places, alert_story, alerts, announcement_places, announcements
from devices.protocol.topics import DeviceId
from schedules.priority import BulletinClass
from schedules.programme import AreaId

AlertId = NewType("AlertId", int)
SourceId = NewType("SourceId", str)

_LIGHT = tuple(column for column in alerts.c if column.name not in ("document", "signed", "digest"))


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it came, with the verdict over its signature. `signed` are the bytes that one covers."""

    source: SourceId
    digest: str
    document: bytes
    signed: bytes | None
    genuine: str
    genuine_reason: str
    authority: str | None
    envelope_status: str | None
    envelope_expires: datetime | None
    received_at: datetime
    sender: str
    identifier: str
    sent: datetime | None
    author: AccountId | None = None
    chosen: tuple[AreaId, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided over a message; see `controller.alerts.policy.decision` for the words."""

    title: str
    verdict: str
    code: str
    reason: str
    bulletin_class: BulletinClass | None = None
    level: int | None = None
    standing_order: str = ""
    drill: bool = False
    asks: bool = False
    answer_by: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A message without its bytes."""

    id: AlertId
    source: SourceId
    genuine: str
    genuine_reason: str
    authority: str | None
    envelope_status: str | None
    envelope_expires: datetime | None
    received_at: datetime
    last_at: datetime
    copies: int
    sender: str
    identifier: str
    sent: datetime | None
    decided: Decided
    state: AlertState
    escalations: int
    author: AccountId | None
    releases: tuple[AccountId, ...]
    chosen: tuple[AreaId, ...]


@dataclass(frozen=True, slots=True)
class Concerned:
    """A loudspeaker, or an area without one, that an alert reaches."""

    place: str
    area: AreaId
    device: DeviceId | None
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """One line of an alert's story. `what` is a stable code."""

    at: datetime
    what: str
    who: AccountId | None
    words: str


def add(connection: Connection, arrival: Arrival, decided: Decided, state: AlertState) -> AlertId:
    values = asdict(arrival) | {"chosen": list(arrival.chosen)} | _columns(decided)
    added = connection.execute(
        alerts.insert().values(
            **values, state=state.value, last_at=arrival.received_at, copies=1, escalations=0, releases=[]
        )
    )
    (number,) = added.inserted_primary_key or (0,)
    return AlertId(int(number))


def same(connection: Connection, digest: str) -> tuple[AlertRow, ...]:
    """Every row of exactly these bytes: at most one for each verdict over the signature."""
    return tuple(_rows(connection, _light().where(alerts.c.digest == digest)))


def came_again(connection: Connection, alert: AlertId, now: datetime) -> None:
    again = {"copies": alerts.c.copies + 1, "last_at": now}
    connection.execute(update(alerts).where(alerts.c.id == alert).values(again))


def find(connection: Connection, alert: AlertId) -> AlertRow | None:
    return next(_rows(connection, _light().where(alerts.c.id == alert)), None)


def live(connection: Connection, since: datetime) -> tuple[AlertRow, ...]:
    """What still has a say: everything received, or ending, after `since`."""
    recent = or_(alerts.c.received_at > since, alerts.c.ends_at > since)
    return tuple(_rows(connection, _light().where(recent, alerts.c.identifier != "").order_by(alerts.c.id)))


def latest(connection: Connection, most: int, states: Iterable[AlertState] = AlertState) -> tuple[AlertRow, ...]:
    """The newest in any of `states`, newest first."""
    wanted = alerts.c.state.in_([state.value for state in states])
    return tuple(_rows(connection, _light().where(wanted).order_by(alerts.c.id.desc()).limit(most)))


def waiting(connection: Connection) -> tuple[AlertRow, ...]:
    """Everything about which a person is asked, the most urgent answer first."""
    return tuple(_rows(connection, _light().where(alerts.c.asks.is_(True)).order_by(alerts.c.answer_by, alerts.c.id)))


def documents(connection: Connection, alert: AlertId) -> tuple[bytes, bytes | None]:
    """The bytes as they came, and those that the signature covers."""
    row = connection.execute(select(alerts.c.document, alerts.c.signed).where(alerts.c.id == alert)).one()
    return bytes(row.document), None if row.signed is None else bytes(row.signed)


def move(connection: Connection, before: AlertRow, state: AlertState, **changed: object) -> bool:
    """Compare and set: False, and nothing changed, when it was moved meanwhile."""
    unmoved = (alerts.c.id == before.id) & (alerts.c.state == before.state.value)
    return connection.execute(update(alerts).where(unmoved).values(state=state.value, **changed)).rowcount == 1


def decide(connection: Connection, alert: AlertId, decided: Decided) -> None:
    connection.execute(update(alerts).where(alerts.c.id == alert).values(_columns(decided)))


def note(connection: Connection, alert: AlertId, **values: object) -> None:
    """Changes single columns that no state hangs on."""
    connection.execute(update(alerts).where(alerts.c.id == alert).values(**values))


def keep_places(connection: Connection, alert: AlertId, found: Iterable[Concerned]) -> None:
    """These, and no others, are the places that the alert reaches."""
    connection.execute(delete(alert_places).where(alert_places.c.alert == alert))
    rows = [asdict(one) | {"alert": alert} for one in found]
    if rows:
        connection.execute(alert_places.insert(), rows)


def places(connection: Connection, alert: AlertId) -> tuple[Concerned, ...]:
    rows = connection.execute(
        select(alert_places).where(alert_places.c.alert == alert).order_by(alert_places.c.area, alert_places.c.place)
    )
    return tuple(
        Concerned(row.place, AreaId(row.area), None if row.device is None else DeviceId(row.device), row.why)
        for row in rows
    )


def tell(
    connection: Connection, alert: AlertId, at: datetime, what: str, words: str = "", who: AccountId | None = None
) -> None:
    connection.execute(alert_story.insert().values(alert=alert, at=at, what=what, who=who, words=words))


def story(connection: Connection, alert: AlertId) -> tuple[Told, ...]:
    rows = connection.execute(select(alert_story).where(alert_story.c.alert == alert).order_by(alert_story.c.id))
    return tuple(Told(row.at, row.what, row.who and AccountId(row.who), row.words) for row in rows)


def forget(connection: Connection, before: datetime) -> int:
    """Deletes what was over before that moment, with everything that hangs on it; returns how many there were."""
    over = alerts.c.state.in_([AlertState.SILENT.value, AlertState.REJECTED.value, AlertState.ENDED.value])
    old = over & (alerts.c.last_at < before) & (alerts.c.ends_at.is_(None) | (alerts.c.ends_at < before))
    gone = select(alerts.c.id).where(old)
    said = select(announcements.c.id).where(announcements.c.alert.in_(gone))
    connection.execute(delete(announcement_places).where(announcement_places.c.announcement.in_(said)))
    for table in (announcements, alert_places, alert_story):
        connection.execute(delete(table).where(table.c.alert.in_(gone)))
    return connection.execute(delete(alerts).where(old)).rowcount


def _light() -> Select[tuple[object, ...]]:
    return select(*_LIGHT)


def _rows(connection: Connection, question: Select[tuple[object, ...]]) -> Iterator[AlertRow]:
    return map(_row, connection.execute(question))


def _columns(decided: Decided) -> dict[str, object]:
    values = asdict(decided)
    values["bulletin_class"] = decided.bulletin_class and decided.bulletin_class.value
    return values


def _row(row: Row[tuple[object, ...]]) -> AlertRow:
    decided = Decided(
        row.title,
        row.verdict,
        row.code,
        row.reason,
        None if row.bulletin_class is None else BulletinClass(row.bulletin_class),
        row.level,
        row.standing_order,
        row.drill,
        row.asks,
        row.answer_by,
        row.ends_at,
    )
    return AlertRow(
        AlertId(row.id),
        SourceId(row.source),
        row.genuine,
        row.genuine_reason,
        row.authority,
        row.envelope_status,
        row.envelope_expires,
        row.received_at,
        row.last_at,
        row.copies,
        row.sender,
        row.identifier,
        row.sent,
        decided,
        AlertState(row.state),
        row.escalations,
        row.author and AccountId(row.author),
        tuple(AccountId(one) for one in row.releases),
        tuple(AreaId(one) for one in row.chosen),
    )

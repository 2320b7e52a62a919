"""Where warnings come from, and whose signatures are believed. Keys of sources are kept as SHA-256."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum

from sqlalchemy import Connection, Row, delete, select, update

from controller.store.alerts import SourceId
from controller.store.people import AccountId
from controller.store.tables import alert_authorities, alert_sources


class SourceKind(Enum):
    POST = "post"
    """Sends to us over HTTP, with a key."""
    FEED = "feed"
    """Is asked by us again and again."""
    MQTT = "mqtt"
    HAND = "hand"
    """Files that a person brings."""
    OPERATOR = "operator"
    """What is written here."""
    SENSOR = "sensor"


OWN = {
    SourceKind.HAND: SourceId("hand"),
    SourceKind.OPERATOR: SourceId("operator"),
    SourceKind.SENSOR: SourceId("sensor"),
}
"""Sources that every commune has."""


@dataclass(frozen=True, slots=True)
class Source:
    """`authorities` are those whose signatures count on this way; empty: all. `silent`: its heartbeat has stopped.

    A feed is asked every `poll_seconds`; `local` allows its host an address in the commune's own network; `links` are
    marks of the messages that it named when it was last asked and that were fetched.
    """

    id: SourceId
    kind: SourceKind
    name: str
    added_at: datetime
    authorities: tuple[str, ...] = ()
    url: str = ""
    poll_seconds: float = 60.0
    local: bool = False
    heartbeat_seconds: float | None = None
    heard_at: datetime | None = None
    silent: bool = False
    etag: str = ""
    modified: str = ""
    polled_at: datetime | None = None
    trouble: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose keys are believed, as in `controller.alerts.cap.trust.Pin`."""

    name: str
    certificates: str
    senders: tuple[str, ...] = field(default=())
    subject: str = ""
    allow_sha1: bool = False
    ignore_white_space: bool = False


def add(connection: Connection, source: Source, key: str | None = None) -> None:
    """`key` is the SHA-256 of the key."""
    connection.execute(alert_sources.insert().values(**_columns(source), key=key))


def found_own(connection: Connection, now: datetime) -> None:
    """Makes sure that the sources which every commune has are there."""
    known = set(connection.scalars(select(alert_sources.c.id)))
    for kind, source in OWN.items():
        if source not in known:
            add(connection, Source(source, kind, source, now))


def everything(connection: Connection) -> tuple[Source, ...]:
    there = select(alert_sources).where(alert_sources.c.removed_at.is_(None)).order_by(alert_sources.c.id)
    return tuple(map(_source, connection.execute(there)))


def find(connection: Connection, source: SourceId) -> Source | None:
    wanted = select(alert_sources).where(alert_sources.c.id == source, alert_sources.c.removed_at.is_(None))
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _source(row)


def exists(connection: Connection, source: SourceId) -> bool:
    """Also when it has been removed: its alerts still name it."""
    return connection.scalar(select(alert_sources.c.id).where(alert_sources.c.id == source)) is not None


def by_key(connection: Connection, key: str) -> Source | None:
    wanted = select(alert_sources).where(alert_sources.c.key == key, alert_sources.c.removed_at.is_(None))
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _source(row)


def change(connection: Connection, source: Source) -> None:
    """What people settle of it; when it was heard, and its key, stay."""
    settled = ("name", "authorities", "url", "poll_seconds", "local", "heartbeat_seconds", "heard_at", "silent")
    values = {name: value for name, value in _columns(source).items() if name in settled}
    connection.execute(update(alert_sources).where(alert_sources.c.id == source.id).values(values))


def renew_key(connection: Connection, source: SourceId, key: str) -> None:
    """`key` is the SHA-256 of the new key; the old one is worth nothing any more."""
    connection.execute(update(alert_sources).where(alert_sources.c.id == source).values(key=key))


def remove(connection: Connection, source: SourceId, now: datetime) -> None:
    gone = {"removed_at": now, "key": None, "silent": False}
    connection.execute(update(alert_sources).where(alert_sources.c.id == source).values(gone))


def heard(connection: Connection, source: SourceId, now: datetime) -> None:
    """It is alive."""
    connection.execute(update(alert_sources).where(alert_sources.c.id == source).values(heard_at=now, trouble=""))


def mark_silent(connection: Connection, source: SourceId, silent: bool) -> bool:
    """Compare and set: False when it was marked so before."""
    other = (alert_sources.c.id == source) & alert_sources.c.silent.is_(not silent)
    return connection.execute(update(alert_sources).where(other).values(silent=silent)).rowcount == 1


def polled(
    connection: Connection,
    source: SourceId,
    now: datetime,
    *,
    etag: str,
    modified: str,
    links: tuple[str, ...],
    trouble: str,
) -> None:
    values = {"polled_at": now, "etag": etag, "modified": modified, "links": list(links), "trouble": trouble}
    connection.execute(update(alert_sources).where(alert_sources.c.id == source).values(values))


def authorities(connection: Connection) -> tuple[Authority, ...]:
    rows = connection.execute(select(alert_authorities).order_by(alert_authorities.c.name))
    return tuple(
        Authority(row.name, row.certificates, tuple(row.senders), row.subject, row.allow_sha1, row.ignore_white_space)
        for row in rows
    )


def pin(connection: Connection, authority: Authority, who: AccountId | None, now: datetime) -> None:
    """From now on these keys, and no others, are the authority's."""
    connection.execute(delete(alert_authorities).where(alert_authorities.c.name == authority.name))
    values = asdict(authority) | {"senders": list(authority.senders), "changed_by": who, "changed_at": now}
    connection.execute(alert_authorities.insert().values(values))


def unpin(connection: Connection, name: str) -> bool:
    return connection.execute(delete(alert_authorities).where(alert_authorities.c.name == name)).rowcount == 1


def _columns(source: Source) -> dict[str, object]:
    lists = {"authorities": list(source.authorities), "links": list(source.links)}
    return asdict(source) | {"kind": source.kind.value} | lists


def _source(row: Row[tuple[object, ...]]) -> Source:
    return Source(
        SourceId(row.id),
        SourceKind(row.kind),
        row.name,
        row.added_at,
        tuple(row.authorities),
        row.url,
        row.poll_seconds,
        row.local,
        row.heartbeat_seconds,
        row.heard_at,
        row.silent,
        row.etag,
        row.modified,
        row.polled_at,
        row.trouble,
        tuple(row.links),
    )

"""The inbox and the outbox: a message is kept before it is acknowledged, and kept until it has been handed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from controller.store.tables import inbox, outbox


@dataclass(frozen=True, slots=True)
class Received:
    id: int
    topic: str
    payload: bytes
    retained: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    id: int
    topic: str
    payload: bytes
    retain: bool


def receive(connection: Connection, messages: Iterable[tuple[str, bytes, bool]], now: datetime) -> None:
    rows = [
        {"topic": topic, "payload": payload, "retained": retained, "received_at": now}
        for topic, payload, retained in messages
    ]
    if rows:
        connection.execute(inbox.insert(), rows)


_RECEIVED = select(inbox).order_by(inbox.c.id).limit(bindparam("most"))


def received(connection: Connection, most: int) -> tuple[Received, ...]:
    """The oldest messages that nobody has dealt with."""
    rows = connection.execute(_RECEIVED, {"most": most})
    return tuple(Received(row.id, row.topic, row.payload, row.retained, row.received_at) for row in rows)


_DEALT_WITH = delete(inbox).where(inbox.c.id.in_(bindparam("ids", expanding=True)))


def dealt_with(connection: Connection, ids: Iterable[int]) -> None:
    connection.execute(_DEALT_WITH, {"ids": list(ids)})


_REPLACED = delete(outbox).where(outbox.c.topic == bindparam("topic"))
_WRITTEN = outbox.insert()


def send(connection: Connection, topic: str, payload: bytes, now: datetime, *, retain: bool = False) -> None:
    """Puts a letter into the outbox. Of retained letters to one topic only the latest is kept."""
    if retain:
        connection.execute(_REPLACED, {"topic": topic})
    connection.execute(_WRITTEN, {"topic": topic, "payload": payload, "retain": retain, "written_at": now})


_UNSENT = (
    select(outbox)
    .where(outbox.c.sent_at.is_(None), outbox.c.id.not_in(bindparam("besides", expanding=True)))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)


def unsent(connection: Connection, most: int, besides: Collection[int] = ()) -> tuple[Letter, ...]:
    rows = connection.execute(_UNSENT, {"most": most, "besides": list(besides)})
    return tuple(Letter(row.id, row.topic, row.payload, row.retain) for row in rows)


_THESE = outbox.c.id.in_(bindparam("ids", expanding=True))
_FORGOTTEN = delete(outbox).where(_THESE, outbox.c.retain.is_(False))
_SENT = update(outbox).where(_THESE).values(sent_at=bindparam("now"))


def sent(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    """The broker has these: forget them, but keep the retained ones for a broker that loses its memory."""
    these = list(ids)
    if connection.execute(_FORGOTTEN, {"ids": these}).rowcount < len(these):
        connection.execute(_SENT, {"ids": these, "now": now})


def resend_retained(connection: Connection) -> None:
    connection.execute(update(outbox).where(outbox.c.retain.is_(True)).values(sent_at=None))


def retained(connection: Connection) -> tuple[tuple[str, bytes], ...]:
    """What the broker is to keep: topic and payload."""
    rows = connection.execute(select(outbox.c.topic, outbox.c.payload).where(outbox.c.retain.is_(True)))
    return tuple((row.topic, row.payload) for row in rows)


def repeat(connection: Connection, topics: Collection[str], sent_before: datetime) -> int:
    """What is retained under these topics and was handed over before then is to be offered again; how many that are."""
    these = outbox.c.topic.in_(tuple(topics)) & outbox.c.retain.is_(True) & (outbox.c.sent_at < sent_before)
    return connection.execute(update(outbox).where(these).values(sent_at=None)).rowcount

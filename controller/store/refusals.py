"""What was refused on the wire: counted by channel and reason, with the last example of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from controller.store.people import Account
from controller.store.tables import refusals


@dataclass(frozen=True, slots=True)
class Refusal:
    channel: str
    reason: str
    count: int
    last_at: datetime
    last_topic: str
    last_words: str


_LAST: dict[str, ColumnElement[Any]] = {
    "last_at": bindparam("at"),
    "last_topic": bindparam("topic"),
    "last_words": bindparam("words"),
}
_ONE_MORE = (
    update(refusals)
    .where(refusals.c.channel == bindparam("on"), refusals.c.reason == bindparam("why"))
    .values(count=refusals.c.count + bindparam("more"), **_LAST)
)
_FIRST = refusals.insert().values(channel=bindparam("on"), reason=bindparam("why"), count=bindparam("more"), **_LAST)


def count_one(connection: Connection, refusal: Refusal) -> None:
    told = {"on": refusal.channel, "why": refusal.reason, "more": refusal.count}
    told |= {"at": refusal.last_at, "topic": refusal.last_topic, "words": refusal.last_words}
    if connection.execute(_ONE_MORE, told).rowcount == 0:
        connection.execute(_FIRST, told)


def everything(connection: Connection) -> tuple[Refusal, ...]:
    rows = connection.execute(select(refusals).order_by(refusals.c.last_at.desc()))
    return tuple(Refusal(**row._mapping) for row in rows)


def shown_to(connection: Connection, who: Account) -> tuple[Refusal, ...]:
    """The last example may name another's device: only who has a role in the whole site sees it."""
    found = everything(connection)
    return found if who.roles else tuple(replace(one, last_topic="", last_words="") for one in found)


def total(connection: Connection) -> int:
    return connection.scalar(select(func.coalesce(func.sum(refusals.c.count), 0))) or 0

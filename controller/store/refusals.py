"""What was refused on the wire: counted by channel and reason, with the last example of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from controller.store.tables import refusals


@dataclass(frozen=True, slots=True)
class Refusal:
    channel: str
    reason: str
    count: int
    last_at: datetime
    last_topic: str
    last_words: str


def count_one(connection: Connection, refusal: Refusal) -> None:
    same = (refusals.c.channel == refusal.channel) & (refusals.c.reason == refusal.reason)
    news = {"last_at": refusal.last_at, "last_topic": refusal.last_topic, "last_words": refusal.last_words}
    changed = connection.execute(update(refusals).where(same).values(count=refusals.c.count + refusal.count, **news))
    if changed.rowcount == 0:
        connection.execute(
            refusals.insert().values(channel=refusal.channel, reason=refusal.reason, count=refusal.count, **news)
        )


def everything(connection: Connection) -> tuple[Refusal, ...]:
    rows = connection.execute(select(refusals).order_by(refusals.c.last_at.desc()))
    return tuple(Refusal(**row._mapping) for row in rows)


def total(connection: Connection) -> int:
    return connection.scalar(select(func.coalesce(func.sum(refusals.c.count), 0))) or 0

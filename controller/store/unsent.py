"""What somebody has typed and not sent yet, form by form. What was sent or thrown away never comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from controller.store.people import AccountId
from controller.store.tables import unsent

KEPT = timedelta(days=14)
MOST = 20
"""Of one person; the oldest give way."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """`once` is the name of the form, `form` its fields as JSON."""

    once: str
    form: str
    title: str
    kept_at: datetime


def keep(connection: Connection, author: AccountId, new: Unsent) -> bool:
    """Whether it is kept: not after it was sent or thrown away, however late this comes."""
    connection.execute(delete(unsent).where(unsent.c.author == author, unsent.c.kept_at < new.kept_at - KEPT))
    kept = _put(connection, author, new, unsent.c.form != "")
    if kept and len(standing := of(connection, author)) > MOST:
        forget(connection, author, standing[-1].once, new.kept_at)
    return kept


def forget(connection: Connection, author: AccountId, once: str, now: datetime) -> None:
    """It was sent or thrown away."""
    _put(connection, author, Unsent(once, "", "", now), unsent.c.once == once)


def of(connection: Connection, author: AccountId) -> tuple[Unsent, ...]:
    """What waits for this person, the latest first."""
    mine = select(unsent).where(unsent.c.author == author, unsent.c.form != "")
    rows = connection.execute(mine.order_by(unsent.c.kept_at.desc(), unsent.c.once))
    return tuple(Unsent(row.once, row.form, row.title, row.kept_at) for row in rows)


def find(connection: Connection, author: AccountId, once: str) -> Unsent | None:
    return next((one for one in of(connection, author) if one.once == once), None)


def _put(connection: Connection, author: AccountId, new: Unsent, where: ColumnElement[bool]) -> bool:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    changed = {"form": new.form, "title": new.title, "kept_at": new.kept_at}
    row = dialect.insert(unsent).values(author=author, once=new.once, **changed)
    put = row.on_conflict_do_update(index_elements=["author", "once"], set_=changed, where=where)
    return connection.execute(put.returning(unsent.c.once)).first() is not None

"""The commune's own words. Every change is a row of its own, and its number is the version of the lexicon from then on.

So each version that ever spoke can be told again, with who changed it and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.exc import IntegrityError

from controller.store.people import AccountId
from controller.store.tables import lexicon

LexiconVersion = NewType("LexiconVersion", int)
NEVER_CHANGED = LexiconVersion(0)


@dataclass(frozen=True, slots=True)
class Change:
    """From `version` on, `written` is said as `spoken`; None takes the entry out."""

    version: LexiconVersion
    written: str
    spoken: str | None
    note: str
    changed_by: AccountId
    changed_at: datetime


def version(connection: Connection) -> LexiconVersion:
    """The number of the last change; 0 before the first."""
    return LexiconVersion(connection.scalar(select(func.coalesce(func.max(lexicon.c.version), 0))) or 0)


def entries(connection: Connection, of: LexiconVersion | None = None) -> tuple[Change, ...]:
    """What stood in the lexicon in version `of`, or stands in it now: for each entry the change that made it."""
    last = select(func.max(lexicon.c.version)).group_by(lexicon.c.written)
    if of is not None:
        last = last.where(lexicon.c.version <= of)
    standing = select(lexicon).where(lexicon.c.version.in_(last), lexicon.c.spoken.is_not(None))
    return tuple(sorted(map(_change, connection.execute(standing)), key=lambda one: one.written.casefold()))


def entry(connection: Connection, written: str) -> Change | None:
    """The entry that stands now for exactly this written form."""
    last = select(lexicon).where(lexicon.c.written == written).order_by(lexicon.c.version.desc()).limit(1)
    row = connection.execute(last).one_or_none()
    return None if row is None or row.spoken is None else _change(row)


def history(connection: Connection, most: int) -> tuple[Change, ...]:
    """The latest changes, newest first."""
    return tuple(map(_change, connection.execute(select(lexicon).order_by(lexicon.c.version.desc()).limit(most))))


def record(connection: Connection, change: Change) -> bool:
    """False, and nothing recorded, when somebody else has taken this version number meanwhile."""
    try:
        with connection.begin_nested():
            connection.execute(
                lexicon.insert().values(
                    version=change.version,
                    written=change.written,
                    spoken=change.spoken,
                    note=change.note,
                    changed_by=change.changed_by,
                    changed_at=change.changed_at,
                )
            )
    except IntegrityError:
        return False
    return True


def _change(row: Row[tuple[object, ...]]) -> Change:
    return Change(
        LexiconVersion(row.version), row.written, row.spoken, row.note, AccountId(row.changed_by), row.changed_at
    )

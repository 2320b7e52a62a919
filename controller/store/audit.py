"""The audit: what changed, who did it and from where, in rows chained by their digests.

`note` may be called for what is no change of a row, such as a look at a camera's picture; changes of rows are noted by
`audit_capture`. All notes of a transaction are written as its last act, so that they stand or fall with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from controller.store.origin import origin
from controller.store.sealing import VAULT, Vault
from controller.store.tables import audit, audit_anchors, audit_head

NOTES = "loa_notes"
"""The execution option under which a connection that may write collects its notes."""
PRUNED = "pruned"
"""The kind of an anchor which says that the rows up to it were deleted by rule."""
START = "0" * 64
"""What the first row of all has before it."""
_AT_ONCE = 1000

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Note:
    """One change, or one act, of a transaction that is under way."""

    what: str
    about: str
    before: Fields
    after: Fields


@dataclass(frozen=True, slots=True)
class Entry:
    """`before` and `after` are JSON objects; `digest` covers the row before and all of this one."""

    id: int
    at: datetime
    who: str
    name: str
    session: str
    address: str
    way: str
    what: str
    about: str
    before: str
    after: str
    digest: str

    def digest_after(self, previous: str) -> str:
        """What its digest must be where the row before it has the digest `previous`. Pure."""
        said = [getattr(self, name) for name in _SAID]
        said[_SAID.index("at")] = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return hashlib.sha256(json.dumps([previous, *said], ensure_ascii=False).encode()).hexdigest()


_SAID = [field.name for field in fields(Entry) if field.name != "digest"]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row, its digest, and the mark by which the site knows that it wrote both."""

    last: int
    digest: str
    genuine: bool


@dataclass(frozen=True, slots=True)
class KeptAnchor:
    """`sealed` is JWS of a row's id and digest; kind `pruned` says that rows up to it were deleted by rule."""

    row: int
    kind: str
    at: datetime
    sealed: str


def note(
    connection: Connection, what: str, about: str = "", *, before: Fields | None = None, after: Fields | None = None
) -> None:
    """Who is behind this, where from and when is added by itself."""
    connection.get_execution_options()[NOTES].append(Note(what, about, before or {}, after or {}))


def write_notes(connection: Connection, now: datetime) -> None:
    """The last act of a transaction. Whoever else writes waits from here to its end, and no longer."""
    notes: list[Note] = connection.get_execution_options()[NOTES]
    if not notes:
        return
    head = connection.execute(select(audit_head).with_for_update()).one()
    last, digest = head.last, head.digest
    by = origin()
    source = (by.account, by.name, by.session, by.address, by.way)
    rows = []
    for last, one in enumerate(notes, last + 1):  # noqa: B020 the newest id goes on from the newest
        entry = Entry(last, now, *source, one.what, one.about, _json(one.before), _json(one.after), "")
        digest = entry.digest_after(digest)
        rows.append({name: getattr(entry, name) for name in _SAID} | {"digest": digest})
    connection.execute(audit.insert(), rows)
    connection.execute(update(audit_head).values(last=last, digest=digest, mark=_mark(connection, last, digest)))
    notes.clear()


def head(connection: Connection) -> Head:
    row = connection.execute(select(audit_head)).one()
    untouched = row.last == 0 and row.digest == START
    return Head(row.last, row.digest, untouched or row.mark == _mark(connection, row.last, row.digest))


def entries(connection: Connection, first: int = 1, last: int | None = None) -> Iterator[Entry]:
    """In order, some at a time: there may be millions."""
    while True:
        asked = select(audit).where(audit.c.id >= first)
        if last is not None:
            asked = asked.where(audit.c.id <= last)
        rows = connection.execute(asked.order_by(audit.c.id).limit(_AT_ONCE)).all()
        yield from map(_entry, rows)
        if len(rows) < _AT_ONCE:
            return
        first = rows[-1].id + 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted; what is empty does not matter. `before` is the id below which they lie."""

    who: str = ""
    what: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def latest(connection: Connection, asked: Asked, most: int) -> tuple[Entry, ...]:
    """Newest first."""
    found = select(audit)
    if asked.who:
        found = found.where(audit.c.who == asked.who)
    if asked.what:
        found = found.where(audit.c.what.startswith(asked.what, autoescape=True))
    if asked.about:
        found = found.where(audit.c.about == asked.about)
    if asked.since:
        found = found.where(audit.c.at >= asked.since)
    if asked.until:
        found = found.where(audit.c.at < asked.until)
    if asked.before:
        found = found.where(audit.c.id < asked.before)
    return tuple(map(_entry, connection.execute(found.order_by(audit.c.id.desc()).limit(most))))


def anchors(connection: Connection, after: int = 0, up_to: int | None = None) -> tuple[KeptAnchor, ...]:
    """In the order in which they were dropped; of those of certain rows only, and the newest that says `pruned`."""
    found = select(audit_anchors).order_by(audit_anchors.c.id)
    if after or up_to is not None:
        newest = select(func.max(audit_anchors.c.id)).where(audit_anchors.c.kind == PRUNED).scalar_subquery()
        within = audit_anchors.c.row > after if up_to is None else audit_anchors.c.row.between(after + 1, up_to)
        found = found.where(or_(within, audit_anchors.c.id == newest))
    rows = connection.execute(found)
    return tuple(KeptAnchor(row.row, row.kind, row.at, row.sealed) for row in rows)


def keep_anchor(connection: Connection, anchor: KeptAnchor) -> None:
    connection.execute(audit_anchors.insert().values({f.name: getattr(anchor, f.name) for f in fields(KeptAnchor)}))


def newest_before(connection: Connection, moment: datetime) -> Entry | None:
    """The last row from before `moment`."""
    older = select(audit).where(audit.c.at < moment).order_by(audit.c.id.desc()).limit(1)
    row = connection.execute(older).one_or_none()
    return None if row is None else _entry(row)


def prune(connection: Connection, up_to: int) -> int:
    """Deletes rows from the front, `up_to` included; how many. An anchor of kind `pruned` must say so."""
    connection.execute(update(audit_head).values(pruned_to=up_to))
    return connection.execute(delete(audit).where(audit.c.id <= up_to)).rowcount


def _mark(connection: Connection, last: int, digest: str) -> str:
    vault = connection.get_execution_options()[VAULT]
    assert isinstance(vault, Vault)
    return vault.mark(f"{last}:{digest}", "audit_head")


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(**row._mapping)


def _json(said: Fields) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return f"sha256:{hashlib.sha256(value).hexdigest()}"
    return str(value)

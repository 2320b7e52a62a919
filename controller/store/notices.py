"""Channels, and the notices on their way to them. Addresses and secrets are never given out again, and lie sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from controller.store import areas, people
from controller.store.channels import OVER, Channel, ChannelKind, News, What, Wish
from controller.store.concerns import CONCERNS
from controller.store.people import AccountId
from controller.store.sealing import seal, unseal
from controller.store.tables import channels as channel_rows
from controller.store.tables import notices
from controller.store.troubles import Severity

_HERE = channel_rows.c.removed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    channel: str
    thread: str
    what: str
    body: dict[str, Any]
    written_at: datetime
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    trouble: str


def add_channel(connection: Connection, channel: Channel, now: datetime) -> None:
    connection.execute(
        channel_rows.insert().values(_columns(connection, channel) | {"id": channel.id, "added_at": now})
    )


def put_channel(connection: Connection, channel: Channel, now: datetime) -> None:
    """As `add_channel`, in the place of one of the same id, whosever it was."""
    if not is_known(connection, channel.id):
        add_channel(connection, channel, now)
        return
    again = _columns(connection, channel) | {"added_at": now, "removed_at": None}
    connection.execute(update(channel_rows).where(channel_rows.c.id == channel.id).values(again))


def change_channel(connection: Connection, channel: Channel) -> None:
    connection.execute(
        update(channel_rows).where(channel_rows.c.id == channel.id).values(_columns(connection, channel))
    )


def channels(connection: Connection, account: AccountId | None = None) -> tuple[Channel, ...]:
    """Those of a person; without one, those of the site."""
    found = select(channel_rows).where(_HERE, channel_rows.c.account.is_not_distinct_from(account))
    rows = connection.execute(found.order_by(channel_rows.c.added_at, channel_rows.c.id))
    return tuple(_channel(connection, row) for row in rows)


def channel(connection: Connection, name: str) -> Channel | None:
    row = connection.execute(select(channel_rows).where(_HERE, channel_rows.c.id == name)).one_or_none()
    return None if row is None else _channel(connection, row)


def is_known(connection: Connection, name: str) -> bool:
    """Also when it has been removed."""
    return connection.scalar(select(channel_rows.c.id).where(channel_rows.c.id == name)) is not None


def remove_channel(connection: Connection, name: str, now: datetime) -> bool:
    """Nothing is sent to it any more, and its address is forgotten."""
    unsent = (notices.c.channel == name) & notices.c.next_at.is_not(None)
    connection.execute(update(notices).where(unsent).values(next_at=None, trouble="removed"))
    gone = {"removed_at": now, "address": "", "secret": ""}
    return connection.execute(update(channel_rows).where(_HERE, channel_rows.c.id == name).values(gone)).rowcount == 1


def remove_browser(connection: Connection, name: str, now: datetime) -> None:
    """Nothing happens where `name` is another kind of channel."""
    found = channel(connection, name)
    if found is not None and found.kind is ChannelKind.PUSH:
        remove_channel(connection, name, now)


def remove_browsers(connection: Connection, account: AccountId, now: datetime) -> None:
    """None of a person's browsers is told anything any more."""
    for one in channels(connection, account):
        if one.kind is ChannelKind.PUSH:
            remove_channel(connection, one.id, now)


def write(connection: Connection, news: News, now: datetime) -> None:
    """One notice for each channel that is to be told, in the transaction of the change that it tells of."""
    known = [_channel(connection, row) for row in connection.execute(select(channel_rows).where(_HERE))]
    if not known:
        return
    about = select(notices.c.channel, notices.c.what).where(notices.c.thread == news.thread).order_by(notices.c.id)
    last = {row.channel: What(row.what) for row in connection.execute(about)}
    for one in known:
        before = one.id in last and last[one.id] not in OVER
        if one.is_told(news, before) and _may_know(connection, one.account, news):
            write_to(connection, one, news, now)


def _may_know(connection: Connection, account: AccountId | None, news: News) -> bool:
    if news.only is not None and account != news.only:
        return False
    if account is None:
        return True
    who = people.find(connection, account)
    if who is None or account == news.by or people.is_closed(connection, account):
        return False
    kind, _, name = news.thread.partition(":")
    concern = CONCERNS[kind](connection, name) if kind in CONCERNS else None
    if concern is None or not concern.is_seen_by(who, tree := areas.tree(connection)):
        return False
    return not news.asks or who.at(tree, concern.areas).is_any(*news.asks)


def write_to(connection: Connection, one: Channel, news: News, now: datetime) -> int:
    """A notice for one channel, whatever it wants; its number."""
    body = {**news.facts, "title": news.title, "text": news.text, "urgent": news.urgent}
    about = {"channel": one.id, "thread": news.thread, "what": news.what.value, "body": body}
    times = {"written_at": now, "next_at": one.when(news, now)}
    written = connection.execute(notices.insert().values(**about, **times, attempts=0, trouble=""))
    (number,) = written.inserted_primary_key or (0,)
    return int(number)


def due(connection: Connection, name: str, now: datetime, most: int) -> tuple[Notice, ...]:
    """The oldest that wait for being sent to a channel."""
    waiting = select(notices).where(notices.c.next_at <= now, notices.c.channel == name)
    return tuple(_notice(row) for row in connection.execute(waiting.order_by(notices.c.id).limit(most)))


def channels_due(connection: Connection, now: datetime) -> tuple[str, ...]:
    """For which of them something waits."""
    return tuple(connection.scalars(select(notices.c.channel).where(notices.c.next_at <= now).distinct()))


def claim(connection: Connection, found: Iterable[Notice], until: datetime) -> tuple[Notice, ...]:
    """Compare and set: those that the caller, and nobody else before `until`, is to send."""
    return tuple(one for one in found if _set(connection, one, attempts=one.attempts + 1, next_at=until))


def _set(connection: Connection, one: Notice, **values: object) -> bool:
    mine = (notices.c.id == one.id) & (notices.c.attempts == one.attempts) & notices.c.next_at.is_not(None)
    return connection.execute(update(notices).where(mine).values(values)).rowcount == 1


def tried(
    connection: Connection, found: Iterable[Notice], *, sent_at: datetime | None, next_at: datetime | None, trouble: str
) -> None:
    """What became of those that were claimed; `next_at` None: they are not tried again."""
    these = notices.c.id.in_([one.id for one in found]) & notices.c.next_at.is_not(None)
    connection.execute(update(notices).where(these).values(sent_at=sent_at, next_at=next_at, trouble=trouble))


def latest(connection: Connection, name: str, most: int) -> tuple[Notice, ...]:
    """The newest for a channel, newest first."""
    rows = connection.execute(
        select(notices).where(notices.c.channel == name).order_by(notices.c.id.desc()).limit(most)
    )
    return tuple(map(_notice, rows))


def sweep(connection: Connection, before: datetime) -> None:
    """Forgets what was dealt with long ago."""
    connection.execute(delete(notices).where(notices.c.next_at.is_(None), notices.c.written_at < before))


def _place(channel: str, column: str) -> str:
    return f"channels/{channel}/{column}"


def _columns(connection: Connection, one: Channel) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "name": one.name,
        "address": seal(connection, one.address, _place(one.id, "address")),
        "secret": seal(connection, one.secret, _place(one.id, "secret")),
        "local": one.local,
        "wants": sorted(wish.value for wish in one.wants),
        "least": one.least.value,
        "turn": one.turn,
        "quiet": "-".join(f"{clock:%H:%M}" for clock in one.quiet) if one.quiet else "",
        "digest": f"{one.digest:%H:%M}" if one.digest else "",
        "account": one.account,
    }


def _channel(connection: Connection, row: Row[tuple[object, ...]]) -> Channel:
    begin, _, end = row.quiet.partition("-")
    return Channel(
        row.id,
        ChannelKind(row.kind),
        unseal(connection, row.address, _place(row.id, "address")),
        row.name,
        unseal(connection, row.secret, _place(row.id, "secret")),
        row.local,
        frozenset(map(Wish, row.wants)),
        Severity(row.least),
        row.turn,
        (time.fromisoformat(begin), time.fromisoformat(end)) if row.quiet else None,
        time.fromisoformat(row.digest) if row.digest else None,
        row.account and AccountId(row.account),
    )


def _notice(row: Row[tuple[object, ...]]) -> Notice:
    return Notice(
        row.id,
        row.channel,
        row.thread,
        row.what,
        row.body,
        row.written_at,
        row.attempts,
        row.next_at,
        row.sent_at,
        row.trouble,
    )

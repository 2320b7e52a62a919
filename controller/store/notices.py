"""Who is told of warnings besides loudspeakers: channels, and notices on their way. Addresses may hold secrets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, select, update

from controller.store.alerts import AlertId
from controller.store.tables import alert_channels, alert_notices


class ChannelKind(Enum):
    WEBHOOK = "webhook"
    """A POST of JSON."""
    APPRISE = "apprise"
    """An address of the Apprise library: mail, SMS gateways, Telegram and many more."""


@dataclass(frozen=True, slots=True)
class Channel:
    """`local` allows an address in the commune's own network."""

    id: str
    kind: ChannelKind
    address: str
    local: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    channel: Channel
    body: dict[str, Any]
    attempts: int


def add_channel(connection: Connection, channel: Channel) -> None:
    connection.execute(alert_channels.insert().values(asdict(channel) | {"kind": channel.kind.value}))


def channels(connection: Connection) -> tuple[Channel, ...]:
    rows = connection.execute(
        select(alert_channels).where(alert_channels.c.removed_at.is_(None)).order_by(alert_channels.c.id)
    )
    return tuple(Channel(row.id, ChannelKind(row.kind), row.address, row.local, row.added_at) for row in rows)


def is_known(connection: Connection, channel: str) -> bool:
    """Also when it has been removed."""
    return connection.scalar(select(alert_channels.c.id).where(alert_channels.c.id == channel)) is not None


def remove_channel(connection: Connection, channel: str, now: datetime) -> bool:
    there = (alert_channels.c.id == channel) & alert_channels.c.removed_at.is_(None)
    unsent = (alert_notices.c.channel == channel) & alert_notices.c.sent_at.is_(None)
    connection.execute(update(alert_notices).where(unsent).values(next_at=None, trouble="the channel was removed"))
    return connection.execute(update(alert_channels).where(there).values(removed_at=now)).rowcount == 1


def write(connection: Connection, alert: AlertId, what: str, body: dict[str, Any], now: datetime) -> None:
    """One notice for every channel, in the transaction of the change that it tells of."""
    values = {"alert": alert, "what": what, "body": body, "written_at": now, "next_at": now}
    rows = [values | {"channel": one.id, "attempts": 0, "trouble": ""} for one in channels(connection)]
    if rows:
        connection.execute(alert_notices.insert(), rows)


def due(connection: Connection, now: datetime, most: int) -> tuple[Notice, ...]:
    """The oldest that wait for being sent."""
    known = {one.id: one for one in channels(connection)}
    waiting = select(alert_notices).where(alert_notices.c.next_at <= now).order_by(alert_notices.c.id).limit(most)
    rows = connection.execute(waiting)
    return tuple(Notice(row.id, known[row.channel], row.body, row.attempts) for row in rows if row.channel in known)


def tried(
    connection: Connection, notice: Notice, *, sent_at: datetime | None, next_at: datetime | None, trouble: str = ""
) -> bool:
    """Compare and set: False when somebody else has tried it meanwhile."""
    mine = (alert_notices.c.id == notice.id) & (alert_notices.c.attempts == notice.attempts)
    values = {"attempts": notice.attempts + 1, "sent_at": sent_at, "next_at": next_at, "trouble": trouble}
    return connection.execute(update(alert_notices).where(mine).values(values)).rowcount == 1

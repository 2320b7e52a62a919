"""Links with which a phone's calendar follows an area without an account; they are kept as SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from controller.store.people import AccountId
from controller.store.tables import calendar_links
from schedules.programme import AreaId

_NAMED_BY = 12


@dataclass(frozen=True, slots=True)
class Link:
    """`id` names it without giving it away."""

    id: str
    area: AreaId
    made_by: AccountId
    made_at: datetime


def add(connection: Connection, token: str, area: AreaId, who: AccountId, now: datetime) -> Link:
    """`token` is the SHA-256 of the token."""
    connection.execute(insert(calendar_links).values(token=token, area=area, made_by=who, made_at=now))
    return Link(token[:_NAMED_BY], area, who, now)


def opens(connection: Connection, token: str, area: AreaId) -> bool:
    found = select(calendar_links.c.area).where(calendar_links.c.token == token, calendar_links.c.area == area)
    return connection.scalar(found) is not None


def of(connection: Connection, area: AreaId) -> tuple[Link, ...]:
    found = select(calendar_links).where(calendar_links.c.area == area).order_by(calendar_links.c.made_at)
    return tuple(
        Link(row.token[:_NAMED_BY], AreaId(row.area), AccountId(row.made_by), row.made_at)
        for row in connection.execute(found)
    )


def made_by(connection: Connection, who: AccountId) -> tuple[Link, ...]:
    found = select(calendar_links).where(calendar_links.c.made_by == who).order_by(calendar_links.c.made_at)
    return tuple(
        Link(row.token[:_NAMED_BY], AreaId(row.area), AccountId(row.made_by), row.made_at)
        for row in connection.execute(found)
    )


def remove(connection: Connection, area: AreaId, link: str) -> bool:
    """False when there was none."""
    this = (calendar_links.c.area == area) & calendar_links.c.token.startswith(link, autoescape=True)
    return len(link) == _NAMED_BY and connection.execute(delete(calendar_links).where(this)).rowcount > 0

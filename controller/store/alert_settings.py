"""What the commune settles for its warnings: small documents by name, and the lock that their worker holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from controller.store.people import AccountId
from controller.store.tables import alert_settings

GROUND = "ground"
STANDING_ORDERS = "standing-orders"
EXERCISE = "exercise"
_LOCK = "lock"


def read(connection: Connection, name: str) -> Any:
    """The document, or None."""
    return connection.scalar(select(alert_settings.c.value).where(alert_settings.c.name == name))


def changed_at(connection: Connection, name: str) -> datetime | None:
    return connection.scalar(select(alert_settings.c.changed_at).where(alert_settings.c.name == name))


def keep(connection: Connection, name: str, value: object, who: AccountId | None, now: datetime) -> None:
    values = {"value": value, "changed_by": who, "changed_at": now}
    changed = connection.execute(update(alert_settings).where(alert_settings.c.name == name).values(values))
    if changed.rowcount == 0:
        connection.execute(alert_settings.insert().values(name=name, **values))


def lock(connection: Connection, now: datetime) -> None:
    """Until this transaction ends nobody else decides over warnings, whichever controller they are."""
    held = connection.execute(select(alert_settings.c.name).where(alert_settings.c.name == _LOCK).with_for_update())
    if held.one_or_none() is None:
        keep(connection, _LOCK, {}, None, now)

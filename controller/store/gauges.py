"""Gauges as they are settled, and what their last readings came to: both as small documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from controller.store.tables import gauges


def everything(connection: Connection) -> dict[str, tuple[Any, Any]]:
    """Settings and state of each."""
    return {row.id: (row.settings, row.state) for row in connection.execute(select(gauges).order_by(gauges.c.id))}


def find(connection: Connection, name: str) -> tuple[Any, Any] | None:
    row = connection.execute(select(gauges).where(gauges.c.id == name)).one_or_none()
    return None if row is None else (row.settings, row.state)


def keep(connection: Connection, name: str, settings: object, state: object, now: datetime) -> None:
    connection.execute(delete(gauges).where(gauges.c.id == name))
    connection.execute(gauges.insert().values(id=name, settings=settings, state=state, changed_at=now))


def remove(connection: Connection, name: str) -> None:
    connection.execute(delete(gauges).where(gauges.c.id == name))

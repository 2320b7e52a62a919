"""What of warnings is said where, in few rows however many loudspeakers there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, null, select

from controller.store.alerts import AlertId
from controller.store.tables import announcement_places, announcements
from devices.protocol.topics import DeviceId
from schedules.priority import BulletinClass
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class Part:
    """All places of one announcement in one area (or, of `device`, this one alone) that are `stopped`, or are not."""

    alert: AlertId
    bulletin_class: BulletinClass
    drill: bool
    begins_at: datetime
    area: AreaId
    device: DeviceId | None
    stopped: bool


def parts(connection: Connection, alerts: Collection[AlertId], alone: Collection[DeviceId]) -> tuple[Part, ...]:
    """Of what is not over of these. Each loudspeaker of `alone` is a part of its own."""
    said, there = announcements.c, announcement_places.c
    device = case((there.device.in_(alone), there.device), else_=None) if alone else null()
    columns = (said.alert, said.bulletin_class, said.drill, said.begins_at, there.area, there.stopped)
    rows = connection.execute(
        select(*columns, device.label("device"))
        .join(announcement_places)
        .where(said.alert.in_(alerts), there.over_at.is_(None))
        .distinct()
        .order_by(said.begins_at, there.area)
    )
    return tuple(
        Part(
            AlertId(row.alert),
            BulletinClass(row.bulletin_class),
            row.drill,
            row.begins_at,
            AreaId(row.area),
            row.device and DeviceId(row.device),
            row.stopped,
        )
        for row in rows
    )

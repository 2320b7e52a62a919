"""Since when, and until when, devices had no connection: of all, or of the worst."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, null, or_, select

from controller.store.tables import devices, incidents
from controller.store.troubles import Subject, SubjectKind, TroubleKind, key
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from schedules.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Outage:
    """A device, and a stretch in which it had no connection; without `since` it had none. `until` None: it lasts."""

    device: DeviceId
    name: str
    area: AreaId
    enrolled_at: datetime
    since: datetime | None
    until: datetime | None


def outages(connection: Connection, span: Timespan, inside: Collection[AreaId] | None) -> tuple[Outage, ...]:
    """Of every device in these areas (all where None), those that reach into `span`."""
    columns = (incidents.c.opened_at, incidents.c.closed_at)
    asked = _there(span, inside).add_columns(*columns).outerjoin(incidents, _offline(span))
    return tuple(map(_outage, connection.execute(asked.order_by(devices.c.area, devices.c.id))))


def worst_outages(
    connection: Connection, span: Timespan, inside: Collection[AreaId] | None, most: int
) -> tuple[tuple[Outage, ...], int]:
    """As `outages`, of the devices that had any and of a few others, by id, which fill a list of so many; and how many
    devices there are."""
    columns = (incidents.c.opened_at, incidents.c.closed_at)
    found = connection.execute(_there(span, inside).add_columns(*columns).join(incidents, _offline(span))).all()
    its_key = key(TroubleKind.DEVICE_OFFLINE, Subject(SubjectKind.DEVICE, "{}")).split("{}")
    had_one = select(incidents.c.id).where(_offline(span), incidents.c.key == its_key[0] + devices.c.id + its_key[1])
    calm = _there(span, inside).add_columns(null(), null()).where(~had_one.exists())
    others = connection.execute(calm.order_by(devices.c.id).limit(most)).all()
    count = connection.scalar(select(func.count()).select_from(_there(span, inside).subquery()))
    return tuple(map(_outage, (*found, *others))), count or 0


def _there(span: Timespan, inside: Collection[AreaId] | None) -> Select[Any]:
    """The devices that had joined before its end."""
    asked = select(devices.c.id, devices.c.name, devices.c.area, devices.c.enrolled_at)
    asked = asked.where(devices.c.enrolled_at < span.end)
    return asked if inside is None else asked.where(devices.c.area.in_(inside))


def _offline(span: Timespan) -> ColumnElement[bool]:
    """An outage of the device that reaches into it."""
    return and_(
        incidents.c.kind == TroubleKind.DEVICE_OFFLINE.value,
        incidents.c.subject_kind == SubjectKind.DEVICE.value,
        incidents.c.subject == devices.c.id,
        incidents.c.opened_at < span.end,
        or_(incidents.c.closed_at.is_(None), incidents.c.closed_at > span.start),
    )


def _outage(row: Row[Any]) -> Outage:
    device, name, area, enrolled_at, since, until = tuple(row)
    return Outage(DeviceId(device), name, AreaId(area), enrolled_at, since, until)

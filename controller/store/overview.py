"""What people ask at a glance: counts and short stretches of long lists, answered by the database itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, true

from controller.store import fleet
from controller.store.fleet import Device, Seen
from controller.store.tables import (
    accounts,
    areas,
    cameras,
    device_states,
    devices,
    facts,
    occurrences,
    programmes,
    recordings,
)
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class Speakers:
    """Loudspeakers directly in one area."""

    all: int = 0
    online: int = 0

    def __add__(self, other: Speakers) -> Speakers:
        return Speakers(self.all + other.all, self.online + other.online)


def speakers(connection: Connection) -> dict[AreaId, Speakers]:
    """For each area in which a loudspeaker stands."""
    here = func.coalesce(func.sum(case((device_states.c.online.is_(True), 1), else_=0)), 0)
    question = (
        select(devices.c.area, func.count().label("every"), here.label("online"))
        .outerjoin(device_states, device_states.c.device == devices.c.id)
        .group_by(devices.c.area)
    )
    return {AreaId(row.area): Speakers(row.every, row.online) for row in connection.execute(question)}


def why_not_ready(connection: Connection, occurrence: OccurrenceId) -> dict[str, int]:
    """Why loudspeakers are not ready for `occurrence`, and how many for each reason."""
    question = (
        select(facts.c.not_ready, func.count().label("how_many"))
        .where(facts.c.occurrence == occurrence, facts.c.ready_at.is_(None))
        .group_by(facts.c.not_ready)
    )
    return {row.not_ready: row.how_many for row in connection.execute(question)}


@dataclass(frozen=True, slots=True)
class DevicesAsked:
    """Which devices: in these areas, online or not, shut out or not, of these ids; each part that is None asks for
    all."""

    areas: Collection[AreaId] | None = None
    online: bool | None = None
    shut_out: bool | None = None
    ids: Collection[DeviceId] | None = None

    def condition(self) -> ColumnElement[bool]:
        """On devices, joined with what they last said where they have said something."""
        asked: list[ColumnElement[bool]] = [true()]
        if self.areas is not None:
            asked.append(devices.c.area.in_(self.areas))
        if self.online is not None:
            asked.append(func.coalesce(device_states.c.online, False).is_(self.online))
        if self.shut_out is not None:
            asked.append((devices.c.public_key == "").is_(self.shut_out))
        if self.ids is not None:
            asked.append(devices.c.id.in_(self.ids))
        return and_(*asked)


_STATED = devices.outerjoin(device_states, device_states.c.device == devices.c.id)


def count_devices(connection: Connection, asked: DevicesAsked) -> int:
    return connection.scalar(select(func.count()).select_from(_STATED).where(asked.condition())) or 0


class DeviceOrder(Enum):
    """What devices can be sorted by."""

    AREA = "area"
    NAME = "name"
    STATE = "state"


_SORTED: dict[DeviceOrder, tuple[ColumnElement[Any], ...]] = {
    DeviceOrder.AREA: (devices.c.area, devices.c.id),
    DeviceOrder.NAME: (devices.c.name, devices.c.id),
    # Whoever has been silent for longest first: those never heard of, then the longest away.
    DeviceOrder.STATE: (
        func.coalesce(device_states.c.online, False),
        device_states.c.seen_at.is_not(None),
        device_states.c.seen_at,
        devices.c.id,
    ),
}


def devices_page(
    connection: Connection,
    asked: DevicesAsked,
    first: int,
    most: int,
    order: DeviceOrder = DeviceOrder.AREA,
    *,
    backwards: bool = False,
) -> tuple[tuple[Device, Seen | None], ...]:
    """Of all that is asked for, `most` devices from the `first` on (0 is the first), and what each last said."""
    columns = [column.desc() for column in _SORTED[order]] if backwards else _SORTED[order]
    ids = select(devices.c.id).select_from(_STATED).where(asked.condition())
    ids = ids.order_by(*columns).offset(first).limit(most)
    wanted = [DeviceId(row.id) for row in connection.execute(ids)]
    found = {one.id: one for one in fleet.some(connection, wanted)}
    seen = fleet.seen(connection, wanted)
    return tuple((found[one], seen.get(one)) for one in wanted)


def device_names(connection: Connection) -> tuple[tuple[DeviceId, str], ...]:
    """Id and name of every device."""
    return tuple((DeviceId(row.id), row.name) for row in connection.execute(select(devices.c.id, devices.c.name)))


def everything(connection: Connection) -> dict[str, int]:
    """How many rows there are of what people count, by table."""
    counted = (areas, devices, cameras, accounts, programmes, occurrences, recordings)
    question = select(*(select(func.count()).select_from(one).scalar_subquery().label(one.name) for one in counted))
    return {name: int(count) for name, count in connection.execute(question).one()._mapping.items()}


def devices_near(
    connection: Connection, area: str, chosen: str, inside: Collection[AreaId] | None, most: int
) -> tuple[tuple[DeviceId, str], ...]:
    """Id and name of so many devices inside these areas (all where None): the `chosen` one, those of `area`, others."""
    nearest = case((devices.c.id == chosen, 0), (devices.c.area == area, 1), else_=2)
    asked = select(devices.c.id, devices.c.name).where(true() if inside is None else devices.c.area.in_(inside))
    rows = connection.execute(asked.order_by(nearest, devices.c.name, devices.c.id).limit(most))
    return tuple((DeviceId(row.id), row.name) for row in rows)

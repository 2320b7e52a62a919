"""What people ask at a glance: counts and short stretches of long lists, answered by the database itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, true

from controller.store import fleet
from controller.store.fleet import Device, Seen
from controller.store.states import ProgrammeState
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


def programmes_by_state(connection: Connection) -> dict[ProgrammeState, int]:
    question = select(programmes.c.state, func.count().label("how_many")).group_by(programmes.c.state)
    return {ProgrammeState(row.state): row.how_many for row in connection.execute(question)}


def waiting_for_approval(connection: Connection) -> int:
    submitted = programmes.c.state == ProgrammeState.SUBMITTED.value
    return connection.scalar(select(func.count()).select_from(programmes).where(submitted)) or 0


@dataclass(frozen=True, slots=True)
class DevicesAsked:
    """Which devices: in these areas (all where None), online or not (both where None)."""

    areas: Collection[AreaId] | None = None
    online: bool | None = None

    def condition(self) -> ColumnElement[bool]:
        """On devices, joined with what they last said where they have said something."""
        asked: list[ColumnElement[bool]] = [true()]
        if self.areas is not None:
            asked.append(devices.c.area.in_(self.areas))
        if self.online is not None:
            asked.append(func.coalesce(device_states.c.online, False).is_(self.online))
        return and_(*asked)


_STATED = devices.outerjoin(device_states, device_states.c.device == devices.c.id)


def count_devices(connection: Connection, asked: DevicesAsked) -> int:
    return connection.scalar(select(func.count()).select_from(_STATED).where(asked.condition())) or 0


def devices_page(
    connection: Connection, asked: DevicesAsked, first: int, most: int
) -> tuple[tuple[Device, Seen | None], ...]:
    """Of all that is asked for, `most` devices from the `first` on (0 is the first), and what each last said."""
    ids = select(devices.c.id).select_from(_STATED).where(asked.condition())
    ids = ids.order_by(devices.c.area, devices.c.id).offset(first).limit(most)
    wanted = [DeviceId(row.id) for row in connection.execute(ids)]
    found = {one.id: one for one in fleet.some(connection, wanted)}
    seen = fleet.seen(connection, wanted)
    return tuple((found[one], seen.get(one)) for one in wanted)


def everything(connection: Connection) -> dict[str, int]:
    """How many rows there are of what people count, by table."""
    counted = (areas, devices, cameras, accounts, programmes, occurrences, recordings)
    question = select(*(select(func.count()).select_from(one).scalar_subquery().label(one.name) for one in counted))
    return {name: int(count) for name, count in connection.execute(question).one()._mapping.items()}

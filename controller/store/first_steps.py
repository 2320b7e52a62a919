"""How far a new commune has come, from what its rows hold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, exists, select

from controller.store import tables
from controller.store.areas import AreaKind
from controller.store.fleet import OWN_AGENT
from controller.store.people import Role
from controller.store.states import ProgrammeState
from schedules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What has been done, in the order in which it is done best. `seen`: the first loudspeaker has spoken to us."""

    areas: bool
    device: bool
    seen: bool
    second_person: bool
    bulletin: bool
    approved: bool


def first_steps(connection: Connection) -> FirstSteps | None:
    """None once a loudspeaker has played something: nobody needs guiding any more."""
    played = tables.receipts.c.outcome == Outcome.PLAYED.value
    if connection.scalar(select(tables.receipts.c.id).where(played).limit(1)) is not None:
        return None
    village = tables.areas.c.kind.in_([AreaKind.VILLAGE.value, AreaKind.CLUSTER.value])
    online = tables.device_states.c.device != OWN_AGENT
    approved = tables.programmes.c.state == ProgrammeState.APPROVED.value
    asked = select(
        _any(tables.areas, village),
        _any(tables.devices, tables.devices.c.id != OWN_AGENT),
        _any(tables.device_states, online),
        _any(tables.programmes),
        _any(tables.programmes, approved),
    )
    areas, device, seen, bulletin, decided = map(bool, connection.execute(asked).one())
    return FirstSteps(areas, device, seen, _two_people(connection), bulletin, decided)


def _any(table: Table, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(*table.primary_key).where(*which))


def _two_people(connection: Connection) -> bool:
    """Whether somebody may approve what somebody else writes."""
    open_ones = select(tables.accounts.c.id, tables.accounts.c.roles).where(tables.accounts.c.closed_at.is_(None))
    people = [(row.id, {role.partition("@")[0] for role in row.roles}) for row in connection.execute(open_ones)]
    write, approve = ({Role.ADMINISTRATOR.value, role.value} for role in (Role.EDITOR, Role.APPROVER))
    writers, approvers = ({one for one, roles in people if roles & able} for able in (write, approve))
    return bool(writers) and bool(approvers) and len(writers | approvers) > 1

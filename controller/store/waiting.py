"""How many of each kind there are that somebody may know of, in a question or two however many there are."""

from __future__ import annotations

import json

from sqlalchemy import Connection, Text, cast, func, literal, select

from controller.store.areas import AreaTree
from controller.store.concerns import Concern
from controller.store.people import Account
from controller.store.states import ProgrammeState
from controller.store.tables import alert_places, alerts, programmes
from schedules.programme import AreaId


def programmes_by_state(
    connection: Connection, who: Account, tree: AreaTree, only: ProgrammeState | None = None
) -> dict[ProgrammeState, int]:
    """Programmes, or those in `only` this state; a state in which there is none is missing."""
    where = literal("[]") if who.roles else cast(programmes.c.areas, Text)
    asked = select(programmes.c.state, where.label("areas"), func.count().label("how_many"))
    if only is not None:
        asked = asked.where(programmes.c.state == only.value)
    found: dict[ProgrammeState, int] = {}
    for row in connection.execute(asked.group_by(programmes.c.state, where)):
        if Concern(frozenset(json.loads(row.areas))).is_seen_by(who, tree):
            state = ProgrammeState(row.state)
            found[state] = found.get(state, 0) + row.how_many
    return found


def for_approval(connection: Connection, who: Account, tree: AreaTree) -> int:
    """Programmes that somebody is to approve."""
    submitted = ProgrammeState.SUBMITTED
    return programmes_by_state(connection, who, tree, submitted).get(submitted, 0)


def alerts_asking(connection: Connection, who: Account, tree: AreaTree) -> int:
    """Warnings over which a person is asked to decide."""
    asking = alerts.c.asks.is_(True)
    if who.roles:
        return connection.scalar(select(func.count()).select_from(alerts).where(asking)) or 0
    where = {row.id: set(row.chosen) for row in connection.execute(select(alerts.c.id, alerts.c.chosen).where(asking))}
    placed = select(alert_places.c.alert, alert_places.c.area).where(alert_places.c.alert.in_(where)).distinct()
    for row in connection.execute(placed):
        where[row.alert].add(AreaId(row.area))
    return sum(Concern(frozenset(areas)).is_seen_by(who, tree) for areas in where.values())

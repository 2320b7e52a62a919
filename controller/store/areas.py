"""The tree of areas: province, commune, village, cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection, delete, func, select, update

from controller.store import tables
from controller.store.tables import areas
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId


class AreaKind(Enum):
    """Levels of the tree, widest first; an area stands only within a wider one."""

    PROVINCE = "province"
    COMMUNE = "commune"
    VILLAGE = "village"
    CLUSTER = "cluster"

    @property
    def depth(self) -> int:
        return list(AreaKind).index(self)


@dataclass(frozen=True, slots=True)
class Area:
    id: AreaId
    parent: AreaId | None
    kind: AreaKind
    name: str


class AreaTree:
    """All areas at one moment, in the order in which people list them."""

    def __init__(self, found: Iterable[Area]) -> None:
        self._areas = {area.id: area for area in found}
        self._children: dict[AreaId | None, list[Area]] = {}
        for area in self._areas.values():
            self._children.setdefault(area.parent, []).append(area)

    def __contains__(self, area: AreaId) -> bool:
        return area in self._areas

    def __getitem__(self, area: AreaId) -> Area:
        return self._areas[area]

    def __iter__(self) -> Iterator[Area]:
        return iter(self._areas.values())

    def children(self, area: AreaId | None) -> tuple[Area, ...]:
        """The areas directly within `area`; within None stand the roots."""
        return tuple(self._children.get(area, ()))

    def path(self, area: AreaId) -> tuple[AreaId, ...]:
        """`area` and all that it lies in, nearest first: the areas whose plans a loudspeaker there follows."""
        path: list[AreaId] = []
        step: AreaId | None = area
        while step is not None:
            path.append(step)
            step = self._areas[step].parent
        return tuple(path)

    def in_order(self, parent: AreaId | None = None) -> Iterator[Area]:
        """All areas inside `parent` (None: all), each followed by those in it."""
        for area in self.children(parent):
            yield area
            yield from self.in_order(area.id)

    def within(self, chosen: Iterable[AreaId]) -> frozenset[AreaId]:
        """The chosen areas and everything inside them."""
        found: set[AreaId] = set()
        waiting = list(chosen)
        while waiting:
            area = waiting.pop()
            if area not in found:
                found.add(area)
                waiting.extend(child.id for child in self.children(area))
        return frozenset(found)


def own_node(device: DeviceId) -> AreaId:
    """Beneath all areas each loudspeaker is a node of its own; no area has the same name."""
    return AreaId(device)


_ALL = select(areas).order_by(areas.c.position)


def tree(connection: Connection) -> AreaTree:
    rows = connection.execute(_ALL)
    return AreaTree(
        Area(AreaId(row.id), row.parent and AreaId(row.parent), AreaKind(row.kind), row.name) for row in rows
    )


def add(connection: Connection, area: Area) -> None:
    last = connection.scalar(select(func.coalesce(func.max(areas.c.position), 0)))
    connection.execute(
        areas.insert().values(
            id=area.id, parent=area.parent, kind=area.kind.value, name=area.name, position=(last or 0) + 1
        )
    )


def change(connection: Connection, area: Area) -> None:
    """Name and place are these from now on."""
    connection.execute(update(areas).where(areas.c.id == area.id).values(name=area.name, parent=area.parent))


_USES = {
    "areas": (tables.areas.c.parent,),
    "loudspeakers": (tables.devices.c.area,),
    "cameras": (tables.cameras.c.area,),
    "nodes": (tables.nodes.c.area,),
    "programmes": (tables.plans.c.area, tables.silences.c.area),
    "incidents": (tables.incidents.c.area, tables.complaints.c.area),
    "alerts": (tables.alert_places.c.area, tables.announcement_places.c.area),
}
_NAMED_IN_LISTS = {"programmes": tables.programmes.c.areas, "alerts": tables.alerts.c.chosen}


def uses(connection: Connection, area: AreaId) -> tuple[str, ...]:
    """What refers to an area: areas, loudspeakers, programmes, people, …; nothing: it can be removed."""
    found = {
        kind
        for kind, columns in _USES.items()
        if any(connection.scalar(select(func.count()).where(column == area)) for column in columns)
    }
    found |= {
        kind
        for kind, column in _NAMED_IN_LISTS.items()
        if any(area in (listed or ()) for listed in connection.scalars(select(column)))
    }
    entries = connection.scalars(select(tables.calendar_entries.c.entry))
    if any(area in (entry.get("areas") or ()) for entry in entries):
        found.add("calendars")
    roles = connection.scalars(select(tables.accounts.c.roles))
    if any(role.endswith(f"@{area}") for held in roles for role in held):
        found.add("people")
    return tuple(sorted(found))


def remove(connection: Connection, area: AreaId) -> None:
    """With its outline, and the codes and links that lead to it; nothing else may refer to it."""
    for table in (tables.enrolment_codes, tables.calendar_links, tables.area_shapes):
        connection.execute(delete(table).where(table.c.area == area))
    connection.execute(delete(areas).where(areas.c.id == area))

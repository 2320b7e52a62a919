"""Which areas a thing is about: whoever holds no role there shall not even know of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, select

from controller.errors import NotFound
from controller.store import areas as area_rows
from controller.store import people, tables
from controller.store.areas import AreaTree
from controller.store.people import Account, AccountId
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class Concern:
    """Without `areas` it is about the whole site: everybody may know of it, unless it is `private` to somebody."""

    areas: frozenset[AreaId]
    private: AccountId | None = None

    def is_seen_by(self, who: Account, tree: AreaTree) -> bool:
        if self.private == who.id:
            return True
        return who.sees(tree, self.areas) if self.areas else self.private is None or bool(who.roles)


Find = Callable[[Connection, str], Concern | None]


def _of(*areas: str | None) -> Concern:
    return Concern(frozenset(AreaId(area) for area in areas if area))


def _row(connection: Connection, table: Table, which: ColumnElement[bool]) -> dict[str, object] | None:
    row = connection.execute(select(table).where(which)).first()
    return None if row is None else {str(name): value for name, value in row._mapping.items()}


def _programme(connection: Connection, name: str) -> Concern | None:
    areas = connection.scalar(select(tables.programmes.c.areas).where(tables.programmes.c.id == name))
    return None if areas is None else _of(*areas)


def _occurrence(connection: Connection, name: str) -> Concern | None:
    asked = select(tables.programmes.c.areas).join(
        tables.occurrences, tables.occurrences.c.programme == tables.programmes.c.id
    )
    areas = connection.scalar(asked.where(tables.occurrences.c.id == name))
    return None if areas is None else _of(*areas)


def _bulletin(connection: Connection, name: str) -> Concern | None:
    author = connection.scalar(select(tables.bulletins.c.author).where(tables.bulletins.c.id == name))
    said = connection.scalars(select(tables.programmes.c.areas).where(tables.programmes.c.bulletin == name))
    areas = frozenset(AreaId(area) for where in said for area in where)
    return None if author is None else Concern(areas, AccountId(author))


def _device(connection: Connection, name: str) -> Concern | None:
    area = connection.scalar(select(tables.devices.c.area).where(tables.devices.c.id == name))
    return None if area is None else _of(area)


def _area(connection: Connection, name: str) -> Concern | None:
    return _of(connection.scalar(select(tables.areas.c.id).where(tables.areas.c.id == name)))


def _incident(connection: Connection, name: str) -> Concern | None:
    row = _row(connection, tables.incidents, tables.incidents.c.id == int(name)) if _is_number(name) else None
    return None if row is None else _of(str(row["area"] or ""))


def _alert(connection: Connection, name: str) -> Concern | None:
    if not _is_number(name):
        return None
    chosen = connection.scalar(select(tables.alerts.c.chosen).where(tables.alerts.c.id == int(name)))
    placed = select(tables.alert_places.c.area).where(tables.alert_places.c.alert == int(name))
    return None if chosen is None else _of(*connection.scalars(placed), *chosen)


def _entry(connection: Connection, name: str) -> Concern | None:
    row = (
        _row(connection, tables.calendar_entries, tables.calendar_entries.c.id == int(name))
        if _is_number(name)
        else None
    )
    if row is None:
        return None
    entry = row["entry"]
    return _of(*(entry.get("areas") or ())) if isinstance(entry, dict) else _of()


def _camera(connection: Connection, name: str) -> Concern | None:
    area = connection.scalar(select(tables.cameras.c.area).where(tables.cameras.c.id == name))
    return None if area is None else _of(area)


def _node(connection: Connection, name: str) -> Concern | None:
    row = _row(connection, tables.nodes, tables.nodes.c.id == name)
    return None if row is None else _of(str(row["area"] or ""))


def _maintenance(connection: Connection, name: str) -> Concern | None:
    row = _row(connection, tables.maintenance, tables.maintenance.c.id == int(name)) if _is_number(name) else None
    kind = "" if row is None else str(row["subject_kind"])
    return CONCERNS[kind](connection, str(row["subject"])) if row is not None and kind in CONCERNS else None


def _account(connection: Connection, name: str) -> Concern | None:
    found = people.find(connection, AccountId(name))
    if found is None:
        return None
    return _of() if found.roles else Concern(frozenset(grant.area for grant in found.limited), found.id)


def _complaint(connection: Connection, name: str) -> Concern | None:
    which = tables.complaints.c.id == int(name) if _is_number(name) else None
    row = None if which is None else _row(connection, tables.complaints, which)
    return None if row is None else _of(str(row["area"]))


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= 9


CONCERNS: Mapping[str, Find] = {
    "programme": _programme,
    "occurrence": _occurrence,
    "bulletin": _bulletin,
    "device": _device,
    "area": _area,
    "incident": _incident,
    "alert": _alert,
    "entry": _entry,
    "camera": _camera,
    "complaint": _complaint,
    "node": _node,
    "maintenance": _maintenance,
    "account": _account,
}
"""By the name that a thing has in addresses."""


class Identified(Protocol):
    @property
    def id(self) -> object: ...


One = TypeVar("One", bound=Identified)


def seen(connection: Connection, who: Account, name: str, found: Iterable[One]) -> tuple[One, ...]:
    """Those of a list of programmes, occurrences, … that `who` may know of."""
    if who.roles:
        return tuple(found)
    tree = area_rows.tree(connection)
    concerns = ((one, CONCERNS[name](connection, str(one.id))) for one in found)
    return tuple(one for one, concern in concerns if concern is not None and concern.is_seen_by(who, tree))


class Placed(Protocol):
    @property
    def area(self) -> AreaId: ...


Stands = TypeVar("Stands", bound=Placed)


def seen_there(who: Account, tree: AreaTree, found: Iterable[Stands]) -> tuple[Stands, ...]:
    """As `seen`, of things that stand in one area each: nothing is asked for each of them."""
    places = None if who.roles else {area.id for area in tree if who.sees(tree, [area.id])}
    return tuple(one for one in found if places is None or one.area in places)


def seen_inside(connection: Connection, who: Account, asked: Collection[AreaId] | None) -> Collection[AreaId] | None:
    """Of the areas that are asked for (None: all) those that `who` may know of; None: all."""
    inside = None if who.roles else who.inside(area_rows.tree(connection))
    return asked if inside is None else inside if asked is None else inside & set(asked)


def check_known(connection: Connection, who: Account, name: str, thing: str) -> None:
    """Raises NotFound where it exists, but not for `who`."""
    concern = CONCERNS[name](connection, thing)
    if concern is not None and not concern.is_seen_by(who, area_rows.tree(connection)):
        raise NotFound("not-found", "There is nothing at this address.")

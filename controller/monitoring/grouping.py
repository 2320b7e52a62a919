"""Which troubles of many devices are one trouble of the area that they stand in. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.store.areas import Area, AreaTree
from controller.store.incident_list import IncidentId
from schedules.programme import AreaId

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Fallen:
    """One incident of a device in `area`, which `began` then; it may lie beneath an incident of the area `beneath`."""

    incident: IncidentId
    area: AreaId
    began: datetime
    beneath: AreaId | None = None


@dataclass(frozen=True, slots=True)
class Group:
    area: AreaId
    began: datetime
    incidents: tuple[IncidentId, ...]


def groups(
    fallen: Collection[Fallen], tree: AreaTree, standing: Mapping[AreaId, int], together: timedelta
) -> tuple[Group, ...]:
    """The areas most of whose devices fell within `together`, each no wider than it must be.

    `standing` says how many devices were there before, directly in each area. What already lies beneath an area stays
    there, unless it now turns out to be part of something wider.
    """
    found: list[Group] = []
    taken: set[IncidentId] = set()
    for area in sorted(tree, key=lambda one: (one.kind.depth, one.id)):
        inside = tree.within([area.id])
        here = [one for one in fallen if one.incident not in taken and one.area in inside and _free(one, area, tree)]
        band = _densest(here, together)
        if len(band) >= FEWEST and 2 * len(band) > sum(standing.get(one, 0) for one in inside):
            narrowest = _narrowest(area, {one.area for one in band}, tree)
            found.append(Group(narrowest, min(one.began for one in band), tuple(one.incident for one in band)))
            taken.update(one.incident for one in band)
    return tuple(found)


def _free(one: Fallen, area: Area, tree: AreaTree) -> bool:
    return one.beneath is None or (one.beneath != area.id and one.beneath in tree.within([area.id]))


def _densest(fallen: Iterable[Fallen], together: timedelta) -> list[Fallen]:
    """The most that fell within one stretch of time of that length."""
    in_order = sorted(fallen, key=lambda one: (one.began, one.incident))
    best: list[Fallen] = []
    first = 0
    for last, one in enumerate(in_order):
        while one.began - in_order[first].began > together:
            first += 1
        if last + 1 - first > len(best):
            best = in_order[first : last + 1]
    return best


def _narrowest(area: Area, within: Collection[AreaId], tree: AreaTree) -> AreaId:
    """The smallest area inside `area` that holds all of `within`."""
    inner = next((child for child in tree.children(area.id) if set(within) <= tree.within([child.id])), None)
    return area.id if inner is None else _narrowest(inner, within, tree)

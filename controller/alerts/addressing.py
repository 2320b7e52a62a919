"""Which nodes of the tree reach exactly these places: as few as there can be, and never a loudspeaker more. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from controller.store.areas import AreaTree, own_node
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId


def cover(tree: AreaTree, devices: Mapping[DeviceId, AreaId], wanted: Collection[DeviceId]) -> frozenset[AreaId]:
    """The nodes to tell. `devices` says where every loudspeaker of the commune stands; an area without any is left
    out. A wider node is taken where all loudspeakers within it are wanted."""
    inside: dict[AreaId, set[DeviceId]] = {}
    for device, area in devices.items():
        for step in tree.path(area):
            inside.setdefault(step, set()).add(device)
    whole = {area for area, there in inside.items() if there <= set(wanted)}
    found: set[AreaId] = set()
    for device in wanted:
        if device in devices:
            found.add(_widest(tree, devices[device], whole) or own_node(device))
    return frozenset(found)


def enclosing(tree: AreaTree, places: Iterable[AreaId]) -> tuple[AreaId, ...]:
    """The areas of these places, each once and none within another."""
    named = set(places)
    return tuple(sorted(area for area in named if not named & set(tree.path(area)[1:])))


def _widest(tree: AreaTree, area: AreaId, whole: Collection[AreaId]) -> AreaId | None:
    """The widest area around `area` that is wanted as a whole, together with all between."""
    widest = None
    for step in tree.path(area):
        if step not in whole:
            break
        widest = step
    return widest

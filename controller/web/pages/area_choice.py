"""The tree of areas as people choose from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from controller.store.areas import AreaTree
from controller.store.overview import Speakers
from schedules.programme import AreaId


@dataclass(frozen=True, slots=True)
class Choice:
    """One area; `speakers` counts those here and in all areas inside."""

    id: AreaId
    name: str
    speakers: int
    children: tuple[Choice, ...]
    online: int = 0


def choices(
    tree: AreaTree,
    standing: Mapping[AreaId, Speakers],
    own: Collection[AreaId] | None = None,
    parent: AreaId | None = None,
) -> tuple[Choice, ...]:
    """The areas directly within `parent` with all that is inside them; the roots for None.

    Of somebody's `own` areas (None: all) the topmost take the place of what is above them.
    """
    found: list[Choice] = []
    for area in tree.children(parent):
        children = choices(tree, standing, own, area.id)
        if own is not None and area.id not in own:
            found += children
            continue
        here = standing.get(area.id, Speakers())
        found.append(
            Choice(
                area.id,
                area.name,
                here.all + sum(child.speakers for child in children),
                children,
                here.online + sum(child.online for child in children),
            )
        )
    return tuple(found)


def lines(found: Iterable[Choice], before: str = "") -> Iterator[tuple[str, str]]:
    """Every area as one line that says where it lies, in the order of the tree."""
    for area in found:
        name = f"{before}{area.name}"
        yield area.id, name
        yield from lines(area.children, f"{name} › ")

"""What a file of areas would change. Pure: the commune as it is and the lines of the file in, changes out."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from controller.errors import Invalid
from controller.fleet.areas.errors import BadFile, BadLine, Wrong
from controller.fleet.areas.reading import Line, as_id
from controller.store.areas import Area, AreaKind, AreaTree
from controller.store.shapes import Corner, Shape
from devices.protocol.topics import is_name
from schedules.programme import AreaId


class Thing(Enum):
    """What a line is about."""

    AREA = "area"
    DEVICE = "device"
    CAMERA = "camera"


_KINDS = {
    AreaKind.PROVINCE: ("province", "tinh", "thanh-pho"),
    AreaKind.COMMUNE: ("commune", "xa", "phuong", "dac-khu", "thi-tran"),
    AreaKind.VILLAGE: ("village", "thon", "ap", "ban", "buon", "lang", "khom", "khu-pho", "to-dan-pho"),
    AreaKind.CLUSTER: ("cluster", "cum", "xom"),
}
_THINGS = {Thing.DEVICE: ("device", "loudspeaker", "loa", "thiet-bi", "cum-loa"), Thing.CAMERA: ("camera",)}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words}
_THING = {word: thing for thing, words in _THINGS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Known:
    """The commune as it is. `places`: of each loudspeaker and camera its area and where it stands, if that is known."""

    tree: AreaTree
    shapes: Mapping[AreaId, str]
    places: Mapping[Thing, Mapping[str, tuple[AreaId, Corner | None]]]
    under: AreaId | None = None
    """Where areas stand of which the file does not say it."""
    check: Callable[[AreaId | None, str], None] = lambda anchor, name: None
    """Raises Invalid where an area of this id may not be added or changed in `anchor` (None: at the root)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one line. `was` is the name it had; empty for what is new. `drawn`: it gets another shape."""

    number: int
    thing: Thing
    area: Area
    was: str = ""
    is_new: bool = False
    drawn: bool = False
    shape: Shape | None = field(default=None, repr=False)

    @property
    def is_change(self) -> bool:
        return self.is_new or self.drawn or self.area.name != self.was


def seal(changes: tuple[Change, ...]) -> str:
    """SHA-256 of what would be changed: equal while neither the file nor the commune has changed."""
    told = [
        (one.thing.value, one.area.id, one.area.parent, one.area.kind.value, one.area.name, one.was, one.is_new)
        + ((one.shape.digest,) if one.drawn and one.shape else ())
        for one in changes
        if one.is_change
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def compare(lines: tuple[Line, ...], known: Known) -> tuple[Change, ...]:
    """The change that each line makes, wider areas before those in them. Raises BadFile with all that is wrong."""
    return _Comparison(lines, known).changes()


class _Comparison:
    def __init__(self, lines: tuple[Line, ...], known: Known) -> None:
        self._known = known
        self._things = [self._thing(line) for line in lines]
        self._lines = lines
        self._by_id: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        self._known_by_name: dict[str, list[Area]] = {}
        self._made: dict[int, Change | Wrong] = {}
        self._new: dict[AreaId, Area] = {}
        self._open: set[int] = set()
        for area in known.tree:
            self._known_by_name.setdefault(_plain(area.name), []).append(area)
        for index, line in enumerate(lines):
            if self._things[index] is Thing.AREA:
                self._by_id.setdefault(line.id, index)
                self._by_name.setdefault(_plain(line.name), []).append(index)

    def changes(self) -> tuple[Change, ...]:
        found = [self._of(index) for index in range(len(self._lines))]
        wrongs = [one for one in found if isinstance(one, Wrong)]
        changes = [one for one in found if isinstance(one, Change)]
        wrongs += _named_twice(changes)
        if wrongs:
            raise BadFile(*sorted(wrongs, key=lambda one: one.number))
        changes.sort(key=lambda one: one.area.kind.depth if one.thing is Thing.AREA else len(AreaKind))
        return tuple(changes)

    def _thing(self, line: Line) -> Thing:
        said = _THING.get(as_id(line.kind))
        if said is not None or line.kind or line.shape is None or line.shape.point is None:
            return said or Thing.AREA
        named = (thing for thing in (Thing.DEVICE, Thing.CAMERA) if line.id in self._known.places[thing])
        return next(named, Thing.AREA)

    def _of(self, index: int) -> Change | Wrong:
        if index in self._made:
            return self._made[index]
        line, thing = self._lines[index], self._things[index]
        self._open.add(index)
        made: Change | Wrong
        try:
            made = self._area(line) if thing is Thing.AREA else self._place(line, thing)
        except Invalid as why:
            made = Wrong(line.number, why)
        self._open.discard(index)
        self._made[index] = made
        return made

    def _place(self, line: Line, thing: Thing) -> Change:
        if line.id not in self._known.places[thing]:
            raise BadLine("There is no loudspeaker or camera {name!r}: add it first.", name=line.id)
        area, at = self._known.places[thing][line.id]
        if line.shape is None or line.shape.point is None:
            raise BadLine("A loudspeaker or camera stands at a point.")
        self._known.check(area, "")
        drawn = line.shape.point != at
        spot = Area(AreaId(line.id), area, self._known.tree[area].kind, line.id)
        return Change(line.number, thing, spot, was=line.id, drawn=drawn, shape=line.shape)

    def _area(self, line: Line) -> Change:
        parent = self._parent(line)
        name = AreaId(line.id or self._id_for(line.name, parent))
        if name in self._known.tree:
            return self._changed(line, self._known.tree[name], parent)
        if not is_name(name):
            raise BadLine("An area id is 1 to 63 of a-z, 0-9 and '-'.")
        if not line.name:
            raise BadLine("The area {area!r} is new and has no name.", area=name)
        area = Area(name, parent, self._kind(line, parent), line.name)
        self._known.check(self._anchor(parent), name)
        self._new[area.id] = area
        return Change(line.number, Thing.AREA, area, is_new=True, drawn=line.shape is not None, shape=line.shape)

    def _changed(self, line: Line, before: Area, parent: AreaId | None) -> Change:
        if line.parent and parent != before.parent:
            raise BadLine("The area {area!r} stands elsewhere; a file does not move areas.", area=before.id)
        if line.kind and self._kind(line, before.parent) is not before.kind:
            raise BadLine("The area {area!r} is of another level; a file does not change that.", area=before.id)
        self._known.check(before.id, "")
        drawn = line.shape is not None and self._known.shapes.get(before.id) != line.shape.digest
        area = Area(before.id, before.parent, before.kind, line.name or before.name)
        return Change(line.number, Thing.AREA, area, was=before.name, drawn=drawn, shape=line.shape)

    def _parent(self, line: Line) -> AreaId | None:
        """The area that the line names, by its id or by its name, in the file or in the commune."""
        if not line.parent:
            return self._known.under
        if line.parent in self._by_id:
            return self._area_of(self._by_id[line.parent])
        if AreaId(line.parent) in self._known.tree:
            return AreaId(line.parent)
        name = _plain(line.parent)
        here = self._by_name.get(name, []) if name else []
        there = [area.id for area in self._known_by_name.get(name, ())]
        if len(here) == 1:
            return self._area_of(here[0])
        if not here and not there:
            raise BadLine("There is no area {area!r}.", area=line.parent)
        if len(here) + len(there) > 1:
            raise BadLine("Several areas are called {area!r}: name one by its id.", area=line.parent)
        return there[0]

    def _area_of(self, index: int) -> AreaId:
        if index in self._open:
            raise BadLine("The area lies within itself.")
        if len(self._open) > len(AreaKind):
            raise BadLine("Areas lie within one another at most {most} deep.", most=len(AreaKind))
        found = self._of(index)
        if isinstance(found, Wrong):
            raise BadLine("The area that it lies in is wrong itself.")
        return found.area.id

    def _kind(self, line: Line, parent: AreaId | None) -> AreaKind:
        """As it is said, else one level beneath its parent."""
        above = self._kind_of(parent) if parent else None
        kind = _KIND.get(as_id(line.kind))
        if line.kind and kind is None:
            raise BadLine("{kind!r} is no level of areas: province, commune, village, cluster.", kind=line.kind[:40])
        levels = list(AreaKind)
        kind = kind or (AreaKind.COMMUNE if above is None else levels[min(above.depth + 1, len(levels) - 1)])
        if above is not None and above.depth >= kind.depth:
            raise BadLine("An area lies within a wider one: province, commune, village, cluster.")
        return kind

    def _kind_of(self, area: AreaId) -> AreaKind:
        return self._known.tree[area].kind if area in self._known.tree else self._new[area].kind

    def _id_for(self, name: str, parent: AreaId | None) -> str:
        """Of an area without an id: of the one that is called so there, else one made of its name."""
        if not name:
            raise BadLine("The line has neither an id nor a name.")
        same = [one.id for one in self._known_by_name.get(_plain(name), ()) if one.parent == parent]
        if len(same) == 1:
            return same[0]
        plain = as_id(name)
        taken = AreaId(plain) in self._known.tree or len(self._by_name[_plain(name)]) > 1 or plain in self._by_id
        return as_id(f"{parent}-{plain}") if taken and parent else plain

    def _anchor(self, parent: AreaId | None) -> AreaId | None:
        """The nearest area around that is there already."""
        step = parent
        while step is not None and step not in self._known.tree:
            step = self._new[step].parent
        return step


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _named_twice(changes: list[Change]) -> list[Wrong]:
    seen: set[tuple[Thing, AreaId]] = set()
    found = []
    for one in changes:
        key = one.thing, one.area.id
        if key in seen:
            found.append(Wrong(one.number, BadLine("The file names {area!r} twice.", area=one.area.id)))
        seen.add(key)
    return found

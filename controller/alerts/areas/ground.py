"""The ground that alerts are matched against: the tree of areas with their codes, and what each loudspeaker covers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from controller.alerts.areas.plane import Outline, metres_between
from controller.alerts.cap.message import Named, Point
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

MOST_STEPS = 10
"""Reforms that an old code may have gone through."""

# Schemes of other countries whose numbers could be mistaken for a Vietnamese commune's.
_FOREIGN = ("same", "fips", "ugc", "emma", "nuts", "warncell", "profile cap", "cap cp", "insee", "istat", "ibge", "ags")


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A node of the tree. A code is a value such as `27991`, or `SCHEME=value` for one geocode name only."""

    id: AreaId
    name: str
    parent: AreaId | None = None
    codes: tuple[str, ...] = ()
    outlines: tuple[Outline, ...] = ()


@dataclass(frozen=True, slots=True)
class Loudspeaker:
    """`at` is None where nobody has measured it yet; `coverage` is how far it is heard, in metres."""

    id: DeviceId
    area: AreaId
    at: Point | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Successor:
    """From `since` on, what was `old` belongs to the areas with the codes `new`."""

    old: str
    new: tuple[str, ...]
    since: date


@dataclass(frozen=True, slots=True)
class Place:
    """What an alert is matched with: a loudspeaker, or an area in which there is none (`loudspeaker` is None)."""

    area: AreaId
    loudspeaker: DeviceId | None
    at: Point | None = None
    coverage: float = 0.0
    outlines: tuple[Outline, ...] = ()

    @property
    def is_placed(self) -> bool:
        return self.at is not None or bool(self.outlines)

    @property
    def key(self) -> str:
        return str(self.loudspeaker) if self.loudspeaker else f"area:{self.area}"


@dataclass(frozen=True)
class Ground:
    """`geocode_names` are the only geocode names that are believed; empty: all but those known to be foreign."""

    areas: Mapping[AreaId, NamedArea]
    loudspeakers: tuple[Loudspeaker, ...] = ()
    successors: tuple[Successor, ...] = ()
    geocode_names: frozenset[str] = field(default=frozenset())

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every loudspeaker, and every area at the end of the tree that has none."""
        parents = {area.parent for area in self.areas.values()}
        served = {speaker.area for speaker in self.loudspeakers}
        silent = [area for area in self.areas.values() if area.id not in parents and area.id not in served]
        return (
            *(
                Place(one.area, one.id, one.at, one.coverage, () if one.at else self._outlines_around(one.area))
                for one in self.loudspeakers
            ),
            *(Place(area.id, None, outlines=area.outlines) for area in silent),
        )

    @property
    def has_codes(self) -> bool:
        return bool(self._by_code)

    @cached_property
    def disc(self) -> tuple[Point, float] | None:
        """A circle around all that any place covers, in metres; None without a placed place."""
        points = [place.at for place in self.places if place.at]
        points += [corner for place in self.places for outline in place.outlines for corner in outline.corners]
        if not points:
            return None
        middle = Point(_middle(point.lat for point in points), _middle(point.lon for point in points))
        widest = max(place.coverage for place in self.places)
        return middle, max(metres_between(middle, point) for point in points) + widest + 1.0

    def path(self, area: AreaId) -> Iterator[NamedArea]:
        """The area and all that it lies in, nearest first."""
        step: AreaId | None = area
        while step is not None:
            yield self.areas[step]
            step = self.areas[step].parent

    def areas_of(self, code: Named, on: date) -> Iterator[tuple[AreaId, str]]:
        """The areas that a geocode of an alert sent on that day names, each with why. A table decides, never the
        beginning of a number: a commune's code does not start with its province's."""
        if not self._believes(code.name):
            return
        waiting = [(code.value.strip(), f"code {code.value.strip()}", 0)]
        seen: set[str] = set()
        while waiting:
            value, why, steps = waiting.pop(0)
            if value in seen or steps > MOST_STEPS:
                continue
            seen.add(value)
            for area in (*self._by_code.get(value, ()), *self._by_code.get(_scheme(code.name, value), ())):
                yield area, f"{why} is {self.areas[area].name}"
            for step in self._by_old.get(value, ()):
                when = f"since {step.since:%d/%m/%Y}" if step.since <= on else f"from {step.since:%d/%m/%Y} on"
                waiting += [(new, f"{why}, {when} {new},", steps + 1) for new in step.new]

    def _believes(self, name: str) -> bool:
        plain = plain_name(name)
        if self.geocode_names:
            return plain in self.geocode_names
        return not plain.startswith(_FOREIGN)

    def _outlines_around(self, area: AreaId) -> tuple[Outline, ...]:
        return next((step.outlines for step in self.path(area) if step.outlines), ())

    @cached_property
    def _by_code(self) -> dict[str, list[AreaId]]:
        found: dict[str, list[AreaId]] = {}
        for area in self.areas.values():
            for code in area.codes:
                name, equals, value = code.partition("=")
                found.setdefault(_scheme(name, value) if equals else code, []).append(area.id)
        return found

    @cached_property
    def _by_old(self) -> dict[str, list[Successor]]:
        found: dict[str, list[Successor]] = {}
        for step in self.successors:
            found.setdefault(step.old, []).append(step)
        return found


def plain_name(text: str) -> str:
    """Lower case without marks or punctuation, so that `Mã_xã` and `ma xa` are one name."""
    spread = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(one for one in spread if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())


def names(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(plain_name(text) for text in texts)


def _middle(values: Iterable[float]) -> float:
    known = list(values)
    return (min(known) + max(known)) / 2


def _scheme(name: str, value: str) -> str:
    return f"{plain_name(name)}={value.strip()}"

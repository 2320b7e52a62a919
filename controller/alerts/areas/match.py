"""Which places an alert's areas reach, and why each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from controller.alerts.areas.ground import Ground, Place
from controller.alerts.areas.plane import Outline, metres_between
from controller.alerts.cap.message import CapArea, Circle, Point, Polygon
from schedules.programme import AreaId

MOST_SHAPES = 2000
"""In one alert: beyond it a person looks at the area."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that is reached. `doubtful`: only when the axes are read the other way round, which nothing but this
    hit speaks for."""

    place: Place
    why: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """`readable`: at least one polygon, circle or code could be understood, so no hit means somewhere else. Codes are
    not while no area here has one.
    `unplaced`: places of which nobody can say whether the shapes reach them."""

    hits: tuple[Hit, ...] = ()
    readable: bool = False
    unreadable: tuple[str, ...] = ()
    unplaced: tuple[Place, ...] = ()


def match(areas: Sequence[CapArea], ground: Ground, sent_on: date) -> Match:
    """The union over all area blocks. In a block, shapes come before codes; codes are used where it has no shape that
    can be read. The boundary is inside; what counts is what a loudspeaker covers, not its pole."""
    hits: dict[str, Hit] = {}
    unreadable = tuple(text for area in areas for text in area.unreadable)
    shapes = [shape for area in areas for shape in _shapes(area)]
    if len(shapes) > MOST_SHAPES:
        return Match(unreadable=(*unreadable, f"{len(shapes)} shapes in one alert"))
    for hit in (*_by_shapes(shapes, ground), *_by_codes(areas, ground, sent_on)):
        known = hits.get(hit.place.key)
        if known is None or (known.doubtful and not hit.doubtful):
            hits[hit.place.key] = hit
    readable = bool(shapes) or (ground.has_codes and any(area.geocodes for area in areas))
    unplaced = tuple(p for p in ground.places if shapes and not p.is_placed and p.key not in hits)
    return Match(tuple(hits.values()), readable, unreadable, unplaced)


def _shapes(area: CapArea) -> Iterator[tuple[str, Polygon | Circle]]:
    name = " ".join(area.description.split())[:50]
    for polygon in area.polygons:
        yield name, polygon
    for circle in area.circles:
        yield name, circle


def _by_shapes(shapes: Sequence[tuple[str, Polygon | Circle]], ground: Ground) -> Iterator[Hit]:
    for name, shape in dict.fromkeys(shapes):
        reached = list(_by_shape(name, shape, ground))
        yield from reached
        turned = None if reached or shape.swapped else _turned(shape)
        if turned is not None:
            for hit in _by_shape(name, turned, ground):
                yield Hit(hit.place, hit.why + ", only if longitude was written first", doubtful=True)


def _by_shape(name: str, shape: Polygon | Circle, ground: Ground) -> Iterator[Hit]:
    outline = Outline(shape.corners) if isinstance(shape, Polygon) else None
    if not _is_near(shape, outline, ground):
        return
    kind = ("polygon" if outline else "circle") + (f" “{name}”" if name else "")
    kind += ", longitude was written first" if shape.swapped else ""
    for place in ground.places:
        why = _from_outline(outline, place) if outline else _from_circle(shape, place)
        if why:
            yield Hit(place, f"{why} the {kind}")


def _is_near(shape: Polygon | Circle, outline: Outline | None, ground: Ground) -> bool:
    """False for what lies in another part of the world, so that no place needs to be asked."""
    if ground.disc is None:
        return False
    middle, radius = ground.disc
    if outline is not None:
        return outline.distance(middle, 2 * radius) <= 2 * radius
    return isinstance(shape, Circle) and metres_between(middle, shape.centre) <= shape.kilometres * 1000.0 + radius


def _from_outline(outline: Outline, place: Place) -> str:
    if place.at is None:
        return "its area meets" if any(one.meets(outline) for one in place.outlines) else ""
    metres = outline.distance(place.at, place.coverage)
    if metres == 0:
        return "inside"
    return f"heard {place.coverage:.0f} m around, {metres:.0f} m from" if metres <= place.coverage else ""


def _from_circle(shape: Polygon | Circle, place: Place) -> str:
    if not isinstance(shape, Circle):
        return ""
    radius = shape.kilometres * 1000.0
    if place.at is None:
        near = (one.distance(shape.centre, radius) <= radius for one in place.outlines)
        return "its area meets" if any(near) else ""
    metres = metres_between(place.at, shape.centre)
    # A hundredth of a metre is less than any place is known by.
    if metres <= radius + 0.01:
        return "inside"
    beyond = metres - radius
    return f"heard {place.coverage:.0f} m around, {beyond:.0f} m from" if beyond <= place.coverage + 0.01 else ""


def _by_codes(areas: Sequence[CapArea], ground: Ground, sent_on: date) -> Iterator[Hit]:
    codes = dict.fromkeys(code for area in areas if not (area.polygons or area.circles) for code in area.geocodes)
    named: dict[AreaId, str] = {}
    for code in codes:
        for area, why in ground.areas_of(code, sent_on):
            named.setdefault(area, why)
    for place in ground.places if named else ():
        step = next((step for step in ground.path(place.area) if step.id in named), None)
        if step is not None:
            yield Hit(place, f"in {step.name}: {named[step.id]}")


def _turned(shape: Polygon | Circle) -> Polygon | Circle | None:
    if isinstance(shape, Circle):
        centre = _turned_point(shape.centre)
        return Circle(centre, shape.kilometres) if centre else None
    corners = [_turned_point(corner) for corner in shape.corners]
    return Polygon(tuple(corner for corner in corners if corner)) if all(corners) else None


def _turned_point(point: Point) -> Point | None:
    return Point(point.lon, point.lat) if -90 <= point.lon <= 90 else None

"""Polygons and circles as senders really write them. Pure."""

from __future__ import annotations

import math
import re

from controller.alerts.cap.message import Circle, Point, Polygon

MOST_CORNERS = 20_000
"""Per polygon: beyond it a person looks at the area."""
_HALF_EARTH = 20_038.0
_NUMBER = re.compile(r"[+-]?(?:\d{1,6}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_BETWEEN = re.compile(r"[\s,;]*")


def read_polygon(text: str) -> Polygon | None:
    """`lat,lon lat,lon …`, closed or not, heights dropped; None for what is no polygon. Longitude first is
    noticed and turned round where the written order cannot be on Earth."""
    corners = text.split()
    if corners and all(corner.count(",") == 2 and not corner.endswith(",") for corner in corners):
        text = " ".join(corner.rpartition(",")[0] for corner in corners)
    numbers = _numbers(text, 2 * MOST_CORNERS)
    if numbers is None or len(numbers) % 2:
        return None
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if len(pairs) > 1 and pairs[0] == pairs[-1]:
        pairs.pop()
    if len(set(pairs)) < 3:
        return None
    ordered = _in_order(pairs)
    if ordered is None:
        return None
    points, swapped = ordered
    return Polygon(points, swapped)


def read_circle(text: str) -> Circle | None:
    """`lat,lon radius` in kilometres; a missing radius is 0. None for what is no circle."""
    numbers = _numbers(text, 3)
    if numbers is None or len(numbers) not in (2, 3):
        return None
    kilometres = numbers[2] if len(numbers) == 3 else 0.0
    ordered = _in_order([(numbers[0], numbers[1])])
    if ordered is None or not 0 <= kilometres <= _HALF_EARTH:
        return None
    points, swapped = ordered
    return Circle(points[0], kilometres, swapped)


def _numbers(text: str, at_most: int) -> list[float] | None:
    numbers: list[float] = []
    place = _skip(text, 0)
    while place < len(text):
        found = _NUMBER.match(text, place)
        if found is None or len(numbers) == at_most:
            return None
        number = float(found.group())
        if not math.isfinite(number):
            return None
        numbers.append(number)
        place = _skip(text, found.end())
        if place == found.end() and place < len(text):
            return None
    return numbers


def _skip(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place


def _in_order(pairs: list[tuple[float, float]]) -> tuple[tuple[Point, ...], bool] | None:
    if all(_on_earth(lat, lon) for lat, lon in pairs):
        return tuple(Point(lat, lon) for lat, lon in pairs), False
    if all(_on_earth(lat, lon) for lon, lat in pairs):
        return tuple(Point(lat, lon) for lon, lat in pairs), True
    return None


def _on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 360

"""Places and outlines on the ground, as GeoJSON (RFC 7946) writes them: degrees, longitude first. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from controller.errors import Invalid

MOST_CORNERS = 20_000
"""Of one area. A province's border, drawn to 20 metres, has fewer."""
DECIMALS = 6
"""A tenth of a metre."""

Corner = tuple[float, float]
"""Longitude and latitude."""
Ring = tuple[Corner, ...]
"""Ends where it began."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an area is: its outline, or one `point` where nobody has drawn it. Of each polygon the first ring is the
    border and the others are holes."""

    polygons: tuple[tuple[Ring, ...], ...] = ()
    point: Corner | None = None

    @property
    def geojson(self) -> dict[str, Any]:
        """A geometry; what `read_shape` makes of it is this shape again."""
        if self.point is not None:
            return {"type": "Point", "coordinates": list(self.point)}
        polygons = [[[list(corner) for corner in ring] for ring in polygon] for polygon in self.polygons]
        if len(polygons) == 1:
            return {"type": "Polygon", "coordinates": polygons[0]}
        return {"type": "MultiPolygon", "coordinates": polygons}

    @classmethod
    def of(cls, geojson: dict[str, Any]) -> Shape:
        """The shape that was written as `geojson`."""
        kind, said = geojson["type"], geojson["coordinates"]
        if kind == "Point":
            return cls(point=(said[0], said[1]))
        polygons = [said] if kind == "Polygon" else said
        return cls(tuple(tuple(tuple((lon, lat) for lon, lat in ring) for ring in polygon) for polygon in polygons))

    @property
    def digest(self) -> str:
        """SHA-256; equal shapes have equal ones."""
        return hashlib.sha256(json.dumps(self.geojson).encode()).hexdigest()

    @property
    def corners(self) -> Iterator[Corner]:
        """The point, or every corner of the borders."""
        if self.point is not None:
            yield self.point
        for polygon in self.polygons:
            yield from polygon[0]


def read_shape(said: object) -> Shape:
    """The shape that a GeoJSON geometry says. Raises Invalid with a sentence that says what is wrong with it.

    Forgives a ring that does not end where it began, and heights; keeps a tenth of a metre.
    """
    kind = said.get("type") if isinstance(said, dict) else None
    coordinates = said.get("coordinates") if isinstance(said, dict) else None
    if kind == "Point":
        return Shape(point=_corner(coordinates))
    if kind not in ("Polygon", "MultiPolygon"):
        raise Invalid(
            "bad-shape", "An area is a Point, a Polygon or a MultiPolygon, not {kind!r}.", kind=str(kind)[:40]
        )
    polygons = [coordinates] if kind == "Polygon" else coordinates
    shape = Shape(tuple(tuple(_ring(ring) for ring in _list(polygon)) for polygon in _list(polygons)))
    if not shape.polygons or not all(shape.polygons):
        raise Invalid("bad-shape", "The outline is empty.")
    if sum(len(ring) for polygon in shape.polygons for ring in polygon) > MOST_CORNERS:
        raise Invalid("bad-shape", "The outline has more than {most} corners: draw it more simply.", most=MOST_CORNERS)
    return shape


def place_at(lat: object, lon: object) -> Corner:
    """The place of these degrees, given as numbers. Raises Invalid."""
    return _corner([lon, lat])


def _ring(said: object) -> Ring:
    corners = [_corner(one) for one in _list(said)]
    if corners and corners[0] != corners[-1]:
        corners.append(corners[0])
    if len(set(corners)) < 3:
        raise Invalid("bad-shape", "An outline has at least three different corners.")
    return tuple(corners)


def _corner(said: object) -> Corner:
    numbers = _list(said)[:2]
    if len(numbers) < 2 or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        raise Invalid("bad-shape", "A corner is two numbers: longitude, then latitude.")
    lon, lat = numbers
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        if abs(lon) <= 90 and 90 < abs(lat) <= 180:
            raise Invalid("bad-shape", "A latitude of {lat} is not possible: the longitude comes first.", lat=lat)
        raise Invalid("bad-shape", "Latitudes are from -90 to 90, longitudes from -180 to 180.")
    return round(float(lon), DECIMALS) + 0.0, round(float(lat), DECIMALS) + 0.0


def _list(said: object) -> list[Any]:
    if not isinstance(said, list | tuple):
        raise Invalid("bad-shape", "The coordinates are not a list of corners.")
    return list(said)

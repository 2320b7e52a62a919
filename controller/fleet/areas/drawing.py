"""Outlines as a screen needs them. Pure but for the two questions at its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Any

from controller.store import areas, maps
from controller.store.areas import AreaTree
from controller.store.database import Connection
from controller.store.maps import Stand
from controller.store.shapes import Corner, Ring, Shape
from schedules.programme import AreaId

_FINENESS = 4000
"""The whole map is that many steps wide: nobody sees less on a screen, even two steps nearer."""
_DECIMALS = 5


def outlines(connection: Connection, inside: Collection[AreaId] | None) -> dict[str, Any]:
    """The areas inside these (None: all) as GeoJSON, with no more corners than a screen shows. An area that nobody has
    drawn, nor any in it, stands in the middle of its loudspeakers; one without those is left out."""
    tree, shapes = areas.tree(connection), maps.shapes(connection)
    found = middles(tree, maps.stands(connection)) | shapes
    around = {step for area in found for step in tree.path(area)[1:]}
    shown = {
        area: shape
        for area, shape in found.items()
        if (area in shapes or area not in around) and (inside is None or area in inside)
    }
    step = _step(shown.values())
    features = [
        {
            "type": "Feature",
            "id": area.id,
            "properties": {"name": area.name, "parent": area.parent},
            "geometry": _drawn(shown[area.id], step).geojson,
        }
        for area in tree.in_order()
        if area.id in shown
    ]
    return {"type": "FeatureCollection", "features": features}


def middles(tree: AreaTree, stands: Iterable[Stand]) -> dict[AreaId, Shape]:
    """The middle of the loudspeakers in each area or inside it."""
    sums: dict[AreaId, tuple[float, float, int]] = {}
    for stand in stands:
        for step in tree.path(stand.area):
            east, north, count = sums.get(step, (0.0, 0.0, 0))
            lon, lat = stand.at
            sums[step] = east + lon * stand.count, north + lat * stand.count, count + stand.count
    return {area: Shape(point=(east / count, north / count)) for area, (east, north, count) in sums.items()}


def thinned(ring: Ring, step: float) -> Ring:
    """The ring without corners that stand nearer than `step` degrees to the one before; never fewer than three."""
    kept = [ring[0]]
    for corner in ring[1:-1]:
        if abs(corner[0] - kept[-1][0]) >= step or abs(corner[1] - kept[-1][1]) >= step:
            kept.append(corner)
    return ring if len(kept) < 3 else (*kept, ring[-1])


def _drawn(shape: Shape, step: float) -> Shape:
    if shape.point is not None:
        return Shape(point=_rounded(shape.point))
    polygons = (tuple(thinned(ring, step) for ring in polygon) for polygon in shape.polygons)
    return Shape(tuple(tuple(_without_repeats(ring) for ring in polygon) for polygon in polygons))


def _without_repeats(ring: Ring) -> Ring:
    rounded = [_rounded(corner) for corner in ring]
    return (rounded[0], *(after for before, after in pairwise(rounded) if after != before))


def _rounded(corner: Corner) -> Corner:
    return round(corner[0], _DECIMALS), round(corner[1], _DECIMALS)


def _step(shapes: Iterable[Shape]) -> float:
    corners = [corner for shape in shapes for corner in shape.corners]
    if not corners:
        return 0.0
    lons, lats = zip(*corners, strict=True)
    return float(max(max(lons) - min(lons), max(lats) - min(lats))) / _FINENESS

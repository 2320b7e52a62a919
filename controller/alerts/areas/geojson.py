"""GeoJSON in the words of the plain file of areas."""

from __future__ import annotations

from typing import Any

_BESIDE = ("successors", "geocode_names", "coverage")


def as_plain(said: Any) -> Any:
    """The same content without GeoJSON; anything that is no FeatureCollection is returned as it is."""
    if not isinstance(said, dict) or said.get("type") != "FeatureCollection":
        return said
    areas: list[Any] = []
    loudspeakers: list[Any] = []
    features = said.get("features")
    for feature in features if isinstance(features, list) else []:
        if isinstance(feature, dict):
            _sort(feature, areas, loudspeakers)
    return {"areas": areas, "loudspeakers": loudspeakers} | {name: said[name] for name in _BESIDE if name in said}


def _sort(feature: dict[str, Any], areas: list[Any], loudspeakers: list[Any]) -> None:
    properties, geometry = feature.get("properties"), feature.get("geometry")
    one = dict(properties) if isinstance(properties, dict) else {}
    one.setdefault("id", feature.get("id"))
    shape = geometry if isinstance(geometry, dict) else {}
    coordinates = shape.get("coordinates")
    if shape.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        loudspeakers.append(one | {"lon": coordinates[0], "lat": coordinates[1]})
        return
    rings = [[_turned(corner) for corner in ring] for ring in _outer_rings(shape.get("type"), coordinates)]
    areas.append(one | {"polygons": rings})


def _outer_rings(kind: Any, coordinates: Any) -> list[list[Any]]:
    """Holes are not kept: who lives in one is warned too."""
    try:
        rings = {"Polygon": lambda: [coordinates[0]], "MultiPolygon": lambda: [one[0] for one in coordinates]}
        return [ring for ring in rings[kind]() if isinstance(ring, list)]
    except (TypeError, IndexError, KeyError):
        return []


def _turned(corner: Any) -> Any:
    return [corner[1], corner[0]] if isinstance(corner, list) and len(corner) >= 2 else corner

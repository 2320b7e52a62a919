"""The ground of the demo's commune: outlines of its villages, and where its loudspeakers and cameras stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

# Longitude and latitude. Neighbours share their corners, so that no field lies in no village.
_NORTH_WEST = [[105.6402, 20.9431], [105.6458, 20.9468], [105.6527, 20.9481]]
_NORTH_EAST = [[105.6611, 20.9492], [105.6702, 20.9467], [105.6748, 20.9409]]
_EAST = [[105.6731, 20.9342], [105.6763, 20.9281]]
_SOUTH = [[105.6689, 20.9214], [105.6601, 20.9187], [105.6512, 20.9201], [105.6431, 20.9238]]
_WEST = [[105.6387, 20.9302], [105.6371, 20.9369]]
_MIDDLE = [[105.6549, 20.9394], [105.6572, 20.9337]]
_CROSSING = [105.6558, 20.9316]

OUTLINES = {
    "thon-1": [*_NORTH_WEST, *_MIDDLE, _CROSSING, [105.6466, 20.9311], *_WEST],
    "thon-2": [_NORTH_WEST[-1], *_NORTH_EAST, *_EAST[:1], [105.6644, 20.9329], _CROSSING, *reversed(_MIDDLE)],
    "thon-3": [_CROSSING, [105.6644, 20.9329], *_EAST, *_SOUTH, _WEST[0], [105.6466, 20.9311]],
}
LOUDSPEAKERS = {
    "thon-1": ((105.6447, 20.9412), (105.6502, 20.9441), (105.6431, 20.9348), (105.6519, 20.9368)),
    "thon-2": ((105.6609, 20.9447), (105.6681, 20.9421), (105.6594, 20.9381), (105.6668, 20.9361)),
    "thon-3": ((105.6487, 20.9268), (105.6561, 20.9241), (105.6632, 20.9286), (105.6702, 20.9252)),
}
_BESIDE = 0.0006
"""Degrees from a loudspeaker to the camera at the same place."""


def draw(client: httpx.Client) -> None:
    """Through the API, as an administrator: the areas are there already."""
    features = [
        {"type": "Feature", "id": village, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for village, ring in OUTLINES.items()
    ]
    file = json.dumps({"type": "FeatureCollection", "features": features})
    client.post("/api/v1/areas/import", files={"file": ("areas.geojson", file)}).raise_for_status()


def places() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each loudspeaker with its place."""
    for village, standing in LOUDSPEAKERS.items():
        for number, (lon, lat) in enumerate(standing, start=1):
            yield f"loa-{village}-{number}", {"lat": lat, "lon": lon}


def place_loudspeakers(client: httpx.Client) -> None:
    """Through the API, as a technician; those that have not joined are left out."""
    for device, at in places():
        answer = client.put(f"/api/v1/devices/{device}/place", json=at)
        if answer.status_code != httpx.codes.NOT_FOUND:
            answer.raise_for_status()


def place_cameras(client: httpx.Client) -> None:
    """The same: each stands beside a loudspeaker of its village."""
    for number, camera in enumerate(client.get("/api/v1/cameras").raise_for_status().json()):
        standing = LOUDSPEAKERS.get(camera["area"])
        if standing:
            lon, lat = standing[number % len(standing)]
            at = {"lat": lat + _BESIDE, "lon": lon + _BESIDE}
            client.put(f"/api/v1/cameras/{camera['id']}/place", json=at).raise_for_status()

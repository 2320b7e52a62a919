"""Distances on Earth, near enough for the reach of a loudspeaker. Pure; degrees in, metres out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from controller.alerts.cap.message import Point

_METRES_PER_DEGREE = 111_320.0
_EARTH_RADIUS = 6_371_009.0
_MOST_BANDS = 512
_TALL = 16
"""An edge that passes through more bands than this is kept once, and looked at every time."""

_Edge = tuple[float, float, float, float]


def metres_between(here: Point, there: Point) -> float:
    """Along the great circle."""
    lat1, lat2 = math.radians(here.lat), math.radians(there.lat)
    turn = math.radians(there.lon - here.lon)
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(turn / 2) ** 2
    return 2 * _EARTH_RADIUS * math.asin(math.sqrt(min(half, 1.0)))


class Outline:
    """A polygon that is asked about many places. Straight between corners in degrees, over the 180th meridian too.

    Its edges lie in bands of latitude, so that a place looks only at those near it: thousands of loudspeakers against
    a province's border of thousands of corners.
    """

    def __init__(self, corners: Sequence[Point]) -> None:
        lats = [corner.lat for corner in corners]
        lons = _unwrapped([corner.lon for corner in corners])
        self._south, self._north = min(lats), max(lats)
        self._west, self._east = min(lons), max(lons)
        self.corners = tuple(Point(lat, lon) for lat, lon in zip(lats, lons, strict=True))
        bands = min(_MOST_BANDS, max(1, len(lats) // 4))
        self._band_height = max((self._north - self._south) / bands, 1e-9)
        self._tall: list[_Edge] = []
        self._bands: dict[int, list[_Edge]] = {}
        for index in range(len(lats)):
            self._keep((lats[index - 1], lons[index - 1], lats[index], lons[index]))

    def distance(self, place: Point, at_most: float) -> float:
        """Metres from the place to the polygon: 0 within and on the boundary; infinite when beyond `at_most`."""
        lon = self._beside(place.lon)
        tall = at_most / _METRES_PER_DEGREE + 1e-9
        stretch = max(math.cos(math.radians(place.lat)), 0.01)
        wide = tall / stretch
        if not (self._south - tall <= place.lat <= self._north + tall):
            return math.inf
        if not (self._west - wide <= lon <= self._east + wide):
            return math.inf
        if self._winds_around(place.lat, lon):
            return 0.0
        edges = self._between(place.lat - tall, place.lat + tall)
        nearest = min((_to_edge(place.lat, lon, stretch, edge) for edge in edges), default=math.inf)
        # A hundredth of a metre is less than any place is known by.
        return 0.0 if nearest <= 0.01 else nearest if nearest <= at_most else math.inf

    def meets(self, other: Outline) -> bool:
        """Whether the two polygons have any point in common."""
        if any(self.distance(corner, 0.0) == 0 for corner in other.corners):
            return True
        if other.distance(self.corners[0], 0.0) == 0:
            return True
        shift = self._beside(other.corners[0].lon) - other.corners[0].lon
        return any(
            _cross((a.lat, a.lon + shift, b.lat, b.lon + shift), edge)
            for a, b in zip(other.corners, (*other.corners[1:], other.corners[0]), strict=True)
            for edge in self._between(min(a.lat, b.lat), max(a.lat, b.lat))
        )

    def _keep(self, edge: _Edge) -> None:
        low, high = sorted((self._band(edge[0]), self._band(edge[2])))
        if high - low > _TALL:
            self._tall.append(edge)
            return
        for band in range(low, high + 1):
            self._bands.setdefault(band, []).append(edge)

    def _band(self, lat: float) -> int:
        return int((lat - self._south) / self._band_height)

    def _between(self, south: float, north: float) -> Iterator[_Edge]:
        yield from self._tall
        first, last = self._band(max(south, self._south)), self._band(min(north, self._north))
        for band in range(first, last + 1):
            yield from self._bands.get(band, ())

    def _beside(self, lon: float) -> float:
        """The same longitude, counted so that it is nearest to the middle of the polygon."""
        middle = (self._west + self._east) / 2
        return lon + 360.0 * round((middle - lon) / 360.0)

    def _winds_around(self, lat: float, lon: float) -> bool:
        """Not even-odd: where a careless polygon overlaps itself, both parts are meant."""
        turns = 0
        for lat1, lon1, lat2, lon2 in self._between(lat, lat):
            if (lat1 <= lat) != (lat2 <= lat) and lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1) > lon:
                turns += 1 if lat2 > lat1 else -1
        return turns != 0


def _unwrapped(lons: Sequence[float]) -> list[float]:
    """Longitudes that run on past 180 where the polygon crosses that meridian. A step of a whole turn is a border
    drawn around the world, and stays."""
    turns = 0.0
    found = [lons[0]]
    for before, lon in pairwise(lons):
        step = lon - before
        if 180 < abs(step) < 360:
            turns -= math.copysign(360.0, step)
        found.append(lon + turns)
    return found


def _to_edge(lat: float, lon: float, stretch: float, edge: _Edge) -> float:
    north1, north2 = edge[0] - lat, edge[2] - lat
    east1, east2 = (edge[1] - lon) * stretch, (edge[3] - lon) * stretch
    up, right = north2 - north1, east2 - east1
    length = up * up + right * right
    along = 0.0 if length == 0 else min(max(-(north1 * up + east1 * right) / length, 0.0), 1.0)
    return math.hypot(north1 + along * up, east1 + along * right) * _METRES_PER_DEGREE


def _cross(one: _Edge, other: _Edge) -> bool:
    return _sides(one, other) and _sides(other, one)


def _sides(line: _Edge, ends: _Edge) -> bool:
    lat1, lon1, lat2, lon2 = line
    up, right = lat2 - lat1, lon2 - lon1
    first = up * (ends[1] - lon1) - right * (ends[0] - lat1)
    second = up * (ends[3] - lon1) - right * (ends[2] - lat1)
    return (first > 0) != (second > 0)

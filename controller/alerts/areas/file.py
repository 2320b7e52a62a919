"""The file of areas and loudspeakers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec

from controller.alerts.areas.geojson import as_plain
from controller.alerts.areas.ground import Ground, Loudspeaker, NamedArea, Successor, names
from controller.alerts.areas.plane import Outline
from controller.alerts.cap.message import Point
from controller.alerts.errors import BadAreas
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

MOST_BYTES = 64 * 1024 * 1024
Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Lon = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Radius = Annotated[float, msgspec.Meta(ge=0, le=20_000)]


class _Area(msgspec.Struct, frozen=True):
    id: Name
    name: str = ""
    parent: str | None = None
    codes: tuple[Name, ...] = ()
    polygon: tuple[tuple[Lat, Lon], ...] = ()
    polygons: tuple[tuple[tuple[Lat, Lon], ...], ...] = ()


class _Loudspeaker(msgspec.Struct, frozen=True):
    id: Name
    area: Name
    lat: Lat | None = None
    lon: Lon | None = None
    coverage: Radius | None = None


class _Successor(msgspec.Struct, frozen=True):
    old: Name
    new: tuple[Name, ...]
    since: date


class _File(msgspec.Struct, frozen=True):
    areas: tuple[_Area, ...]
    loudspeakers: tuple[_Loudspeaker, ...] = ()
    successors: tuple[_Successor, ...] = ()
    geocode_names: tuple[str, ...] = ()
    coverage: Radius = 400.0


def load_areas(file: Path) -> Ground:
    """Reads JSON, or GeoJSON, and raises BadAreas with a sentence for whoever wrote the file.

        {"areas": [{"id": "hoa-xuan", "name": "xã Hòa Xuân", "codes": ["22318", "VN-KTTV=PY07"]},
                   {"id": "thon-1", "name": "thôn 1", "parent": "hoa-xuan",
                    "polygon": [[12.98, 109.33], [12.99, 109.33], [12.99, 109.34]]}],
         "loudspeakers": [{"id": "loa-01", "area": "thon-1", "lat": 12.985, "lon": 109.335, "coverage": 350}],
         "successors": [{"old": "22321", "new": ["22318"], "since": "2025-07-01"}],
         "geocode_names": ["Mã xã"], "coverage": 400}

    Polygons are [latitude, longitude], and `polygons` is a list of them; `coverage` is how far a loudspeaker is heard,
    in metres, and outside the list the value for those that do not say it. Everything but `id`, `area` and the list of
    areas may be left out. A code without `SCHEME=` holds whatever the geocode's name is, except those known to be
    foreign, or, with `geocode_names`, for exactly those names. `successors` says which codes follow an old one since
    when.

    In GeoJSON a Polygon or MultiPolygon feature, or one without geometry, is an area and a Point a loudspeaker, with
    the same fields as properties (axes as GeoJSON has them); successors, geocode_names and coverage stand beside
    `features`.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadAreas(f"{file} is larger than {MOST_BYTES} bytes.")
        return read_areas(file.read_bytes(), str(file))
    except OSError as trouble:
        raise BadAreas(f"{file} cannot be read: {trouble.strerror}.") from trouble


def read_areas(data: bytes, file: str) -> Ground:
    """The same from its bytes; `file` is how it is called in what BadAreas says."""
    try:
        said: Any = msgspec.json.decode(data)
        read = msgspec.convert(as_plain(said), _File, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as trouble:
        raise BadAreas(f"{file} is no file of areas: {str(trouble).rstrip('.')}.") from trouble
    return _ground(file, read)


def _ground(file: str, read: _File) -> Ground:
    areas = {
        AreaId(one.id): NamedArea(
            AreaId(one.id),
            one.name or one.id,
            AreaId(one.parent) if one.parent else None,
            one.codes,
            tuple(Outline([Point(lat, lon) for lat, lon in ring]) for ring in (one.polygon, *one.polygons) if ring),
        )
        for one in read.areas
    }
    _check(file, read, areas)
    speakers = tuple(
        Loudspeaker(
            DeviceId(one.id),
            AreaId(one.area),
            Point(one.lat, one.lon) if one.lat is not None and one.lon is not None else None,
            read.coverage if one.coverage is None else one.coverage,
        )
        for one in read.loudspeakers
    )
    successors = tuple(Successor(one.old, one.new, one.since) for one in read.successors)
    return Ground(areas, speakers, successors, names(read.geocode_names))


def _check(file: str, read: _File, areas: dict[AreaId, NamedArea]) -> None:
    if len(areas) < len(read.areas):
        raise BadAreas(f"{file} names an area twice.")
    if len({one.id for one in read.loudspeakers}) < len(read.loudspeakers):
        raise BadAreas(f"{file} names a loudspeaker twice.")
    for one in read.areas:
        if any(ring and len(set(ring)) < 3 for ring in (one.polygon, *one.polygons)):
            raise BadAreas(f"{file}: a polygon of {one.id} has fewer than three corners.")
    for speaker in read.loudspeakers:
        if speaker.area not in areas:
            raise BadAreas(f"{file}: loudspeaker {speaker.id} stands in {speaker.area}, which is no area of the file.")
        if (speaker.lat is None) != (speaker.lon is None):
            raise BadAreas(f"{file}: loudspeaker {speaker.id} needs both lat and lon, or neither.")
    for area in areas.values():
        _check_path(file, area, areas)


def _check_path(file: str, area: NamedArea, areas: dict[AreaId, NamedArea]) -> None:
    seen = {area.id}
    step = area.parent
    while step is not None:
        if step not in areas or step in seen:
            raise BadAreas(f"{file}: area {area.id} lies in {step}, which is missing or lies within it.")
        seen.add(step)
        step = areas[step].parent

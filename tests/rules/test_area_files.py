"""Files of areas: what people have is understood, what is wrong is said with its line, and nothing else happens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import Invalid
from controller.fleet.areas.comparing import Change, Known, Thing, compare, seal
from controller.fleet.areas.drawing import thinned
from controller.fleet.areas.errors import BadFile
from controller.fleet.areas.reading import MOST_BYTES, MOST_LINES, as_id, read_lines
from controller.store.areas import Area, AreaKind, AreaTree
from controller.store.shapes import Shape, place_at, read_shape
from schedules.programme import AreaId

SQUARE = [[[105.0, 20.0], [105.1, 20.0], [105.1, 20.1], [105.0, 20.0]]]
COMMUNE = Area(AreaId("xa"), None, AreaKind.COMMUNE, "Xã Phú Nghĩa")
VILLAGE = Area(AreaId("thon-1"), AreaId("xa"), AreaKind.VILLAGE, "Thôn 1")


def known(*areas: Area, under: str | None = None, places: Any = None) -> Known:
    nothing: dict[Thing, Any] = {Thing.DEVICE: {}, Thing.CAMERA: {}}
    return Known(AreaTree(areas), {}, nothing | (places or {}), AreaId(under) if under else None)


def feature(geometry: object = None, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def changes(data: bytes, now: Known) -> dict[str, Change]:
    return {one.area.id: one for one in compare(read_lines(data), now)}


def wrongs(data: bytes, now: Known) -> dict[int, str]:
    with pytest.raises(BadFile) as caught:
        compare(read_lines(data), now)
    return {one.number: str(one.why) for one in caught.value.wrongs}


def test_a_table_from_a_spreadsheet_in_vietnamese_is_understood() -> None:
    table = (
        "\ufeffTên;Thuộc;Cấp;Vĩ độ;Kinh độ\nXã Phú Nghĩa;;xã;;\n"
        "Thôn Đông Hà;Xã Phú Nghĩa;thôn;20,95;105,66\nXóm Đình;thôn đông hà;;;\n"
    )
    made = changes(table.encode(), known())
    assert [(one.area.id, one.area.parent, one.area.kind.value) for one in made.values()] == [
        ("xa-phu-nghia", None, "commune"),
        ("thon-dong-ha", "xa-phu-nghia", "village"),
        ("xom-dinh", "thon-dong-ha", "cluster"),
    ]
    assert made["thon-dong-ha"].shape == Shape(point=(105.66, 20.95))


def test_wider_areas_come_first_wherever_they_stand_in_the_file() -> None:
    data = geojson(
        feature(name="Cụm chợ", parent="Thôn 1"),
        feature({"type": "Polygon", "coordinates": SQUARE}, ten="Thôn 1", thuoc="Xã A"),
        feature(name="Xã A"),
    )
    assert [one.area.kind for one in compare(read_lines(data), known())] == list(AreaKind)[1:]


def test_what_is_there_is_renamed_or_drawn_and_told_from_what_stays() -> None:
    data = geojson(
        feature(id="xa"), feature({"type": "Polygon", "coordinates": SQUARE}, name="thôn  1"), feature(name="Thôn 9")
    )
    made = changes(data, known(COMMUNE, VILLAGE, under="xa"))
    assert not made["xa"].is_change
    assert (made["thon-1"].drawn, made["thon-1"].is_new) == (True, False)
    assert made["thon-9"].is_new and made["thon-9"].area.parent == "xa"


def test_two_villages_of_one_name_in_two_communes_get_two_ids() -> None:
    data = b"name,parent,kind\nA,,commune\nB,,commune\nThon 1,A,\nThon 1,B,\n"
    assert set(changes(data, known())) == {"a", "b", "a-thon-1", "b-thon-1"}


def test_every_line_that_is_wrong_is_named_at_once() -> None:
    data = (
        "id,name,parent,kind,lat,lon\n"
        "xa,Xã,,,,\n"  # 2: there, and right
        "a b,Thôn,xa,,,\n"  # 3: no id
        "t2,Thôn 2,nowhere,,,\n"  # 4
        "t3,Thôn 3,xa,province,,\n"  # 5: wider than its parent
        "t4,Thôn 4,xa,,105.6,20.9\n"  # 6: swapped
        "thon-1,Thôn 1,t2,,,\n"  # 7: moved, and beneath what is wrong
        "t5,,xa,,,\n"  # 8: no name
        "t6,Thôn 6,xa,planet,,\n"  # 9
        "t7,Thôn 7,xa,,x,y\n"  # 10
    )
    now = known(COMMUNE, VILLAGE)
    shapes = wrongs(data.encode(), now)
    assert set(shapes) == {6, 10}, "first what can be read at all"
    assert "the longitude comes first" in shapes[6]
    readable = "\n".join(line for line in data.splitlines() if "105.6" not in line and ",x,y" not in line)
    told = wrongs(readable.encode(), now)
    assert set(told) == {3, 4, 5, 6, 7, 8}
    assert told[4] == "There is no area 'nowhere'."


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "first line of a table"),
        (b"{}", "no GeoJSON"),
        (b'{"type": "FeatureCollection", "features": 3}', "no GeoJSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"type": "FeatureCollection", "features": []}', "names no area"),
        (b"name\n" + b"x\n" * (MOST_LINES + 1), "more than"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        ("name\nThôn".encode("utf-16-be"), "UTF-8"),
        (b'name\n"Th', "cannot be read"),
        (b"name\na,b,c\n", "cells"),
        (geojson(feature(name="A", parent="B"), feature(name="B", parent="A")), "within itself"),
        (geojson(*(feature(name=f"n{n}", parent=f"n{n + 1}") for n in range(3000))), "deep"),
        (geojson(feature(id="a", name="A"), feature(id="a", name="B")), "twice"),
        (geojson(feature({"type": "LineString", "coordinates": SQUARE[0]}, name="A")), "Polygon"),
        (geojson(feature({"type": "Polygon", "coordinates": [SQUARE[0][:2]]}, name="A")), "three different"),
        (geojson(feature({"type": "MultiPolygon", "coordinates": []}, name="A")), "empty"),
        (geojson(feature({"type": "Point", "coordinates": [True, 1]}, name="A")), "two numbers"),
        (geojson(feature({"type": "Point", "coordinates": [1, 1]}, id="loa-9", kind="loa")), "add it first"),
    ],
)
def test_what_cannot_be_used_says_why(data: bytes, why: str) -> None:
    assert why in " ".join(wrongs(data, known()).values())


def test_a_point_with_the_name_of_a_loudspeaker_places_it() -> None:
    places = {Thing.DEVICE: {"loa-1": (AreaId("thon-1"), None), "loa-2": (AreaId("thon-1"), (105.0, 20.0))}}
    data = geojson(
        feature({"type": "Point", "coordinates": [105.0, 20.0, 12.5]}, id="loa-1"),
        feature({"type": "Point", "coordinates": [105.0, 20.0]}, id="loa-2", kind="device"),
    )
    made = changes(data, known(COMMUNE, VILLAGE, places=places))
    assert [(one.thing, one.drawn) for one in made.values()] == [(Thing.DEVICE, True), (Thing.DEVICE, False)]


def test_the_seal_changes_with_what_would_be_done() -> None:
    data, other = (geojson(feature(name=name)) for name in ("Thôn 2", "Thôn 3"))
    seals = {seal(compare(read_lines(one), known(*there))) for one in (data, other) for there in ([], [COMMUNE])}
    assert len(seals) == 2, "both are new either way"
    under = known(COMMUNE, under="xa")
    assert seal(compare(read_lines(data), under)) not in seals


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "name", "parent", "kind", "x"]), inner)
    ),
    max_leaves=8,
)
geometries = st.fixed_dictionaries(
    {"type": st.sampled_from(["Point", "Polygon", "MultiPolygon", "x"]), "coordinates": json_values}
)


@given(
    st.lists(
        st.builds(
            lambda geometry, said: {"type": "Feature", "geometry": geometry, "properties": said},
            geometries | json_values,
            json_values,
        )
    )
)
def test_no_geojson_does_anything_but_be_read_or_refused(features: list[object]) -> None:
    try:
        compare(read_lines(json.dumps({"type": "FeatureCollection", "features": features}).encode()), known(COMMUNE))
    except BadFile as wrong:
        assert wrong.wrongs


@given(st.binary(max_size=300) | st.text(alphabet='name,id;parent\t\n\r"x1\x00é', max_size=200).map(str.encode))
def test_no_bytes_do_either(data: bytes) -> None:
    try:
        compare(read_lines(data), known(COMMUNE, VILLAGE))
    except BadFile as wrong:
        assert wrong.wrongs


corners = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
rings = st.lists(corners, min_size=3, max_size=12).map(lambda ring: [*ring, ring[0]])


@given(st.lists(st.lists(rings, min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_shape_is_the_same_after_it_was_written_and_read(polygons: list[list[list[tuple[float, float]]]]) -> None:
    try:
        shape = read_shape({"type": "MultiPolygon", "coordinates": polygons})
    except Invalid:
        return
    assert read_shape(json.loads(json.dumps(shape.geojson))) == shape == Shape.of(shape.geojson)
    for polygon in shape.polygons:
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in polygon)


@given(rings.map(tuple), st.floats(0, 10))
def test_an_outline_that_was_thinned_is_closed_and_misses_no_corner_by_more_than_a_step(
    ring: tuple[tuple[float, float], ...], step: float
) -> None:
    thin = thinned(ring, step)
    assert thin[0] == thin[-1] == ring[0] and len(thin) >= 4
    for corner in ring:
        assert any(abs(corner[0] - kept[0]) <= step and abs(corner[1] - kept[1]) <= step for kept in thin)


@given(st.text(max_size=100))
def test_an_id_made_of_a_name_is_one_or_nothing(name: str) -> None:
    assert as_id(as_id(name)) == as_id(name)
    assert len(as_id(name)) <= 63 and not as_id(name).startswith("-")


def test_degrees_that_are_none_are_refused() -> None:
    for lat, lon in ((91, 0), (0, 181), (float("nan"), 0), (float("inf"), 0), ("1", 0), (105.0, 20.0)):
        with pytest.raises(Invalid):
            place_at(lat, lon)

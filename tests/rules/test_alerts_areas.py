"""An alert reaches every loudspeaker that is heard in its area, and no other; the reason is kept for each."""

from __future__ import annotations

import json
import math
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from controller.alerts.areas.file import load_areas
from controller.alerts.areas.ground import Ground, Loudspeaker, NamedArea, Successor, names
from controller.alerts.areas.match import MOST_SHAPES, Match, match
from controller.alerts.areas.plane import Outline, metres_between
from controller.alerts.cap.message import CapArea, Circle, Named, Point, Polygon
from controller.alerts.cap.shapes import read_circle, read_polygon
from controller.alerts.errors import BadAreas
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

SAMPLES = Path(__file__).parent / "alert-samples"
GROUND = load_areas(SAMPLES / "areas.json")
TODAY = date(2026, 11, 22)
METRE = 1 / 111_320


def polygon(text: str) -> CapArea:
    shape = read_polygon(text)
    assert shape is not None
    return CapArea("somewhere", polygons=(shape,))


def circle(text: str) -> CapArea:
    shape = read_circle(text)
    assert shape is not None
    return CapArea(circles=(shape,))


def code(name: str, *values: str) -> CapArea:
    return CapArea(geocodes=tuple(Named(name, value) for value in values))


def found(*areas: CapArea, ground: Ground = GROUND, on: date = TODAY) -> Match:
    return match(areas, ground, on)


def reached(*areas: CapArea, ground: Ground = GROUND, on: date = TODAY) -> dict[str, str]:
    return {hit.place.key: hit.why for hit in found(*areas, ground=ground, on=on).hits}


VILLAGE_1 = polygon("12.980,109.330 12.990,109.330 12.990,109.340 12.980,109.340")


def test_what_is_covered_counts_not_the_pole() -> None:
    """loa-21 stands 220 m north of the polygon and is heard 350 m around."""
    hits = reached(VILLAGE_1)
    assert set(hits) == {"loa-11", "loa-21"}
    assert hits["loa-11"] == "inside the polygon “somewhere”"
    assert hits["loa-21"].startswith("heard 350 m around, 223 m from")


def one_speaker(coverage: float) -> Ground:
    area = NamedArea(AreaId("a"), "a")
    return Ground({area.id: area}, (Loudspeaker(DeviceId("s"), area.id, Point(13.0, 109.0), coverage),))


@pytest.mark.parametrize("coverage", [0.0, 300.0])
def test_the_boundary_is_inside(coverage: float) -> None:
    ground = one_speaker(coverage)
    edge = 13.0 + coverage * METRE
    touching = f"{edge},108.9 {edge + 0.1},108.9 {edge + 0.1},109.1 {edge},109.1"
    beyond = f"{edge + 2 * METRE},108.9 13.2,108.9 13.2,109.1 {edge + 2 * METRE},109.1"
    assert reached(polygon(touching), ground=ground) and not reached(polygon(beyond), ground=ground)


def test_a_corner_on_the_pole_is_inside() -> None:
    assert reached(polygon("13,109 13.1,109 13.1,109.1"), ground=one_speaker(0.0))


def test_a_circle_reaches_as_far_as_its_radius_and_the_coverage_together() -> None:
    ground = one_speaker(300.0)
    assert reached(circle("13.05,109 5.6"), ground=ground)
    assert reached(circle("13.05,109 5.3"), ground=ground)
    assert not reached(circle("13.05,109 5.2"), ground=ground)


def test_a_circle_without_radius_is_a_point_that_coverage_can_reach() -> None:
    assert reached(circle(f"{13 + 250 * METRE},109 0"), ground=one_speaker(300.0))
    assert not reached(circle(f"{13 + 350 * METRE},109 0"), ground=one_speaker(300.0))


def test_the_union_of_all_blocks_counts() -> None:
    assert set(reached(VILLAGE_1, circle("13.020,109.335 0.1"))) == {"loa-11", "loa-21", "loa-31"}


def test_longitude_first_is_read_the_right_way_round_and_said() -> None:
    hits = reached(polygon("109.330,12.980 109.330,12.990 109.340,12.990 109.340,12.980"))
    assert set(hits) == {"loa-11", "loa-21"} and "longitude was written first" in hits["loa-11"]


def test_where_only_one_reading_is_ours_and_both_could_be_it_is_a_doubt_not_a_silence() -> None:
    area = NamedArea(AreaId("a"), "a")
    europe = Ground({area.id: area}, (Loudspeaker(DeviceId("s"), area.id, Point(48.0, 11.0), 300.0),))
    (hit,) = found(circle("11.0,48.0 1"), ground=europe).hits
    assert hit.doubtful
    (hit,) = found(circle("48.0,11.0 1"), ground=europe).hits
    assert not hit.doubtful


def test_a_commune_is_found_by_its_code_and_everything_within_is_reached() -> None:
    hits = reached(code("Mã xã", "22285"))
    assert set(hits) == {"loa-11", "loa-21", "loa-31"} and "code 22285 is xã Hòa Xuân" in hits["loa-11"]


def test_a_province_reaches_its_communes_by_the_tree_although_their_codes_begin_otherwise() -> None:
    assert len(reached(code("Mã tỉnh", "66"))) == 3


@pytest.mark.parametrize("value", ["22", "222", "2228", "22286", "6", "661", "66001", ""])
def test_the_beginning_of_a_code_means_nothing(value: str) -> None:
    assert not reached(code("Mã xã", value))


def test_an_old_commune_code_leads_to_the_new_commune_and_says_since_when() -> None:
    hits = reached(code("Mã xã", "22288"))
    assert len(hits) == 3 and "since 01/07/2025 22285" in hits["loa-11"]


def test_an_old_district_code_leads_through_old_communes_to_the_new_one() -> None:
    assert len(reached(code("Mã huyện", "564"))) == 3


def test_mappings_that_run_in_a_circle_end() -> None:
    steps = tuple(Successor(old, (new,), TODAY) for old, new in pairwise("abca"))
    assert not reached(code("x", "a"), ground=Ground(GROUND.areas, GROUND.loudspeakers, steps))


def test_an_alert_for_another_province_stays_silent() -> None:
    result = found(code("Mã tỉnh", "01", "48"), code("Mã xã", "00004"))
    assert result.hits == () and result.readable


@pytest.mark.parametrize("name", ["SAME", "FIPS6", "fips5", "UGC", "EMMA_ID", "profile:CAP-CP:Location:0.3", "NUTS3"])
def test_the_same_number_in_a_foreign_scheme_is_another_place(name: str) -> None:
    assert not reached(code(name, "22285"))


def test_with_geocode_names_only_those_are_believed() -> None:
    strict = Ground(GROUND.areas, GROUND.loudspeakers, GROUND.successors, names(["Mã_xã"]))
    assert reached(code("ma xa", "22285"), ground=strict) and not reached(code("Commune", "22285"), ground=strict)


def test_a_code_with_a_scheme_holds_in_that_scheme_only() -> None:
    assert reached(code("kttv", "PY07")) and not reached(code("other", "PY07"))


def test_codes_cannot_be_read_where_no_area_has_one() -> None:
    assert not found(code("Mã xã", "22285"), ground=one_speaker(300.0)).readable


def test_shapes_come_before_codes_within_a_block() -> None:
    far = CapArea(
        polygons=(Polygon((Point(20, 105), Point(20, 106), Point(21, 105))),), geocodes=code("x", "22285").geocodes
    )
    assert not reached(far)


def test_codes_are_used_where_the_shape_cannot_be_read() -> None:
    broken = CapArea(geocodes=code("x", "22285").geocodes, unreadable=("12.9,109",))
    assert len(reached(broken)) == 3


def test_no_machine_readable_area_is_neither_everybody_nor_nobody_but_a_question() -> None:
    result = found(CapArea("Södra Östersjön"))
    assert result.hits == () and not result.readable
    assert not found(CapArea(unreadable=("1,2 3,4",))).readable


def test_a_loudspeaker_that_is_not_on_the_map_is_counted_as_unknown_not_as_outside() -> None:
    area = NamedArea(AreaId("a"), "a", codes=("1",))
    ground = Ground({area.id: area}, (Loudspeaker(DeviceId("s"), area.id, None, 300.0),))
    assert [place.key for place in found(VILLAGE_1, ground=ground).unplaced] == ["s"]
    assert found(code("x", "1"), ground=ground).unplaced == ()


def test_a_loudspeaker_that_is_not_on_the_map_goes_by_the_outline_of_its_area() -> None:
    outline = Outline([Point(12.985, 109.335), Point(12.995, 109.335), Point(12.995, 109.345)])
    area = NamedArea(AreaId("a"), "a", outlines=(outline,))
    ground = Ground({area.id: area}, (Loudspeaker(DeviceId("s"), area.id, None, 300.0),))
    assert reached(VILLAGE_1, ground=ground) == {"s": "its area meets the polygon “somewhere”"}
    assert not reached(polygon("12.98,109.33 12.983,109.33 12.98,109.334"), ground=ground)
    assert reached(circle("12.99,109.36 1.8"), ground=ground)


def test_an_area_without_loudspeakers_is_matched_by_its_outline() -> None:
    area = NamedArea(
        AreaId("a"), "a", outlines=(Outline([Point(12.98, 109.33), Point(12.99, 109.33), Point(12.99, 109.34)]),)
    )
    assert set(reached(VILLAGE_1, ground=Ground({area.id: area}))) == {"area:a"}


def test_too_many_shapes_are_left_to_a_person() -> None:
    point = Circle(Point(13, 109), 0.0)
    assert not found(CapArea(circles=tuple(Circle(point.centre, one / 1e6) for one in range(MOST_SHAPES + 1)))).readable


def test_a_polygon_over_the_180th_meridian_covers_what_lies_between() -> None:
    fiji = Outline([Point(-20, 177), Point(-15, 177), Point(-15, -178), Point(-20, -178)])
    assert fiji.distance(Point(-17, 179), 0) == 0 and fiji.distance(Point(-17, -179), 0) == 0
    assert math.isinf(fiji.distance(Point(-17, 170), 1000)) and math.isinf(fiji.distance(Point(-17, 0), 1000))


def test_a_polygon_around_the_world_covers_it() -> None:
    world = Outline([Point(-90, -180), Point(90, -180), Point(90, 180), Point(-90, 180)])
    assert world.distance(Point(13, 109), 0) == 0


def inside_slowly(corners: list[Point], place: Point) -> bool:
    """Winding by angles: another way to the same answer."""
    turned = 0.0
    for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
        a = math.atan2(one.lat - place.lat, one.lon - place.lon)
        b = math.atan2(other.lat - place.lat, other.lon - place.lon)
        turned += (b - a + math.pi) % (2 * math.pi) - math.pi
    return abs(turned) > 1


def degrees(low: float, high: float) -> some.SearchStrategy[float]:
    return some.floats(low, high).map(lambda one: round(one, 4))


near = some.builds(Point, degrees(12.9, 13.1), degrees(108.9, 109.1))


@given(some.lists(near, min_size=3, max_size=40, unique=True), near)
@settings(max_examples=200, deadline=None)
def test_bands_do_not_change_what_is_inside(corners: list[Point], place: Point) -> None:
    distance = Outline(corners).distance(place, 1e6)
    assume(distance == 0 or distance > 1)
    edge = min(
        abs((b.lat - a.lat) * (place.lon - a.lon) - (b.lon - a.lon) * (place.lat - a.lat))
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
    )
    assume(edge > 1e-9)
    assert (distance == 0) == inside_slowly(corners, place)


@given(some.lists(near, min_size=3, max_size=12, unique=True), near, some.floats(0, 20_000))
@settings(max_examples=100, deadline=None)
def test_the_distance_to_a_polygon_agrees_with_walking_its_border(
    corners: list[Point], place: Point, limit: float
) -> None:
    outline = Outline(corners)
    distance = outline.distance(place, limit)
    assume(not inside_slowly(corners, place))
    steps = [
        metres_between(place, Point(a.lat + (b.lat - a.lat) * step / 200, a.lon + (b.lon - a.lon) * step / 200))
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
        for step in range(201)
    ]
    if distance == math.inf:
        assert min(steps) >= limit * 0.99 - 10
    else:
        assert distance <= min(steps) * 1.01 + 10 and distance >= min(steps) * 0.97 - 200


@given(some.lists(near, min_size=3, max_size=8, unique=True), some.lists(near, min_size=3, max_size=8, unique=True))
@settings(max_examples=100, deadline=None)
def test_meeting_is_mutual(one: list[Point], other: list[Point]) -> None:
    assert Outline(one).meets(Outline(other)) == Outline(other).meets(Outline(one))


def test_geojson_says_the_same_as_the_plain_file(tmp_path: Path) -> None:
    plain = {
        "areas": [
            {"id": "c", "name": "xã", "codes": ["1"], "polygons": [[[13, 109], [13.1, 109], [13.1, 109.1]]]},
            {"id": "v", "parent": "c"},
        ],
        "loudspeakers": [{"id": "s", "area": "v", "lat": 13.0, "lon": 109.0, "coverage": 200}],
        "successors": [{"old": "9", "new": ["1"], "since": "2025-07-01"}],
        "coverage": 100,
    }
    ring = {"type": "Polygon", "coordinates": [[[109, 13], [109, 13.1], [109.1, 13.1], [109, 13]]]}
    point = {"type": "Point", "coordinates": [109.0, 13.0]}
    geo = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"id": "c", "name": "xã", "codes": ["1"]}, "geometry": ring},
            {"type": "Feature", "id": "v", "properties": {"parent": "c"}, "geometry": None},
            {"type": "Feature", "properties": {"id": "s", "area": "v", "coverage": 200}, "geometry": point},
        ],
        "successors": plain["successors"],
        "coverage": 100,
    }
    grounds = []
    for name, said in (("plain.json", plain), ("geo.json", geo)):
        (tmp_path / name).write_text(json.dumps(said))
        grounds.append(load_areas(tmp_path / name))
    for area in (polygon("12.9,108.9 13.05,108.9 13.05,109.05"), code("x", "9"), circle("14,109 1")):
        assert reached(area, ground=grounds[0]) == reached(area, ground=grounds[1])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"areas": [{"id": ""}]}',
        '{"areas": [{"id": "a"}, {"id": "a"}]}',
        '{"areas": [{"id": "a", "parent": "b"}]}',
        '{"areas": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}]}',
        '{"areas": [{"id": "a", "polygon": [[1, 1], [2, 2]]}]}',
        '{"areas": [{"id": "a", "polygon": [[109, 13], [109, 14], [110, 13]]}]}',
        '{"areas": [{"id": "a"}], "loudspeakers": [{"id": "s", "area": "x"}]}',
        '{"areas": [{"id": "a"}], "loudspeakers": [{"id": "s", "area": "a", "lat": 1}]}',
        '{"areas": [{"id": "a"}], "loudspeakers": [{"id": "s", "area": "a", "lat": 1, "lon": 999}]}',
        '{"areas": [{"id": "a"}], "loudspeakers": [{"id": "s", "area": "a"}, {"id": "s", "area": "a"}]}',
        '{"type": "FeatureCollection", "features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        '{"type": "FeatureCollection", "features": [7, {"properties": 3}]}',
    ],
)
def test_a_file_of_areas_that_cannot_be_used_says_why(tmp_path: Path, content: str) -> None:
    (tmp_path / "areas.json").write_text(content)
    with pytest.raises(BadAreas, match=r"areas\.json"):
        load_areas(tmp_path / "areas.json")


def test_five_thousand_loudspeakers_are_matched_with_a_border_of_five_thousand_corners() -> None:
    areas = {AreaId("a"): NamedArea(AreaId("a"), "a")}
    speakers = tuple(
        Loudspeaker(DeviceId(f"s{one}"), AreaId("a"), Point(12.5 + (one % 71) / 71, 108.5 + one / 5000), 300.0)
        for one in range(5000)
    )
    turns = [one / 5000 * math.tau for one in range(5000)]
    border = tuple(Point(13 + 0.4 * math.sin(turn), 109 + 0.4 * math.cos(turn)) for turn in turns)
    hits = match([CapArea(polygons=(Polygon(border),))], Ground(areas, speakers), TODAY).hits
    assert 0.45 * 5000 < len(hits) < 0.55 * 5000

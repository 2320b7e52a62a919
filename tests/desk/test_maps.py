"""Areas from files, and where everything is: all of a file or nothing, and only what somebody may know of."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.responses import Response

from controller.alerts.areas.commune import read_commune
from controller.alerts.cap.message import Point
from controller.errors import Invalid
from controller.settings import Settings
from controller.store import areas, audit, cameras, maps
from controller.store.audit import Asked
from controller.store.cameras import Camera
from controller.store.people import Grant, Role
from controller.store.spots import MOST_ALONE, Box, Spot, gather
from controller.town import VILLAGES, Town
from controller.web.headers import policy
from controller.web.pages.maps import allow_tiles, tiles_of
from controller.web.pages.places import Place
from devices.protocol.messages.cameras import CameraId, CameraSource
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from tests.desk.conftest import NOW, PASSWORD, Browser

SQUARE = {"type": "Polygon", "coordinates": [[[105.6, 20.9], [105.62, 20.9], [105.62, 20.92], [105.6, 20.9]]]}
PEOPLE: dict[str, tuple[frozenset[Role], frozenset[Grant]]] = {
    "admin": (frozenset({Role.ADMINISTRATOR}), frozenset()),
    "hoa": (frozenset({Role.EDITOR}), frozenset()),
    "ky": (frozenset({Role.TECHNICIAN}), frozenset()),
    "hai": (frozenset(), frozenset({Grant(Role.ADMINISTRATOR, AreaId("thon-2"))})),
}

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), NOW, villages=dict.fromkeys(VILLAGES, 1)) as built:
        for username, (roles, limited) in PEOPLE.items():
            built.app.access.add_account(username, username.title(), PASSWORD, roles, limited)
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture(scope="module")
def ask(town: Town) -> Ask:
    people = {name: Browser(town, name).http for name in PEOPLE}

    def asked(who: str, method: str, path: str, expect: int = 200, **more: Any) -> Any:
        client: TestClient = people[who]
        answer = client.request(method, f"/api/v1/{path}", **more)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    return asked


def file_of(*features: dict[str, Any]) -> dict[str, Any]:
    told = [{"type": "Feature", "geometry": one.pop("geometry", None), "properties": one} for one in features]
    return {"file": ("areas.geojson", json.dumps({"type": "FeatureCollection", "features": told}))}


def test_a_file_is_looked_at_then_carried_out_and_then_changes_nothing(town: Town, ask: Ask) -> None:
    def send(**form: str) -> Any:
        told = file_of({"name": "Thôn 8", "geometry": SQUARE}, {"id": "thon-1", "name": "Thôn Một"})
        return ask("admin", "POST", "areas/import", files=told, data={"under": "xa", **form})

    looked = send(dry_run="true")
    assert [(one["id"], one["new"], one["drawn"], one["was"]) for one in looked["changes"]] == [
        ("thon-8", True, True, ""),
        ("thon-1", False, False, "Thôn 1"),
    ]
    assert not looked["done"] and "thon-8" not in {one["id"] for one in ask("hoa", "GET", "areas")}
    assert send()["changes"] == looked["changes"]
    assert send() == {"done": True, "unchanged": 2, "changes": []}
    with town.app.database.read() as connection:
        thon_8 = read_commune(connection).ground.areas[AreaId("thon-8")]
    assert Point(20.9, 105.6) in thon_8.outlines[0].corners, "warnings are matched with what the map shows"


def test_one_mistake_and_nothing_is_done(town: Town, ask: Ask) -> None:
    before = ask("admin", "GET", "areas.geojson")
    table = "name,parent\nThôn 20,xa\nThôn 21,nơi nào\nThôn 22,\n"
    wrong = ask("admin", "POST", "areas/import", 422, files={"file": ("x.csv", table)})
    assert [one["line"] for one in wrong["errors"]] == [3]
    assert wrong["errors"][0]["detail"] == "Không có khu vực “nơi nào”."
    assert ask("admin", "GET", "areas.geojson") == before
    ask("admin", "POST", "areas/import", 422, files=file_of({"name": "A"}), data={"under": "nowhere"})
    device = ask("admin", "GET", "devices")[0]["id"]
    taken = ask("admin", "POST", "areas/import", 422, files=file_of({"id": device, "name": "A", "parent": "xa"}))
    assert device in taken["detail"]


def test_whoever_runs_one_village_changes_that_alone_and_an_editor_nothing(ask: Ask) -> None:
    ask("hoa", "POST", "areas/import", 403, files=file_of({"id": "thon-2"}))
    ask("hai", "POST", "areas/import", 422, files=file_of({"id": "thon-1", "geometry": SQUARE}))
    ask("hai", "POST", "areas/import", 422, files=file_of({"name": "Xã của tôi"}))
    cluster = {"name": "Cụm chùa", "parent": "thon-2"}
    assert ask("hai", "POST", "areas/import", files=file_of(cluster))["changes"][0]["kind"] == "cluster"
    mine = {one["id"] for one in ask("hai", "GET", "areas.geojson")["features"]}
    assert mine == {"thon-2", "cum-chua"}


def test_where_a_loudspeaker_stands_is_said_by_its_technician_and_seen_on_the_map(town: Town, ask: Ask) -> None:
    one, two = sorted(device["id"] for device in ask("hoa", "GET", "devices") if device["id"] != "site")[:2]
    ask("hoa", "PUT", f"devices/{one}/place", 403, json={"lat": 20.9, "lon": 105.6})
    ask("ky", "PUT", f"devices/{one}/place", 422, json={"lat": 105.6, "lon": 20.9})
    ask("ky", "PUT", "devices/nobody/place", 404, json={"lat": 20.9, "lon": 105.6})
    ask("ky", "PUT", "cameras/nobody/place", 404, json={"lat": 20.9, "lon": 105.6})
    ask("hoa", "DELETE", f"devices/{one}/place", 403)
    ask("ky", "DELETE", "cameras/nobody/place", 404)
    for device, lon in ((one, 105.6), (two, 105.7)):
        ask("ky", "PUT", f"devices/{device}/place", 204, json={"lat": 20.9, "lon": lon})
    shown = ask("hoa", "GET", "map/devices")
    assert {(spot["id"], spot["state"]) for spot in shown["spots"]} == {(one, "online"), (two, "online")}
    assert [spot["id"] for spot in ask("hoa", "GET", "map/devices?box=105.5,20,105.65,21")["spots"]] == [one]
    assert ask("hoa", "GET", "map/cameras")["spots"] == []
    for box in ("1,2,3", "9,9,1,1", "nan,0,1,1", "a,b,c,d", "-inf,0,inf,1"):
        ask("hoa", "GET", f"map/devices?box={box}", 422)
    ask("hoa", "GET", "map/people", 422)
    outlines = {area["id"]: area["geometry"] for area in ask("hoa", "GET", "map/areas")["features"]}
    assert "xa" not in outlines and outlines["thon-1"]["type"] == "Point", "nobody has drawn it: its middle"
    with town.app.database.read() as connection:
        placed = {speaker.id: speaker.at for speaker in read_commune(connection).ground.loudspeakers}
    assert placed[DeviceId(one)] == Point(20.9, 105.6)


@pytest.mark.parametrize(
    ("lat", "lon", "stands"),
    [
        ("20.9712", "105.7788", (105.7788, 20.9712)),
        (" 20,9712", "105,77881234 ", (105.778812, 20.9712)),
        ("20.971234, 105.778812", "", (105.778812, 20.971234)),
        ("", "", None),
        ("105.7", "20.9", "lat"),
        ("20.9", "181", "lon"),
        ("20.9", "", "lon"),
        ("1e1", "105", "lat"),
        ("٢٠", "105", "lat"),
    ],
)
def test_a_place_is_read_as_people_write_it_or_the_field_is_named(lat: str, lon: str, stands: object) -> None:
    try:
        assert Place(lat=lat, lon=lon).read() == stands
    except Invalid as wrong:
        assert wrong.field == stands


def test_on_its_page_a_technician_says_where_one_loudspeaker_or_camera_stands_and_nobody_else(town: Town) -> None:
    ky, hoa = Browser(town, "ky"), Browser(town, "hoa")
    camera = Camera(CameraId("cong-cho"), "Cổng chợ", AreaId("thon-1"), CameraSource.RTSP, "rtsp://10.7.0.1/1")
    with town.app.database.write() as connection:
        cameras.add(connection, camera, town.clock.now())
    for page, kept in (("/devices/loa-thon-3-1", "device_places"), ("/cameras/cong-cho", "camera_places")):
        hoa.post(f"{page}/place", {"lat": "20.9", "lon": "105.6"}, expect=403)
        assert "Vĩ độ" not in hoa.get(page)
        wrong = ky.post(f"{page}/place", {"lat": "105,6", "lon": "<20.9>"}, expect=422).text
        assert "Vĩ độ là một số" in wrong and 'value="105,6"' in wrong and "&lt;20.9&gt;" in wrong
        assert "từ nay nó nằm ở đó" in ky.post(f"{page}/place", {"lat": "20,9", "lon": "105,6"}).text.lower()
        assert 'value="20.9"' in ky.get(page)
        assert "Đã bỏ khỏi bản đồ" in ky.post(f"{page}/place", {"lat": "", "lon": " "}).text
        with town.app.database.read() as connection:
            noted = audit.latest(connection, Asked(what=kept), 9)
        assert [one.what for one in noted][:2] == [f"{kept}.removed", f"{kept}.added"]


squares = st.tuples(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.001, 5)).map(
    lambda at: [(at[0], at[1]), (at[0] + at[2], at[1]), (at[0], at[1] + at[2]), (at[0], at[1])]
)
shapes = (
    st.none()
    | squares.map(lambda ring: {"type": "Polygon", "coordinates": [ring]})
    | st.lists(squares, min_size=1, max_size=3).map(
        lambda rings: {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    )
    | st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(lambda at: {"type": "Point", "coordinates": at})
)
names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(names, shapes), min_size=1, max_size=4))
def test_what_is_exported_comes_back_as_it_was(town: Town, ask: Ask, said: list[tuple[str, Any]]) -> None:
    told = [{"id": f"v-{n}", "parent": "xa", "name": name, "geometry": one} for n, (name, one) in enumerate(said)]
    ask("admin", "POST", "areas/import", files=file_of(*told))
    exported = ask("admin", "GET", "areas.geojson")
    again = ask("admin", "POST", "areas/import", files={"file": ("a.geojson", json.dumps(exported))})
    assert again["changes"] == [] and again["unchanged"] == len(exported["features"])
    assert ask("admin", "GET", "areas.geojson") == exported
    with town.app.database.read() as connection:
        drawn, tree = maps.shapes(connection), areas.tree(connection)
    for n, (name, _) in enumerate(said):
        assert tree[AreaId(f"v-{n}")].name == name
    assert {one["id"]: one["geometry"] for one in exported["features"] if one["geometry"] and one["id"] in drawn} == {
        area: shape.geojson for area, shape in drawn.items()
    }


spots = st.lists(
    st.builds(
        Spot,
        st.text(max_size=3),
        st.just(""),
        st.tuples(st.floats(105, 106), st.floats(20, 21)),
        st.sampled_from(["online", "offline"]),
    ),
    max_size=3,
)


@given(spots.map(lambda few: few * 150), st.floats(104, 105.5), st.floats(0.001, 3))
def test_nothing_in_the_view_is_lost_where_many_stand_together(many: list[Spot], west: float, width: float) -> None:
    box = Box(west, 20, west + width, 20 + width)
    alone, crowds = gather(many, box)
    inside = [spot for spot in many if spot.at in box]
    assert len(alone) + sum(sum(crowd.states.values()) for crowd in crowds) == len(inside)
    assert len(alone) <= MOST_ALONE and (not crowds or len(inside) > MOST_ALONE)
    for crowd in crowds:
        assert any(
            abs(crowd.at[0] - one.at[0]) <= box.cell and abs(crowd.at[1] - one.at[1]) <= box.cell for one in inside
        )


def test_a_person_sees_what_a_file_changes_before_it_is_done(town: Town) -> None:
    admin = Browser(town, "admin")
    told = file_of({"name": "Thôn Bên Sông", "geometry": SQUARE}, {"id": "thon-3", "name": "Thôn Ba"})
    sent: dict[str, Any] = {"files": told, "data": {"under": "xa"}}
    shown = admin.http.post("/settings/areas-file", **sent)
    assert shown.status_code == 200 and "Thôn Bên Sông" in shown.text and "tên cũ: Thôn 3" in shown.text
    assert "Thôn Bên Sông" not in admin.get("/areas")
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    form = {name: unescape(value) for name, value in hidden.items()}
    stale = admin.http.post("/settings/areas-file", data={**form, "seen": "0" * 64})
    assert stale.status_code == 422 and "hãy xem lại" in stale.text
    done = admin.http.post("/settings/areas-file", data=form)
    assert str(done.url.path) == "/areas" and "Thôn Bên Sông" in done.text and "Thôn Ba" in done.text
    again = admin.http.post("/settings/areas-file", **sent)
    assert "tệp không thay đổi gì" in again.text
    wrong = admin.http.post("/settings/areas-file", files={"file": ("b.csv", "name,parent\nA,nơi nào\n")})
    assert wrong.status_code == 422 and "Dòng hoặc đối tượng 2" in wrong.text
    Browser(town, "hoa").get("/settings/areas-file", expect=403)


def test_a_map_asks_elsewhere_only_where_tiles_are_configured(town: Town) -> None:
    hoa = Browser(town, "hoa")
    for path in ("/bulletins/new", "/devices/map", "/cameras/map"):
        answer = hoa.http.get(path)
        assert "data-tiles" not in answer.text
        assert answer.headers["content-security-policy"] == policy()
    assert "style=" not in hoa.get("/devices/map")
    with_tiles = Settings(map_tiles="https://tiles.example:8443/{z}/{x}/{y}.png?key=1", map_tiles_by="Ai đó")
    answer = allow_tiles(Response(), with_tiles)
    assert "img-src 'self' data: https://tiles.example:8443;" in answer.headers["content-security-policy"]
    assert tiles_of(with_tiles) == (with_tiles.map_tiles, "Ai đó")
    for address in ("javascript:alert(1)", "https://a; script-src *", "//tiles.example/{z}", "https://a b/{z}"):
        with pytest.raises(ValidationError):
            Settings(map_tiles=address)


def test_the_page_with_everything_on_it_is_small_to_load(town: Town) -> None:
    hoa = Browser(town, "hoa")
    page = hoa.get("/bulletins/new")
    assets = sorted(set(re.findall(r'(?:src|href)="(/assets/[\w.-]+)', page)))
    assert any("/map-" in one for one in assets) and "/map-" not in hoa.get("/")
    sizes = [len(gzip.compress(hoa.http.get(one).content)) for one in assets]
    assert sum(sizes) + len(gzip.compress(page.encode())) < 150_000

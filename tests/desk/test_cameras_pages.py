"""Cameras at the console: pictures with their age, reasons in words, and nothing that somebody may not see."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

import pytest

from controller.store import camera_pictures, camera_watch, cameras, uptime
from controller.store.camera_states import Condition
from controller.store.cameras import Camera
from controller.store.people import Role
from controller.store.uptime import Turn
from controller.town import Town
from devices.protocol.messages.cameras import CameraId, CameraPictures, CameraSource, KeepPictures
from schedules.programme import AreaId, Sha256
from tests.desk.conftest import PASSWORD, Browser

JPEG = b"\xff\xd8\xff\xe0a picture"
SHA = Sha256(hashlib.sha256(JPEG).hexdigest())
SECRET = "rất-bí-mật-9"


@pytest.fixture(scope="module", autouse=True)
def market(commune: Town) -> Camera:
    """A camera that was good for a day, down for an hour, and of which there is a picture."""
    now = commune.clock.now()
    one = Camera(
        CameraId("cong-cho"),
        "Cổng chợ",
        AreaId("thon-1"),
        CameraSource.RTSP,
        "rtsp://10.7.0.1/1",
        keep_pictures=KeepPictures.LATEST,
    )
    commune.app.services.album.keep(SHA, JPEG)
    with commune.app.database.write() as connection:
        cameras.add(connection, one, now - timedelta(days=2))
        begun = now - timedelta(days=1)
        down = Turn(one.id, Condition.DOWN, begun + timedelta(hours=20))
        again = Turn(one.id, Condition.UP, begun + timedelta(hours=21))
        uptime.turn(connection, [Turn(one.id, Condition.UP, begun), down, again])
        taken = CameraPictures(latest=SHA, thumbnail=SHA, taken_at=now - timedelta(minutes=40))
        camera_pictures.note(connection, one.id, taken, now)
    return one


@pytest.fixture
def ky(commune: Town) -> Browser:
    return Browser(commune, "ky")


@pytest.mark.long
def test_the_wall_shows_the_age_of_each_picture_and_that_nobody_watches(ky: Browser) -> None:
    shown = ky.get("/cameras")
    assert "Cổng chợ" in shown
    assert f"/api/v1/cameras/cong-cho/pictures/{SHA}" in shown
    assert "hình 4" in shown, "forty minutes, not now"
    assert "Không rõ" in shown
    assert "style=" not in shown
    ky.get("/cameras?state=odd", expect=404)
    assert "Cổng chợ" not in ky.get("/cameras?state=up")


def test_who_may_not_look_sees_the_state_and_no_picture(commune: Town, ky: Browser) -> None:
    editor = Browser(commune, "hoa")
    for path in ("/cameras", "/cameras/cong-cho"):
        shown = editor.get(path)
        assert "Cổng chợ" in shown
        assert "/pictures/" not in shown
    assert "Tài khoản của bạn không được xem" in editor.get("/cameras")


def test_one_camera_says_what_is_known_and_what_the_law_asks_for(ky: Browser) -> None:
    shown = ky.get("/cameras/cong-cho")
    for words in ("Kết nối được", "Chưa ghi", "chưa ghi", "luật bảo vệ dữ liệu"):
        assert words.lower() in shown.lower()
    assert re.search(r'<svg class="camera-bars"[^>]*role="img" aria-label="[^"]+90 ngày', shown)
    assert shown.count("<title>") >= 90, "each bar says in words what it shows"
    ky.get("/cameras/khong-co", expect=404)


def test_uptime_is_a_table_of_honest_figures(ky: Browser) -> None:
    shown = ky.get("/cameras/uptime")
    row = shown.split("Cổng chợ")[1]
    assert "95," in row, "twenty hours of twenty-one were good, and what came after nobody has told"
    assert "/api/v1/camera-uptime.csv?" in shown
    assert "Thôn 1" in ky.get("/cameras/uptime?by=area")
    assert "2026-11" in ky.get("/cameras/uptime?by=month")


def test_a_camera_is_added_changed_and_removed_and_its_password_never_comes_back(ky: Browser, commune: Town) -> None:
    form: dict[str, object] = {
        "name": "Cầu Mây",
        "id": "cau-may",
        "area": "thon-2",
        "source": "rtsp",
        "address": "rtsp://10.7.0.2/1",
        "user": "admin",
        "password": SECRET,
        "keep_pictures": "findings",
        "picture_days": "14",
        "target": "98.5",
        "severity": "3",
        "purpose": "An toàn cầu",
    }
    refused = ky.post("/cameras/add", {**form, "address": "10.7.0.2"}, expect=422).text
    assert "Không dùng được địa chỉ này" in refused
    assert SECRET not in refused
    assert ky.post("/cameras/add", {**form, "target": "nhiều"}, expect=422).text.count(SECRET) == 0
    added = ky.post("/cameras/add", form)
    assert added.url.path == "/cameras/cau-may"
    assert "được giữ kín" in added.text
    assert SECRET not in added.text + ky.get("/cameras/cau-may/change")
    changed = ky.post("/cameras/cau-may/change", {**form, "user": "", "password": "", "name": "Cầu Mây mới"})
    assert "Cầu Mây mới" in changed.text
    assert "được giữ kín" in changed.text, "what was not typed stays as it was"
    assert (
        "Đang học" in ky.post("/cameras/cau-may/relearn").text or "học lại" in ky.post("/cameras/cau-may/relearn").text
    )
    assert "Đã báo trước" in ky.post("/cameras/cau-may/maintenance", {"hours": "1", "why": "thay nguồn"}).text
    ky.post("/cameras/cau-may/remove", {"sure": "nhầm"}, expect=422)
    assert "Cầu Mây" not in ky.post("/cameras/cau-may/remove", {"sure": "cau-may"}).text.split("camera-wall")[1]
    with commune.app.database.read() as connection:
        (gone,) = cameras.some(connection, [CameraId("cau-may")])
        assert (gone.login, gone.box) == ("", "")
        assert CameraId("cau-may") not in camera_watch.states(connection)


@pytest.mark.long
def test_what_is_kept_no_longer_is_gone_from_the_disk_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    start = datetime(2026, 11, 23, 1, 0).astimezone()
    with Town(tmp_path_factory.mktemp("town"), start) as town:
        album, one = town.app.services.album, CameraId("cong-cho")
        album.keep(SHA, JPEG)
        with town.app.database.write() as connection:
            camera = Camera(one, "", AreaId("thon-1"), CameraSource.RTSP, "rtsp://10.7.0.1/1", picture_days=1)
            cameras.add(connection, camera, start)
            camera_pictures.note(connection, one, CameraPictures(event=SHA, taken_at=start), start)
        assert album.path(SHA) is not None
        town.run_for(timedelta(hours=25))
        with town.app.database.read() as connection:
            assert not camera_pictures.of_camera(connection, one, SHA)
            kept = camera_pictures.kept(connection)
        album.clear(kept, float("inf"))  # the disk has a clock of its own, which no town moves
        assert album.path(SHA) is None


def test_only_technicians_are_offered_to_change_cameras(commune: Town) -> None:
    commune.app.access.add_account("xem", "Xem", PASSWORD, frozenset({Role.VIEWER}))
    viewer = Browser(commune, "xem")
    assert "/cameras/add" not in viewer.get("/cameras")
    viewer.get("/cameras/add", expect=403)
    viewer.post("/cameras/cong-cho/relearn", expect=403)

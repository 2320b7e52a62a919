"""Cameras at the API: who may do what, what devices are told, and that a password is never said again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from controller.fleet.cameras import to_watch
from controller.fleet.enrolment import digest
from controller.store import audit, cameras, fleet
from controller.store.fleet import Device
from controller.store.tables import cameras as rows
from controller.store.tables import outbox
from controller.town import Town
from devices.link.port import Inbound
from devices.protocol.codec import encode
from devices.protocol.locks import BoxKey
from devices.protocol.messages import DeviceState
from devices.protocol.messages.cameras import (
    Axis,
    CameraId,
    CameraPictures,
    CameraReason,
    CameraReport,
    DeviceHealth,
    HealthId,
    PictureFinding,
    Standing,
)
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceChannel, DeviceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE
from tests.desk.conftest import Browser

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
PASSWORD = "Mật-khẩu/bí mật#9"
HORN = DeviceId("loa-thon-1-1")
BOX, KEY, TOKEN = DeviceId("hop-1"), SigningKey.generate(), "a token of the box"
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20
SHA = hashlib.sha256(JPEG).hexdigest()


def camera(name: str, **changed: object) -> dict[str, object]:
    said = {"id": name, "area": "thon-1", "address": f"rtsp://10.7.0.21:554/{name}", "name": "Chợ xã"}
    return {**said, "login": {"user": "admin", "password": PASSWORD}, **changed}


def body(said: dict[str, object]) -> dict[str, object]:
    """As a change takes it: the id is in the address."""
    return {name: value for name, value in said.items() if name != "id"}


class Technician(Browser):
    def send(self, method: str, path: str, body: object = None, expect: int = 200) -> Any:
        answer: httpx.Response = self.http.request(method, f"/api/v1{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.text


@pytest.fixture(scope="module", autouse=True)
def box(commune: Town) -> None:
    """A device in thôn 1 that says what we let it say."""
    with commune.app.database.write() as connection:
        device = Device(BOX, AreaId("thon-1"), "Hộp", KEY.public.text, 1)
        fleet.add(connection, device, digest(TOKEN), commune.clock.now())


@pytest.fixture
def ky(commune: Town) -> Technician:
    return Technician(commune, "ky")


def report(town: Town, about: str, wrong: CameraReason = CameraReason.NONE, **more: Any) -> None:
    """The device says how a camera stands, as if it had seen so three times."""
    now = town.clock.now()
    good = Axis(standing=Standing.GOOD, since=now - timedelta(minutes=3), checked_at=now, probes=3)
    bad = Axis(standing=Standing.BAD, reason=wrong, since=now - timedelta(minutes=3), checked_at=now, probes=3)
    axes = {"reach": good, "service": good, "stream": good, "picture": bad if wrong is CameraReason.FINDING else good}
    number = int(now.timestamp())
    alive = DeviceState(device=BOX, session="s", sequence=number, at=now, online=True, clock_proven=True)
    said = DeviceHealth(
        id=HealthId(f"h-{now.timestamp()}"),
        device=BOX,
        sequence=1,
        at=now,
        watching_since=now - timedelta(hours=1),
        cameras=(CameraReport(camera=CameraId(about), at=now, **axes, **more),),
    )
    for channel, message in ((DeviceChannel.STATE, alive), (DeviceChannel.HEALTH, said)):
        topic = town.topics.device(BOX, channel)
        sealed = KEY.seal(encode(message), topic=topic, issued_at=now, expires_at=now + timedelta(days=1))
        town.app._keep(Inbound(topic, sealed, False))
    town.run_for(timedelta(seconds=1))


def test_a_camera_joins_and_the_nearest_device_watches_it(ky: Technician) -> None:
    given = ky.send("POST", "/cameras", camera("cho-1"), expect=201)
    assert given["device"] in {BOX, "loa-thon-1-1", "loa-thon-1-2"}
    assert given["has_login"] is True
    assert ky.send("GET", "/cameras/cho-1") == given
    assert ky.send("POST", "/cameras", camera("cho-1"), expect=409)["code"] == "camera-exists"
    ky.send("DELETE", "/cameras/cho-1", expect=204)
    assert ky.send("GET", "/cameras/cho-1", expect=404)["code"] == "unknown-camera"
    assert ky.send("POST", "/cameras", camera("cho-1"), expect=409)["code"] == "camera-exists", (
        "its past keeps its name"
    )


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"address": f"rtsp://admin:{PASSWORD}@10.7.0.21/1"}, "address"),
        ({"address": "http://10.7.0.21/1"}, "address"),
        ({"area": "khong-co"}, "area"),
        ({"device": "khong-co"}, "device"),
        ({"node": "khong-co"}, "node"),
        ({"id": "Chợ"}, "id"),
        ({"liveness_every": 1}, "liveness_every"),
        ({"target": 101}, "target"),
        ({"login": {"user": "admin", "password": PASSWORD, "more": PASSWORD}}, "login.more"),
        ({"login": PASSWORD}, "login"),
    ],
)
def test_what_cannot_be_is_refused_and_no_refusal_repeats_a_password(
    ky: Technician, wrong: dict[str, object], field: str
) -> None:
    said = ky.send("POST", "/cameras", {**camera("sai"), **wrong}, expect=422)
    assert said["field"] == field
    assert "bí mật" not in json.dumps(said, ensure_ascii=False)


def test_only_technicians_change_cameras(visit: Any, commune: Town) -> None:
    editor = Technician(commune, "hoa")
    editor.send("POST", "/cameras", camera("cho-9"), expect=403)
    editor.send("POST", "/nodes", {"id": "sw-9", "kind": "switch"}, expect=403)
    editor.send("POST", "/cameras/cho-9/relearn", expect=403)
    editor.send("GET", "/cameras/proposed-groupings", expect=403)
    Technician(commune).send("GET", "/cameras", expect=401)
    assert Technician(commune).http.get("/metrics").status_code == 401


def test_a_password_lies_sealed_reaches_its_device_in_a_box_and_is_said_nowhere(
    ky: Technician, commune: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ky.send("POST", "/cameras", camera("mat-1", device=HORN), expect=201)
    key = commune.horns[HORN].identity.key
    with commune.app.database.write() as connection:
        seen = fleet.seen(connection, [HORN])[HORN]
        locked = msgspec.structs.replace(seen.state, lock=BoxKey(key).lock.text)
        fleet.keep_states(connection, [replace(seen, state=locked)], new=False)
    commune.app.services.configuration.refresh()
    with commune.app.database.read() as connection:
        kept = connection.execute(rows.select().where(rows.c.id == "mat-1")).one()
        letters = b"".join(row.payload for row in connection.execute(outbox.select()))
    assert PASSWORD not in str(dict(kept._mapping))
    assert kept.login.startswith("sealed:")
    opened = BoxKey(key).open(kept.box, about="mat-1")
    assert json.loads(opened) == {"user": "admin", "password": PASSWORD}
    with commune.app.database.read() as connection:
        (told,) = [one for one in to_watch(connection)[HORN] if one.id == "mat-1"]
    assert (told.login, told.address) == (kept.box, "rtsp://10.7.0.21:554/mat-1")
    box = kept.box
    ky.send("PUT", "/cameras/mat-1", {**body(camera("mat-1", device=HORN)), "login": None, "picture_every": 300})
    assert commune.app.services.configuration.refresh() == (HORN,)
    with commune.app.database.read() as connection:
        assert connection.execute(rows.select().where(rows.c.id == "mat-1")).one().box == box, "a box is kept"
    for said in (
        caplog.text,
        repr(letters),
        ky.http.get("/api/v1/cameras").text,
        ky.http.get("/api/v1/cameras/mat-1").text,
    ):
        assert PASSWORD not in said
        assert "bí mật" not in said
    with commune.app.database.read() as connection:
        found = cameras.find(connection, CameraId("mat-1"))
    assert PASSWORD not in repr(found)


def test_how_a_camera_stands_is_said_of_each_axis_with_what_was_found(ky: Technician, commune: Town) -> None:
    ky.send("POST", "/cameras", camera("xem-1", device=BOX), expect=201)
    before = ky.send("GET", "/cameras/xem-1/state")
    assert (before["condition"], before["watched"], before["heard_at"]) == ("unknown", False, None)
    finding = PictureFinding(kind="blur", confidence=0.9, measure="sharpness", value=0.25, limit=0.5, usual_low=0.75)
    report(commune, "xem-1", CameraReason.FINDING, findings=(finding,))
    after = ky.send("GET", "/cameras/xem-1/state")
    assert (after["condition"], after["watched"]) == ("degraded", True)
    assert after["axes"]["picture"]["believed"] == "down"
    assert after["axes"]["reach"] == {**after["axes"]["reach"], "believed": "up", "reason": "", "unstable": False}
    assert after["findings"][0] == {**after["findings"][0], "measure": "sharpness", "value": 0.25, "limit": 0.5}
    assert any(one["camera"] == "xem-1" for one in ky.send("GET", "/cameras/states"))
    report(commune, "xem-1")
    assert ky.send("GET", "/cameras/xem-1/state")["condition"] == "up"


def test_a_device_hands_in_pictures_that_were_asked_for_and_every_look_is_recorded(
    ky: Technician, commune: Town
) -> None:
    token = {"Authorization": f"Bearer {TOKEN}"}
    stranger = Technician(commune)

    def hand_in(picture: bytes, name: str = "", headers: dict[str, str] = token) -> int:
        named = name or hashlib.sha256(picture).hexdigest()
        return int(stranger.http.put(f"/pictures/{named}", content=picture, headers=headers).status_code)

    assert hand_in(JPEG, headers={}) == 401
    ky.send("POST", "/cameras", camera("anh-1", device=BOX, keep_pictures="never"), expect=201)
    assert hand_in(JPEG) == 404, "nobody asked for it"
    ky.send("PUT", "/cameras/anh-1", body(camera("anh-1", device=BOX, keep_pictures="latest")))
    assert (hand_in(JPEG), hand_in(JPEG)) == (204, 204)
    assert (hand_in(JPEG, name="0" * 64), hand_in(b"GIF89a"), hand_in(JPEG + bytes(1_000_000))) == (404, 404, 404)
    assert ky.send("GET", f"/cameras/anh-1/pictures/{SHA}", expect=404)["code"] == "unknown-picture"
    report(commune, "anh-1", pictures=CameraPictures(latest=SHA, thumbnail=SHA, taken_at=commune.clock.now()))
    given = {one["role"]: one["sha256"] for one in ky.send("GET", "/cameras/anh-1/state")["pictures"]}
    assert given == {"latest": SHA, "thumbnail": SHA}
    seen = ky.http.get(f"/api/v1/cameras/anh-1/pictures/{SHA}")
    assert (seen.content, seen.headers["cache-control"]) == (JPEG, "no-store")
    editor = Technician(commune, "hoa")
    assert editor.send("GET", f"/cameras/anh-1/pictures/{SHA}", expect=403)["code"] == "not-viewer"
    ky.send("GET", "/cameras/anh-1/views", expect=403)
    with commune.app.database.read() as connection:
        looked = [one for one in audit.entries(connection) if one.what == "cameras.looked"]
    assert [(one.about, one.name, json.loads(one.after)) for one in looked] == [("anh-1", "Ky", {"sha256": SHA})]


def test_what_hangs_on_what_is_a_tree_and_maintenance_is_announced_for_all_of_it(ky: Technician) -> None:
    ky.send("POST", "/nodes", {"id": "dien-1", "kind": "power"}, expect=201)
    ky.send("POST", "/nodes", {"id": "sw-1", "kind": "switch", "parent": "dien-1"}, expect=201)
    assert ky.send("PUT", "/nodes/dien-1", {"kind": "power", "parent": "sw-1"}, expect=422)["code"] == "hangs-on-itself"
    ky.send("POST", "/nodes", {"id": "x", "kind": "area"}, expect=422)
    ky.send("PUT", f"/devices/{HORN}/node", {"node": "sw-1"}, expect=204)
    ky.send("POST", "/cameras", camera("cay-1", node="sw-1"), expect=201)
    start, end = NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2)
    about = {"subject_kind": "node", "subject": "dien-1", "start": start.isoformat(), "end": end.isoformat()}
    announced = ky.send("POST", "/maintenance", about, expect=201)
    assert announced["id"] in [one["id"] for one in ky.send("GET", "/maintenance")]
    ky.send("POST", "/maintenance", {**about, "end": NOW.isoformat()}, expect=422)
    ky.send("POST", "/maintenance", {**about, "subject": "khong-co"}, expect=404)
    ky.send("DELETE", f"/maintenance/{announced['id']}", expect=204)
    ky.send("DELETE", f"/maintenance/{announced['id']}", expect=404)
    ky.send("DELETE", "/nodes/sw-1", expect=204)
    assert ky.send("GET", "/cameras/cay-1")["node"] == "dien-1"


def test_uptime_is_given_by_camera_area_and_month_and_as_a_table(ky: Technician, commune: Town) -> None:
    ky.send("POST", "/cameras", camera("gio-1", device=BOX), expect=201)
    report(commune, "gio-1")
    commune.run_for(timedelta(minutes=30))
    report(commune, "gio-1")
    (line,) = [one for one in ky.send("GET", "/camera-uptime") if one["id"] == "gio-1"]
    assert line["seconds"]["up"] == pytest.approx(33 * 60, abs=5)
    assert (line["reachable_percent"], line["useful_percent"], line["target_kept"]) == (100, 100, True)
    (village,) = [one for one in ky.send("GET", "/camera-uptime?by=area") if one["id"] == "thon-1"]
    assert village["cameras"] >= 1
    months = ky.send("GET", "/camera-uptime?by=month")
    assert [one["id"] for one in months] == ["2026-11"]
    text = ky.send("GET", "/camera-uptime.csv?by=camera")
    table = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    (row,) = [one for one in table if one["id"] == "gio-1"]
    assert (row["month"], float(row["reachable_percent"])) == ("2026-11", 100.0)
    ky.send("GET", "/camera-uptime?first=2026-12&last=2026-01", expect=422)


def test_metrics_have_a_fixed_set_of_labels(ky: Technician) -> None:
    answer = ky.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    names = {line.rsplit(" ", 1)[0] for line in answer.text.splitlines() if not line.startswith("#")}
    assert {'loa_cameras{condition="down"}', 'loa_camera_axes{axis="picture",state="down"}'} <= names
    assert len(names) == 6 + 4 * 3 + 4
    assert "cho" not in answer.text, "no camera names itself in a label"

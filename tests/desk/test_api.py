"""The REST API as an editor, an approver and a stranger meet it."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.store import bulletins
from controller.store.people import Role
from controller.town import Town
from devices.protocol.topics import DeviceId
from schedules.timespan import COMMUNE_ZONE

PASSWORD = "mật khẩu đủ dài"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
TEXT = "Kính mời bà con thôn 3 ra nhà văn hóa họp lúc 19h30 ngày 15/8"
TOMORROW = {"at": "2026-11-24T17:00:00+07:00"}


class Caller:
    """Somebody at the API."""

    def __init__(self, town: Town, username: str | None = None) -> None:
        self.http = TestClient(town.app.site, raise_server_exceptions=False)
        if username:
            answer = self.http.post("/api/v1/session", json={"username": username, "password": PASSWORD})
            assert answer.status_code == 200, answer.text

    def post(self, path: str, body: object = None, *, expect: int, language: str = "vi") -> Any:
        answer = self.http.post(f"/api/v1/{path}", json=body, headers={"Accept-Language": language})
        assert answer.status_code == expect, answer.text
        return answer.json()

    def get(self, path: str, *, expect: int = 200) -> Any:
        answer = self.http.get(f"/api/v1/{path}")
        assert answer.status_code == expect, answer.text
        return answer.json()

    def programme(self, **changed: object) -> Any:
        bulletin = self.post("bulletins", {"text": TEXT}, expect=201)
        wanted = {"bulletin": bulletin["id"], "areas": ["thon-3"], "when": TOMORROW, **changed}
        return self.post("programmes", wanted, expect=201)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), NOW) as built:
        for username, role in (("hoa", Role.EDITOR), ("binh", Role.APPROVER), ("tech", Role.TECHNICIAN)):
            built.app.access.add_account(username, username.title(), PASSWORD, frozenset({role}))
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture
def hoa(town: Town) -> Caller:
    return Caller(town, "hoa")


@pytest.fixture
def binh(town: Town) -> Caller:
    return Caller(town, "binh")


def test_the_path_from_a_text_to_an_approved_broadcast(town: Town, hoa: Caller, binh: Caller) -> None:
    preview = hoa.post("speech/previews", {"text": TEXT}, expect=200)
    assert "mười chín giờ ba mươi" in preview["spoken"]
    sound = hoa.http.get(preview["recording"]["url"])
    assert sound.status_code == 200
    assert len(sound.content) == preview["recording"]["size"]
    programme = hoa.programme()
    assert hoa.post(f"programmes/{programme['id']}/submit", expect=200)["state"] == "submitted"
    approved = binh.post(f"programmes/{programme['id']}/approve", expect=200)
    assert (approved["state"], approved["decided_by"]) == ("approved", "Binh")
    town.run_for(timedelta(minutes=1))
    (planned,) = hoa.get(f"programmes/{programme['id']}/occurrences")
    assert datetime.fromisoformat(planned["start"]) == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert (planned["planned"], planned["ready"], planned["played"]) == (2, 2, 0)
    devices = hoa.get(f"occurrences/{planned['id']}")["devices"]
    assert [one["device"] for one in devices] == ["loa-thon-3-1", "loa-thon-3-2"]
    assert all(one["ready_at"] and one["heard_at"] is None for one in devices)


def test_nobody_approves_what_they_wrote_and_editors_do_not_approve(town: Town, hoa: Caller, binh: Caller) -> None:
    town.app.access.add_account("both", "Both", PASSWORD, frozenset({Role.EDITOR, Role.APPROVER}))
    both = Caller(town, "both")
    own = both.programme()["id"]
    both.post(f"programmes/{own}/submit", expect=200)
    assert both.post(f"programmes/{own}/approve", expect=403)["code"] == "own-work"
    assert hoa.post(f"programmes/{own}/approve", expect=403)["code"] == "not-allowed"
    assert binh.post(f"programmes/{own}/return", {"reason": " "}, expect=422)["code"] == "no-reason"
    assert binh.post(f"programmes/{own}/return", {"reason": "sai giờ"}, expect=200)["state"] == "returned"
    assert binh.post(f"programmes/{own}/approve", expect=409)["code"] == "wrong-state"


def test_an_approval_that_comes_too_late_is_refused(town: Town, hoa: Caller, binh: Caller) -> None:
    soon = (town.clock.now() + timedelta(minutes=1)).isoformat()
    programme = hoa.programme(when={"at": soon})["id"]
    hoa.post(f"programmes/{programme}/submit", expect=200)
    town.run_for(timedelta(minutes=2))
    assert binh.post(f"programmes/{programme}/approve", expect=409)["code"] == "too-late"


BAD_BULLETINS = {
    "empty": ({"text": ""}, "empty-text"),
    "blank": ({"text": " \n\t "}, "empty-text"),
    "far too long": ({"text": "a" * 100_000}, "long-text"),
    "nothing speakable": ({"text": "*** ---"}, "nothing-to-speak"),
    "long title": ({"text": TEXT, "title": "t" * 201}, "long-title"),
    "two contents": ({"text": TEXT, "recording": "a" * 64}, "text-or-recording"),
    "unknown recording": ({"title": "Tin", "recording": "a" * 64}, "unknown-recording"),
    "unknown field": ({"text": TEXT, "volume": 3}, "bad-field"),
    "unknown class": ({"text": TEXT, "class": "loud"}, "bad-field"),
    "unknown region": ({"text": TEXT, "region": "west"}, "unknown-region"),
    "a number": (7, "bad-field"),
}


@pytest.mark.parametrize("body, code", BAD_BULLETINS.values(), ids=BAD_BULLETINS)
def test_a_bad_bulletin_is_one_clear_sentence_and_nothing_is_stored(
    town: Town, hoa: Caller, body: object, code: str
) -> None:
    before = _stored(town)
    problems = {}
    for language in ("vi", "en"):
        answer = hoa.http.post("/api/v1/bulletins", json=body, headers={"Accept-Language": language})
        problems[language] = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.status_code in (404, 422)
        assert problems[language]["code"] == code
    assert problems["vi"]["detail"] != problems["en"]["detail"]
    assert _stored(town) == before


BAD_TIMES = {
    "past": ({"at": "2026-11-22T17:00:00+07:00"}, "in-the-past"),
    "past without a zone": ({"at": "2026-11-23T07:59:00"}, "in-the-past"),
    "never": ({"time": "17:00", "weekdays": ["MO"], "from": "2026-11-24", "until": "2026-11-24"}, "never-fires"),
    "backwards": ({"time": "17:00", "from": "2026-12-02", "until": "2026-12-01"}, "ends-before-start"),
    "over": ({"time": "17:00", "from": "2026-11-01", "until": "2026-11-20"}, "in-the-past"),
    "nothing": ({}, "bad-field"),
    "both": ({"at": "2026-11-24T17:00:00", "time": "17:00"}, "bad-field"),
    "no time": ({"time": "25:61"}, "bad-field"),
    "far away": ({"at": "9999-12-31T23:59:59+00:00"}, "bad-field"),
    "long ago": ({"time": "17:00", "from": "0001-01-01"}, "bad-field"),
}


@pytest.mark.parametrize("when, code", BAD_TIMES.values(), ids=BAD_TIMES)
def test_a_time_that_cannot_be_is_refused(town: Town, hoa: Caller, when: object, code: str) -> None:
    bulletin = hoa.post("bulletins", {"text": TEXT}, expect=201)["id"]
    before = _stored(town)
    answer = hoa.http.post("/api/v1/programmes", json={"bulletin": bulletin, "areas": ["thon-3"], "when": when})
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert _stored(town) == before


@pytest.mark.parametrize(
    "areas, code", [(["thon-9"], "unknown-area"), ([], "bad-field"), (["thon-3", "../x"], "unknown-area")]
)
def test_an_area_that_is_not_there_is_refused(town: Town, hoa: Caller, areas: list[str], code: str) -> None:
    bulletin = hoa.post("bulletins", {"text": TEXT}, expect=201)["id"]
    body = {"bulletin": bulletin, "areas": areas, "when": TOMORROW}
    assert hoa.post("programmes", body, expect=422)["code"] == code


def test_a_body_that_is_not_json_is_said_to_be_so(hoa: Caller) -> None:
    for content in (b"{nope", b"", b"\xff\xfe", b"text=1"):
        answer = hoa.http.post(
            "/api/v1/bulletins", content=content, headers={"content-type": "application/json", "accept-language": "en"}
        )
        assert answer.status_code in (400, 422), content
        assert answer.json()["detail"].endswith((".", ")"))


def test_a_recording_that_is_no_sound_is_refused_and_one_that_is_becomes_a_bulletin(town: Town, hoa: Caller) -> None:
    for content in (b"", b"not audio", b"RIFF" + b"\x00" * 100, b"\x00" * 100_000):
        answer = hoa.http.post("/api/v1/recordings", files={"file": ("voice.mp3", content)})
        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] in ("not-audio", "silent-audio")
    kept = hoa.http.post("/api/v1/recordings", files={"file": ("voice.wav", _tone())})
    assert kept.status_code == 201, kept.text
    bulletin = hoa.post("bulletins", {"title": "Tiếng Dao", "recording": kept.json()["sha256"]}, expect=201)
    assert bulletin["recording"]["voice"] == "recording"
    assert hoa.post("bulletins", {"recording": kept.json()["sha256"]}, expect=422)["code"] == "no-title"


def test_strangers_learn_nothing_and_wrong_passwords_say_only_that(town: Town) -> None:
    stranger = Caller(town)
    for path in ("areas", "devices", "bulletins", "programmes", "occurrences", "refusals", "status", "me", "events"):
        assert stranger.get(path, expect=401)["code"] == "not-logged-in"
    for username in ("hoa", "nobody"):
        answer = stranger.post("session", {"username": username, "password": "wrong"}, expect=401)
        assert answer["code"] == "bad-login"
    assert stranger.http.get("/audio/" + "a" * 64).status_code == 401


def test_a_sound_is_given_to_devices_with_a_token_in_parts_and_never_outside_the_library(
    town: Town, hoa: Caller, binh: Caller
) -> None:
    approved = hoa.programme()
    for step, who in (("submit", hoa), ("approve", binh)):
        who.post(f"programmes/{approved['id']}/{step}", expect=200)
    town.run_for(timedelta(minutes=1))
    bulletin = hoa.get(f"bulletins/{approved['bulletin']}")
    recording = bulletin["recording"]
    token = town.horns[DeviceId("loa-thon-3-1")].identity.audio_token
    device = TestClient(town.app.site, headers={"Authorization": f"Bearer {token}"})
    whole = device.get(recording["url"])
    part = device.get(recording["url"], headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    for path in ("/audio/" + "b" * 64, "/audio/..%2F..%2Floa.db", "/audio/site-signing-key.pem"):
        assert device.get(path).status_code == 404
    assert device.get("/api/v1/devices").status_code == 401


def test_another_website_cannot_use_our_cookie(town: Town, hoa: Caller) -> None:
    body = {"text": TEXT}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = hoa.http.post("/api/v1/bulletins", json=body, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["code"] == "cross-site"
    assert hoa.http.post("/api/v1/bulletins", json=body, headers={"Origin": "http://testserver"}).status_code == 201


def test_a_device_joins_with_a_code_that_works_once(town: Town) -> None:
    from devices.protocol.signing import SigningKey

    tech, stranger = Caller(town, "tech"), Caller(town)
    invited = tech.post("enrolment-codes", {"device": "loa-new", "area": "thon-1", "name": "Loa mới"}, expect=201)
    key = SigningKey.generate().public.text
    stranger.post("enrolments", {"code": invited["code"], "public_key": "no key"}, expect=422)
    stranger.post("enrolments", {"code": "ABCDEFGHJKLM", "public_key": key}, expect=404)
    joined = stranger.post("enrolments", {"code": invited["code"].lower(), "public_key": key}, expect=201)
    assert joined["device"] == "loa-new"
    stranger.post("enrolments", {"code": invited["code"], "public_key": key}, expect=404)
    assert not tech.get("devices/loa-new")["online"]


def test_a_device_is_shut_out_and_joins_again_with_another_key(town: Town) -> None:
    from devices.protocol.signing import SigningKey

    tech, writer, stranger = Caller(town, "tech"), Caller(town, "hoa"), Caller(town)
    keys = [SigningKey.generate().public.text for _ in range(3)]
    invited = tech.post("enrolment-codes", {"device": "loa-out", "area": "thon-1", "name": "Loa"}, expect=201)
    stranger.post("enrolments", {"code": invited["code"], "public_key": keys[0]}, expect=201)
    assert writer.http.delete("/api/v1/devices/loa-out/key").status_code == 403
    assert writer.http.post("/api/v1/devices/loa-out/code").status_code == 403
    unused = tech.post("devices/loa-out/code", {}, expect=201)
    assert tech.http.delete("/api/v1/devices/loa-out/key").json()["shut_out"]
    assert tech.http.delete("/api/v1/devices/loa-out/key").status_code == 200
    stranger.post("enrolments", {"code": unused["code"], "public_key": keys[1]}, expect=404)
    again = tech.post("devices/loa-out/code", {}, expect=201)
    assert (
        stranger.post("enrolments", {"code": again["code"], "public_key": keys[2]}, expect=201)["device"] == "loa-out"
    )
    assert not tech.get("devices/loa-out")["shut_out"]
    assert tech.http.delete("/api/v1/devices/nobody/key").status_code == 404


def test_a_session_ends_with_the_log_out(town: Town) -> None:
    leaving = Caller(town, "hoa")
    assert leaving.http.delete("/api/v1/session").status_code == 204
    assert leaving.get("me", expect=401)


def test_the_description_names_every_address(hoa: Caller) -> None:
    described = hoa.http.get("/api/v1/openapi.json").json()
    assert described["info"]["title"] == "Loa xã"
    assert "/api/v1/programmes/{programme}/approve" in described["paths"]


def test_what_is_not_there_is_a_clear_404(hoa: Caller) -> None:
    for path in ("bulletins/none", "programmes/none", "occurrences/none", "devices/none", "nothing/here"):
        assert hoa.get(path, expect=404)["detail"]


def _stored(town: Town) -> tuple[int, int]:
    with town.app.database.read() as connection:
        return len(bulletins.latest(connection, 10_000)), len(bulletins.latest_programmes(connection, 10_000))


def _tone() -> bytes:
    from math import pi, sin

    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        frames = (round(12_000 * sin(2 * pi * 440 * n / 16_000)) for n in range(32_000))
        sound.writeframes(b"".join(frame.to_bytes(2, "little", signed=True) for frame in frames))
    return file.getvalue()


def test_a_device_and_an_area_never_share_a_name_for_they_would_share_a_node(town: Town) -> None:
    town.app.access.add_account("chu", "Chu", PASSWORD, frozenset({Role.ADMINISTRATOR, Role.TECHNICIAN}))
    chu = Caller(town, "chu")
    refused = chu.post("enrolment-codes", {"device": "thon-1", "area": "thon-1", "name": "Loa"}, expect=409)
    assert (refused["code"], refused["detail"]) == (
        "id-of-area",
        "“thon-1” đã là tên của một khu vực; hãy chọn tên khác.",
    )
    village = {"id": "loa-thon-1-1", "parent": "xa", "kind": "village", "name": "Thôn mới"}
    assert chu.post("areas", village, expect=409)["code"] == "id-of-device"
    chu.post("enrolment-codes", {"device": "loa-invited", "area": "thon-1", "name": "Loa"}, expect=201)
    assert chu.post("areas", {**village, "id": "loa-invited"}, expect=409)["code"] == "id-of-device"

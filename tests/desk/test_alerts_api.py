"""The API as warning services, editors and approvers meet it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.alerts.cap.message import Status
from controller.alerts.cap.xml import MOST_BYTES
from controller.store.people import Role
from controller.town import VILLAGES, Town
from controller.town.warnings import SENDER, WarningService, around, believe
from devices.protocol.topics import OutsideKind
from schedules.timespan import COMMUNE_ZONE

PASSWORD = "mật khẩu đủ dài"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
STAFF = {
    "hoa": Role.EDITOR,
    "binh": Role.APPROVER,
    "lan": Role.APPROVER,
    "tech": Role.TECHNICIAN,
    "admin": Role.ADMINISTRATOR,
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), NOW, villages=dict.fromkeys(VILLAGES, 1)) as built:
        for username, role in STAFF.items():
            built.app.access.add_account(username, username.title(), PASSWORD, frozenset({role}))
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture(scope="module")
def service(town: Town) -> WarningService:
    us = town.app.services
    return believe(us.warnings.office, us.database, town.clock, dict.fromkeys(VILLAGES, 1))


@pytest.fixture(scope="module")
def ask(town: Town) -> Callable[..., Any]:
    """Asks as a person; the answer's body."""
    clients: dict[str, TestClient] = {"": TestClient(town.app.site, raise_server_exceptions=False)}

    def asked(who: str, method: str, path: str, body: object = None, expect: int = 200, **more: Any) -> Any:
        if who not in clients:
            clients[who] = TestClient(town.app.site, raise_server_exceptions=False)
            clients[who].post("/api/v1/session", json={"username": who, "password": PASSWORD})
        answer = clients[who].request(method, f"/api/v1/{path}", json=body, **more)
        assert answer.status_code == expect, answer.text
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content

    return asked


def test_a_source_gets_a_key_once_and_hands_in_with_it_and_with_no_other(
    town: Town, service: WarningService, ask: Callable[..., Any]
) -> None:
    ask("hoa", "POST", "alert-sources", {"id": "tinh", "kind": "post"}, 403)
    added = ask("admin", "POST", "alert-sources", {"id": "tinh", "kind": "post", "heartbeat_seconds": 300}, 201)
    assert all("key" not in one for one in ask("hoa", "GET", "alert-sources"))
    data = service.signed(service.write("P1", areas=(around(2),)))
    for key in ("", "wrong", added["key"][:-1]):
        ask("", "POST", "alerts/incoming", expect=401, content=data, headers={"Authorization": f"Bearer {key}"})
    headers = {"Authorization": f"Bearer {added['key']}"}
    (taken,) = ask("", "POST", "alerts/incoming", content=data, headers=headers)
    assert (taken["verdict"], taken["state"], taken["again"]) == ("speak", "spoken", False)
    (again,) = ask("", "POST", "alerts/incoming", content=data, headers=headers)
    assert (again["alert"], again["again"]) == (taken["alert"], True)
    ask("", "POST", "alerts/incoming", expect=422, content=b"<html/>", headers=headers)
    ask("", "POST", "alerts/incoming", expect=422, content=b" " * (MOST_BYTES + 1), headers=headers)
    ask("admin", "DELETE", "alert-sources/tinh", expect=204)
    ask("", "POST", "alerts/incoming", expect=401, content=data, headers=headers)
    assert ask("hoa", "GET", f"alerts/{taken['alert']}/document") == data


def test_one_alert_tells_its_whole_story(town: Town, service: WarningService, ask: Callable[..., Any]) -> None:
    alert = service.issue(service.write("S1", areas=(around(1),)))
    found = ask("hoa", "GET", f"alerts/{alert}")
    assert (found["signature"], found["authority"], found["class"], found["level"]) == (
        "verified",
        "kttv",
        "emergency",
        4,
    )
    assert [(one["area"], one["device"]) for one in found["places"]] == [("thon-1", "loa-thon-1-1")]
    assert [one["what"] for one in found["story"]][:2] == ["received", "state-released"]
    (said,) = found["announcements"]
    assert (said["areas"], said["siren"], said["every_seconds"]) == (["thon-1"], True, 1800)
    assert found["id"] in {one["id"] for one in ask("hoa", "GET", "alerts?which=active")}
    ask("", "GET", f"alerts/{alert}", expect=401)
    ask("hoa", "GET", "alerts/999999", expect=404)


def test_an_own_emergency_needs_its_author_and_another_person(town: Town, ask: Callable[..., Any]) -> None:
    templates = {one["hazard"]: one for one in ask("hoa", "GET", "alerts/templates")}
    assert all("không đúng" in one["correction"] for one in templates.values())
    wanted = {"hazard": "flood", "level": 3, "areas": ["thon-2"]}
    written = ask("binh", "POST", "alerts/own", wanted, 201)
    assert (written["state"], written["author"]) == ("seconded", "Binh")
    assert written["announcements"] == []
    ask("hoa", "POST", f"alerts/{written['id']}/release", {}, 403)
    ask("binh", "POST", f"alerts/{written['id']}/release", {}, 409)
    released = ask("lan", "POST", f"alerts/{written['id']}/release", {})
    assert (released["state"], released["class"]) == ("spoken", "emergency")
    (said,) = released["announcements"]
    assert (said["areas"], said["siren"]) == (["thon-2"], True)
    corrected = ask("binh", "POST", f"alerts/{written['id']}/correct", {"reason": "gửi nhầm"})
    assert [one["kind"] for one in corrected["announcements"]] == ["alert", "correction"]
    for wrong in ({"hazard": "zombies"}, {"areas": []}, {"areas": ["nowhere"]}, {"level": 6}):
        ask("hoa", "POST", "alerts/own", {**wanted, **wrong}, 422)


def test_all_stop_is_for_editors_and_approvers_and_for_areas_that_exist(town: Town, ask: Callable[..., Any]) -> None:
    ask("tech", "POST", "alerts/stop", {}, 403)
    ask("hoa", "POST", "alerts/stop", {"areas": ["nowhere"]}, 422)
    assert ask("hoa", "POST", "alerts/stop", {"areas": ["thon-3"]})["areas"] == ["thon-3"]
    assert ask("binh", "POST", "alerts/stop", {})["areas"] == ["xa"]


def test_the_standing_orders_are_the_communes_own(town: Town, service: WarningService, ask: Callable[..., Any]) -> None:
    orders = ask("hoa", "GET", "standing-orders")
    ask("binh", "PUT", "standing-orders", orders, 403)
    ask("admin", "PUT", "standing-orders", {**orders, "rules": orders["rules"][:-1]}, 422)
    ask("admin", "PUT", "standing-orders", {**orders, "repeat_minutes": 5}, 422)
    mine = {"class": "normal", "standing_order": "Lệnh 01 của UBND xã", "levels": [4]}
    ask("admin", "PUT", "standing-orders", {**orders, "rules": [mine, *orders["rules"]]})
    alert = service.issue(service.write("O1", areas=(around(3),)))
    row = service.row(alert)
    assert (row.state.value, row.decided.standing_order) == ("slotted", "Lệnh 01 của UBND xã")
    ask("admin", "PUT", "standing-orders", orders)


def test_authorities_are_pinned_with_certificates_and_nothing_else(
    town: Town, service: WarningService, ask: Callable[..., Any]
) -> None:
    ask("hoa", "PUT", "alert-authorities/moi", {"certificates": service.key.pem}, 403)
    ask("admin", "PUT", "alert-authorities/moi", {"certificates": "not a certificate"}, 422)
    ask("admin", "PUT", "alert-authorities/M%20", {"certificates": service.key.pem}, 422)
    pinned = ask("admin", "PUT", "alert-authorities/moi", {"certificates": service.key.pem, "senders": ["x@y"]})
    assert pinned["name"] == "moi"
    assert SENDER in next(one["senders"] for one in ask("hoa", "GET", "alert-authorities") if one["name"] == "kttv")
    ask("admin", "DELETE", "alert-authorities/moi", expect=204)
    ask("admin", "DELETE", "alert-authorities/moi", expect=404)


def test_the_file_of_areas_is_the_one_that_the_check_reads(town: Town, ask: Callable[..., Any]) -> None:
    said = ask("hoa", "GET", "areas-file")
    assert {one["id"] for one in said["loudspeakers"]} >= set(town.horns)
    ask("hoa", "PUT", "areas-file", said, 403)
    ask("tech", "PUT", "areas-file", {"areas": [{"id": "nowhere"}]}, 422)
    ask("tech", "PUT", "areas-file", {"areas": "all"}, 422)
    ask("tech", "PUT", "areas-file", said, 204)


def test_an_exercise_is_opened_by_name_by_an_approver_for_a_while(
    town: Town, service: WarningService, ask: Callable[..., Any]
) -> None:
    until = (town.clock.now() + timedelta(hours=2)).isoformat()
    ask("hoa", "POST", "exercise", {"name": "Diễn tập bão", "until": until}, 403)
    ask("binh", "POST", "exercise", {"name": "Diễn tập bão", "until": NOW.isoformat()}, 422)
    assert ask("binh", "POST", "exercise", {"name": "Diễn tập bão", "until": until}, 201)["open"]
    drill = service.issue(service.write("E1", status=Status.EXERCISE, note="Diễn tập bão"))
    assert service.row(drill).decided.drill
    ask("binh", "DELETE", "exercise", expect=204)
    assert ask("binh", "GET", "exercise")["open"] is False


@pytest.mark.long
def test_silence_of_a_source_is_a_fault_until_it_is_heard_again(
    town: Town, service: WarningService, ask: Callable[..., Any]
) -> None:
    added = ask("admin", "POST", "alert-sources", {"id": "nhip", "kind": "post", "heartbeat_seconds": 600}, 201)

    def silent() -> bool:
        return next(one["silent"] for one in ask("hoa", "GET", "alert-sources") if one["id"] == "nhip")

    town.run_for(timedelta(minutes=5))
    assert not silent()
    town.run_for(timedelta(minutes=15))
    assert silent()
    beat = service.signed(service.write("HB1", status=Status.SYSTEM))
    ask("", "POST", "alerts/incoming", content=beat, headers={"Authorization": f"Bearer {added['key']}"})
    town.run_for(timedelta(minutes=5))
    assert not silent()


def test_a_gauge_on_mqtt_proposes_a_warning_that_people_decide_over(town: Town, ask: Callable[..., Any]) -> None:
    river = {
        "name": "Sông Ba",
        "hazard": "flood",
        "unit": "m",
        "thresholds": [{"value": 3.0, "level": 3}],
        "areas": ["thon-2"],
        "hold_seconds": 120,
    }
    ask("hoa", "PUT", "gauges/song-ba", river, 403)
    ask("tech", "PUT", "gauges/song-ba", {**river, "areas": ["nowhere"]}, 422)
    ask("tech", "PUT", "gauges/song-ba", {**river, "thresholds": []}, 422)
    assert ask("tech", "PUT", "gauges/song-ba", river)["password"]
    link = town.broker.link("sensor.song-ba", lambda message: None)
    link.start()
    town.run_for(timedelta(seconds=1))
    topic = town.app.topics.outside(OutsideKind.SENSOR, "song-ba")
    before = len(ask("hoa", "GET", "alerts?which=waiting"))
    for payload in (b"3.4", b"nonsense", b'{"value": 3.5}', b"1e999", b"3.6", b"3.6"):
        link.publish(topic, payload)
        town.run_for(timedelta(minutes=1))
    found = ask("hoa", "GET", "alerts?which=waiting")
    assert len(found) == before + 1
    assert (found[0]["source"], found[0]["level"], found[0]["code"]) == ("sensor", 3, "unverified")
    assert "3.5 m" in found[0]["title"]
    (gauge,) = ask("hoa", "GET", "gauges")
    assert gauge["level"] == 3
    assert not silences_of(ask, "sensor.song-ba")
    town.run_for(timedelta(minutes=40))
    assert silences_of(ask, "sensor.song-ba") == ["open"]
    link.publish(topic, b"2.0")
    town.run_for(timedelta(minutes=10))
    assert silences_of(ask, "sensor.song-ba") == ["resolved"]
    town.run_for(timedelta(minutes=40))
    assert silences_of(ask, "sensor.song-ba") == ["open", "resolved"]
    ask("tech", "DELETE", "gauges/song-ba", expect=204)
    assert silences_of(ask, "sensor.song-ba") == ["resolved", "resolved"]


def silences_of(ask: Callable[..., Any], subject: str) -> list[str]:
    """The state of each incident of its silence."""
    found = ask("hoa", "GET", "incidents?state=all&kind=source-silent")["incidents"]
    return [one["state"] for one in found if one["subject"]["id"] == subject]


def test_a_source_on_mqtt_is_taken_in_and_an_unknown_one_is_refused(
    town: Town, service: WarningService, ask: Callable[..., Any]
) -> None:
    ask("admin", "POST", "alert-sources", {"id": "mq", "kind": "mqtt"}, 201)
    link = town.broker.link("source.mq", lambda message: None)
    link.start()
    town.run_for(timedelta(seconds=1))
    data = service.signed(service.write("MQ1", areas=(around(2),)))
    for name in ("mq", "stranger"):
        link.publish(town.app.topics.outside(OutsideKind.SOURCE, name), data)
        town.run_for(timedelta(minutes=1))
    found = [one for one in ask("hoa", "GET", "alerts") if one["identifier"] == "MQ1"]
    assert [(one["source"], one["state"]) for one in found] == [("mq", "spoken")]

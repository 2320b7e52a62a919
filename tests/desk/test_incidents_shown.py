"""What goes wrong, as the API and the console show it, and what people do about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.store.people import Role
from controller.town import Town
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=COMMUNE_ZONE)
ONE, OTHER = AreaId("thon-1"), AreaId("thon-2")
GONE = DeviceId("loa-thon-2-1")
PASSWORD = "mật khẩu đủ dài"


@pytest.fixture(scope="module")
def dark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Half an hour after noon thôn 1 has no power and one loudspeaker of thôn 2 no line; at one it was to sound."""
    with Town(tmp_path_factory.mktemp("town"), NOON, villages={ONE: 3, OTHER: 3}) as town:
        for username, role in (("ky", Role.TECHNICIAN), ("xem", Role.VIEWER)):
            town.app.access.add_account(username, username.title(), PASSWORD, frozenset({role}))
        town.run_for(timedelta(minutes=5))
        town.broadcast("Kính mời bà con đi họp.", (ONE, OTHER), Recurrence.once(NOON + timedelta(hours=1)))
        town.run_for(timedelta(minutes=1))
        town.cut_line(GONE)
        town.run_for(timedelta(minutes=14))
        for horn in town.horns.values():
            if ONE in horn.device:
                horn.cut_power()
        town.run_for(timedelta(minutes=20))
        yield town


class Person:
    """Somebody at the console and at the API."""

    def __init__(self, town: Town, username: str) -> None:
        self.http = TestClient(town.app.site, headers={"Accept-Language": "vi"}, raise_server_exceptions=False)
        self.http.cookies.set("loa_session", town.app.access.log_in(username, PASSWORD).token)

    def get(self, path: str, expect: int = 200) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == expect, answer.text
        return answer.json() if path.startswith("/api/") else answer.text

    def post(self, path: str, body: object = None, expect: int = 200) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.status_code == expect, answer.text
        return answer.json()


@pytest.fixture
def ky(dark: Town) -> Person:
    return Person(dark, "ky")


@pytest.fixture
def xem(dark: Town) -> Person:
    return Person(dark, "xem")


def test_the_list_holds_root_causes_and_says_how_much_lies_beneath(ky: Person) -> None:
    given = ky.get("/api/v1/incidents")
    assert given["total"] == 2
    village, line = given["incidents"]
    assert (village["subject"], village["beneath"]) == ({"kind": "area", "id": "thon-1"}, 3)
    assert (line["subject"]["id"], line["severity"], line["reason"]) == (GONE, "warning", "offline")
    assert line["facts"]["occurrences"][0]["title"] == "Kính mời bà con đi họp."
    whole = ky.get(f"/api/v1/incidents/{village['id']}")
    assert {one["cause"] for one in whole["beneath_it"]} == {village["id"]}
    assert [one["step"] for one in whole["story"]] == ["open"]


@pytest.mark.parametrize(
    "query, total",
    [
        ("roots=false", 5),
        ("state=over", 0),
        ("state=all&area=thon-2", 1),
        ("severity=serious", 1),
        ("subject_kind=device", 1),
        ("kind=disk&kind=device-offline", 2),
        ("kind=disk", 0),
        ("most=1&first=1", 2),
    ],
)
def test_one_asks_for_those_one_wants(ky: Person, query: str, total: int) -> None:
    assert ky.get(f"/api/v1/incidents?{query}")["total"] == total


@pytest.mark.parametrize("query", ["state=odd", "kind=odd", "severity=odd", "first=-1", "most=501"])
def test_a_question_that_means_nothing_is_refused(ky: Person, query: str) -> None:
    ky.get(f"/api/v1/incidents?{query}", expect=422)


@pytest.mark.parametrize("number", [0, 999_999, 2**40])
def test_what_is_not_there_is_not_found(ky: Person, number: int) -> None:
    ky.get(f"/api/v1/incidents/{number}", expect=404)
    ky.post(f"/api/v1/incidents/{number}/acknowledge", expect=404)
    ky.get(f"/incidents/{number}", expect=404)


def test_who_may_only_look_decides_nothing(xem: Person) -> None:
    number = xem.get("/api/v1/incidents")["incidents"][0]["id"]
    assert xem.post(f"/api/v1/incidents/{number}/acknowledge", expect=403)["code"] == "not-allowed"
    assert "Tôi xử lý việc này" not in xem.get(f"/incidents/{number}")
    assert xem.http.post(f"/incidents/{number}/acknowledge").status_code == 403


def test_the_console_shows_the_cause_above_and_the_rest_beneath(ky: Person) -> None:
    page = ky.get("/incidents")
    assert page.index("Thôn 1") < page.index(GONE)
    assert "3 sự cố bên dưới" in page
    assert re.search(r'id="count-incident"[^>]*>2<', page), "the number stands beside its name on every page"
    assert re.search(r'id="count-incident"[^>]*>2<', ky.get("/devices"))
    assert ky.get("/incidents/count").strip().endswith(">2</span>")
    assert "Nguyên nhân chung" in ky.get(f"/incidents/{_beneath(ky)}")
    assert "Không có sự cố nào như vậy." in ky.get("/incidents?state=over")
    assert "Chưa từng" not in page


def _beneath(ky: Person) -> int:
    village = ky.get("/api/v1/incidents")["incidents"][0]["id"]
    return int(ky.get(f"/api/v1/incidents/{village}")["beneath_it"][0]["id"])


def test_a_broadcast_says_why_nothing_is_known_of_it_and_what_stands_in_its_way(dark: Town, ky: Person) -> None:
    dark.run_until(NOON + timedelta(hours=1, minutes=1))
    (one,) = ky.get("/api/v1/occurrences")
    whole = ky.get(f"/api/v1/occurrences/{one['id']}")
    assert (whole["planned"], whole["played"], whole["heard"], whole["complete"]) == (6, 2, 0, False)
    said = {device["device"]: (device["outcome"], device["no_receipt"]) for device in whole["devices"]}
    assert said[GONE] == (None, "offline")
    assert Counter(said.values()) == {(None, "offline"): 4, ("played", ""): 2}
    page = ky.get(f"/occurrences/{one['id']}")
    assert "chưa có nhật ký phát: mất kết nối từ" in page
    assert "Những gì đang cản trở:" in page
    dark.mend_line(GONE)
    dark.run_for(timedelta(minutes=2))
    said = {one["device"]: one for one in ky.get(f"/api/v1/occurrences/{one['id']}")["devices"]}
    assert (said[GONE]["outcome"], said[GONE]["no_receipt"]) == ("played", ""), "its receipt took the place"


def test_a_person_looks_after_it_mutes_it_and_closes_it_with_a_note(dark: Town, ky: Person) -> None:
    number = ky.get("/api/v1/incidents")["incidents"][0]["id"]
    assert "Bạn đang xử lý sự cố này." in ky.http.post(f"/incidents/{number}/acknowledge").text
    again = ky.http.post(f"/incidents/{number}/acknowledge")
    assert (again.status_code, "đang xử lý" in again.text) == (409, True)
    assert ky.post(f"/api/v1/incidents/{number}/mute", {"minutes": 60})["muted_until"] is not None
    ky.post(f"/api/v1/incidents/{number}/mute", {"minutes": 0}, expect=422)
    assert 'id="count-incident"' in ky.get("/incidents/count")
    assert " hidden>0<" in ky.get("/incidents/count"), "nobody is told of what is muted"
    empty = ky.http.post(f"/incidents/{number}/close", data={"note": "  "})
    assert (empty.status_code, "Hãy ghi vài chữ sự cố là gì." in empty.text) == (422, True)
    closed = ky.post(f"/api/v1/incidents/{number}/close", {"note": "Cháy cầu chì <b>trạm</b>"})
    assert (closed["state"], {one["state"] for one in closed["beneath_it"]}) == ("closed", {"closed"})
    assert "Cháy cầu chì &lt;b&gt;trạm&lt;/b&gt;" in ky.get(f"/incidents/{number}")
    dark.run_for(timedelta(minutes=31))
    (found_again,) = ky.get("/api/v1/incidents")["incidents"]
    assert found_again["id"] > number, "it is still dark there"

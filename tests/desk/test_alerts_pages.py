"""The pages about warnings, as an editor and an approver see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from controller.alerts.cap.writing import write_alert
from controller.store import incident_list
from controller.store.incident_list import IncidentsAsked
from controller.store.people import Role
from controller.store.troubles import TroubleKind
from controller.town import Town
from controller.town.warnings import WarningService, believe
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
PASSWORD = "mật khẩu đủ dài"
VILLAGES = {AreaId("thon-1"): 1, AreaId("thon-2"): 1}


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NOW, villages=VILLAGES) as built:
        for name, role in (("hoa", Role.EDITOR), ("binh", Role.APPROVER)):
            built.app.access.add_account(name, name.title(), PASSWORD, frozenset({role}))
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture
def service(commune: Town) -> WarningService:
    us = commune.app.services
    return believe(us.warnings.office, us.database, commune.clock, VILLAGES)


def test_an_approver_releases_rejects_and_corrects_and_an_editor_may_only_stop(
    commune: Town, service: WarningService, visit: Callable[..., Any]
) -> None:
    waiting = service.hand_in(write_alert(service.write("A1")))
    spoken = service.issue(service.write("B1", headline="Vỡ đập <script>alert(1)</script>"))
    binh, hoa = visit("binh"), visit("hoa")
    shown = binh.get("/alerts")
    assert "không xác thực được" in shown.casefold()
    assert "<script>alert" not in shown
    assert "Cho phát" in binh.get(f"/alerts/{waiting}")
    assert "Cho phát" not in hoa.get(f"/alerts/{waiting}")
    hoa.post(f"/alerts/{waiting}/release", expect=403)
    binh.post(f"/alerts/{waiting}/release")
    assert service.row(waiting).state.value == "spoken"
    binh.post(f"/alerts/{spoken}/correct", {"reason": ""}, expect=422)
    binh.post(f"/alerts/{spoken}/correct", {"reason": "sai"})
    assert "Đính chính" in binh.get(f"/alerts/{spoken}")
    hoa.post("/alerts/stop", {"area": "thon-1"})
    binh.get("/alerts/99999", expect=404)
    binh.post(f"/alerts/{waiting}/dance", expect=404)


def test_an_own_warning_is_written_from_a_template_read_before_it_is_sent_and_released_by_a_second_person(
    commune: Town, service: WarningService, visit: Callable[..., Any]
) -> None:
    commune.app.access.add_account("lan", "Lan", PASSWORD, frozenset({Role.APPROVER}))
    binh, hoa, lan = visit("binh"), visit("hoa"), visit("lan")
    assert "hazard=flood&amp;level=4" in hoa.get("/alerts/own")
    form = hoa.get("/alerts/own?hazard=flood&level=4")
    assert "Nước lũ đang lên nhanh" in form and "Đính chính" in form
    hoa.get("/alerts/own?hazard=flood&level=1", expect=422)
    hoa.get("/alerts/own?hazard=nothing", expect=422)
    typed = {
        "hazard": "flood",
        "level": "4",
        "headline": "Nước sông Ba <b>lên</b>",
        "instruction": "Lên đồi.",
        "hours": "6",
    }
    assert "cấp bốn, màu đỏ" in hoa.post("/alerts/own", typed).text
    hoa.post("/alerts/own", {**typed, "step": "send"}, expect=422)
    hoa.post("/alerts/own", {**typed, "step": "send", "areas": "thon-1", "hours": "99"}, expect=422)
    address = hoa.post("/alerts/own", {**typed, "step": "send", "areas": "thon-1"}).url.path
    commune.run_for(timedelta(minutes=1))
    assert all(horn.sounded == [] for horn in commune.horns.values())
    assert "<b>lên</b>" not in binh.get(address)
    binh.post(f"{address}/release")
    commune.run_for(timedelta(minutes=2))
    first = [horn.device for horn in commune.horns.values() if horn.sounded]
    lan.get(address)
    assert first == ["loa-thon-1-1"]


def key_shown(page: str) -> str:
    found = re.search(r'<p class="code"[^>]*>([^<]+)</p>', page)
    assert found is not None
    return found[1]


def test_an_administrator_lets_sources_in_renews_their_keys_and_pins_whom_to_believe(
    commune: Town, service: WarningService, visit: Callable[..., Any]
) -> None:
    commune.app.access.add_account("quan", "Quân", PASSWORD, frozenset({Role.ADMINISTRATOR}))
    quan, hoa = visit("quan"), visit("hoa")
    new = {"id": "dai-tinh", "kind": "post", "name": "Đài tỉnh", "minutes": "10", "authorities": []}

    def hand_in(key: str) -> int:
        sent = service.signed(service.write("S1"))
        headers = {"Authorization": f"Bearer {key}"}
        return int(quan.http.post("/api/v1/alerts/incoming", content=sent, headers=headers).status_code)

    hoa.post("/alerts/source", new, expect=403)
    first = key_shown(quan.post("/alerts/source", new).text)
    assert hand_in(first) == 200
    assert first not in quan.get("/alerts/source?id=dai-tinh")
    assert "Đài tỉnh" in hoa.get("/alerts/sources")
    second = key_shown(quan.post("/alerts/source/key", {"id": "dai-tinh"}).text)
    assert (hand_in(first), hand_in(second)) == (401, 200)
    quan.post("/alerts/source", {**new, "known": "yes", "name": "Đài Bắc Bộ", "minutes": ""})
    assert "không theo dõi" in quan.get("/alerts/sources")
    quan.post("/alerts/source/remove", {"id": "dai-tinh"})
    assert "Đài Bắc Bộ" not in quan.get("/alerts/sources")
    assert hand_in(second) == 401
    quan.post("/alerts/source", {"id": "tin", "kind": "feed", "url": "ftp://x", "seconds": "60"}, expect=422)
    quan.get("/alerts/source?id=operator", expect=404)

    quan.post("/alerts/authority", {"name": "bo", "certificates": "không phải khóa"}, expect=422)
    pem = service.key.certificate.public_bytes(Encoding.PEM).decode()
    quan.post("/alerts/authority", {"name": "bo", "certificates": pem})
    assert "<td" in quan.get("/alerts/sources")
    assert "name=bo" in quan.get("/alerts/sources")
    quan.post("/alerts/authority/remove", {"name": "bo"})
    assert "name=bo" not in quan.get("/alerts/sources")


def test_wrong_keys_again_and_again_are_an_incident(commune: Town, visit: Callable[..., Any]) -> None:
    stranger = visit()

    def open_now() -> int:
        with commune.app.database.read() as connection:
            found = incident_list.asked(connection, IncidentsAsked(open=True, kinds=(TroubleKind.HIJACK_TRY,)))
        return len(found)

    for tried in range(5):
        assert open_now() == 0, tried
        headers = {"Authorization": f"Bearer wrong-{tried}"}
        assert stranger.http.post("/api/v1/alerts/incoming", content=b"x", headers=headers).status_code == 401
    assert open_now() == 1
    assert "khóa của một nguồn cảnh báo" in visit("hoa").get("/incidents")

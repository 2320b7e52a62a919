"""The pages about warnings, as an editor and an approver see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from controller.alerts.cap.writing import write_alert
from controller.store.people import Role
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

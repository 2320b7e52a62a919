"""Whoever begins is led from areas to what is heard: each step comes from the rows, and the guide ends by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from controller.broadcasting.desk import Draft, Script
from controller.store.people import Role
from controller.store.states import Step
from controller.town import Town
from schedules.priority import BulletinClass
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
VILLAGE = AreaId("thon-1")


def standing(browser: TestClient) -> list[bool] | None:
    """Which steps are done, as the page marks them; None where there is no guide."""
    steps = re.search(r'<ol class="steps">(.*?)</ol>', browser.get("/").text, re.S)
    return [" data-done" in one for one in re.findall(r"<li[^>]*>", steps[1])] if steps else None


@pytest.mark.long
def test_the_guide_follows_what_is_done_and_ends_with_the_first_receipt(tmp_path: Path) -> None:
    with Town(tmp_path, NOW, villages={VILLAGE: 1}) as town:
        us = town.app.services
        town.app.access.add_account("quan", "Quân", "mật khẩu đủ dài", frozenset({Role.ADMINISTRATOR}))
        browser = TestClient(town.app.site)
        browser.cookies.set("loa_session", town.app.access.log_in("quan", "mật khẩu đủ dài").token)
        assert standing(browser) == [True, False, True, False, False]
        town.run_for(timedelta(minutes=1))
        assert standing(browser) == [True, True, True, False, False]
        when = Recurrence.once(NOW + timedelta(minutes=30))
        bulletin = us.desk.write(Draft("", BulletinClass.NORMAL, Script("Mời bà con đi họp.")), town.editor)
        programme = us.desk.propose(bulletin.id, (VILLAGE,), when, 80, town.editor).id
        us.approval.take(programme, Step.SUBMIT, town.editor)
        assert "Giờ người thứ hai nghe và duyệt" in browser.get("/", headers={"Accept-Language": "vi"}).text
        us.approval.take(programme, Step.APPROVE, town.approver)
        assert standing(browser) == [True, True, True, True, False]
        us.replan()
        town.run_for(timedelta(minutes=40))
        assert standing(browser) is None


def test_an_empty_house_begins_with_its_areas(tmp_path: Path) -> None:
    with Town(tmp_path, NOW, villages={}) as town:
        town.app.access.add_account("ky", "Kỳ", "mật khẩu đủ dài", frozenset({Role.TECHNICIAN}))
        browser = TestClient(town.app.site)
        browser.cookies.set("loa_session", town.app.access.log_in("ky", "mật khẩu đủ dài").token)
        assert standing(browser) == [False, False, True, False, False]
        shown = re.search(r'<ol class="steps">(.*?)</ol>', browser.get("/").text, re.S)
        assert shown is not None
        assert re.findall(r'href="([^"]+)"', shown[1]) == ["/devices/new"]

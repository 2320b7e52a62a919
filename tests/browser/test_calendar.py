"""A broadcast is dragged to another day in a real browser, and changed by keyboard; nothing moves unconfirmed."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from controller.store import calendars
from controller.store.people import Role
from controller.town import Town
from controller.web.server import WebServer, address_of, listen
from schedules.calendars import Change, Move, Skip
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
TUESDAY, WEDNESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 27)


def changes(town: Town) -> list[Change]:
    with town.app.database.read() as connection:
        return [one.change for one in calendars.changes(connection)]


@pytest.mark.long
def test_one_broadcast_is_moved_by_pointer_and_left_out_by_keyboard(chromium: Browser, tmp_path: Path) -> None:
    with Town(tmp_path, NOW, villages={AreaId("thon-1"): 1}) as town:
        town.app.access.add_account("binh", "Bình", "mật khẩu đủ dài", frozenset({Role.APPROVER}))
        rule = Recurrence(at=time(17), first=NOW.date())
        programme = town.broadcast("Bản tin chiều.", (AreaId("thon-1"),), rule)
        listener = listen("127.0.0.1", 0)
        server, url = WebServer(town.app.site, listener), address_of(listener)
        server.start()
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
        token = town.app.access.log_in("binh", "mật khẩu đủ dài").token
        context.add_cookies([{"name": "loa_session", "value": token, "url": url}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{url}/calendar")
        day = {one: page.locator(f'[data-day="{one}"]') for one in (TUESDAY, WEDNESDAY, FRIDAY)}
        day[WEDNESDAY].locator("summary").drag_to(day[FRIDAY])
        assert changes(town) == []
        assert page.evaluate("document.activeElement.innerText").startswith("Chuyển")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Chỉ đổi riêng")
        assert changes(town) == [Change(programme, WEDNESDAY, WEDNESDAY, Move(2))]
        assert day[WEDNESDAY].locator("summary").count() == 0
        assert day[FRIDAY].locator("summary").count() == 2

        day[TUESDAY].locator("summary").focus()
        page.keyboard.press("Enter")
        day[TUESDAY].get_by_role("button", name="Bỏ qua, chỉ lần này").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".entry-off")
        assert changes(town)[-1] == Change(programme, TUESDAY, TUESDAY, Skip())
        assert said == []
        context.close()
        server.stop()

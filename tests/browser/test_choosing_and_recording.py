"""Writing a bulletin in a real browser: the map and the tree are one choice, and a voice is recorded on the spot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from controller.fleet.areas.importing import AreaImport
from controller.store.people import Role
from controller.town import VILLAGES, Town
from controller.web.server import WebServer, address_of, listen
from schedules.timespan import COMMUNE_ZONE
from tests.browser import sights

pytestmark = pytest.mark.long

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
PASSWORD = "mật khẩu đủ dài"
# The sound card of this browser is pretended: it beeps.
FLAGS = ("--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SIDE = 0.02


def outlines() -> bytes:
    """The villages as squares in a row."""
    squares = [
        [[105.6 + n * SIDE, 20.9], [105.62 + n * SIDE, 20.9], [105.62 + n * SIDE, 20.92], [105.6 + n * SIDE, 20.92]]
        for n in range(len(VILLAGES))
    ]
    features = [
        {"type": "Feature", "id": village, "geometry": {"type": "Polygon", "coordinates": [square]}}
        for village, square in zip(VILLAGES, squares, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), NOW, villages=dict.fromkeys(VILLAGES, 1)) as built:
        admin = built.app.access.add_account("quan", "Quân", PASSWORD, frozenset({Role.ADMINISTRATOR}))
        built.app.access.add_account("hoa", "Hoa", PASSWORD, frozenset({Role.EDITOR, Role.TECHNICIAN}))
        AreaImport(built.app.database, built.clock, admin).carry_out(outlines())
        yield built


@pytest.fixture(scope="module")
def with_microphone(chromium: Browser) -> Iterator[Browser]:
    browser = chromium.browser_type.launch(executable_path=sights.program(), args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def url(town: Town) -> Iterator[str]:
    listener = listen("127.0.0.1", 0)
    server = WebServer(town.app.site, listener)
    server.start()
    yield address_of(listener)
    server.stop()
    listener.close()


@pytest.fixture
def sit(town: Town, with_microphone: Browser, url: str) -> Iterator[Any]:
    """Seats Hoa in front of a browser; it complains of nothing and asks nobody else."""
    wrong: list[str] = []
    contexts = []

    def sit_down(**kind: Any) -> Page:
        context = with_microphone.new_context(base_url=url, locale="vi-VN", **kind)
        contexts.append(context)
        token = town.app.access.log_in("hoa", PASSWORD).token
        context.add_cookies([{"name": "loa_session", "value": token, "url": url}])
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith((url, "data:")) else wrong.append(asked.url))
        return page

    yield sit_down
    for context in contexts:
        context.close()
    assert wrong == []


def chosen(page: Page) -> list[str]:
    found: list[str] = page.locator("[name=areas]").evaluate_all(
        "boxes => boxes.map(box => box.indeterminate ? '-' : box.checked ? 'x' : '.')"
    )
    return found


def test_the_map_and_the_tree_are_one_choice_by_hand_and_by_keyboard(sit: Any) -> None:
    page = sit(viewport={"width": 1280, "height": 900})
    page.goto("/bulletins/new")
    page.get_by_label("Nội dung", exact=True).fill("Mời bà con họp thôn.")
    villages = page.locator(".map path.leaflet-interactive")
    expect(villages).to_have_count(3)
    villages.nth(1).click()
    assert chosen(page) == ["-", ".", "x", "."]
    expect(page.locator(".map-name").filter(has_text="✓")).to_have_count(1)
    expect(page.locator(".area-sum")).to_have_text("Đã chọn: 1 khu vực, 1 loa")
    page.locator("[value=xa]").focus()
    page.keyboard.press("Space")
    assert chosen(page) == ["x", "x", "x", "x"]
    expect(page.locator(".map path.is-chosen")).to_have_count(3)
    villages.nth(0).click()
    assert chosen(page) == ["-", ".", "x", "x"]
    page.reload()
    assert chosen(page) == ["-", ".", "x", "x"], "kept, and the map shows it"
    expect(page.locator(".map path.is-chosen")).to_have_count(2)
    page.get_by_label("Nói bằng lời").fill("5 giờ chiều thứ hai đến thứ sáu, trừ ngày lễ, đến hết năm")
    page.get_by_role("button", name="Điền giờ phát").press("Enter")
    expect(page.locator("#when")).to_contain_text("17:00 thứ Hai đến thứ Sáu, đến hết 31/12/2026, trừ ngày lễ")
    with page.expect_request(re.compile("/bulletins$")) as sent:
        page.get_by_role("button", name="Lưu nháp").click()
    assert (sent.value.post_data or "").count('name="areas"') == 2
    expect(page.locator(".flash")).to_contain_text("Đã lưu bản nháp.")
    page.goto("/bulletins/new")
    assert chosen(page) == [".", ".", ".", "."], "what has arrived is kept here no longer"


def test_where_there_is_no_script_there_is_no_map_and_the_tree_alone_chooses(sit: Any) -> None:
    page = sit(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto("/bulletins/new")
    expect(page.locator(".map")).to_be_hidden()
    page.locator("[value=thon-2]").check()
    expect(page.locator("[data-record]")).to_be_hidden()


def test_a_click_puts_a_loudspeaker_on_the_map_where_it_stands_with_its_state_in_words(sit: Any) -> None:
    page = sit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, color_scheme="dark")
    page.goto("/devices/loa-thon-2-1")
    page.locator("[data-places]").click()
    assert 105.62 < float(page.locator("#lon").input_value()) < 105.64, "one sees its village at first"
    page.locator("#lat").fill("20,91")
    page.get_by_role("button", name="Lưu vị trí").click()
    expect(page.locator("#lat")).to_have_value("20.91")
    expect(page.locator(".map-spot")).to_have_count(1)
    page.goto("/devices/map")
    mark = page.locator(".map-spot")
    expect(mark).to_have_count(1)
    assert ": " in (mark.get_attribute("aria-label") or "")
    # In one step: the marks are drawn anew when the map has come to rest.
    sides = page.evaluate(
        "(({ width, height }) => [width, height])(document.querySelector('.map-spot').getBoundingClientRect())"
    )
    assert min(sides) >= 24
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_is_typed_in_one_browser_goes_on_in_another_and_is_sent_once(sit: Any) -> None:
    one = sit(viewport={"width": 1280, "height": 900})
    one.clock.install()
    one.goto("/bulletins/new")
    says = one.locator("[data-unsent-says]")
    one.get_by_label("Nội dung", exact=True).fill("Mời bà con dọn vệ sinh đường làng.")
    expect(says).to_be_hidden()
    one.clock.run_for(6000)
    expect(says).to_contain_text("Đã tự lưu lúc")
    one.reload()
    expect(one.get_by_label("Nội dung", exact=True)).to_have_value("Mời bà con dọn vệ sinh đường làng.")
    expect(one.locator("#unsent")).to_be_hidden()  # it is the one that lies open

    other = sit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    other.goto("/bulletins/new")
    other.get_by_role("link", name="Mời bà con dọn vệ sinh đường làng.").click()
    other.locator("[value=thon-2]").check()
    other.get_by_role("button", name="Lưu nháp").click()
    expect(other.locator(".flash")).to_contain_text("Đã lưu bản nháp.")

    one.get_by_label("Nội dung", exact=True).press_sequentially("x")
    one.clock.run_for(6000)
    expect(says).to_contain_text("ở nơi khác")
    one.context.clear_cookies()
    one.get_by_label("Nội dung", exact=True).press_sequentially("y")
    one.clock.run_for(6000)
    expect(says).to_contain_text("đã đăng xuất")
    one.get_by_role("button", name="Bỏ đi").click()
    one.wait_for_url("**/login?next=*")


def test_a_voice_is_recorded_heard_again_and_thrown_away(sit: Any, tmp_path: Path) -> None:
    page = sit(viewport={"width": 1280, "height": 900}, permissions=["microphone"])
    page.goto("/bulletins/new")
    page.locator("[name=source][value=recording]").check()
    page.get_by_role("button", name="Ghi âm tại đây").click()
    stop = page.get_by_role("button", name="Dừng ghi")
    expect(stop).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-clock]")).to_have_text("0:02")
    stop.click()
    expect(page.locator("#recorded audio")).to_be_visible()
    name = page.locator("[name=recording]").input_value()
    assert re.fullmatch("[0-9a-f]{64}", name)
    page.goto("/bulletins/new")
    expect(page.locator("[data-kept-note]")).to_be_visible()
    expect(page.locator("#recorded audio")).to_be_visible()
    page.get_by_role("button", name="Bỏ bản ghi này").click()
    expect(page.locator("#recorded audio")).to_have_count(0)
    assert page.locator("[name=recording]").input_value() == ""

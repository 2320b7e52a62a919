"""A day at the console in a real browser, on the running demo: what people see, live, under the strict policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from controller.demo.run import Demo
from controller.demo.scenes import draw
from controller.demo.village import COMMUNE
from schedules.timespan import COMMUNE_ZONE
from tests.browser.conftest import Sit
from tests.browser.sights import DESK, PHONE

TEXT = "Kính mời bà con họp lúc 19h30 ở nhà ông QZX."
LEAD = timedelta(seconds=15)
"""From writing to air time: enough for two people on a busy machine."""
HELD_MS = 1700
COVERED_MS = 150_000
"""A lens is looked at every 20 seconds, and three looks must agree."""
PAGES = ("/", "/bulletins/new", "/programmes", "/devices", "/devices/new", "/incidents", "/refusals", "/nowhere")

FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const around = one.matches("input[type=radio], input[type=checkbox]") && one.closest("label");
    const marked = [one, around || one].map(it => getComputedStyle(it)).some(style =>
        style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none");
    return { marked, html: one.outerHTML.slice(0, 160) };
}"""

pytestmark = pytest.mark.long


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def hold(page: Page, red: Locator) -> None:
    """As long as what cannot be taken back wants to be held."""
    red.scroll_into_view_if_needed()
    red.hover()
    with page.expect_navigation():
        page.mouse.down()
        page.wait_for_timeout(HELD_MS)
        page.mouse.up()


@contextmanager
def without_loading_anew(page: Page) -> Iterator[None]:
    """What changes meanwhile changes live."""
    page.evaluate("window.loaded = 'once'")
    yield
    assert page.evaluate("window.loaded") == "once"


@pytest.fixture(scope="module")
def covered(demo: Demo) -> str:
    """Somebody hangs a cloth over the camera at the market gate, which was seen well before; its name."""
    draw(demo.folder / "scenes" / "1", 1, dark=True)
    return "Cổng chợ"


def test_a_notice_is_written_heard_approved_on_a_phone_and_followed_live_until_it_was_played(
    sit: Sit, demo: Demo
) -> None:
    desk, phone = sit(demo.editor), sit(demo.approver, **PHONE)
    watching = desk.context.new_page()
    watching.goto("/")

    desk.get_by_role("link", name="Soạn bản tin").click()
    desk.get_by_label("Nội dung", exact=True).fill(TEXT)
    button(desk, "Nghe thử").click()
    expect(desk.locator("#preview audio")).to_be_visible()
    expect(desk.locator("#preview mark").filter(has_text="mười chín giờ ba mươi phút")).to_be_visible()
    expect(desk.locator("#preview .notice mark")).to_have_text("QZX")
    assert plays(desk)

    desk.get_by_label("Thôn 2").check()
    desk.get_by_label("Thôn 3").check()
    expect(desk.locator(".area-sum")).to_have_text("Đã chọn: 2 khu vực, 8 loa")
    air = (demo.app.services.clock.now() + LEAD).astimezone(COMMUNE_ZONE)
    desk.get_by_label("Ngày", exact=True).fill(f"{air:%d/%m/%Y}")
    desk.get_by_label("Giờ", exact=True).fill(f"{air:%H:%M:%S}")
    desk.keyboard.press("Tab")
    shown = f"{air:%H:%M:%S}".removesuffix(":00")
    expect(desk.locator("#when")).to_have_text(f"{shown} hôm nay")
    with without_loading_anew(phone):
        button(desk, "Gửi duyệt").click()
        expect(desk.locator(".flash")).to_contain_text("Đã gửi duyệt.")
        waiting = phone.get_by_role("link", name="Kính mời bà con")
        expect(waiting).to_be_visible()

    waiting.tap()
    assert plays(phone)
    with without_loading_anew(watching):
        button(phone, "Duyệt").tap()
        expect(phone.locator(".flash")).to_contain_text("Đã duyệt.")
        expect(watching.get_by_text("8/8 sẵn sàng")).to_be_visible()
        assert demo.app.services.clock.now() < air, "ready is known before air time"
        expect(watching.locator(".on-air")).to_be_visible()

    with watching.expect_navigation():
        watching.locator("main .card", has=watching.locator(".on-air")).get_by_role("link").click()
    with without_loading_anew(watching):
        expect(watching.locator(".counts dd").nth(2)).to_have_text("8/8")
        expect(watching.get_by_role("cell").get_by_text("đã phát", exact=True)).to_have_count(8)
        expect(watching.locator(".counts dd").nth(3)).to_contain_text("chưa có micro")


def test_a_month_is_counted_in_the_report(sit: Sit, demo: Demo) -> None:
    page = sit(demo.approver)
    page.goto("/reports")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Báo cáo tháng")
    counted = page.locator(".counts dd").first
    assert int(counted.inner_text().split()[0]) >= 1


def test_an_emergency_takes_two_people_and_all_stop_takes_one(sit: Sit, demo: Demo, covered: str) -> None:
    desk, phone = sit(demo.editor), sit(demo.approver, **PHONE)
    desk.locator("summary", has_text="Khẩn cấp").click()
    now = desk.locator("form[action='/alerts/own/now']")
    now.locator("[name=area]").select_option("thon-1")
    hold(desk, now.locator("[data-hold]"))
    expect(desk.locator("form[action$=release]")).to_have_count(0)

    warning = phone.locator("main .list a[href^='/alerts/']").first
    expect(warning).to_be_visible()
    warning.tap()
    hold(phone, phone.locator("form[action$=release] [data-hold]"))
    desk.goto("/")
    expect(desk.locator("main .list a[href^='/alerts/']").first).to_be_visible()
    hold(desk, desk.locator("form[action='/alerts/stop'] [data-hold]").first)
    expect(desk.locator(".flash")).to_contain_text("Dừng toàn bộ")


def test_a_loudspeaker_joins_with_the_code_on_the_page(sit: Sit, demo: Demo) -> None:
    page = sit(demo.editor)
    page.goto("/devices/new")
    page.get_by_label("Khu vực").select_option("thon-2")
    page.get_by_label("Tên", exact=True).fill("Trạm y tế")
    page.get_by_label("Mã thiết bị").fill("loa-tram-y-te")
    button(page, "Tạo mã").click()
    expect(page.locator("main img")).to_be_visible()
    demo.let_join([page.locator(".code").inner_text()])
    page.goto("/devices")
    joined = page.locator("tr, li", has_text="loa-tram-y-te").or_(page.get_by_role("row", name="Trạm y tế"))
    expect(joined.get_by_text("trực tuyến").first).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/", "/bulletins/new", "/programmes", "/devices", "/cameras", "/incidents", "/reports"]
)
def test_whoever_has_only_a_keyboard_sees_where_it_is(sit: Sit, demo: Demo, path: str) -> None:
    page = sit(demo.editor)
    page.goto(path)
    reached = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUS)
        if seen is None:
            break
        assert seen["marked"], f"{seen['html']} has the focus, and nothing shows it"
        reached.append(seen["html"])
    assert len(set(reached)) == len(reached) > 8, "the focus goes on, and never in a circle"


def plays(page: Page) -> bool:
    """Whether the browser can really play what it offers to play."""
    seconds = page.locator("audio").evaluate(
        "sound => new Promise((done, failed) => {"
        " sound.onloadedmetadata = () => done(sound.duration); sound.onerror = () => failed(sound.error.message);"
        " sound.load(); sound.preload = 'metadata'; })"
    )
    return bool(seconds > 1)


def test_what_was_typed_outlives_an_expired_login(sit: Sit, demo: Demo) -> None:
    page = sit(demo.editor)
    page.goto("/bulletins/new")
    page.get_by_label("Nội dung", exact=True).press_sequentially("Thông báo dài")
    page.get_by_label("Thôn 3").check()
    page.context.clear_cookies(name="loa_session")
    button(page, "Gửi duyệt").click()
    page.wait_for_url("/login?next=*")
    page.keyboard.type(demo.editor.username)
    page.keyboard.press("Tab")
    page.keyboard.type(demo.editor.password)
    page.keyboard.press("Enter")
    page.wait_for_url("/bulletins/new")
    expect(page.get_by_label("Nội dung", exact=True)).to_have_value("Thông báo dài")
    expect(page.get_by_label("Thôn 3")).to_be_checked()
    expect(page.get_by_label("Thôn 2")).not_to_be_checked()


def test_a_mistake_leads_to_its_field_by_the_keyboard(sit: Sit, demo: Demo) -> None:
    page = sit(demo.editor)
    page.goto("/bulletins/new")
    button(page, "Gửi duyệt").press("Enter")
    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nội dung", exact=True)).to_be_focused()
    assert page.get_by_label("Nội dung", exact=True).get_attribute("aria-describedby") == "text-hint text-error"


def test_the_page_says_when_it_is_no_longer_live(sit: Sit, demo: Demo) -> None:
    page = sit(demo.editor)
    expect(page.locator("#not-live")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#not-live")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#not-live")).to_be_hidden()


def test_in_english_too_every_page_fits_the_narrowest_phone(sit: Sit, demo: Demo) -> None:
    page = sit(demo.editor, **PHONE)
    page.goto("/language/en")
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        assert page.get_attribute("html", "lang") == "en"


def test_the_console_works_without_any_script(sit: Sit, demo: Demo) -> None:
    page = sit(demo.editor, **DESK, java_script_enabled=False)
    page.goto("/bulletins/new")
    page.get_by_label("Nội dung", exact=True).fill("Mời bà con nộp thuế.")
    page.get_by_role("button", name="Nghe thử").click()
    expect(page.locator("#preview audio")).to_be_visible()
    page.locator(f"input[value={COMMUNE}]").check()
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator(".flash")).to_contain_text("Đã lưu bản nháp.")
    expect(page.get_by_text("Xã Phú Nghĩa", exact=True).last).to_be_visible()


def test_a_camera_that_goes_dark_becomes_an_incident_with_its_picture(sit: Sit, demo: Demo, covered: str) -> None:
    page = sit(demo.approver)
    page.goto("/incidents")
    found = page.locator("main").get_by_role("link", name=covered)
    expect(found).to_be_visible(timeout=COVERED_MS)
    found.first.click()
    page.wait_for_url("/incidents/*")
    evidence = page.locator("main img").first
    expect(evidence).to_be_visible(timeout=COVERED_MS)
    assert evidence.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0

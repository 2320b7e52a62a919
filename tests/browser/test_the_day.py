"""A day at the console in a real browser, on the running demo: what people see, live, under the strict policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from controller.demo.run import Demo
from controller.demo.village import COMMUNE, Person
from schedules.timespan import COMMUNE_ZONE

QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TEXT = "Kính mời bà con họp lúc 19h30 ở nhà ông QZX."
PATIENCE_MS = 30_000
LEAD = timedelta(seconds=12)
"""From writing to air time: enough for two people on a busy machine."""

Sit = Callable[..., Page]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        (pytest.fail if os.environ.get("LOA_TEST_REQUIRE") == "all" else pytest.skip)("Chromium is not installed")
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(chromium: Browser) -> Iterator[Demo]:
    with Demo() as running:
        running.wait_until_all_are_there()
        yield running


@pytest.fixture
def sit(chromium: Browser, demo: Demo) -> Iterator[Sit]:
    """Seats a person in front of a browser of their own; nobody's browser complains or asks elsewhere."""
    complaints: list[str] = []
    contexts = []

    def sit_down(person: Person | None = None, **kind: Any) -> Page:
        context = chromium.new_context(base_url=demo.url, locale="vi-VN", **(kind or DESK))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watch(page, demo.url, complaints)
        page.goto("/")
        if person is not None:
            log_in(page, person)
        return page

    yield sit_down
    for context in contexts:
        context.close()
    assert complaints == []


def watch(page: Page, url: str, complaints: list[str]) -> None:
    def hear(message: Any) -> None:
        # The browser reports the status of a form that was refused as if it were a fault.
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            complaints.append(f"{page.url}: {message.text}")

    def see(request: Any) -> None:
        if not request.url.startswith((url, "data:")):
            complaints.append(f"{page.url} asks {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", see)


def log_in(page: Page, person: Person) -> None:
    """With the keyboard alone: the first field has the focus."""
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type(person.username)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    page.wait_for_url("/")


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


@contextmanager
def without_loading_anew(page: Page) -> Iterator[None]:
    """What changes meanwhile changes live."""
    page.evaluate("window.loaded = 'once'")
    yield
    assert page.evaluate("window.loaded") == "once"


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


def plays(page: Page) -> bool:
    """Whether the browser can really play what it offers to play."""
    seconds = page.locator("audio").evaluate(
        "sound => new Promise((done, failed) => {"
        " sound.onloadedmetadata = () => done(sound.duration); sound.onerror = () => failed(sound.error.message);"
        " sound.load(); sound.preload = 'metadata'; })"
    )
    return bool(seconds > 1)


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_the_page_says_when_it_is_no_longer_live(sit: Sit, demo: Demo) -> None:
    page = sit(demo.editor)
    expect(page.locator("#not-live")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#not-live")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#not-live")).to_be_hidden()


PAGES = ("/", "/bulletins/new", "/programmes", "/devices", "/devices/new", "/incidents", "/refusals", "/nowhere")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.long
def test_every_page_fits_the_narrowest_phone(sit: Sit, demo: Demo, language: str) -> None:
    page = sit(demo.editor, **PHONE)
    page.goto(f"/language/{language}")
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        assert page.get_attribute("html", "lang") == language


@pytest.mark.long
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

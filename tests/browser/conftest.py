"""A demo with a month behind it, and a browser, for everything that is tried with both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from controller.demo.run import Demo
from controller.demo.village import Person
from tests.browser import sights
from tests.browser.sights import DESK
from tests.conftest import real_part

PATIENCE_MS = 30_000
Sit = Callable[..., Page]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for longer: as long as Playwright is there, nothing else in this thread can have an event loop."""
    real_part(sights.program(), "Chromium")
    with sync_playwright() as playwright, sights.chromium(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def demo(chromium: Browser) -> Iterator[Demo]:
    demo = Demo(history=True)
    with ThreadPoolExecutor(1) as elsewhere:  # this thread has the event loop of the browser
        elsewhere.submit(demo.__enter__).result()
    try:
        demo.wait_until_all_are_there()
        demo.add_cameras()
        yield demo
    finally:
        demo.__exit__(None, None, None)


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
        if not request.url.startswith((url, "data:", "blob:")):
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

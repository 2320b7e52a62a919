"""Every page, as whoever it is for sees it: no fault that axe-core finds, light or dark, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from controller.demo.run import Demo
from tests.browser.sights import DESK, PHONE, Sight, enter, person, sights

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
ALL: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
COLOURS = ALL | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.fixture(scope="module")
def found(demo: Demo) -> tuple[Sight, ...]:
    return sights(demo)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_no_fault_on_any_page(
    chromium: Browser, demo: Demo, found: tuple[Sight, ...], size: dict[str, Any]
) -> None:
    faults: list[str] = []
    for page, sight in _visited(chromium, demo, found, size):
        page.evaluate(AXE)
        for scheme, rules in (("light", ALL), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            # What fades from one colour into another is judged where it arrives.
            page.evaluate("document.getAnimations().forEach(one => one.finish())")
            for fault in page.evaluate("rules => axe.run(document, rules)", rules)["violations"]:
                faults += [f"{sight.path} {scheme} {fault['id']}: {one['html'][:200]}" for one in fault["nodes"]]
        if size is PHONE and (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            faults.append(f"{sight.path} is {width} wide")
    assert not faults, "\n".join(faults)


def _visited(
    chromium: Browser, demo: Demo, found: tuple[Sight, ...], size: dict[str, Any]
) -> Iterator[tuple[Page, Sight]]:
    for who in dict.fromkeys(one.who for one in found):
        # axe-core comes into the page from here: the policy of the pages would keep it out.
        context = chromium.new_context(base_url=demo.url, locale="vi-VN", bypass_csp=True, **size)
        page = context.new_page()
        if who:
            enter(page, person(demo, who))
        for sight in (one for one in found if one.who == who):
            page.goto(sight.path)
            yield page, sight
        context.close()

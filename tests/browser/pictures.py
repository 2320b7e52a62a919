"""Pictures of every page, light and dark, at a desk and on a phone: `uv run python -m tests.browser.pictures DIR`."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

try:
    from playwright.sync_api import Page, sync_playwright
except ModuleNotFoundError:
    sys.exit("Playwright is missing: uv sync brings it, with everything else for development.")

from controller.demo.run import Demo
from tests.browser.sights import DESK, PHONE, Sight, chromium, enter, person, program, sights

SETTLED_MS = 300
"""What a page draws after it is there: a map, a wave."""


def main(folder: Path) -> None:
    if program() is None:
        sys.exit("Chromium is missing: apt install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.CRITICAL)  # a port that is taken is no trouble
    with Demo(history=True) as demo, sync_playwright() as playwright, chromium(playwright) as browser:
        demo.wait_until_all_are_there()
        demo.add_cameras()
        _wait_for_the_cameras(demo)
        found = sights(demo)
        for kind, size in (("desk", DESK), ("phone", PHONE)):
            for who in ("", "editor", "approver", "administrator"):
                context = browser.new_context(base_url=demo.url, locale="vi-VN", **size)
                page = context.new_page()
                if who:
                    enter(page, person(demo, who))
                for sight in (one for one in found if one.who == who):
                    _take(page, sight, folder, kind)
                context.close()


def _wait_for_the_cameras(demo: Demo) -> None:
    """Until each was looked at, or for a minute."""
    with demo.client(demo.administrator) as client:
        for _ in range(60):
            states = client.get("/api/v1/cameras/states").json()
            if not {one["condition"] for one in states} & {"unknown", "unjudged"}:
                return
            time.sleep(1.0)


def _take(page: Page, sight: Sight, folder: Path, kind: str) -> None:
    page.goto(sight.path)
    page.wait_for_timeout(SETTLED_MS)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=folder / f"{sight.name}-{kind}-{scheme}.png", full_page=True, animations="disabled")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

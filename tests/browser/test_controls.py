"""What the console's scripts promise, in a real browser, on a page made of the real macros under the real policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import jinja2
import pytest
from playwright.sync_api import Browser, Page

from controller.web.assets import built_assets
from controller.web.headers import SAFE

TEMPLATES = Path(__file__).parents[2] / "controller/web/pages/templates"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
HOLD_MS = 1500

PAGE = """
{% extends "base.html.j2" %}
{% import "parts/basics.html.j2" as ui with context %}
{% import "parts/forms.html.j2" as forms with context %}
{% block title %}Thử{% endblock %}
{% block urgent %}
<form method="post" action="/stop">{{ ui.hold_button("Dừng tất cả", "Bấm lần nữa") }}</form>
{% endblock %}
{% block content %}
<form method="post" action="/send" id="form">
  {{ forms.input("title", "Tên", "", error="Hãy đặt tên.", optional=true) }}
  {{ forms.choices("repeat", "Lặp", [("once", "Một lần"), ("weekly", "Hằng tuần")], "weekly") }}
  {% call forms.shown_when("repeat", "weekly") %}{{ forms.input("until", "Đến hết ngày", "2026-08-31") }}{% endcall %}
  {{ forms.areas("areas", "Nơi phát", tree, ["thon-1"]) }}
  {{ ui.button("Gửi") }}
</form>
{% endblock %}
"""

TREE = [
    {
        "id": "xa",
        "name": "Xã",
        "speakers": 5,
        "children": [
            {"id": "thon-1", "name": "Thôn 1", "speakers": 2, "children": []},
            {
                "id": "thon-2",
                "name": "Thôn 2",
                "speakers": 3,
                "children": [{"id": f"loa-{n}", "name": f"Loa {n}", "speakers": 1, "children": []} for n in (1, 2, 3)],
            },
        ],
    }
]


def _page() -> bytes:
    loader = jinja2.ChoiceLoader([jinja2.DictLoader({"page": PAGE}), jinja2.FileSystemLoader(TEMPLATES)])
    environment = jinja2.Environment(loader=loader, autoescape=True)
    context = {
        "_": lambda text, **values: text.format(**values) if values else text,
        "asset": built_assets().url,
        "lang": "vi",
        "person": {"name": "Trần Văn Ổn", "role": "Cán bộ"},
        "tree": TREE,
    }
    return environment.get_template("page").render(context).encode()


class Console:
    """Serves the page and remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, list[str]]]] = []
        sent, page, folder = self.sent, _page(), built_assets().folder

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                file = folder / Path(self.path).name if self.path.startswith("/assets/") else None
                if self.path == "/worker.js":
                    file = folder / built_assets().files["worker.js"]
                self._answer(file.read_bytes() if file else page, KINDS[file.suffix] if file else "text/html")

            def do_POST(self) -> None:
                sent.append((self.path, parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())))
                self._answer(page, "text/html")

            def _answer(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                for name, value in {**SAFE, "Content-Type": kind, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


@pytest.fixture(scope="module")
def console() -> Iterator[Console]:
    console = Console()
    thread = threading.Thread(target=console.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield console
    console.server.shutdown()
    console.server.server_close()
    thread.join()


@pytest.fixture
def page(phone: Page, console: Console) -> Iterator[Page]:
    complaints: list[str] = []

    def note(message: object) -> None:
        complaints.append(str(message))

    def note_console(message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            note(getattr(message, "text", ""))

    phone.on("pageerror", note)
    phone.on("console", note_console)
    console.sent.clear()
    phone.goto(console.url)
    yield phone
    phone.remove_listener("pageerror", note)
    phone.remove_listener("console", note_console)
    assert not complaints


def areas_sent(page: Page, console: Console) -> list[str]:
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi").click()
    return console.sent[-1][1].get("areas", [])


@pytest.mark.long
def test_nothing_on_a_page_needs_more_than_the_strict_policy_or_another_host(page: Page, console: Console) -> None:
    asked = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert len(asked) > 2
    assert all(address.startswith(console.url) for address in asked)


def test_a_page_fits_the_narrowest_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_choosing_an_area_chooses_all_beneath_it_and_sends_only_the_topmost(page: Page, console: Console) -> None:
    page.locator("input[value=thon-2]").check()
    assert page.locator("input[value=loa-3]").is_checked()
    assert page.locator("input[value=xa]").is_checked()
    assert page.locator("output").inner_text() == "Chosen: 1 areas, 5 loudspeakers"
    assert areas_sent(page, console) == ["xa"]


def test_taking_one_loudspeaker_out_leaves_its_neighbours_chosen(page: Page, console: Console) -> None:
    page.locator("input[value=thon-2]").check()
    page.locator("input[value=loa-2]").uncheck()
    assert page.locator("input[value=thon-2]").evaluate("box => box.indeterminate && !box.checked")
    assert page.locator("output").inner_text() == "Chosen: 3 areas, 4 loudspeakers"
    assert areas_sent(page, console) == ["thon-1", "loa-1", "loa-3"]


def test_a_field_that_an_answer_makes_pointless_is_neither_shown_nor_sent(page: Page, console: Console) -> None:
    page.locator("input[value=once]").check()
    assert not page.locator("#until").is_visible()
    areas_sent(page, console)
    assert "until" not in console.sent[-1][1]
    page.locator("input[value=weekly]").check()
    assert page.locator("#until").is_visible()


def test_a_tap_stops_nothing_and_holding_does(page: Page, console: Console) -> None:
    page.clock.install()
    page.locator("[data-hold]").hover()
    page.mouse.down()
    page.clock.run_for(HOLD_MS - 100)
    page.mouse.up()
    page.clock.run_for(HOLD_MS)
    assert console.sent == []
    page.mouse.down()
    with page.expect_navigation():
        page.clock.run_for(HOLD_MS + 100)
    page.mouse.up()
    assert [path for path, _ in console.sent] == ["/stop"]


def test_a_screen_reader_stops_everything_by_pressing_twice(page: Page, console: Console) -> None:
    button = page.locator("[data-hold]")
    button.evaluate("button => button.click()")
    assert button.inner_text() == "Bấm lần nữa"
    assert console.sent == []
    with page.expect_navigation():
        button.evaluate("button => button.click()")
    assert [path for path, _ in console.sent] == ["/stop"]


def test_an_error_is_tied_to_its_field(page: Page) -> None:
    field = page.locator("#title")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator("#" + (field.get_attribute("aria-describedby") or "")).inner_text() == "Hãy đặt tên."

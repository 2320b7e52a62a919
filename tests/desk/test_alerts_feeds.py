"""Feeds, over real HTTP: asked with their ETag, followed where they link, and never into a private network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from controller.alerts.cap.containers import find_links
from controller.alerts.fetching import Unreachable, fetch
from controller.alerts.warnings import Warnings
from controller.store import alert_sources, alerts
from controller.store.alert_sources import Source, SourceKind
from controller.store.alerts import SourceId
from controller.town import Town
from controller.town.warnings import believe
from devices.clock import SystemClock
from schedules.programme import AreaId

VILLAGES = {AreaId("thon-1"): 1}


class Pages:
    """A web server; `answers` maps a path to (status, body, headers). Every request is remembered with its headers."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                pages.asked.append((self.path, headers))
                status, body, more = pages.answers.get(self.path, (404, b"", {}))
                if more.get("ETag") and headers.get("if-none-match") == more["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in {**more, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def pages() -> Iterator[Pages]:
    made = Pages()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, SystemClock().now(), villages=VILLAGES) as built:
        yield built


def added(warnings: Warnings, town: Town, url: str, *, local: bool = True) -> None:
    feed = Source(SourceId("feed"), SourceKind.FEED, "nguồn", town.clock.now(), url=url, local=local)
    warnings.sources.add(feed)


def source(town: Town) -> Source:
    with town.app.database.read() as connection:
        found = alert_sources.find(connection, SourceId("feed"))
    assert found is not None
    return found


def test_a_feed_of_links_is_followed_once_and_asked_with_its_etag(town: Town, pages: Pages) -> None:
    us = town.app.services
    service = believe(us.warnings.office, us.database, town.clock, VILLAGES)
    pages.answers["/a.xml"] = (200, service.signed(service.write("A1")), {})
    feed = b'<feed><entry><link href="a.xml" type="application/cap+xml"/></entry></feed>'
    pages.answers["/feed"] = (200, feed, {"ETag": '"1"'})
    added(us.warnings, town, f"{pages.url}/feed")
    for _ in range(3):
        us.warnings.poll()
        town.clock.advance_to(town.clock.now() + timedelta(seconds=61))
    assert [path for path, _ in pages.asked] == ["/feed", "/a.xml", "/feed", "/feed"]
    assert pages.asked[-1][1]["if-none-match"] == '"1"'
    assert (source(town).trouble, source(town).heard_at is not None) == ("", True)
    with town.app.database.read() as connection:
        (row,) = alerts.latest(connection, 10)
    assert row.state.value == "spoken"


def test_a_feed_that_fails_says_so_and_is_asked_again(town: Town, pages: Pages) -> None:
    us = town.app.services
    added(us.warnings, town, f"{pages.url}/missing")
    us.warnings.poll()
    assert "404" in source(town).trouble
    town.clock.advance_to(town.clock.now() + timedelta(seconds=61))
    us.warnings.poll()
    assert len(pages.asked) == 2


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_no_feed_leads_into_a_private_network(host: str) -> None:
    with pytest.raises(Unreachable, match="private"):
        fetch(f"http://{host}:9/", most_bytes=10, elapsed=SystemClock().monotonic)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((302, b"", {"Location": "file:///etc/passwd"}), "https"),
        ((302, b"", {"Location": "/a"}), "leads on"),
        ((200, b"x" * 2000, {}), "larger"),
        ((500, b"", {}), "500"),
    ],
)
def test_what_is_fetched_has_hard_limits(pages: Pages, answer: Any, why: str) -> None:
    pages.answers["/a"] = answer
    with pytest.raises(Unreachable, match=why):
        fetch(f"{pages.url}/a", most_bytes=1000, elapsed=SystemClock().monotonic, local=True)


def test_a_page_that_drips_is_given_up(pages: Pages) -> None:
    pages.answers["/a"] = (200, b"x" * 100, {})
    seconds = iter(range(0, 10_000, 25))
    with pytest.raises(Unreachable, match="longer"):
        fetch(f"{pages.url}/a", most_bytes=1000, elapsed=lambda: float(next(seconds)), local=True)


def test_links_are_found_in_atom_and_rss() -> None:
    rss = b"<rss><channel><item><link>https://x/1</link></item><item><link>https://x/1</link></item></channel></rss>"
    assert find_links(rss) == ("https://x/1",)
    assert find_links(b"<feed/>") == ()
    assert find_links(b"<alert/>") is None

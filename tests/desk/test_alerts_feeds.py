"""Feeds, over real HTTP: asked with their ETag, followed where they link, and never into a private network."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from controller.alerts.cap.containers import find_links
from controller.alerts.cap.own_key import own_key
from controller.alerts.feeds import Feeds
from controller.alerts.warnings import Warnings
from controller.fetching import Unreachable, fetch
from controller.store import alert_sources, alerts, incident_list
from controller.store.alert_sources import Source, SourceKind
from controller.store.alert_states import AlertState
from controller.store.alerts import SourceId
from controller.store.incident_list import IncidentsAsked
from controller.store.troubles import TroubleKind
from controller.town import Town
from controller.town.warnings import believe
from devices.clock import SystemClock
from schedules.programme import AreaId

VILLAGES = {AreaId("thon-1"): 1}
OURS = ("127.0.0.1",)


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


@contextmanager
def dripping(begin: bytes, *, pieces: int = 10_000) -> Iterator[str]:
    """The address of a server that says `begin` and then one letter after the other, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                caller, _ = server.accept()
                with caller:
                    caller.recv(10_000)
                    caller.sendall(begin)
                    for _ in range(pieces):
                        caller.sendall(b"x")
                        time.sleep(0.001)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@contextmanager
def hanging() -> Iterator[tuple[str, threading.Event]]:
    """The address of a server that answers nothing until it is let go."""
    go = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                caller, _ = server.accept()
                go.wait(20)
                caller.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", go


def entries(*links: str) -> bytes:
    each = "".join(f'<entry><link href="{link}" type="application/cap+xml"/></entry>' for link in links)
    return f"<feed>{each}</feed>".encode()


def added(warnings: Warnings, town: Town, url: str, *, name: str = "feed", heartbeat: float | None = None) -> None:
    feed = Source(SourceId(name), SourceKind.FEED, "nguồn", town.clock.now(), url=url, local=True)
    warnings.sources.add(replace(feed, heartbeat_seconds=heartbeat))


def source(town: Town, name: str = "feed") -> Source:
    with town.app.database.read() as connection:
        found = alert_sources.find(connection, SourceId(name))
    assert found is not None
    return found


def silences(town: Town) -> list[tuple[str, bool]]:
    """Whose silence is or was an incident, and whether it still is."""
    with town.app.database.read() as connection:
        found = incident_list.asked(connection, IncidentsAsked(kinds=(TroubleKind.SOURCE_SILENT,)))
    return [(one.subject.id, not one.state.over) for one in found]


def test_a_feed_of_links_is_followed_once_and_asked_with_its_etag(town: Town, pages: Pages) -> None:
    us = town.app.services
    service = believe(us.warnings.office, us.database, town.clock, VILLAGES)
    pages.answers["/a.xml"] = (200, service.signed(service.write("A1")), {})
    pages.answers["/feed"] = (200, entries("a.xml"), {"ETag": '"1"'})
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
        ((302, b"", {"Location": "http://localhost:9/"}), "private"),
        ((200, b"x" * 2000, {}), "larger"),
        ((200, b"\x1f\x8b", {"Content-Encoding": "gzip"}), "packed"),
        ((500, b"", {}), "500"),
    ],
)
def test_what_is_fetched_has_hard_limits(pages: Pages, answer: Any, why: str) -> None:
    pages.answers["/a"] = answer
    with pytest.raises(Unreachable, match=why):
        fetch(f"{pages.url}/a", most_bytes=1000, elapsed=SystemClock().monotonic, local=OURS)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"])
def test_the_time_for_everything_ends_whatever_the_server_drips(sent: bytes) -> None:
    """Twenty seconds pass while some hundred bytes come, one after the other and none of them late."""
    seconds = itertools.count(0.0, 0.2)
    with dripping(sent) as url, pytest.raises(Unreachable, match="too long"):
        fetch(url, most_bytes=1_000_000, elapsed=lambda: next(seconds), local=OURS)


def test_nobody_is_believed_whose_certificate_nobody_vouches_for(pages: Pages, tmp_path: Path) -> None:
    own_key(tmp_path, "127.0.0.1", SystemClock().now())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "warnings-signing-key.pem")
    pages.server.socket = context.wrap_socket(pages.server.socket, server_side=True)
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(pages.url.replace("http:", "https:"), most_bytes=1000, elapsed=SystemClock().monotonic, local=OURS)
    assert pages.asked == []


def test_a_page_that_breaks_off_is_no_page() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n<feed>"
    with dripping(whole, pieces=0) as url, pytest.raises(Unreachable, match="closed"):
        fetch(url, most_bytes=1000, elapsed=SystemClock().monotonic, local=OURS)


@pytest.mark.parametrize("answer", [(200, b"x" * 3_000_000, {}), (200, b"<html>log in", {}), (404, b"", {})])
def test_a_feed_that_gives_anything_else_is_not_alive_and_falls_silent_until_it_returns(
    town: Town, pages: Pages, answer: Any
) -> None:
    us = town.app.services
    pages.answers["/feed"] = answer
    added(us.warnings, town, f"{pages.url}/feed", heartbeat=100.0)
    assert silences(town) == []
    for _ in range(2):
        town.clock.advance_to(town.clock.now() + timedelta(seconds=61))
        us.warnings.poll()
        us.warnings.tend()
    assert silences(town) == [("feed", True)]
    pages.answers["/feed"] = (200, b"<feed/>", {})
    town.clock.advance_to(town.clock.now() + timedelta(seconds=61))
    us.warnings.poll()
    us.warnings.tend()
    assert silences(town) == [("feed", False)]


def test_a_message_that_cannot_be_had_keeps_no_other_from_being_heard_and_is_asked_for_again(
    town: Town, pages: Pages
) -> None:
    us = town.app.services
    service = believe(us.warnings.office, us.database, town.clock, VILLAGES)
    pages.answers["/b.xml"] = (200, service.signed(service.write("B1")), {})
    pages.answers["/feed"] = (200, entries("a.xml", "b.xml"), {"ETag": '"1"'})
    added(us.warnings, town, f"{pages.url}/feed")
    for _ in range(2):
        us.warnings.poll()
        town.clock.advance_to(town.clock.now() + timedelta(seconds=61))
    assert [path for path, _ in pages.asked] == ["/feed", "/a.xml", "/b.xml", "/feed", "/a.xml"]
    assert "404" in source(town).trouble
    with town.app.database.read() as connection:
        assert [row.identifier for row in alerts.latest(connection, 10)] == ["B1"]


def test_after_a_restart_nothing_that_is_known_is_fetched_again(town: Town, pages: Pages) -> None:
    us = town.app.services
    service = believe(us.warnings.office, us.database, town.clock, VILLAGES)
    pages.answers["/a.xml"] = (200, service.signed(service.write("A1")), {})
    pages.answers["/feed"] = (200, entries("a.xml"), {})
    added(us.warnings, town, f"{pages.url}/feed")
    for feeds in (Feeds(us.database, us.warnings.office, town.clock) for _ in range(2)):
        feeds.poll()
        town.clock.advance_to(town.clock.now() + timedelta(seconds=61))
    assert [path for path, _ in pages.asked] == ["/feed", "/a.xml", "/feed"]


def test_what_a_new_feed_has_said_long_ago_is_not_announced(town: Town, pages: Pages) -> None:
    us = town.app.services
    service = believe(us.warnings.office, us.database, town.clock, VILLAGES)
    pages.answers["/a.xml"] = (200, service.signed(service.write("A1")), {})
    pages.answers["/feed"] = (200, entries("a.xml"), {})
    town.clock.advance_to(town.clock.now() + timedelta(hours=4))
    added(us.warnings, town, f"{pages.url}/feed")
    us.warnings.poll()
    with town.app.database.read() as connection:
        (row,) = alerts.latest(connection, 10)
    assert row.state is not AlertState.SPOKEN, row.decided


def test_a_slow_feed_delays_no_other(town: Town, pages: Pages) -> None:
    us = town.app.services
    with hanging() as (url, let_go):
        added(us.warnings, town, url)
        feeds = Feeds(us.database, us.warnings.office, town.clock)
        (slow,) = feeds.begin()
        pages.answers["/feed"] = (200, b"<feed/>", {})
        added(us.warnings, town, f"{pages.url}/feed", name="other")
        for asked in feeds.begin():
            if asked is not slow:
                asked.result(timeout=10)
        assert (source(town, "other").polled_at is not None, slow.done()) == (True, False)
        let_go.set()
        slow.result(timeout=10)


def test_links_are_found_in_atom_and_rss() -> None:
    rss = b"<rss><channel><item><link>https://x/1</link></item><item><link>https://x/1</link></item></channel></rss>"
    assert find_links(rss) == ("https://x/1",)
    assert find_links(b"<feed/>") == ()
    assert find_links(b"<alert/>") is None

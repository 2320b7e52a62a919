"""How long the console takes for each of its pages, in a commune with many loudspeakers and cameras.

Real rows in SQLite, the real application behind a real socket, one person who is logged in. Beside it, in the same
run, a page that does nothing: what is left is the page's own.
"""

from __future__ import annotations

import http.client
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from fastapi.routing import APIRoute

from controller.bench.crowd import HOURS, PASSWORD, PERSON, Crowd
from controller.store import broadcasts, incident_list, people
from controller.store.counting import counting
from controller.store.incident_list import IncidentsAsked
from controller.web.server import WebServer, listen
from controller.web.site import PAGES
from devices.clock import SystemClock
from schedules.timespan import Timespan

PEER = "/healthz"
LIMIT = 0.05
_PATIENCE = 60.0
_NO_PAGES = {"/login", "/login/oidc", "/login/oidc/back", "/welcome", "/language/{language}", "/me/channels"}
"""They lead elsewhere, for somebody who is logged in."""
_NEED_MORE = {"/calendars/new": "kind=class-hours"}
_FILES = (".csv", ".xlsx", ".xml", ".svg", ".ics", ".js", ".webmanifest")


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Seconds, one per round; `statements` of the last round, `kilobytes` as the page is sent, uncompressed."""

    path: str
    seconds: tuple[float, ...]
    statements: int
    kilobytes: float

    @property
    def usual(self) -> float:
        return median(self.seconds)


@dataclass(frozen=True, slots=True)
class PagesBench:
    devices: int
    cameras: int
    peer: PageTimes
    pages: tuple[PageTimes, ...]

    @property
    def holds(self) -> bool:
        """The promise: every page in at most 50 ms at the median."""
        return all(page.usual <= LIMIT for page in self.pages)


def measure_pages(
    devices: int, cameras: int, rounds: int, folder: Path | None = None, hours: tuple[int, ...] = HOURS
) -> PagesBench:
    """RuntimeError where a page does not answer as it should."""
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as made:
        crowd = Crowd(folder or Path(made), devices, cameras, hours)
        try:
            return _measure(crowd, rounds)
        finally:
            crowd.close()


def _measure(crowd: Crowd, rounds: int) -> PagesBench:
    listener = listen("127.0.0.1", 0)
    server = WebServer(crowd.town.app.site, listener)
    cookie = f"loa_session={crowd.town.app.access.log_in(PERSON, PASSWORD).token}"
    server.start()
    try:
        host, port = listener.getsockname()[:2]
        with closing(http.client.HTTPConnection(host, port, timeout=_PATIENCE)) as line:
            asked = {path: _ask(crowd, line, cookie, path, rounds) for path in (PEER, *addresses(crowd))}
    finally:
        server.stop()
    peer = asked.pop(PEER)
    return PagesBench(len(crowd.devices), len(crowd.cameras), peer, tuple(asked.values()))


def _ask(crowd: Crowd, line: http.client.HTTPConnection, cookie: str, path: str, rounds: int) -> PageTimes:
    clock, seconds, statements, size = SystemClock(), [], 0, 0
    for _ in range(rounds + 1):
        with counting(crowd.database) as count:
            before = clock.monotonic()
            line.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "vi"})
            answer = line.getresponse()
            size = len(answer.read())
            seconds.append(clock.monotonic() - before)
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        statements = count.statements
    return PageTimes(path, tuple(seconds[1:]), statements, size / 1024)


def addresses(crowd: Crowd) -> Iterator[str]:
    """Every page that is read, with something real in each place of its address; the day, and the lists, in parts."""
    found = _samples(crowd)
    for path in pages():
        if all(name in found for name in _names(path)):
            yield path.format(**found) + (f"?{_NEED_MORE[path]}" if path in _NEED_MORE else "")
    yield f"/devices?area={crowd.places[0]}"
    yield "/devices?text=loa%2042&sort=-state"
    yield f"/cameras?area={crowd.places[0]}"


def pages() -> list[str]:
    """The addresses of all pages, as the routes write them; files to take away are none."""
    ways = {
        route.path
        for router in PAGES
        for route in router.routes
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods
    }
    return sorted(way for way in ways - _NO_PAGES if not way.endswith(_FILES))


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _samples(crowd: Crowd) -> dict[str, str]:
    """By the name that it has in addresses."""
    now = crowd.town.clock.now()
    with crowd.database.read() as connection:
        ahead = broadcasts.broadcasts(connection, Timespan(now, now.replace(hour=23)))
        (incident, *_) = incident_list.page(connection, IncidentsAsked(open=True), 0, 1)
        found = people.by_username(connection, PERSON)
    assert found is not None
    return {
        "device": crowd.devices[0],
        "camera": crowd.cameras[0],
        "occurrence": ahead[0].id,
        "programme": ahead[0].programme,
        "incident": str(incident.id),
        "account": found[0].id,
        "area": crowd.places[0],
    }

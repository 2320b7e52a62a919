"""What happens reaches whoever looks on at once: by an event, not by asking again."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from controller.happenings import Kind
from controller.store.states import Step
from controller.town import Town
from controller.web.server import WebServer, listen
from schedules.programme import AreaId
from schedules.recurrence import Recurrence

ASSETS = Path(__file__).parents[2] / "controller/web/assets/scripts/live.ts"


@contextmanager
def looking_on(town: Town, cookie: str) -> Iterator[http.client.HTTPResponse]:
    """The stream of events, as a browser holds it open, after its greeting."""
    listener = listen("127.0.0.1", 0)
    server = WebServer(town.app.site, listener)
    server.start()
    host, port = listener.getsockname()[:2]
    try:
        with closing(http.client.HTTPConnection(host, port, timeout=10)) as line:
            line.request("GET", "/api/v1/events", headers={"Cookie": f"loa_session={cookie}"})
            stream = line.getresponse()
            assert stream.status == 200
            assert stream.readline() == b": here\n"
            with closing(stream):
                yield stream
    finally:
        server.stop()


def next_event(stream: http.client.HTTPResponse) -> str:
    """The kind of the next event; a sign of life in between means that something waited."""
    while (line := stream.readline().decode().strip()) == "":
        pass
    assert line.startswith("event: "), line
    stream.readline()
    return line.removeprefix("event: ")


def test_each_change_is_told_before_anything_else_and_the_page_then_shows_it(commune: Town, hoa: Any) -> None:
    with looking_on(commune, hoa.http.cookies["loa_session"]) as stream:
        soon = commune.clock.now() + timedelta(hours=1)
        programme = commune.broadcast("Mời bà con họp.", (AreaId("thon-1"),), Recurrence.once(soon))
        assert [next_event(stream), next_event(stream)] == ["programme", "programme"], "submitted, approved"
        assert "Mời bà con họp." not in hoa.get("/")
        commune.app.answer()
        assert next_event(stream) == "plan"
        assert "0/2 sẵn sàng" in hoa.get("/"), "what was told is in the rows already"
        commune.run_for(timedelta(seconds=5))
        assert next_event(stream) == "ready"
        assert "2/2 sẵn sàng" in hoa.get("/")
        commune.app.services.approval.take(programme, Step.WITHDRAW, commune.editor)
        told = {next_event(stream) for _ in range(2)}
        assert told <= {"ready", "programme"}


def test_pages_listen_to_every_kind_of_thing_that_can_happen_and_wait_for_less_than_a_second() -> None:
    script = ASSETS.read_text()
    (kinds,) = re.findall(r"const KINDS = \[(.*?)\]", script)
    assert {kind.value for kind in Kind} == set(re.findall(r'"([a-z]+)"', kinds))
    (calm,) = re.findall(r"const CALM_MS = (\d+);", script)
    assert int(calm) <= 700, "the rest of the second is for the way there and back"

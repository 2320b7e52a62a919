"""An administrator says in a browser who is told of what, tries it, and changes it; addresses are never shown again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from controller.store import notices
from controller.store.channels import Channel, Wish
from controller.store.people import Role
from controller.store.troubles import Severity
from controller.town import Town

Visit = Callable[..., Any]


class Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a program takes what it is sent."""
    server = HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret-path"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def _admin(commune: Town) -> None:
    commune.app.access.add_account("quan", "Quan", "mật khẩu đủ dài", frozenset({Role.ADMINISTRATOR}))


@pytest.fixture
def quan(_admin: None, visit: Visit) -> Any:
    return visit("quan")


def kept(town: Town, name: str) -> Channel | None:
    with town.app.database.read() as connection:
        return notices.channel(connection, name)


def form(address: str, **changed: object) -> dict[str, object]:
    said = {"kind": "webhook", "name": "Ủy ban", "address": address, "local": "yes", "wants": ["incidents"]}
    return {**said, "least": "warning", "turn": "1", "quiet": "22:00-05:00", **changed}


def test_a_channel_is_added_tried_changed_and_removed(commune: Town, quan: Any, address: str) -> None:
    page = quan.post("/channels", form(address, id="ubnd")).text
    assert "whsec_" in page
    made = kept(commune, "ubnd")
    assert made is not None
    assert (made.wants, made.least, made.turn, made.local) == ({Wish.INCIDENTS}, Severity.WARNING, 1, True)
    assert "Bên nhận đã nhận." in quan.post("/channels/ubnd/test").text
    quan.post("/channels/ubnd", form("", wants=[], quiet="", local=""))
    changed = kept(commune, "ubnd")
    assert changed is not None
    assert (changed.address, changed.wants, changed.quiet) == (address, frozenset(), None)
    shown = quan.get("/channels/ubnd") + quan.get("/channels")
    assert "secret-path" not in shown
    assert made.secret not in shown
    quan.post("/channels/ubnd/remove")
    assert kept(commune, "ubnd") is None


def test_whoever_cannot_be_reached_is_said_so(quan: Any) -> None:
    quan.post("/channels", form("http://127.0.0.1:9/", id="xa-kia"))
    assert "Bên nhận không nhận" in quan.post("/channels/xa-kia/test").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": "Không được"}, "id"),
        ({"address": "ftp://x"}, "address"),
        ({"quiet": "25:00-05:00"}, "quiet"),
        ({"quiet": "22:00-22:00"}, "quiet"),
        ({"wants": ["everything"]}, "wants"),
    ],
)
def test_what_cannot_be_used_is_explained_and_what_was_typed_is_kept(
    commune: Town, quan: Any, address: str, changed: dict[str, object], field: str
) -> None:
    page = quan.post("/channels", {**form(address, id="khac"), **changed}, expect=422).text
    assert f'id="{field}-error"' in page
    assert 'value="Ủy ban"' in page
    assert kept(commune, "khac") is None


def test_only_an_administrator_sees_who_is_told(visit: Visit) -> None:
    assert visit("hoa").http.get("/channels").status_code == 403

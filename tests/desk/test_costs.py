"""What the controller asks of its database does not grow with the commune, but where it must."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from controller.bench.pages import measure_pages
from controller.store import fleet
from controller.store.counting import counting
from controller.town import Town


def test_telling_every_loudspeaker_reads_cameras_areas_and_quiet_hours_once(commune: Town) -> None:
    us = commune.app.services
    for device in commune.horns:
        us.configuration.change(device, name=f"{device} mới")
    with commune.app.database.write() as connection:
        for device in commune.horns:
            found = fleet.find(connection, device)
            assert found is not None
            fleet.configured(connection, device, found.config_serial, "told something else before")
    with counting(commune.app.database) as count:
        assert len(us.configuration.refresh()) == len(commune.horns)
    for table in ("cameras", "areas", "calendar_entries"):
        assert sum(f"FROM {table}" in said for said in count.said) < len(commune.horns), table


def test_the_first_load_is_small_lasts_and_asks_nobody_else(commune: Town, visit: Callable[..., Any]) -> None:
    """150 kB, compressed, for the login, the first page and all that they ask for."""
    asked, waiting = dict[str, int](), ["/login", "/"]
    browser = {"/login": visit().http, "/": visit("hoa").http}
    while waiting:
        path = waiting.pop()
        http = browser.get(path, browser["/"])
        with http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            body = b"".join(answer.iter_raw())
            assert answer.status_code == 200, path
        asked[path] = len(body)
        if path.startswith("/assets/"):
            assert "immutable" in answer.headers["cache-control"], path
        if path.endswith(".png"):
            continue
        packed = answer.headers.get("content-encoding") == "gzip"
        assert packed or len(body) < 1000, f"{path} travels as it is"
        text = gzip.decompress(body).decode() if packed else body.decode()
        if "html" in answer.headers["content-type"]:
            found = re.findall(r'<(?:link|script|img|use)\b[^>]* (?:href|src)="([^"#]+)', text)
            assert all(one.startswith("/") for one in found)
            waiting += sorted({*found} - asked.keys() - {*waiting})
    assert {Path(path).suffix for path in asked} >= {"", ".js", ".css", ".svg"}
    assert sum(asked.values()) <= 150_000, asked


@pytest.mark.long
def test_a_page_asks_no_more_of_the_database_when_there_are_more_loudspeakers(tmp_path: Path) -> None:
    def statements(devices: int, cameras: int) -> dict[str, int]:
        measured = measure_pages(devices, cameras, 1, tmp_path / str(devices), hours=(5, 17))
        return {
            re.sub(r"/([a-z]-[0-9a-f]{6,}|[a-z]?-?\d[\w-]*)", "/…", page.path): page.statements
            for page in measured.pages
        }

    few, many = statements(20, 9), statements(300, 90)
    assert len(few) > 40
    assert {path: (few[path], many[path]) for path in few if many[path] > few[path]} == {}

"""`loa alert send FILE --url URL --key KEY`, against the real web server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from controller.__main__ import main
from controller.store.alert_sources import Source, SourceKind
from controller.store.alerts import SourceId
from controller.town import Town
from controller.town.warnings import WarningService, believe
from controller.web.server import WebServer, address_of, listen
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=COMMUNE_ZONE)
VILLAGES = {AreaId("thon-1"): 1}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path / "town", NOON, villages=VILLAGES) as built:
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture
def service(town: Town) -> WarningService:
    us = town.app.services
    return believe(us.warnings.office, us.database, town.clock, VILLAGES)


@pytest.fixture
def url(town: Town) -> Iterator[str]:
    listener = listen("127.0.0.1", 0)
    server = WebServer(town.app.site, listener)
    server.start()
    yield address_of(listener)
    server.stop()


def key_of_a_source(town: Town) -> str:
    source = Source(SourceId("tinh"), SourceKind.POST, "Tỉnh", town.clock.now())
    return town.app.services.warnings.sources.add(source)


def test_a_file_that_is_handed_in_sounds_and_one_that_came_before_says_so(
    town: Town, service: WarningService, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "message.xml").write_bytes(service.signed(service.write("A1")))
    (tmp_path / "key").write_text(key_of_a_source(town) + "\n", encoding="ascii")
    sending = ["alert", "send", str(tmp_path / "message.xml"), "--url", url, "--key", f"@{tmp_path / 'key'}"]
    assert main([*sending, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert (json.loads(line)["verdict"], json.loads(line)["again"]) == ("speak", False)
    assert main(sending) == 0
    assert "as it had before" in capsys.readouterr().out
    town.run_for(timedelta(minutes=1))
    assert town.horns[DeviceId("loa-thon-1-1")].sounded


def test_a_key_that_no_source_has_and_a_file_that_cannot_be_read_are_refused_with_the_controllers_words(
    town: Town, service: WarningService, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(service.signed(service.write("A1")))
    assert main(["alert", "send", str(file), "--url", url, "--key", "guessed"]) == 1
    assert "401" in capsys.readouterr().err
    file.write_bytes(b"<alert")
    assert main(["alert", "send", str(file), "--url", url, "--key", key_of_a_source(town)]) == 1
    error = capsys.readouterr().err
    assert "refuses" in error and error.count("\n") == 1


def test_nobody_there_and_somebody_else_there_are_told_apart(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(b"<alert/>")
    gone = listen("127.0.0.1", 0)
    address = address_of(gone)
    gone.close()
    assert main(["alert", "send", str(file), "--url", address, "--key", "k"]) == 1
    assert "cannot be reached" in capsys.readouterr().err
    assert main(["alert", "send", str(file), "--url", f"{url}/nowhere", "--key", "k"]) == 1
    assert capsys.readouterr().err.count("\n") == 1

"""The console over HTTPS under the site's own authority: devices join and fetch there, and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from controller.fleet.certificates import AUTHORITY, server_files
from controller.town import Town
from controller.web.server import WebServer, address_of, listen
from devices.agent.enrolment import enrol
from devices.agent.errors import BadSettings, ControllerAway
from devices.agent.fetch import FetchFailed
from devices.agent.http_fetch import HttpFetch, http_client
from devices.agent.workers import Workers
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId, Sha256, Sound
from schedules.timespan import COMMUNE_ZONE

NOW = datetime.now(UTC)
NOTHING = Sound(Sha256(hashlib.sha256(b"").hexdigest()), 1.0, 10)


class Console:
    def __init__(self, folder: Path) -> None:
        self.town = Town(folder, datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE), villages={AreaId("thon-1"): 1})
        home = self.town.app.settings.folder
        files, _ = server_files(home, "town", ("127.0.0.1",), NOW)
        listener = listen("127.0.0.1", 0)
        self.url = address_of(listener, "https")
        self.authority = (home / AUTHORITY).read_text()
        self.web = WebServer(self.town.app.site, listener, (files.certificate, files.key))
        self.web.start()

    def code(self, name: str) -> str:
        return self.town.app.services.enrolment.invite(DeviceId(name), AreaId("thon-1"), "")[0]

    def close(self) -> None:
        self.web.stop()
        self.town.close()


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    made = Console(tmp_path_factory.mktemp("https"))
    yield made
    made.close()


def test_a_device_joins_a_controller_that_its_authority_vouches_for(console: Console, tmp_path: Path) -> None:
    joined = enrol(console.url, console.code("loa-https"), tmp_path, authority=console.authority)
    assert joined.device == "loa-https"
    workers = Workers("downloads", 1)
    with http_client(console.authority) as client:
        fetch = HttpFetch(console.url, joined.audio_token, client=client, workers=workers, express=workers)
        with pytest.raises(FetchFailed, match="404"):
            fetch.pull(NOTHING, tmp_path / "part")
    workers.close()


def test_a_code_is_shown_to_nobody_else(console: Console, tmp_path: Path) -> None:
    server_files(tmp_path / "thief", "town", ("127.0.0.1",), NOW)
    foreign = (tmp_path / "thief" / AUTHORITY).read_text()
    code = console.code("loa-careful")
    for authority in (foreign, ""):
        with pytest.raises(ControllerAway):
            enrol(console.url, code, tmp_path / "home", authority=authority)
    with pytest.raises(BadSettings):
        enrol(console.url, code, tmp_path / "home", authority="no certificate")
    assert enrol(console.url, code, tmp_path / "home", authority=console.authority).device == "loa-careful"


def test_plain_http_is_not_answered(console: Console) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.get(console.url.replace("https", "http") + "/healthz", trust_env=False)

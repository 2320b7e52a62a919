"""A controller whose broker is an EMQX: who may come in, who no longer, and how the command sets it all up."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from cryptography import x509
from fastapi.testclient import TestClient

from controller.__main__ import main
from controller.connected import on_broker
from controller.fleet.broker import access
from controller.fleet.broker.access import Principal
from controller.fleet.broker.embedded import Accounts, EmbeddedBroker
from controller.fleet.broker.emqx import EmqxBroker
from controller.fleet.broker.errors import BadBrokerUrl
from controller.running import Running
from controller.settings import Settings
from controller.store import areas, fleet, incident_list
from controller.store.areas import Area, AreaKind
from controller.store.fleet import Device
from controller.store.incident_list import IncidentsAsked
from controller.store.troubles import TroubleKind
from controller.web.server import WebServer, address_of, listen
from devices.agent.enrolment import enrol
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.settings import MqttSettings
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceChannel, DeviceId, OutsideKind, SiteId, Topics
from schedules.programme import AreaId

KEY = "k" * 40
ADMIT = "/api/v1/broker/admit"


class PretendApi(BaseHTTPRequestHandler):
    """What of EMQX's REST API ends connections: it knows one connection of an account, by another client id."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self._answer(200, {"data": [{"clientid": "of loa-01"}], "meta": {"count": 1}})

    def do_DELETE(self) -> None:
        self._answer(204, None)

    def _answer(self, status: int, body: object) -> None:
        authorised = self.headers["authorization"] == "Basic " + base64.b64encode(b"key:s@cret").decode()
        self.asked.append((self.command, self.path))
        content = json.dumps(body).encode() if body and authorised else b""
        self.send_response(status if authorised else 401)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[str]:
    PretendApi.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), PretendApi)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://key:s%40cret@127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Site:
    """A controller on an EMQX, and what EMQX asks it."""

    def __init__(self, folder: Path, api: str) -> None:
        self.broker = EmqxBroker("mqtts://broker.invalid", api=api)
        settings = Settings(folder=folder, emqx_key=KEY, mqtt_url="mqtts://broker.invalid")
        self.app = on_broker(self.broker, settings, SystemClock())
        self.http = TestClient(self.app.site, raise_server_exceptions=False)
        with self.app.database.write() as connection:
            areas.add(connection, Area(AreaId("thon-1"), None, AreaKind.VILLAGE, "Thôn 1"))

    def asks(self, username: str, password: str, client_id: str, key: str = KEY) -> Any:
        body = {"username": username, "password": password, "clientid": client_id}
        return self.http.post(ADMIT, json=body, headers={"authorization": f"Bearer {key}"})

    def lets_in(self, username: str, password: str, client_id: str) -> bool:
        answer = self.asks(username, password, client_id)
        assert answer.status_code == 200
        assert answer.json()["is_superuser"] is False
        return bool(answer.json()["result"] == "allow")

    def joins(self, name: str) -> str:
        code, _ = self.app.services.enrolment.invite(DeviceId(name), AreaId("thon-1"), name)
        return self._enrols(code)

    def joins_again(self, name: str) -> str:
        return self._enrols(self.app.services.enrolment.invite_again(DeviceId(name))[0])

    def _enrols(self, code: str) -> str:
        return self.app.services.enrolment.enrol(code, SigningKey.generate().public.text).mqtt_password


@pytest.fixture
def site(tmp_path: Path, api: str) -> Iterator[Site]:
    built = Site(tmp_path, api)
    yield built
    built.app.close()


def test_a_device_comes_in_with_its_own_password_under_its_own_name_alone(site: Site) -> None:
    one, two = site.joins("loa-01"), site.joins("loa-02")
    assert site.lets_in("loa-01", one, "loa-01")
    assert not site.lets_in("loa-01", two, "loa-01")
    assert not site.lets_in("loa-01", one, "loa-02")
    assert not site.lets_in("loa-01", "", "loa-01")
    assert not site.lets_in("loa-03", one, "loa-03")
    assert not site.lets_in("", "", "")


def test_who_is_shut_out_comes_in_no_more_and_is_cut_off(site: Site) -> None:
    password, other = site.joins("loa-01"), site.joins("loa-02")
    site.app.services.enrolment.shut_out(DeviceId("loa-01"))
    assert not site.lets_in("loa-01", password, "loa-01")
    assert site.lets_in("loa-02", other, "loa-02")
    assert PretendApi.asked == [
        ("GET", "/api/v5/clients?username=loa-01&limit=1000"),
        ("DELETE", "/api/v5/clients/of%20loa-01"),
    ]


def test_who_joins_again_comes_in_with_the_new_password_alone(site: Site) -> None:
    old = site.joins("loa-01")
    new = site.joins_again("loa-01")
    assert not site.lets_in("loa-01", old, "loa-01")
    assert site.lets_in("loa-01", new, "loa-01")
    assert ("DELETE", "/api/v5/clients/of%20loa-01") in PretendApi.asked


def test_a_device_is_shut_out_although_emqx_does_not_answer(tmp_path: Path) -> None:
    site = Site(tmp_path, "http://key:secret@127.0.0.1:9")
    password = site.joins("loa-01")
    site.app.services.enrolment.shut_out(DeviceId("loa-01"))
    assert not site.lets_in("loa-01", password, "loa-01")
    site.app.close()


def test_joining_comes_to_nothing_as_a_whole(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account at the broker is part of the same transaction."""
    code, _ = site.app.services.enrolment.invite(DeviceId("loa-01"), AreaId("thon-1"), "loa-01")
    with pytest.raises(RuntimeError), site.app.database.write():
        password = site._enrols(code)
        raise RuntimeError("the power fails")
    assert not site.lets_in("loa-01", password, "loa-01")
    assert site.lets_in("loa-01", site._enrols(code), "loa-01")


def test_a_source_comes_in_under_any_name_that_is_nobodys(site: Site) -> None:
    site.joins("loa-01")
    site.app.warnings.sources.door.let_in(OutsideKind.SOURCE, "kttv", "geheim")
    assert site.asks("source.kttv", "geheim", "any").json() == {
        "result": "allow",
        "is_superuser": False,
        "client_attrs": {"name": "kttv"},
    }
    assert not site.lets_in("source.kttv", "geheim", "loa-01")
    assert not site.lets_in("source.kttv", "geheim", "loa.controller")


def test_the_controller_and_the_stop_account_have_theirs(site: Site) -> None:
    from controller.fleet.broker.access import STOPPER, stop_password
    from controller.fleet.keys import site_key

    assert site.lets_in(STOPPER, stop_password(site_key(site.app.settings.folder)), "anything")
    assert not site.lets_in("loa.controller", "", "loa.controller")


def test_only_the_broker_is_answered_and_who_tries_keys_is_told_of(site: Site) -> None:
    password = site.joins("loa-01")
    answers = [site.asks("loa-01", password, "loa-01", key=f"wrong {number}").status_code for number in range(15)]
    assert set(answers[:10]) == {401}
    assert set(answers[10:]) == {429}
    assert site.http.post(ADMIT, json={}).status_code == 429
    assert site.lets_in("loa-01", password, "loa-01")
    with site.app.database.read() as connection:
        found = incident_list.asked(connection, IncidentsAsked(open=True))
    assert [(one.kind, one.reason) for one in found] == [(TroubleKind.HIJACK_TRY, "bad-broker-login")]


def test_without_a_key_no_broker_is_answered(tmp_path: Path) -> None:
    app = on_broker(EmqxBroker("mqtts://broker.invalid"), Settings(folder=tmp_path), SystemClock())
    http = TestClient(app.site, raise_server_exceptions=False)
    for headers in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer x"}):
        assert http.post(ADMIT, json={}, headers=headers).status_code == 401
    app.close()


@pytest.mark.parametrize("api", ["http://host:18083", "ftp://a:b@host", "http://a@host", "http://a:b@host:port", "x"])
def test_an_address_of_the_api_that_cannot_be_is_said(api: str) -> None:
    with pytest.raises(BadBrokerUrl):
        EmqxBroker("mqtts://broker.invalid", api=api)


def test_the_command_prints_all_that_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOA_FOLDER", str(tmp_path))
    monkeypatch.setenv("LOA_MQTT_URL", "mqtts://broker.xa.vn:8883")
    monkeypatch.setenv("LOA_PUBLIC_URL", "http://10.0.0.2:8080")
    assert main(["emqx"]) == 0
    text = capsys.readouterr().out
    proposed = text.split("LOA_EMQX_KEY=")[1].split()[0]
    assert f'"Bearer {proposed}"' in text
    assert len(proposed) >= 40
    assert "http://10.0.0.2:8080/api/v1/broker/admit" in text
    assert "{deny, all}." in text
    assert "DELETE http://broker.xa.vn:18083/api/v5/clients/DEVICE" in text
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("LOA_EMQX_KEY", KEY)
    assert main(["emqx"]) == 0
    assert f'"Bearer {KEY}"' in capsys.readouterr().out


def test_the_command_writes_files_that_nobody_else_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOA_FOLDER", str(tmp_path / "data"))
    to = tmp_path / "emqx"
    assert main(["emqx", "--to", str(to)]) == 2
    assert "--host" in capsys.readouterr().err
    assert main(["emqx", "--to", str(to), "--host", "broker.xa.vn", "--host", "10.0.0.3"]) == 0
    assert sorted(file.name for file in to.iterdir()) == ["acl.conf", "cacert.pem", "cert.pem", "key.pem", "loa.conf"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in to.iterdir())
    authority = x509.load_pem_x509_certificate((to / "cacert.pem").read_bytes())
    certificate = x509.load_pem_x509_certificate((to / "cert.pem").read_bytes())
    certificate.verify_directly_issued_by(authority)
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(one.value) for one in named} == {"broker.xa.vn", "10.0.0.3"}
    assert not (tmp_path / "data" / "server.pem").exists()


class Asking(Accounts):
    """What an EMQX does with a connection, in the embedded broker's place for accounts: it asks the controller. What
    each may say and hear it has from the principals; that the printed rules say the same is proven elsewhere."""

    def __init__(self, topics: Topics) -> None:
        super().__init__()
        self.url = ""
        self._topics = topics

    def principal(self, username: str | None, password: str | None) -> Principal | None:
        name = username or ""
        own = access.controller(self._topics)
        principal = own if name == own.username else access.device(self._topics, DeviceId(name))
        self.by_name[name] = principal, password or ""
        return principal

    def may_use(self, client_id: str | None, principal: Principal) -> bool:
        comer = {"username": principal.username, "password": self.by_name[principal.username][1], "clientid": client_id}
        headers = {"authorization": f"Bearer {KEY}"}
        try:
            answer = httpx.post(self.url + ADMIT, json=comer, headers=headers, trust_env=False, timeout=10.0)
        except httpx.HTTPError:
            return False
        return bool(answer.json()["result"] == "allow")


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("waited too long")


def test_controller_and_loudspeaker_meet_on_a_broker_that_asks(tmp_path: Path) -> None:
    """The controller itself comes in as soon as its console answers; who is shut out does not come back."""
    clock, stand_in = SystemClock(), EmbeddedBroker()
    asking = Asking(Topics(SiteId("thu")))
    stand_in._accounts = asking
    stand_in.start()
    broker = EmqxBroker(f"mqtt://127.0.0.1:{stand_in.address.port}")
    app = on_broker(broker, Settings(site=SiteId("thu"), folder=tmp_path, emqx_key=KEY), clock)
    with ExitStack() as stack:
        stack.callback(stand_in.stop)
        stack.enter_context(Running(app))
        listener = listen("127.0.0.1", 0)
        asking.url = address_of(listener)
        web = WebServer(app.site, listener)
        web.start()
        stack.callback(web.stop)
        wait_until(lambda: app.link.connected)
        with app.database.write() as connection:
            areas.add(connection, Area(AreaId("thon-1"), None, AreaKind.VILLAGE, "Thôn 1"))
        code, _ = app.services.enrolment.invite(DeviceId("loa-01"), AreaId("thon-1"), "")
        account = enrol(asking.url, code, tmp_path / "device").mqtt
        heard: list[str] = []

        def device() -> MqttLink:
            own = MqttSettings(
                account.host, account.port, "loa-01", account.username, account.password, keep_session=False
            )
            link = MqttLink(own, lambda message: heard.append(message.topic), clock=clock)
            link.subscribe(app.topics.device(DeviceId("loa-01"), DeviceChannel.CONFIG))
            link.start()
            stack.callback(link.abandon)
            return link

        first = device()
        wait_until(lambda: bool(heard))
        first.abandon()
        app.services.enrolment.shut_out(DeviceId("loa-01"))
        second = device()
        wait_until(lambda: "refused" in second.trouble)
        assert not second.connected


def test_a_device_that_an_earlier_version_let_in_may_say_at_the_next_start_what_it_may_now(tmp_path: Path) -> None:
    broker, settings, clock = EmbeddedBroker(), Settings(site=SiteId("thu"), folder=tmp_path), SystemClock()
    broker.start()
    topics, name = Topics(settings.site), DeviceId("loa-01")
    earlier = access.device(topics, name)
    with ExitStack() as stack:
        stack.callback(broker.stop)
        app = on_broker(broker, settings, clock)
        with app.database.write() as connection:
            areas.add(connection, Area(AreaId("thon-1"), None, AreaKind.VILLAGE, "Thôn 1"))
            fleet.add(connection, Device(name, AreaId("thon-1"), "Loa 1", "key", 1), "token", clock.now())
        app.close()
        broker.allow(Principal(earlier.username, earlier.speaks[:1], earlier.hears, earlier.client_id), "its own")
        broker.allow(access.observer(), "anybody's")
        stack.callback(on_broker(broker, settings, clock).close)
        heard: list[str] = []
        for account, password in ((access.observer(), "anybody's"), (earlier, "its own")):
            who = MqttSettings("127.0.0.1", broker.address.port, account.username, account.username, password)
            link = MqttLink(who, lambda message: heard.append(message.topic), clock=clock)
            if account.hears == (access.EVERYTHING,):
                link.subscribe(access.EVERYTHING)
            link.start()
            stack.callback(link.stop)
        give_up, said = time.monotonic() + 10, topics.device(name, DeviceChannel.HEALTH)
        while said not in heard:
            link.publish(said, b"well")
            assert time.monotonic() < give_up
            time.sleep(0.02)

"""Each person is told at addresses and in browsers of their own, of what that person may know; a stand-in for the push
service of a browser's maker receives what is pushed, and opens it with the browser's key."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from controller.notifying.push import Browser
from controller.store import notices, people
from controller.store.channels import Channel, ChannelKind, News, What, Wish
from controller.store.people import Account, Grant, Role
from controller.store.states import Step
from controller.town import Town
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import COMMUNE_ZONE

Visit = Callable[..., Any]
CONTACT = "mailto:xa@example.vn"
MAIL = "mailto://nguoi:bi-mat@example.com"


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


@dataclass
class Phone:
    """A browser that can be told, and the push service of its maker; it answers with `status`."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    url: str = ""
    status: int = 201
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def browser(self, endpoint: str = "") -> Browser:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Browser(endpoint or f"{self.url}/send/1", text(point), text(self.auth))

    def opened(self) -> list[dict[str, str]]:
        bodies = (body for _, body in self.taken)
        return [json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth)) for body in bodies]


@pytest.fixture
def phone() -> Iterator[Phone]:
    made = Phone()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module", autouse=True)
def _switched_on() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LOA_PUSH_CONTACT", CONTACT)
        yield


@pytest.fixture(scope="module", autouse=True)
def _people(_switched_on: None, commune: Town) -> None:
    add, approver = commune.app.access.add_account, Role.APPROVER
    add("quan", "Quân", "mật khẩu đủ dài", frozenset({Role.ADMINISTRATOR}))
    add("mot", "Một", "mật khẩu đủ dài", frozenset(), frozenset({Grant(approver, AreaId("thon-1"))}))
    add("ba", "Ba", "mật khẩu đủ dài", frozenset(), frozenset({Grant(approver, AreaId("thon-3"))}))


def account(town: Town, username: str) -> Account:
    with town.app.database.read() as connection:
        found = people.by_username(connection, username)
    assert found is not None
    return found[0]


@pytest.fixture
def carry(commune: Town, phone: Phone) -> Iterator[Callable[[str], Channel]]:
    """Puts the phone into somebody's pocket, by name; every channel goes when the test is over."""

    def put(username: str) -> Channel:
        browser = phone.browser()
        wants = frozenset({Wish.APPROVAL, Wish.DECISION, Wish.INCIDENTS})
        owner = account(commune, username).id
        made = Channel(browser.name, ChannelKind.PUSH, browser.address, wants=wants, local=True, account=owner)
        with commune.app.database.write() as connection:
            notices.put_channel(connection, made, commune.clock.now())
        return made

    yield put
    with commune.app.database.write() as connection:
        for username in ("hoa", "binh", "ca", "mot", "ba", "quan"):
            for one in notices.channels(connection, account(commune, username).id):
                notices.remove_channel(connection, one.id, commune.clock.now())


def submit(town: Town, browser: Any, **form: object) -> ProgrammeId:
    """Somebody writes a bulletin, which hands it in; whoever is to be told is told."""
    programme = ProgrammeId(browser.write(**form).rpartition("/")[2])
    town.app.sending.send()
    return programme


def test_an_approver_s_phone_shows_what_waits_and_nobody_between_can_read_it(
    commune: Town, carry: Callable[[str], Channel], phone: Phone, visit: Visit
) -> None:
    carry("binh")
    programme = submit(commune, visit("hoa"), text="Mời bà con đi họp lúc 19 giờ.")
    (said,) = phone.opened()
    assert said["title"].startswith("Chờ duyệt: ")
    assert said["about"] == f"/programmes/{programme}"
    assert "Thôn 2" in said["text"]
    ((headers, body),) = phone.taken
    assert b"duy" not in body
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "normal")
    assert int(headers["ttl"]) > 0
    scheme, token, key = headers["authorization"].replace(",", "").split()
    assert (scheme, key) == ("vapid", f"k={commune.app.sending.push_key}")
    point = raw(key.removeprefix("k="))
    signer = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": text(point[1:33]), "y": text(point[33:])})
    claims = jwt.decode(token.removeprefix("t="), signer).claims
    assert (claims["aud"], claims["sub"]) == (phone.url, CONTACT)
    assert 0 < claims["exp"] - commune.clock.now().timestamp() <= 86_400


def test_whoever_may_not_approve_there_is_told_nothing(
    commune: Town, carry: Callable[[str], Channel], phone: Phone, visit: Visit
) -> None:
    for username, told in (("mot", 0), ("hoa", 0), ("ca", 0), ("ba", 1)):
        carry(username)
        submit(commune, visit("ca"), areas=["thon-3"])
        assert len(phone.taken) == told, username


def test_an_author_s_phone_shows_what_was_decided_and_nobody_else_s_does(
    commune: Town, carry: Callable[[str], Channel], phone: Phone, visit: Visit
) -> None:
    approval, binh = commune.app.services.approval, account(commune, "binh")
    carry("hoa")
    programme = submit(commune, visit("hoa"))
    approval.take(programme, Step.RETURN, binh, "Sai giờ họp.")
    commune.app.sending.send()
    carry("ca")
    approval.take(programme, Step.SUBMIT, account(commune, "hoa"))
    approval.take(programme, Step.APPROVE, binh)
    commune.app.sending.send()
    said = [one["title"].partition(":")[0] + "|" + one["text"] for one in phone.opened()]
    assert said[0] == "Trả lại|Binh trả lại: Sai giờ họp."
    assert [one.partition("|")[0] for one in said[1:]] == ["Chờ duyệt"]


def test_a_browser_that_is_gone_is_forgotten(commune: Town, carry: Callable[[str], Channel], phone: Phone) -> None:
    one, phone.status = carry("binh"), 410
    assert commune.app.sending.test(one.id)
    with commune.app.database.read() as connection:
        assert notices.channel(connection, one.id) is None


def test_a_browser_is_told_until_somebody_logs_out_of_it(commune: Town, phone: Phone, visit: Visit) -> None:
    first = visit()
    first.log_in("binh")
    given = phone.browser("https://push.example.net/a/b")
    body = {"endpoint": given.endpoint, "keys": {"p256dh": given.p256dh, "auth": given.auth}}
    assert first.http.get("/api/v1/me/push").json() == {"key": commune.app.sending.push_key}
    for _ in range(2):
        assert first.http.put("/api/v1/me/push", json=body).status_code == 200
    binh = account(commune, "binh").id
    with commune.app.database.read() as connection:
        (one,) = notices.channels(connection, binh)
    assert one.address == given.address
    assert "máy này" in first.get(f"/people/{binh}/channels")
    first.post("/logout")
    with commune.app.database.read() as connection:
        assert notices.channels(connection, binh) == ()


def test_whose_account_is_closed_is_told_nothing_any_more(commune: Town, phone: Phone, visit: Visit) -> None:
    commune.app.access.add_account("tam", "Tám", "mật khẩu đủ dài", frozenset({Role.APPROVER}))
    tam, given = account(commune, "tam").id, phone.browser("https://push.example.net/c")
    body = {"endpoint": given.endpoint, "keys": {"p256dh": given.p256dh, "auth": given.auth}}
    assert visit("tam").http.put("/api/v1/me/push", json=body).status_code == 200
    assert visit("quan").http.patch(f"/api/v1/accounts/{tam}", json={"closed": True}).status_code == 200
    with commune.app.database.read() as connection:
        assert notices.channels(connection, tam) == ()


@pytest.mark.parametrize(
    "endpoint", ["http://push.example.net/a", "https://user@push.example.net/", "ftp://x/", "https://", "no address"]
)
def test_nothing_but_what_a_browser_gives_away_is_kept(commune: Town, visit: Visit, endpoint: str) -> None:
    given = Phone().browser(endpoint)
    good = {"p256dh": given.p256dh, "auth": given.auth}
    for keys in (good, {**good, "p256dh": text(b"\x04" + bytes(64))}, {**good, "auth": "AAAA"}):
        answer = visit("binh").http.put("/api/v1/me/push", json={"endpoint": endpoint, "keys": keys})
        assert answer.status_code == 422
    with commune.app.database.read() as connection:
        assert notices.channels(connection, account(commune, "binh").id) == ()


def test_a_push_service_is_never_one_of_the_commune_s_own_machines(commune: Town, phone: Phone, visit: Visit) -> None:
    given = phone.browser(phone.url.replace("http", "https") + "/x")
    body = {"endpoint": given.endpoint, "keys": {"p256dh": given.p256dh, "auth": given.auth}}
    binh = visit("binh")
    name = binh.http.put("/api/v1/me/push", json=body).json()["id"]
    assert "private network" in binh.http.post(f"/api/v1/me/channels/{name}/test").json()["trouble"]
    assert phone.taken == []
    assert binh.http.delete("/api/v1/me/push").status_code == 204


@pytest.mark.long
def test_people_keep_their_own_addresses_and_an_administrator_those_of_others(commune: Town, visit: Visit) -> None:
    binh, quan, hoa = account(commune, "binh").id, visit("quan"), visit("hoa")
    mine = visit("binh")
    at = f"/people/{binh}/channels"
    form = {"name": "Thư của Bình", "address": MAIL, "wants": ["approval"], "quiet": "21:00-06:00", "digest": "06:30"}
    mine.post(at, {**form, "local": "yes"})
    with commune.app.database.read() as connection:
        (one,) = notices.channels(connection, binh)
    assert (one.address, one.local, one.digest, one.kind) == (MAIL, False, time(6, 30), ChannelKind.APPRISE)
    shown = mine.get(at) + mine.get(f"{at}/{one.id}") + quan.get(at)
    assert "Thư của Bình" in shown
    assert "bi-mat" not in shown
    quan.post(f"{at}/{one.id}", {**form, "address": "", "digest": "", "name": "Thư"})
    assert "Thư của Bình" not in quan.get("/channels")
    for path in (at, f"{at}/{one.id}"):
        assert hoa.http.get(path).status_code == 403
    assert hoa.http.post(f"{at}/{one.id}/remove").status_code == 403
    assert hoa.http.delete(f"/api/v1/me/channels/{one.id}").status_code == 404
    with commune.app.database.read() as connection:
        (changed,) = notices.channels(connection, binh)
    assert (changed.name, changed.address, changed.digest) == ("Thư", MAIL, None)
    mine.post(f"{at}/{one.id}/remove")


@pytest.mark.parametrize(("field", "given"), [("digest", "25:00"), ("quiet", "9-5"), ("address", "nothing")])
def test_what_cannot_be_used_is_explained_beside_its_field(commune: Town, visit: Visit, field: str, given: str) -> None:
    form = {"name": "Tôi", "address": MAIL, "wants": ["approval"], field: given}
    at = f"/people/{account(commune, 'binh').id}/channels"
    page = visit("binh").post(at, form, expect=422).text
    assert f'id="{field}-error"' in page
    assert 'value="Tôi"' in page


def test_what_is_not_urgent_comes_once_a_day_and_what_is_at_once() -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
    one = Channel("a", ChannelKind.APPRISE, MAIL, digest=time(7), quiet=(time(22), time(5)))
    news = News(What.INCIDENT, "incident:1", "Loa mất kết nối")
    assert one.when(news, now) == now.replace(hour=7) + timedelta(days=1)
    assert one.when(news, now.replace(hour=3)) == now.replace(hour=7)
    assert one.when(News(What.INCIDENT, "incident:1", "Cháy", urgent=True), now.replace(hour=3)) == now.replace(hour=3)


def test_without_a_word_in_the_settings_nobody_is_pushed(commune: Town, phone: Phone, tmp_path: Any) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("LOA_PUSH_CONTACT")
        with Town(tmp_path, commune.clock.now(), villages={AreaId("thon-1"): 1}) as town:
            assert town.app.sending.push_key == ""
            assert not (town.app.settings.folder / "push-key.pem").exists()
    assert (commune.app.settings.folder / "push-key.pem").stat().st_mode & 0o077 == 0

"""What attackers try on every website, tried on every address of this one."""

from __future__ import annotations

import io
import socket
import struct
import wave
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from controller.fetching import Unreachable, fetch
from controller.store.people import Role
from controller.town import Town
from controller.web.bodies import LITTLE
from controller.web.headers import SAFE
from tests.desk.test_permissions import OPEN, routes

PASSWORD = "mật khẩu đủ dài"
Visit = Callable[..., Any]
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}"
CAP = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>x-{mark}</identifier>
<sender>{text}</sender><sent>2026-11-23T08:00:00+07:00</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><language>vi-VN</language><category>Met</category><event>{text}</event>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty><headline>{text}</headline>
<description>{text}</description><web>javascript:alert(1)</web><area><areaDesc>{text}</areaDesc></area></info></alert>"""


@pytest.fixture(scope="module")
def quan(commune: Town) -> Iterator[str]:
    commune.app.access.add_account("quan", f"Quân {HOSTILE}", PASSWORD, frozenset({Role.ADMINISTRATOR}))
    yield "quan"


def pages(town: Town) -> list[str]:
    """Every page that has no id in its address."""
    return [
        one.path
        for one in routes(town)
        if one.methods & {"GET"}
        and not one.names
        and not one.path.startswith(("/api/", "/public/", "/healthz", "/login/oidc"))
    ]


@pytest.mark.long
def test_no_page_runs_what_people_or_warnings_say(commune: Town, visit: Visit, quan: str) -> None:
    browser = visit(quan)
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    taken = browser.http.post(
        "/api/v1/alerts/files", content=CAP.format(mark=1, text=escaped).encode(), headers={"Content-Type": "text/xml"}
    )
    assert taken.status_code == 200, taken.text
    api = browser.http
    api.post("/api/v1/areas", json={"id": "thon-x", "parent": "xa", "kind": "village", "name": HOSTILE})
    bulletin = api.post("/api/v1/bulletins", json={"title": HOSTILE, "text": f"Mời họp. {HOSTILE}"}).json()["id"]
    when = {"at": "2026-11-24T17:00:00+07:00"}
    body = {"bulletin": bulletin, "areas": ["thon-2"], "when": when}
    programme = api.post("/api/v1/programmes", json=body).json()["id"]
    api.post(f"/api/v1/programmes/{programme}/submit")
    api.put("/api/v1/lexicon", json={"written": "<script>x", "spoken": HOSTILE[:100], "note": HOSTILE})
    api.post("/api/v1/calendar", json={"kind": "maintenance", "name": HOSTILE[:80]})
    alert = taken.json()[0]["alert"]
    for path in [*pages(commune), f"/programmes/{programme}", f"/alerts/{alert}", f"/lexicon?written={HOSTILE}"]:
        answer = api.get(path)
        assert answer.status_code in (200, 422), (path, answer.text[:300])
        assert "<script>alert" not in answer.text, path
        assert "<img src=x" not in answer.text, path
        assert 'href="javascript:' not in answer.text, path
        assert "49" not in answer.text.partition(HOSTILE[-8:])[0][-3:], path


@pytest.mark.long
def test_no_answer_lets_a_script_of_others_run_or_another_site_frame_it(commune: Town, visit: Visit, quan: str) -> None:
    paths = [*pages(commune), "/nowhere", "/api/v1/me", "/api/v1/nothing", "/healthz", "/assets/none.js", "/audio/x"]
    for browser in (visit(), visit(quan)):
        for path in paths:
            answer = browser.http.get(path, follow_redirects=False)
            assert all(answer.headers.get(name) == value for name, value in SAFE.items()), path
            assert "unsafe" not in answer.headers["Content-Security-Policy"], path
    refused = visit().http.post("/login", content=b"x" * (LITTLE + 1))
    assert refused.status_code == 413
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.long
@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_address_that_changes_anything_takes_a_cookie_from_another_site(
    commune: Town, visit: Visit, quan: str, header: dict[str, str]
) -> None:
    browser = visit(quan)
    tried = 0
    for one in routes(commune):
        path = one.path.format_map(dict.fromkeys(one.names, "1"))
        for method in one.methods - {"GET", "HEAD", "OPTIONS"}:
            if one.path in OPEN and one.path not in ("/login", "/logout", "/welcome"):
                continue
            answer = browser.http.request(method, path, headers=header, follow_redirects=False)
            assert answer.status_code == 403, (method, path, answer.status_code)
            tried += 1
    assert tried > 60
    assert browser.http.get("/api/v1/me").status_code == 200, "nothing of it has logged the person out"


@pytest.mark.parametrize(
    "path",
    [
        "..%2f..%2floa.db",
        "%2e%2e/%2e%2e/secrets.key",
        "....//....//site-signing-key.pem",
        "/etc/passwd",
        "0" * 63 + "/",
        "a" * 64 + "%00.ogg",
        "%c0%ae%c0%ae%c0%af",
    ],
)
def test_no_path_leads_out_of_the_sounds_or_the_assets(visit: Visit, quan: str, path: str) -> None:
    for root in ("/audio/", "/assets/", "/assets/../"):
        answer = visit(quan).http.get(f"{root}{path}")
        assert answer.status_code in (307, 404), (root, path, answer.status_code)
        assert b"PRIVATE KEY" not in answer.content
        assert b"root:" not in answer.content


PRIVATE = [
    "127.0.0.1",
    "localhost",
    "10.1.2.3",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "[::1]",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "2130706433",
    "0x7f.1",
    "127.1",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_no_address_that_somebody_writes_leads_into_the_communes_own_network(host: str) -> None:
    with pytest.raises(Unreachable, match=r"private network|no address|not known"):
        fetch(f"http://{host}:9/", most_bytes=100, elapsed=lambda: 0.0)


def test_a_name_that_changes_its_meaning_is_reached_where_it_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    reached: list[str] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        fetch("http://rebinding.example/", most_bytes=100, elapsed=lambda: 0.0)
    assert reached == ["93.184.216.34"], "it is asked for once, and what was judged is what is connected"


def test_a_webhook_into_the_own_network_is_not_sent_unless_that_is_allowed(visit: Visit, quan: str) -> None:
    api = visit(quan).http
    for name, local, expected in (("inside", False, "private network"), ("allowed", True, "Connect")):
        new = {"id": name, "kind": "webhook", "address": "http://127.0.0.1:9/", "local": local}
        assert api.post("/api/v1/channels", json=new).status_code == 201
        assert expected in api.post(f"/api/v1/channels/{name}/test").json()["trouble"]


def bomb() -> bytes:
    """A WAV that says it lasts for a day, and does not."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 100)
    data = bytearray(kept.getvalue())
    data[4:8] = struct.pack("<I", 0xFFFFFF00)
    data[40:44] = struct.pack("<I", 0xFFFFFE00)
    return bytes(data)


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04" + b"\0" * 1000, b"\x1f\x8b\x08" + b"\0" * 1000, bomb(), b"#EXTM3U\nfile:///etc/passwd\n", b"<svg/>"],
    ids=["zip", "gzip", "endless", "playlist", "svg"],
)
def test_what_only_looks_like_a_recording_is_refused(hoa: Any, content: bytes) -> None:
    answer = hoa.http.post("/api/v1/recordings", files={"file": ("a.wav", content, "audio/wav")})
    assert answer.status_code == 422, answer.text


def test_whoever_is_not_logged_in_cannot_fill_the_disk(visit: Visit, hoa: Any) -> None:
    large = {"file": ("a.wav", b"\0" * (LITTLE + 1), "audio/wav")}
    assert visit().http.post("/api/v1/recordings", files=large).status_code == 413
    assert hoa.http.post("/api/v1/recordings", files=large).status_code == 422
    endless = (b"x" * 65536 for _ in range(1000))
    assert hoa.http.post("/api/v1/bulletins", content=endless).status_code == 413


def test_a_deeply_nested_body_is_a_mistake_of_the_sender(hoa: Any) -> None:
    nested = b'{"text":' * 50_000 + b"1" + b"}" * 50_000
    answer = hoa.http.post("/api/v1/bulletins", content=nested, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500

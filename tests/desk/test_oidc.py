"""The province's own log-in says who somebody is, to the right site and at the right moment; nothing else counts."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from controller.store.people import Role
from controller.town import Town
from controller.web.oidc import Oidc
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
PASSWORD = "mật khẩu đủ dài"
KEY, THEIRS = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})


@dataclass
class Provider:
    """A small OpenID provider; `said` is laid over the claims that it would rightly give."""

    url: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    challenge: str = ""
    nonce: str = ""

    def answer(self, path: str, form: dict[str, list[str]]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return {"issuer": self.url, **{name: f"{self.url}/{end}" for name, end in ends.items()}}
        if path == "/keys":
            return {"keys": [KEY.as_dict(private=False)]}
        verifier = form["code_verifier"][0].encode()
        proven = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if proven != self.challenge or form["code"] != ["right"]:
            return {"error": "invalid_grant"}
        now = int(NOW.timestamp())
        claims = {"iss": self.url, "aud": "loa", "sub": "42", "exp": now + 300, "iat": now, "nonce": self.nonce}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, {**claims, "preferred_username": "Lan", **self.said}, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def provider() -> Iterator[Provider]:
    here = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            said = json.dumps(here.answer(self.path, parse_qs(self.rfile.read(length).decode()))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def town(tmp_path: Path, provider: Provider) -> Iterator[Town]:
    with Town(tmp_path, NOW, villages={AreaId("thon-1"): 1}) as built:
        us = built.app.services
        settings = us.settings.model_copy(
            update={"oidc_issuer": provider.url, "oidc_client_id": "loa", "oidc_client_secret": SecretStr("s")}
        )
        # Services are frozen: whoever composes them sets up the provider.
        object.__setattr__(us, "oidc", Oidc(settings, us.database, built.clock, us.access.log_ins))
        us.access.accounts.add("lan", "Lan", frozenset({Role.APPROVER}))
        us.access.add_account("hoa", "Hoa", PASSWORD, frozenset({Role.EDITOR}))
        yield built


def begin(town: Town, provider: Provider) -> tuple[TestClient, str]:
    """A browser that was sent to the provider, and the state that goes along."""
    browser = TestClient(town.app.site, raise_server_exceptions=False)
    sent = browser.get("/login/oidc?next=/programmes", follow_redirects=False)
    assert sent.status_code == 303
    asked = {name: value[0] for name, value in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    assert sent.headers["location"].startswith(f"{provider.url}/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "loa")
    provider.challenge, provider.nonce = asked["code_challenge"], asked["nonce"]
    return browser, asked["state"]


def come_back(town: Town, provider: Provider, code: str = "right") -> Any:
    browser, state = begin(town, provider)
    return browser.get(f"/login/oidc/back?state={state}&code={code}")


def test_whoever_the_provider_knows_and_we_do_too_comes_in_where_they_wanted(town: Town, provider: Provider) -> None:
    assert "/login/oidc?next=" in TestClient(town.app.site).get("/login").text
    for _ in range(2):
        answer = come_back(town, provider)
        assert (answer.status_code, answer.url.path) == (200, "/programmes")
        provider.said = {"preferred_username": "a-new-name"}
    provider.said = {"sub": "43"}
    assert come_back(town, provider).status_code == 401, "another subject is another person, whatever the name"


@pytest.mark.parametrize(
    "said",
    [
        {"aud": "another-site"},
        {"iss": "https://evil.example"},
        {"nonce": "of-before"},
        {"exp": int((NOW - timedelta(hours=1)).timestamp())},
        {"sub": "7", "preferred_username": "hoa"},
        {"sub": "7", "preferred_username": "nobody"},
        {"sub": "7", "preferred_username": ""},
    ],
    ids=["audience", "issuer", "nonce", "expired", "has-a-password", "unknown", "nameless"],
)
@pytest.mark.long
def test_nothing_else_comes_in(town: Town, provider: Provider, said: dict[str, Any]) -> None:
    provider.said = said
    assert come_back(town, provider).status_code == 401


def test_neither_another_key_nor_a_wrong_code_or_state_comes_in(town: Town, provider: Provider) -> None:
    assert come_back(town, provider, code="wrong").status_code == 401
    browser, _ = begin(town, provider)
    assert browser.get("/login/oidc/back?state=forged&code=right").status_code == 401
    _, state = begin(town, provider)
    stranger = TestClient(town.app.site)
    assert stranger.get(f"/login/oidc/back?state={state}&code=right").status_code == 401
    browser, state = begin(town, provider)
    town.clock.advance_to(town.clock.now() + timedelta(minutes=11))
    assert browser.get(f"/login/oidc/back?state={state}&code=right").status_code == 401
    provider.key = THEIRS
    assert come_back(town, provider).status_code == 401


def test_where_there_is_no_provider_nothing_leads_there(commune: Town) -> None:
    browser = TestClient(commune.app.site)
    assert "/login/oidc" not in browser.get("/login").text
    assert browser.get("/login/oidc").status_code == 404

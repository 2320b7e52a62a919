"""Guessing takes ever longer, a stolen password is not enough, a link works once, a token does only its part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import ControllerError, NotLoggedIn, TooOften
from controller.store import incident_list, people
from controller.store.incident_list import IncidentsAsked
from controller.store.log_ins import LONG, SAME_ACCOUNT, SAME_ACCOUNT_AND_ADDRESS, SHORT
from controller.store.origin import Origin, coming_from
from controller.store.people import Grant, Role
from controller.store.troubles import TroubleKind
from controller.town import Town
from controller.web.second_factor import code_at, matching_step, recovery_digest, step_of
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
PASSWORD = "mật khẩu đủ dài"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NOW, villages={AreaId("thon-1"): 1}) as built:
        built.app.access.add_account("hoa", "Hoa", PASSWORD, frozenset({Role.EDITOR}))
        built.app.access.add_account("quan", "Quân", PASSWORD, frozenset({Role.ADMINISTRATOR}))
        yield built


def client(town: Town, token: str = "") -> TestClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return TestClient(town.app.site, headers=headers, raise_server_exceptions=False)


def wait(town: Town, length: timedelta) -> None:
    town.clock.advance_to(town.clock.now() + length)


def guess(town: Town, address: str, username: str = "hoa") -> ControllerError:
    with coming_from(Origin(address=address)), pytest.raises(ControllerError) as refused:
        town.app.access.log_in(username, "guessed guess")
    return refused.value


def come_in(town: Town, address: str = "10.0.0.1", username: str = "hoa") -> str:
    with coming_from(Origin(address=address)):
        return town.app.access.log_in(username, PASSWORD).token


@pytest.mark.long
def test_guessing_takes_ever_longer_and_people_are_told(town: Town) -> None:
    waits = []
    for _ in range(16):
        while isinstance(guess(town, "6.6.6.6"), TooOften):
            wait(town, timedelta(seconds=1))
            waits.append(1)
    assert sum(waits) > 1000, "sixteen guesses take more than a quarter of an hour"
    with town.app.database.read() as connection:
        found = incident_list.asked(connection, IncidentsAsked(open=True))
    (told,) = (one for one in found if one.kind is TroubleKind.LOG_IN_FAILURES)
    assert told.facts["account"] == "hoa"
    assert told.facts["address"] == "6.6.6.6"


@pytest.mark.long
def test_an_attacker_cannot_lock_the_owner_out_for_long(town: Town) -> None:
    for number in range(200):
        while isinstance(guess(town, f"6.6.{number}.6"), TooOften):
            wait(town, timedelta(seconds=1))
    wait(town, SHORT)
    assert come_in(town)
    for _ in range(40):
        guess(town, "6.6.6.6", "quan")
    assert come_in(town, username="quan"), "whoever guesses from one address keeps nobody out at another"


def test_the_right_password_within_the_wait_is_not_even_looked_at(town: Town) -> None:
    for _ in range(5):
        guess(town, "10.0.0.1")
    with coming_from(Origin(address="10.0.0.1")), pytest.raises(TooOften):
        town.app.access.log_in("hoa", PASSWORD)
    wait(town, timedelta(seconds=10))
    assert come_in(town)
    assert isinstance(guess(town, "10.0.0.1"), NotLoggedIn), "the right password has made the failures forgotten"


def test_an_unknown_name_is_answered_like_a_wrong_password(town: Town) -> None:
    assert guess(town, "6.6.6.6").code == guess(town, "6.6.6.6", "nobody-at-all").code == "bad-login"


@given(failures=st.integers(0, 10**6))
def test_the_wait_grows_and_has_an_end(failures: int) -> None:
    for rule, most in ((SAME_ACCOUNT_AND_ADDRESS, LONG), (SAME_ACCOUNT, SHORT)):
        assert rule.wait(failures) <= rule.wait(failures + 1) <= most
        assert (rule.wait(failures) == timedelta()) == (failures < rule.free)


def test_the_session_of_before_is_never_that_of_after(town: Town) -> None:
    browser = client(town)
    browser.cookies.set("loa_session", "chosen-by-an-attacker")
    browser.post("/login", data={"username": "hoa", "password": PASSWORD})
    mine = [one.value for one in browser.cookies.jar if one.name == "loa_session"]
    assert "chosen-by-an-attacker" not in mine[-1:]
    attacker = client(town)
    attacker.cookies.set("loa_session", "chosen-by-an-attacker")
    assert attacker.get("/api/v1/me").status_code == 401
    first = come_in(town)
    assert come_in(town) != first


def test_the_cookie_is_for_no_script_and_over_https_for_nothing_else(town: Town) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        browser = TestClient(town.app.site, base_url=f"{scheme}://loa.example")
        said = browser.post("/api/v1/session", json={"username": "hoa", "password": PASSWORD}).headers["set-cookie"]
        assert "HttpOnly" in said
        assert "SameSite=lax" in said
        assert ("Secure" in said) is secure


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    assert code_at(RFC_SECRET, step_of(datetime.fromtimestamp(moment, UTC)), digits=8) == code


@given(code=st.text(max_size=12))
def test_no_text_that_is_not_the_code_comes_in(code: str) -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    right = {code_at(RFC_SECRET, step_of(now) + drift) for drift in (-1, 0, 1)}
    assert (matching_step(RFC_SECRET, code, now) is not None) == ("".join(code.split()) in right)


def phone(town: Town, secret: str) -> str:
    return code_at(secret, step_of(town.clock.now()))


def set_up(town: Town) -> tuple[str, list[str]]:
    """Hoa sets up a second factor; its secret and the recovery codes."""
    api = client(town, come_in(town))
    begun = api.post("/api/v1/me/second-factor").json()
    assert begun["secret"] in begun["address"]
    wrong = api.put("/api/v1/me/second-factor", json={"ticket": begun["ticket"], "code": "000000"})
    assert wrong.status_code == 422
    proven = {"ticket": begun["ticket"], "code": phone(town, begun["secret"])}
    codes = api.put("/api/v1/me/second-factor", json=proven).json()["recovery_codes"]
    wait(town, timedelta(seconds=30))
    return begun["secret"], codes


def test_a_stolen_password_is_not_enough_where_a_second_factor_is_set_up(town: Town) -> None:
    secret, recovery = set_up(town)
    api = client(town)
    body = {"username": "hoa", "password": PASSWORD}
    refused = api.post("/api/v1/session", json=body)
    assert (refused.status_code, refused.json()["code"]) == (401, "second-factor")
    code = phone(town, secret)
    assert api.post("/api/v1/session", json={**body, "code": code}).status_code == 200
    assert api.post("/api/v1/session", json={**body, "code": code}).status_code == 401, "a code is used once"
    assert api.post("/api/v1/session", json={**body, "code": recovery[0].upper()}).status_code == 200
    assert api.post("/api/v1/session", json={**body, "code": recovery[0]}).status_code == 401
    with town.app.database.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT totp, recovery FROM accounts WHERE username = 'hoa'")
    assert secret not in str(row)
    assert recovery[1] not in str(row)
    assert recovery_digest(recovery[1]) in str(row)


def test_the_page_asks_for_the_code_after_the_password_and_for_some_minutes_only(town: Town) -> None:
    secret, _ = set_up(town)
    browser = client(town)

    def ticket() -> str:
        asked = browser.post("/login", data={"username": "hoa", "password": PASSWORD})
        found = re.search(r'name="ticket" value="([^"]+)"', asked.text)
        assert found
        return found[1]

    first = ticket()
    assert browser.get("/").url.path == "/login"
    wrong = browser.post("/login", data={"ticket": first, "code": "000000"})
    assert wrong.status_code == 401
    forged = browser.post("/login", data={"ticket": "sealed:1:AAAA", "code": phone(town, secret)})
    assert forged.status_code == 401
    assert browser.post("/login", data={"ticket": first, "code": phone(town, secret)}).url.path == "/"
    late, browser = ticket(), client(town)
    wait(town, timedelta(minutes=6))
    assert browser.post("/login", data={"ticket": late, "code": phone(town, secret)}).status_code == 401


def test_a_new_person_chooses_a_password_with_a_link_that_works_once(town: Town) -> None:
    quan = client(town, come_in(town, username="quan"))
    new = {"username": "lan", "name": "Lan", "roles": [], "limited": [{"role": "approver", "area": "thon-1"}]}
    account = quan.post("/api/v1/accounts", json=new).json()["id"]
    with pytest.raises(NotLoggedIn):
        town.app.access.log_in("lan", "")
    older = quan.post(f"/api/v1/accounts/{account}/invitations").json()["code"]
    link = quan.post(f"/api/v1/accounts/{account}/invitations").json()["url"]
    lan = client(town)
    path = link.removeprefix(town.app.settings.url)
    assert 'name="password"' in lan.get(path).text
    code = path.partition("code=")[2]
    assert lan.post("/welcome", data={"code": code, "password": "short"}).status_code == 422
    assert lan.post("/welcome", data={"code": older, "password": PASSWORD}).status_code == 401
    assert lan.post("/welcome", data={"code": code, "password": PASSWORD}).url.path == "/"
    assert lan.get("/api/v1/me").json()["limited"] == [{"role": "approver", "area": "thon-1"}]
    assert client(town).post("/welcome", data={"code": code, "password": PASSWORD}).status_code == 401
    late = quan.post(f"/api/v1/accounts/{account}/invitations").json()["code"]
    wait(town, timedelta(days=3))
    assert client(town).post("/api/v1/invitations", json={"code": late, "password": PASSWORD}).status_code == 401


def test_a_token_does_its_part_until_it_ends_and_never_more(town: Town) -> None:
    hoa = client(town, come_in(town))
    assert hoa.post("/api/v1/me/tokens", json={"name": "x", "roles": ["approver"]}).status_code == 422
    made = hoa.post("/api/v1/me/tokens", json={"name": "lịch", "roles": ["editor"], "days": 30}).json()
    program = client(town, made["token"])
    assert program.get("/api/v1/me").json()["username"] == "hoa"
    assert program.post("/api/v1/bulletins", json={"text": "Mời họp.", "title": "Họp"}).status_code == 201
    for method, path in (("POST", "tokens"), ("POST", "second-factor"), ("PUT", "password")):
        body = {"name": "y", "roles": ["editor"], "old": PASSWORD, "new": PASSWORD}
        assert program.request(method, f"/api/v1/me/{path}", json=body).status_code == 403
    (listed,) = hoa.get("/api/v1/me/tokens").json()
    assert listed["used_at"]
    assert "token" not in listed
    with town.app.database.read() as connection:
        rows = str(list(connection.exec_driver_sql("SELECT * FROM api_tokens")))
    assert made["token"] not in rows
    wait(town, timedelta(days=31))
    assert program.get("/api/v1/me").status_code == 401
    again = client(town, come_in(town))
    second = again.post("/api/v1/me/tokens", json={"name": "z", "roles": ["editor"]}).json()
    assert again.delete(f"/api/v1/me/tokens/{second['id']}").status_code == 204
    assert client(town, second["token"]).get("/api/v1/me").status_code == 401


def test_a_closed_account_is_closed_at_once_with_its_sessions_and_tokens(town: Town) -> None:
    session = come_in(town)
    token = client(town, session).post("/api/v1/me/tokens", json={"name": "x", "roles": ["editor"]}).json()["token"]
    quan = client(town, come_in(town, username="quan"))
    (hoa,) = (one["id"] for one in quan.get("/api/v1/accounts").json() if one["username"] == "hoa")
    assert quan.patch(f"/api/v1/accounts/{hoa}", json={"closed": True}).status_code == 200
    assert client(town, session).get("/api/v1/me").status_code == 401
    assert client(town, token).get("/api/v1/me").status_code == 401
    with pytest.raises(NotLoggedIn):
        town.app.access.log_in("hoa", PASSWORD)
    own = quan.get("/api/v1/me").json()["id"]
    assert quan.patch(f"/api/v1/accounts/{own}", json={"closed": True}).status_code == 409
    assert quan.patch(f"/api/v1/accounts/{own}", json={"roles": ["viewer"]}).status_code == 409


def test_another_password_ends_all_other_sessions(town: Town) -> None:
    here, elsewhere = come_in(town), come_in(town)
    api = client(town, here)
    assert api.put("/api/v1/me/password", json={"old": "wrong", "new": "một câu khác hẳn"}).status_code == 422
    assert api.put("/api/v1/me/password", json={"old": PASSWORD, "new": "một câu khác hẳn"}).status_code == 204
    assert api.get("/api/v1/me").status_code == 200
    assert client(town, elsewhere).get("/api/v1/me").status_code == 401


def test_an_administrator_of_a_village_makes_nobody_mightier_than_himself(town: Town) -> None:
    here = frozenset({Grant(Role.ADMINISTRATOR, AreaId("thon-1"))})
    town.app.access.add_account("thon", "Thôn", PASSWORD, frozenset(), here)
    api = client(town, come_in(town, username="thon"))
    village = {"username": "an", "roles": [], "limited": [{"role": "editor", "area": "thon-1"}]}
    assert api.post("/api/v1/accounts", json=village).status_code == 201
    for more in ({"roles": ["viewer"]}, {"limited": [{"role": "viewer", "area": "xa"}]}):
        assert api.post("/api/v1/accounts", json={**village, "username": "binh", **more}).status_code == 403
    (an,) = (one["id"] for one in api.get("/api/v1/accounts").json() if one["username"] == "an")
    assert api.patch(f"/api/v1/accounts/{an}", json={"roles": ["administrator"]}).status_code == 403
    with town.app.database.read() as connection:
        found = people.by_username(connection, "quan")
    assert found
    quan = found[0].id
    assert api.patch(f"/api/v1/accounts/{quan}", json={"closed": True}).status_code == 403
    assert api.post(f"/api/v1/accounts/{quan}/invitations").status_code == 403


Visit = Callable[..., Any]


def test_the_pages_for_people_do_the_same(town: Town) -> None:
    browser = client(town)
    browser.cookies.set("loa_session", come_in(town, username="quan"))
    made = browser.post(
        "/people", data={"name": "<b>Mai</b>", "username": "mai", "roles": ["editor"], "area": "thon-1"}
    )
    assert made.status_code == 200
    assert "&lt;b&gt;Mai&lt;/b&gt;" in made.text
    linked = browser.post(f"{made.url.path}/invite")
    assert "/welcome?code=" in linked.text
    changed = browser.post(made.url.path, data={"name": "Mai", "roles": ["viewer"], "closed": "yes"})
    assert changed.status_code == 200
    assert "Mai" in browser.get("/people").text
    both = frozenset({Grant(Role.EDITOR, AreaId("thon-1")), Grant(Role.VIEWER, AreaId("xa"))})
    ba = town.app.access.accounts.add("ba", "Ba", frozenset(), both).id
    assert browser.post(f"/people/{ba}", data={"name": "Bà Ba", "roles": ["viewer"]}).status_code == 200
    with town.app.database.read() as connection:
        kept = people.find(connection, ba)
    assert kept
    assert (kept.name, kept.limited) == ("Bà Ba", both), "what the form cannot say it does not take away"
    assert browser.post("/people", data={"username": "mai", "roles": ["editor"]}).status_code == 409
    begun = browser.post("/me/second-factor", data={})
    assert "<svg" in begun.text
    token = browser.post("/me/tokens", data={"name": "máy tính", "roles": ["viewer"]})
    assert "loa_" in token.text
    assert "loa_" not in browser.get("/me").text.replace("loa_session", "")

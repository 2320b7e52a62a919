"""A small commune with its console, and people in front of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache

import httpx
import pytest
from fastapi.testclient import TestClient

from controller.store import people
from controller.store.people import Role
from controller.town import Town
from schedules.timespan import COMMUNE_ZONE

PASSWORD = "mật khẩu đủ dài"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
TEXT = "Kính mời bà con thôn 3 ra nhà văn hóa họp lúc 19h30 ngày 15/8. Liên hệ ông QZX."
PEOPLE = {"hoa": {Role.EDITOR}, "binh": {Role.APPROVER}, "ky": {Role.TECHNICIAN}, "ca": {Role.EDITOR, Role.APPROVER}}


@cache
def session(town: Town, username: str) -> str:
    """One login for each person, since a password takes its time."""
    return town.app.access.log_in(username, PASSWORD).token


class Browser:
    """Somebody at the console, with a browser that runs no scripts."""

    def __init__(self, town: Town, username: str = "", language: str = "vi") -> None:
        self.http = TestClient(town.app.site, headers={"Accept-Language": language}, raise_server_exceptions=False)
        if username:
            self.http.cookies.set("loa_session", session(town, username))

    @property
    def form(self) -> dict[str, object]:
        """A bulletin for two villages, tomorrow at five, filled in without a mistake."""
        return {
            "text": TEXT,
            "areas": ["thon-2", "thon-3"],
            "date": "24/11/2026",
            "clock": "17:00",
            "once": secrets.token_hex(16),
        }

    def log_in(self, username: str, password: str = PASSWORD, onwards: str = "/") -> httpx.Response:
        return self.http.post("/login", data={"username": username, "password": password, "next": onwards})

    def get(self, path: str, expect: int = 200) -> str:
        answer = self.http.get(path)
        assert answer.status_code == expect, answer.text
        return answer.text

    def post(self, path: str, form: dict[str, object] | None = None, expect: int = 200) -> httpx.Response:
        answer = self.http.post(path, data=form or {})
        assert answer.status_code == expect, answer.text
        return answer

    def write(self, **changed: object) -> str:
        """The address of the programme that comes of the form."""
        return str(self.post("/bulletins", {**self.form, **changed}).url.path)


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """At eight in the morning; `hoa` writes, `binh` approves, `ca` may do both, `ky` looks after the loudspeakers."""
    with Town(tmp_path_factory.mktemp("town"), NOW) as built:
        for username, roles in PEOPLE.items():
            built.app.access.add_account(username, username.title(), PASSWORD, frozenset(roles))
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture
def visit(commune: Town) -> Callable[..., Browser]:
    """Opens a browser for a person, by name, or for a stranger."""

    def open_browser(username: str = "", language: str = "vi") -> Browser:
        return Browser(commune, username, language)

    return open_browser


@pytest.fixture
def people_of() -> Callable[[Town], Browser]:
    """Opens a browser for `hoa` in a town of the test's own, where she is given an account if she has none."""

    def open_browser(town: Town) -> Browser:
        with town.app.database.read() as connection:
            known = people.by_username(connection, "hoa")
        if known is None:
            town.app.access.add_account("hoa", "Hoa", PASSWORD, frozenset(PEOPLE["hoa"]))
        browser = Browser(town)
        browser.http.cookies.set("loa_session", town.app.access.log_in("hoa", PASSWORD).token)
        return browser

    return open_browser


@pytest.fixture
def hoa(commune: Town) -> Browser:
    return Browser(commune, "hoa")


@pytest.fixture
def binh(commune: Town) -> Browser:
    return Browser(commune, "binh")

"""What people do at the console and through the API has their name to it, and administrators see it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from controller.__main__ import main
from controller.store.audit_capture import WATCHED
from controller.store.people import Role
from controller.town import Town
from controller.web.pages.audit_words import AUDITED

PASSWORD = "mật khẩu đủ dài"
Visit = Callable[..., Any]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def quan(commune: Town) -> Iterator[Any]:
    """An administrator's browser."""
    commune.app.access.add_account("quan", f"Quân {HOSTILE}", PASSWORD, frozenset({Role.ADMINISTRATOR}))
    yield "quan"


def entries(browser: Any, **asked: object) -> list[dict[str, Any]]:
    answer = browser.http.get("/api/v1/audit", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


@pytest.mark.long
def test_a_broadcast_leaves_a_trail_from_its_words_to_its_approval(
    visit: Visit, hoa: Any, binh: Any, quan: str
) -> None:
    programme = hoa.write().split("/")[-1]
    binh.post(f"/programmes/{programme}/approve")
    trail = entries(visit(quan), about=programme)
    assert [(row["what"], row["name"]) for row in trail] == [
        ("programmes.changed", "Binh"),
        ("programmes.changed", "Hoa"),
        ("programmes.added", "Hoa"),
    ]
    approval = trail[0]
    assert json.loads(approval["before"])["state"] == "submitted"
    assert json.loads(approval["after"])["state"] == "approved"
    assert json.loads(approval["after"])["approved_digest"]
    assert approval["way"] == f"POST /programmes/{programme}/approve"
    assert approval["address"] == "testclient"
    assert approval["session"]
    assert approval["session"] != trail[1]["session"]


def test_coming_in_going_out_and_being_refused_are_written_down(visit: Visit, quan: str) -> None:
    reader, browser = visit(quan), visit()
    browser.log_in("hoa", "guessed")
    browser.log_in("hoa")
    browser.post("/logout")
    rows = entries(reader, what="sessions.", most=3)
    assert [(row["what"], row["about"] == "hoa") for row in rows] == [
        ("sessions.closed", False),
        ("sessions.opened", False),
        ("sessions.refused", True),
    ]
    assert "guessed" not in json.dumps(rows)


def test_no_row_gives_a_secret_away(visit: Visit, quan: str) -> None:
    browser = visit(quan)
    new = {"id": "office", "kind": "webhook", "address": "https://office.example/?key=hunter2"}
    secret = browser.http.post("/api/v1/channels", json=new).json()["secret"]
    browser.http.post("/api/v1/accounts", json={"username": "lan", "password": "hunter2 hunter2", "roles": ["viewer"]})
    said = json.dumps(entries(browser, most=500))
    assert '"office"' in said
    assert "lan" in said
    assert "hunter2" not in said
    assert "argon2" not in said
    assert secret not in said


def test_only_administrators_may_read_it(visit: Visit, hoa: Any, binh: Any, quan: str) -> None:
    for path in ("/api/v1/audit", "/api/v1/audit/export", "/api/v1/audit/verdict", "/audit", "/audit/verdict"):
        assert hoa.http.get(path).status_code == 403
        assert binh.http.get(path).status_code == 403
        assert visit(quan).http.get(path).status_code == 200
    assert 'href="/audit"' in visit(quan).get("/settings")
    assert 'href="/audit"' not in hoa.get("/settings")


def test_it_can_be_taken_along_and_proven(visit: Visit, quan: str) -> None:
    browser = visit(quan)
    lines = [json.loads(line) for line in browser.get("/api/v1/audit/export").splitlines()]
    rows = [line for line in lines if "digest" in line]
    assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
    table = list(csv.DictReader(browser.get("/api/v1/audit/export?format=csv").lstrip("\ufeff").splitlines()))
    assert len(table) == len(rows)
    assert browser.http.get("/api/v1/audit/verdict").json()["whole"] is True
    assert "dòng, không dòng nào bị sửa" in browser.get("/audit/verdict")


def test_the_page_shows_it_in_words_and_runs_nothing_that_people_called_themselves(visit: Visit, quan: str) -> None:
    browser = visit(quan)
    browser.http.post("/api/v1/areas", json={"id": "thon-xss", "kind": "province", "name": HOSTILE})
    shown = browser.get("/audit")
    assert "Khu vực: thêm" in shown
    assert HOSTILE not in shown
    assert "thon-xss" in browser.get("/audit?what=areas.&about=thon-xss")
    assert "thon-xss" not in browser.get("/audit?what=channels.")
    assert "Không có dòng nào như vậy" in browser.get("/audit?about=nothing&before=99999999999999")


def test_every_watched_table_has_a_word_for_people() -> None:
    assert WATCHED.keys() <= AUDITED.keys()


def test_the_command_says_whether_it_is_whole_and_ends_with_that(
    commune: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = commune.app.settings
    monkeypatch.setenv("LOA_FOLDER", str(settings.folder))
    monkeypatch.setenv("LOA_SITE", settings.site)
    monkeypatch.setenv("LOA_DATABASE_URL", settings.database_url)
    assert main(["audit", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["whole"] is True
    assert main(["audit", "export", "--format", "csv"]) == 0
    assert "areas.added" in capsys.readouterr().out

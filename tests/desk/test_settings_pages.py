"""One page leads to what is set up seldom; areas are kept by form; voices, backup and what runs are told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from controller.keeping.archive import back_up
from controller.store import areas
from controller.store.people import Grant, Role
from controller.town import Town
from schedules.programme import AreaId

Visit = Callable[..., Any]
WAYS_IN_SETTINGS = ("/areas", "/calendars", "/lexicon", "/people", "/channels", "/audit", "/settings/backup")


@pytest.fixture(scope="module")
def _people(commune: Town) -> None:
    add = commune.app.access.add_account
    add("quan", "Quân", "mật khẩu đủ dài", frozenset({Role.ADMINISTRATOR}))
    add("xuan", "Xuân", "mật khẩu đủ dài", frozenset(), frozenset({Grant(Role.ADMINISTRATOR, AreaId("thon-1"))}))


@pytest.fixture
def quan(_people: None, visit: Visit) -> Any:
    return visit("quan")


def known(town: Town) -> Collection[AreaId]:
    with town.app.database.read() as connection:
        return {area.id for area in areas.tree(connection)}


@pytest.mark.long
def test_everything_that_is_set_up_is_reached_from_one_page_by_whoever_may(quan: Any, visit: Visit) -> None:
    shown, plain = quan.get("/settings"), visit("ky").get("/settings")
    assert all(f'href="{way}"' in shown for way in WAYS_IN_SETTINGS)
    assert [way for way in WAYS_IN_SETTINGS if f'href="{way}"' in plain] == ["/calendars", "/lexicon"]
    for way in WAYS_IN_SETTINGS:
        assert 'href="/settings" aria-current="page"' in quan.get(way)
    assert visit("ky").http.get("/settings/backup").status_code == 403


def test_an_area_is_added_renamed_moved_and_taken_away(commune: Town, quan: Any) -> None:
    quan.post("/areas", {"id": "thon-9", "name": " Thôn 9 ", "kind": "village", "parent": "xa"})
    quan.post("/areas", {"name": "Xóm 1", "kind": "cluster", "parent": "thon-9"})
    quan.post("/areas/xom-1", {"name": "Xóm Đình", "parent": "thon-1"})
    with commune.app.database.read() as connection:
        tree = areas.tree(connection)
    assert (tree[AreaId("thon-9")].name, tree[AreaId("xom-1")].name) == ("Thôn 9", "Xóm Đình")
    assert tree.path(AreaId("xom-1")) == ("xom-1", "thon-1", "xa")
    quan.post("/areas/xom-1/remove")
    quan.post("/areas/thon-9/remove")
    assert not {"thon-9", "xom-1"} & set(known(commune))


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("/areas", {"id": "Thôn 9", "name": "x", "kind": "village", "parent": "xa"}, "id"),
        ("/areas", {"id": "thon-1", "name": "x", "kind": "village", "parent": "xa"}, "id"),
        ("/areas", {"id": "thon-9", "name": " ", "kind": "village", "parent": "xa"}, "name"),
        ("/areas", {"id": "thon-9", "name": "Tỉnh trong thôn", "kind": "province", "parent": "thon-1"}, "parent"),
        ("/areas/xa", {"name": "Xã", "parent": "thon-1"}, "parent"),
    ],
)
def test_what_no_tree_can_hold_is_refused_beside_its_field(
    commune: Town, quan: Any, path: str, form: dict[str, object], field: str
) -> None:
    before = known(commune)
    answer = quan.http.post(path, data=form)
    assert answer.status_code in (409, 422)
    assert f'id="{field}-error"' in answer.text
    assert known(commune) == before


def test_an_area_with_loudspeakers_stays_and_says_why(commune: Town, quan: Any) -> None:
    assert "còn loa" in quan.post("/areas/thon-2/remove", expect=409).text.lower()
    assert "thon-2" in known(commune)


def test_whoever_serves_one_village_changes_that_one_alone(commune: Town, _people: None, visit: Visit) -> None:
    xuan = visit("xuan")
    xuan.post("/areas", {"id": "xom-2", "name": "Xóm 2", "kind": "cluster", "parent": "thon-1"})
    assert xuan.http.get("/areas/thon-2").status_code == 404
    assert xuan.http.post("/areas/xom-2", data={"name": "Xóm 2", "parent": "thon-2"}).status_code == 403
    assert xuan.http.post("/areas", data={"id": "xom-3", "name": "X", "kind": "cluster"}).status_code == 403
    api = xuan.http.patch("/api/v1/areas/xom-2", json={"name": "Xóm Hai"}).json()
    assert (api["name"], api["parent"]) == ("Xóm Hai", "thon-1")
    assert xuan.http.delete("/api/v1/areas/xom-2").status_code == 204
    assert "xom-2" not in known(commune)


@pytest.mark.long
def test_the_page_says_when_the_last_backup_was_made(commune: Town, quan: Any, tmp_path: Path) -> None:
    assert "Chưa có bản sao lưu nào" in quan.get("/settings/backup")
    settings = commune.app.settings
    back_up(settings.folder, settings.database, tmp_path / "b", "một cụm mật khẩu dài", commune.clock.now())
    assert "Lần sao lưu gần nhất" in quan.get("/settings/backup")


def test_what_runs_here_and_who_speaks_is_told(quan: Any, hoa: Any) -> None:
    about = quan.get("/settings/about")
    assert "Apache-2.0" in about
    assert "SQLite" in about
    assert "espeak-ng" in hoa.get("/settings/voices")
    assert "/audio/" in hoa.post("/settings/voices", {"line": "Xin chào bà con", "region": "south"}).text
    assert hoa.http.post("/settings/voices", data={"line": "", "region": "south"}).status_code == 422

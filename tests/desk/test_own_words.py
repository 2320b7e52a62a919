"""The commune's own words: said word for word from the next text on, and every version can be told again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.broadcasting import own_words
from controller.broadcasting.own_words import OwnWords
from controller.errors import Invalid, NotFound, NotNow
from controller.store import lexicon, people
from controller.store.database import Database
from controller.store.lexicon import Change, LexiconVersion
from controller.store.people import Account, AccountId, Role
from controller.town import Town
from devices.clock import HandMovedClock
from schedules.timespan import COMMUNE_ZONE

PASSWORD = "mật khẩu đủ dài"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
HOA = Account(AccountId("a-1"), "hoa", "Hoa", frozenset({Role.EDITOR}))
SANG = Account(AccountId("a-2"), "sang", "Sang", frozenset({Role.EDITOR}))


@pytest.fixture
def clock() -> HandMovedClock:
    return HandMovedClock(NOW)


@pytest.fixture
def words(database: Database, clock: HandMovedClock) -> OwnWords:
    with database.write() as connection:
        for account in (HOA, SANG):
            people.add(connection, account, "argon2", NOW)
    return OwnWords(database, clock)


def spoken(database: Database, version: int | None = None) -> dict[str, str | None]:
    with database.read() as connection:
        of = None if version is None else LexiconVersion(version)
        return {one.written: one.spoken for one in lexicon.entries(connection, of)}


def test_every_version_can_be_told_again_with_who_and_when(
    database: Database, words: OwnWords, clock: HandMovedClock
) -> None:
    words.put("Đăk Pơ", "Đắc Pơ", "xã bên", HOA)
    words.put("TDP", "tổ dân phố", "", HOA)
    clock.advance_to(clock.now() + timedelta(hours=1))
    words.put("TDP", "tổ", "", SANG)
    words.remove("Đăk Pơ", SANG)
    assert [spoken(database, version) for version in range(5)] == [
        {},
        {"Đăk Pơ": "Đắc Pơ"},
        {"Đăk Pơ": "Đắc Pơ", "TDP": "tổ dân phố"},
        {"Đăk Pơ": "Đắc Pơ", "TDP": "tổ"},
        {"TDP": "tổ"},
    ]
    assert spoken(database) == {"TDP": "tổ"}
    with database.read() as connection:
        told = [(one.version, one.spoken, one.changed_by, one.changed_at) for one in lexicon.history(connection, 2)]
    later = NOW + timedelta(hours=1)
    assert told == [(4, None, SANG.id, later), (3, "tổ", SANG.id, later)]


def test_the_same_entry_once_more_is_no_new_version(database: Database, words: OwnWords) -> None:
    first = words.put("TDP", "tổ dân phố", "khu phố", HOA)
    assert words.put(" TDP ", "tổ  dân phố", "khu  phố", SANG) == first
    assert words.put("TDP", "tổ dân phố", "", SANG).version == 2


def test_a_change_is_in_force_at_once_also_when_another_controller_made_it(
    database: Database, words: OwnWords, clock: HandMovedClock
) -> None:
    assert words.edition().version == 0
    OwnWords(database, clock).put("TDP", "tổ dân phố", "", HOA)
    edition = words.edition()
    assert (edition.version, [entry.spoken for entry in edition.words.entries]) == (1, ["tổ dân phố"])
    assert words.edition() is edition


def test_two_who_change_the_lexicon_at_once_do_not_undo_each_other(database: Database, words: OwnWords) -> None:
    words.put("TDP", "tổ dân phố", "", HOA)
    late = Change(LexiconVersion(1), "TDP", "tổ", "", SANG.id, NOW)
    with database.write() as connection:
        assert not lexicon.record(connection, late)
        assert lexicon.record(connection, replace(late, version=LexiconVersion(2), written="NVH", spoken="nhà"))
    assert spoken(database) == {"TDP": "tổ dân phố", "NVH": "nhà"}


def test_everybody_who_is_not_told_to_look_again_has_changed_the_lexicon(database: Database, words: OwnWords) -> None:
    others = [OwnWords(database, HandMovedClock(NOW)) for _ in range(4)]

    def put(number: int) -> str | None:
        try:
            return others[number % 4].put(f"từ {number}", f"tiếng {number}", "", HOA).written
        except NotNow as late:
            assert late.code == "changed-meanwhile"
            return None

    with ThreadPoolExecutor(4) as at_once:
        kept = {written for written in at_once.map(put, range(20)) if written}
    assert kept
    assert spoken(database).keys() == kept
    assert words.edition().version == len(kept)


@pytest.mark.parametrize(
    ("written", "said", "code"),
    [
        ("", "tổ dân phố", "bad-entry"),
        ("TDP", " ", "bad-entry"),
        ("\u200b\x00", "tổ", "bad-entry"),
        ("TDP", "a" * 201, "bad-entry"),
        ("T\nDP", "tổ", "bad-entry"),
        ("---", "gạch", "no-word"),
        ("TDP", "…", "no-word"),
    ],
)
def test_an_entry_that_cannot_be_said_is_refused(
    database: Database, words: OwnWords, written: str, said: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        words.put(written, said, "", HOA)
    assert refused.value.code == code
    assert spoken(database) == {}


def test_an_entry_may_be_as_long_as_it_is_said_to_be(words: OwnWords) -> None:
    assert words.put("a" * 200, "b" * 200, "c" * 500, HOA).version == 1
    with pytest.raises(Invalid):
        words.put("TDP", "tổ", "c" * 501, HOA)


def test_what_is_not_there_cannot_be_taken_out(words: OwnWords) -> None:
    words.put("TDP", "tổ dân phố", "", HOA)
    words.remove("TDP", HOA)
    for never in ("TDP", "NVH", "\x00"):
        with pytest.raises(NotFound):
            words.remove(never, HOA)


def test_the_lexicon_is_finite_and_what_is_in_it_can_still_be_changed(
    words: OwnWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_words, "MAX_ENTRIES", 9)
    for number in range(1, 10):
        words.put(f"từ {number}", "một", "", HOA)
    with pytest.raises(Invalid, match="full"):
        words.put("TDP", "tổ", "", HOA)
    assert words.put("từ 7", "bảy", "", HOA).version == 10


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), NOW) as built:
        for username, role in (("hoa", Role.EDITOR), ("binh", Role.APPROVER)):
            built.app.access.add_account(username, username.title(), PASSWORD, frozenset({role}))
        yield built


def caller(town: Town, username: str) -> TestClient:
    http = TestClient(town.app.site, raise_server_exceptions=False, headers={"Accept-Language": "vi"})
    assert http.post("/api/v1/session", json={"username": username, "password": PASSWORD}).status_code == 200
    return http


def test_a_bulletin_knows_which_words_it_was_read_with(town: Town) -> None:
    hoa = caller(town, "hoa")

    def write() -> Any:
        return hoa.post("/api/v1/bulletins", json={"text": "Mời bà con XQZ ra họp."}).json()

    before = write()
    kept = hoa.put("/api/v1/lexicon", json={"written": "XQZ", "spoken": "xóm Quy Giang", "note": "xóm mới"})
    assert kept.status_code == 200, kept.text
    version = kept.json()["version"]
    after = write()
    assert "xóm Quy Giang" not in before["spoken"]
    assert after["spoken"] == "Mời bà con xóm Quy Giang ra họp."
    assert (before["lexicon"], after["lexicon"]) == (version - 1, version)
    reading = hoa.post("/api/v1/speech/readings", json={"text": "XQZ"}).json()
    assert (reading["spoken"], reading["unknown"], reading["lexicon"]) == ("xóm Quy Giang", [], version)
    again = hoa.get("/api/v1/bulletins/" + before["id"]).json()
    assert again == before

    assert hoa.delete("/api/v1/lexicon", params={"written": "XQZ"}).status_code == 200
    assert "xóm Quy Giang" not in write()["spoken"]
    (entry,) = hoa.get("/api/v1/lexicon", params={"version": version}).json()["entries"]
    assert (entry["written"], entry["note"], entry["changed_by"]) == ("XQZ", "xóm mới", "Hoa")
    assert hoa.get("/api/v1/lexicon").json()["entries"] == []
    newest = hoa.get("/api/v1/lexicon/changes").json()[0]
    assert (newest["version"], newest["spoken"]) == (version + 1, None)


def test_what_is_wrong_with_an_entry_is_said_in_one_vietnamese_sentence(town: Town) -> None:
    hoa, binh = caller(town, "hoa"), caller(town, "binh")
    refused = hoa.put("/api/v1/lexicon", json={"written": "TDP", "spoken": " "}).json()
    assert (refused["code"], refused["field"]) == ("bad-entry", "spoken")
    assert refused["detail"] == "Cách viết và cách đọc: mỗi mục một dòng, từ 1 đến 200 ký tự."
    assert hoa.delete("/api/v1/lexicon", params={"written": "NVH"}).status_code == 404
    assert hoa.get("/api/v1/lexicon", params={"version": 10_000}).json()["code"] == "unknown-version"
    assert binh.put("/api/v1/lexicon", json={"written": "TDP", "spoken": "tổ"}).status_code == 403
    assert binh.get("/api/v1/lexicon").status_code == 200


def test_the_page_adds_tries_and_takes_out_a_word(town: Town) -> None:
    hoa = caller(town, "hoa")
    kept = hoa.post("/lexicon", data={"written": "QZX", "spoken": "quán Dốc", "note": "<b>mới</b>"})
    assert kept.url.path == "/lexicon"
    assert "quán Dốc" in kept.text
    assert "<b>mới" not in kept.text
    tried = hoa.post("/lexicon/try", data={"line": "Đến QZX lúc 8h", "region": "south"})
    assert "quán Dốc" in tried.text
    assert "tám giờ" in tried.text
    part = hoa.post("/lexicon/try", data={"line": "Đến WQK"}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'href="/lexicon?written=WQK"' in part.text
    refused = hoa.post("/lexicon", data={"written": "QZX", "spoken": "  ", "note": "giữ nguyên"})
    assert refused.status_code == 422
    assert "giữ nguyên" in refused.text
    gone = hoa.post("/lexicon/remove", data={"written": "QZX"})
    assert "đã bỏ" in gone.text


def test_whoever_does_not_write_reads_the_words_and_changes_none(town: Town) -> None:
    binh = caller(town, "binh")
    shown = binh.get("/lexicon")
    assert shown.status_code == 200
    assert 'action="/lexicon' not in shown.text
    assert binh.post("/lexicon", data={"written": "A", "spoken": "b"}).status_code == 403

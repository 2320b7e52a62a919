"""What was approved is what sounds: whatever is changed later is a draft again, and silent until it is approved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.errors import NotNow
from controller.store import audit, bulletins
from controller.store.people import Grant, Role
from controller.store.states import Step
from controller.town import Town
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import COMMUNE_ZONE

PASSWORD = "mật khẩu đủ dài"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
TEXT = "Mời bà con họp lúc 19h30."
EVERYWHERE = {"hoa": {Role.EDITOR}, "lan": {Role.EDITOR, Role.APPROVER}, "binh": {Role.APPROVER}}


class Caller:
    def __init__(self, town: Town, username: str) -> None:
        self.http = TestClient(town.app.site, raise_server_exceptions=False)
        self.http.cookies.set("loa_session", town.app.access.log_in(username, PASSWORD).token)

    def ask(self, method: str, path: str, body: object = None, *, expect: int = 200) -> Any:
        answer = self.http.request(method, f"/api/v1/{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NOW) as built:
        for username, roles in EVERYWHERE.items():
            built.app.access.add_account(username, username.title(), PASSWORD, frozenset(roles))
        one_village = frozenset({Grant(Role.EDITOR, AreaId("thon-1"))})
        built.app.access.add_account("mot", "Một", PASSWORD, frozenset(), one_village)
        yield built


@pytest.fixture
def hoa(town: Town) -> Caller:
    return Caller(town, "hoa")


@pytest.fixture
def binh(town: Town) -> Caller:
    return Caller(town, "binh")


def approved(town: Town, hoa: Caller, binh: Caller, areas: tuple[str, ...] = ("thon-3",), minutes: int = 30) -> Any:
    """A programme that sounds so many minutes from now, as the API gives it."""
    at = (town.clock.now() + timedelta(minutes=minutes)).isoformat()
    bulletin = hoa.ask("POST", "bulletins", {"text": TEXT}, expect=201)["id"]
    wanted = {"bulletin": bulletin, "areas": list(areas), "when": {"at": at}}
    programme = hoa.ask("POST", "programmes", wanted, expect=201)["id"]
    approve(hoa, binh, programme)
    town.run_for(timedelta(minutes=2))
    assert len(town.facts(ProgrammeId(programme))) == 1
    return hoa.ask("GET", f"programmes/{programme}")


def approve(writer: Caller, approver: Caller, programme: str) -> None:
    writer.ask("POST", f"programmes/{programme}/submit")
    approver.ask("POST", f"programmes/{programme}/approve")


def heard(town: Town, programme: str) -> dict[str, set[str]]:
    """Which sounds each village heard of it."""
    found: dict[str, set[str]] = {}
    for broadcast, devices in town.facts(ProgrammeId(programme)):
        sounded = town.sounded(broadcast.id)
        for one in devices:
            tracks = [stretch.track for stretch in sounded.get(one.device, ())]
            found.setdefault(one.area, set()).update(sound.sha256 for track in tracks for sound in track.sounds)
    return found


CHANGES = {
    "text": ("bulletins", {"text": "Chiều nay cắt điện."}),
    "voice": ("bulletins", {"speed": 80}),
    "areas": ("programmes", {"areas": ["thon-2", "thon-3"]}),
    "time": ("programmes", {"when": {"at": "2026-11-23T09:00:00+07:00"}}),
    "volume": ("programmes", {"volume": 50}),
}


@pytest.mark.long
@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_it_sounds_no_more_until_it_is_approved_again(
    town: Town, hoa: Caller, binh: Caller, what: str
) -> None:
    programme = approved(town, hoa, binh)
    kind, change = CHANGES[what]
    hoa.ask("PATCH", f"{kind}/{programme['bulletin' if kind == 'bulletins' else 'id']}", change)
    changed = hoa.ask("GET", f"programmes/{programme['id']}")
    assert (changed["state"], changed["decided_by"], changed["decided_at"]) == ("draft", None, None)
    town.run_for(timedelta(hours=2))
    assert heard(town, programme["id"]) == {}
    binh.ask("POST", f"programmes/{programme['id']}/approve", expect=409)


@pytest.mark.long
def test_what_sounds_after_a_second_approval_is_what_was_approved_then(town: Town, hoa: Caller, binh: Caller) -> None:
    programme = approved(town, hoa, binh)
    new = hoa.ask("PATCH", f"bulletins/{programme['bulletin']}", {"text": "Chiều nay cắt điện."})
    assert (new["text"], new["title"]) == ("Chiều nay cắt điện.", "Chiều nay cắt điện.")
    hoa.ask("PATCH", f"programmes/{programme['id']}", {"areas": ["thon-2"]})
    approve(hoa, binh, programme["id"])
    town.run_for(timedelta(hours=1))
    assert heard(town, programme["id"]) == {"thon-2": {new["recording"]["sha256"]}}


def test_what_has_begun_stays_in_the_books_when_its_programme_is_changed(town: Town, hoa: Caller, binh: Caller) -> None:
    programme = approved(town, hoa, binh, minutes=5)
    town.run_for(timedelta(minutes=10))
    before = town.facts(ProgrammeId(programme["id"]))
    assert {one.outcome and one.outcome.value for one in before[0][1]} == {"played"}
    hoa.ask("PATCH", f"bulletins/{programme['bulletin']}", {"title": "Tên khác", "text": "Lời khác hẳn."})
    town.run_for(timedelta(minutes=10))
    (after,) = town.facts(ProgrammeId(programme["id"]))
    assert (after[0].title, after[0].played) == (before[0][0].title, 2)


def test_the_same_once_more_is_no_change(town: Town, hoa: Caller, binh: Caller) -> None:
    programme = approved(town, hoa, binh)
    hoa.ask("PATCH", f"bulletins/{programme['bulletin']}", {"text": TEXT})
    hoa.ask("PATCH", f"programmes/{programme['id']}", {"areas": ["thon-3"], "volume": 80})
    assert hoa.ask("GET", f"programmes/{programme['id']}") == programme


def test_whoever_changes_it_does_not_approve_it(town: Town, hoa: Caller, binh: Caller) -> None:
    programme = approved(town, hoa, binh)
    lan = Caller(town, "lan")
    lan.ask("PATCH", f"bulletins/{programme['bulletin']}", {"text": "Lời của Lan."})
    lan.ask("POST", f"programmes/{programme['id']}/submit")
    assert lan.ask("POST", f"programmes/{programme['id']}/approve", expect=403)["code"] == "own-work"
    assert binh.ask("POST", f"programmes/{programme['id']}/approve")["state"] == "approved"


def test_an_editor_of_one_village_changes_nothing_that_is_heard_elsewhere(
    town: Town, hoa: Caller, binh: Caller
) -> None:
    theirs, shared, own = (
        approved(town, hoa, binh, areas) for areas in (("thon-3",), ("thon-1", "thon-2"), ("thon-1",))
    )
    mot = Caller(town, "mot")
    for programme, refused in ((theirs, 404), (shared, 403)):
        mot.ask("PATCH", f"programmes/{programme['id']}", {"volume": 10}, expect=refused)
        mot.ask("PATCH", f"bulletins/{programme['bulletin']}", {"text": "Lời lạ."}, expect=refused)
        assert hoa.ask("GET", f"programmes/{programme['id']}") == programme
    mot.ask("PATCH", f"programmes/{own['id']}", {"areas": ["thon-2"]}, expect=403)
    mot.ask("PATCH", f"programmes/{own['id']}", {"bulletin": theirs["bulletin"]}, expect=404)
    assert hoa.ask("GET", f"programmes/{own['id']}") == own
    mot.ask("PATCH", f"bulletins/{own['bulletin']}", {"text": "Lời của thôn Một."})
    assert hoa.ask("GET", f"programmes/{own['id']}")["state"] == "draft"
    binh.ask("PATCH", f"programmes/{own['id']}", {"volume": 10}, expect=403)


def test_a_decision_about_words_that_were_changed_since_they_were_read_is_refused(
    town: Town, hoa: Caller, binh: Caller
) -> None:
    programme = approved(town, hoa, binh)
    hoa.ask("PATCH", f"programmes/{programme['id']}", {"volume": 50})
    read = hoa.ask("POST", f"programmes/{programme['id']}/submit")
    hoa.ask("PUT", f"bulletins/{programme['bulletin']}", {"text": "Lời khác hẳn."})
    hoa.ask("POST", f"programmes/{programme['id']}/submit")
    address = f"programmes/{programme['id']}/approve"
    answer = binh.http.post(f"/api/v1/{address}", params={"written_at": read["written_at"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "moved-meanwhile")
    now = hoa.ask("GET", f"programmes/{programme['id']}")
    assert now["state"] == "submitted"
    assert binh.http.post(f"/api/v1/{address}", params={"written_at": now["written_at"]}).status_code == 200


@pytest.mark.long
def test_of_two_who_change_it_at_once_one_is_told_to_look_again(town: Town, hoa: Caller, binh: Caller) -> None:
    programme = ProgrammeId(approved(town, hoa, binh)["id"])
    us = town.app.services
    with us.database.read() as connection:
        read = bulletins.find_programme(connection, programme)
    assert read is not None
    us.rewriting.programme(read, replace(read, volume=90), town.editor)
    with pytest.raises(NotNow):
        us.rewriting.programme(read, replace(read, areas=(AreaId("thon-1"),)), town.editor)
    us.approval.take(programme, Step.WITHDRAW, town.editor)
    with us.database.read() as connection:
        gone = bulletins.find_programme(connection, programme)
    assert gone is not None
    assert (gone.volume, gone.areas) == (90, (AreaId("thon-3"),))
    with pytest.raises(NotNow):
        us.rewriting.programme(gone, replace(gone, volume=10), town.editor)


def test_the_audit_says_who_changed_what(town: Town, hoa: Caller, binh: Caller) -> None:
    programme = approved(town, hoa, binh)
    hoa.ask("PATCH", f"bulletins/{programme['bulletin']}", {"text": "Chiều nay cắt điện."})
    with town.app.database.read() as connection:
        noted = audit.latest(connection, audit.Asked(about=programme["bulletin"]), 10)
    assert (noted[0].what, noted[0].name) == ("bulletins.changed", "Hoa")
    before, after = json.loads(noted[0].before), json.loads(noted[0].after)
    assert (before["text"], after["text"]) == (TEXT, "Chiều nay cắt điện.")

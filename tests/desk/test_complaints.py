"""Whoever hears a dead loudspeaker may say so without an account; a person makes an incident of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from controller.errors import TooOften
from controller.monitoring.complaints import MOST_FROM_ONE, WITHIN, Complaints
from controller.store import complaints, incident_list
from controller.store.incident_list import IncidentsAsked
from controller.store.people import Grant, Role
from controller.store.tables import complaints as rows
from controller.store.troubles import TroubleKind
from controller.town import Town
from schedules.programme import AreaId

Visit = Callable[..., Any]
SAID = {"area": "thon-2", "wrong": "silent", "place": "Cột cạnh giếng <b>"}


@pytest.fixture(autouse=True)
def later(commune: Town) -> None:
    """An hour passes and everything that waited is gone: each test is somebody else's day."""
    commune.run_for(WITHIN + timedelta(minutes=1))
    with commune.app.database.write() as connection:
        connection.execute(rows.delete())


def waiting(town: Town) -> tuple[complaints.Complaint, ...]:
    with town.app.database.read() as connection:
        return complaints.waiting(connection, None)


def told(town: Town) -> list[Any]:
    with town.app.database.read() as connection:
        found = incident_list.asked(connection, IncidentsAsked(open=True))
    return [one for one in found if one.kind is TroubleKind.TOLD_BY_PEOPLE]


def test_what_a_stranger_says_is_a_proposal_until_a_person_accepts_it(commune: Town, visit: Visit) -> None:
    assert "cán bộ xã" in visit().post("/public/complain", SAID).text.lower()
    (one,) = waiting(commune)
    assert told(commune) == []
    ky = visit("ky")
    assert "Cột cạnh giếng &lt;b&gt;" in ky.get("/complaints")
    assert "1 điều người dân báo" in ky.get("/incidents")
    ky.post(f"/complaints/{one.id}/accept")
    (incident,) = told(commune)
    assert (incident.area, incident.reason, incident.facts["place"]) == ("thon-2", "silent", SAID["place"])
    assert "loa không kêu: Cột cạnh giếng" in ky.get("/incidents")
    assert waiting(commune) == ()
    assert ky.http.post(f"/complaints/{one.id}/accept").status_code == 409


def test_what_is_refused_becomes_nothing(commune: Town, visit: Visit) -> None:
    before = told(commune)
    visit().post("/public/complain", SAID)
    visit("ky").post(f"/complaints/{waiting(commune)[0].id}/refuse")
    assert (waiting(commune), told(commune)) == ((), before)


def test_one_address_says_little_in_an_hour_and_others_are_still_heard(commune: Town) -> None:
    us = commune.app.services
    desk = Complaints(us.database, us.clock, us.happenings)
    for _ in range(MOST_FROM_ONE):
        desk.tell("thon-1", "too-loud", "Ngã ba", "10.0.0.1")
    with pytest.raises(TooOften):
        desk.tell("thon-1", "too-loud", "Ngã ba", "10.0.0.1")
    desk.tell("thon-1", "too-loud", "Ngã ba", "10.0.0.2")
    commune.run_for(WITHIN + timedelta(seconds=1))
    desk.tell("thon-1", "too-loud", "Ngã ba", "10.0.0.1")
    assert len(waiting(commune)) == MOST_FROM_ONE + 2


def test_many_addresses_together_fill_no_more_than_a_person_can_read(
    commune: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = commune.app.services
    desk = Complaints(us.database, us.clock, us.happenings)
    monkeypatch.setattr("controller.monitoring.complaints.MOST_WAITING", 5)
    for number in range(5):
        desk.tell("thon-1", "silent", "Ngã ba", f"10.0.1.{number}")
    with pytest.raises(TooOften):
        desk.tell("thon-1", "silent", "Ngã ba", "10.0.2.1")


@pytest.mark.parametrize("changed", [{"area": "nowhere"}, {"wrong": "ugly"}, {"place": " "}, {"place": "x" * 201}])
def test_what_cannot_be_understood_is_explained_and_kept(commune: Town, visit: Visit, changed: dict[str, str]) -> None:
    page = visit().post("/public/complain", {**SAID, **changed}, expect=422).text
    assert 'role="alert"' in page
    assert waiting(commune) == ()


def test_a_machine_that_fills_in_every_field_is_thanked_and_nothing_is_kept(commune: Town, visit: Visit) -> None:
    visit().post("/public/complain", {**SAID, "website": "https://spam.example"})
    assert waiting(commune) == ()


def test_nothing_is_kept_that_names_the_sender(commune: Town, visit: Visit) -> None:
    visit().post("/public/complain", SAID)
    with commune.app.database.read() as connection:
        row = connection.execute(rows.select()).one()
    assert "testclient" not in str(row)


def test_only_whoever_looks_after_incidents_there_decides(commune: Town, visit: Visit) -> None:
    there = frozenset({Grant(Role.TECHNICIAN, AreaId("thon-1"))})
    commune.app.access.add_account("xa", "Xa", "mật khẩu đủ dài", frozenset(), there)
    visit().post("/public/complain", SAID)
    address = f"/complaints/{waiting(commune)[0].id}/accept"
    assert visit().http.post(address, follow_redirects=False).status_code in (303, 401)
    assert visit("xa").http.post(address).status_code == 404
    assert "Cột cạnh giếng" not in visit("xa").get("/complaints")
    assert len(waiting(commune)) == 1

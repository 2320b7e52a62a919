"""A phone subscribes to what its village will hear, by a link of its own; another program reads what it gets."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from controller.broadcasting.desk import Draft, Script
from controller.store import calendars
from controller.store.states import Step
from controller.town import Town
from schedules.calendars import mourning, quiet_hours
from schedules.priority import BulletinClass
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE


@pytest.fixture(scope="module", autouse=True)
def on_air(commune: Town) -> None:
    """Every evening at five in the commune, and at noon in village 1, where noon is quiet from the 27th on."""
    us = commune.app.services
    bulletin = us.desk.write(Draft("Tin xã; chiều", BulletinClass.NORMAL, Script("Bản tin chiều.")), commune.editor)
    for area, at in (("xa", time(17)), ("thon-1", time(12))):
        rule = Recurrence(at, date(2026, 11, 24))
        row = us.desk.propose(bulletin.id, (AreaId(area),), rule, 80, commune.editor)
        us.approval.take(row.id, Step.SUBMIT, commune.editor)
        us.approval.take(row.id, Step.APPROVE, commune.approver)
    with commune.app.database.write() as connection:
        for entry in (
            quiet_hours(time(11, 30), time(13), frozenset({AreaId("thon-1")})),
            mourning(date(2026, 11, 25), date(2026, 11, 26)),
        ):
            calendars.add_entry(connection, entry, None, commune.clock.now())


def link(hoa: Any, area: str) -> str:
    made = hoa.http.post(f"/api/v1/areas/{area}/calendar-links")
    assert made.status_code == 201, made.text
    parts = urlsplit(made.json()["url"])
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def phone(commune: Town) -> TestClient:
    """It has no account and no cookie."""
    return TestClient(commune.app.site)


def events(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.text)
    assert read["VERSION"] == "2.0"
    return {f"{one['DTSTART'].dt.astimezone(COMMUNE_ZONE):%d %H:%M}": one for one in read.walk("VEVENT")}


def test_a_phone_reads_a_month_of_its_village_with_what_is_cancelled_and_why(hoa: Any, phone: TestClient) -> None:
    found = events(phone.get(link(hoa, "thon-1")))
    assert set(list(found)[:4]) == {"24 12:00", "24 17:00", "25 12:00", "25 17:00"}
    assert len(found) == 60
    evening, noon = found["24 17:00"], found["24 12:00"]
    assert str(evening["SUMMARY"]) == "Tin xã; chiều"
    assert (str(evening["STATUS"]), str(noon["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert "giờ yên lặng, 11:30–13:00" in str(noon["DESCRIPTION"])
    assert evening["DTEND"].dt - evening["DTSTART"].dt < timedelta(minutes=1)
    assert len({str(one["UID"]) for one in found.values()}) == len(found)


def test_another_village_is_another_calendar_and_a_link_opens_only_its_own(hoa: Any, phone: TestClient) -> None:
    address = link(hoa, "thon-2")
    assert "24 12:00" not in events(phone.get(address))
    assert phone.get(address.replace("thon-2", "thon-1")).status_code == 401
    assert phone.get("/areas/thon-2/calendar.ics").status_code == 401
    assert phone.get("/areas/thon-2/calendar.ics?token=" + "a" * 90).status_code == 401
    assert "24 17:00" in events(hoa.http.get("/areas/thon-2/calendar.ics"))
    assert hoa.http.get("/areas/thon-9/calendar.ics").status_code == 404


def test_a_link_that_was_taken_back_leads_nowhere(hoa: Any, visit: Any, phone: TestClient) -> None:
    address = link(hoa, "xa")
    assert phone.get(address).status_code == 200
    links = hoa.http.get("/api/v1/areas/xa/calendar-links").json()
    assert links[-1]["id"] not in address
    assert visit("ky").http.post("/api/v1/areas/xa/calendar-links").status_code == 403
    for one in links:
        assert hoa.http.delete(f"/api/v1/areas/xa/calendar-links/{one['id']}").status_code == 204
    assert phone.get(address).status_code == 401
    assert hoa.http.delete("/api/v1/areas/xa/calendar-links/%25").status_code == 404


def test_what_is_skipped_moves_in_the_phone_and_does_not_come_twice(commune: Town, hoa: Any, binh: Any) -> None:
    before = events(hoa.http.get("/areas/thon-3/calendar.ics"))["24 17:00"]
    programme = str(before["UID"]).split("@")[0]
    (row, *_) = [
        one
        for one in hoa.http.get("/api/v1/programmes").json()
        if one["areas"] == ["xa"] and one["state"] == "approved"
    ]
    moved = {"date": "2026-11-24", "move": {"at": "18:30"}}
    assert binh.http.post(f"/api/v1/programmes/{row['id']}/changes", json=moved).status_code == 201
    after = events(hoa.http.get("/areas/thon-3/calendar.ics"))
    assert "24 17:00" not in after
    assert str(after["24 18:30"]["UID"]).startswith(programme)
    assert after["24 18:30"]["DTSTART"].dt == datetime(2026, 11, 24, 18, 30, tzinfo=COMMUNE_ZONE)

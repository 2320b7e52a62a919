"""A week or a month of broadcasts, with lunar dates and holidays; one is moved or left out, and the series stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.store import calendars
from controller.store.people import Grant, Role
from controller.town import Town
from schedules.calendars import Holiday, Move, Skip
from schedules.day_rules import OnDates
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
PASSWORD = "mật khẩu đủ dài"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), NOW, villages={AreaId("thon-1"): 1, AreaId("thon-2"): 1}) as built:
        add = built.app.access.add_account
        add("binh", "Bình", PASSWORD, frozenset({Role.APPROVER}))
        add("ky", "Kỳ", PASSWORD, frozenset({Role.VIEWER}))
        add("hai", "Hai", PASSWORD, frozenset(), frozenset({Grant(Role.APPROVER, AreaId("thon-2"))}))
        rule = Recurrence(at=time(8, 30), first=NOW.date())
        built.broadcast("Bản tin sáng của thôn 1.", (AreaId("thon-1"),), rule)
        with built.app.database.write() as connection:
            holiday = Holiday(
                "Ngày Nhà giáo", Recurrence(at=time(0), first=THURSDAY, days=OnDates(frozenset({THURSDAY})))
            )
            calendars.add_entry(connection, holiday, None, NOW)
        built.run_for(timedelta(hours=1))
        yield built


@pytest.fixture
def visit(town: Town) -> Callable[[str], TestClient]:
    def come(username: str) -> TestClient:
        browser = TestClient(town.app.site, headers={"Accept-Language": "vi"})
        browser.cookies.set("loa_session", town.app.access.log_in(username, PASSWORD).token)
        return browser

    return come


def day_of(page: str, day: date) -> str:
    """What the page says of one day."""
    found = re.search(rf'<section [^>]*data-day="{day}">(.*?)</section>', page, re.S)
    assert found is not None, day
    return found[1]


def programme_of(town: Town) -> ProgrammeId:
    with town.app.database.read() as connection:
        return calendars.changes(connection)[0].change.programme


def test_a_week_shows_what_was_played_what_follows_the_moon_and_the_holidays(visit: Callable[..., Any]) -> None:
    page = visit("ky").get("/calendar").text
    assert len(re.findall("data-day=", page)) == 7
    assert "1/1 đã phát" in day_of(page, NOW.date())
    assert "15/10 âm" in day_of(page, NOW.date())
    assert "Ngày Nhà giáo" in day_of(page, THURSDAY)
    assert "Bản tin sáng" in day_of(page, THURSDAY)
    assert "days/skip" not in page
    later = visit("ky").get("/calendar?view=month&day=2027-02-06").text
    assert "1/1 âm" in day_of(later, date(2027, 2, 6))
    assert "Bản tin sáng" in day_of(later, date(2027, 2, 6)), "far beyond what is planned"


def test_one_is_moved_and_left_out_where_it_stands_and_put_back(town: Town, visit: Callable[..., Any]) -> None:
    binh = visit("binh")
    page = binh.get("/calendar").text
    (action,) = set(re.findall(r'action="(/programmes/[^"]+/days/move)"', day_of(page, WEDNESDAY)))
    form = {"usual": str(WEDNESDAY), "view": "week", "shown": str(NOW.date())}
    moved = binh.post(action, data={**form, "day": str(THURSDAY), "clock": "10:15"})
    assert "Bản tin sáng" not in day_of(moved.text, WEDNESDAY)
    assert "10:15" in day_of(moved.text, THURSDAY)
    binh.post(action.replace("move", "skip"), data={**form, "usual": "2026-11-27"})
    with town.app.database.read() as connection:
        kept = {one.change.first: one.change.what for one in calendars.changes(connection)}
    assert kept == {WEDNESDAY: Move(1, time(10, 15)), date(2026, 11, 27): Skip()}
    page = binh.get("/calendar").text
    assert "entry-off" in day_of(page, date(2026, 11, 27))
    for undo in re.findall(r'action="([^"]+/undo)"', page):
        assert binh.post(undo, data={"back": "/calendar"}).url.path == "/calendar"
    assert "08:30" in day_of(binh.get("/calendar").text, WEDNESDAY)


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"day": "2026-11-20"}, 422), ({"day": "yesterday"}, 422), ({"usual": "2026-11-22"}, 422), ({"usual": ""}, 422)],
)
def test_a_move_that_cannot_be_is_explained_on_the_calendar(
    visit: Callable[..., Any], changed: dict[str, str], status: int
) -> None:
    binh = visit("binh")
    (action,) = set(re.findall(r'action="(/programmes/[^"]+/days/move)"', binh.get("/calendar").text))
    answer = binh.post(action, data={"usual": str(WEDNESDAY), "day": str(THURSDAY), "clock": "", **changed})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "data-calendar" in answer.text


def test_whoever_serves_another_village_sees_nothing_of_it(visit: Callable[..., Any]) -> None:
    assert "Bản tin sáng" not in visit("hai").get("/calendar").text


def test_a_person_s_phone_follows_an_area_until_the_link_is_taken_back(town: Town, visit: Callable[..., Any]) -> None:
    binh = visit("binh")
    page = binh.post("/calendar/links", data={"area": "thon-1"}).text
    (token,) = re.findall(r"/areas/thon-1/calendar\.ics\?token=([\w-]+)", page)
    stranger = TestClient(town.app.site)
    followed = f"/areas/thon-1/calendar.ics?token={token}"
    assert "BEGIN:VEVENT" in stranger.get(followed).text
    assert token not in binh.get("/calendar").text
    (remove,) = re.findall(r'action="(/areas/thon-1/calendar-links/[^"]+/remove)"', binh.get("/calendar").text)
    assert visit("hai").post(remove).status_code == 404
    binh.post(remove)
    assert stranger.get(followed).status_code == 401
    assert visit("hai").post("/calendar/links", data={"area": "thon-1"}).status_code == 403

"""What a programme would run into is said before it is saved, and comes true when it is approved all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from controller.broadcasting.desk import Draft, Script
from controller.store import calendars
from controller.store.manner import Manner
from controller.store.states import Step
from controller.town import Town
from schedules.calendars import Limit, exam, quiet_hours
from schedules.priority import BulletinClass, Resume
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

EVENING = {"time": "17:00", "from": "2026-11-24", "until": "2026-11-25"}


@pytest.fixture(scope="module")
def standing(commune: Town) -> Iterator[str]:
    """The commune hears a notice every evening at five, and keeps quiet hours, an exam and a limit."""
    us = commune.app.services
    bulletin = us.desk.write(Draft("Tin xã", BulletinClass.NORMAL, Script("Bản tin của xã. " * 10)), commune.editor)
    evening = Recurrence(time(17), date(2026, 11, 24))
    row = us.desk.propose(bulletin.id, (AreaId("xa"),), evening, 80, commune.editor, manner=Manner(resume=Resume.DROP))
    us.approval.take(row.id, Step.SUBMIT, commune.editor)
    us.approval.take(row.id, Step.APPROVE, commune.approver)
    with commune.app.database.write() as connection:
        at_school = Recurrence(time(7), date(2026, 11, 24), date(2026, 11, 24))
        for entry in (
            quiet_hours(time(11, 30), time(13, 30)),
            exam(at_school, time(10), "Thi thử", frozenset({AreaId("thon-2")})),
            Limit(per_day=3600),
        ):
            calendars.add_entry(connection, entry, None, commune.clock.now())
    commune.run_for(timedelta(minutes=1))
    yield row.id
    us.approval.take(row.id, Step.WITHDRAW, commune.editor)


@pytest.fixture
def foretell(hoa: Any, standing: str) -> Callable[..., Any]:
    def ask(when: dict[str, Any], areas: tuple[str, ...] = ("xa",), language: str = "vi", **more: Any) -> Any:
        body = {"areas": list(areas), "when": when, "seconds": 600, **more}
        answer = hoa.http.post("/api/v1/programmes/forecast", json=body, headers={"Accept-Language": language})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def said(found: Any) -> list[tuple[bool, str, str, tuple[str, ...]]]:
    return [(one["own"], one["start"][8:10], one["words"], tuple(one["areas"])) for one in found["clashes"]]


ALL = ("thon-1", "thon-2", "thon-3")


def test_who_came_first_keeps_the_air_and_the_newcomer_waits(foretell: Callable[..., Any]) -> None:
    found = foretell(EVENING, ("thon-1",))
    assert found["days"] == ["2026-11-24", "2026-11-25"]
    (first, second) = said(found)
    assert first[:2] == (True, "24")
    assert "thay vì 17:00, sau “Tin xã” (cùng loại, đến trước)" in first[2]
    assert first[3] == ("thon-1",)
    assert second[1] == "25"


def test_a_stronger_class_cuts_what_stands_and_says_so_of_the_other(
    foretell: Callable[..., Any], standing: str
) -> None:
    ((_, _, words, areas), _) = said(foretell(EVENING | {"time": "17:00:05"}, title="Sơ tán", **{"class": "priority"}))
    assert "Bị ngắt lúc 17:00 bởi “Sơ tán” (loại ưu tiên)" in words
    assert areas == ALL
    (one, _) = foretell(EVENING | {"time": "17:00:05"}, **{"class": "priority"}, language="en")["clashes"]
    assert (one["own"], one["programme"], one["fate"]) == (False, standing, "interrupted")
    assert one["words"].startswith("Cut short at 17:00 by “this programme” (class priority)")


def test_quiet_hours_and_an_exam_are_named_with_the_village_that_they_spare(foretell: Callable[..., Any]) -> None:
    noon = said(foretell({"at": "2026-11-24T12:00:00"}))
    assert noon == [(True, "24", "Không phát: giờ yên lặng, 11:30–13:30.", ALL)]
    morning = said(foretell({"at": "2026-11-24T08:00:00"}))
    assert morning == [(True, "24", "Không phát: đang giờ thi, 07:00–10:00 (Thi thử).", ("thon-2",))]
    assert said(foretell({"at": "2026-11-24T08:00:00"}, ("thon-1", "thon-3"))) == []


def test_a_limit_that_would_be_exceeded_is_foretold(foretell: Callable[..., Any]) -> None:
    ((own, _, words, _),) = said(foretell({"at": "2026-11-24T18:00:00"}, seconds=3590))
    assert own
    assert words == "Không phát: vượt tổng thời lượng phát trong ngày."


def test_what_is_free_is_said_to_be_free_and_the_one_that_is_replaced_does_not_count(
    foretell: Callable[..., Any], standing: str
) -> None:
    assert foretell({"time": "16:00"})["clashes"] == []
    assert len(foretell({"time": "16:00"})["days"]) == 8
    assert foretell(EVENING, replaces=standing)["clashes"] == []


def test_the_form_says_what_stands_in_the_way_while_it_is_being_written(hoa: Any, standing: str) -> None:
    form = hoa.form | {"areas": ["thon-1"], "clock": "17:00"}
    assert "“Tin xã” (cùng loại, đến trước)" in hoa.post("/bulletins/clashes", form).text
    assert "không vướng gì" in hoa.post("/bulletins/clashes", form | {"clock": "16h"}).text
    assert "Tin xã" not in hoa.post("/bulletins/clashes", form | {"areas": []}).text
    assert "Thôn 1" in hoa.post("/bulletins/clashes", form | {"clock": "12h"}).text


def test_a_wish_that_cannot_be_is_refused(hoa: Any, binh: Any, standing: str) -> None:
    for body, status in (
        ({"areas": ["thon-9"], "when": EVENING, "seconds": 60}, 422),
        ({"areas": ["xa"], "when": EVENING}, 422),
        ({"areas": ["xa"], "when": EVENING, "bulletin": "none"}, 404),
        ({"areas": ["xa"], "when": {"time": "17:00", "lunar_days": [40]}, "seconds": 60}, 422),
    ):
        assert hoa.http.post("/api/v1/programmes/forecast", json=body).status_code == status
    assert binh.http.post("/api/v1/programmes/forecast", json={}).status_code in (403, 422)
    assert hoa.http.get("/api/v1/programmes/none/forecast").status_code == 404


@pytest.mark.long
def test_what_was_foretold_comes_true(commune: Town, hoa: Any, binh: Any, foretell: Callable[..., Any]) -> None:
    bulletin = hoa.http.post("/api/v1/bulletins", json={"text": "Mời bà con đi họp."}).json()["id"]
    when = {"at": "2026-11-24T17:00:00"}
    (clash,) = foretell(when, ("thon-1",), bulletin=bulletin)["clashes"]
    body = {"bulletin": bulletin, "areas": ["thon-1"], "when": when}
    programme = hoa.http.post("/api/v1/programmes", json=body).json()["id"]
    (again,) = hoa.http.get(f"/api/v1/programmes/{programme}/forecast").json()["clashes"]
    assert (again["fate"], again["words"]) == (clash["fate"], clash["words"])
    page = hoa.get(f"/programmes/{programme}")
    assert "Tin xã" in page
    hoa.http.post(f"/api/v1/programmes/{programme}/submit")
    assert binh.http.post(f"/api/v1/programmes/{programme}/approve").status_code == 200
    commune.run_until(datetime(2026, 11, 24, 18, tzinfo=COMMUNE_ZONE))
    heard = [one for one in commune.horns["loa-thon-1-1"].sounded if one.at.astimezone(COMMUNE_ZONE).hour == 17]
    assert [stretch.at for stretch in heard] == sorted(stretch.at for stretch in heard)
    assert f"{heard[-1].at.astimezone(COMMUNE_ZONE):%H:%M}" in clash["words"]

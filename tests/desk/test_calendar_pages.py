"""The calendar page, and the changes of single broadcasts, as people meet them without a script."""

from __future__ import annotations

from datetime import date, time, timedelta
from html import unescape
from typing import Any

import pytest

from controller.broadcasting.desk import Draft, Script
from controller.store.states import Step
from controller.town import Town
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence

WRITTEN = {
    "quiet-hours": ({"begins": "11h30", "ends": "13:30", "weekdays": ["SA", "SU"], "areas": ["thon-2"]}, "11:30–13:30"),
    "class-hours": ({"bulletin_class": "normal", "begins": "5h", "ends": "21h"}, "chỉ trong 05:00–21:00"),
    "holiday": ({"name": "Quốc khánh", "day": "2/9", "days": "2"}, "Ngày 2/9 hằng năm, kéo dài 2 ngày"),
    "mourning": ({"first": "15/12/2026", "last": "16/12/2026"}, "15/12/2026–16/12/2026, không phát nhạc"),
    "exam": ({"name": "Thi", "first": "15/12/2026", "begins": "7h", "ends": "17h15"}, "07:00–17:15"),
    "maintenance": ({"first": "15/12/2026", "areas": ["thon-1"]}, "Thứ Ba ngày 15/12/2026"),
    "limit": ({"per_day": "120", "per_session": "45,5"}, "Tối đa 120 phút một ngày, tối đa 45.5 phút một buổi"),
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_an_entry_is_written_on_its_form_and_read_on_the_page(hoa: Any, binh: Any, kind: str) -> None:
    form, said = WRITTEN[kind]
    assert f'action="/calendars/{kind}"' in hoa.get(f"/calendars/new?kind={kind}")
    page = unescape(hoa.post(f"/calendars/{kind}", form).text)
    assert said in page
    assert "Đã sửa lịch" in page
    assert f'href="/calendars/new?kind={kind}"' in page


def test_lunar_holidays_and_those_by_decree_are_understood_as_people_write_them(hoa: Any) -> None:
    assert "Mùng 10 âm lịch, tháng 3" in hoa.post("/calendars/holiday", {"name": "Giỗ Tổ", "day": "10/3 âm"}).text
    assert "Thứ Hai ngày 04/01/2027" in hoa.post("/calendars/holiday", {"name": "Nghỉ bù", "day": "04/01/2027"}).text


@pytest.mark.parametrize(
    "kind, form",
    [
        ("quiet-hours", {"begins": "soon", "ends": "05:00"}),
        ("holiday", {"name": "Tết", "day": "1/1/1/1"}),
        ("holiday", {"name": "", "day": "2/9"}),
        ("holiday", {"name": "Tết", "day": "31/2"}),
        ("mourning", {"first": "16/12/2026", "last": "15/12/2026"}),
        ("limit", {}),
        ("limit", {"per_day": "much"}),
        ("class-hours", {"bulletin_class": "emergency", "begins": "5h", "ends": "21h"}),
        ("exam", {"first": "15/12/2026", "areas": ["thon-9"]}),
    ],
)
def test_a_form_that_says_nonsense_comes_back_with_all_that_was_typed(hoa: Any, kind: str, form: Any) -> None:
    page = hoa.post(f"/calendars/{kind}", form, expect=422).text
    assert 'role="alert"' in page
    for name in ("first", "begins", "day", "per_day"):
        assert form.get(name, "") in page


def test_who_may_not_write_sees_no_way_to(visit: Any, hoa: Any) -> None:
    ky = visit("ky").get("/calendars")
    assert "/calendars/new?kind=maintenance" in ky
    assert "/calendars/new?kind=holiday" not in ky
    visit("ky").post("/calendars/holiday", {"name": "Tết", "day": "1/1"}, expect=422)
    hoa.get("/calendars/new?kind=party", expect=404)
    assert "Lịch và giờ yên lặng" in hoa.get("/programmes")


def programme(commune: Town, at: time) -> ProgrammeId:
    us = commune.app.services
    bulletin = us.desk.write(Draft("Tin chiều", BulletinClass.NORMAL, Script("Bản tin chiều của xã.")), commune.editor)
    rule = Recurrence(at, date(2026, 11, 23))
    row = us.desk.propose(bulletin.id, (AreaId("thon-3"),), rule, 80, commune.editor)
    us.approval.take(row.id, Step.SUBMIT, commune.editor)
    us.approval.take(row.id, Step.APPROVE, commune.approver)
    us.replan()
    commune.run_for(timedelta(minutes=1))
    return row.id


def test_one_broadcast_is_left_out_another_moved_and_everything_can_be_taken_back(
    commune: Town, hoa: Any, binh: Any
) -> None:
    row = programme(commune, time(18))
    first, second, *_ = [one.id for one, _ in commune.facts(row)]
    assert "/move" not in hoa.get(f"/occurrences/{second}")
    assert "Dời lượt này" in binh.get(f"/occurrences/{second}")
    hoa.post(f"/occurrences/{second}/move", {"day": "25/11/2026"}, expect=403)
    hoa.post(f"/occurrences/{second}/skip", {"why": "đám tang"})
    binh.post(f"/occurrences/{first}/move", {"clock": "19h30"})
    binh.post(f"/occurrences/{first}/move", {"clock": "soon"}, expect=422)
    commune.run_for(timedelta(minutes=1))
    page = binh.get(f"/programmes/{row}")
    assert "đám tang" in page
    assert "dời sang 19:30" in page
    assert "19:30" in binh.get(f"/occurrences/{first}")
    assert "Thôn 3" in binh.get(f"/occurrences/{second}").split("Lịch không cho phát ở:")[1]
    changes = binh.http.get(f"/api/v1/programmes/{row}/changes").json()
    for one in changes:
        assert "Đã trở lại như thường lệ" in binh.post(f"/programmes/{row}/changes/{one['id']}/undo").text
    commune.run_for(timedelta(minutes=1))
    assert [one.planned for one, _ in commune.facts(row)][:2] == [2, 2]


def test_something_else_is_heard_once(commune: Town, hoa: Any, binh: Any) -> None:
    row = programme(commune, time(20))
    other = hoa.http.post("/api/v1/bulletins", json={"title": "Tin đặc biệt", "text": "Tin đặc biệt hôm nay."}).json()
    first, *_ = [one.id for one, _ in commune.facts(row)]
    assert "Tin đặc biệt" in binh.get(f"/occurrences/{first}")
    binh.post(f"/occurrences/{first}/replace", {"bulletin": other["id"]})
    commune.run_for(timedelta(minutes=1))
    assert [one.title for one, _ in commune.facts(row)][:2] == ["Tin đặc biệt", "Tin chiều"]

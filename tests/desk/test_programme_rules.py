"""Programmes of every kind of recurrence, and how they behave, through the API, the rows and the plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from controller.broadcasting.approval import approved_programmes
from controller.store import bulletins
from controller.store.manner import Manner, manner_read, manner_written, rule_read, rule_written
from controller.town import Town
from controller.web.api.when import When, when_given
from controller.web.language import Language
from controller.web.pages.words import Words
from schedules.day_rules import Daily, Lunar, Monthly, MonthlyWeekday, OnDates, Weekday, Weekly, Yearly
from schedules.errors import BadRecurrence
from schedules.priority import Entry, Late, Resume
from schedules.programme import Content, OnHolidays, ProgrammeId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

TODAY = date(2026, 11, 23)
NOTICE = "Kính mời bà con ra nhà văn hóa họp lúc 19h30."


@pytest.fixture
def desk(hoa: Any, binh: Any) -> Callable[..., Any]:
    """Proposes a programme through the API and, if wanted, has it approved."""

    def propose(when: object, *, expect: int = 201, approve: bool = False, **more: object) -> Any:
        bulletin = hoa.http.post("/api/v1/bulletins", json={"text": NOTICE}).json()["id"]
        body = {"bulletin": bulletin, "areas": ["thon-3"], "when": when, **more}
        answer = hoa.http.post("/api/v1/programmes", json=body)
        assert answer.status_code == expect, answer.text
        if not approve:
            return answer.json()
        address = f"/api/v1/programmes/{answer.json()['id']}"
        assert hoa.http.post(f"{address}/submit").status_code == 200
        return binh.http.post(f"{address}/approve").json()

    return propose


KINDS: dict[str, tuple[dict[str, object], str, str]] = {
    "one moment": ({"at": "2026-12-01T17:00:00"}, "2026-12-01T17:00", "17:00 thứ Ba ngày 01/12/2026"),
    "every day": ({"time": "05:00"}, "2026-11-24T05:00", "05:00 hằng ngày"),
    "every third day": ({"time": "05:00", "every_days": 3}, "2026-11-26T05:00", "05:00 3 ngày một lần"),
    "weekdays": (
        {"time": "05:00", "weekdays": ["WE", "FR"], "from": "2026-12-01", "until": "2026-12-31"},
        "2026-12-02T05:00",
        "05:00 thứ Tư và thứ Sáu, từ 01/12/2026, đến hết 31/12/2026",
    ),
    "every second week": (
        {"time": "17:00", "every_weeks": 2, "weekdays": ["SU"]},
        "2026-11-29T17:00",
        "17:00 Chủ nhật hằng tuần, 2 tuần một lần",
    ),
    "days of the month": (
        {"time": "17:00", "days_of_month": [5, -1]},
        "2026-11-30T17:00",
        "17:00 ngày 5 và ngày cuối hằng tháng",
    ),
    "the first Saturday": (
        {"time": "17:00", "nth": [1], "weekdays": ["SA"]},
        "2026-12-05T17:00",
        "17:00 thứ Bảy đầu tiên trong tháng",
    ),
    "rằm and mùng 1": (
        {"time": "16:30", "lunar_days": [1, 15]},
        "2026-11-23T16:30",
        "16:30 mùng 1 và rằm âm lịch",
    ),
    "giỗ Tổ": (
        {"time": "06:30", "lunar_days": [10], "lunar_months": [3]},
        "2027-04-16T06:30",
        "06:30 mùng 10 âm lịch, tháng 3",
    ),
    "Quốc khánh": ({"time": "06:30", "yearly": "2/9"}, "2027-09-02T06:30", "06:30 ngày 2/9 hằng năm"),
    "a list of days": (
        {"time": "08:00", "dates": ["2026-12-24", "2026-12-03"]},
        "2026-12-03T08:00",
        "08:00 03/12/2026 và 24/12/2026",
    ),
    "several times a day": (
        {"time": "17:00", "also_at": ["05:00", "11:00"]},
        "2026-11-23T11:00",
        "05:00, 11:00 và 17:00 hằng ngày",
    ),
    "an RRULE beside a time": (
        {"rrule": "FREQ=WEEKLY;BYDAY=TU", "time": "05:15", "from": "2026-12-01"},
        "2026-12-01T05:15",
        "05:15 thứ Ba hằng tuần, từ 01/12/2026",
    ),
    "an RRULE that stands alone": (
        {"rrule": "DTSTART;TZID=Asia/Ho_Chi_Minh:20261207T170000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=2"},
        "2026-12-25T17:00",
        "17:00 thứ Sáu cuối cùng trong tháng, từ 07/12/2026, đến hết 29/01/2027",
    ),
}


@pytest.mark.parametrize("when, first, words", KINDS.values(), ids=KINDS)
def test_every_kind_is_taken_kept_said_and_given_back_so_that_it_can_be_taken_again(
    desk: Callable[..., Any], when: dict[str, object], first: str, words: str
) -> None:
    given_back = desk(when)
    starts = datetime.fromisoformat(given_back["next_start"]).astimezone(COMMUNE_ZONE)
    assert f"{starts:%Y-%m-%dT%H:%M}" == first
    again = desk(given_back["when"])
    assert (again["when"], again["rrule"]) == (given_back["when"], given_back["rrule"])
    if "lunar" not in str(when) and "also_at" not in when:
        assert desk({"rrule": given_back["rrule"]})["next_start"] == given_back["next_start"]
    rule = When.model_validate(given_back["when"])
    assert Words(Language.VIETNAMESE, TODAY).rule(rule.recurrence(TODAY), rule.other_times) == words


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "two kinds": ({"time": "05:00", "every_days": 2, "every_weeks": 2}, "bad-field"),
    "an n-th of no weekday": ({"time": "05:00", "nth": [1]}, "bad-field"),
    "months of nothing": ({"time": "05:00", "every_months": 2}, "bad-field"),
    "days beside an RRULE": ({"rrule": "FREQ=DAILY", "time": "05:00", "weekdays": ["MO"]}, "bad-field"),
    "no such day": ({"time": "05:00", "days_of_month": [32]}, "bad-day"),
    "no such lunar month": ({"time": "05:00", "lunar_days": [1], "lunar_months": [13]}, "bad-month"),
    "30 February": ({"time": "05:00", "yearly": "30/2"}, "bad-day"),
    "a part of RRULE that nobody follows": ({"rrule": "FREQ=SECONDLY", "time": "05:00"}, "not-understood"),
    "an RRULE without a beginning": ({"rrule": "RRULE:FREQ=DAILY"}, "not-understood"),
    "over before it began": ({"time": "05:00", "dates": ["2026-11-01"]}, "in-the-past"),
}


@pytest.mark.parametrize("when, code", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_followed_is_refused_in_vietnamese(
    commune: Town, desk: Callable[..., Any], when: dict[str, object], code: str
) -> None:
    problem = desk(when, expect=422)
    assert problem["code"] == code
    assert any(letter in problem["detail"] for letter in "àáảãạăâđêôơưếệốộớợừữắặấầẩẫậìíỉĩị")


MANNER = {
    "content": "music",
    "order": 9,
    "late": "skip",
    "grace": 60.0,
    "resume": "drop",
    "entry": "soft",
    "longest_wait": 900.0,
    "repeats": 3,
    "gap": 600.0,
    "on_holidays": "move",
    "holiday_at": "07:30:00",
}


def test_how_a_programme_behaves_reaches_the_plan(commune: Town, desk: Callable[..., Any]) -> None:
    programme = desk({"time": "05:00", "also_at": ["17:00"]}, manner=MANNER, approve=True)
    assert programme["manner"] == MANNER
    commune.run_for(timedelta(minutes=1))
    with commune.app.database.read() as connection:
        rules = [one for one in approved_programmes(connection) if one.id == programme["id"]]
    assert [rule.recurrence.at for rule in rules] == [time(5), time(17)]
    for rule in rules:
        assert (rule.content, rule.order, rule.late, rule.grace) == (Content.MUSIC, 9, Late.SKIP, 60)
        assert (rule.resume, rule.entry, rule.longest_wait) == (Resume.DROP, Entry.SOFT, 900)
        assert (rule.repeats, rule.gap) == (3, 600)
        assert (rule.on_holidays, rule.holiday_at) == (OnHolidays.MOVE, time(7, 30))
    (planned, *_) = commune.facts(ProgrammeId(programme["id"]))
    assert planned[0].start.astimezone(COMMUNE_ZONE) == datetime(2026, 11, 23, 17, tzinfo=COMMUNE_ZONE)
    of_today = [one.start for one, _ in commune.facts(ProgrammeId(programme["id"]))][:3]
    assert all(later - before > timedelta(minutes=10) for before, later in pairwise(of_today))


@pytest.mark.parametrize(
    "manner, code",
    [
        ({"repeats": 100, "gap": 72_000}, "bad-repeats"),
        ({"on_holidays": "move"}, "bad-holiday"),
        ({"grace": -1}, "bad-field"),
        ({"loudness": 3}, "bad-field"),
    ],
)
def test_a_manner_that_cannot_be_is_refused(desk: Callable[..., Any], manner: dict[str, object], code: str) -> None:
    assert desk({"time": "05:00"}, manner=manner, expect=422)["code"] == code


def test_an_approval_from_before_stays_good_and_a_rule_that_was_changed_behind_it_loses_it(
    commune: Town, desk: Callable[..., Any]
) -> None:
    def stands(programme: str) -> bool:
        with commune.app.database.read() as connection:
            return programme in {rule.id for rule in approved_programmes(connection)}

    plain = desk({"time": "05:00", "weekdays": ["MO"]}, approve=True)["id"]
    lunar = desk({"time": "05:00", "lunar_days": [15]}, approve=True)["id"]
    assert stands(plain)
    assert stands(lunar)
    with commune.app.database.write() as connection:
        row = bulletins.find_programme(connection, ProgrammeId(lunar))
        assert row is not None
        forged = rule_written(row.recurrence) | {"days": {"kind": "daily", "every": 1}}
        connection.exec_driver_sql(
            "UPDATE programmes SET recurrence = json(?) WHERE id = ?", (json.dumps(forged), lunar)
        )
    assert not stands(lunar)


@some.composite
def rules(draw: some.DrawFn) -> Recurrence:
    numbers = some.integers
    days = draw(
        some.one_of(
            some.builds(Daily, numbers(1, 9)),
            some.builds(Weekly, numbers(1, 9)),
            some.builds(Monthly, some.frozensets(numbers(1, 28), min_size=1), numbers(1, 5)),
            some.builds(MonthlyWeekday, some.frozensets(numbers(1, 4), min_size=1), some.sampled_from(Weekday)),
            some.builds(Yearly, numbers(1, 12), numbers(1, 28), numbers(1, 3)),
            some.builds(Lunar, some.frozensets(numbers(1, 29), min_size=1), some.frozensets(numbers(1, 12))),
            some.builds(OnDates, some.frozensets(some.dates(TODAY, date(2027, 11, 23)), min_size=1)),
        )
    )
    free = not isinstance(days, MonthlyWeekday | OnDates)
    weekdays = draw(some.frozensets(some.sampled_from(Weekday))) if free else frozenset()
    last = draw(some.none() | some.dates(date(2028, 1, 1), date(2090, 1, 1)))
    at = draw(some.times().map(lambda at: at.replace(microsecond=0)))
    try:
        return Recurrence(at, TODAY, last, weekdays, days=days)
    except BadRecurrence:
        return Recurrence(at, TODAY, last, days=Daily(draw(numbers(1, 9))))


@given(rules())
def test_a_rule_comes_back_from_its_row_and_from_the_api_as_it_was(rule: Recurrence) -> None:
    assert rule_read(rule_written(rule)) == rule
    again = When.model_validate(when_given(rule, ()).model_dump(mode="json", by_alias=True)).recurrence(TODAY)
    until = datetime(2030, 1, 1, tzinfo=UTC)
    assert _starts(again, until) == _starts(rule, until)


def _starts(rule: Recurrence, until: datetime) -> list[datetime]:
    return list(rule.starts(Timespan(datetime(2026, 1, 1, tzinfo=UTC), until)))


@given(
    some.builds(
        Manner,
        content=some.sampled_from(Content),
        order=some.integers(-9, 9),
        late=some.sampled_from(Late),
        resume=some.sampled_from(Resume),
        entry=some.sampled_from(Entry),
        holiday_at=some.none() | some.times(),
    )
)
def test_a_manner_comes_back_from_its_row_as_it_was(manner: Manner) -> None:
    assert manner_read(manner_written(manner)) == manner
    assert manner_written(Manner()) == {}


def test_programmes_of_the_first_version_sound_as_before() -> None:
    old = {"at": "05:00:00", "first": "2026-01-01", "last": None, "weekdays": ["MO"]}
    assert rule_read(old) == Recurrence(time(5), date(2026, 1, 1), weekdays=frozenset({Weekday.MONDAY}))
    assert rule_written(rule_read(old)) == old


FORMS: dict[str, tuple[dict[str, object], str]] = {
    "several times a day": ({"repeat": "days", "clock": "5h, 11h30; 17:00"}, "05:00, 11:30 và 17:00 hằng ngày"),
    "every second week": (
        {"repeat": "weeks", "every": "2", "weekdays": ["SU"], "clock": "17h"},
        "17:00 Chủ nhật hằng tuần, 2 tuần một lần",
    ),
    "days of the month": (
        {"repeat": "month", "which": "1, cuối", "clock": "17h"},
        "17:00 ngày 1 và ngày cuối hằng tháng",
    ),
    "the first Saturday": (
        {"repeat": "nth", "which": "1", "weekdays": ["SA"], "clock": "17h"},
        "17:00 thứ Bảy đầu tiên trong tháng",
    ),
    "rằm": ({"repeat": "lunar", "which": "1, rằm", "clock": "16h30"}, "16:30 mùng 1 và rằm âm lịch"),
    "giỗ Tổ": ({"repeat": "lunar", "which": "10/3", "clock": "6h30"}, "06:30 mùng 10 âm lịch, tháng 3"),
    "Quốc khánh": ({"repeat": "year", "which": "2/9", "clock": "6h30"}, "06:30 ngày 2/9 hằng năm"),
    "a list": ({"repeat": "dates", "which": "03/12/2026, 24/12/2026", "clock": "8h"}, "08:00 03/12/2026 và 24/12/2026"),
}


@pytest.mark.parametrize("form, said", FORMS.values(), ids=FORMS)
def test_every_kind_is_written_on_the_form_and_comes_back_when_the_programme_is_changed(
    hoa: Any, form: dict[str, object], said: str
) -> None:
    assert said in hoa.post("/bulletins/when", form).text
    more = {"content": "music", "times": "2", "gap": "5", "manner": '{"order": 7, "resume": "drop"}'}
    address = hoa.write(action="draft", **form, **more)
    kept = hoa.http.get(f"/api/v1{address}").json()
    assert (kept["manner"]["content"], kept["manner"]["repeats"], kept["manner"]["gap"]) == ("music", 2, 300.0)
    assert (kept["manner"]["order"], kept["manner"]["resume"]) == (7, "drop")
    with_it = hoa.get(f"/bulletins/new?like={kept['id']}")
    again = hoa.write(action="draft", **{**form, **fields(with_it)})
    copy = hoa.http.get(f"/api/v1{again}").json()
    assert {name: copy[name] for name in ("when", "rrule", "manner")} == {
        name: kept[name] for name in ("when", "rrule", "manner")
    }


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the fields of one line that the page shows filled in."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and name[1] in ("clock", "which", "every", "first", "last", "times", "gap", "manner"):
            found[name[1]] = unescape(value[1]) if value else ""
    for name in ("repeat", "content"):
        select = page.split(f'name="{name}"')[1].split("</select>")[0]
        found[name] = re.findall(r'value="([^"]*)" selected', select)[0]
    return found


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"repeat": "month", "which": "soon"}, "which"),
        ({"repeat": "nth", "which": "1"}, "which"),
        ({"repeat": "lunar", "which": "40"}, "last"),
        ({"repeat": "days", "every": "x"}, "which"),
        ({"repeat": "dates", "which": ""}, "last"),
        ({"times": "0"}, "times"),
        ({"gap": "-1"}, "times"),
        ({"clock": "5h, soon"}, "clock"),
    ],
)
def test_what_the_form_cannot_follow_is_said_beside_its_field(hoa: Any, wrong: dict[str, object], field: str) -> None:
    page = hoa.post("/bulletins", {**hoa.form, **wrong}, expect=422).text
    assert f'id="{field}-error"' in page or f'href="#{field}"' in page

"""How the pages say times, reasons and rules, and how they understand what people type."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.store.areas import Area, AreaKind, AreaTree
from controller.web.language import Language
from controller.web.pages.bulletin_form import Misunderstood, Typed, Wish, read_when, understand
from controller.web.pages.frame import local
from controller.web.pages.words import Words
from schedules.programme import AreaId
from schedules.recurrence import Recurrence, Weekday
from schedules.timespan import COMMUNE_ZONE

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
VI, EN = Words(Language.VIETNAMESE, TODAY), Words(Language.ENGLISH, TODAY)
MO, TU, WE, TH, FR, SA, SU = Weekday
TREE = AreaTree(
    [
        Area(AreaId("xa"), None, AreaKind.COMMUNE, "Xã"),
        Area(AreaId("thon-1"), AreaId("xa"), AreaKind.VILLAGE, "Thôn 1"),
        Area(AreaId("thon-2"), AreaId("xa"), AreaKind.VILLAGE, "Thôn 2"),
    ]
)
GOOD = Typed(text="Mời họp.", areas=["thon-1"], date="24/11/2026", clock="17:00")


@pytest.mark.parametrize(
    "days, vietnamese, english",
    [
        ({MO, TU, WE, TH, FR}, "17:00 thứ Hai đến thứ Sáu", "17:00, Monday to Friday"),
        ({MO, WE, FR}, "17:00 thứ Hai, thứ Tư và thứ Sáu", "17:00, Monday, Wednesday and Friday"),
        ({SA, SU}, "17:00 thứ Bảy và Chủ nhật", "17:00, Saturday and Sunday"),
        ({SU}, "17:00 Chủ nhật hằng tuần", "17:00, every Sunday"),
        (set(), "17:00 hằng ngày", "17:00, every day"),
        (set(Weekday), "17:00 hằng ngày", "17:00, every day"),
    ],
)
def test_a_rule_is_said_as_people_say_it(days: set[Weekday], vietnamese: str, english: str) -> None:
    rule = Recurrence(at=time(17), first=TODAY, weekdays=frozenset(days))
    assert (VI.rule(rule), EN.rule(rule)) == (vietnamese, english)


def test_a_rule_says_from_when_and_until_when() -> None:
    rule = Recurrence(at=time(5, 30), first=date(2026, 12, 1), last=date(2026, 12, 31))
    assert VI.rule(rule) == "05:30 hằng ngày, từ 01/12/2026, đến hết 31/12/2026"
    assert VI.rule(Recurrence.once(NOW + timedelta(days=1))) == "08:00 ngày mai"
    assert VI.rule(Recurrence.once(NOW + timedelta(days=7))) == "08:00 thứ Hai ngày 30/11/2026"


def test_times_are_those_of_the_commune_wherever_the_server_stands() -> None:
    moment = datetime(2026, 11, 23, 17, 30, 15, tzinfo=UTC)
    assert (VI.clock(moment), VI.second(moment), VI.day(moment)) == ("00:30", "00:30:15", "ngày mai")


def test_lengths_and_distances() -> None:
    assert [VI.length(seconds) for seconds in (0, 9.6, 84, 3723)] == ["0:00", "0:10", "1:24", "1:02:03"]
    past = [NOW - timedelta(seconds=seconds) for seconds in (5, 60, 3600 * 5, 86400 * 3)]
    assert [EN.ago(one, NOW) for one in past] == [
        "just now",
        "1 minute ago",
        "5 hours ago",
        "08:00 Friday 20/11/2026",
    ]


def test_a_code_that_nobody_knows_is_shown_as_it_is() -> None:
    assert VI.not_ready("offline") == "mất kết nối"
    assert (VI.not_ready("odd-code"), VI.silent("odd-code"), VI.voice("siri vi")) == (
        "odd-code",
        "odd-code",
        "siri vi",
    )


@pytest.mark.parametrize("clock", ["17:00", "17h", "17H00", " 17:00 ", "17:00:00"])
@pytest.mark.parametrize("day", ["24/11/2026", "24/11", "24-11-2026", "24.11.2026", "2026-11-24"])
def test_a_time_is_understood_however_people_write_it(clock: str, day: str) -> None:
    rule, errors = read_when(GOOD.model_copy(update={"clock": clock, "date": day}), NOW, VI)
    assert not errors
    assert rule is not None
    assert rule.next_start(NOW) == datetime(2026, 11, 24, 17, tzinfo=COMMUNE_ZONE)


def test_a_time_may_be_given_to_the_second() -> None:
    rule, _ = read_when(GOOD.model_copy(update={"clock": "17:00:30"}), NOW, VI)
    assert rule is not None
    assert VI.rule(rule) == "17:00:30 ngày mai"


def test_a_day_without_a_year_is_the_next_one() -> None:
    rule, _ = read_when(GOOD.model_copy(update={"date": "15/8"}), NOW, VI)
    assert rule is not None
    assert rule.first == date(2027, 8, 15)


@pytest.mark.parametrize(
    "typed, field",
    [
        ({"text": " "}, "text"),
        ({"areas": []}, "areas"),
        ({"areas": ["mars"]}, "areas"),
        ({"clock": "25:00"}, "clock"),
        ({"clock": ""}, "clock"),
        ({"date": "31/02/2026"}, "date"),
        ({"date": "22/11/2026"}, "date"),
        ({"repeat": "days", "first": "10/12/2026", "last": "01/12/2026"}, "last"),
        ({"repeat": "days", "last": "22/11/2026"}, "last"),
        ({"repeat": "days", "first": "24/11/2026", "last": "24/11/2026", "weekdays": ["MO"]}, "last"),
        ({"repeat": "days", "weekdays": ["XX"]}, "weekdays"),
        ({"volume": "101"}, "volume"),
        ({"volume": "loud"}, "volume"),
        ({"source": "recording", "title": "Tin"}, "file"),
        ({"source": "recording", "recording": "a" * 64}, "title"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(typed: dict[str, object], field: str) -> None:
    with pytest.raises(Misunderstood) as wrong:
        understand(GOOD.model_copy(update=typed), TREE, NOW, VI)
    assert list(wrong.value.errors) == [field]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Misunderstood) as wrong:
        understand(Typed(volume="x"), TREE, NOW, VI)
    assert set(wrong.value.errors) == {"text", "areas", "clock", "date", "volume"}


def test_an_area_covers_those_inside_it() -> None:
    wish = understand(GOOD.model_copy(update={"areas": ["thon-2", "xa", "thon-1"]}), TREE, NOW, VI)
    assert wish.areas == (AreaId("xa"),)


anything = st.one_of(st.text(max_size=20), st.sampled_from(["once", "days", "1/1", "99999999999", "0h0", "24/11/2026"]))


@given(st.fixed_dictionaries(dict.fromkeys(("text", "repeat", "date", "clock", "first", "last", "volume"), anything)))
def test_whatever_is_typed_is_understood_or_explained(typed: dict[str, str]) -> None:
    try:
        wish = understand(GOOD.model_copy(update=typed), TREE, NOW, VI)
    except Misunderstood as wrong:
        assert wrong.errors
        assert all(sentence.strip() for sentence in wrong.errors.values())
    else:
        assert isinstance(wish, Wish)
        assert wish.recurrence.next_start(NOW) is not None


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/\n/x",
        "/login",
        "/logout?x",
    ],
)
def test_nobody_is_sent_to_another_site(address: str) -> None:
    assert local(address) == "/"


def test_one_is_sent_back_to_the_page_one_wanted() -> None:
    assert local("/programmes?state=submitted") == "/programmes?state=submitted"

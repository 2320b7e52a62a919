"""A time in plain words is understood whole or not at all, and what the console says is understood again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from controller.web.language import Language
from controller.web.pages.said_when import MOST, NotUnderstood, understand_when
from controller.web.pages.when_form import WhenTyped, other_times, read_manner, read_rule
from controller.web.pages.words import Words
from schedules.day_rules import Daily, Lunar, Monthly, MonthlyWeekday, OnDates, Weekday, Weekly, Yearly
from schedules.errors import ScheduleError
from schedules.programme import OnHolidays
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

TODAY = date(2026, 11, 23)  # a Monday
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=COMMUNE_ZONE)
WORDS, IN_ENGLISH = Words(Language.VIETNAMESE, TODAY), Words(Language.ENGLISH, TODAY)
WEEK = list(Weekday)


def heard(text: str, words: Words = WORDS) -> str:
    """What the console says of what it understood."""
    typed = WhenTyped.model_validate(understand_when(text, TODAY, words.language))
    errors: dict[str, str] = {}
    rule = read_rule(typed, NOW, words, errors)
    assert rule is not None, errors
    return words.rule(rule, other_times(typed), read_manner(typed, words, {}).on_holidays)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "17:00 thứ Hai đến thứ Sáu, trừ ngày lễ, đến hết tháng",
            "17:00 thứ Hai đến thứ Sáu, đến hết 30/11/2026, trừ ngày lễ",
        ),
        ("5h và 17h30 hằng ngày", "05:00 và 17:30 hằng ngày"),
        ("Lúc 5 giờ rưỡi chiều thứ 2, 4, 6 từ 1/12 đến hết 15/12", None),
        ("6h sáng các ngày trong tuần, trong 2 tuần", "06:00 thứ Hai đến thứ Sáu, đến hết 06/12/2026"),
        ("hàng ngày trừ chủ nhật lúc 17 giờ", "17:00 thứ Hai đến thứ Bảy"),
        ("17h rằm và mùng một hằng tháng", "17:00 mùng 1 và rằm âm lịch"),
        ("17h mùng mười tháng ba", "?"),
        ("19 giờ tối thứ bảy, cách tuần", "19:00 thứ Bảy hằng tuần, 2 tuần một lần"),
        ("8h ngày 2/9 hằng năm", "08:00 ngày 2/9 hằng năm"),
        ("7 giờ tối chủ nhật cuối cùng của tháng", "19:00 Chủ nhật cuối cùng trong tháng"),
        ("17:00 ngày mai", "17:00 ngày mai"),
        ("ngày 5 tháng 12 năm 2026, 17h", "17:00 thứ Bảy ngày 05/12/2026"),
        ("9h đêm 24/12 và 31/12", "21:00 24/12/2026 và 31/12/2026"),
        ("11h trưa chỉ vào các ngày lễ, tết", "11:00 hằng ngày, chỉ ngày lễ"),
        ("17:00 đến cuối năm", "17:00 hằng ngày, đến hết 31/12/2026"),
        ("17h", "?"),
        ("thứ hai", "?"),
        ("17h thứ hai và hát quốc ca", "hát quốc ca"),
        ("25h hằng ngày", "?"),
        ("5h-6h hằng ngày", "?"),
        ("17h thứ sáu đến thứ hai", "?"),
        ("17h thứ Sáu ngày 24/12/2026", "?"),
        ("17h hằng ngày ngày mai", "?"),
        ("17h 31/2/2027", "?"),
        ("không phát 17h hằng ngày", "không"),
        ("17h hằng ngày trừ ngày lễ và chủ nhật", "17:00 thứ Hai đến thứ Bảy, trừ ngày lễ"),
        ("17h, trừ ngày lễ, thứ hai đến thứ sáu", "17:00 thứ Hai đến thứ Sáu, trừ ngày lễ"),
        ("17h hằng ngày thứ hai", "?"),
        ("17h thứ hai và 18h thứ ba", "?"),
        ("5pm every day", "?"),
    ],
)
def test_people_say_it_their_way(said: str, meant: str | None) -> None:
    if meant is None:
        assert heard(said) == "17:30 thứ Hai, thứ Tư và thứ Sáu, từ 01/12/2026, đến hết 15/12/2026"
    elif meant[0].isdigit():
        assert heard(said) == meant
    else:
        with pytest.raises(NotUnderstood) as caught:
            understand_when(said, TODAY, Language.VIETNAMESE)
        assert meant == "?" or caught.value.left == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "5 pm Monday to Friday, except on holidays, until the end of the month",
            "17:00, Monday to Friday, until 30/11/2026, except on holidays",
        ),
        ("at 5am and 5:30 p.m. daily", "05:00 and 17:30, every day"),
        ("half past 5 in the afternoon on Mondays, Wednesdays and Fri from 1 December to 15/12", None),
        ("6:00 on weekdays for two weeks", "06:00, Monday to Friday, until 06/12/2026"),
        ("every day except Sundays and public holidays at 17:00", "17:00, Monday to Saturday, except on holidays"),
        ("17:00 on the full moon and moon day 1", "17:00, moon day 1 and full moon by the lunar calendar"),
        ("1st and 15th of every lunar month, 5 pm", "17:00, moon day 1 and full moon by the lunar calendar"),
        ("7 pm every other Saturday", "19:00, every Saturday, every 2 weeks"),
        ("7 pm Saturdays, every other week", "19:00, every Saturday, every 2 weeks"),
        ("8am on September 2nd every year", "08:00, on 2/9 every year"),
        ("7 o'clock in the evening on the last Sunday of the month", "19:00, the last Sunday of the month"),
        ("noon on the 1st and the last day of each month", "12:00, day 1 and the last day of the month"),
        ("5 PM tomorrow", "17:00 tomorrow"),
        ("17:00 on Saturday the 5th of December 2026", "17:00 Saturday 05/12/2026"),
        ("9 pm Dec 24 and December 31st", "21:00, 24/12/2026 and 31/12/2026"),
        ("11:00 only on holidays", "11:00, every day, on holidays only"),
        ("17h thứ hai đến thứ sáu", "17:00, Monday to Friday"),
        ("5 pm", "?"),
        ("Monday", "?"),
        ("5 pm Monday", "monday"),
        ("5 o'clock every day", "?"),
        ("half past 5 every day", "?"),
        ("17 pm every day", "?"),
        ("5 at night every day", "?"),
        ("25:00 every day", "?"),
        ("5 pm every day and sing", "sing"),
        ("not at 5 pm every day", "not"),
        ("5 pm every second Monday", "?"),
        ("5 pm Friday to Monday", "?"),
        ("5 pm Friday 24/12/2026", "?"),
        ("5 pm every day tomorrow", "?"),
        ("5 pm 31/2/2027", "?"),
        ("5 pm 12/31/2026", "?"),
        ("5 pm next Monday", "?"),
        ("5 pm every day on Monday", "?"),
        ("5 pm on Mondays and 6 pm on Sundays", "?"),
        ("5:30pm weekdays & Sunday but not Friday", "17:30, Monday, Tuesday, Wednesday, Thursday and Sunday"),
    ],
)
def test_people_say_it_their_way_in_english(said: str, meant: str | None) -> None:
    if meant is None:
        assert heard(said, IN_ENGLISH) == "17:30, Monday, Wednesday and Friday, from 01/12/2026, until 15/12/2026"
    elif meant[0].isdigit():
        assert heard(said, IN_ENGLISH) == meant
    else:
        with pytest.raises(NotUnderstood) as caught:
            understand_when(said, TODAY, Language.ENGLISH)
        assert meant == "?" or caught.value.left == meant


some_weekdays = st.frozensets(st.sampled_from(WEEK), max_size=6)
days = st.one_of(
    st.tuples(st.just(Daily()), some_weekdays),
    st.tuples(st.builds(Daily, st.integers(2, 30)), st.just(frozenset())),
    st.tuples(st.builds(Weekly, st.integers(2, 9)), st.frozensets(st.sampled_from(WEEK), min_size=1, max_size=6)),
    st.tuples(
        st.builds(Monthly, st.frozensets(st.sampled_from([*range(1, 32), -1]), min_size=1, max_size=4)),
        st.just(frozenset()),
    ),
    st.tuples(
        st.builds(
            MonthlyWeekday,
            st.frozensets(st.sampled_from([1, 2, 3, 4, -1]), min_size=1, max_size=3),
            st.sampled_from(WEEK),
        ),
        st.just(frozenset()),
    ),
    st.tuples(st.builds(Yearly, st.integers(1, 12), st.integers(1, 28)), st.just(frozenset())),
    st.tuples(
        st.builds(
            Lunar,
            st.frozensets(st.integers(1, 30), min_size=1, max_size=3),
            st.frozensets(st.integers(1, 12), max_size=2),
        ),
        st.just(frozenset()),
    ),
)
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(
    days,
    st.lists(clocks, min_size=1, max_size=3, unique=True),
    st.integers(0, 60),
    st.none() | st.integers(30, 400),
    st.booleans(),
)
def test_what_the_console_says_is_understood_again(
    when: tuple[object, frozenset[Weekday]], at: list[time], ahead: int, lasts: int | None, holidays: bool
) -> None:
    at.sort()
    first = TODAY + timedelta(days=ahead)
    last = None if lasts is None else first + timedelta(days=lasts)
    try:
        rule = Recurrence(at=at[0], first=first, last=last, weekdays=when[1], days=when[0])  # type: ignore[arg-type]
    except ScheduleError:
        reject()
    assume(rule.next_start(NOW) is not None)
    for words in (WORDS, IN_ENGLISH):
        said = words.rule(rule, at[1:], OnHolidays.SKIP if holidays else OnHolidays.KEEP)
        typed = WhenTyped.model_validate(understand_when(said, TODAY, words.language))
        assert read_rule(typed, NOW, words, {}) == rule, said
        assert other_times(typed) == tuple(at[1:])
        assert read_manner(typed, words, {}).on_holidays is (OnHolidays.SKIP if holidays else OnHolidays.KEEP)
        with pytest.raises(NotUnderstood):
            understand_when(f"{said} quả bưởi", TODAY, words.language)


@given(st.frozensets(st.integers(0, 400), min_size=1, max_size=4))
def test_so_are_lists_of_days(ahead: frozenset[int]) -> None:
    listed = frozenset(TODAY + timedelta(days=n) for n in ahead)
    rule = Recurrence(at=time(17), first=min(listed), last=max(listed), days=OnDates(listed))
    for words in (WORDS, IN_ENGLISH):
        typed = WhenTyped.model_validate(understand_when(words.rule(rule), TODAY, words.language))
        found = read_rule(typed, NOW, words, {})
        assert found is not None
        assert found.first == rule.first and found.last == rule.last


WORDS_OF_TIME = """
17:00 5h thứ hai ba sáu 7 chủ_nhật đến hết tháng từ 1/12 31/2 hôm_nay mai rằm mùng một âm_lịch hằng ngày năm trừ lễ và ,
cách_tuần 2_tuần_một_lần cuối đầu_tiên trong 99/99/9999 0/0 999_ngày chỉ ２ giờ_rưỡi - 9999
5pm at 12:30 am noon monday fridays to every_day each week other 2_weeks until the_end_of december 2026-13-40 from the
1st of_the_month last_day may full_moon by_the_lunar_calendar on_holidays_only except holidays not for_999_weeks o'clock
"""
pieces = st.sampled_from([*(one.replace("_", " ") for one in WORDS_OF_TIME.split()), "\x00"])


@given(st.lists(pieces, max_size=14).map(" ".join) | st.text(max_size=60))
def test_no_sentence_does_anything_but_be_understood_or_not(said: str) -> None:
    try:
        fields = understand_when(said, TODAY, Language.ENGLISH)  # and in Vietnamese where that fails
    except NotUnderstood:
        return
    read_rule(WhenTyped.model_validate(fields), NOW, WORDS, {})


def test_it_takes_no_longer_for_a_sentence_made_to_take_long() -> None:
    for piece in ("ngày 1 và ", "thứ hai, ", "rằm và ", "1/1 ", "17h ", "day 1 and ", "monday, ", "5 pm "):
        with pytest.raises(NotUnderstood):
            understand_when((piece * 200)[:MOST], TODAY, Language.ENGLISH)

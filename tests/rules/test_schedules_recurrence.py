"""A recurrence fires on the days that it says and on no other, in every zone, however the time is cut."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from schedules.day_rules import (
    Daily,
    DayRule,
    Lunar,
    Monthly,
    MonthlyWeekday,
    OnDates,
    Weekday,
    Weekly,
    Yearly,
)
from schedules.errors import BadRecurrence
from schedules.lunar import to_lunar
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

NEW_YORK = ZoneInfo("America/New_York")
FIVE = time(5, 0)
OPENING = date(2026, 1, 5)

near_days = some.dates(date(2024, 1, 1), date(2028, 12, 31))
month_days = some.sets(some.integers(1, 31) | some.integers(-31, -1), min_size=1, max_size=3).map(frozenset)
intervals = some.integers(1, 5)
rules: some.SearchStrategy[DayRule] = some.one_of(
    some.builds(Daily, intervals),
    some.builds(Weekly, intervals),
    some.builds(Monthly, month_days, intervals),
    some.builds(
        MonthlyWeekday,
        some.sets(some.sampled_from([-5, -2, -1, 1, 2, 3, 4, 5]), min_size=1).map(frozenset),
        some.sampled_from(Weekday),
        intervals,
    ),
    some.builds(Yearly, some.integers(1, 12), some.integers(1, 28), intervals),
    some.builds(
        Lunar,
        some.sets(some.integers(1, 30) | some.just(-1), min_size=1, max_size=3).map(frozenset),
        some.frozensets(some.integers(1, 12), max_size=3),
    ),
    some.builds(OnDates, some.frozensets(near_days, min_size=1, max_size=5)),
)


def fires(rule: DayRule, anchor: date, day: date) -> bool:
    """What the rule means, said a second time and slowly."""
    last_of_month = calendar.monthrange(day.year, day.month)[1]
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    match rule:
        case Daily(every):
            return (day - anchor).days % every == 0
        case Weekly(every):
            monday, other = day - timedelta(day.weekday()), anchor - timedelta(anchor.weekday())
            return (monday - other).days // 7 % every == 0
        case Monthly(on, every):
            return months % every == 0 and bool({day.day, day.day - last_of_month - 1} & on)
        case MonthlyWeekday(nth, weekday, every):
            from_end = -((last_of_month - day.day) // 7 + 1)
            place = {(day.day - 1) // 7 + 1, from_end}
            return months % every == 0 and day.weekday() == weekday.number and bool(place & nth)
        case Yearly(month, number, every):
            return (day.month, day.day) == (month, number) and (day.year - anchor.year) % every == 0
        case Lunar(on, chosen):
            name = to_lunar(day)
            is_last = to_lunar(day + timedelta(1)).day == 1
            in_month = not chosen or (name.month in chosen and not name.leap)
            return in_month and (name.day in on or (is_last and -1 in on))
        case OnDates(dates):
            return day in dates


@given(rules, near_days, near_days, some.integers(0, 500))
def test_a_rule_fires_on_exactly_the_days_that_it_means(rule: DayRule, anchor: date, first: date, length: int) -> None:
    days = [first + timedelta(count) for count in range(length + 1)]
    assert list(rule.days(anchor, first, days[-1])) == [day for day in days if fires(rule, anchor, day)]


@some.composite
def recurrences(draw: some.DrawFn) -> Recurrence:
    first = draw(near_days)
    length = draw(some.none() | some.integers(0, 600))
    try:
        return Recurrence(
            at=draw(some.times().map(lambda at: at.replace(microsecond=0))),
            first=first,
            last=None if length is None else first + timedelta(length),
            weekdays=draw(some.frozensets(some.sampled_from(Weekday), max_size=3)),
            zone=draw(some.sampled_from([COMMUNE_ZONE, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])),
            days=draw(rules),
        )
    except BadRecurrence:
        return Recurrence(at=time(2, 30), first=first, zone=NEW_YORK)


moments = some.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(recurrences(), moments, some.integers(1, 400), some.lists(some.floats(0.01, 0.99), max_size=4))
def test_the_starts_are_the_same_however_the_time_is_cut(
    recurrence: Recurrence, begin: datetime, days: int, cuts: list[float]
) -> None:
    span = Timespan.of(begin, timedelta(days=days))
    edges = sorted({span.start, span.end, *(span.start + span.length * cut for cut in cuts)})
    parts = [Timespan(one, other) for one, other in pairwise(edges)]
    whole = list(recurrence.starts(span))
    assert [start for part in parts for start in recurrence.starts(part)] == whole
    in_utc = [start.astimezone(UTC) for start in whole]
    assert in_utc == sorted(set(in_utc))
    assert list(recurrence.starts(span)) == whole


@settings(max_examples=50)
@given(recurrences(), moments)
def test_the_next_start_is_the_first_that_is_not_before(recurrence: Recurrence, after: datetime) -> None:
    found = recurrence.next_start(after)
    span = Timespan.of(after, timedelta(days=800))
    first = next(recurrence.starts(span), None)
    if first is not None:
        assert found == first
    else:
        assert found is None or found >= span.end


def on(day: str) -> date:
    return date.fromisoformat(day)


def days_of(recurrence: Recurrence, first: str, last: str) -> list[str]:
    return [str(day) for day in recurrence.dates(on(first), on(last))]


def test_market_days_come_every_second_week_from_the_week_of_the_first() -> None:
    market = Recurrence(
        at=FIVE,
        first=on("2026-01-07"),
        weekdays=frozenset({Weekday.TUESDAY, Weekday.SATURDAY}),
        days=Weekly(every=2),
    )
    assert days_of(market, "2026-01-01", "2026-02-05") == ["2026-01-10", "2026-01-20", "2026-01-24", "2026-02-03"]


def test_the_pensions_notice_skips_a_month_without_a_31st_and_the_last_day_does_not() -> None:
    thirty_first = Recurrence(at=FIVE, first=OPENING, days=Monthly(frozenset({31})))
    assert days_of(thirty_first, "2026-01-01", "2026-05-31") == ["2026-01-31", "2026-03-31", "2026-05-31"]
    last = Recurrence(at=FIVE, first=OPENING, days=Monthly(frozenset({-1})))
    assert days_of(last, "2026-01-01", "2026-04-30") == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_a_meeting_on_the_first_and_the_last_monday_of_the_month() -> None:
    meeting = Recurrence(at=FIVE, first=OPENING, days=MonthlyWeekday(frozenset({1, -1}), Weekday.MONDAY))
    assert days_of(meeting, "2026-02-01", "2026-03-31") == ["2026-02-02", "2026-02-23", "2026-03-02", "2026-03-30"]


def test_mung_1_and_ram_are_kept_in_a_leap_month_too_but_gio_to_only_once() -> None:
    pagoda = Recurrence(at=FIVE, first=on("2025-01-01"), days=Lunar(frozenset({1, 15})))
    assert days_of(pagoda, "2025-07-01", "2025-08-31") == ["2025-07-09", "2025-07-25", "2025-08-08", "2025-08-23"]
    anniversary = Recurrence(at=FIVE, first=on("2023-01-01"), days=Lunar(frozenset({10}), frozenset({2})))
    assert days_of(anniversary, "2023-01-01", "2024-12-31") == ["2023-03-01", "2024-03-19"]


def test_the_last_evening_of_the_year_is_found_whether_it_is_the_29th_or_the_30th() -> None:
    new_years_eve = Recurrence(at=time(22), first=on("2023-01-01"), days=Lunar(frozenset({-1}), frozenset({12})))
    assert days_of(new_years_eve, "2024-01-01", "2026-12-31") == ["2024-02-09", "2025-01-28", "2026-02-16"]


def test_a_start_that_the_clocks_jump_over_comes_as_much_later_as_they_jumped() -> None:
    at_night = Recurrence(at=time(2, 30), first=on("2026-03-01"), zone=NEW_YORK)
    starts = list(at_night.starts(Timespan.of(datetime(2026, 3, 7, tzinfo=UTC), timedelta(days=3))))
    assert [str(start) for start in starts] == [
        "2026-03-07 02:30:00-05:00",
        "2026-03-08 03:30:00-04:00",
        "2026-03-09 02:30:00-04:00",
    ]


def test_a_start_in_the_hour_that_comes_twice_is_heard_once() -> None:
    at_night = Recurrence(at=time(1, 30), first=on("2026-10-01"), zone=NEW_YORK)
    starts = list(at_night.starts(Timespan.of(datetime(2026, 11, 1, 4, tzinfo=UTC), timedelta(hours=24))))
    assert [str(start) for start in starts] == ["2026-11-01 01:30:00-04:00"]


def test_a_single_broadcast_in_the_second_of_the_doubled_hours_keeps_its_moment() -> None:
    moment = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    found = Recurrence.once(moment, NEW_YORK).next_start(moment - timedelta(hours=3))
    assert found is not None and found.astimezone(UTC) == moment


def test_a_day_that_an_island_skipped_has_no_broadcast() -> None:
    samoa = Recurrence(at=time(10), first=on("2011-12-28"), zone=ZoneInfo("Pacific/Apia"))
    starts = list(samoa.starts(Timespan.of(datetime(2011, 12, 28, tzinfo=UTC), timedelta(days=5))))
    assert [start.date().day for start in starts] == [28, 29, 31, 1, 2]


@pytest.mark.parametrize(
    "never",
    [
        lambda: Recurrence(at=FIVE, first=OPENING, last=OPENING, weekdays=frozenset({Weekday.TUESDAY})),
        lambda: Recurrence(at=FIVE, first=OPENING, last=OPENING - timedelta(1)),
        lambda: Recurrence(at=FIVE, first=on("2026-02-01"), days=Monthly(frozenset({30}), every=12)),
        lambda: Recurrence(at=FIVE, first=OPENING, last=on("2026-02-10"), days=Lunar(frozenset({1}), frozenset({1}))),
        lambda: Recurrence(at=FIVE, first=on("2101-06-01"), days=Lunar(frozenset({1}))),
        lambda: Recurrence(at=FIVE, first=OPENING, days=OnDates(frozenset({on("2025-12-31")}))),
        lambda: Recurrence(at=FIVE, first=on("2027-01-01"), days=Yearly(2, 29, every=2)),
        lambda: Recurrence(at=time(5, tzinfo=UTC), first=OPENING),
        lambda: Yearly(2, 30),
        lambda: Monthly(frozenset({0})),
        lambda: MonthlyWeekday(frozenset({6}), Weekday.MONDAY),
        lambda: Lunar(frozenset({31})),
        lambda: Lunar(frozenset({1}), frozenset({13})),
        lambda: Daily(0),
        lambda: OnDates(frozenset()),
    ],
)
def test_a_rule_that_can_never_fire_is_refused_at_once(never: object) -> None:
    with pytest.raises(BadRecurrence):
        never()  # type: ignore[operator]


def test_a_rule_that_fires_once_in_twenty_eight_years_still_finds_its_next_start() -> None:
    leap_sunday = Recurrence(
        at=FIVE, first=on("2026-01-01"), weekdays=frozenset({Weekday.SUNDAY}), days=Yearly(month=2, day=29)
    )
    found = leap_sunday.next_start(datetime(2033, 1, 1, tzinfo=UTC))
    assert found is not None and found.date() == on("2060-02-29")


def test_a_rule_from_long_ago_is_answered_without_walking_through_the_years() -> None:
    old = Recurrence(at=FIVE, first=on("1901-01-01"), days=Daily(every=3))
    visited = []

    class Counting(Daily):
        def days(self, anchor: date, first: date, last: date):  # type: ignore[no-untyped-def]
            for day in super().days(anchor, first, last):
                visited.append(day)
                yield day

    counted = Recurrence(at=FIVE, first=on("1901-01-01"), days=Counting(every=3))
    visited.clear()
    span = Timespan.of(datetime(2026, 5, 1, tzinfo=UTC), timedelta(days=3))
    assert list(counted.starts(span)) == list(old.starts(span))
    assert len(visited) <= 3

"""Calendars: what the commune's days make of the programmes, without ever editing one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from schedules.calendars import (
    Calendars,
    Change,
    Holiday,
    Limit,
    Move,
    Replace,
    Silence,
    Skip,
    class_hours,
    exam,
    maintenance,
    mourning,
    quiet_hours,
)
from schedules.day_rules import Lunar, OnDates, Weekday, Yearly
from schedules.errors import BadCalendar, BadProgramme, ScheduleError
from schedules.forecast import forecast
from schedules.occurrence import Occurrence, Why
from schedules.plan import plan
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Content, OnHolidays, Programme, ProgrammeId, Sha256, Sound
from schedules.reasons import in_words
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

COMMUNE, MARKET, SCHOOL = AreaId("xa"), AreaId("thon-cho"), AreaId("thon-truong")
PATHS = {COMMUNE: (COMMUNE,), MARKET: (COMMUNE, MARKET), SCHOOL: (COMMUNE, SCHOOL)}


def programme(name: str = "news", at: str = "05:00", minutes: float = 10, **more: object) -> Programme:
    plain = Programme(
        id=ProgrammeId(name),
        title=name,
        areas=(COMMUNE,),
        sounds=(Sound(Sha256("0" * 64), minutes * 60, 1000),),
        recurrence=Recurrence(at=time.fromisoformat(at), first=date(2026, 1, 1)),
        requested_at=datetime(2025, 12, 1, tzinfo=UTC),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def span(first: str, days: int = 1) -> Timespan:
    start = datetime.combine(date.fromisoformat(first), time(), COMMUNE_ZONE)
    return Timespan.of(start, timedelta(days=days))


def heard(
    programmes: list[Programme], first: str, calendars: Calendars, area: AreaId = COMMUNE, days: int = 1
) -> list[str]:
    line = forecast(programmes, span(first, days), PATHS[area], calendars, PATHS)
    return [
        f"{segment.start.astimezone(COMMUNE_ZONE):%d/%m %H:%M} {segment.occurrence.title}" for segment in line.segments
    ]


def losses(programmes: list[Programme], first: str, calendars: Calendars, area: AreaId = COMMUNE) -> list[str]:
    line = forecast(programmes, span(first), PATHS[area], calendars, PATHS)
    return [f"{verdict.occurrence.title}: {in_words(verdict)}" for verdict in line.losses]


NIGHT = quiet_hours(time(22), time(5))
NOON = quiet_hours(time(11, 30), time(13), weekdays=frozenset({Weekday.SATURDAY, Weekday.SUNDAY}))


def test_the_night_is_quiet_over_midnight_and_noon_only_at_the_weekend() -> None:
    calendars = Calendars(silences=(NIGHT, NOON))
    day = [
        programme("after midnight", "00:30"),
        programme("too early", "04:55"),
        programme("morning", "05:00"),
        programme("noon", "11:25"),
        programme("evening", "21:50"),
        programme("too late", "21:55"),
    ]
    assert heard(day, "2026-05-08", calendars) == ["08/05 05:00 morning", "08/05 11:25 noon", "08/05 21:50 evening"]
    assert heard(day, "2026-05-09", calendars) == ["09/05 05:00 morning", "09/05 21:50 evening"]
    assert losses(day, "2026-05-08", calendars)[-1] == "too late: Không phát: giờ yên lặng, 22:00–05:00."


def test_an_emergency_is_heard_in_the_deepest_night() -> None:
    drill = programme("flood", "03:15", bulletin_class=BulletinClass.EMERGENCY)
    assert heard([drill], "2026-05-08", Calendars(silences=(NIGHT,))) == ["08/05 03:15 flood"]


def test_a_village_keeps_its_own_quiet_hours_within_the_commune() -> None:
    calendars = Calendars(silences=(quiet_hours(time(4), time(6), frozenset({SCHOOL})),))
    assert heard([programme()], "2026-05-08", calendars, MARKET) == ["08/05 05:00 news"]
    assert heard([programme()], "2026-05-08", calendars, SCHOOL) == []
    published = plan([programme()], span("2026-05-08"), calendars, PATHS)[COMMUNE]
    assert [hush.area for hush in published[0].hushes] == [SCHOOL]


def test_mourning_drops_the_music_and_keeps_notices_news_and_relay() -> None:
    calendars = Calendars(silences=(mourning(date(2026, 5, 24), date(2026, 5, 25), "Quốc tang"),))
    day = [programme(str(content.value), f"0{hour}:00", content=content) for hour, content in enumerate(Content, 5)]
    assert heard(day, "2026-05-24", calendars) == ["24/05 05:00 notice", "24/05 06:00 news", "24/05 07:00 relay"]
    assert losses(day, "2026-05-25", calendars) == [
        "music: Không phát: những ngày quốc tang không phát nhạc (Quốc tang)."
    ]
    assert len(heard(day, "2026-05-26", calendars)) == 4


def test_exam_days_and_maintenance_silence_their_hours_and_their_area() -> None:
    exams = Recurrence(at=time(7), first=date(2026, 6, 11), last=date(2026, 6, 12))
    repair = Recurrence(at=time(8), first=date(2026, 6, 11), last=date(2026, 6, 11))
    calendars = Calendars(
        silences=(
            exam(exams, time(11, 30), "Thi tốt nghiệp", frozenset({SCHOOL})),
            maintenance(repair, time(9), "Thay ăng-ten", frozenset({MARKET})),
        )
    )
    day = [programme("early", "06:30"), programme("late", "08:30")]
    assert heard(day, "2026-06-11", calendars, SCHOOL) == ["11/06 06:30 early"]
    assert heard(day, "2026-06-11", calendars, MARKET) == ["11/06 06:30 early"]
    assert heard(day, "2026-06-12", calendars, MARKET) == ["12/06 06:30 early", "12/06 08:30 late"]
    assert len(heard(day, "2026-06-13", calendars, SCHOOL)) == 2


def test_a_class_has_its_earliest_and_latest_hour() -> None:
    calendars = Calendars(silences=(class_hours(BulletinClass.NORMAL, time(5, 30), time(20)),))
    day = [
        programme("normal", "05:00"),
        programme("priority", "05:00", bulletin_class=BulletinClass.PRIORITY),
        programme("in time", "19:50"),
        programme("runs over", "19:55"),
    ]
    assert heard(day, "2026-05-08", calendars) == ["08/05 05:00 priority", "08/05 19:50 in time"]


TET = Holiday(
    "Tết Nguyên đán", Recurrence(at=time(0), first=date(2020, 1, 1), days=Lunar(frozenset({1}), frozenset({1}))), 3
)
INDEPENDENCE = Holiday("Quốc khánh", Recurrence(at=time(0), first=date(2020, 1, 1), days=Yearly(9, 2)))
DECREE = Holiday("Nghỉ bù", Recurrence(at=time(0), first=date(2026, 5, 4), last=date(2026, 5, 4)))


def test_on_holidays_a_programme_is_kept_skipped_moved_or_heard_only_then() -> None:
    calendars = Calendars(holidays=(TET, INDEPENDENCE, DECREE))
    day = [
        programme("kept", "05:00"),
        programme("skipped", "05:30", on_holidays=OnHolidays.SKIP),
        programme("sleeps in", "06:00", on_holidays=OnHolidays.MOVE, holiday_at=time(7, 30)),
        programme("greeting", "08:00", on_holidays=OnHolidays.ONLY),
    ]
    ordinary = ["05:00 kept", "05:30 skipped", "06:00 sleeps in"]
    festive = ["05:00 kept", "07:30 sleeps in", "08:00 greeting"]
    for first, expected in (
        ("2026-02-16", ordinary),  # 29 Chạp
        ("2026-02-17", festive),  # mùng 1 Tết
        ("2026-02-19", festive),  # mùng 3
        ("2026-02-20", ordinary),
        ("2026-05-04", festive),
        ("2026-09-02", festive),
    ):
        assert [entry[6:] for entry in heard(day, first, calendars)] == expected, first
    assert losses(day, "2026-09-02", calendars) == ["skipped: Không phát: ngày nghỉ lễ (Quốc khánh)."]


def test_a_moved_broadcast_keeps_its_id_and_the_series_keeps_its_other_days() -> None:
    news = programme()
    before = plan([news], span("2026-05-04", 7))[COMMUNE]
    change = Change(news.id, date(2026, 5, 6), date(2026, 5, 6), Move(days=1, at=time(17)), "mất điện")
    after = plan([news], span("2026-05-04", 7), Calendars(changes=(change,)))[COMMUNE]
    assert {one.id for one in after} == {one.id for one in before}
    assert [
        one.start - other.start for one, other in zip(sorted(after, key=by_id), sorted(before, key=by_id), strict=True)
    ] == [timedelta(hours=36) if number == 2 else timedelta() for number in range(7)]


def by_id(occurrence: Occurrence) -> str:
    return occurrence.id


def test_a_broadcast_moved_across_the_edge_of_the_span_is_found_on_the_day_where_it_went() -> None:
    change = Change(ProgrammeId("news"), date(2026, 5, 6), date(2026, 5, 6), Move(days=20))
    calendars = Calendars(changes=(change,))
    assert heard([programme()], "2026-05-06", calendars) == []
    assert heard([programme()], "2026-05-26", calendars) == ["26/05 05:00 news", "26/05 05:10 news"]


def test_a_range_is_skipped_one_date_replaced_and_the_last_word_counts() -> None:
    changes = (
        Change(ProgrammeId("news"), date(2026, 5, 5), date(2026, 5, 7), Skip(), "sửa đài"),
        Change(ProgrammeId("news"), date(2026, 5, 6), date(2026, 5, 6), Replace("đặc biệt", expected_seconds=60)),
        Change(ProgrammeId("other"), date(2026, 5, 8), date(2026, 5, 8), Skip()),
    )
    calendars = Calendars(changes=changes)
    assert heard([programme()], "2026-05-04", calendars, days=5) == [
        "04/05 05:00 news",
        "06/05 05:00 đặc biệt",
        "08/05 05:00 news",
    ]
    assert losses([programme()], "2026-05-05", calendars) == ["news: Không phát: được bỏ riêng ngày này (sửa đài)."]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: replace(NIGHT, classes=frozenset({BulletinClass.EMERGENCY})),
        lambda: replace(NIGHT, classes=frozenset()),
        lambda: Holiday("", DECREE.begins, 0),
        lambda: Move(),
        lambda: Move(days=40),
        lambda: Replace("nothing"),
        lambda: Change(ProgrammeId("a"), date(2026, 1, 2), date(2026, 1, 1), Skip()),
        lambda: Limit(),
        lambda: Limit(per_day=0),
        lambda: programme(repeats=0),
        lambda: programme(repeats=99, gap=3600),
        lambda: programme(sounds=()),
        lambda: programme(holiday_at=time(7)),
        lambda: programme(on_holidays=OnHolidays.MOVE),
        lambda: programme(longest_wait=-1),
        lambda: programme(requested_at=datetime(2026, 1, 1)),  # noqa: DTZ001
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(wrong: object) -> None:
    with pytest.raises((BadCalendar, BadProgramme)) as refused:
        wrong()  # type: ignore[operator]
    assert isinstance(refused.value, ScheduleError) and refused.value.code


def test_a_silence_on_chosen_dates_lasts_until_its_end_the_next_morning() -> None:
    vigil = Silence(
        Why.QUIET_HOURS,
        "",
        Recurrence.on_dates(frozenset({date(2026, 5, 8)}), time(20)),
        time(6),
    )
    assert isinstance(vigil.begins.days, OnDates)
    [window] = vigil.windows(span("2026-05-09"))
    assert window.length == timedelta(hours=10)

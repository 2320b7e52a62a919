"""Recurrences travel as RFC 5545 text and come back the same; phones read what an area hears."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schedules.conflicts import line_of_sound
from schedules.content_lines import content_lines, escaped, folded
from schedules.day_rules import Daily, DayRule, Lunar, Monthly, MonthlyWeekday, OnDates, Weekday, Weekly, Yearly
from schedules.errors import BadRecurrence, BadRule, ScheduleError
from schedules.ical import feed
from schedules.occurrence import Occurrence, occurrence_id
from schedules.priority import BulletinClass, Late, Resume
from schedules.programme import ProgrammeId
from schedules.recurrence import Recurrence
from schedules.rrule import from_rfc5545, to_rfc5545
from schedules.timespan import COMMUNE_ZONE, Timespan

NEW_YORK = ZoneInfo("America/New_York")
HO_CHI_MINH = "DTSTART;TZID=Asia/Ho_Chi_Minh:20260105T050000"

some_days = some.dates(date(2025, 1, 1), date(2027, 12, 31))
numbers = some.frozensets(some.integers(1, 31) | some.integers(-31, -1), min_size=1, max_size=3)
rules: some.SearchStrategy[DayRule] = some.one_of(
    some.builds(Daily, some.integers(1, 9)),
    some.builds(Weekly, some.integers(1, 5)),
    some.builds(Monthly, numbers, some.integers(1, 5)),
    some.builds(
        MonthlyWeekday,
        some.frozensets(some.sampled_from([-2, -1, 1, 2, 3, 5]), min_size=1),
        some.sampled_from(Weekday),
        some.integers(1, 3),
    ),
    some.builds(Yearly, some.integers(1, 12), some.integers(1, 28), some.integers(1, 2)),
    some.builds(
        Lunar, some.frozensets(some.integers(1, 30) | some.just(-1), min_size=1), some.frozensets(some.integers(1, 12))
    ),
    some.builds(OnDates, some.frozensets(some_days, min_size=1, max_size=4)),
)


@given(
    some.sampled_from([time(5), time(2, 30), time(23, 59, 59)]),
    some_days,
    some.none() | some.integers(0, 700),
    some.frozensets(some.sampled_from(Weekday), max_size=3),
    some.sampled_from([COMMUNE_ZONE, NEW_YORK, ZoneInfo("UTC")]),
    rules,
)
def test_a_recurrence_comes_back_from_its_text_with_the_same_starts(
    at: time, first: date, length: int | None, weekdays: frozenset[Weekday], zone: ZoneInfo, rule: DayRule
) -> None:
    last = None if length is None else first + timedelta(length)
    try:
        recurrence = Recurrence(at, first, last, weekdays, zone, rule)
    except BadRecurrence:
        return
    text = to_rfc5545(recurrence)
    span = Timespan.of(datetime(2024, 12, 1, tzinfo=UTC), timedelta(days=2000))
    assert list(from_rfc5545(text).starts(span)) == list(recurrence.starts(span)), text
    assert to_rfc5545(from_rfc5545(text)) == text


@pytest.mark.parametrize(
    ("recurrence", "text"),
    [
        (Recurrence(time(5), date(2026, 1, 5)), f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY"),
        (
            Recurrence(
                time(5),
                date(2026, 1, 5),
                date(2026, 3, 31),
                frozenset({Weekday.MONDAY, Weekday.FRIDAY}),
                days=Weekly(2),
            ),
            f"{HO_CHI_MINH}\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=MO;UNTIL=20260330T220000Z",
        ),
        (
            Recurrence(time(5), date(2026, 1, 1), days=MonthlyWeekday(frozenset({1, -1}), Weekday.MONDAY)),
            f"{HO_CHI_MINH}\nRRULE:FREQ=MONTHLY;BYDAY=-1MO,1MO",
        ),
        (
            Recurrence(time(5), date(2026, 1, 5), days=Lunar(frozenset({1, 15}))),
            "DTSTART;TZID=Asia/Ho_Chi_Minh:20260119T050000\nX-LOA-LUNAR:DAYS=1,15",
        ),
        (Recurrence.once(datetime(2026, 1, 4, 22, tzinfo=UTC)), HO_CHI_MINH),
        (
            Recurrence.on_dates(frozenset({date(2026, 1, 5), date(2026, 1, 9)}), time(5)),
            f"{HO_CHI_MINH}\nRDATE;TZID=Asia/Ho_Chi_Minh:20260109T050000",
        ),
    ],
)
def test_recurrences_are_written_as_other_programs_write_them(recurrence: Recurrence, text: str) -> None:
    assert to_rfc5545(recurrence) == text


def starts(text: str, days: int = 400) -> list[str]:
    span = Timespan.of(datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=days))
    return [f"{start:%Y-%m-%d %H:%M}" for start in from_rfc5545(text).starts(span)]


def test_rules_of_other_programs_are_read_as_rfc_5545_means_them() -> None:
    assert starts(f"{HO_CHI_MINH}\r\nRRULE:FREQ=DAILY;COUNT=3\r\n") == [
        "2026-01-05 05:00",
        "2026-01-06 05:00",
        "2026-01-07 05:00",
    ]
    assert starts(f"{HO_CHI_MINH}\nRRULE:FREQ=WEEKLY;UNTIL=20260119") == [
        "2026-01-05 05:00",
        "2026-01-12 05:00",
        "2026-01-19 05:00",
    ]
    assert starts(f"{HO_CHI_MINH}\nRRULE:FREQ=WEEKLY;UNTIL=20260118T215959Z") == [
        "2026-01-05 05:00",
        "2026-01-12 05:00",
    ]
    assert starts(f"{HO_CHI_MINH}\nRRULE:FREQ=YEARLY", 800) == [
        "2026-01-05 05:00",
        "2027-01-05 05:00",
        "2028-01-05 05:00",
    ]
    assert starts("DTSTART:20260131T220000Z\nRRULE:FREQ=MONTHLY;COUNT=3") == [
        "2026-01-31 22:00",
        "2026-03-31 22:00",
        "2026-05-31 22:00",
    ]
    friday_13th = "DTSTART:20260105T050000\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"
    assert starts(friday_13th) == ["2026-02-13 05:00", "2026-03-13 05:00", "2026-11-13 05:00"]


def test_a_folded_line_is_read_as_one() -> None:
    assert starts("DTSTART;TZID=Asia/Ho_Chi_Minh:2026\r\n 0105T050000\r\nRRULE:FREQ=DAILY;\r\n\tCOUNT=1") == [
        "2026-01-05 05:00"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RRULE:FREQ=DAILY",
        "DTSTART:20260105",
        "DTSTART:20260231T050000",
        "DTSTART:18000105T050000",
        "DTSTART;TZID=Mars/Olympus:20260105T050000",
        "DTSTART;TZID=../../etc/passwd:20260105T050000",
        "DTSTART;TZID=Asia:20260105T050000",
        f"{HO_CHI_MINH}\nRRULE:FREQ=HOURLY",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;COUNT=0",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;COUNT=99999",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;BYSETPOS=1",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;INTERVAL=0",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;INTERVAL=x",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;FREQ=WEEKLY",
        f"{HO_CHI_MINH}\nRRULE:FREQ=MONTHLY;BYDAY=1MO,TU",
        f"{HO_CHI_MINH}\nRRULE:FREQ=MONTHLY;BYDAY=6MO",
        f"{HO_CHI_MINH}\nRRULE:FREQ=YEARLY;BYDAY=20MO",
        f"{HO_CHI_MINH}\nRRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        f"{HO_CHI_MINH}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        f"{HO_CHI_MINH}\nRRULE:RSCALE=CHINESE;FREQ=YEARLY",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY\nEXDATE:20260106T050000",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
        f"{HO_CHI_MINH}\nRDATE;TZID=Asia/Ho_Chi_Minh:20260106T060000",
        f"{HO_CHI_MINH}\nX-LOA-LUNAR:DAYS=31",
        f"{HO_CHI_MINH}\nX-LOA-LUNAR:MONTHS=1",
        f"{HO_CHI_MINH}\nRRULE:FREQ=DAILY;UNTIL=20250101",
        "a" * 30_000,
    ],
)
def test_what_cannot_be_followed_is_refused_and_never_half_understood(text: str) -> None:
    with pytest.raises((BadRule, BadRecurrence)):
        from_rfc5545(text)


WORDS = """DTSTART ;TZID= Asia/Ho_Chi_Minh : 20260105T050000 Z RRULE: FREQ= WEEKLY MONTHLY ; BYDAY= MO -1FR , UNTIL=
COUNT= INTERVAL= 3 X-LOA-LUNAR: DAYS=15 RDATE: ="""
pieces = some.sampled_from([*WORDS.split(), "\n", " "])


@given(some.lists(pieces | some.text(max_size=5), max_size=14).map("".join))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for said in (text, f"{HO_CHI_MINH}\nRRULE:FREQ={text}", f"DTSTART{text}"):
        try:
            from_rfc5545(said)
        except ScheduleError as refused:
            assert refused.code


@given(some.text())
def test_folded_text_has_short_lines_and_unfolds_to_itself(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    cut = folded(line)
    assert cut.endswith("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in cut.split("\r\n"))
    assert cut.replace("\r\n ", "").removesuffix("\r\n") == line
    assert not re.search(r"[\x00-\x08\x0a-\x1f]", line)


def wish(
    title: str, start: datetime, minutes: float, bulletin_class: BulletinClass = BulletinClass.NORMAL
) -> Occurrence:
    return Occurrence(
        id=occurrence_id(ProgrammeId(title), start),
        programme=ProgrammeId(title),
        title=title,
        start=start,
        seconds=minutes * 60,
        bulletin_class=bulletin_class,
        sounds=(),
        volume=80,
        order=0,
        requested_at=start - timedelta(days=1),
        late=Late.JOIN,
        grace=600,
        resume=Resume.RESUME,
        longest_wait=0,
    )


MORNING = datetime(2026, 1, 4, 22, tzinfo=UTC)
STAMP = datetime(2026, 1, 3, 9, tzinfo=UTC)


def events(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in content_lines(text):
        if (line.name, line.value) == ("BEGIN", "VEVENT"):
            found.append({})
        elif found:
            found[-1][line.name] = line.value
    return found


def test_a_phone_sees_what_is_heard_and_what_is_not_and_why() -> None:
    news, notice = wish("Tin tức; thời tiết, giá cả", MORNING, 30), wish("Họp thôn", MORNING, 5, BulletinClass.PRIORITY)
    text = feed("Thôn Chợ", line_of_sound([news, notice]).verdicts, "xa.example", STAMP)
    heard, dropped = events(text)
    assert heard["UID"] == f"{notice.id}@xa.example"
    assert (heard["DTSTART"], heard["DTEND"]) == ("20260104T220000Z", "20260104T220500Z")
    assert (heard["STATUS"], heard["CATEGORIES"], heard["DTSTAMP"]) == ("CONFIRMED", "ưu tiên", "20260103T090000Z")
    assert dropped["SUMMARY"] == "Tin tức\\; thời tiết\\, giá cả"
    assert dropped["STATUS"] == "CANCELLED"
    assert dropped["DESCRIPTION"].startswith("Không phát: phải chờ “Họp thôn”")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert "X-WR-CALNAME:Thôn Chợ\r\n" in text


def test_a_moved_broadcast_keeps_its_uid_so_that_it_moves_in_the_phone() -> None:
    usual = wish("Tin tức", MORNING, 10)
    [before] = events(feed("Xã", line_of_sound([usual]).verdicts, "xa", STAMP))
    [after] = events(
        feed("Xã", line_of_sound([replace(usual, start=MORNING + timedelta(hours=2))]).verdicts, "xa", STAMP)
    )
    assert before["UID"] == after["UID"] and before["DTSTART"] != after["DTSTART"]


@given(some.text(some.characters(exclude_categories=()), max_size=200))
def test_no_title_breaks_the_feed(title: str) -> None:
    text = feed(title, line_of_sound([replace(wish("tin", MORNING, 1), title=title)]).verdicts, "xa", STAMP)
    for line in text.removesuffix("\r\n").split("\r\n"):
        assert len(line.encode()) <= 75
        assert not re.search(r"[\x00-\x08\x0a-\x1f]", line)
    assert len(re.findall(r"^BEGIN:VEVENT\r$", text, re.MULTILINE)) == 1

"""Programmes kept as files: the example is right, and every mistake is told at once with its file and line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schedules.__main__ import EXAMPLE
from schedules.calendars import Move, Replace, Skip
from schedules.day_rules import Lunar, MonthlyWeekday, Weekday, Weekly
from schedules.files import Written, read
from schedules.occurrence import Why
from schedules.priority import BulletinClass, Entry
from schedules.programme import AreaId, Content, OnHolidays, ProgrammeId
from schedules.written_calendars import CALENDAR_TABLES

AREAS = '[[area]]\nid = "xa"\nname = "Xã"\n[[area]]\nid = "thon"\nname = "Thôn"\nin = "xa"\n'
NEWS = """
[[programme]]
id = "news"
title = "Tin"
areas = ["xa"]
text = "Kính mời bà con."
minutes = 2
when = { at = "05:00", from = 2026-01-05 }
"""


def mistakes_in(text: str) -> list[str]:
    _, mistakes = read({"khu-vuc.toml": AREAS, "tin.toml": text})
    return [f"{mistake.line}: {mistake.message}" for mistake in mistakes]


def written_in(text: str) -> Written:
    written, mistakes = read({"khu-vuc.toml": AREAS, "tin.toml": text})
    assert mistakes == ()
    return written


def example() -> Written:
    written, mistakes = read({path.name: path.read_text("utf-8") for path in EXAMPLE.glob("*.toml")})
    assert mistakes == ()
    return written


def test_the_example_commune_has_no_mistake_and_uses_every_kind_of_rule_and_calendar() -> None:
    written = example()
    kinds = {type(programme.recurrence.days) for programme in written.programmes}
    assert {Lunar, Weekly, MonthlyWeekday} <= kinds
    assert {silence.why for silence in written.calendars.silences} == {
        Why.QUIET_HOURS,
        Why.CLASS_HOURS,
        Why.MOURNING,
        Why.EXAM,
        Why.MAINTENANCE,
    }
    assert {type(change.what) for change in written.calendars.changes} == {Skip, Move, Replace}
    assert written.calendars.holidays and written.calendars.limits
    assert written.paths[AreaId("thon-cho")] == ("xa-binh-minh", "thon-cho")
    assert set(written.sources) == {programme.id for programme in written.programmes}


def test_a_programme_is_read_as_it_is_written() -> None:
    written = written_in(
        """
[[programme]]
id = "tiem"
title = "Tiêm chủng"
areas = ["thon"]
recording = "tiem.opus"
minutes = 2.5
class = "priority"
content = "news"
volume = 0
order = -2
entry = "soft"
longest_wait_minutes = 5
repeats = 3
gap_minutes = 10
holiday_at = 07:30:00
requested_at = 2026-01-01T08:00:00+07:00

[programme.when]
at = "17:00"
from = 2026-01-05
until = 2026-12-31
weekdays = ["T3", "SA"]
every_weeks = 2
"""
    )
    [one] = written.programmes
    assert (one.seconds, one.volume, one.order, one.longest_wait, one.repeats, one.gap) == (
        150.0,
        0,
        -2,
        300.0,
        3,
        600.0,
    )
    assert (one.bulletin_class, one.content, one.entry) == (BulletinClass.PRIORITY, Content.NEWS, Entry.SOFT)
    assert (one.on_holidays, one.holiday_at) == (OnHolidays.MOVE, time(7, 30))
    assert one.requested_at == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert one.recurrence.weekdays == {Weekday.TUESDAY, Weekday.SATURDAY}
    assert (one.recurrence.days, one.recurrence.last) == (Weekly(2), date(2026, 12, 31))
    assert written.sources == {ProgrammeId("tiem"): "tiem.opus"}


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    not_toml = mistakes_in(
        """[[programme]]
id = "a"
titel = "A"
areas = ["xa", "mars"]
text = "x"
relay = "y"
minutes = "five"
volume = 101
class = "urgent"
when = { at = "25:00" }

[[programme]]
id = "b"
title = "B"
areas = ["xa"]
text = \"\"\"
minutes = 7
[[nothing]]
\"\"\"
minutes = 1

[programme.when]
at = "05:00"
from = 2026-02-30
"""
    )
    assert len(not_toml) == 1 and not_toml[0].startswith("24: This is not TOML: ")
    assert mistakes_in(
        """[[programme]]
id = "a"
titel = "A"
areas = ["xa", "mars"]
text = "x"
relay = "y"
minutes = "five"
volume = 101
class = "urgent"
when = { at = "25:00" }

[[programme]]
id = "b"
title = "B"
areas = ["xa"]
text = \"\"\"
minutes = 7
[[nothing]]
\"\"\"
minutes = 1

[programme.when]
at = "05:00"
from = 2026-02-01
until = 2026-01-01
"""
    ) == [
        "1: title is missing: a text that is not empty.",
        "3: titel is not known here; is title meant?",
        "4: There is no area mars.",
        "6: Exactly one of text, recording and relay says what is heard.",
        "7: minutes must be a number from 0.01 to 1200, not 'five'.",
        "8: volume must be a whole number from 0 to 100, not '101'.",
        "9: class must be one of normal, priority, emergency, not 'urgent'.",
        "10: at must be a time of day like \"05:30\", not '25:00'.",
        "10: from is missing: a date like 2026-05-19.",
        "22: The last day is before the first day.",
    ]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        (NEWS + NEWS, 11, "two programmes news"),
        (NEWS + "repeats = 0", 9, "repeats must be a whole number"),
        (NEWS + "repeats = 9\ngap_minutes = 1000", 2, "all within 20 hours"),
        (NEWS + 'on_holidays = "move"', 2, "to which time"),
        (NEWS.replace("from", "every_days = 2, every_weeks = 2, from"), 8, "exclude each other"),
        (NEWS.replace("from", "lunar_months = [1], from"), 8, "lunar_months needs lunar_days"),
        (NEWS.replace("from", "lunar_days = [31], from"), 8, "lunar_days must be"),
        (NEWS.replace("from", 'yearly = "31/2", from'), 8, 'like "30/4"'),
        (NEWS.replace("from", 'nth = [1], weekdays = ["T2", "T3"], from'), 8, "exactly one weekday"),
        (NEWS.replace("from", 'weekdays = ["T8"], from'), 8, "weekdays must be"),
        (NEWS.replace("from", "days_of_month = [0], from"), 8, "A day of the month"),
        (NEWS.replace("2026-01-05", "2026-01-05T00:00:00"), 8, "from must be a date"),
        (NEWS.replace('["xa"]', "[]"), 5, "areas must be a list"),
        (NEWS.replace("2\n", "true\n"), 7, "minutes must be a number"),
        ('[programme]\nid = "x"', 1, "must be written as [[programme]]"),
        ('[[quiet]]\nends = "05:00"', 1, "[[quiet]] is not known"),
        ('[[area]]\nid = "xa"\nname = "Xã"', 2, "two areas xa"),
        ('[[area]]\nid = "y"\nname = "Y"\nin = "z"', 4, "no area z"),
        ('[[area]]\nid = "y"\nname = "Y"\nin = "y"', 4, "stands in itself"),
        ('[[quiet_hours]]\nends = "05:00"', 1, "when is missing"),
        ('[[quiet_hours]]\nends = "05:00"\nwhen = {}', 3, "at is missing"),
        ('[[quiet_hours]]\nwhen = { at = "22:00" }', 1, "ends is missing"),
        ('[[class_hours]]\nclass = "emergency"\nearliest = "05:00"\nlatest = "21:00"', 1, "may silence an emergency"),
        ("[[mourning]]\nfirst = 2026-05-25\nlast = 2026-05-24", 1, "last day is before"),
        ("[[limit]]\npause_minutes = 3", 1, "A limit caps"),
        ('[[change]]\nprogramme = "no"\ndate = 2026-01-01\nskip = true', 2, "no programme no"),
        (NEWS + '[[change]]\nprogramme = "news"\ndate = 2026-01-01', 9, "Exactly one of skip"),
        (NEWS + '[[change]]\nprogramme = "news"\ndate = 2026-01-01\nmove = {}', 12, "A date is moved"),
        (NEWS + '[[change]]\nprogramme = "news"\ndate = 2026-01-01\nskip = false', 12, "skip must be true"),
        (NEWS + '[[change]]\nprogramme = "news"\nskip = true', 9, "first is missing"),
        ('id = "x"\n[[programme', 2, "This is not TOML"),
    ],
)
def test_each_mistake_names_its_line(text: str, line: int, part: str) -> None:
    found = mistakes_in(text)
    assert any(mistake.startswith(f"{line}: ") and part in mistake for mistake in found), found


def test_areas_that_stand_in_a_circle_are_a_mistake_and_no_endless_loop() -> None:
    circle = '[[area]]\nid = "a"\nname = "A"\nin = "b"\n[[area]]\nid = "b"\nname = "B"\nin = "a"\n'
    written, mistakes = read({"a.toml": circle})
    assert [mistake.message for mistake in mistakes] == ["a stands in itself.", "b stands in itself."]
    assert len(written.paths) == 2


def test_what_is_mistaken_is_left_out_and_the_rest_is_kept() -> None:
    written, mistakes = read({"a.toml": AREAS + NEWS, "b.toml": NEWS.replace('"news"', '"other"') + "volume = -1"})
    assert [programme.id for programme in written.programmes] == ["news"]
    assert [(mistake.file, mistake.line) for mistake in mistakes] == [("b.toml", 9)]


KEYS = (
    "id",
    "title",
    "areas",
    "text",
    "relay",
    "minutes",
    "when",
    "at",
    "from",
    "until",
    "lunar_days",
    "dates",
    "in",
    "ends",
)
keys = some.sampled_from(KEYS)
values = some.sampled_from(
    ['"x"', "1", "-1", "true", "[]", '["xa"]', "{}", "2026-01-01", "05:00:00", '{ at = "05:00" }', "[1]"]
)
tables = some.sampled_from(["area", "programme", "other", *CALENDAR_TABLES])
files = some.lists(
    some.tuples(tables, some.lists(some.tuples(keys, values), max_size=6, unique_by=lambda entry: entry[0])), max_size=5
).map(lambda found: "\n".join(f"[[{name}]]\n" + "\n".join(f"{k} = {v}" for k, v in rows) for name, rows in found))


@given(files | some.text(max_size=40))
def test_no_file_does_more_than_be_refused(text: str) -> None:
    _, mistakes = read({"a.toml": text})
    for mistake in mistakes:
        assert 1 <= mistake.line <= text.count("\n") + 1
        assert mistake.message.endswith((".", "?"))

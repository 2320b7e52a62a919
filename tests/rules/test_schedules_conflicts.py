"""Overlapping wishes become one line of sound, and the operator reads why."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from schedules.conflicts import line_of_sound
from schedules.occurrence import Hush, Occurrence, OccurrenceId, Why
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import AreaId, ProgrammeId
from schedules.reasons import in_words
from schedules.timespan import COMMUNE_ZONE
from schedules.verdicts import Fate, Line, Verdict

EARLY = datetime(2026, 5, 4, 5, 0, tzinfo=COMMUNE_ZONE).astimezone(UTC)


def at(clock: str) -> datetime:
    return datetime.combine(EARLY.astimezone(COMMUNE_ZONE), time.fromisoformat(clock), COMMUNE_ZONE).astimezone(UTC)


def wish(
    title: str,
    clock: str = "05:00",
    minutes: float = 10,
    bulletin_class: BulletinClass = BulletinClass.NORMAL,
    order: int = 0,
    came: int = 0,
    entry: Entry = Entry.HARD,
    resume: Resume = Resume.RESUME,
    longest_wait: float = 30,
    hushes: tuple[Hush, ...] = (),
) -> Occurrence:
    return Occurrence(
        id=OccurrenceId(f"{title} {clock}"),
        programme=ProgrammeId(title),
        title=title,
        start=at(clock),
        seconds=minutes * 60,
        bulletin_class=bulletin_class,
        sounds=(),
        volume=80,
        order=order,
        requested_at=EARLY - timedelta(days=1) + timedelta(minutes=came),
        late=Late.JOIN,
        grace=600,
        resume=resume,
        entry=entry,
        longest_wait=longest_wait * 60,
        hushes=hushes,
    )


def played(line: Line) -> list[str]:
    return [
        f"{one.start.astimezone(COMMUNE_ZONE):%H:%M}–{one.end.astimezone(COMMUNE_ZONE):%H:%M} {one.occurrence.title}"
        f"{f' from {one.offset / 60:g}' if one.offset else ''}"
        for one in line.segments
    ]


def verdict_on(title: str, line: Line) -> Verdict:
    return next(verdict for verdict in line.verdicts if verdict.occurrence.title == title)


PRIORITY, EMERGENCY = BulletinClass.PRIORITY, BulletinClass.EMERGENCY


def test_three_notices_for_five_oclock_follow_each_other_by_class_then_order_then_who_came_first() -> None:
    line = line_of_sound(
        [
            wish("vệ sinh đường làng", came=3),
            wish("họp thôn", came=4),
            wish("thu thủy lợi phí", order=-1, came=9),
            wish("tiêm chủng", bulletin_class=PRIORITY, came=99),
        ]
    )
    assert played(line) == [
        "05:00–05:10 tiêm chủng",
        "05:10–05:20 thu thủy lợi phí",
        "05:20–05:30 vệ sinh đường làng",
        "05:30–05:40 họp thôn",
    ]
    assert in_words(verdict_on("họp thôn", line)) == ("Phát lúc 05:30 thay vì 05:00, sau “tiêm chủng” (loại ưu tiên).")


def test_who_has_the_air_keeps_it_among_equals_whatever_the_order() -> None:
    line = line_of_sound([wish("tin tức", minutes=20, order=5), wish("thông báo", "05:10", order=-5)])
    assert played(line) == ["05:00–05:20 tin tức", "05:20–05:30 thông báo"]
    assert in_words(verdict_on("thông báo", line), "en") == (
        "Heard at 05:20 instead of 05:10, after “tin tức” (same class, came first)."
    )


def test_the_news_goes_on_where_the_flood_warning_cut_it() -> None:
    line = line_of_sound([wish("tin tức", minutes=30), wish("lũ", "05:10", 5, EMERGENCY)])
    assert played(line) == ["05:00–05:10 tin tức", "05:10–05:15 lũ", "05:15–05:35 tin tức from 10"]
    verdict = verdict_on("tin tức", line)
    assert (verdict.fate, verdict.whole) == (Fate.INTERRUPTED, True)
    assert in_words(verdict) == "Bị ngắt bởi “lũ” (loại khẩn cấp); vẫn được phát đủ, xong lúc 05:35."


def test_a_notice_that_makes_no_sense_by_halves_begins_again() -> None:
    line = line_of_sound([wish("lịch cắt điện", minutes=8, resume=Resume.RESTART), wish("lũ", "05:05", 5, EMERGENCY)])
    assert played(line) == ["05:00–05:05 lịch cắt điện", "05:05–05:10 lũ", "05:10–05:18 lịch cắt điện"]


def test_music_that_was_cut_does_not_come_back() -> None:
    line = line_of_sound([wish("nhạc", minutes=30, resume=Resume.DROP), wish("lũ", "05:05", 5, EMERGENCY)])
    assert played(line) == ["05:00–05:05 nhạc", "05:05–05:10 lũ"]
    assert in_words(verdict_on("nhạc", line), "en") == (
        "Cut short at 05:05 by “lũ” (class emergency); the rest is not heard."
    )


def test_after_the_interruption_the_next_waits_its_turn_behind_the_rest() -> None:
    line = line_of_sound(
        [wish("tin tức", minutes=20), wish("lũ", "05:10", 15, EMERGENCY), wish("họp thôn", "05:20", 5)]
    )
    assert played(line) == [
        "05:00–05:10 tin tức",
        "05:10–05:25 lũ",
        "05:25–05:35 tin tức from 10",
        "05:35–05:40 họp thôn",
    ]


def test_a_soft_start_lets_the_running_item_end_but_waits_no_longer_than_it_may() -> None:
    polite = wish("tiêm chủng", "05:10", 5, PRIORITY, entry=Entry.SOFT, longest_wait=10)
    assert played(line_of_sound([wish("tin tức", minutes=20), polite])) == [
        "05:00–05:20 tin tức",
        "05:20–05:25 tiêm chủng",
    ]
    assert played(line_of_sound([wish("tin tức", minutes=25), polite])) == [
        "05:00–05:10 tin tức",
        "05:10–05:15 tiêm chủng",
        "05:15–05:30 tin tức from 10",
    ]


def test_an_emergency_is_never_polite() -> None:
    line = line_of_sound([wish("tin tức", minutes=12), wish("lũ", "05:10", 5, EMERGENCY, entry=Entry.SOFT)])
    assert played(line)[:2] == ["05:00–05:10 tin tức", "05:10–05:15 lũ"]


def test_a_polite_start_is_not_polite_into_the_quiet_hours() -> None:
    noon = Hush(None, at("11:30"), at("13:00"), Why.QUIET_HOURS)
    polite = wish("tiêm chủng", "11:20", 8, PRIORITY, entry=Entry.SOFT, hushes=(noon,))
    assert played(line_of_sound([wish("tin tức", "11:00", 25), polite])) == [
        "11:00–11:20 tin tức",
        "11:20–11:28 tiêm chủng",
        "11:28–11:33 tin tức from 20",
    ]


def test_what_waits_in_vain_is_dropped_and_says_for_whom() -> None:
    line = line_of_sound([wish("trực tiếp", minutes=90, bulletin_class=PRIORITY), wish("họp thôn", "05:05")])
    assert played(line) == ["05:00–06:30 trực tiếp"]
    assert in_words(verdict_on("họp thôn", line)) == (
        "Không phát: phải chờ “trực tiếp” (loại ưu tiên) lâu hơn 30 phút cho phép."
    )


def test_a_hard_moment_that_may_not_wait_is_dropped_behind_its_equal() -> None:
    line = line_of_sound([wish("tin tức"), wish("chào cờ", "05:05", longest_wait=0)])
    assert [verdict.fate for verdict in line.verdicts] == [Fate.STANDS, Fate.DROPPED]


def test_two_emergencies_are_both_heard_however_long_the_first_is() -> None:
    line = line_of_sound(
        [wish("lũ", minutes=45, bulletin_class=EMERGENCY), wish("cháy rừng", "05:05", 5, EMERGENCY, longest_wait=0)]
    )
    assert played(line) == ["05:00–05:45 lũ", "05:45–05:50 cháy rừng"]


def test_the_rest_of_the_evening_news_is_not_pushed_into_the_night() -> None:
    night = Hush(None, at("22:00"), at("22:00") + timedelta(hours=7), Why.QUIET_HOURS)
    news = wish("tin tối", "21:30", 25, hushes=(night,))
    line = line_of_sound([news, wish("lũ", "21:40", 10, EMERGENCY)])
    assert played(line) == ["21:30–21:40 tin tối", "21:40–21:50 lũ"]
    assert in_words(verdict_on("tin tối", line)) == (
        "Bị ngắt lúc 21:40 bởi “lũ” (loại khẩn cấp); phần còn lại không được phát (giờ yên lặng, 22:00–05:00)."
    )


def test_a_silence_of_one_village_is_heard_only_there() -> None:
    school = AreaId("thon-truong")
    exam = Hush(school, at("07:30"), at("11:00"), Why.EXAM, "thi tốt nghiệp")
    notice = wish("thông báo", "08:00", 5, hushes=(exam,))
    assert played(line_of_sound([notice], (AreaId("xa"), AreaId("thon-cho")))) == ["08:00–08:05 thông báo"]
    quiet = line_of_sound([notice], (AreaId("xa"), school))
    assert played(quiet) == []
    assert in_words(quiet.verdicts[0]) == "Không phát: đang giờ thi, 07:30–11:00 (thi tốt nghiệp)."


def test_a_wish_found_in_the_plans_of_two_areas_is_heard_once() -> None:
    notice = wish("thông báo")
    assert played(line_of_sound([notice, notice])) == ["05:00–05:10 thông báo"]


def test_the_line_answers_what_sounds_at_a_moment() -> None:
    line = line_of_sound([wish("tin tức", minutes=10)])
    sounding = line.at(at("05:09"))
    assert sounding is not None and sounding.occurrence.title == "tin tức"
    assert line.at(at("05:10")) is None
    assert line.losses == ()
    assert in_words(line.verdicts[0]) == "Phát đúng lúc 05:00."

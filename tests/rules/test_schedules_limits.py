"""How much may sound in a day, how often it is repeated, and what of it is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from schedules.calendars import (
    Calendars,
    Limit,
    exam,
    quiet_hours,
)
from schedules.forecast import forecast
from schedules.occurrence import Occurrence, Why
from schedules.plan import asked, plan, plan_hash
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Programme, ProgrammeId, Sha256, Sound
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


def test_a_session_of_45_minutes_is_filled_by_class_then_order() -> None:
    calendars = Calendars(limits=(Limit(per_session=45 * 60, name="QĐ 29"),))
    day = [
        programme("relay", "05:00", 30, order=1),
        programme("news", "05:30", 20),
        programme("notice", "05:50", 15, bulletin_class=BulletinClass.PRIORITY),
        programme("afternoon", "17:00", 40, order=9),
    ]
    assert heard(day, "2026-05-08", calendars) == ["08/05 05:30 news", "08/05 05:50 notice", "08/05 17:00 afternoon"]
    assert losses(day, "2026-05-08", calendars) == ["relay: Không phát: vượt thời lượng một buổi phát (QĐ 29)."]


def test_a_day_has_its_cap_in_each_place_and_a_village_counts_what_the_commune_sends_it() -> None:
    calendars = Calendars(limits=(Limit(per_day=40 * 60),))
    day = [programme("commune", "05:00", 30), programme("village", "17:00", 20, areas=(MARKET,))]
    assert heard(day, "2026-05-08", calendars, MARKET) == ["08/05 05:00 commune"]
    assert heard(day, "2026-05-08", calendars, SCHOOL) == ["08/05 05:00 commune"]
    assert losses(day, "2026-05-08", calendars, MARKET) == [
        "village: Không phát: vượt tổng thời lượng phát trong ngày."
    ]
    stronger = [day[0], replace(day[1], bulletin_class=BulletinClass.PRIORITY)]
    assert heard(stronger, "2026-05-08", calendars, MARKET) == ["08/05 17:00 village"]
    assert heard(stronger, "2026-05-08", calendars, SCHOOL) == ["08/05 05:00 commune"]


def test_a_limit_of_one_village_leaves_the_others_alone() -> None:
    calendars = Calendars(limits=(Limit(per_day=15 * 60, areas=frozenset({SCHOOL})),))
    day = [programme("morning", "05:00", 10), programme("evening", "17:00", 10, order=1)]
    assert heard(day, "2026-05-08", calendars, MARKET) == ["08/05 05:00 morning", "08/05 17:00 evening"]
    assert heard(day, "2026-05-08", calendars, SCHOOL) == ["08/05 05:00 morning"]


def test_what_the_commune_gave_up_takes_no_room_in_a_village() -> None:
    calendars = Calendars(limits=(Limit(per_day=40 * 60),))
    day = [
        programme("relay", "05:00", 30),
        programme("music", "06:00", 15, order=1),
        programme("village notice", "17:00", 25, areas=(MARKET,), bulletin_class=BulletinClass.PRIORITY),
        programme("village news", "18:00", 10, order=2, areas=(MARKET,)),
    ]
    assert heard(day, "2026-05-08", calendars, MARKET) == ["08/05 17:00 village notice", "08/05 18:00 village news"]
    assert heard(day, "2026-05-08", calendars, SCHOOL) == ["08/05 05:00 relay"]


def test_a_notice_is_repeated_three_times_with_a_gap_also_over_midnight() -> None:
    thrice = programme("lost child", "23:40", 5, repeats=3, gap=600)
    assert heard([thrice], "2026-05-08", Calendars(), days=2) == [
        "08/05 00:10 lost child",
        "08/05 23:40 lost child",
        "08/05 23:55 lost child",
        "09/05 00:10 lost child",
        "09/05 23:40 lost child",
        "09/05 23:55 lost child",
    ]


def test_a_programme_that_is_not_recorded_yet_can_be_planned_and_has_no_sounds() -> None:
    [draft] = plan([programme(sounds=(), expected_seconds=90.0)], span("2026-05-08"))[COMMUNE]
    assert (draft.seconds, draft.sounds) == (90.0, ())


def test_an_occurrence_travels_on_the_wire_with_its_hushes() -> None:
    calendars = Calendars(silences=(quiet_hours(time(4), time(6), frozenset({SCHOOL})),))
    [one] = plan([programme()], span("2026-05-08"), calendars, PATHS)[COMMUNE]
    assert msgspec.json.decode(msgspec.json.encode(one), type=Occurrence) == one


def test_a_plan_hash_changes_with_anything_that_is_heard() -> None:
    usual = plan([programme()], span("2026-05-08"))[COMMUNE]
    hashes = {
        plan_hash(usual),
        plan_hash(plan([programme(volume=70)], span("2026-05-08"))[COMMUNE]),
        plan_hash(plan([programme(at="05:01")], span("2026-05-08"))[COMMUNE]),
        plan_hash(plan([programme()], span("2026-05-08"), Calendars(silences=(NIGHT,)))[COMMUNE]),
        plan_hash(
            plan(
                [programme()],
                span("2026-05-08"),
                Calendars(
                    silences=(exam(Recurrence(at=time(4), first=date(2026, 5, 8)), time(6), "", frozenset({SCHOOL})),)
                ),
                PATHS,
            )[COMMUNE]
        ),
    }
    assert plan_hash(reversed(usual)) in hashes and len(hashes) == 4


def test_what_is_silenced_everywhere_is_not_published_but_known() -> None:
    calendars = Calendars(silences=(NIGHT,))
    night = programme(at="03:00")
    assert plan([night], span("2026-05-08"), calendars) == {}
    [(_, wish)] = asked([night], span("2026-05-08"), calendars)
    assert [hush.why for hush in wish.hushes] == [Why.QUIET_HOURS]

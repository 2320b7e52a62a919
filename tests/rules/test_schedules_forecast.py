"""A forecast knows what began before its span and what will cut it short after."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from schedules.calendars import Calendars, quiet_hours
from schedules.forecast import calm_before, forecast
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Programme, ProgrammeId, Sha256, Sound
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan
from schedules.verdicts import Fate

VILLAGE = AreaId("thon")
PATH = (VILLAGE,)


def programme(
    name: str, at: str, minutes: float, bulletin_class: BulletinClass = BulletinClass.NORMAL, first: str = "2026-05-01"
) -> Programme:
    return Programme(
        id=ProgrammeId(name),
        title=name,
        areas=(VILLAGE,),
        sounds=(Sound(Sha256("0" * 64), minutes * 60, 1000),),
        recurrence=Recurrence(at=time.fromisoformat(at), first=date.fromisoformat(first)),
        requested_at=datetime(2025, 12, 1, tzinfo=UTC),
        bulletin_class=bulletin_class,
    )


def local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=COMMUNE_ZONE)


def test_what_began_before_midnight_still_holds_the_line_after_it() -> None:
    late, early = programme("late", "23:50", 30), programme("early", "00:05", 5)
    [segment, *_] = forecast([late, early], Timespan(local("2026-05-08"), local("2026-05-09")), PATH).segments
    assert (segment.occurrence.title, segment.start) == ("early", local("2026-05-08 00:20"))


def test_what_is_cut_short_after_the_span_is_known_within_it() -> None:
    late = programme("late", "23:50", 30)
    alarm = programme("alarm", "00:05", 5, BulletinClass.EMERGENCY)
    line = forecast([late, alarm], Timespan(local("2026-05-08 23:00"), local("2026-05-09")), PATH)
    [verdict] = line.verdicts
    assert (verdict.fate, verdict.whole, verdict.ends) == (Fate.INTERRUPTED, True, local("2026-05-09 00:25"))
    assert [segment.end for segment in line.segments] == [local("2026-05-09 00:05")]


def test_a_line_without_a_pause_for_days_is_followed_back_to_its_beginning() -> None:
    day_and_night = [programme(f"{hour:02}", f"{hour:02}:00", 61 if hour == 0 else 60) for hour in range(24)]
    span = Timespan(local("2026-05-04"), local("2026-05-05"))
    assert calm_before(day_and_night, span.start, PATH) <= local("2026-05-01")
    whole = forecast(day_and_night, span, PATH)
    assert [(one.start.minute, one.occurrence.title) for one in whole.segments][:3] == [(3, "00"), (4, "01"), (4, "02")]


def test_the_quiet_hours_let_a_forecast_begin_with_the_morning() -> None:
    calendars = Calendars(silences=(quiet_hours(time(22), time(5)),))
    day = [programme(f"{hour:02}", f"{hour:02}:00", 60) for hour in range(24)]
    calm = calm_before(day, local("2026-05-08 12:30"), PATH, calendars)
    assert local("2026-05-07 22:00") <= calm <= local("2026-05-08 05:00")


def test_nothing_is_foretold_where_nothing_is_asked() -> None:
    span = Timespan.of(local("2026-05-08"), timedelta(days=1))
    assert forecast([], span, PATH).verdicts == ()
    assert forecast([programme("news", "05:00", 5)], span, (AreaId("elsewhere"),)).segments == ()

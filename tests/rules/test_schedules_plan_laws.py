"""The laws of planning, for whatever programmes and calendars a commune may think of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from schedules.calendars import (
    NO_CALENDARS,
    Calendars,
    Change,
    Holiday,
    Limit,
    Move,
    Replace,
    Silence,
    Skip,
    class_hours,
    mourning,
    quiet_hours,
)
from schedules.conflicts import line_of_sound
from schedules.day_rules import Daily, Lunar, Weekday, Weekly
from schedules.forecast import calm_before, forecast
from schedules.occurrence import Occurrence, Why, occurrence_id
from schedules.plan import asked, plan, plan_hash, wishes_on
from schedules.priority import BulletinClass, Entry, Resume
from schedules.programme import AreaId, Content, OnHolidays, Programme, ProgrammeId, Sha256, Sound
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan
from schedules.verdicts import Line

COMMUNE, NORTH, SOUTH = AreaId("xa"), AreaId("thon-bac"), AreaId("thon-nam")
PATHS = {COMMUNE: (COMMUNE,), NORTH: (COMMUNE, NORTH), SOUTH: (COMMUNE, SOUTH)}
NEW_YORK = ZoneInfo("America/New_York")
ASKED = datetime(2026, 1, 1, tzinfo=UTC)
SHA = Sha256("ab" * 32)

areas = some.sampled_from([COMMUNE, NORTH, SOUTH])
area_sets = some.frozensets(areas, max_size=2)
seconds = some.sampled_from([1800.0, 600.0, 3600.0, 299.75, 60.0, 0.5])
times = some.sampled_from(
    [time(0, 5), time(2, 30), time(5), time(5, 10), time(5, 20), time(17), time(21, 50), time(23, 55)]
)
classes = some.sampled_from(BulletinClass)
waits = some.sampled_from([1800.0, 600.0, 60.0, 0.0])


@some.composite
def programmes(draw: some.DrawFn, name: str = "p") -> Programme:
    on_holidays = draw(some.sampled_from([OnHolidays.KEEP, OnHolidays.KEEP, *OnHolidays]))
    repeats = draw(some.sampled_from([1, 1, 2, 3]))
    return Programme(
        id=ProgrammeId(name),
        title=name,
        areas=tuple(draw(some.sets(areas, min_size=1))),
        sounds=(Sound(SHA, draw(seconds), 1000),),
        recurrence=Recurrence(
            at=draw(times),
            first=date(2026, 2, 25) + timedelta(draw(some.integers(0, 12))),
            weekdays=draw(some.sampled_from([frozenset(), frozenset(), frozenset(Weekday) - {Weekday.SUNDAY}])),
            zone=draw(some.sampled_from([COMMUNE_ZONE, COMMUNE_ZONE, NEW_YORK])),
            days=draw(some.sampled_from([Daily(), Daily(), Daily(2), Weekly(2), Lunar(frozenset(range(15, 26)))])),
        ),
        requested_at=ASKED + timedelta(minutes=draw(some.integers(0, 3))),
        bulletin_class=draw(classes),
        order=draw(some.integers(0, 1)),
        resume=draw(some.sampled_from(Resume)),
        content=draw(some.sampled_from(Content)),
        entry=draw(some.sampled_from(Entry)),
        longest_wait=draw(waits),
        repeats=repeats,
        gap=draw(some.sampled_from([0.0, 600.0, 7200.0])),
        on_holidays=on_holidays,
        holiday_at=time(7, 30) if on_holidays is OnHolidays.MOVE else None,
    )


@some.composite
def calendars(draw: some.DrawFn) -> Calendars:
    silences: list[Silence] = []
    if draw(some.booleans()):
        silences.append(quiet_hours(time(22), time(5), draw(area_sets)))
    if draw(some.booleans()):
        silences.append(quiet_hours(time(11, 30), time(13), draw(area_sets), frozenset({Weekday.SUNDAY})))
    if draw(some.booleans()):
        silences.append(class_hours(BulletinClass.NORMAL, time(5, 30), time(21), zone=NEW_YORK))
    if draw(some.booleans()):
        silences.append(mourning(date(2026, 3, 8), date(2026, 3, 9), areas=draw(area_sets)))
    changes = [
        Change(
            ProgrammeId(draw(some.sampled_from("pqrs"))),
            date(2026, 3, 8),
            date(2026, 3, draw(some.integers(8, 12))),
            draw(some.sampled_from([Skip(), Move(2), Move(-1, time(18)), Replace("other", expected_seconds=45.0)])),
        )
        for _ in range(draw(some.integers(0, 2)))
    ]
    holiday = Holiday("lễ", Recurrence(at=time(0), first=date(2026, 3, 9), days=Daily(3)), draw(some.integers(1, 2)))
    limit = Limit(draw(some.sampled_from([1800.0, 4000.0])), draw(some.sampled_from([None, 900.0])), draw(area_sets))
    return Calendars(
        silences=tuple(silences),
        holidays=(holiday,) if draw(some.booleans()) else (),
        changes=tuple(changes),
        limits=(limit,) if draw(some.booleans()) else (),
    )


several = some.tuples(*(programmes(name) for name in "pqrst"))
spans = some.tuples(some.integers(0, 5 * 24 * 60), some.integers(6 * 60, 3 * 24 * 60)).map(
    lambda pair: Timespan.of(datetime(2026, 3, 5, tzinfo=UTC) + timedelta(minutes=pair[0]), timedelta(minutes=pair[1]))
)
cuts = some.lists(some.floats(0.01, 0.99), max_size=3)


def parts_of(span: Timespan, where: list[float]) -> list[Timespan]:
    edges = sorted({span.start, span.end, *(span.start + span.length * cut for cut in where)})
    return [Timespan(one, other) for one, other in pairwise(edges)]


@settings(max_examples=40)
@given(several, calendars(), spans, cuts)
def test_the_plan_is_the_same_however_the_span_is_cut(
    chosen: tuple[Programme, ...], entries: Calendars, span: Timespan, where: list[float]
) -> None:
    whole = plan(chosen, span, entries, PATHS)
    joined: dict[AreaId, tuple[Occurrence, ...]] = {}
    for part in parts_of(span, where):
        for area, found in plan(chosen, part, entries, PATHS).items():
            joined[area] = joined.get(area, ()) + found
    assert joined == whole
    assert plan(tuple(reversed(chosen)), span, entries, PATHS) == whole
    for area, found in whole.items():
        ids = [one.id for one in found]
        assert len(set(ids)) == len(ids)
        assert plan_hash(reversed(found)) == plan_hash(plan(chosen, span, entries, PATHS)[area])


@settings(max_examples=40)
@given(several, calendars(), spans, cuts, some.sampled_from(list(PATHS.values())))
def test_the_line_is_the_same_however_the_span_is_cut(
    chosen: tuple[Programme, ...], entries: Calendars, span: Timespan, where: list[float], path: tuple[AreaId, ...]
) -> None:
    whole = forecast(chosen, span, path, entries, PATHS)
    sounding = [whole.segments[int(cut * len(whole.segments))] for cut in where if whole.segments]
    inside = [(one.start + (one.end - one.start) / 2 - span.start) / span.length for one in sounding]
    cut_where_it_hurts = [cut for cut in inside if 0 < cut < 1]
    parts = [forecast(chosen, part, path, entries, PATHS) for part in parts_of(span, where + cut_where_it_hurts)]
    assert (
        Line(
            tuple(one for part in parts for one in part.segments), tuple(one for part in parts for one in part.verdicts)
        )
        == whole
    )


@settings(max_examples=40)
@given(several, calendars(), spans, some.sampled_from(list(PATHS.values())))
def test_a_device_that_merges_the_plans_of_its_areas_hears_what_the_controller_foretells(
    chosen: tuple[Programme, ...], entries: Calendars, span: Timespan, path: tuple[AreaId, ...]
) -> None:
    calm = calm_before(chosen, span.start, path, entries, PATHS)
    published = plan(chosen, Timespan(calm, span.end + timedelta(hours=12)), entries, PATHS)
    line = line_of_sound((one for area in path for one in published.get(area, ())), path)
    foretold = forecast(chosen, span, path, entries, PATHS)
    assert tuple(one for one in line.segments if one.start in span) == foretold.segments


@settings(max_examples=40)
@given(several, calendars(), spans)
def test_no_silence_and_no_limit_holds_back_an_emergency_and_all_others_obey(
    chosen: tuple[Programme, ...], entries: Calendars, span: Timespan
) -> None:
    for _, wish in asked(chosen, span, entries, PATHS):
        if wish.bulletin_class is BulletinClass.EMERGENCY:
            assert all(hush.why in (Why.HOLIDAY, Why.SKIPPED) for hush in wish.hushes)
    for path in PATHS.values():
        line = forecast(chosen, span, path, entries, PATHS)
        for silence in entries.silences:
            if silence.areas and not silence.areas & set(path):
                continue
            for segment in line.segments:
                if silence.silences(segment.occurrence.bulletin_class, segment.occurrence.content):
                    assert not list(silence.windows(Timespan(segment.start, segment.end)))


@settings(max_examples=40)
@given(several, calendars(), spans)
def test_no_place_is_asked_for_more_in_a_day_than_its_limit(
    chosen: tuple[Programme, ...], entries: Calendars, span: Timespan
) -> None:
    for limit in entries.limits:
        for path in PATHS.values():
            if limit.areas and not limit.areas & set(path):
                continue
            days: dict[date, float] = {}
            for wish in wishes_on(path, asked(chosen, span, entries, PATHS)):
                if wish.bulletin_class is not BulletinClass.EMERGENCY and wish.hushed(path) is None:
                    day = wish.start.astimezone(COMMUNE_ZONE).date()
                    days[day] = days.get(day, 0.0) + wish.seconds
            assert max(days.values(), default=0.0) <= (limit.per_day or 0.0)


@given(programmes(), spans)
def test_an_id_names_the_programme_and_its_start_and_nothing_else(programme: Programme, span: Timespan) -> None:
    found = [one for _, one in asked([programme], span, NO_CALENDARS)]
    if programme.on_holidays is not OnHolidays.ONLY:
        assert [one.id for one in found] == [occurrence_id(programme.id, one.start) for one in found]

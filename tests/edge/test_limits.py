"""The device protects the village: quiet hours and other silences are kept whatever a plan says."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from devices.agent.limits import Limits
from devices.protocol.messages import DeviceConfig, NotReady, QuietHours, QuietWindow
from devices.protocol.quiet import quiet_until
from devices.protocol.topics import DeviceId
from devices.simulator.speaker import PretendSpeaker
from schedules.day_rules import Weekday
from schedules.occurrence import Hush, OccurrenceId, Why
from schedules.priority import BulletinClass, Late
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

EMERGENCY = BulletinClass.EMERGENCY


def local(hour: int, minute: int = 0, *, day: int = 2) -> datetime:
    """A moment in March 2026, Vietnamese time; the station begins on the 2nd, a Monday, at noon."""
    return datetime(2026, 3, day, hour, minute, tzinfo=COMMUNE_ZONE).astimezone(UTC)


def test_an_order_to_play_at_a_quarter_past_three_is_refused_reported_and_counted(
    station: Any, an_occurrence: Any
) -> None:
    station.send_plan(1, an_occurrence("siren", local(3, 15, day=3)))
    station.run_for(60)
    assert station.state.not_ready == (NotReady(OccurrenceId("siren"), "quiet-hours"),)
    station.run_until(local(6, day=3))
    assert station.heard == []
    assert station.outcomes == {"siren": "missed quiet-hours"}
    assert station.state.refused == {"quiet-hours": 1}


def test_only_an_emergency_passes(station: Any, an_occurrence: Any) -> None:
    start = local(3, 15, day=3)
    alarm = an_occurrence("flood", start, bulletin_class=EMERGENCY)
    station.send_plan(1, alarm, an_occurrence("mayor", start, bulletin_class=BulletinClass.PRIORITY))
    station.run_until(local(6, day=3))
    assert station.names_heard == ["flood"]
    assert station.outcomes == {"mayor": "missed quiet-hours", "flood": "played"}


def test_what_sounds_when_they_begin_is_cut_short_on_the_second(station: Any, an_occurrence: Any) -> None:
    station.send_plan(1, an_occurrence("songs", local(21, 58), 300.0))
    station.run_until(local(23))
    assert [stretch.seconds for stretch in station.heard] == [120.0]
    assert station.outcomes == {"songs": "interrupted quiet-hours"}
    assert station.state.refused == {"quiet-hours": 1}


def test_what_an_emergency_interrupted_does_not_go_on_in_the_night(station: Any, an_occurrence: Any) -> None:
    songs = an_occurrence("songs", local(21, 58), 300.0)
    station.send_plan(1, songs, an_occurrence("flood", local(21, 59), 300.0, bulletin_class=EMERGENCY))
    station.run_until(local(23))
    assert station.names_heard == ["songs", "flood"]
    assert station.outcomes == {"flood": "played", "songs": "interrupted quiet-hours"}


def test_a_late_start_does_not_slip_into_the_night(station: Any, an_occurrence: Any) -> None:
    station.send_plan(1, an_occurrence("news", local(21, 55), late=Late.WHOLE))
    station.run_until(local(21, 50))
    station.restart(after=660)
    station.run_until(local(23))
    assert station.outcomes == {"news": "missed quiet-hours"}


def test_the_last_second_before_is_free_and_so_is_the_first_after(station: Any, an_occurrence: Any) -> None:
    evening = an_occurrence("evening", local(22) - timedelta(seconds=20))
    station.send_plan(1, evening, an_occurrence("morning", local(5, day=3)))
    station.run_until(local(6, day=3))
    assert station.outcomes == {"evening": "played", "morning": "played"}
    assert station.state.refused == {}


def test_who_begins_ahead_of_time_does_not_begin_what_falls_into_the_night(station: Any, an_occurrence: Any) -> None:
    station.cut_power()
    station.boot(speaker=PretendSpeaker(station.clock, prepare_ahead=20.0, begin_ahead=3.0, reaction=0.25))
    station.send_plan(1, an_occurrence("news", local(22) + timedelta(seconds=1)))
    station.run_until(local(23))
    assert station.heard == []
    assert station.outcomes == {"news": "missed quiet-hours"}


def test_the_controller_says_when_it_is_quiet_on_which_weekday(station: Any, an_occurrence: Any) -> None:
    noon = QuietWindow(begins=time(11, 30), ends=time(13), weekdays=(Weekday.TUESDAY,))
    station.send_config(serial=2, quiet_hours=QuietHours(windows=(noon,)))
    station.run_for(1)
    monday, tuesday = an_occurrence("monday", local(12, 30)), an_occurrence("tuesday", local(12, 30, day=3))
    station.send_plan(1, monday, an_occurrence("night", local(23)), tuesday)
    station.restart()
    station.run_until(local(18, day=3))
    assert station.names_heard == ["monday", "night"]
    assert station.outcomes["tuesday"] == "missed quiet-hours"


def test_a_village_that_mourns_is_spared_by_the_plan_of_the_commune(station: Any, an_occurrence: Any) -> None:
    start = station.clock.now() + timedelta(minutes=10)
    day = timedelta(days=1)
    here = Hush(AreaId("thon-3"), start - day, start + day, Why.MOURNING, "Tang lễ")
    elsewhere = Hush(AreaId("thon-4"), start - day, start + day, Why.MOURNING, "Tang lễ")
    songs = an_occurrence("songs", start, hushes=(here,))
    news = an_occurrence("news", start + timedelta(minutes=5), hushes=(elsewhere,))
    station.send_plan(1, songs, news, area=AreaId("xa-an-phu"))
    station.run_for(60)
    assert station.state.not_ready == (NotReady(OccurrenceId("songs"), "mourning"),)
    station.run_for(3600)
    assert station.outcomes == {"songs": "missed mourning", "news": "played"}
    assert station.state.refused == {}


def test_a_configuration_with_an_unknown_zone_is_refused_and_the_old_one_stands(
    station: Any, an_occurrence: Any
) -> None:
    sealed = station.controller.seal(
        b'{"v":1,"device":"loa-07","serial":2,"areas":[],"quiet_hours":{"zone":"../etc/passwd"}}',
        topic=station.config_topic(),
        issued_at=station.clock.now(),
        expires_at=station.clock.now() + timedelta(days=1),
    )
    station.deliver(station.config_topic(), sealed)
    station.send_plan(1, an_occurrence("news", station.clock.now() + timedelta(minutes=1)))
    station.run_for(700)
    assert station.state.refused == {"malformed": 1}
    assert station.outcomes == {"news": "played"}


@given(
    minute=st.integers(0, 7 * 1440 - 1),
    begins=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    weekdays=st.frozensets(st.sampled_from(Weekday)),
)
def test_quiet_is_what_the_clock_on_the_wall_says(
    an_occurrence: Any, minute: int, begins: time, ends: time, weekdays: frozenset[Weekday]
) -> None:
    moment = datetime(2026, 3, 2, tzinfo=COMMUNE_ZONE) + timedelta(minutes=minute)
    window = QuietWindow(begins=begins, ends=ends, weekdays=tuple(weekdays))
    limits = Limits(DeviceConfig(device=DeviceId("a"), serial=1, areas=(), quiet_hours=QuietHours(windows=(window,))))
    days = weekdays or frozenset(Weekday)
    clock, today = moment.time(), list(Weekday)[moment.weekday()]
    yesterday = list(Weekday)[moment.weekday() - 1]
    if ends > begins:
        quiet = today in days and begins <= clock < ends
    else:
        quiet = (today in days and clock >= begins) or (yesterday in days and clock < ends)
    one = an_occurrence("one", moment.astimezone(UTC), 20.0)
    assert (limits.silences(one, one.start) is Why.QUIET_HOURS) == quiet
    assert (limits.ends_by(one, one.start) == one.start) == quiet
    until = quiet_until(QuietHours(windows=(window,)), one.start)
    assert (until is not None) == quiet, "whoever asks beforehand is told what the device does"
    if until is not None and until < one.start + timedelta(days=7):
        assert limits.ends_by(one, until) != until
        assert limits.ends_by(one, until - timedelta(seconds=1)) == until - timedelta(seconds=1)
    coming = limits.ends_by(one, one.start)
    assert coming is None or limits.ends_by(one, coming) == coming

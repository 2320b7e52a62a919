"""What is urgent sounds at once, falls silent at once, and nothing else ever passes for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from devices.protocol.codec import encode
from devices.protocol.messages import AreaUrgent
from devices.protocol.signing import unseal
from schedules.priority import BulletinClass
from schedules.programme import AreaId

COMMUNE = AreaId("xa-an-phu")
NAMES = {"~siren": " (siren)", "~words": " (own voice)"}


def heard(station: Any) -> list[tuple[str, float]]:
    """What came out, in order: name and seconds."""
    found = []
    for stretch in station.heard:
        name = stretch.track.occurrence
        for part, words in NAMES.items():
            name = name.replace(part, words)
        found.append((name, round(stretch.seconds, 1)))
    return found


def now_and(station: Any, seconds: float) -> Any:
    return station.clock.now() + timedelta(seconds=seconds)


class TestAnOrderToSound:
    def test_is_heard_at_once_siren_first_and_its_receipt_says_so(self, station: Any, an_emergency: Any) -> None:
        started = station.clock.now()
        station.send_urgent(1, an_emergency("flood", started))
        station.run_for(60)
        assert heard(station) == [("flood (siren)", 8.0), ("flood", 20.0)]
        assert station.heard[0].at == started
        (receipt,) = station.receipts
        assert (receipt.outcome.value, receipt.seconds, receipt.voice, len(receipt.sounds)) == ("played", 28.0, "", 1)
        assert station.state.urgent == {AreaId("thon-3"): 1}

    def test_is_not_hindered_by_reports_which_come_at_different_moments(self, station: Any, an_emergency: Any) -> None:
        station.run_for(5)
        before = len(station.published)
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(0.9)
        assert station.names_heard == ["flood~siren"]
        assert len(station.published) == before
        station.run_for(1.2)
        assert station.state.urgent == {AreaId("thon-3"): 1}

    def test_speaks_over_everything_that_is_planned(self, station: Any, an_emergency: Any, an_occurrence: Any) -> None:
        station.send_plan(1, an_occurrence("songs", now_and(station, 10), 300.0))
        station.run_for(70)
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(600)
        assert heard(station) == [("songs", 60.0), ("flood (siren)", 8.0), ("flood", 20.0), ("songs", 240.0)]
        assert station.outcomes == {"flood": "played", "songs": "played"}

    def test_passes_quiet_hours_and_has_a_volume_of_its_own(self, station: Any, an_emergency: Any) -> None:
        station.send_config(serial=2, volume_cap=30, emergency_volume_cap=95)
        station.run_until(station.clock.now().replace(hour=20))
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(60)
        assert {stretch.track.volume for stretch in station.heard} == {95}
        assert station.state.refused == {}

    def test_waits_for_another_emergency_that_has_the_air(self, station: Any, an_emergency: Any) -> None:
        first = an_emergency("flood", station.clock.now())
        station.send_urgent(1, first)
        station.run_for(5)
        station.send_urgent(2, an_emergency("storm", station.clock.now()), area=COMMUNE)
        station.run_for(120)
        assert [name for name, _ in heard(station)] == ["flood (siren)", "flood", "storm (siren)", "storm"]

    def test_is_repeated_without_a_line_until_it_has_expired(self, station: Any, an_emergency: Any) -> None:
        times = [now_and(station, hours * 3600) for hours in (0, 2, 4, 6)]
        station.send_urgent(1, *(an_emergency(f"flood {n}", at) for n, at in enumerate(times)), life=5 * 3600)
        station.run_for(1)
        station.cut_line()
        station.run_for(9 * 3600)
        assert [name for name, _ in heard(station) if "siren" not in name] == ["flood 0", "flood 1", "flood 2"]

    def test_that_comes_after_its_expiry_never_sounds_and_is_counted(self, station: Any, an_emergency: Any) -> None:
        sealed = station.seal(
            station.urgent_topic(), station.order(1, an_emergency("flood", station.clock.now()), life=600), life=600
        )
        station.run_for(700)
        station.deliver(station.urgent_topic(), sealed)
        station.run_for(700)
        assert station.heard == []
        assert station.state.refused == {"expired": 1}
        assert station.outcomes == {"flood": "missed plan-late"}

    def test_an_order_of_another_area_is_refused(self, station: Any, an_emergency: Any) -> None:
        order = station.order(1, an_emergency("flood", station.clock.now()))
        station.deliver(station.urgent_topic(COMMUNE), station.seal(station.urgent_topic(COMMUNE), order))
        station.run_for(700)
        assert station.heard == []
        assert station.state.refused == {"wrong-topic": 1}

    def test_an_order_by_a_stranger_is_refused(self, station: Any, an_emergency: Any) -> None:
        order = station.order(1, an_emergency("flood", station.clock.now()))
        for key in (station.stranger, station.exercises):
            station.deliver(station.urgent_topic(), station.seal(station.urgent_topic(), order, key=key))
        station.run_for(700)
        assert station.heard == []
        assert station.state.refused == {"bad-signature": 2}


class TestItsOwnVoice:
    def test_speaks_when_the_recording_is_not_there_in_time(self, station: Any, an_emergency: Any) -> None:
        station.server.clear()
        begun = station.clock.now()
        station.send_urgent(1, an_emergency("flood", begun))
        station.run_for(60)
        assert [name for name, _ in heard(station)] == ["flood (siren)", "flood (own voice)"]
        assert station.outcomes == {"flood": "played"}
        assert (station.receipts[0].voice, station.receipts[0].sounds) == ("pretend", ())

    def test_speaks_after_two_seconds_when_there_is_no_siren(self, station: Any, an_emergency: Any) -> None:
        station.server.clear()
        begun = station.clock.now()
        station.send_urgent(1, an_emergency("flood", begun, siren=None))
        station.run_for(60)
        assert [(one.track.voice, one.at - begun) for one in station.heard] == [("pretend", timedelta(seconds=2))]

    def test_is_silent_when_the_recording_came_while_the_siren_sounded(self, station: Any, an_emergency: Any) -> None:
        kept = dict(station.server)
        station.server.clear()
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(5)
        station.server.update(kept)
        station.run_for(60)
        assert [name for name, _ in heard(station)] == ["flood (siren)", "flood"]

    def test_says_what_has_no_recording_at_all(self, station: Any, an_emergency: Any) -> None:
        station.send_urgent(1, an_emergency("flood", station.clock.now(), 30.0, sounds=()))
        station.run_for(60)
        assert [name for name, _ in heard(station)] == ["flood (siren)", "flood (own voice)"]

    def test_that_cannot_speak_is_a_reason(self, station: Any, an_emergency: Any) -> None:
        station.voice.works = False
        station.server.clear()
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(60)
        assert heard(station) == [("flood (siren)", 8.0)]
        assert station.outcomes == {"flood": "interrupted audio-missing"}

    def test_is_asked_once_for_what_is_said_often(self, station: Any, an_emergency: Any) -> None:
        station.server.clear()
        sounds = [an_emergency(f"flood {n}", now_and(station, 600 * n)) for n in range(4)]
        station.send_urgent(1, *sounds)
        station.run_for(3600)
        assert len(station.voice.said) == 1
        assert len(station.heard) == 8


class TestTakingBack:
    def test_silences_at_once_what_sounds(self, station: Any, an_emergency: Any) -> None:
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(12)
        station.send_urgent(2)
        station.run_for(60)
        assert heard(station) == [("flood (siren)", 8.0), ("flood", 4.0)]
        assert station.outcomes == {"flood": "interrupted withdrawn"}

    def test_reaches_who_was_away_before_it_can_play(self, station: Any, an_emergency: Any) -> None:
        station.cut_power()
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.wait(60)
        station.send_urgent(2)
        station.wait(60)
        station.boot()
        station.run_for(3600)
        assert station.heard == []
        assert station.receipts == []

    def test_counts_even_when_it_has_expired_on_its_way(self, station: Any, an_emergency: Any) -> None:
        sounds = [an_emergency(f"flood {n}", now_and(station, 7200 * n)) for n in range(3)]
        station.send_urgent(1, *sounds)
        station.run_for(60)
        station.cut_line()
        station.run_for(120)
        station.send_urgent(2, life=600)
        station.run_for(3600)
        station.mend_line()
        station.run_for(6 * 3600)
        assert [name for name, _ in heard(station) if "siren" not in name] == ["flood 0"]
        assert station.state.refused == {}

    def test_what_goes_on_in_the_newer_order_is_not_disturbed(self, station: Any, an_emergency: Any) -> None:
        flood = an_emergency("flood", station.clock.now())
        station.send_urgent(1, flood)
        station.run_for(12)
        station.send_urgent(2, flood, an_emergency("storm", now_and(station, 120)))
        station.run_for(600)
        assert station.outcomes == {"flood": "played", "storm": "played"}

    def test_an_older_order_is_refused_also_after_a_restart(self, station: Any, an_emergency: Any) -> None:
        older = station.send_urgent(1, an_emergency("flood", now_and(station, 3600)))
        station.run_for(1)
        station.send_urgent(2)
        station.run_for(1)
        station.restart()
        station.deliver(station.urgent_topic(), older, retained=False)
        station.run_for(7200)
        assert station.heard == []
        assert station.state.refused == {"superseded": 1}

    def test_who_comes_back_to_an_area_cannot_be_told_what_was_taken_back(
        self, station: Any, an_emergency: Any
    ) -> None:
        older = station.send_urgent(1, an_emergency("flood", now_and(station, 3600)))
        station.run_for(1)
        station.send_urgent(2)
        station.run_for(1)
        station.send_config(serial=2, areas=(COMMUNE,))
        station.run_for(1)
        station.send_config(serial=3)
        station.run_for(1)
        station.deliver(station.urgent_topic(), older, retained=False)
        station.run_for(7200)
        assert station.heard == []


class TestAllStop:
    def test_silences_everything_and_is_reported(self, station: Any, an_emergency: Any, an_occurrence: Any) -> None:
        station.send_plan(1, an_occurrence("songs", now_and(station, 10), 300.0))
        station.run_for(70)
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(5)
        station.send_urgent(2, stopped_at=station.clock.now(), area=COMMUNE)
        station.run_for(700)
        assert heard(station) == [("songs", 60.0), ("flood (siren)", 5.0)]
        assert station.outcomes == {"flood": "interrupted all-stop", "songs": "interrupted all-stop"}
        assert station.state.urgent == {AreaId("thon-3"): 1, COMMUNE: 2}

    def test_lasts_for_the_plan_until_it_says_so(self, station: Any, an_occurrence: Any) -> None:
        station.send_plan(
            1, an_occurrence("noon", now_and(station, 600)), an_occurrence("evening", now_and(station, 7200))
        )
        station.run_for(1)
        station.send_urgent(1, stopped_at=station.clock.now(), silent_until=now_and(station, 3600))
        station.run_for(3 * 3600)
        assert station.outcomes == {"noon": "cancelled all-stop", "evening": "played"}

    def test_leaves_the_air_to_emergencies_that_are_ordered_later(self, station: Any, an_emergency: Any) -> None:
        before = an_emergency("before", now_and(station, 300), requested_at=station.clock.now())
        station.run_for(1)
        stopped_at = station.clock.now()
        after = an_emergency("after", now_and(station, 600), requested_at=now_and(station, 10))
        station.send_urgent(1, before, after, stopped_at=stopped_at, silent_until=now_and(station, 86400))
        station.run_for(3600)
        assert station.outcomes == {"before": "cancelled all-stop", "after": "played"}

    def test_holds_after_a_restart(self, station: Any, an_occurrence: Any) -> None:
        station.send_plan(1, an_occurrence("songs", now_and(station, 10), 300.0))
        station.run_for(1)
        station.send_urgent(1, stopped_at=now_and(station, 60))
        station.run_for(1)
        station.restart(after=30)
        station.run_for(3600)
        assert station.heard == []


class TestAPowerCut:
    def test_an_emergency_that_is_still_in_force_sounds_again_from_the_start(
        self, station: Any, an_emergency: Any
    ) -> None:
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(12)
        station.restart(after=30)
        station.run_for(120)
        assert [name for name, _ in heard(station)] == ["flood (siren)", "flood", "flood (siren)", "flood"]
        assert station.outcomes == {"flood": "played again-after-power"}

    def test_one_that_was_taken_back_meanwhile_does_not(self, station: Any, an_emergency: Any) -> None:
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(12)
        station.cut_power()
        station.send_urgent(2)
        station.wait(30)
        station.boot()
        station.broker.pump()
        station.run_for(120)
        assert station.outcomes in ({"flood": "interrupted withdrawn"}, {"flood": "interrupted power"})
        assert sum(seconds for _, seconds in heard(station)) == 12.0

    def test_one_that_has_expired_meanwhile_does_not(self, station: Any, an_emergency: Any) -> None:
        station.send_urgent(1, an_emergency("flood", station.clock.now(), grace=60.0))
        station.run_for(12)
        station.restart(after=120)
        station.run_for(120)
        assert station.outcomes == {"flood": "interrupted power"}


class TestExercises:
    @pytest.fixture
    def exercising(self, station: Any) -> Any:
        station.send_config(serial=2, exercise_keys=(station.exercises.public.text,), volume_cap=70)
        station.run_for(1)
        return station

    @pytest.fixture
    def drill(self, an_emergency: Any) -> Callable[..., Any]:
        def make(name: str, start: Any) -> Any:
            return an_emergency(name, start, bulletin_class=BulletinClass.PRIORITY, words="Đây là diễn tập.")

        return make

    def test_sound_under_their_own_key_and_keep_the_limits(self, exercising: Any, drill: Any) -> None:
        exercising.send_exercise(1, drill("drill", exercising.clock.now()))
        exercising.run_for(60)
        assert [name for name, _ in heard(exercising)] == ["drill (siren)", "drill"]
        assert {stretch.track.volume for stretch in exercising.heard} == {70}
        assert exercising.state.exercises == {AreaId("thon-3"): 1}

    def test_an_emergency_speaks_over_them(self, exercising: Any, drill: Any, an_emergency: Any) -> None:
        exercising.send_exercise(1, drill("drill", exercising.clock.now()))
        exercising.run_for(10)
        exercising.send_urgent(1, an_emergency("flood", exercising.clock.now()))
        exercising.run_for(20)
        assert [name for name, _ in heard(exercising)][-2:] == ["flood (siren)", "flood"]

    def test_the_key_of_the_real_thing_orders_none(self, exercising: Any, drill: Any) -> None:
        exercising.send_exercise(1, drill("drill", exercising.clock.now()), key=exercising.controller)
        exercising.run_for(700)
        assert exercising.heard == []
        assert exercising.state.refused == {"bad-signature": 1}

    def test_a_key_for_the_real_thing_is_none_for_exercises_whatever_the_configuration_says(
        self, station: Any, drill: Any
    ) -> None:
        station.send_config(serial=2, exercise_keys=(station.controller.public.text, "no key at all"))
        station.run_for(1)
        station.send_exercise(1, drill("drill", station.clock.now()), key=station.controller)
        station.run_for(700)
        assert station.state.refused == {"bad-signature": 1}

    def test_are_silent_in_quiet_hours(self, exercising: Any, drill: Any) -> None:
        exercising.run_until(exercising.clock.now().replace(hour=20))
        exercising.send_exercise(1, drill("drill", exercising.clock.now()))
        exercising.run_for(60)
        assert exercising.heard == []
        assert exercising.outcomes == {"drill": "missed quiet-hours"}


def test_an_order_that_is_no_order_is_refused(station: Any) -> None:
    topic, now = station.urgent_topic(), station.clock.now()
    for payload in (b"{}", b'{"v":1}', b'{"v":9}', b"[" * 100_000):
        sealed = station.controller.seal(payload, topic=topic, issued_at=now, expires_at=now + timedelta(days=1))
        station.deliver(topic, sealed, retained=False)
    future = AreaUrgent(area=AreaId("thon-3"), serial=1, issued_at=now, until=now + timedelta(days=9))
    ahead = now + timedelta(hours=2)
    station.deliver(
        topic, station.controller.seal(encode(future), topic=topic, issued_at=ahead, expires_at=ahead), retained=False
    )
    station.run_for(700)
    assert station.state.refused == {"malformed": 3, "unknown-version": 1, "expired": 1}
    assert station.state.urgent == {}


def test_what_is_urgent_is_not_named_as_missing_while_it_can_be_said(station: Any, an_emergency: Any) -> None:
    station.server.clear()
    station.send_urgent(1, an_emergency("flood", now_and(station, 3600)))
    station.run_for(60)
    assert station.state.not_ready == ()
    station.voice.works = False
    station.send_urgent(2, an_emergency("storm", now_and(station, 3600), words="Bão số 3."))
    station.run_for(60)
    assert [(one.occurrence, one.reason) for one in station.state.not_ready] == [("storm", "audio-missing")]


class TestABoardThatDoesNotKnowTheTime:
    """An emergency does not wait for a proof of time, if nobody can have held it back."""

    @pytest.fixture
    def timeless(self, station: Any) -> Any:
        """It has known the time; then the power failed, and neither NTP nor the controller answers any more."""
        station.run_for(3700)
        station.kept_by_ntp, station.answers_after = False, None
        station.cut_power()
        station.board.forget()
        station.wait(3600)
        station.boot()
        station.run_for(60)
        return station

    def test_sounds_what_comes_over_a_line_that_stands(self, timeless: Any, an_emergency: Any) -> None:
        begun = timeless.clock.now()
        timeless.send_urgent(1, an_emergency("flood", begun))
        timeless.run_for(60)
        assert [name for name, _ in heard(timeless)] == ["flood (siren)", "flood"]
        assert not timeless.state.clock_proven

    def test_does_not_sound_what_the_broker_had_kept(self, timeless: Any, an_emergency: Any) -> None:
        timeless.cut_line()
        timeless.run_for(60)
        timeless.send_urgent(1, an_emergency("flood", timeless.clock.now()))
        timeless.wait(3600)
        timeless.mend_line()
        timeless.run_for(3600)
        assert timeless.heard == []

    def test_sounds_what_the_broker_had_kept_once_the_time_is_proven(self, timeless: Any, an_emergency: Any) -> None:
        timeless.cut_line()
        timeless.run_for(60)
        timeless.send_urgent(1, an_emergency("flood", timeless.clock.now()))
        timeless.wait(600)
        timeless.answers_after = 0.1
        timeless.mend_line()
        timeless.run_for(700)
        assert timeless.outcomes == {"flood": "played"}

    def test_does_not_believe_an_old_order_that_it_never_saw(self, station: Any, an_emergency: Any) -> None:
        old = station.seal(station.urgent_topic(), station.order(1, an_emergency("flood", station.clock.now())))
        station.run_for(3 * 3600)
        station.kept_by_ntp, station.answers_after = False, None
        station.board.forget()
        station.restart()
        station.run_for(60)
        station.deliver(station.urgent_topic(), old, retained=False)
        station.run_for(3600)
        assert station.heard == []

    def test_nor_one_that_it_has_seen(self, timeless: Any, an_emergency: Any) -> None:
        sealed = timeless.send_urgent(1, an_emergency("flood", timeless.clock.now()))
        timeless.run_for(60)
        timeless.send_urgent(2)
        timeless.run_for(1)
        timeless.deliver(timeless.urgent_topic(), sealed, retained=False)
        timeless.run_for(60)
        assert [name for name, _ in heard(timeless)] == ["flood (siren)", "flood"]

    def test_sounds_nothing_that_is_planned(self, timeless: Any, an_emergency: Any, an_occurrence: Any) -> None:
        timeless.send_plan(1, an_occurrence("news", now_and(timeless, 120)))
        timeless.send_urgent(1, an_emergency("flood", timeless.clock.now()))
        timeless.run_for(3600)
        assert [name for name, _ in heard(timeless)] == ["flood (siren)", "flood"]

    def test_falls_silent_when_it_is_told_to(self, timeless: Any, an_emergency: Any) -> None:
        timeless.send_urgent(1, an_emergency("flood", timeless.clock.now()))
        timeless.run_for(5)
        timeless.send_urgent(2)
        timeless.run_for(60)
        assert heard(timeless) == [("flood (siren)", 5.0)]

    def test_goes_on_with_an_emergency_by_a_clock_that_a_battery_kept(self, station: Any, an_emergency: Any) -> None:
        station.send_urgent(1, an_emergency("flood", station.clock.now()))
        station.run_for(12)
        station.kept_by_ntp, station.answers_after = False, None
        station.restart(after=30)
        station.run_for(60)
        assert [name for name, _ in heard(station)][2:] == ["flood (siren)", "flood"]
        assert not station.state.clock_proven


def test_a_will_that_was_made_before_the_time_was_known_is_not_refused(station: Any) -> None:
    station.kept_by_ntp = False
    station.board.forget()
    station.restart()
    station.run_for(60)
    station.cut_power()
    station.wait(1)
    assert not station.state.online
    opened = unseal(
        station.published[-1].payload, topic=station.published[-1].topic, now=None, find_key=station.keys.get
    )
    opened.check_date(station.clock.now())

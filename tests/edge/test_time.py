"""A loudspeaker that does not know the time stays silent; one that knows it is not led astray by its own clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.agent.kernel_time import CLOCK_ERROR, UNSYNCHRONISED, Timex, kernel_clock_is_kept
from devices.agent.proven_clock import DRIFT, ProvenClock, TimeProof, better
from devices.agent.time_questions import EVERY, PATIENCE, RIDES_AFTER, ROUND, TimeQuestions
from devices.clock import HandMovedClock
from devices.link.port import Inbound
from devices.protocol.codec import decode
from devices.protocol.messages import DeviceState, TimeAnswer
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceChannel
from devices.simulator.clock import NEVER_SET, BoardClock
from schedules.priority import Late

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
HOUR = 3600.0


def at(station: Any, minutes: float) -> datetime:
    moment: datetime = station.clock.now() + timedelta(minutes=minutes)
    return moment


@pytest.fixture
def wakes_in_1970(new_station: Callable[[], Any]) -> Any:
    """A board without a battery and without NTP, as it gets power: it knows neither its areas nor a plan."""
    station = new_station()
    station.kept_by_ntp = False
    station.board.forget()
    return station


def questions(station: Any) -> list[str]:
    asked = [decode(said, DeviceState).time_question for said in station.sent(DeviceChannel.STATE)]
    return [one for one in asked if one]


class TestABoardThatWakesIn1970:
    def test_it_asks_the_controller_and_plays_on_time(self, wakes_in_1970: Any, an_occurrence: Any) -> None:
        station = wakes_in_1970
        start = at(station, 30)
        station.boot()
        station.send_config()
        station.send_plan(1, an_occurrence("news", start))
        station.run_for(2)
        assert station.state.clock_proven
        assert station.state.clock_offset == round((NEVER_SET - NOON).total_seconds(), 3)
        station.run_for(HOUR)
        assert [stretch.at for stretch in station.heard] == [start]
        assert station.outcomes == {"news": "played"}
        assert station.state.refused == {}

    def test_it_stays_silent_without_an_answer_and_says_why(self, wakes_in_1970: Any, an_occurrence: Any) -> None:
        station = wakes_in_1970
        station.kept_by_ntp = True
        station.board.ahead = timedelta()
        station.boot()
        station.send_config()
        station.send_plan(1, an_occurrence("news", at(station, 10)), an_occurrence("songs", at(station, 60)))
        station.run_for(60)
        station.kept_by_ntp = False
        station.board.forget()
        station.answers_after = None
        station.restart()
        station.run_for(HOUR / 2)
        assert not station.state.clock_proven
        assert station.state.clock_offset is None
        reasons = {one.occurrence: one.reason for one in station.state.not_ready}
        assert reasons == {"news": "clock-unproven", "songs": "clock-unproven"}
        assert (station.heard, station.receipts) == ([], [])
        station.answers_after = 0.05
        station.run_for(HOUR)
        assert station.outcomes == {"news": "missed clock-unproven", "songs": "played"}

    def test_an_answer_that_was_under_way_for_long_proves_nothing(self, wakes_in_1970: Any) -> None:
        wakes_in_1970.answers_after = PATIENCE + 1
        wakes_in_1970.boot()
        wakes_in_1970.run_for(HOUR)
        assert not wakes_in_1970.state.clock_proven

    def test_a_slow_answer_proves_it_to_half_its_way(self, wakes_in_1970: Any) -> None:
        wakes_in_1970.answers_after = 4.0
        wakes_in_1970.boot()
        wakes_in_1970.run_for(60)
        assert wakes_in_1970.state.clock_proven
        assert abs((wakes_in_1970.time.now() - wakes_in_1970.clock.now()).total_seconds()) <= 2.0

    def test_ntp_that_says_1970_proves_nothing(self, wakes_in_1970: Any) -> None:
        wakes_in_1970.kept_by_ntp = True
        wakes_in_1970.answers_after = None
        wakes_in_1970.boot()
        wakes_in_1970.run_for(60)
        assert not wakes_in_1970.state.clock_proven
        wakes_in_1970.board.ahead = timedelta()
        wakes_in_1970.run_for(60)
        assert wakes_in_1970.state.clock_proven

    def test_a_battery_that_kept_the_time_is_no_proof(self, wakes_in_1970: Any, an_occurrence: Any) -> None:
        station = wakes_in_1970
        station.board.ahead = timedelta()
        station.boot()
        station.send_config()
        station.send_plan(1, an_occurrence("news", at(station, 10), late=Late.WHOLE, grace=2 * HOUR))
        station.run_for(60)
        station.answers_after = None
        station.restart()
        station.run_for(HOUR)
        assert not station.state.clock_proven
        assert (station.heard, station.receipts) == ([], [])

    def test_a_controller_that_woke_in_1970_itself_proves_nothing(self) -> None:
        world = HandMovedClock(NEVER_SET)
        clock = ProvenClock(BoardClock(world))
        clock.learn(world.now(), 0.0)
        assert not clock.proven
        clock.learn(NOON, 0.0)
        assert clock.proven
        assert clock.now() == NOON

    def test_nobody_else_can_tell_it_the_time(self, wakes_in_1970: Any) -> None:
        station = wakes_in_1970
        station.answers_after = None
        station.boot()
        station.run_for(1)
        topic = station.topics.device(station.device, DeviceChannel.COMMAND)
        lie = NOON + timedelta(hours=5)
        answer = TimeAnswer(question=questions(station)[-1], at=lie)
        station.deliver(topic, station.seal(topic, answer, key=SigningKey.generate()), retained=False)
        station.deliver(topic, station.seal(topic, TimeAnswer(question="", at=lie)), retained=False)
        station.deliver(topic, station.seal(topic, TimeAnswer(question="guessed", at=lie)), retained=False)
        station.agent.receive(Inbound(topic, b"x", False))
        station.run_for(5)
        assert not station.state.clock_proven


@pytest.mark.parametrize("kept", [True, False], ids=["kept by NTP", "set by hand"])
class TestAClockThatIsSet:
    """NTP that corrects the clock is believed; a hand that sets it is not."""

    @pytest.fixture
    def settled(self, station: Any, kept: bool) -> Any:
        station.kept_by_ntp = kept
        station.restart()
        station.run_for(5)
        return station

    @pytest.mark.parametrize("step", [-HOUR, -5.0, 5.0, 0.4 * HOUR])
    def test_while_it_sounds_nothing_is_lost_and_nothing_comes_twice(
        self, settled: Any, an_occurrence: Any, kept: bool, step: float
    ) -> None:
        settled.send_plan(1, an_occurrence("news", at(settled, 1), 300.0))
        settled.run_for(120)
        settled.board.step(step)
        settled.run_for(2 * HOUR)
        assert [stretch.seconds for stretch in settled.heard] == [300.0]
        assert settled.outcomes == {"news": "played"}

    def test_backwards_over_what_was_played_it_is_not_played_again(
        self, settled: Any, an_occurrence: Any, kept: bool
    ) -> None:
        settled.send_plan(1, an_occurrence("news", at(settled, 1)))
        settled.run_for(120)
        settled.board.step(-600)
        settled.run_for(HOUR)
        assert settled.names_heard == ["news"]
        assert settled.outcomes == {"news": "played"}

    @pytest.mark.parametrize(("step", "late"), [(700.0, "played"), (HOUR, "missed clock-corrected")])
    def test_forwards_over_a_start(self, settled: Any, an_occurrence: Any, kept: bool, step: float, late: str) -> None:
        start = at(settled, 10)
        settled.send_plan(1, an_occurrence("news", start, late=Late.WHOLE))
        settled.run_for(60)
        settled.board.step(step)
        settled.run_for(HOUR)
        assert settled.outcomes == {"news": late if kept else "played"}
        if not kept:
            assert [stretch.at for stretch in settled.heard] == [start]
            assert settled.state.clock_offset == step

    def test_a_new_life_after_the_step_asks_anew(self, settled: Any, an_occurrence: Any, kept: bool) -> None:
        start = at(settled, 30)
        settled.send_plan(1, an_occurrence("news", start))
        settled.run_for(60)
        settled.board.step(-86_400.0)
        settled.kept_by_ntp = False
        settled.restart()
        settled.run_for(HOUR)
        assert [stretch.at for stretch in settled.heard] == [start]


def test_it_asks_once_per_connection_and_every_few_hours(new_station: Callable[[], Any]) -> None:
    station = new_station()
    station.kept_by_ntp = False
    station.boot()
    station.run_for(23 * HOUR)
    assert len(questions(station)) == 24 * HOUR / RIDES_AFTER
    assert len(set(questions(station))) == len(questions(station))
    station.cut_line()
    station.run_for(60)
    station.mend_line()
    station.run_for(60)
    assert len(questions(station)) == 24 * HOUR / RIDES_AFTER + 1


def test_a_board_that_seldom_speaks_says_a_word_only_to_ask_for_the_time() -> None:
    asking = TimeQuestions()
    assert asking.answered(asking.ask(0.0), 0.1) is not None
    assert asking.due_at == 0.1 + EVERY
    assert asking.ask(RIDES_AFTER) == ""
    assert asking.ask(0.2 + RIDES_AFTER) != ""


def test_who_is_kept_by_ntp_asks_nobody(station: Any) -> None:
    station.run_for(24 * HOUR)
    assert questions(station) == []
    assert (station.state.clock_proven, station.state.clock_offset) == (True, 0.0)


def test_slow_answers_are_asked_for_a_few_times_and_the_quickest_counts(new_station: Callable[[], Any]) -> None:
    station = new_station()
    station.kept_by_ntp = False
    station.board.step(100.0)
    station.answers_after = 3.0
    station.boot()
    station.run_for(3.5)
    assert abs((station.time.now() - station.clock.now()).total_seconds()) == pytest.approx(1.5)
    station.answers_after = 0.5
    station.run_for(60)
    assert len(questions(station)) == ROUND
    assert abs((station.time.now() - station.clock.now()).total_seconds()) <= 0.25 + 0.02


@given(
    true_trip=st.floats(0.0, PATIENCE),
    share=st.floats(0.0, 1.0),
    wrong=st.floats(-1e6, 1e6),
    later=st.floats(0.0, 86_400.0),
)
def test_the_error_is_never_more_than_half_the_way(true_trip: float, share: float, wrong: float, later: float) -> None:
    world = HandMovedClock(NOON)
    board = BoardClock(world)
    board.step(wrong)
    clock, asking = ProvenClock(board), TimeQuestions()
    question = asking.ask(clock.monotonic())
    world.advance_to(NOON + timedelta(seconds=share * true_trip))
    read_at = world.now()
    world.advance_to(NOON + timedelta(seconds=true_trip))
    trip = asking.answered(question, clock.monotonic())
    if trip is None:
        return
    clock.learn(read_at + timedelta(seconds=trip / 2), trip / 2)
    world.advance_to(world.now() + timedelta(seconds=later))
    board.step(wrong)
    assert abs((clock.now() - world.now()).total_seconds()) <= trip + 1e-5
    if abs(wrong) > trip:
        assert abs((clock.now() - world.now()).total_seconds()) <= trip / 2 + 1e-5


@given(apart=st.floats(-100, 100), known=st.floats(0, 5), new=st.floats(0, 5), age=st.floats(0, 1e6))
def test_a_proof_gives_way_only_to_a_better_one_or_to_a_contradiction(
    apart: float, known: float, new: float, age: float
) -> None:
    old = TimeProof(NOON, 0.0, known)
    fresh = TimeProof(NOON + timedelta(seconds=age + apart), age, new)
    aged = known + DRIFT * age
    believed = better(old, fresh)
    if abs(apart) > aged + new + 1e-5 or new < aged:
        assert believed is fresh
    elif abs(apart) < aged + new - 1e-5:
        assert believed is old


@pytest.mark.parametrize(
    ("said", "status", "kept"),
    [
        (0, 0, True),
        (0, UNSYNCHRONISED, False),
        (1, 1, True),
        (CLOCK_ERROR, UNSYNCHRONISED, False),
        (CLOCK_ERROR, 0, False),
        (-1, 0, False),
    ],
)
def test_the_kernels_word_is_read_as_the_kernel_means_it(said: int, status: int, kept: bool) -> None:
    def kernel(answer: Timex) -> int:
        answer.status = status
        return said

    assert kernel_clock_is_kept(kernel) is kept


def test_the_kernel_of_this_machine_answers() -> None:
    assert kernel_clock_is_kept() in (True, False)
    answer = Timex()
    assert answer.modes == 0, "anything else would set the clock instead of asking"

"""What loudspeakers do of their own, whatever the controller says or fails to say: days in the town."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from controller.store import broadcasts, fleet
from controller.town import Town
from schedules.outcome import Outcome
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
FIVE = datetime(2026, 11, 23, 17, 0, tzinfo=COMMUNE_ZONE)
EVENING_NEWS = Recurrence(at=time(17, 0), first=date(2026, 11, 23))
VILLAGE = AreaId("thon-2")
NOTICE = "Kính mời bà con ra nhà văn hóa họp bàn việc làm đường, đúng bảy giờ tối nay."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, MORNING, villages={VILLAGE: 2}) as built:
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.mark.long
def test_what_is_withdrawn_while_it_sounds_falls_silent_everywhere(town: Town) -> None:
    programme = town.broadcast(NOTICE, (VILLAGE,), EVENING_NEWS)
    town.run_until(FIVE + timedelta(seconds=2))
    town.withdraw(programme)
    town.run_for(timedelta(minutes=5))
    ((broadcast, facts),) = town.facts(programme)
    assert {(one.outcome, one.reason) for one in facts} == {(Outcome.INTERRUPTED, "withdrawn")}
    assert all(
        stretch.seconds == pytest.approx(2.0, abs=0.1) for horn in town.horns.values() for stretch in horn.sounded
    )
    assert len(facts) == broadcast.planned == 2


@pytest.mark.long
def test_the_controller_orders_a_broadcast_at_night_and_every_device_refuses(town: Town) -> None:
    night = Recurrence(at=time(3, 15), first=date(2026, 11, 24))
    programme = town.broadcast(NOTICE, (VILLAGE,), night)
    town.run_for(timedelta(hours=1))
    (broadcast, facts), *_ = town.facts(programme)
    assert broadcast.ready == 0
    assert {one.not_ready for one in facts} == {"quiet-hours"}
    town.run_until(FIVE + timedelta(hours=11))
    (_, facts), *_ = town.facts(programme)
    assert {(one.outcome, one.reason) for one in facts} == {(Outcome.MISSED, "quiet-hours")}
    assert [horn.sounded for horn in town.horns.values()] == [[], []]


@pytest.mark.long
def test_a_board_that_woke_in_1970_learns_the_time_from_the_controller_and_plays_on_time(town: Town) -> None:
    programme = town.broadcast(NOTICE, (VILLAGE,), EVENING_NEWS)
    town.run_for(timedelta(minutes=5))
    horn, other = town.horns.values()
    horn.cut_power()
    horn.board.forget()
    town.run_for(timedelta(hours=2))
    horn.boot()
    town.run_for(timedelta(seconds=5))
    with town.app.database.read() as connection:
        seen = fleet.last_seen(connection, horn.device)
    assert seen is not None
    assert seen.online
    assert seen.state.clock_proven
    other.step_clock(-1800)
    town.run_until(FIVE + timedelta(minutes=10))
    assert [[stretch.at for stretch in one.sounded] for one in (horn, other)] == [[FIVE], [FIVE]]
    (broadcast, _), *_ = town.facts(programme)
    assert (broadcast.planned, broadcast.played) == (2, 2)


@pytest.mark.long
def test_a_board_that_woke_in_1970_without_a_controller_is_silent(town: Town) -> None:
    town.broadcast(NOTICE, (VILLAGE,), EVENING_NEWS)
    town.run_until(FIVE - timedelta(hours=1))
    horn, other = town.horns.values()
    town.kill_controller()
    horn.cut_power()
    horn.board.forget()
    horn.boot()
    town.run_until(FIVE + timedelta(minutes=5))
    assert (len(horn.sounded), len(other.sounded)) == (0, 1)
    town.boot_controller()
    # However long it was away, nobody stays silent much longer for it.
    town.run_for(timedelta(minutes=1))
    with town.app.database.read() as connection:
        told = broadcasts.broadcasts(connection, Timespan(FIVE, FIVE + timedelta(hours=1)))
        facts = {one.device: one for one in broadcasts.device_facts(connection, told[0].id)}
    assert facts[horn.device].reason == "clock-unproven"
    assert facts[other.device].outcome is Outcome.PLAYED


@pytest.mark.long
def test_a_recording_that_the_disk_has_damaged_is_found_and_fetched_again_before_air_time(town: Town) -> None:
    town.broadcast(NOTICE, (VILLAGE,), EVENING_NEWS)
    town.run_until(FIVE - timedelta(hours=3))
    damaged, other = town.horns.values()
    (recording,) = (damaged.folder / "audio").iterdir()
    whole = recording.read_bytes()
    recording.write_bytes(whole[: len(whole) // 2])
    town.run_until(FIVE - timedelta(minutes=31))
    assert recording.read_bytes() == whole
    town.run_until(FIVE + timedelta(minutes=1))
    assert [len(horn.sounded) for horn in (damaged, other)] == [1, 1]


@pytest.mark.long
def test_a_recording_that_cannot_be_fetched_again_is_said_to_be_missing_before_air_time(town: Town) -> None:
    programme = town.broadcast(NOTICE, (VILLAGE,), EVENING_NEWS)
    town.run_until(FIVE - timedelta(hours=3))
    damaged, _ = town.horns.values()
    (recording,) = (damaged.folder / "audio").iterdir()
    recording.write_bytes(b"")
    for copy in (town.folder / "controller" / "speech").rglob(recording.name + "*"):
        copy.unlink()
    town.run_until(FIVE - timedelta(minutes=31))
    ((broadcast, facts), *_) = town.facts(programme)
    assert broadcast.ready == 1
    assert [one.not_ready for one in facts if one.device == damaged.device] == ["audio-missing"]

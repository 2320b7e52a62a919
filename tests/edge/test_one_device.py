"""What is asked of one loudspeaker by hand: a tone, and to begin anew; and what its board says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices.agent.board import BoardReading, LinuxBoard
from devices.clock import HandMovedClock
from devices.protocol.messages import Message, Restart, SoundTone
from devices.protocol.topics import DeviceChannel, DeviceId
from devices.simulator.board import pretend_board
from schedules.occurrence import OccurrenceId


def say(station: Any, message: Message, life: float = 30.0) -> bytes:
    topic = station.topics.device(station.device, DeviceChannel.COMMAND)
    sealed: bytes = station.seal(topic, message, life=life)
    station.deliver(topic, sealed, retained=False)
    return sealed


def tone(name: str = "tone-1", **other: Any) -> SoundTone:
    return SoundTone(occurrence=OccurrenceId(name), **other)


def test_a_tone_is_heard_at_once_below_the_cap_and_told_in_a_receipt_and_never_twice(station: Any) -> None:
    station.send_config(serial=2, volume_cap=40)
    sealed = say(station, tone(volume=90))
    station.run_for(8)
    (heard,) = station.heard
    assert (heard.track.volume, heard.seconds) == (40, 3.0)
    assert station.outcomes == {"tone-1": "played"}
    station.deliver(station.topics.device(station.device, DeviceChannel.COMMAND), sealed, retained=False)
    say(station, tone("tone-2"))
    station.run_for(8)
    assert len(station.heard) == 2
    assert station.state.refused == {"superseded": 1}


def test_a_tone_speaks_over_nothing_keeps_quiet_hours_and_does_not_come_hours_later(
    station: Any, an_occurrence: Any
) -> None:
    station.send_plan(1, an_occurrence("news", station.clock.now() + timedelta(seconds=60), 300.0))
    station.run_for(90)
    say(station, tone("in-the-news"))
    station.run_for(30)
    assert station.state.playing == "news"
    station.run_for(400)
    station.cut_line()
    say(station, tone("while-away"))
    station.run_for(120)
    station.mend_line()
    station.run_for(120)
    station.run_until(station.clock.now() + timedelta(hours=11))
    say(station, tone("at-night"))
    station.run_for(700)
    assert [stretch.track.occurrence for stretch in station.heard] == ["news"]
    assert station.outcomes == {"in-the-news": "missed busy", "news": "played", "at-night": "missed quiet-hours"}
    assert station.state.refused == {"expired": 1, "quiet-hours": 1}


def test_a_restart_waits_for_what_sounds_and_for_what_is_about_to(station: Any, an_occurrence: Any) -> None:
    now, agent = station.clock.now(), station.agent
    news = [an_occurrence("one", now + timedelta(seconds=30), 60.0), an_occurrence("two", now + timedelta(seconds=120))]
    station.send_plan(1, *news)
    station.run_for(40)
    assert not agent.wants_restart
    say(station, Restart())
    station.run_for(20)
    assert not agent.wants_restart, "something sounds"
    station.run_for(45)
    assert not agent.wants_restart, "the next is near"
    station.run_for(60)
    assert station.outcomes == {"one": "played", "two": "played"}
    assert agent.wants_restart
    agent.close()
    station.boot()
    station.run_for(60)
    assert not station.agent.wants_restart, "it was good for one use"


@pytest.mark.parametrize(
    ("temperatures", "wireless", "said"),
    [
        (["48512", "51000"], " wlan0: 0000   55.  -55.  -256        0", BoardReading(51.0, -55.0)),
        (["none", "999999"], " wlan0: 0000   55.  x", BoardReading()),
        ([], "", BoardReading()),
    ],
)
def test_a_board_says_what_it_has_and_nothing_where_it_has_nothing(
    temperatures: list[str], wireless: str, said: BoardReading, tmp_path: Path
) -> None:
    for number, text in enumerate(temperatures):
        zone = tmp_path / f"thermal_zone{number}"
        zone.mkdir()
        (zone / "temp").write_text(text)
    table = tmp_path / "wireless"
    table.write_text(f"Inter-| sta-|\n face | tus |\n{wireless}\n")
    assert LinuxBoard(tmp_path, table).read() == said
    assert LinuxBoard(tmp_path / "gone", tmp_path / "gone").read() == BoardReading()


def test_a_pretended_board_is_no_fever_and_the_same_at_each_run(station: Any) -> None:
    clock: HandMovedClock = station.clock
    read: Callable[[], BoardReading] = pretend_board(DeviceId("loa-1"), clock)
    found = read()
    assert pretend_board(DeviceId("loa-1"), clock)() == found
    assert found.temperature is not None and 20 < found.temperature < 80
    assert found.signal is not None and -90 < found.signal < -40

"""A notice typed at the desk is heard in the chosen villages, whatever happens on the way: days in the town."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from controller.store import fleet, refusals
from controller.store.broadcasts import Broadcast, DeviceFacts
from controller.town import Town
from devices.protocol.messages import DeviceState
from devices.protocol.topics import DeviceChannel, DeviceId
from schedules.outcome import Outcome
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
EVENING_NEWS = Recurrence(at=time(17, 0), first=date(2026, 11, 23))
TWO_VILLAGES = (AreaId("thon-2"), AreaId("thon-3"))
IN_THE_TWO = {"loa-thon-2-1", "loa-thon-2-2", "loa-thon-3-1", "loa-thon-3-2"}
ONE = DeviceId("loa-thon-2-1")
NOTICE = "Kính mời bà con ra nhà văn hóa họp."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, MORNING) as built:
        built.run_for(timedelta(minutes=1))
        yield built


def at(hour: int, minute: int = 0, *, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=COMMUNE_ZONE)


def first(town: Town, programme: ProgrammeId) -> tuple[Broadcast, dict[str, DeviceFacts]]:
    broadcast, facts = town.facts(programme)[0]
    return broadcast, {one.device: one for one in facts}


def starts(town: Town, programme: ProgrammeId) -> dict[str, list[datetime]]:
    """When each loudspeaker began to sound the first broadcast, as an ear in the village would tell."""
    broadcast, _ = first(town, programme)
    return {device: [one.at for one in found] for device, found in town.sounded(broadcast.id).items()}


def test_a_notice_for_two_villages_is_heard_there_at_five_and_nowhere_else(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    town.run_until(at(16, 59))
    broadcast, _ = first(town, programme)
    assert (broadcast.planned, broadcast.ready, broadcast.played) == (4, 4, 0)
    town.run_until(at(17, 5))
    broadcast, facts = first(town, programme)
    assert (broadcast.planned, broadcast.ready, broadcast.played, broadcast.heard) == (4, 4, 4, 0)
    assert starts(town, programme) == {device: [at(17)] for device in IN_THE_TWO}
    assert all(one.seconds == pytest.approx(broadcast.seconds, abs=0.01) for one in facts.values())
    assert {one.voice for one in facts.values()} == {"espeak-ng vi"}


@pytest.mark.long
def test_a_notice_for_the_commune_is_heard_once_by_everybody(town: Town) -> None:
    programme = town.broadcast(NOTICE, (AreaId("xa"), AreaId("thon-1")), EVENING_NEWS)
    town.run_until(at(17, 5))
    assert starts(town, programme) == {device: [at(17)] for device in town.horns}


@pytest.mark.long
def test_nothing_sounds_that_was_withdrawn(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    town.withdraw(programme)
    town.run_until(at(17, 5))
    assert [horn.sounded for horn in town.horns.values()] == [[]] * 6


def test_the_evening_news_is_heard_although_the_line_broke_at_noon(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    town.run_until(at(12))
    town.cut_line(ONE)
    town.run_until(at(17, 5))
    broadcast, facts = first(town, programme)
    assert starts(town, programme)[ONE] == [at(17)]
    assert broadcast.played == 3
    assert facts[ONE].not_ready == "offline"
    town.mend_line(ONE)
    town.run_until(at(17, 40))
    broadcast, facts = first(town, programme)
    assert broadcast.played == 4
    assert facts[ONE].started_at == at(17)


@pytest.mark.long
def test_the_evening_news_is_heard_although_controller_and_broker_died_at_noon(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    town.run_until(at(12))
    for device in town.horns:
        town.cut_line(device)
    town.kill_controller()
    town.run_until(at(17, 5))
    assert all(horn.sounded[0].at == at(17) for horn in town.horns.values() if horn.device in IN_THE_TWO)
    town.boot_controller()
    for device in town.horns:
        town.mend_line(device)
    town.run_until(at(17, 30))
    broadcast, _ = first(town, programme)
    assert (broadcast.planned, broadcast.played) == (4, 4)


def test_three_days_without_controller_and_broker_all_is_heard_and_told_afterwards_in_order_and_once(
    town: Town,
) -> None:
    programmes = [
        town.broadcast(NOTICE, TWO_VILLAGES, Recurrence(at=time(hour, 0), first=date(2026, 11, 23))) for hour in (9, 17)
    ]
    town.run_until(at(8, 30))
    for device in town.horns:
        town.cut_line(device)
    town.kill_controller()
    town.run_until(at(8, 0, day=26))
    expected = [at(hour, day=day) for day in (23, 24, 25) for hour in (9, 17)]
    for device in IN_THE_TWO:
        assert [one.at for one in town.horns[DeviceId(device)].sounded] == expected
    town.boot_controller()
    for device in town.horns:
        town.mend_line(device)
    town.run_for(timedelta(minutes=30))
    for programme in programmes:
        told = [(one.planned, one.played) for one, _ in town.facts(programme) if one.start < town.clock.now()]
        assert told == [(4, 4)] * 3


@pytest.mark.long
def test_a_loudspeaker_that_was_switched_off_is_not_counted_as_ready(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    town.run_until(at(16))
    town.horns[ONE].cut_power()
    town.run_for(timedelta(seconds=90))
    broadcast, facts = first(town, programme)
    assert (broadcast.planned, broadcast.ready) == (4, 3)
    assert facts[ONE].not_ready == "offline"


@pytest.mark.long
def test_a_loudspeaker_that_falls_silent_without_a_farewell_is_missed_within_90_seconds(tmp_path: Path) -> None:
    with Town(tmp_path, MORNING, heartbeat=30.0, pace=timedelta(seconds=5)) as town:
        programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
        town.run_for(timedelta(minutes=2))
        assert first(town, programme)[0].ready == 4
        horn = town.horns[ONE]
        assert horn.agent is not None
        horn.agent.wake = lambda: None  # type: ignore[method-assign]  # it hangs: the line stays open
        town.run_for(timedelta(seconds=90))
        with town.app.database.read() as connection:
            seen = fleet.last_seen(connection, ONE)
        assert seen is not None
        assert not seen.online
        assert first(town, programme)[0].ready == 3


@pytest.mark.long
def test_a_power_cut_in_the_middle_is_told_and_nothing_is_played_twice(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    town.run_until(at(17) + timedelta(seconds=2))
    town.horns[ONE].cut_power()
    town.run_for(timedelta(minutes=1))
    town.horns[ONE].boot()
    town.run_until(at(17, 30))
    broadcast, facts = first(town, programme)
    assert len(starts(town, programme)[ONE]) == 1
    assert facts[ONE].outcome is Outcome.INTERRUPTED
    assert facts[ONE].reason
    assert (broadcast.played, broadcast.failed) == (3, 1)


@pytest.mark.long
def test_garbage_on_any_topic_is_counted_and_shown_and_stops_nothing(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    stranger = town.broker.link("stranger", lambda message: None)
    stranger.start()
    town.run_for(timedelta(minutes=1))
    topics = town.app.topics
    for topic in (topics.device(ONE, DeviceChannel.STATE), topics.device(DeviceId("nobody"), DeviceChannel.RECEIPT)):
        for payload in (b"", b"\x00\xff", b"e30.e30.e30", b'{"v":1}', b"x" * 600_000):
            stranger.publish(topic, payload)
    town.run_until(at(17, 5))
    with town.app.database.read() as connection:
        counted = {(one.channel, one.reason): one.count for one in refusals.everything(connection)}
    assert counted == {("state", "bad-signature"): 5, ("receipt", "bad-signature"): 5}
    assert first(town, programme)[0].played == 4


def test_no_device_can_speak_for_another(town: Town) -> None:
    town.run_for(timedelta(minutes=1))
    thief, victim = town.horns[ONE], DeviceId("loa-thon-1-1")
    topic = town.app.topics.device(victim, DeviceChannel.STATE)
    lie = DeviceState(device=victim, session="thief", sequence=1, at=town.clock.now(), online=False)
    sealed = thief.identity.key.seal(
        _encoded(lie), topic=topic, issued_at=town.clock.now(), expires_at=town.clock.now() + timedelta(hours=1)
    )
    stranger = town.broker.link("stranger", lambda message: None)
    stranger.start()
    town.run_for(timedelta(seconds=1))
    stranger.publish(topic, sealed)
    town.run_for(timedelta(seconds=1))
    with town.app.database.read() as connection:
        seen = fleet.last_seen(connection, victim)
        assert [one.reason for one in refusals.everything(connection)] == ["bad-signature"]
    assert seen is not None
    assert seen.online


@pytest.mark.long
def test_a_controller_that_restarts_takes_up_the_thread(town: Town) -> None:
    programme = town.broadcast(NOTICE, TWO_VILLAGES, EVENING_NEWS)
    town.run_until(at(16, 30))
    town.kill_controller()
    town.run_for(timedelta(minutes=10))
    town.boot_controller()
    town.run_until(at(17, 5))
    broadcast, _ = first(town, programme)
    assert (broadcast.planned, broadcast.ready, broadcast.played) == (4, 4, 4)


def _encoded(message: DeviceState) -> bytes:
    from devices.protocol.codec import encode

    return encode(message)

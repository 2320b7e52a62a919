"""What a loudspeaker does with its plan, from the first delivery to the receipt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from devices.agent.journal import Journal
from devices.link.port import Inbound
from devices.protocol.codec import decode, encode
from devices.protocol.messages import DeviceConfig, DeviceState, NotReady, QuietHours, Receipt, ReceiptsStored
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceChannel, DeviceId
from devices.simulator.speaker import PretendSpeaker
from schedules.plan import Occurrence
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import AreaId, Sha256, Sound

PRIORITY = BulletinClass.PRIORITY


def at(station: Any, minutes: float) -> datetime:
    moment: datetime = station.clock.now() + timedelta(minutes=minutes)
    return moment


def missing_sound(seconds: float) -> Sound:
    return Sound(Sha256("0" * 64), seconds, 1)


def test_a_planned_notice_is_heard_on_time_and_its_receipt_says_so(station: Any, an_occurrence: Any) -> None:
    start = at(station, 30)
    station.send_plan(1, an_occurrence("news", start))
    station.run_for(3600)
    (stretch,) = station.heard
    assert (stretch.at, stretch.position, stretch.seconds, stretch.track.volume) == (start, 0.0, 20.0, 80)
    (receipt,) = station.receipts
    assert (receipt.occurrence, receipt.outcome.value, receipt.reason) == ("news", "played", "")
    assert (receipt.started_at, receipt.ended_at) == (start, start + timedelta(seconds=20))
    assert (receipt.seconds, receipt.planned_seconds, receipt.volume, receipt.sequence) == (20.0, 20.0, 80, 1)


def test_the_state_says_what_is_planned_ready_and_playing(station: Any, an_occurrence: Any) -> None:
    news = an_occurrence("news", at(station, 10))
    plan = station.plan(1, [news])
    station.send_plan(1, news)
    station.run_for(60)
    assert station.state.online and station.state.playing is None
    assert station.state.plans == {AreaId("thon-3"): plan.digest}
    assert station.state.not_ready == ()
    station.run_until(news.start + timedelta(seconds=5))
    assert station.state.playing == "news" and station.state.volume == 80
    station.run_for(60)
    assert station.state.playing is None
    assert station.state.waiting_receipts == 1


def test_the_morning_news_is_heard_although_the_line_broke_at_night(station: Any, an_occurrence: Any) -> None:
    station.send_config(serial=2, quiet_hours=QuietHours())
    station.send_plan(1, *(an_occurrence(f"news {hour}", at(station, 60 * hour)) for hour in range(1, 72, 5)))
    station.run_for(60)
    station.cut_line()
    station.run_for(72 * 3600)
    assert len(station.heard) == 15
    assert station.receipts == []
    station.mend_line()
    station.run_for(1)
    assert [receipt.sequence for receipt in station.receipts] == list(range(1, 16))
    assert {receipt.outcome.value for receipt in station.receipts} == {"played"}


def test_the_same_plan_twice_is_heard_once_and_is_no_refusal(station: Any, an_occurrence: Any) -> None:
    sealed = station.send_plan(1, an_occurrence("news", at(station, 1)))
    station.deliver(station.plan_topic(), sealed)
    station.run_for(70)
    station.deliver(station.plan_topic(), sealed)
    station.run_for(600)
    assert station.names_heard == ["news"]
    assert station.agent.wake() is not None
    assert station.state.refused == {}


def test_an_occurrence_of_two_areas_is_heard_once(station: Any, an_occurrence: Any) -> None:
    news = an_occurrence("news", at(station, 1))
    station.send_plan(1, news)
    station.send_plan(1, news, area=AreaId("xa-an-phu"))
    station.run_for(600)
    assert station.names_heard == ["news"]
    assert len(station.receipts) == 1


def test_what_a_newer_plan_leaves_out_is_not_heard(station: Any, an_occurrence: Any) -> None:
    station.send_plan(1, an_occurrence("news", at(station, 10)), an_occurrence("songs", at(station, 20)))
    station.run_for(60)
    station.send_plan(2, an_occurrence("songs", at(station, 19)))
    station.run_for(3600)
    assert station.names_heard == ["songs"]


def test_a_newer_plan_that_begins_later_does_not_cut_what_is_sounding(station: Any, an_occurrence: Any) -> None:
    station.send_plan(1, an_occurrence("news", at(station, 1), 300.0))
    station.run_for(120)
    station.send_plan(2)
    station.run_for(3600)
    assert station.outcomes == {"news": "played"}


def test_what_is_withdrawn_while_it_sounds_falls_silent(station: Any, an_occurrence: Any) -> None:
    beginning = station.clock.now()
    station.send_plan(1, an_occurrence("news", at(station, 1), 300.0))
    station.run_for(120)
    station.send_plan(2, since=beginning)
    station.run_for(3600)
    assert station.outcomes == {"news": "interrupted withdrawn"}
    assert station.heard[0].seconds == pytest.approx(60.0, abs=1.0)


def test_what_a_newer_plan_does_not_speak_for_goes_on(station: Any, an_occurrence: Any) -> None:
    station.send_plan(1, an_occurrence("news", at(station, 1), 300.0))
    station.run_for(120)
    station.send_plan(2, since=at(station, -0.5))
    station.run_for(3600)
    assert station.outcomes == {"news": "played"}


def test_what_is_withdrawn_while_it_waits_for_its_turn_is_cancelled(station: Any, an_occurrence: Any) -> None:
    beginning = station.clock.now()
    songs = an_occurrence("songs", at(station, 1), 300.0)
    news = an_occurrence("news", at(station, 2), late=Late.WHOLE)
    station.send_plan(1, songs, news)
    station.run_for(180)
    station.send_plan(2, songs, since=beginning)
    station.run_for(3600)
    assert station.outcomes == {"news": "cancelled withdrawn", "songs": "played"}
    assert station.names_heard == ["songs"]


def test_what_is_withdrawn_before_its_moment_may_be_planned_again(station: Any, an_occurrence: Any) -> None:
    news = an_occurrence("news", at(station, 10))
    for serial, planned in enumerate(([news], [], [news]), start=1):
        station.send_plan(serial, *planned, since=station.clock.now())
        station.run_for(60)
    station.run_for(3600)
    assert station.outcomes == {"news": "played"}


def test_a_loudspeaker_that_leaves_the_village_falls_silent(station: Any, an_occurrence: Any) -> None:
    station.send_plan(1, an_occurrence("news", at(station, 1), 300.0))
    station.run_for(120)
    station.send_config(serial=2, areas=(AreaId("xa-an-phu"),))
    station.run_for(3600)
    assert station.outcomes == {"news": "interrupted withdrawn"}
    assert station.heard[0].seconds == pytest.approx(60.0, abs=1.0)
    station.deliver(station.plan_topic(), b"no longer our business")
    station.run_for(700)
    assert station.state.refused == {}


def test_the_volume_cap_of_the_device_wins(station: Any, an_occurrence: Any) -> None:
    station.send_config(serial=2, volume_cap=35)
    station.send_plan(1, an_occurrence("news", at(station, 1), volume=90))
    station.run_for(600)
    assert station.heard[0].track.volume == 35
    assert station.receipts[0].volume == 35


class TestWhatIsRefused:
    def refused(self, station: Any) -> dict[str, int]:
        station.run_for(700)
        counts: dict[str, int] = station.state.refused
        return counts

    def test_an_older_plan(self, station: Any, an_occurrence: Any) -> None:
        older = station.seal(station.plan_topic(), station.plan(4, [an_occurrence("old", at(station, 1))]))
        station.send_plan(5, an_occurrence("new", at(station, 1)))
        station.deliver(station.plan_topic(), older)
        assert self.refused(station) == {"superseded": 1}
        assert station.names_heard == ["new"]

    def test_another_plan_under_the_same_serial(self, station: Any, an_occurrence: Any) -> None:
        station.send_plan(5, an_occurrence("new", at(station, 1)))
        station.send_plan(5, an_occurrence("other", at(station, 2)))
        assert self.refused(station) == {"superseded": 1}
        assert station.names_heard == ["new"]

    def test_a_plan_from_a_stranger(self, station: Any, an_occurrence: Any) -> None:
        plan = station.plan(9, [an_occurrence("news", at(station, 1))])
        station.deliver(station.plan_topic(), station.seal(station.plan_topic(), plan, key=station.stranger))
        station.deliver(station.plan_topic(), b"not even a seal")
        station.deliver(station.plan_topic(), b"")
        assert self.refused(station) == {"bad-signature": 3}
        assert station.heard == []

    def test_a_plan_sealed_for_another_area(self, station: Any, an_occurrence: Any) -> None:
        plan = station.plan(9, [an_occurrence("news", at(station, 1))])
        station.deliver(station.plan_topic(), station.seal(station.plan_topic(AreaId("thon-4")), plan))
        station.deliver(
            station.plan_topic(AreaId("xa-an-phu")), station.seal(station.plan_topic(AreaId("xa-an-phu")), plan)
        )
        assert self.refused(station) == {"wrong-topic": 2}
        assert station.heard == []

    def test_an_expired_plan(self, station: Any, an_occurrence: Any) -> None:
        sealed = station.seal(station.plan_topic(), station.plan(9, [an_occurrence("news", at(station, 5))]), life=10)
        station.run_for(60)
        station.deliver(station.plan_topic(), sealed)
        assert self.refused(station) == {"expired": 1}
        assert station.heard == []

    def test_a_configuration_for_another_device(self, station: Any) -> None:
        config = DeviceConfig(device=DeviceId("loa-08"), serial=9, areas=())
        station.deliver(station.config_topic(), station.seal(station.config_topic(), config))
        assert self.refused(station) == {"wrong-topic": 1}

    def test_what_is_no_business_of_this_device(self, station: Any) -> None:
        other = station.topics.device(DeviceId("loa-08"), DeviceChannel.CONFIG)
        for topic in (other, "loa/1/elsewhere/area/x/plan", "", "loa", station.plan_topic() + "/x"):
            station.agent.receive(Inbound(topic, b"x", False))
        assert self.refused(station) == {"bad-topic": 5}

    def test_a_message_that_is_no_message(self, station: Any) -> None:
        topic = station.config_topic()
        state = DeviceState(device=station.device, session="", sequence=0, at=station.clock.now(), online=True)
        station.deliver(topic, station.seal(topic, state))
        assert self.refused(station) == {"malformed": 1}

    def test_a_flood_is_counted_and_not_kept(self, station: Any) -> None:
        for _ in range(1_100):
            station.agent.receive(Inbound(station.plan_topic(), b"x", False))
        station.agent.receive(Inbound(station.plan_topic(), b"x" * 2_000_000, False))
        assert self.refused(station) == {"bad-signature": 1_000, "inbox-full": 100, "malformed": 1}

    @pytest.mark.parametrize(
        "wrong",
        [{"volume": 101}, {"grace": 1e300}, {"seconds": 0.0}, {"sounds": ()}, {"grace": -1.0}],
        ids=lambda wrong: next(iter(wrong)),
    )
    def test_a_plan_that_cannot_be_followed(self, station: Any, an_occurrence: Any, wrong: dict[str, Any]) -> None:
        plan = msgspec.json.decode(encode(station.plan(3, [an_occurrence("news", at(station, 1))])))
        plan["occurrences"][0] |= wrong
        now, topic = station.clock.now(), station.plan_topic()
        payload = msgspec.json.encode(plan)
        sealed = station.controller.seal(payload, topic=topic, issued_at=now, expires_at=now + timedelta(days=1))
        station.deliver(topic, sealed)
        assert self.refused(station) == {"malformed": 1}

    def test_a_command_that_is_replayed(self, station: Any, an_occurrence: Any) -> None:
        topic = station.topics.device(station.device, DeviceChannel.COMMAND)
        sealed = station.seal(topic, ReceiptsStored(receipts=()))
        station.deliver(topic, sealed, retained=False)
        station.restart()
        station.deliver(topic, sealed, retained=False)
        assert self.refused(station) == {"superseded": 1}

    def test_counts_survive_a_restart(self, station: Any) -> None:
        station.deliver(station.plan_topic(), b"x", retained=False)
        station.run_for(1)
        station.restart()
        assert self.refused(station) == {"bad-signature": 1}


class TestReceipts:
    def test_they_are_offered_again_until_the_controller_keeps_them(self, station: Any, an_occurrence: Any) -> None:
        station.send_plan(1, an_occurrence("a", at(station, 1)), an_occurrence("b", at(station, 2)))
        station.run_for(300)
        first = len(station.sent(DeviceChannel.RECEIPT))
        station.run_for(1800)
        assert len(station.sent(DeviceChannel.RECEIPT)) >= first + 2
        assert station.state.waiting_receipts == 2
        station.store_receipts()
        station.run_for(1800)
        assert station.state.waiting_receipts == 0
        assert [receipt.occurrence for receipt in station.receipts] == ["a", "b"]

    def test_nothing_overtakes_what_a_broker_may_have_lost(self, station: Any, an_occurrence: Any) -> None:
        first = an_occurrence("a", at(station, 1), 10.0)
        station.send_plan(1, first, an_occurrence("b", first.start + timedelta(seconds=12), 10.0))
        station.run_for(120)
        offered = [decode(said, Receipt).sequence for said in station.sent(DeviceChannel.RECEIPT)]
        assert offered[:3] == [1, 1, 2]

    def test_nothing_is_offered_again_once_it_is_kept(self, station: Any, an_occurrence: Any) -> None:
        station.send_plan(1, an_occurrence("a", at(station, 1)))
        station.run_for(90)
        station.store_receipts()
        station.run_for(1)
        before = len(station.sent(DeviceChannel.RECEIPT))
        station.cut_line()
        station.mend_line()
        station.restart()
        station.run_for(7200)
        assert len(station.sent(DeviceChannel.RECEIPT)) == before

    def test_their_sequence_never_begins_anew(self, station: Any, an_occurrence: Any) -> None:
        station.send_plan(1, an_occurrence("a", at(station, 1)), an_occurrence("b", at(station, 10)))
        station.run_for(120)
        station.store_receipts()
        station.run_for(1)
        station.restart()
        station.run_for(1200)
        assert [receipt.sequence for receipt in station.receipts] == [1, 2]

    @pytest.mark.long
    def test_hundreds_of_receipts_arrive_in_order(self, station: Any, an_occurrence: Any) -> None:
        notices = (an_occurrence(f"{n}", at(station, 1) + timedelta(seconds=11 * n), 10.0) for n in range(250))
        station.send_plan(1, *notices)
        station.run_for(1)
        station.cut_line()
        station.run_for(3600)
        station.mend_line()
        for _ in range(10):
            station.run_for(1)
            station.store_receipts()
        station.run_for(700)
        assert {receipt.outcome.value for receipt in station.receipts} == {"played"}
        assert [receipt.sequence for receipt in station.receipts] == list(range(1, 251))
        assert station.state.waiting_receipts == 0


class TestAudio:
    def test_a_missing_sound_is_named_and_fetched_as_soon_as_it_exists(self, station: Any, an_occurrence: Any) -> None:
        news = an_occurrence("news", at(station, 60))
        content = station.server.pop(news.sounds[0].sha256)
        station.send_plan(1, news)
        station.run_for(300)
        assert station.state.not_ready == (NotReady(news.id, "audio-missing"),)
        station.server[news.sounds[0].sha256] = content
        station.run_for(300)
        assert station.state.not_ready == ()
        station.run_for(3600)
        assert station.outcomes == {"news": "played"}

    def test_a_sound_that_never_comes_is_the_reason(self, station: Any, an_occurrence: Any) -> None:
        station.server.clear()
        station.send_plan(1, an_occurrence("news", at(station, 60)))
        station.run_for(2 * 3600)
        assert station.outcomes == {"news": "missed audio-missing"}
        assert station.heard == []

    def test_altered_bytes_are_never_played(self, station: Any, an_occurrence: Any) -> None:
        news = an_occurrence("news", at(station, 60))
        station.server[news.sounds[0].sha256] = b"x" * news.sounds[0].size
        station.send_plan(1, news)
        station.run_for(60)
        assert station.state.not_ready == (NotReady(news.id, "audio-damaged"),)
        station.run_for(2 * 3600)
        assert station.outcomes == {"news": "missed audio-damaged"}

    def test_a_file_that_was_damaged_on_the_disk_is_fetched_again(self, station: Any, an_occurrence: Any) -> None:
        news = an_occurrence("news", at(station, 60))
        station.send_plan(1, news)
        station.run_for(60)
        (station.folder / "audio" / news.sounds[0].sha256).write_bytes(b"x" * news.sounds[0].size)
        station.run_for(3600)
        assert station.outcomes == {"news": "played"}
        assert station.asked_for == [news.sounds[0].sha256] * 2

    def test_after_a_restart_a_damaged_file_is_found_at_once(self, station: Any, an_occurrence: Any) -> None:
        news = an_occurrence("news", at(station, 60))
        station.send_plan(1, news)
        station.run_for(60)
        (station.folder / "audio" / news.sounds[0].sha256).write_bytes(b"x" * news.sounds[0].size)
        station.server.clear()
        station.restart()
        station.run_for(5)
        assert station.state.not_ready == (NotReady(news.id, "audio-missing"),)


class TestAFullDisk:
    def test_what_sounds_first_is_there_first(self, station: Any, an_occurrence: Any) -> None:
        """The disk holds one recording: the evening's is given up for the noon's and comes back afterwards."""
        noon, evening = an_occurrence("noon", at(station, 60), 20.0), an_occurrence("evening", at(station, 300), 60.0)
        station.quota = max(one.sounds[0].size for one in (noon, evening))
        station.restart()
        station.send_plan(1, evening)
        station.run_for(60)
        assert station.state.not_ready == ()
        station.send_plan(2, evening, noon)
        station.run_for(60)
        assert station.state.not_ready == (NotReady(evening.id, "disk-full"),)
        station.run_for(6 * 3600)
        assert station.outcomes == {"noon": "played", "evening": "played"}

    def test_what_sounds_later_waits_for_room_and_says_so(self, station: Any, an_occurrence: Any) -> None:
        noon, evening = an_occurrence("noon", at(station, 60), 20.0), an_occurrence("evening", at(station, 300), 60.0)
        station.quota = noon.sounds[0].size
        station.restart()
        station.send_plan(1, noon, evening)
        station.run_for(600)
        assert station.state.not_ready == (NotReady(evening.id, "disk-full"),)
        assert station.asked_for == [noon.sounds[0].sha256]


class TestLateStarts:
    def test_it_joins_where_the_others_are(self, station: Any, an_occurrence: Any) -> None:
        start = at(station, 10)
        station.send_plan(1, an_occurrence("news", start, 300.0))
        station.run_for(60)
        station.cut_power()
        station.wait(540 + 100)
        station.boot()
        station.run_for(3600)
        (stretch,) = station.heard
        assert (stretch.position, stretch.seconds) == (100.0, 200.0)
        assert station.outcomes == {"news": "played joined-late"}
        assert station.receipts[0].seconds == 200.0

    def test_it_plays_the_whole_later(self, station: Any, an_occurrence: Any) -> None:
        start = at(station, 10)
        station.send_plan(1, an_occurrence("news", start, late=Late.WHOLE))
        station.run_for(60)
        station.cut_power()
        station.wait(540 + 500)
        station.boot()
        station.run_for(3600)
        (stretch,) = station.heard
        assert (stretch.position, stretch.seconds) == (0.0, 20.0)

    @pytest.mark.parametrize(("late", "away"), [(Late.SKIP, 5), (Late.WHOLE, 601), (Late.JOIN, 21)])
    def test_it_stays_silent_when_it_is_too_late(self, station: Any, an_occurrence: Any, late: Late, away: int) -> None:
        start = at(station, 10)
        station.send_plan(1, an_occurrence("news", start, late=late))
        station.run_for(60)
        station.cut_power()
        station.wait(540 + away)
        station.boot()
        station.run_for(3600)
        assert station.heard == []
        assert station.outcomes == {"news": "missed was-off"}

    def test_a_plan_that_comes_too_late_is_the_reason(self, station: Any, an_occurrence: Any) -> None:
        station.send_plan(1, an_occurrence("news", at(station, -60)))
        station.run_for(60)
        assert station.outcomes == {"news": "missed plan-late"}


class TestWhoSpeaksOverWhom:
    def clash(self, station: Any, an_occurrence: Any, resume: Resume) -> tuple[Occurrence, Occurrence]:
        songs = an_occurrence("songs", at(station, 10), 300.0, resume=resume)
        alarm = an_occurrence("alarm", at(station, 11), 60.0, bulletin_class=BulletinClass.EMERGENCY)
        station.send_plan(1, songs, alarm)
        station.run_for(3600)
        return songs, alarm

    def stretches(self, station: Any) -> list[tuple[str, float, float]]:
        return [(one.track.occurrence, one.position, one.seconds) for one in station.heard]

    def test_the_stronger_begins_on_time_and_the_weaker_goes_on_afterwards(
        self, station: Any, an_occurrence: Any
    ) -> None:
        _, alarm = self.clash(station, an_occurrence, Resume.RESUME)
        assert self.stretches(station) == [("songs", 0.0, 60.0), ("alarm", 0.0, 60.0), ("songs", 60.0, 240.0)]
        assert station.heard[1].at == alarm.start
        assert station.outcomes == {"alarm": "played", "songs": "played"}
        assert {receipt.occurrence: receipt.seconds for receipt in station.receipts} == {"alarm": 60.0, "songs": 300.0}

    def test_or_begins_anew(self, station: Any, an_occurrence: Any) -> None:
        self.clash(station, an_occurrence, Resume.RESTART)
        assert self.stretches(station) == [("songs", 0.0, 60.0), ("alarm", 0.0, 60.0), ("songs", 0.0, 300.0)]

    def test_or_is_given_up(self, station: Any, an_occurrence: Any) -> None:
        self.clash(station, an_occurrence, Resume.DROP)
        assert self.stretches(station) == [("songs", 0.0, 60.0), ("alarm", 0.0, 60.0)]
        assert station.outcomes == {"songs": "interrupted stronger-sound", "alarm": "played"}

    def test_equals_never_interrupt_each_other(self, station: Any, an_occurrence: Any) -> None:
        first = an_occurrence("first", at(station, 10), 300.0)
        second = an_occurrence("second", at(station, 11), 60.0, late=Late.WHOLE)
        third = an_occurrence("third", at(station, 12), 10.0, longest_wait=60.0)
        station.send_plan(1, first, second, third)
        station.run_for(3600)
        assert self.stretches(station) == [("first", 0.0, 300.0), ("second", 0.0, 60.0)]
        assert station.outcomes == {"first": "played", "second": "played", "third": "missed busy"}

    def test_one_that_may_wait_is_heard_as_a_whole_when_the_air_is_free(self, station: Any, an_occurrence: Any) -> None:
        songs = an_occurrence("songs", at(station, 10), 300.0)
        gentle = an_occurrence("gentle", at(station, 14), 60.0, bulletin_class=PRIORITY, entry=Entry.SOFT)
        station.send_plan(1, songs, gentle)
        station.run_for(3600)
        assert self.stretches(station) == [("songs", 0.0, 300.0), ("gentle", 0.0, 60.0)]

    def test_one_that_may_not_wait_so_long_takes_the_air_at_once(self, station: Any, an_occurrence: Any) -> None:
        songs = an_occurrence("songs", at(station, 10), 300.0)
        gentle = an_occurrence(
            "gentle", at(station, 11), 60.0, bulletin_class=PRIORITY, entry=Entry.SOFT, longest_wait=60.0
        )
        station.send_plan(1, songs, gentle)
        station.run_for(3600)
        assert self.stretches(station) == [("songs", 0.0, 60.0), ("gentle", 0.0, 60.0), ("songs", 60.0, 240.0)]

    def test_a_village_waits_also_for_what_one_of_its_loudspeakers_cannot_play(
        self, station: Any, an_occurrence: Any
    ) -> None:
        lost = an_occurrence("lost", at(station, 10), 300.0, sounds=(missing_sound(300.0),))
        station.send_plan(1, lost, an_occurrence("news", at(station, 11)))
        station.run_for(3600)
        assert [stretch.at for stretch in station.heard] == [lost.start + timedelta(seconds=300)]
        assert station.outcomes == {"lost": "missed audio-missing", "news": "played"}

    def test_an_interrupted_sound_that_waited_too_long_is_over(self, station: Any, an_occurrence: Any) -> None:
        songs = an_occurrence("songs", at(station, 10), 300.0, longest_wait=30.0)
        alarm = an_occurrence("alarm", at(station, 11), 60.0, bulletin_class=BulletinClass.EMERGENCY)
        station.send_plan(1, songs, alarm)
        station.run_for(3600)
        assert station.outcomes == {"songs": "interrupted stronger-sound", "alarm": "played"}

    def test_a_power_cut_leaves_no_half_turn(self, station: Any, an_occurrence: Any) -> None:
        songs = an_occurrence("songs", at(station, 10), 300.0)
        alarm = an_occurrence("alarm", at(station, 11), 60.0, bulletin_class=BulletinClass.EMERGENCY)
        station.send_plan(1, songs, alarm)
        station.run_until(alarm.start + timedelta(seconds=30))
        station.restart(after=5)
        station.run_for(3600)
        assert station.outcomes == {"songs": "interrupted power", "alarm": "interrupted power"}
        assert {receipt.occurrence: receipt.seconds for receipt in station.receipts}["songs"] == 60.0
        assert len(station.heard) == 2


def test_a_failing_amplifier_is_an_interruption_with_a_reason(station: Any, an_occurrence: Any) -> None:
    news = an_occurrence("news", at(station, 10), 300.0)
    station.send_plan(1, news)
    station.run_until(news.start + timedelta(seconds=100))
    station.lives[-1].fail("sound-device")
    station.run_for(3600)
    assert station.outcomes == {"news": "interrupted sound-device"}
    assert station.receipts[0].seconds == 100.0


def test_stopping_the_agent_interrupts_what_sounds(station: Any, an_occurrence: Any) -> None:
    news = an_occurrence("news", at(station, 10), 300.0)
    station.send_plan(1, news)
    station.run_until(news.start + timedelta(seconds=100))
    station.agent.close()
    station.boot()
    station.run_for(3600)
    assert station.outcomes == {"news": "interrupted agent-stopped"}
    assert [stretch.seconds for stretch in station.heard] == [100.0]


def test_the_will_belongs_to_the_running_session(station: Any) -> None:
    state = station.state
    station.cut_power()
    station.wait(1)
    assert station.state.session == state.session
    assert not station.state.online


def test_waking_without_a_reason_changes_nothing(station: Any, an_occurrence: Any) -> None:
    station.send_plan(1, an_occurrence("news", at(station, 10)))
    station.run_for(60)
    before = len(station.published)
    wanted = {station.agent.wake() for _ in range(5)}
    assert len(wanted) == 1
    assert len(station.published) == before


def test_a_key_that_signed_for_us_once_is_not_a_key_for_ever(station: Any, an_occurrence: Any) -> None:
    station.identity = type(station.identity)(
        station.identity.controller_url,
        station.identity.site,
        station.identity.device,
        station.identity.key,
        (SigningKey.generate().public,),
        station.identity.mqtt,
        station.identity.audio_token,
    )
    station.restart()
    station.send_plan(1, an_occurrence("news", at(station, 1)))
    station.run_for(700)
    assert station.heard == []
    assert station.state.refused == {"bad-signature": 1}


class TestNearTheMoment:
    """A loudspeaker with real hardware wants to be told ahead of time."""

    @pytest.fixture
    def real_time(self, station: Any) -> Any:
        station.cut_power()
        station.boot(speaker=PretendSpeaker(station.clock, prepare_ahead=20.0, begin_ahead=3.0, reaction=0.25))
        station.run_for(1)
        return station

    def test_the_first_sample_is_on_time(self, real_time: Any, an_occurrence: Any) -> None:
        start = at(real_time, 10)
        real_time.send_plan(1, an_occurrence("news", start))
        real_time.run_for(3600)
        assert [(stretch.at, stretch.position) for stretch in real_time.heard] == [(start, 0.0)]
        assert real_time.receipts[0].started_at == start

    def test_nothing_else_is_done_around_a_start(self, real_time: Any, an_occurrence: Any) -> None:
        starts = [at(real_time, 10) + timedelta(seconds=20 * number) for number in range(60)]
        real_time.send_plan(1, *(an_occurrence(f"{n}", start, 10.0) for n, start in enumerate(starts)))
        real_time.run_for(3600)
        assert [stretch.at for stretch in real_time.heard] == starts
        said_at = [decode(said, DeviceState).at for said in real_time.sent(DeviceChannel.STATE)]
        assert len(said_at) > 2 * len(starts)
        quiet = (timedelta(seconds=-0.7), timedelta(seconds=0.25))
        assert not [said for said in said_at for start in starts if quiet[0] < said - start < quiet[1]]

    def test_the_weaker_sounds_until_just_before_the_stronger(self, real_time: Any, an_occurrence: Any) -> None:
        songs = an_occurrence("songs", at(real_time, 10), 300.0)
        alarm = an_occurrence("alarm", at(real_time, 11), 60.0, bulletin_class=BulletinClass.EMERGENCY)
        real_time.send_plan(1, songs, alarm)
        real_time.run_for(3600)
        first, second, third = real_time.heard
        assert (first.seconds, second.at) == (59.75, alarm.start)
        assert (third.position, third.seconds) == (59.75, 300.0 - 59.75)

    def test_what_is_withdrawn_in_the_last_second_is_not_heard(self, real_time: Any, an_occurrence: Any) -> None:
        beginning, start = real_time.clock.now(), at(real_time, 10)
        real_time.send_plan(1, an_occurrence("news", start))
        real_time.run_until(start - timedelta(seconds=1))
        real_time.send_plan(2, since=beginning)
        real_time.run_for(3600)
        assert real_time.outcomes == {"news": "cancelled withdrawn"}
        assert [stretch.seconds for stretch in real_time.heard] == [0.0]

    def test_a_slow_disk_does_not_put_it_out_of_step(self, real_time: Any, an_occurrence: Any) -> None:
        start = at(real_time, 10)
        real_time.send_plan(1, an_occurrence("news", start))
        real_time.run_until(start - timedelta(seconds=5))

        class SlowDisk(Journal):
            def _commit(self) -> None:
                super()._commit()
                real_time.clock.advance_to(real_time.clock.now() + timedelta(seconds=4))

        real_time.cut_power()
        real_time.boot(
            journal=SlowDisk(real_time.folder / "journal.sqlite", durable=False), speaker=real_time.lives[-1]
        )
        real_time.run_for(3600)
        assert [one.at for one in real_time.lives[-1].history] > [start]
        assert {one.position for one in real_time.heard} == {
            (one.at - start).total_seconds() for one in real_time.heard
        }

    def test_who_must_wait_for_the_air_loses_no_word(self, real_time: Any, an_occurrence: Any) -> None:
        first = an_occurrence("first", at(real_time, 10), 20.0)
        second = an_occurrence("second", first.start + timedelta(seconds=19), 20.0)
        real_time.send_plan(1, first, second)
        real_time.run_for(3600)
        assert [(stretch.position, stretch.seconds) for stretch in real_time.heard] == [(0.0, 20.0), (0.0, 20.0)]
        assert real_time.outcomes == {"first": "played", "second": "played"}

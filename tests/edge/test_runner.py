"""The thread around an agent: it wakes it for news, and starts it again from its disk when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from devices.agent import runner as living
from devices.agent.agent import Agent, AgentEvent
from devices.agent.cache import Cache
from devices.agent.fetch import DirectFetch
from devices.agent.journal import Journal
from devices.agent.proven_clock import ProvenClock
from devices.agent.runner import Runner
from devices.clock import SystemClock
from devices.link.memory import MemoryBroker
from devices.link.port import Inbound
from devices.protocol.codec import encode
from devices.protocol.messages import AreaPlan, QuietHours, Restart
from devices.protocol.topics import DeviceChannel
from devices.simulator.speaker import PretendSpeaker
from schedules.programme import AreaId


class Life:
    """Real agents of one station under the machine's own clock, their line to the broker moved by hand."""

    def __init__(self, station: Any, clock: SystemClock) -> None:
        self.station = station
        self.clock = clock
        self.broker = MemoryBroker(clock)
        self.agents: list[Agent] = []
        self.speakers: list[PretendSpeaker] = []
        self.ended = threading.Event()
        self.fails = 0

    def tell(self, event: AgentEvent) -> None:
        if event.kind == "ended":
            self.ended.set()

    def build(self, nudge: Callable[[], None]) -> Agent:
        if self.fails:
            self.fails -= 1
            raise OSError("the disk is not there yet")
        self.speakers.append(PretendSpeaker(self.clock))
        agent = Agent(
            self.station.identity,
            open_link=lambda **callbacks: self.broker.link(self.station.device, **callbacks),
            journal=Journal(self.station.folder / "journal.sqlite", durable=False),
            cache=Cache(self.station.folder / "audio", reserve=0, durable=False),
            fetch=DirectFetch(self.station.read_sound),
            speaker=self.speakers[-1],
            own=self.station.own_sounds(),
            clock=ProvenClock(self.clock, lambda: True),
            nudge=nudge,
            tell=self.tell,
        )
        self.agents.append(agent)
        return agent


@pytest.fixture
def life(station: Any, an_occurrence: Any) -> Life:
    """Its disk holds a plan with one notice that begins in a moment, whatever o'clock it is."""
    clock = SystemClock()
    station.clock.advance_to(clock.now())
    station.send_config(serial=2, quiet_hours=QuietHours())
    station.send_plan(1, an_occurrence("news", clock.now() + timedelta(seconds=0.4), 10.0))
    station.run_for(0.001)
    station.cut_power()
    return Life(station, clock)


def test_it_wakes_the_agent_at_the_moment_and_for_news(life: Life) -> None:
    runner = Runner("loa-07", life.build, life.clock)
    runner.start()
    while not (life.speakers and life.speakers[-1].history):
        assert runner.alive
        life.ended.wait(0.01)
    assert life.speakers[-1].history[0].track.occurrence == "news"
    # A refusal is written down although nothing was due: the message itself woke the agent.
    life.agents[-1].receive(Inbound("garbage", b"", False))
    journal = Journal(life.station.folder / "journal.sqlite", durable=False)
    while not journal.refused.get("bad-topic"):
        journal.close()
        life.ended.wait(0.01)
        journal = Journal(life.station.folder / "journal.sqlite", durable=False)
    journal.close()
    runner.stop()
    assert runner.join(10)
    assert life.ended.is_set()
    assert runner.failures == 0


def test_a_failure_is_survived_from_the_disk(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "FIRST_REST", 0.01)
    life.fails = 2
    runner = Runner("loa-07", life.build, life.clock)
    runner.start()
    while not (life.speakers and life.speakers[-1].history):
        assert runner.alive
        life.ended.wait(0.01)
    assert runner.failures == 2
    runner.stop(rude=True)
    assert runner.join(10)
    assert not life.ended.is_set()


def test_an_order_to_begin_anew_ends_one_life_with_a_farewell_and_begins_another(life: Life) -> None:
    runner = Runner("loa-07", life.build, life.clock)
    runner.start()
    now, station = life.clock.now(), life.station
    command = station.topics.device(station.device, DeviceChannel.COMMAND)
    nothing = AreaPlan(area=AreaId("thon-3"), serial=2, issued_at=now, until=now + timedelta(hours=1), occurrences=())
    while not life.agents:
        assert runner.alive
    for topic, message in ((station.plan_topic(), nothing), (command, Restart())):
        sealed = station.controller.seal(
            encode(message), topic=topic, issued_at=now, expires_at=now + timedelta(minutes=5)
        )
        life.agents[0].receive(Inbound(topic, sealed, False))
    while len(life.agents) < 2:
        assert runner.alive
        threading.Event().wait(0.01)
    runner.stop()
    assert runner.join(10)
    assert runner.failures == 0

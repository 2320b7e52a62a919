"""A loudspeaker under a hand-moved clock: a real agent on a real disk, and the controller's end of its line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from devices.agent.agent import Agent, AgentEvent
from devices.agent.cache import Cache
from devices.agent.fetch import DirectFetch, Fetch
from devices.agent.journal import Journal
from devices.agent.proven_clock import ProvenClock
from devices.agent.readiness import OwnSounds
from devices.agent.settings import Identity, MqttAccount
from devices.agent.sirens import Sirens
from devices.agent.spoken import Spoken
from devices.clock import HandMovedClock
from devices.link.memory import MemoryBroker
from devices.link.port import Inbound
from devices.protocol.codec import decode, encode
from devices.protocol.messages import (
    AreaExercise,
    AreaPlan,
    AreaUrgent,
    DeviceConfig,
    DeviceState,
    Message,
    Receipt,
    ReceiptsStored,
    Siren,
    SirenPattern,
    TimeAnswer,
    UrgentSound,
)
from devices.protocol.signing import SigningKey, unseal
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId, DeviceTopic, SiteId, Topics
from devices.simulator.clock import BoardClock
from devices.simulator.speaker import PretendSpeaker, Stretch
from devices.simulator.voice import PretendVoice
from schedules.plan import Occurrence, OccurrenceId
from schedules.priority import BulletinClass, Late, Resume
from schedules.programme import AreaId, ProgrammeId, Sha256, Sound

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
VILLAGE = AreaId("thon-3")
COMMUNE = AreaId("xa-an-phu")
CONTENT = {seconds: f"a sound of {seconds} seconds".encode() for seconds in (10.0, 20.0, 60.0, 300.0)}


def sound(seconds: float) -> Sound:
    content = CONTENT[seconds]
    return Sound(Sha256(hashlib.sha256(content).hexdigest()), seconds, len(content))


def occurrence(name: str, start: datetime, length: float = 20.0, **other: object) -> Occurrence:
    other.setdefault("sounds", (sound(length),) if length in CONTENT else ())
    plain = Occurrence(
        id=OccurrenceId(name),
        programme=ProgrammeId("bản tin sáng"),
        title="Họp thôn",
        start=start,
        seconds=length,
        bulletin_class=BulletinClass.NORMAL,
        sounds=(),
        volume=80,
        order=0,
        requested_at=NOON - timedelta(days=1),
        late=Late.JOIN,
        grace=600.0,
        resume=Resume.RESUME,
    )
    return replace(plain, **other)  # type: ignore[arg-type]


FLOOD = "Lũ đang lên nhanh. Bà con di chuyển ngay lên chỗ cao."


def urgent_sound(name: str, start: datetime, length: float = 20.0, **other: Any) -> UrgentSound:
    """A flood warning with a siren of eight seconds, unless `siren` or `words` say otherwise."""
    said = {key: other.pop(key) for key in ("words", "siren", "language") if key in other}
    said = {"words": FLOOD, "siren": Siren(SirenPattern.FLOOD, 8.0)} | said
    kind = {"bulletin_class": BulletinClass.EMERGENCY, "late": Late.WHOLE, "grace": 7200.0, "volume": 100}
    one = occurrence(name, start, length, **(kind | {"requested_at": start, "resume": Resume.RESTART} | other))
    return UrgentSound(occurrence=one, **said)


class Station:
    """One loudspeaker and everything around it; the disk, the clock and the wire's history outlive the agent."""

    def __init__(self, folder: Path, *, now: datetime = NOON, starts: bool = True) -> None:
        self.folder = folder
        self.clock = HandMovedClock(now)
        self.controller = SigningKey.generate()
        self.stranger = SigningKey.generate()
        self.topics = Topics(SiteId("an-phu"))
        self.device = DeviceId("loa-07")
        self.identity = Identity(
            "http://controller.invalid",
            self.topics.site,
            self.device,
            SigningKey.generate(),
            (self.controller.public,),
            MqttAccount("broker.invalid", 1883, "loa-07", "secret"),
            "token",
        )
        public = self.identity.key.public
        self.keys = {public.id: public}
        self.server: dict[Sha256, bytes] = {sound(seconds).sha256: content for seconds, content in CONTENT.items()}
        self.asked_for: list[Sha256] = []
        self.fetch: Fetch = DirectFetch(self.read_sound)
        self.broker = MemoryBroker(self.clock)
        self.published: list[Inbound] = []
        self.said: dict[DeviceChannel, list[bytes]] = {}
        self.desk = self.broker.link("controller", self.hear)
        self.desk.subscribe(*self.topics.from_every_device())
        self.desk.start()
        self.broker.pump()
        self.board = BoardClock(self.clock)
        self.kept_by_ntp = True
        self.quota: int | None = None
        self.sirens = Sirens(folder.parent / "sirens")
        self.voice = PretendVoice()
        self.run_voice: Callable[[Callable[[], None]], None] = lambda job: job()
        self.exercises = SigningKey.generate()
        self.answers_after: float | None = 0.0
        self.on_the_way: list[tuple[datetime, str, bytes]] = []
        self.nudged = False
        self.lives: list[PretendSpeaker] = []
        self.events: list[AgentEvent] = []
        if starts:
            self.boot()

    def journal(self) -> Journal:
        return Journal(self.folder / "journal.sqlite", durable=False)

    def own_sounds(self) -> OwnSounds:
        return OwnSounds(self.sirens, Spoken(self.voice, self.folder / "spoken", self.run_voice))

    def boot(self, *, journal: Journal | None = None, speaker: PretendSpeaker | None = None) -> Agent:
        self.time = ProvenClock(self.board, lambda: self.kept_by_ntp)
        self.lives.append(speaker or PretendSpeaker(self.time))
        self.agent = Agent(
            self.identity,
            open_link=partial(self.broker.link, self.device),
            journal=journal or self.journal(),
            cache=Cache(self.folder / "audio", reserve=0, quota=self.quota, durable=False),
            fetch=self.fetch,
            speaker=self.lives[-1],
            own=self.own_sounds(),
            clock=self.time,
            nudge=self.nudge,
            tell=self.events.append,
        )
        self.agent.start()
        return self.agent

    def nudge(self) -> None:
        self.nudged = True

    def read_sound(self, sha256: Sha256) -> bytes | None:
        self.asked_for.append(sha256)
        return self.server.get(sha256)

    def cut_power(self) -> None:
        self.agent.abandon()

    def restart(self, *, after: float = 0.0) -> None:
        """The power fails and comes back `after` so many seconds."""
        self.cut_power()
        self.wait(after)
        self.boot()

    def wait(self, seconds: float) -> None:
        """Time passes for everything but the agent."""
        self.clock.advance_to(self.clock.now() + timedelta(seconds=seconds))
        self.broker.pump()

    def cut_line(self) -> None:
        self.broker.cut(self.device)

    def mend_line(self) -> None:
        self.broker.restore(self.device)

    def settle(self) -> datetime | None:
        """All that is due now happens; when the agent wants to be woken next."""
        self.broker.pump()
        wanted = self.agent.wake()
        while self.broker.pump() or self.nudged:
            self.nudged = False
            wanted = self.agent.wake()
        return None if wanted is None else self.clock.now() + (wanted - self.time.now())

    def run_until(self, moment: datetime) -> None:
        for _ in range(100_000):
            wanted = [one for one in (self.settle(), self.broker.next_due()) if one is not None]
            for answer in [one for one in self.on_the_way if one[0] <= self.clock.now()]:
                self.on_the_way.remove(answer)
                self.deliver(answer[1], answer[2], retained=False)
                wanted.append(self.clock.now())
            wanted += [one[0] for one in self.on_the_way]
            if self.clock.now() >= moment:
                return
            self.clock.advance_to(min([moment, *wanted]))
        raise AssertionError("the agent never comes to rest")

    def run_for(self, seconds: float) -> None:
        self.run_until(self.clock.now() + timedelta(seconds=seconds))

    def seal(self, topic: str, message: Message, *, key: SigningKey | None = None, life: float = 259_200.0) -> bytes:
        now = self.clock.now()
        until = now + timedelta(seconds=life)
        return (key or self.controller).seal(encode(message), topic=topic, issued_at=now, expires_at=until)

    def deliver(self, topic: str, sealed: bytes, *, retained: bool = True) -> None:
        """Somebody says this to the broker; the next step brings it to the agent."""
        self.desk.publish(topic, sealed, retain=retained)
        self.broker.pump()

    def config_topic(self) -> str:
        return self.topics.device(self.device, DeviceChannel.CONFIG)

    def plan_topic(self, area: AreaId = VILLAGE) -> str:
        return self.topics.area(area, AreaChannel.PLAN)

    def send_config(self, *, serial: int = 1, areas: tuple[AreaId, ...] = (VILLAGE, COMMUNE), **other: Any) -> None:
        config = DeviceConfig(device=self.device, serial=serial, areas=areas, heartbeat=600.0, **other)
        self.deliver(self.config_topic(), self.seal(self.config_topic(), config))

    def plan(
        self,
        serial: int,
        occurrences: Iterable[Occurrence],
        area: AreaId = VILLAGE,
        since: datetime | None = None,
    ) -> AreaPlan:
        now = self.clock.now()
        until = now + timedelta(hours=72)
        return AreaPlan(
            area=area, serial=serial, issued_at=now, until=until, since=since, occurrences=tuple(occurrences)
        )

    def send_plan(
        self, serial: int, *occurrences: Occurrence, area: AreaId = VILLAGE, since: datetime | None = None
    ) -> bytes:
        sealed = self.seal(self.plan_topic(area), self.plan(serial, occurrences, area, since))
        self.deliver(self.plan_topic(area), sealed)
        return sealed

    def order(
        self, serial: int, *sounds: UrgentSound, area: AreaId = VILLAGE, life: float = 6 * 3600.0, **other: Any
    ) -> AreaUrgent:
        now = self.clock.now()
        until = now + timedelta(seconds=life)
        return AreaUrgent(area=area, serial=serial, issued_at=now, until=until, sounds=sounds, **other)

    def urgent_topic(self, area: AreaId = VILLAGE) -> str:
        return self.topics.area(area, AreaChannel.URGENT)

    def send_urgent(self, serial: int, *sounds: UrgentSound, area: AreaId = VILLAGE, **other: Any) -> bytes:
        order = self.order(serial, *sounds, area=area, **other)
        sealed = self.seal(self.urgent_topic(area), order, life=(order.until - order.issued_at).total_seconds())
        self.deliver(self.urgent_topic(area), sealed)
        return sealed

    def send_exercise(self, serial: int, *sounds: UrgentSound, key: SigningKey | None = None) -> None:
        now, topic = self.clock.now(), self.topics.area(VILLAGE, AreaChannel.EXERCISE)
        until = now + timedelta(hours=1)
        exercise = AreaExercise(area=VILLAGE, serial=serial, issued_at=now, until=until, name="Diễn tập", sounds=sounds)
        self.deliver(topic, self.seal(topic, exercise, key=key or self.exercises))

    def hear(self, inbound: Inbound) -> None:
        """The desk unseals what arrives; a message that this device did not sign fails the test."""
        self.published.append(inbound)
        topic = self.topics.parse(inbound.topic)
        assert isinstance(topic, DeviceTopic)
        opened = unseal(inbound.payload, topic=inbound.topic, now=None, find_key=self.keys.get)
        if topic.channel is DeviceChannel.STATE:
            self.tell_time(decode(opened.payload, DeviceState).time_question)
        else:
            opened.check_date(self.clock.now())
        self.said.setdefault(topic.channel, []).append(opened.payload)

    def tell_time(self, question: str) -> None:
        """The controller answers at once; then the answer is under way."""
        if question and self.answers_after is not None:
            topic = self.topics.device(self.device, DeviceChannel.COMMAND)
            answer = self.seal(topic, TimeAnswer(question=question, at=self.clock.now()))
            self.on_the_way.append((self.clock.now() + timedelta(seconds=self.answers_after), topic, answer))

    def sent(self, channel: DeviceChannel) -> list[bytes]:
        """The messages that reached the broker, their seals proven."""
        return self.said.get(channel, [])

    @property
    def receipts(self) -> list[Receipt]:
        """Every receipt once, in the order in which they first arrived."""
        arrived = [decode(payload, Receipt) for payload in self.sent(DeviceChannel.RECEIPT)]
        return list({receipt.id: receipt for receipt in arrived}.values())

    @property
    def state(self) -> DeviceState:
        return decode(self.sent(DeviceChannel.STATE)[-1], DeviceState)

    def store_receipts(self) -> None:
        """The controller says that it keeps all that arrived."""
        topic = self.topics.device(self.device, DeviceChannel.COMMAND)
        stored = ReceiptsStored(receipts=tuple(receipt.id for receipt in self.receipts))
        self.deliver(topic, self.seal(topic, stored), retained=False)

    @property
    def heard(self) -> list[Stretch]:
        return [stretch for speaker in self.lives for stretch in speaker.history]

    @property
    def names_heard(self) -> list[str]:
        return [stretch.track.occurrence for stretch in self.heard]

    @property
    def outcomes(self) -> dict[str, str]:
        return {one.occurrence: " ".join(filter(None, (one.outcome.value, one.reason))) for one in self.receipts}


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """A station that knows its areas and is connected."""
    station = Station(tmp_path)
    station.send_config()
    station.run_for(1)
    return station


@pytest.fixture(scope="session")
def new_home() -> Callable[[Path], Station]:
    """A station in a folder of one's own, which knows its areas and is connected."""

    def make(folder: Path) -> Station:
        station = Station(folder)
        station.send_config()
        station.run_for(1)
        return station

    return make


@pytest.fixture(scope="session")
def an_occurrence() -> Callable[..., Occurrence]:
    return occurrence


@pytest.fixture(scope="session")
def an_emergency() -> Callable[..., UrgentSound]:
    return urgent_sound


@pytest.fixture
def new_station(tmp_path: Path) -> Callable[[], Station]:
    """As many stations as wanted, each with its own empty disk, without power yet."""

    def make() -> Station:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return Station(folder, starts=False)

    return make

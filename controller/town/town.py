"""The commune itself: what people do in it, what befalls it, and how its time passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from controller.app import App, Outside
from controller.broadcasting.desk import Draft, Script
from controller.fleet.broker.port import BrokerAddress
from controller.jobs import Job
from controller.settings import Settings
from controller.speech.desk import Speech
from controller.speech.engines.espeak import EspeakNg
from controller.speech.phrases import FixedPhrase
from controller.store import areas, broadcasts, people
from controller.store.areas import Area, AreaKind
from controller.store.broadcasts import Broadcast, DeviceFacts
from controller.store.hearing import is_told_to_play
from controller.store.people import Account, AccountId, Role
from controller.store.states import Step
from controller.town.horn import HandMovedWatch, Horn
from controller.web.access import QUICK
from devices.agent.readiness import OwnSounds
from devices.agent.settings import Identity, MqttAccount
from devices.agent.sirens import Sirens
from devices.agent.spoken import Spoken
from devices.clock import HandMovedClock
from devices.link.faults import Faults
from devices.link.memory import MemoryBroker
from devices.link.port import Deliver, Link
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceId, SiteId, Topics
from devices.simulator.clock import Fuse
from devices.simulator.speaker import Stretch
from devices.simulator.voice import PretendVoice
from schedules.plan import OccurrenceId
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId, Sha256
from schedules.recurrence import Recurrence

COMMUNE = AreaId("xa")
CONTROLLER = "loa.controller"
VILLAGES: Mapping[AreaId, int] = {AreaId("thon-1"): 2, AreaId("thon-2"): 2, AreaId("thon-3"): 2}
_NO_PASSWORD = "nobody logs in here"

MoveIn = Callable[["Town"], Iterable[tuple[Identity, Path]]]
"""Brings people, areas and loudspeakers into a new town, or finds those that are there: each identity and its disk."""


class Town:
    """`villages` says how many loudspeakers each has. `heartbeat` is in seconds, as in the settings.

    No timer of the controller asks more often than once in `pace`, and it looks out for trouble no oftener than once in
    `glance`. What was spoken is kept in `spoken`, which towns may
    share one after the other. `phrases` are the fixed sentences that the next controller has spoken. Where `settings`
    are given, `heartbeat` is theirs; whoever gives `move_in` says who lives there.
    """

    def __init__(
        self,
        folder: Path,
        start: datetime,
        *,
        villages: Mapping[AreaId, int] = VILLAGES,
        heartbeat: float = 600.0,
        pace: timedelta = timedelta(minutes=5),
        glance: timedelta = timedelta(),
        faults: Faults | None = None,
        spoken: Path | None = None,
        phrases: tuple[FixedPhrase, ...] = (),
        settings: Settings | None = None,
        commune: AreaId = COMMUNE,
        move_in: MoveIn | None = None,
        watch: Callable[[Identity, Path], HandMovedWatch | None] = lambda identity, folder: None,
        software: str = "town",
    ) -> None:
        self.folder = folder
        self.phrases = phrases
        self.villages = tuple(villages)
        self.commune = commune
        self.watch = watch
        self.clock = HandMovedClock(start)
        self.fuse = Fuse(self.clock)
        self._spoken = spoken or folder / "controller" / "speech"
        self.broker = MemoryBroker(self.clock, faults=faults)
        said = Spoken(PretendVoice(), folder / "spoken", lambda job: job())
        self.own_sounds = OwnSounds(Sirens(folder / "sirens"), said)
        self._settings = settings or Settings(
            site=SiteId("town"),
            folder=folder / "controller",
            database_url="",
            mqtt_url="",
            heartbeat_seconds=heartbeat,
        )
        self._off_the_line: set[DeviceId] = set()
        self._job_due: dict[str, datetime] = {}
        self._pace, self._glance = pace, glance
        self._seen_again: dict[str, datetime] = {}
        self.app = self._boot_controller()
        self.controller_runs = True
        self.editor = Account(AccountId("a-1"), "soan", "Người soạn", frozenset({Role.EDITOR}))
        self.approver = Account(AccountId("a-2"), "duyet", "Người duyệt", frozenset({Role.APPROVER}))
        self.horns: dict[DeviceId, Horn] = {}
        for identity, home in move_in(self) if move_in else self._settle(villages):
            horn = self.horns[identity.device] = Horn(self, identity, home)
            horn.software = software
            horn.folder.mkdir(parents=True, exist_ok=True)
            horn.boot()

    def __enter__(self) -> Town:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for horn in self.horns.values():
            horn.cut_power()
        self.app.close()

    @property
    def topics(self) -> Topics:
        return self.app.topics

    # What people do.

    def broadcast(
        self,
        text: str,
        chosen: tuple[AreaId, ...],
        when: Recurrence,
        bulletin_class: BulletinClass = BulletinClass.NORMAL,
    ) -> ProgrammeId:
        """An editor writes `text` for these areas and times, and an approver approves it, at this moment."""
        us = self.app.services
        bulletin = us.desk.write(Draft("", bulletin_class, Script(text)), self.editor)
        programme = us.desk.propose(bulletin.id, chosen, when, 80, self.editor)
        us.approval.take(programme.id, Step.SUBMIT, self.editor)
        us.approval.take(programme.id, Step.APPROVE, self.approver)
        us.replan()
        return programme.id

    def withdraw(self, programme: ProgrammeId) -> None:
        self.app.services.approval.take(programme, Step.WITHDRAW, self.editor)
        self.app.services.replan()

    def facts(self, programme: ProgrammeId) -> list[tuple[Broadcast, tuple[DeviceFacts, ...]]]:
        """What the controller knows of each broadcast of `programme`, oldest first."""
        with self.app.database.read() as connection:
            found = broadcasts.broadcasts_of(connection, programme)
            return [(one, broadcasts.device_facts(connection, one.id)) for one in found]

    # What befalls them.

    def cut_line(self, device: DeviceId) -> None:
        """Neither the broker nor the controller can be reached from `device` any more."""
        self._off_the_line.add(device)
        self.broker.cut(device)

    def mend_line(self, device: DeviceId) -> None:
        self._off_the_line.discard(device)
        self.broker.restore(device)

    def kill_controller(self) -> None:
        """The controller's process dies, wherever it is."""
        self.fuse.blow_after(0)
        self.controller_runs = False
        self.broker.kill(CONTROLLER)
        self.app.close()

    def boot_controller(self) -> None:
        self.app = self._boot_controller()
        self.controller_runs = True

    def fetch(self, device: DeviceId, sha256: Sha256) -> bytes | None:
        """What a device gets for a hash; None when there is no way to it."""
        if device in self._off_the_line or not self.controller_runs:
            return None
        with self.app.database.read() as connection:
            told = is_told_to_play(connection, device, sha256, self.clock.now())
        path = self.app.services.library.path(sha256) if told else None
        return None if path is None else path.read_bytes()

    # How time passes.

    def run_until(self, moment: datetime) -> None:
        """Everything that is due by `moment` happens, in order of time."""
        while True:
            self._settle_now()
            if self.clock.now() >= moment:
                return
            self.clock.advance_to(min((moment, *self._waits())))

    def run_for(self, length: timedelta) -> None:
        self.run_until(self.clock.now() + length)

    def sounded(self, occurrence: OccurrenceId) -> dict[DeviceId, list[Stretch]]:
        """Which loudspeakers sounded it, and when: what a person in the village would have heard."""
        heard = {
            horn.device: [stretch for stretch in horn.sounded if stretch.track.occurrence == occurrence]
            for horn in self.horns.values()
        }
        return {device: stretches for device, stretches in heard.items() if stretches}

    @property
    def _jobs(self) -> tuple[Job, ...]:
        return self.app.jobs if self.controller_runs else ()

    def _settle_now(self) -> None:
        now = self.clock.now()
        for job in self._jobs:
            if job.due is not None:
                if self._wanted(job, job.due()) <= now:
                    self._seen_again[job.name] = now + self._glance
                    job.ask()
            elif self._job_due.get(job.name, now) <= now:
                self._job_due[job.name] = now + max(job.every, self._pace)
                job.ask()
        while self._something_happens():
            pass

    def _something_happens(self) -> bool:
        """True when something more may happen at this moment."""
        busy = bool(self.broker.pump())
        if self.controller_runs:
            busy |= self.app.answer() | self.app.speak_if_asked()
        for horn in self.horns.values():
            busy |= horn.wake_if_due()
        return busy

    def _waits(self) -> Iterator[datetime]:
        yield from self._job_due.values() if self.controller_runs else ()
        now = self.clock.now()
        yield from (max(self._wanted(job, job.due()), now) for job in self._jobs if job.due is not None)
        if (due := self.broker.next_due()) is not None:
            yield due
        yield from (due for horn in self.horns.values() if (due := horn.due))

    def _wanted(self, job: Job, due: datetime) -> datetime:
        return max(due, self._seen_again.get(job.name, due))

    def _boot_controller(self) -> App:
        def connect(deliver: Deliver, on_connected: Callable[[], None]) -> Link:
            return self.broker.link(CONTROLLER, deliver, on_connected=on_connected)

        speech = Speech(self._spoken, self.fuse, (EspeakNg(),))
        nowhere = BrokerAddress("town", 1)
        app = App(
            self._settings,
            self.fuse,
            speech,
            Outside(
                connect,
                lambda device, secret: None,
                self.broker.kill,
                lambda: nowhere,
                hasher=QUICK,
                phrases=self.phrases,
            ),
        )
        app.subscribe()
        app.renders.resume()
        app.link.start()
        return app

    def _settle(self, villages: Mapping[AreaId, int]) -> Iterator[tuple[Identity, Path]]:
        with self.app.database.write() as connection:
            for person in (self.editor, self.approver):
                people.add(connection, person, _NO_PASSWORD, self.clock.now())
            areas.add(connection, Area(COMMUNE, None, AreaKind.COMMUNE, "Xã"))
            for number, village in enumerate(villages, start=1):
                areas.add(connection, Area(village, COMMUNE, AreaKind.VILLAGE, f"Thôn {number}"))
        for village, count in villages.items():
            for number in range(1, count + 1):
                identity = self._enrol(DeviceId(f"loa-{village}-{number}"), village)
                yield identity, self.folder / village / f"{number}"

    def _enrol(self, device: DeviceId, area: AreaId) -> Identity:
        key = SigningKey.generate()
        us = self.app.services
        code, _ = us.enrolment.invite(device, area, "")
        enrolled = us.enrolment.enrol(code, key.public.text)
        account = MqttAccount("town", 1, device, enrolled.mqtt_password)
        site = self._settings.site
        return Identity(
            "http://town", site, device, key, (us.site_key,), account, enrolled.audio_token, us.keyring.trusted.root
        )

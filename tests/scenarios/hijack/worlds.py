"""A commune whose broker has been stolen: once in the town, once with Mosquitto, real threads and real sound."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from controller.app import App
from controller.broadcasting.desk import Draft, Script
from controller.connected import on_broker
from controller.fleet.broker.access import Principal
from controller.fleet.broker.mosquitto import MosquittoBroker
from controller.fleet.certificates import server_files
from controller.running import Running
from controller.settings import Settings
from controller.store import areas, fleet, incident_list, people, refusals
from controller.store.areas import Area, AreaKind
from controller.store.incident_list import Incident, IncidentsAsked
from controller.store.people import Account, AccountId, Role
from controller.store.states import Step
from controller.town import Town
from controller.web.server import WebServer, address_of, listen
from devices.agent.assembly import Shared, make_agent
from devices.agent.enrolment import enrol
from devices.agent.runner import Runner
from devices.agent.settings import Identity
from devices.agent.wav_speaker import WavSpeaker
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.port import Inbound, Link
from devices.link.settings import MqttSettings, Tls
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceId
from schedules.priority import BulletinClass
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

COMMUNE, VILLAGE, OTHER_VILLAGE = AreaId("xa"), AreaId("thon-1"), AreaId("thon-2")
PATIENCE = 100.0
"""Seconds: after its start the controller looks for incidents only when a minute has passed."""
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
EDITOR = Account(AccountId("a-1"), "soan", "Người soạn", frozenset({Role.EDITOR}))
APPROVER = Account(AccountId("a-2"), "duyet", "Người duyệt", frozenset({Role.APPROVER}))
NOTICE = "Kính mời bà con ra nhà văn hóa họp bàn việc làm đường."

_numbers = itertools.count(1)


class World(Protocol):
    """`identity` is that of the loudspeaker under attack, `stolen` that of one in the thief's hands.

    The thief has the broker, hears all and says all; `key`, the commune's own, only serves to make what the thief could
    have recorded.
    """

    app: App
    key: SigningKey
    identity: Identity
    stolen: Identity

    def now(self) -> datetime: ...

    def say(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        """The thief's words on any topic."""

    def kept(self, topic: str) -> bytes:
        """What the broker holds under a topic; empty for nothing."""

    def until(self, true: Callable[[], bool]) -> None: ...

    def reboot(self) -> None:
        """The power of the loudspeaker under attack fails and comes back."""

    def set_clock(self, seconds: float) -> None:
        """Somebody sets its clock."""

    def heard(self, occurrence: str) -> int:
        """How often the siren of occurrences with such a name was begun."""


class Ledger:
    """What the controller knows of the attacks on a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def refused(self) -> dict[str, int]:
        """Counted by the loudspeaker, as it told the controller."""
        with self._world.app.database.read() as connection:
            seen = fleet.last_seen(connection, self._world.identity.device)
        return {} if seen is None else dict(seen.state.refused)

    @property
    def refused_here(self) -> dict[tuple[str, str], int]:
        """Counted by the controller itself, by channel and reason."""
        with self._world.app.database.read() as connection:
            return {(one.channel, one.reason): one.count for one in refusals.everything(connection)}

    @property
    def incidents(self) -> tuple[Incident, ...]:
        with self._world.app.database.read() as connection:
            return incident_list.asked(connection, IncidentsAsked())

    @property
    def obeyed(self) -> int:
        """The serial of the urgent order that the loudspeaker says to obey."""
        with self._world.app.database.read() as connection:
            seen = fleet.last_seen(connection, self._world.identity.device)
        return 0 if seen is None else seen.state.urgent.get(VILLAGE, 0)

    @property
    def plans(self) -> dict[AreaId, str]:
        """What the loudspeaker says to hold."""
        with self._world.app.database.read() as connection:
            seen = fleet.last_seen(connection, self._world.identity.device)
        return {} if seen is None else {area: str(digest) for area, digest in seen.state.plans.items()}


def broadcast(app: App, start: datetime) -> None:
    """A new notice for the village under attack, approved."""
    us = app.services
    bulletin = us.desk.write(Draft("", BulletinClass.NORMAL, Script(f"{NOTICE} Lần thứ {next(_numbers)}.")), EDITOR)
    programme = us.desk.propose(bulletin.id, (VILLAGE,), Recurrence.once(start), 80, EDITOR)
    us.approval.take(programme.id, Step.SUBMIT, EDITOR)
    us.approval.take(programme.id, Step.APPROVE, APPROVER)
    us.replan()


class TownWorld:
    def __init__(self, folder: Path) -> None:
        self.town = Town(folder, MORNING, villages={VILLAGE: 1, OTHER_VILLAGE: 1}, heartbeat=30.0)
        self.app = self.town.app
        self.key = SigningKey.from_pem((folder / "controller" / "site-signing-key.pem").read_bytes())
        self._horn, neighbour = self.town.horns.values()
        self.identity, self.stolen = self._horn.identity, neighbour.identity
        self.town.run_for(timedelta(minutes=1))

    def now(self) -> datetime:
        return self.town.clock.now()

    def say(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        self.town.broker.publish(topic, payload, retain=retain)

    def kept(self, topic: str) -> bytes:
        return self.town.broker.retained.get(topic, b"")

    def until(self, true: Callable[[], bool]) -> None:
        for _ in range(120):
            self.town.run_for(timedelta(seconds=10))
            if true():
                return
        raise AssertionError("it did not happen")

    def reboot(self) -> None:
        self._horn.cut_power()
        self._horn.boot()
        self.town.run_for(timedelta(minutes=1))

    def set_clock(self, seconds: float) -> None:
        self._horn.step_clock(seconds)

    def heard(self, occurrence: str) -> int:
        names = (stretch.track.occurrence for stretch in self._horn.sounded)
        return sum(name.startswith(occurrence) and name.endswith("siren") for name in names)

    def close(self) -> None:
        self.town.close()


class SetClock(SystemClock):
    """The board's clock, which somebody may set."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class MosquittoWorld:
    def __init__(self, folder: Path) -> None:
        self._folder, clock = folder, SystemClock()
        tls, _ = server_files(folder / "controller", "xa", ("127.0.0.1",), clock.now())
        self._broker = MosquittoBroker(folder / "mosquitto", clock=clock, tls=tls)
        self._broker.start()
        listener = listen("127.0.0.1", 0)
        settings = Settings(
            folder=folder / "controller",
            public_url=address_of(listener),
            database_url="",
            heartbeat_seconds=1.0,
            quiet_hours="",
            voices="espeak-ng",
        )
        self.app = on_broker(self._broker, settings, clock)
        self.key = SigningKey.from_pem((folder / "controller" / "site-signing-key.pem").read_bytes())
        self._running = Running(self.app)
        self._running.__enter__()
        self._web = WebServer(self.app.site, listener)
        self._web.start()
        with self.app.database.write() as connection:
            for person in (EDITOR, APPROVER):
                people.add(connection, person, "nobody logs in here", clock.now())
            areas.add(connection, Area(COMMUNE, None, AreaKind.COMMUNE, "Xã"))
            for village in (VILLAGE, OTHER_VILLAGE):
                areas.add(connection, Area(village, COMMUNE, AreaKind.VILLAGE, village))
        self.identity, self.stolen = (self._enrol(village) for village in (VILLAGE, OTHER_VILLAGE))
        self._board = SetClock()
        self._shared = Shared(self._board, folder / "shared")
        self._thief = self._link(Principal("loa.thief", ("#",), ("#",), client_id="loa.thief"))
        self._runner = self._boot()
        self.until(self._is_there)

    def now(self) -> datetime:
        return SystemClock().now()

    def say(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        self._thief.publish(topic, payload, retain=retain)

    def kept(self, topic: str) -> bytes:
        heard: list[Inbound] = []
        reader = self._link(Principal("loa.reader", ("end",), ("#",), client_id="loa.reader"), heard.append)
        reader.subscribe(topic, "end")
        reader.publish("end", b"")
        self.until(lambda: bool(heard))
        reader.stop()
        return heard[0].payload

    def until(self, true: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < give_up, "it did not happen"
            time.sleep(0.05)

    def reboot(self) -> None:
        self._runner.stop(rude=True)
        assert self._runner.join(5.0)
        self._runner = self._boot()
        self.until(self._is_there)

    def set_clock(self, seconds: float) -> None:
        self._board.ahead += timedelta(seconds=seconds)

    def heard(self, occurrence: str) -> int:
        begun = {path.name.lstrip(".").partition(".")[0] for path in (self._folder / "sound").iterdir()}
        return sum(f"_{occurrence}" in name and "siren" in name for name in begun)

    def serve_audio_from(self, url: str) -> None:
        """From now on the loudspeaker under attack finds another server where the controller was."""
        self.identity = replace(self.identity, controller_url=url)
        self.reboot()

    def as_device(self, identity: Identity) -> Link:
        """A connected link with the account that a device was given."""
        link = self.link_of(identity)
        self.until(lambda: link.connected)
        return link

    def link_of(self, identity: Identity) -> Link:
        account = identity.mqtt
        tls = Tls(ca_text=identity.authority)
        where = MqttSettings(account.host, account.port, identity.device, account.username, account.password, tls)
        link = MqttLink(where, lambda message: None, clock=SystemClock())
        link.start()
        return link

    def close(self) -> None:
        self._runner.stop(rude=True)
        self._runner.join(5.0)
        self._thief.stop()
        self._web.stop()
        self._running.__exit__()
        self._broker.stop()
        self._shared.close()

    def _is_there(self) -> bool:
        with self.app.database.read() as connection:
            seen = fleet.last_seen(connection, self.identity.device)
        return seen is not None and seen.online and seen.state.clock_proven

    def _enrol(self, village: AreaId) -> Identity:
        code, _ = self.app.services.enrolment.invite(DeviceId(f"loa-{village}"), village, "")
        return enrol(self.app.settings.url, code, self._folder / village)

    def _boot(self) -> Runner:
        home, shared = self._folder / VILLAGE, self._shared

        def make_speaker() -> WavSpeaker:
            spool = home / "spool"
            return WavSpeaker(
                self._folder / "sound", self.identity.device, spool=spool, clock=shared.clock, workers=shared.decoders
            )

        runner = Runner(
            self.identity.device,
            lambda nudge: make_agent(self.identity, home, shared, make_speaker, nudge=nudge, tell=lambda event: None),
            shared.clock,
        )
        runner.start()
        return runner

    def _link(self, principal: Principal, deliver: Callable[[Inbound], None] = lambda message: None) -> Link:
        self._broker.allow(principal, "stolen")
        address = self._broker.address
        assert principal.client_id
        where = MqttSettings(
            address.host,
            address.port,
            principal.client_id,
            principal.username,
            "stolen",
            address.client_tls(),
            keep_session=False,
        )
        return self._started(where, deliver)

    def _started(self, where: MqttSettings, deliver: Callable[[Inbound], None]) -> Link:
        link = MqttLink(where, deliver, clock=SystemClock())
        link.start()
        self.until(lambda: link.connected)
        return link

"""From the POST of a signed warning to the first sample on the last of many loudspeakers, and back to silence.

Real broker, real HTTP, real agents in one process of their own; only the air is a file. It begins when every
loudspeaker has fetched the fixed sentences, as those in a village have. Beside it, in the same run, what the broker and
as many bare clients need for one message.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import httpx

from controller.alerts.cap.message import Alert, Kind
from controller.connected import on_broker
from controller.demo.fleet import FleetProcess, Told
from controller.fleet.broker.access import Principal
from controller.fleet.broker.embedded import EmbeddedBroker
from controller.fleet.broker.mosquitto import MosquittoBroker
from controller.fleet.broker.mosquitto_child import find_program
from controller.fleet.broker.port import Broker
from controller.running import Running
from controller.settings import Settings
from controller.store import areas
from controller.store.alert_sources import Source, SourceKind
from controller.store.alerts import AlertId, SourceId
from controller.store.areas import Area, AreaKind
from controller.store.people import Account, Role
from controller.town.warnings import WarningService, around, believe
from controller.web.server import WebServer, address_of, listen
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.settings import MqttSettings
from devices.protocol.topics import DeviceId, SiteId
from schedules.programme import AreaId

COMMUNE = AreaId("xa")
PATIENCE = 90.0
SETTLED = 5.0
"""When for so many seconds nothing more was fetched, everything has been."""
_SOURCE = SourceId("do-kiem")


@dataclass(frozen=True, slots=True)
class AlertBench:
    """Seconds, one per round: the last loudspeaker counts. `bare` is one message from broker to as many clients."""

    loudspeakers: int
    broker: str
    bare: tuple[float, ...]
    heard: tuple[float, ...]
    median_of_each: tuple[float, ...]
    silent: tuple[float, ...]
    corrected: tuple[float, ...]

    @property
    def holds(self) -> bool:
        """The promise: median at most 1 s, worst at most 2 s, silence within 1 s, a correction within 5 s."""
        return (
            bool(self.heard)
            and median(self.heard) <= 1
            and max(self.heard) <= 2
            and max(self.silent) <= 1
            and max(self.corrected) <= 5
        )


@dataclass
class _Ears:
    """What the loudspeakers report, from any thread."""

    began: dict[str, datetime] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    connected: set[str] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, told: Told) -> None:
        device, kind = str(told.get("device")), told.get("event")
        with self.changed:
            if kind == "connected":
                self.connected.add(device)
            elif kind in ("started", "ended"):
                kept = self.began if kind == "started" else self.ended
                kept.setdefault(device, datetime.fromisoformat(str(told["at"])))
            self.changed.notify_all()

    def forget(self) -> None:
        with self.changed:
            self.began.clear()
            self.ended.clear()

    def wait(self, what: str, enough: Callable[[], bool]) -> None:
        """RuntimeError, which says what was waited for, when it does not happen."""
        with self.changed:
            if not self.changed.wait_for(enough, PATIENCE):
                there = f"{len(self.connected)} connected, {len(self.began)} began, {len(self.ended)} ended"
                raise RuntimeError(f"the loudspeakers were too slow for {what}: {there}")


def measure_alert(loudspeakers: int, rounds: int) -> AlertBench:
    """RuntimeError where a loudspeaker does not answer."""
    with tempfile.TemporaryDirectory(prefix="loa-bench-", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        return _Rig(stack, Path(name), loudspeakers).measure(rounds)


class _Rig:
    """A controller with its console, a broker and a village, as long as the stack lasts."""

    def __init__(self, stack: ExitStack, folder: Path, loudspeakers: int) -> None:
        self.count, self.clock, self.ears = loudspeakers, SystemClock(), _Ears()
        self._devices = folder / "devices"
        settings = Settings(site=SiteId("bench"), folder=folder / "controller", database_url="", mqtt_url="")
        listener = listen("127.0.0.1", 0)
        self.url = address_of(listener)
        village = FleetProcess(self.url, self._devices, folder / "sound", self.ears.hear)
        village.start()
        stack.callback(village.stop)
        self.broker: Broker = EmbeddedBroker()
        if find_program():
            self.broker = MosquittoBroker(folder / "mosquitto", clock=self.clock)
        self.broker.start()
        stack.callback(self.broker.stop)
        self.app = on_broker(self.broker, settings, self.clock)
        stack.enter_context(Running(self.app))
        web = WebServer(self.app.site, listener)
        web.start()
        stack.callback(web.stop)
        self.key, self.service, self.person = self._settle()
        us = self.app.services
        village.let_join([us.enrolment.invite(DeviceId(f"loa-{COMMUNE}-{n}"), COMMUNE, "")[0] for n in self._numbers])
        self.ears.wait("the broker", lambda: len(self.ears.connected) == loudspeakers)
        self._let_settle()

    def _let_settle(self) -> None:
        before = -1
        while (fetched := sum(1 for _ in self._devices.rglob("*"))) != before:
            before = fetched
            threading.Event().wait(SETTLED)

    @property
    def _numbers(self) -> range:
        return range(1, self.count + 1)

    def _settle(self) -> tuple[str, WarningService, Account]:
        us = self.app.services
        with us.database.write() as connection:
            areas.add(connection, Area(COMMUNE, None, AreaKind.COMMUNE, "Xã"))
        service = believe(us.warnings.office, us.database, self.clock, {COMMUNE: self.count})
        key = us.warnings.sources.add(Source(_SOURCE, SourceKind.POST, "bench", self.clock.now()))
        person = self.app.access.add_account("bench", "", secrets.token_urlsafe(12), frozenset({Role.ADMINISTRATOR}))
        return key, service, person

    def measure(self, rounds: int) -> AlertBench:
        heard, each, silent, corrected = [], [], [], []
        with httpx.Client(base_url=self.url, timeout=30.0, trust_env=False) as client:
            for number in range(rounds):
                alert = self.service.write(f"B{number}", areas=(around(1),), headline=f"Lũ lên nhanh, lần {number}")
                begun, this = self._post(client, alert)
                self.ears.wait(f"warning {number}", lambda: len(self.ears.began) == self.count)
                delays = sorted((at - begun).total_seconds() for at in self.ears.began.values())
                heard.append(delays[-1])
                each.append(median(delays))
                self.ears.forget()
                if number % 2:
                    begun = self.clock.now()
                    self.app.services.warnings.decisions.correct(this, self.person, "bench")
                else:
                    begun, _ = self._post(
                        client, self.service.write(f"C{number}", kind=Kind.CANCEL, of=(f"B{number}",))
                    )
                self.ears.wait(
                    f"the end of warning {number}", lambda: len(self.ears.ended) == len(self.ears.began) == self.count
                )
                silent.append(max((at - begun).total_seconds() for at in self.ears.ended.values()))
                corrected.append(max((at - begun).total_seconds() for at in self.ears.began.values()))
                self.app.services.warnings.decisions.stop((), self.person, "", timedelta())
                threading.Event().wait(2.0)
                self.ears.forget()
        bare = tuple(self._bare() for _ in range(rounds))
        name = type(self.broker).__name__
        return AlertBench(self.count, name, bare, tuple(heard), tuple(each), tuple(silent), tuple(corrected))

    def _post(self, client: httpx.Client, alert: Alert) -> tuple[datetime, AlertId]:
        data = self.service.signed(alert)
        begun = self.clock.now()
        answer = client.post("/api/v1/alerts/incoming", content=data, headers={"Authorization": f"Bearer {self.key}"})
        answer.raise_for_status()
        return begun, AlertId(answer.json()[0]["alert"])

    def _bare(self) -> float:
        """One message of the same kind through the broker to as many clients that do nothing with it."""
        payload, got, all_there = secrets.token_bytes(3000), threading.Semaphore(0), 0
        with self._clients(got.release) as links:
            begun = self.clock.monotonic()
            links[0].publish("bench", payload)
            while all_there < self.count and got.acquire(timeout=PATIENCE):
                all_there += 1
            return self.clock.monotonic() - begun

    @contextmanager
    def _clients(self, heard: Callable[[], None]) -> Iterator[list[MqttLink]]:
        links = []
        self.broker.allow(Principal("bare", speaks=("bench",), hears=("bench",), client_id=None), "bench")
        address = self.broker.address
        for number in self._numbers:
            name = f"bare-{number}"
            settings = MqttSettings(address.host, address.port, name, "bare", "bench", keep_session=False)
            link = MqttLink(settings, lambda _: heard(), clock=self.clock)
            link.subscribe("bench")
            link.start()
            links.append(link)
        try:
            pause = threading.Event()
            while not all(link.connected for link in links):
                pause.wait(0.05)
            pause.wait(1.0)
            yield links
        finally:
            for link in links:
                link.abandon()

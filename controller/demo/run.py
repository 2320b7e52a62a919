"""The whole system on one machine: an embedded broker, the controller, its console, and a simulated village."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from msgspec import structs

from controller.app import App
from controller.connected import on_broker
from controller.demo.fleet import FleetProcess, Told
from controller.demo.ground import place_cameras, place_loudspeakers
from controller.demo.kept import past_of
from controller.demo.past import Record, Tell, demo_settings, homes
from controller.demo.scenes import cameras
from controller.demo.village import PLACES, VILLAGES, Person, administrator, log_in, people, settle
from controller.fleet.broker.access import device, observer
from controller.fleet.broker.embedded import EmbeddedBroker
from controller.running import Running
from controller.store import fleet as fleet_rows
from controller.web.server import WebServer, address_of, listen_nearby
from devices.agent.settings import IDENTITY_FILE, Identity
from devices.clock import SystemClock
from devices.protocol.topics import Topics

MQTT_PORT = 1883
REQUEST_SECONDS = 30.0
PATIENCE, GLANCE = 15.0, 0.05


@dataclass(frozen=True, slots=True)
class Observer:
    """Who may read everything on the broker and publish nothing."""

    host: str
    port: int
    username: str
    password: str


class Demo:
    """A running demo, as long as its context lasts. Nothing of it outlives the context."""

    def __init__(
        self,
        sound: Path | None = None,
        tell: Callable[[Told], None] = lambda told: None,
        *,
        history: bool = False,
        progress: Tell = lambda part: None,
    ) -> None:
        """With `history` the commune has a month behind it; `progress` is told how much of it has been lived."""
        self._sound = sound
        self._tell = tell
        self._history = history
        self._progress = progress
        self._stack = ExitStack()
        self.url = ""
        self.folder = Path()
        self.sound = sound or Path()
        self.observer = Observer("", 0, "", "")
        self.administrator = administrator()
        self.editor, self.approver = people()
        self.app: App
        self.let_join: Callable[[list[str]], None]

    def __enter__(self) -> Demo:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def client(self, person: Person) -> Iterator[httpx.Client]:
        """A client of the public API, logged in as `person`."""
        with httpx.Client(base_url=self.url, timeout=REQUEST_SECONDS, trust_env=False) as client:
            log_in(client, person.username, person.password)
            yield client

    def wait_until_all_are_there(self) -> None:
        """Returns when every loudspeaker is online and on the map, or after a while all the same."""
        for _ in range(round(PATIENCE / GLANCE)):
            with self.app.database.read() as connection:
                seen = fleet_rows.seen(connection).values()
            if sum(one.online and one.seen_at > self._began for one in seen) == len(VILLAGES) * len(PLACES):
                break
            time.sleep(GLANCE)
        with self.client(self.editor) as client:
            place_loudspeakers(client)

    def add_cameras(self) -> None:
        """Some cameras for the village to watch, with pictures that are drawn here."""
        with self.client(self.administrator) as client:
            known = {one["id"] for one in client.get("/api/v1/cameras").json()}
            for camera in cameras(self.folder / "scenes"):
                if camera["id"] in known:
                    settled = {name: value for name, value in camera.items() if name != "id"}
                    client.put(f"/api/v1/cameras/{camera['id']}", json=settled).raise_for_status()
                else:
                    client.post("/api/v1/cameras", json=dict(camera)).raise_for_status()
            place_cameras(client)

    def _start(self, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loa-demo-", ignore_cleanup_errors=True)))
        self.folder = folder
        self.sound = self._sound or folder / "sound"
        if self._history:
            self._meet(past_of(folder, SystemClock(), self._progress))
        self._began = SystemClock().now()
        settings = demo_settings(folder)
        listener = listen_nearby(settings.host, settings.port)
        stack.callback(listener.close)
        self.url = address_of(listener)
        broker = EmbeddedBroker(MQTT_PORT)
        broker.start()
        stack.callback(broker.stop)
        self._let_in(broker)
        fleet = FleetProcess(self.url, folder / "devices", self.sound, self._tell)
        fleet.start()
        stack.callback(fleet.stop)
        self.let_join = fleet.let_join
        self.app = on_broker(broker, settings, SystemClock())
        watcher = observer()
        password = secrets.token_urlsafe(12)
        broker.allow(watcher, password)
        self.observer = Observer(broker.address.host, broker.address.port, watcher.username, password)
        stack.enter_context(Running(self.app))
        web = WebServer(self.app.site, listener)
        web.start()
        stack.callback(web.stop)
        if not self._history:
            self.let_join(self._settle())

    def _meet(self, record: Record) -> None:
        """Its people are those who have lived there."""
        known = record.people
        self.administrator = known[self.administrator.username]
        self.editor, self.approver = known[self.editor.username], known[self.approver.username]

    def _let_in(self, broker: EmbeddedBroker) -> None:
        """The loudspeakers that live here already find the broker and the controller of today."""
        for path in homes(self.folder).glob(f"*/{IDENTITY_FILE}"):
            identity = Identity.load(path.parent)
            account = structs.replace(identity.mqtt, host=broker.address.host, port=broker.address.port)
            replace(identity, controller_url=self.url, mqtt=account).save(path.parent)
            broker.allow(device(Topics(identity.site), identity.device), account.password)

    def _settle(self) -> list[str]:
        first = self.administrator
        self.app.access.add_account(first.username, first.name, first.password, frozenset(first.roles))
        with self.client(first) as client:
            return settle(client, (self.editor, self.approver))

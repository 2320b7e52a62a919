"""The past of the demo's commune: what its people did and what befell it, lived by the town's controller and agents.

Nothing in it is made up afterwards: people use the API, loudspeakers and cameras are real agents, and time is moved on
until it is now. What was lived is kept in a folder in which the demo itself goes on.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

import httpx

from controller.demo.village import COMMUNE, VILLAGES, Person, administrator, log_in, more_people, people, settle
from controller.settings import Settings
from controller.town.events import Event
from controller.town.in_process import InProcess
from controller.town.mishaps import Mishaps
from controller.town.records import Life, Records
from controller.town.town import Town
from controller.town.watch import SteppedWatch
from devices.agent.assembly import software
from devices.agent.enrolment import enrol
from devices.agent.settings import IDENTITY_FILE, Identity
from devices.clock import Clock
from devices.protocol.topics import SiteId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

SITE = SiteId("demo")
ADDRESS = "http://commune"
RECORD = "past.json"
HEARTBEAT = 12 * 3600.0
"""Seconds: a month of loudspeakers that say every half minute that they are there would take an hour to live."""
PACE, GLANCE = timedelta(days=1), timedelta(hours=1)
DAWN = time(5)
CLOSE_ENOUGH = timedelta(seconds=2)

Do = Callable[[], object]
Tell = Callable[[float], None]
"""Is told from time to time how much of it has been lived, from 0 to 1."""


def homes(folder: Path) -> Path:
    """Where the loudspeakers of a demo in `folder` have their disks."""
    return folder / "devices" / "devices"


def demo_settings(folder: Path, heartbeat: float | None = None) -> Settings:
    settings = Settings(site=SITE, folder=folder / "controller", database_url="", mqtt_url="", quiet_hours="")
    return settings if heartbeat is None else settings.model_copy(update={"heartbeat_seconds": heartbeat})


@dataclass(frozen=True, slots=True)
class Record:
    """From when until when it was lived, and with which passwords its people come in."""

    begins: datetime
    until: datetime
    people: Mapping[str, Person]

    @classmethod
    def load(cls, folder: Path) -> Record | None:
        try:
            said = json.loads((folder / RECORD).read_text())
        except FileNotFoundError:
            return None
        known = [replace(one, password=said["people"][one.username]) for one in _everybody()]
        begins, until = datetime.fromisoformat(said["begins"]), datetime.fromisoformat(said["until"])
        return cls(begins, until, {one.username: one for one in known})

    @classmethod
    def new(cls, begins: datetime) -> Record:
        return cls(begins, begins, {one.username: one for one in _everybody()})

    def save(self, folder: Path) -> None:
        passwords = {one.username: one.password for one in self.people.values()}
        said = {"begins": self.begins.isoformat(), "until": self.until.isoformat(), "people": passwords}
        path = folder / RECORD
        path.touch(mode=0o600)
        path.write_text(json.dumps(said))


def _everybody() -> tuple[Person, ...]:
    return (administrator(), *people(), *more_people())


class Past:
    """Lived in `folder`: from the beginning, or on from where it ended there."""

    def __init__(self, folder: Path, record: Record) -> None:
        self.folder = folder
        self.record = record
        self._runner = asyncio.Runner()
        self._clients: dict[str, tuple[httpx.Client, datetime]] = {}
        self._agenda: list[tuple[datetime, int, Do]] = []
        self._numbers = itertools.count()
        self._beside = threading.Thread()
        self.town = Town(
            folder,
            record.until,
            villages={AreaId(village): 0 for village in VILLAGES},
            pace=PACE,
            glance=GLANCE,
            settings=demo_settings(folder, HEARTBEAT),
            commune=AreaId(COMMUNE),
            move_in=self._move_in,
            watch=self._watch,
            software=software(),
        )
        self._mishaps = Mishaps(self.town, Records({device: Life() for device in self.town.horns}), self.at)

    def __enter__(self) -> Past:
        return self

    def __exit__(self, *_: object) -> None:
        if self._beside.ident is not None:
            self._beside.join()
        self.town.close()
        self._runner.close()

    @property
    def is_new(self) -> bool:
        return self.record.until == self.record.begins

    def beside(self, work: Callable[[], object]) -> None:
        """Done in a thread of its own, which has ended when the past has."""
        self._beside = threading.Thread(target=work, name="beside", daemon=True)
        self._beside.start()

    def at(self, moment: datetime, happens: Do) -> None:
        """Let something happen then, unless that has been lived already."""
        if moment > self.record.until:
            heapq.heappush(self._agenda, (moment, next(self._numbers), happens))

    def live(self, clock: Clock, tell: Tell) -> None:
        """Until it is now, by `clock`."""
        begun = self.town.clock.now()
        while clock.now() - self.town.clock.now() > CLOSE_ENOUGH:
            now = clock.now()
            while self._agenda and self._agenda[0][0] <= now:
                moment, _, happens = heapq.heappop(self._agenda)
                self.town.run_until(moment)
                happens()
                tell((moment - begun) / (now - begun))
            self.town.run_until(now)
            tell(1.0)
        self._mishaps.mend_everything()
        self.town.run_until(clock.now())
        self.record = replace(self.record, until=self.town.clock.now())
        self.record.save(self.folder)

    def befalls(self, event: Event) -> None:
        self._mishaps.befall(event)

    # What people do, each through the API.

    def get(self, who: str, path: str) -> object:
        return self._answered(self.client(who).get(f"/api/v1/{path}"))

    def post(self, who: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, object]:
        return self._answered(self.client(who).post(f"/api/v1/{path}", json=body or {}))  # type: ignore[return-value]

    def put(self, who: str, path: str, body: Mapping[str, object]) -> object:
        return self._answered(self.client(who).put(f"/api/v1/{path}", json=body))

    def fill_in(self, path: str, form: Mapping[str, str], who: str = "") -> None:
        """Somebody sends a form of a page."""
        client = self.client(who) if who else self._anybody()
        answer = client.post(path, data=dict(form))
        assert answer.status_code < 400, (path, answer.text)

    def client(self, who: str) -> httpx.Client:
        """A client of the API as this person, who logs in anew each day."""
        today = self.town.clock.now()
        if who in self._clients and self._clients[who][1] > today - timedelta(hours=11):
            return self._clients[who][0]
        client = self._anybody()
        log_in(client, who, self.record.people[who].password)
        self._clients[who] = client, today
        return client

    def _anybody(self) -> httpx.Client:
        return httpx.Client(transport=InProcess(self._runner, lambda: self.town.app.site), base_url=ADDRESS)

    def _answered(self, answer: httpx.Response) -> object:
        if answer.is_error:
            raise AssertionError(f"{answer.request.method} {answer.request.url}: {answer.text}")
        return answer.json() if answer.content else {}

    def _move_in(self, town: Town) -> Iterable[tuple[Identity, Path]]:
        self.town = town
        known = sorted(homes(self.folder).glob(f"*/{IDENTITY_FILE}"))
        for path in known:
            yield Identity.load(path.parent), path.parent
        if known:
            return
        first, *others = self.record.people.values()
        town.app.access.add_account(first.username, first.name, first.password, frozenset(first.roles))
        for code in settle(self.client(first.username), tuple(others)):
            joining = homes(self.folder) / ".joining"
            identity = enrol(ADDRESS, code, joining, client=self._anybody())
            yield identity, joining.rename(homes(self.folder) / identity.device)

    def _watch(self, identity: Identity, folder: Path) -> SteppedWatch:
        def way() -> httpx.AsyncClient:
            return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.town.app.site), base_url=ADDRESS)

        return SteppedWatch(self.town.clock, identity, folder, self._runner, way)


def beginning(now: datetime, days: int) -> datetime:
    """Dawn, so many days ago."""
    return datetime.combine(now.astimezone(COMMUNE_ZONE).date() - timedelta(days=days), DAWN, COMMUNE_ZONE)

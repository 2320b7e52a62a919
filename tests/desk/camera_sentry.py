"""A device that watches pretend cameras and reports to the real intake, on a hand-moved clock.

It probes every camera once a minute, each at its own second, and again after 15 s where something changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from controller.happenings import Happenings
from controller.monitoring.intake import Intake
from controller.monitoring.lookout import Lookout
from controller.monitoring.presence import Presence
from controller.notifying.telling import tell_of_incidents
from controller.orders import Orders
from controller.store import areas, cameras, fleet, incident_list, nodes, uptime
from controller.store.areas import Area, AreaKind
from controller.store.camera_states import Condition
from controller.store.cameras import Camera
from controller.store.channels import Channel, ChannelKind
from controller.store.database import Database
from controller.store.fleet import Device
from controller.store.incident_list import Incident, IncidentsAsked
from controller.store.nodes import Node, NodeId, NodeKind
from controller.store.notices import add_channel
from controller.store.troubles import Severity
from devices.clock import HandMovedClock
from devices.link.port import Inbound
from devices.protocol.codec import encode
from devices.protocol.messages import DeviceState, Message
from devices.protocol.messages.cameras import (
    Axis,
    CameraId,
    CameraReason,
    CameraReport,
    CameraSource,
    DeviceHealth,
    HealthId,
    Standing,
)
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceChannel, DeviceId, SiteId, Topics
from schedules.programme import AreaId

TOPICS = Topics(SiteId("an-phu"))
BOX = DeviceId("hop-1")
VILLAGE = AreaId("thon-1")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AXES = ("reach", "service", "stream", "picture")
Truth = Callable[[datetime], CameraReason]
"""What is wrong with a camera at a moment; `NONE` for nothing."""

_SPOILS = {
    CameraReason.NO_ANSWER: 0,
    CameraReason.LOGIN_WRONG: 1,
    CameraReason.NO_MEDIA: 2,
    CameraReason.FINDING: 3,
}


@dataclass
class Watched:
    """One pretend camera, as its device sees it."""

    next_at: datetime
    truth: Truth = lambda _: CameraReason.NONE
    axes: dict[str, Axis] = field(default_factory=dict)

    def probe(self, now: datetime) -> bool:
        """True when that is to be told at once."""
        wrong = self.truth(now)
        first = _SPOILS.get(wrong, len(AXES))
        telling = False
        for place, name in enumerate(AXES):
            if place > first:
                break  # a rung before it failed: this probe says nothing about it
            standing = Standing.GOOD if place < first else Standing.BAD
            before = self.axes.get(name)
            again = before is not None and before.standing is standing
            self.axes[name] = one = Axis(
                standing=standing,
                reason=CameraReason.NONE if standing is Standing.GOOD else wrong,
                since=before.since if again and before else now,
                checked_at=now,
                probes=before.probes + 1 if again and before else 1,
            )
            telling = telling or one.probes <= 3
        self.next_at = now + (15 * SECOND if telling else MINUTE)
        return telling

    def report(self, camera: CameraId, now: datetime) -> CameraReport:
        unknown = Axis(standing=Standing.UNKNOWN, reason=CameraReason.NOT_ASKED, since=now, checked_at=now)
        return CameraReport(camera=camera, at=now, **{name: self.axes.get(name, unknown) for name in AXES})


class Sentry:
    """The controller's real intake and lookout, one device, and what it watches."""

    def __init__(self, database: Database, start: datetime) -> None:
        self.database, self.start = database, start
        self.clock = HandMovedClock(start)
        self.happenings = Happenings()
        self.key = SigningKey.generate()
        self.cameras: dict[CameraId, Watched] = {}
        self.runs_since: datetime | None = start
        self._numbers = count(1)
        presence = Presence(database, self.clock, self.happenings, heartbeat=30.0)
        orders = Orders(TOPICS, SigningKey.generate(), SigningKey.generate())
        self.presence = presence
        self._horns: dict[DeviceId, SigningKey] = {}
        self._silent: dict[DeviceId, datetime] = {}
        self._heard_again: dict[DeviceId, datetime] = {}
        self.intake = Intake(database, TOPICS, orders, presence, self.clock, self.happenings)
        self.lookout = Lookout(database, self.clock, self.happenings, lambda: True, TOPICS.site, 90 * SECOND)
        self.happenings.listen(lambda happening: self.lookout.stir() if "found" not in happening.detail else None)
        with database.write() as connection:
            areas.add(connection, Area(VILLAGE, None, AreaKind.VILLAGE, "Thôn 1"))
            fleet.add(connection, Device(BOX, VILLAGE, "Hộp 1", self.key.public.text, 1), "token", start)
            told = Channel("ky-thuat", ChannelKind.WEBHOOK, "https://example.org/", least=Severity.WARNING)
            add_channel(connection, told, start)

    def hang(self, node: str, kind: NodeKind, on: str | None = None) -> None:
        with self.database.write() as connection:
            nodes.add(connection, Node(NodeId(node), kind, node, None if on is None else NodeId(on), VILLAGE))

    def watch(self, name: str, node: str | None = None, **changed: object) -> CameraId:
        camera = CameraId(name)
        hung = None if node is None else NodeId(node)
        known = {"device": BOX, "node": hung, "address": f"rtsp://10.7.0.1/{name}", "name": name, **changed}
        with self.database.write() as connection:
            made = Camera(camera, area=VILLAGE, source=CameraSource.RTSP, **known)  # type: ignore[arg-type]
            cameras.add(connection, made, self.clock.now())
        self.cameras[camera] = Watched(self.clock.now() + (7 * len(self.cameras) % 60) * SECOND)
        return camera

    def add_horn(self, name: str, node: str) -> DeviceId:
        """A loudspeaker that hangs there, too, and says that it is there until `horn_silent_from`."""
        horn = DeviceId(name)
        self._horns[horn] = SigningKey.generate()
        with self.database.write() as connection:
            public = self._horns[horn].public.text
            fleet.add(connection, Device(horn, VILLAGE, name, public, 1), name, self.clock.now())
            nodes.hang(connection, horn, NodeId(node))
        return horn

    def horn_silent_from(self, horn: DeviceId, after: timedelta) -> None:
        self._silent[horn] = self.start + after

    def horn_heard_from(self, horn: DeviceId, after: timedelta) -> None:
        """Once it was silent."""
        self._heard_again[horn] = self.start + after

    def befall(self, cameras: list[CameraId], reason: CameraReason, since: timedelta, until: timedelta) -> None:
        """From then until then, counted from the start, this is wrong with these."""
        begin, end = self.start + since, self.start + until
        for camera in cameras:
            self.cameras[camera].truth = lambda now: reason if begin <= now < end else CameraReason.NONE

    def run_until(self, after: timedelta) -> None:
        """Second by second, until so long after the start."""
        until = self.start + after
        while self.clock.now() < until:
            self.clock.advance_to(self.clock.now() + SECOND)
            self._second(self.clock.now())

    def stop(self) -> None:
        self.runs_since = None

    def resume(self) -> None:
        """A new run of the agent, which remembers nothing."""
        self.runs_since = self.clock.now()
        for one in self.cameras.values():
            one.axes, one.next_at = {}, self.clock.now() + SECOND

    def _second(self, now: datetime) -> None:
        if self.runs_since is not None:
            due = {camera: one for camera, one in self.cameras.items() if one.next_at <= now}
            telling = [camera for camera, one in due.items() if one.probe(now)]
            if telling:
                self.tell(telling, now, whole=False)
            if now.second == 0 and now.minute % 10 == 0:
                self.tell([camera for camera, one in self.cameras.items() if one.axes], now, whole=True)
            if now.second % 30 == 0:
                self._say_alive(BOX, str(self.runs_since), now)
        for horn, key in self._horns.items():
            silent = self._silent.get(horn, now + MINUTE) <= now < self._heard_again.get(horn, now + MINUTE)
            if now.second % 30 == 10 and not silent:
                self._say_alive(horn, "horn", now, key)
        if now.second % 5 == 0:
            self.presence.watch()
            self.lookout.look()
            with self.database.write() as connection:
                tell_of_incidents(connection, lambda _, found: {one.id: ("", "") for one in found}, now)

    def _say_alive(self, device: DeviceId, session: str, now: datetime, key: SigningKey | None = None) -> None:
        number = next(self._numbers)
        alive = DeviceState(device=device, session=session, sequence=number, at=now, online=True, clock_proven=True)
        self.say(DeviceChannel.STATE, alive, device, key)

    def tell(self, these: list[CameraId], now: datetime, *, whole: bool) -> None:
        assert self.runs_since is not None
        number = next(self._numbers)
        reports = tuple(self.cameras[camera].report(camera, now) for camera in these)
        said = DeviceHealth(
            id=HealthId(f"h-{number}"),
            device=BOX,
            sequence=number,
            at=now,
            watching_since=self.runs_since,
            whole=whole,
            cameras=reports,
        )
        self.say(DeviceChannel.HEALTH, said)

    def say(
        self, channel: DeviceChannel, message: Message, device: DeviceId = BOX, key: SigningKey | None = None
    ) -> None:
        topic, now = TOPICS.device(device, channel), self.clock.now()
        sealed = (key or self.key).seal(encode(message), topic=topic, issued_at=now, expires_at=now + timedelta(days=1))
        self.intake.keep(Inbound(topic, sealed, False))
        self.intake.process()

    # What became of it.

    def incidents(self, **asked: object) -> list[Incident]:
        with self.database.read() as connection:
            return list(incident_list.asked(connection, IncidentsAsked(**asked)))  # type: ignore[arg-type]

    def spent(self, camera: CameraId) -> dict[Condition, timedelta]:
        """How long it was worth what, as the rows have it; what lasts counts until now."""
        sums: dict[Condition, timedelta] = {}
        with self.database.read() as connection:
            for one in uptime.stretches(connection, self.start, camera):
                length = (one.end or self.clock.now()) - one.start
                sums[one.condition] = sums.get(one.condition, timedelta()) + length
        return sums

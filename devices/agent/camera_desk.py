"""What the device says of its cameras: changes, kept until the controller has them, and a slow heartbeat of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from devices.agent.cameras.port import CameraWatch
from devices.agent.journal import Journal
from devices.agent.offers import Offers
from devices.protocol.codec import encode
from devices.protocol.locks import BoxKey
from devices.protocol.messages import CameraId, CameraReport, CameraToWatch, DeviceConfig, DeviceHealth, HealthId
from devices.protocol.messages.cameras import MOST_REPORTS
from devices.protocol.topics import DeviceId

HEARTBEAT = 600.0
"""Seconds; a device that is to say less often that it is there speaks of its cameras no oftener."""
GATHER = 1.0
"""Seconds for which changes are gathered: behind one switch many cameras fail together."""
MOST_KEPT = 5_000
"""So many changes wait for a controller that is away; then the oldest are forgotten, and counted."""


class CameraDesk:
    """Called by the agent's one thread, what writes inside a transaction of the journal."""

    def __init__(self, device: DeviceId, key: BoxKey, journal: Journal, watch: CameraWatch) -> None:
        self._device = device
        self._key = key
        self._journal = journal
        self._watch = watch
        self.offers = Offers(journal.health(), journal.last_sequence("health"))
        self._since: datetime | None = None
        self._wanted: Sequence[CameraToWatch] = ()
        self._news: dict[CameraId, CameraReport] = {}
        self._gathered_at = -GATHER
        self._said_at: float | None = None
        self._every = HEARTBEAT

    def step(self, config: DeviceConfig | None, now: datetime, elapsed: float) -> None:
        """Has the cameras of `config` watched, and keeps what has changed. None while `now` is not proven."""
        if config is None:
            return
        self._every = max(HEARTBEAT, config.heartbeat)
        if config.cameras is not self._wanted and config.cameras != self._wanted:
            self._since = self._since or now
            self._watch.want(config.cameras, self._key, now)
        self._wanted = config.cameras
        self._news |= {report.camera: report for report in self._watch.changes()}
        if not self._news or elapsed < self._gathered_at + GATHER:
            return
        self._gathered_at, news = elapsed, list(self._news.values())
        self._news.clear()
        for health in self._messages(news, now, whole=False):
            payload = encode(health)
            self._journal.keep_health(health.sequence, health.id, payload)
            self.offers.add(health.sequence, health.id, payload)
        for sequence in self.offers.oldest(beyond=MOST_KEPT):
            self._journal.drop("health", sequence)
            self._journal.refuse("health-forgotten")

    def stored(self, health: Iterable[HealthId]) -> None:
        """The controller keeps these: they are forgotten here, in the caller's transaction."""
        for sequence in self.offers.answered(health):
            self._journal.drop("health", sequence)

    def heartbeat(self, now: datetime, elapsed: float) -> list[bytes]:
        """What to say of all cameras, when it is time for that."""
        due = self._next_heartbeat
        if due is None or elapsed < due:
            return []
        self._said_at = elapsed
        return [encode(health) for health in self._messages(self._watch.everything(), now, whole=True)]

    @property
    def waits(self) -> tuple[float | None, ...]:
        """When something is to be done, by the monotonic clock."""
        return (self.offers.next_offer, self._next_heartbeat, self._gathered_at + GATHER if self._news else None)

    @property
    def _next_heartbeat(self) -> float | None:
        if self._since is None or not self._wanted:
            return None
        return 0.0 if self._said_at is None else self._said_at + self._every

    def close(self) -> None:
        self._watch.close()

    def _messages(self, reports: Sequence[CameraReport], now: datetime, *, whole: bool) -> Iterable[DeviceHealth]:
        for number, begin in enumerate(range(0, len(reports), MOST_REPORTS)):
            sequence = self.offers.last + (0 if whole else 1)
            said = f"{self._device}\n{sequence}\n{now.isoformat()}\n{whole}\n{number}"
            yield DeviceHealth(
                id=HealthId(hashlib.sha256(said.encode()).hexdigest()[:32]),
                device=self._device,
                sequence=sequence,
                at=now,
                watching_since=self._since or now,
                whole=whole,
                heartbeat_every=self._every,
                cameras=tuple(reports[begin : begin + MOST_REPORTS]),
            )

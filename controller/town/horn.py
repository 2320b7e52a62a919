"""One loudspeaker of the town: what outlives its agent, and the agent while it lives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from devices.agent.agent import Agent
from devices.agent.cache import Cache, free_space
from devices.agent.cameras.port import CameraWatch
from devices.agent.fetch import DirectFetch
from devices.agent.journal import Journal
from devices.agent.proven_clock import ProvenClock
from devices.agent.readiness import OwnSounds
from devices.agent.settings import Identity
from devices.clock import HandMovedClock
from devices.link.memory import MemoryBroker
from devices.protocol.topics import DeviceId
from devices.simulator.board import pretend_board
from devices.simulator.clock import BoardClock, Fuse
from devices.simulator.speaker import PretendSpeaker, Stretch
from schedules.plan import OccurrenceId
from schedules.programme import Sha256


class Surroundings(Protocol):
    """What a loudspeaker needs of its town."""

    clock: HandMovedClock
    broker: MemoryBroker
    own_sounds: OwnSounds

    def fetch(self, device: DeviceId, sha256: Sha256) -> bytes | None:
        """What a device gets for a hash; None when there is no way to it."""

    def watch(self, identity: Identity, folder: Path) -> HandMovedWatch | None:
        """Who looks at the cameras of this device; None where nobody does."""


class HandMovedWatch(CameraWatch, Protocol):
    """Looks when it is told to, in the town's time."""

    @property
    def due(self) -> datetime | None:
        """When it wants to look next; None without cameras."""

    def look(self) -> None:
        """Takes all looks that are due."""


class Horn:
    """`folder` is its disk, `software` the version that boots from it.

    Its `fuse` can end the agent at any step; whoever owns the horn then cuts its power.
    """

    def __init__(self, town: Surroundings, identity: Identity, folder: Path) -> None:
        self.identity = identity
        self.folder = folder
        self.fuse = Fuse(town.clock)
        self.board = BoardClock(self.fuse)
        self.disk_is_full = False
        self.software = "town"
        self.lives: list[PretendSpeaker] = []
        self.agent: Agent | None = None
        self.wake_at: datetime | None = None
        self._watch: HandMovedWatch | None = None
        self._town = town

    @property
    def device(self) -> DeviceId:
        return self.identity.device

    @property
    def sounded(self) -> list[Stretch]:
        """Every stretch of sound that ever came out of it, oldest first."""
        return [stretch for speaker in self.lives for stretch in speaker.history]

    def boot(self) -> None:
        """Power comes on: a new agent on what the disk holds."""
        town = self._town
        self._clock = ProvenClock(self.board)
        self.lives.append(PretendSpeaker(self._clock, world=town.clock))
        self._watch = town.watch(self.identity, self.folder / "cameras")
        self.agent = Agent(
            self.identity,
            open_link=partial(town.broker.link, self.device),
            journal=Journal(self.folder / "journal.sqlite", durable=False),
            cache=Cache(self.folder / "audio", reserve=0, free=self._free),
            fetch=DirectFetch(lambda sha256: town.fetch(self.device, sha256)),
            speaker=self.lives[-1],
            own=town.own_sounds,
            clock=self._clock,
            nudge=self.nudge,
            software=self.software,
            cameras=self._watch,
            board=pretend_board(self.device, town.clock),
        )
        self.agent.start()
        self.nudge()

    def cut_power(self) -> None:
        """Everything in memory is lost; the broker notices."""
        self.fuse.blow_after(0)
        self._town.broker.kill(self.device)
        if self.agent is not None:
            self.agent.abandon()
        self.agent = self.wake_at = self._watch = None

    def expects(self, start: datetime) -> Mapping[OccurrenceId, str]:
        """What is asked of its agent at `start`, each with what still hinders it, empty when nothing does."""
        return {} if self.agent is None else self.agent.expects(start)

    @property
    def knows_the_time(self) -> bool:
        return self.agent is not None and self._clock.proven

    def written_receipts(self) -> int:
        """How many receipts its agents have written in all their lives; asked when none is alive."""
        journal = Journal(self.folder / "journal.sqlite", durable=False)
        try:
            return journal.last_sequence()
        finally:
            journal.close()

    def step_clock(self, seconds: float) -> None:
        """Somebody sets the board's clock; the agent notices when it next wakes up."""
        self.board.step(seconds)
        self.nudge()

    def nudge(self) -> None:
        self.wake_at = self._town.clock.now()

    @property
    def due(self) -> datetime | None:
        """When something happens in it next by itself."""
        if self.agent is None:
            return None
        moments = (self.wake_at, self._watch and self._watch.due)
        return min((one for one in moments if one), default=None)

    def wake_if_due(self) -> bool:
        if self._watch and self._watch.due and self._watch.due <= self._town.clock.now():
            self._watch.look()
            self.nudge()
        if self.agent is None or self.wake_at is None or self.wake_at > self._town.clock.now():
            return False
        self.wake_at = None
        wanted = self.agent.wake()
        if self.agent.wants_restart:
            self.agent.close()
            self.boot()
        elif wanted is not None:
            moment = self._town.clock.now() + (wanted - self._clock.now())
            self.wake_at = moment if self.wake_at is None else min(self.wake_at, moment)
        return True

    def _free(self, folder: Path) -> int:
        return 0 if self.disk_is_full else free_space(folder)

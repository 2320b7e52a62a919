"""The agent: one actor. Messages come in from any thread and are only kept; everything else happens in `wake`.

Whoever owns the agent (the runner's thread, or the town) calls `wake` when it asked to be woken and whenever it nudges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from zlib import crc32

from devices.agent.board import BoardReading
from devices.agent.cache import Cache
from devices.agent.camera_desk import CameraDesk
from devices.agent.cameras.port import CameraWatch, NobodyWatches
from devices.agent.fetch import Downloads, Fetch
from devices.agent.heartbeat import DEFAULT_EVERY, Condition, not_ready
from devices.agent.intake import Intake
from devices.agent.journal import Journal
from devices.agent.orderbook import OrderBook
from devices.agent.outbox import Ending, Outbox
from devices.agent.planbook import PlanBook
from devices.agent.player import Player
from devices.agent.proven_clock import ProvenClock
from devices.agent.readiness import OwnSounds, Readiness
from devices.agent.reports import Reports
from devices.agent.settings import Identity
from devices.agent.speaker import Speaker
from devices.agent.timekeeper import Timekeeper
from devices.agent.timetable import CLOCK_UNPROVEN, Timetable
from devices.link.port import Inbound, OpenLink
from devices.protocol.locks import BoxKey
from devices.protocol.topics import AreaChannel, Topics
from schedules.occurrence import OccurrenceId
from schedules.programme import AreaId

HUSH = 1.0
"""Seconds: so long after an urgent order nothing is reported, and up to as long again, so that not all report at once.
Who has to sound or to fall silent now does not compete with reports for the line, nor with those of others."""
ROUNDS = 20
"""So often one `wake` goes round while new things keep arriving; then it asks to be woken again at once."""


@dataclass(frozen=True, slots=True)
class AgentEvent:
    """Something that whoever runs the agent may want to show.

    `connected`; `ready` with how many are `ready` of how many `planned`; `started` with the `occurrence`, at the
    moment of its first sample; `ended` with the `occurrence`, its `outcome` and `reason`.
    """

    kind: str
    at: datetime
    told: Mapping[str, str | int] = field(default_factory=dict)


class Agent:
    """All of `journal`, `fetch`, `speaker` and `cameras` belong to the agent from now on: it closes them."""

    def __init__(
        self,
        identity: Identity,
        *,
        open_link: OpenLink,
        journal: Journal,
        cache: Cache,
        fetch: Fetch,
        speaker: Speaker,
        own: OwnSounds,
        clock: ProvenClock,
        nudge: Callable[[], None] = lambda: None,
        tell: Callable[[AgentEvent], None] = lambda event: None,
        software: str = "",
        cameras: CameraWatch | None = None,
        board: Callable[[], BoardReading] = BoardReading,
    ) -> None:
        self.identity = identity
        self._clock = clock
        self._nudge = nudge
        self._tell = tell
        self._journal = journal
        self._fetch = fetch
        self._speaker = speaker
        self._topics = Topics(identity.site)
        self._plans = PlanBook(identity.device, journal)
        self._orders = OrderBook(journal)
        self._timetable = Timetable(self._plans, self._orders, journal, clock.now())
        self._time = Timekeeper(clock, journal, self._timetable)
        self._outbox = Outbox(identity.device, journal)
        self._cameras = CameraDesk(identity.device, BoxKey(identity.key), journal, cameras or NobodyWatches())
        self._intake = Intake(
            identity, journal, self._plans, self._orders, self._timetable, self._outbox, self._cameras, self._time
        )
        self._downloads = Downloads(cache, fetch, nudge)
        self._readiness = Readiness(self._plans, self._orders, self._timetable, cache, self._downloads, own, speaker)
        self._player = Player(
            journal, self._plans, self._orders, self._timetable, self._readiness, speaker, self._finish
        )
        self._reports = Reports(identity, journal, self._outbox, self._time, software, board)
        self._condition = Condition()
        self._hush = HUSH * (1.0 + crc32(identity.device.encode()) / 2**32)
        self._hushed_until = 0.0
        self._listening: set[AreaId] = set()
        self._arrived = True
        self._held_back = False
        self._reconnected = False
        self.link = open_link(deliver=self.receive, on_connected=self._on_connected, will=self._reports.will)

    def start(self) -> None:
        """Settle what the last power cut left open, and connect. Called once, before the first `wake`."""
        self._speaker.on_change(self._nudge)
        with self._journal.together():
            self._player.recover()
        self._readiness.want(self._nudge)
        self.link.subscribe(*self._own_topics())
        self._subscribe()
        self.link.start()

    def receive(self, inbound: Inbound) -> None:
        """Keeps a message; it is on the disk when this returns. For the link's thread."""
        self._journal.keep(inbound)
        self._arrived = True
        self._nudge()

    def sound_alarm(self, name: str) -> None:
        """Somebody at the device sets off the alarm of this name; it is on the disk when this returns. For any thread.

        A name that the configuration does not know is counted as refused.
        """
        self._journal.keep_alarm(name)
        self._arrived = True
        self._nudge()

    def wake(self) -> datetime | None:
        """Do all that is due now. Returns when to wake next, at the latest; None means when nudged.

        Waking too often, too early or too late changes nothing but lateness.
        """
        for _ in range(ROUNDS):
            self._once()
            if not (self._arrived or self._reconnected):
                return self._next_wake()
        return self._clock.now()

    def expects(self, start: datetime) -> dict[OccurrenceId, str]:
        """What is asked for at `start` and still to come, each with the reason why it could not begin; empty when it
        could.
        """
        asked = (one for one in self._timetable.open if self._timetable.wish(one.id).start == start)
        return {one.id: self._readiness.problem(one) for one in asked}

    @property
    def wants_restart(self) -> bool:
        """It was ordered and costs no sound: whoever owns the agent closes it now, and makes another."""
        return self._intake.restart_asked and self._player.is_idle(self._clock.now())

    def close(self, reason: str = "agent-stopped") -> None:
        """Silence, farewell, and everything given back. What was sounding is interrupted for `reason`."""
        now = self._clock.now()
        with self._journal.together():
            self._player.close(now, reason)
        self._reports.send_receipts(self.link, now)
        self._condition = self._present_condition()
        self._reports.send_state(self.link, self._condition, now, online=False)
        self.link.stop()
        self._give_back()

    def abandon(self) -> None:
        """Give everything back without a word to anyone, as if the power had failed at this moment."""
        self.link.abandon()
        self._give_back()

    def _give_back(self) -> None:
        self._cameras.close()
        self._speaker.close()
        self._fetch.close()
        self._journal.close()

    def _once(self) -> None:
        changed = self._reconnected
        if self._time.watch():
            # What arrived before the time was known can be read now.
            self._arrived = changed = True
        now, elapsed = self._clock.now(), self._clock.monotonic()
        if self._reconnected:
            self._reconnected = False
            self._time.hurry()
            self._intake.connected()
            self._outbox.offers.offer_all_again()
            self._cameras.offers.offer_all_again()
            self._downloads.hurry()
            self._reports.heartbeat.repeat()
            self._tell(AgentEvent("connected", now))
        with self._journal.together():
            if self._arrived or self._held_back:
                self._arrived = False
                news = self._intake.read()
                self._held_back = self._intake.waits_until() is not None
                if news:
                    self._timetable.renew(self._clock.now())
                    self._readiness.want(self._nudge)
                    changed = True
                changed |= self._time.watch()
                now = self._clock.now()
            if self._clock.proven:
                self._readiness.inspect(now)
            changed |= self._downloads.step(elapsed)
            if self._clock.proven or self._time.will_do_for_emergencies:
                changed |= self._player.decide(now, emergencies_only=not self._clock.proven)
            self._cameras.step(self._plans.config if self._clock.proven else None, now, elapsed)
        self._player.act(self._clock.now())
        if changed:
            self._subscribe(anew=self._intake.take_renewed())
            self._notice_changes(now)
        if self.link.connected and elapsed >= self._hushed_until:
            self._reports.send_receipts(self.link, now)
            self._reports.send_health(self.link, self._cameras, now)
            due_at = self._reports.state_due_at(self._condition, self._every)
            if due_at is None or due_at <= elapsed:
                with self._journal.together():
                    self._player.mark()
                    self._time.note()
                self._reports.send_state(self.link, self._condition, now)

    def _next_wake(self) -> datetime | None:
        now, elapsed = self._clock.now(), self._clock.monotonic()
        waits = [self._downloads.next_try, self._intake.waits_until()]
        if self.link.connected:
            words = [self._reports.state_due_at(self._condition, self._every) or 0.0]
            if self._clock.proven:
                words += [one for one in (self._outbox.offers.next_offer, *self._cameras.waits) if one is not None]
            waits += [max(one, self._hushed_until) for one in words]
        soonest = min((wait for wait in waits if wait is not None), default=None)
        # Rounded up: a wake that comes a fraction of a microsecond too early would find nothing due, for ever.
        others = None if soonest is None else now + timedelta(microseconds=max(ceil((soonest - elapsed) * 1e6), 1))
        if self._clock.proven and (inspection := self._readiness.next_inspection(now)) is not None:
            others = inspection if others is None else min(others, inspection)
        may_sound = self._clock.proven or self._time.will_do_for_emergencies
        return self._player.next_wake(now, others) if may_sound else others

    @property
    def _every(self) -> float:
        return DEFAULT_EVERY if self._plans.config is None else self._plans.config.heartbeat

    def _finish(self, ending: Ending) -> None:
        now = self._clock.now()
        self._outbox.add(ending, now)
        self._readiness.want(self._nudge)
        told = {"occurrence": ending.occurrence.id, "outcome": ending.outcome.value, "reason": ending.reason}
        self._tell(AgentEvent("ended", now, told))

    def _present_condition(self) -> Condition:
        proven = self._clock.proven
        unproven = "" if proven else CLOCK_UNPROVEN
        problems = ((one.id, unproven or self._readiness.problem(one)) for one in self._timetable.open)
        return Condition(
            plans=dict(self._plans.digests),
            not_ready=not_ready(problems),
            playing=self._player.playing,
            volume=self._player.volume,
            clock_proven=proven,
            urgent=self._orders.serials(AreaChannel.URGENT, self._plans.areas),
            exercises=self._orders.serials(AreaChannel.EXERCISE, self._plans.areas),
        )

    def _notice_changes(self, now: datetime) -> None:
        before, self._condition = self._condition, self._present_condition()
        if self._condition.urgent != before.urgent:
            self._hushed_until = self._clock.monotonic() + self._hush
        if self._condition.playing not in (None, before.playing):
            began_at = self._player.began_at or now
            self._tell(AgentEvent("started", began_at, {"occurrence": str(self._condition.playing)}))
        if (before.plans, before.not_ready) != (self._condition.plans, self._condition.not_ready):
            planned = len(self._timetable.open)
            ready = planned - len(self._condition.not_ready)
            self._tell(AgentEvent("ready", now, {"ready": ready, "planned": planned}))

    def _own_topics(self) -> tuple[str, ...]:
        return (self._topics.keys(), *self._topics.to_device(self.identity.device))

    def _subscribe(self, *, anew: bool = False) -> None:
        """Asked `anew`, the broker says again what it keeps."""
        wanted = set(self._plans.areas)
        if anew:
            self._listening = set()
            self.link.subscribe(*self._own_topics())
        if wanted == self._listening:
            return
        gone, new = self._listening - wanted, wanted - self._listening
        self._listening = wanted
        if gone:
            self.link.unsubscribe(*self._topics.to_areas(tuple(sorted(gone))))
        if new:
            self.link.subscribe(*self._topics.to_areas(tuple(sorted(new))))

    def _on_connected(self) -> None:
        self._reconnected = True
        self._nudge()

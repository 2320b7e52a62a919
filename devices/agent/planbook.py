"""The plans and the configuration that this device holds: the newest of each, and what of it is still to come."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from devices.agent.journal import Journal, KeptPlan
from devices.agent.limits import Limits
from devices.protocol.codec import decode, encode
from devices.protocol.errors import Malformed, Superseded, WrongTopic
from devices.protocol.messages import AreaPlan, DeviceConfig, PlanDigest
from devices.protocol.topics import DeviceId
from schedules.due import latest_start
from schedules.plan import Occurrence, OccurrenceId, air_order
from schedules.programme import AreaId

REMEMBERED = timedelta(days=40)
"""So long it is known what has sounded."""
CLOCK_UNPROVEN = "clock-unproven"
CLOCK_CORRECTED = "clock-corrected"
LONGEST = timedelta(hours=6)
"""What began longer ago than this is certainly no longer sounding."""


class PlanBook:
    """Changes are written through `journal`, in the caller's transaction, and survive a restart."""

    def __init__(self, device: DeviceId, journal: Journal, now: datetime) -> None:
        self._device = device
        self._journal = journal
        self._plans: dict[AreaId, AreaPlan] = {}
        self._sealed: dict[AreaId, bytes] = {}
        self._read_at: dict[OccurrenceId, datetime] = {}
        self.digests: dict[AreaId, PlanDigest] = {}
        self.config: DeviceConfig | None = None
        self._config_sealed = b""
        self._over = journal.begun_or_ended()
        self.awake_since = now
        self._timeless = (now, CLOCK_UNPROVEN)
        self.open: list[Occurrence] = []
        self._withdrawn: list[Occurrence] = []
        self._load()

    def _load(self) -> None:
        kept = self._journal.config()
        if kept is not None:
            self._config_sealed, payload = kept
            self.config = decode(payload, DeviceConfig)
        self.limits = Limits(self.config)
        for one in self._journal.plans():
            self._plans[one.area] = decode(one.payload, AreaPlan)
            self._sealed[one.area] = one.sealed
            self.digests[one.area] = one.digest
        self._merge()

    @property
    def areas(self) -> tuple[AreaId, ...]:
        return () if self.config is None else self.config.areas

    def holds(self, area: AreaId, sealed: bytes) -> bool:
        """True when these very bytes are the plan that is held."""
        return self._sealed.get(area) == _digest(sealed)

    def holds_config(self, sealed: bytes) -> bool:
        return self._config_sealed == _digest(sealed)

    def take_config(self, sealed: bytes, payload: bytes) -> bool:
        """Replace the configuration. False when it says nothing new; WrongTopic, Superseded or Malformed otherwise."""
        new = decode(payload, DeviceConfig)
        if new.device != self._device:
            raise WrongTopic(f"a configuration for {new.device!r}")
        if self.config is not None and new.serial <= self.config.serial:
            if new == self.config:
                return False
            raise Superseded(f"configuration {new.serial}; held: {self.config.serial}")
        self.config, self._config_sealed = new, _digest(sealed)
        self.limits = Limits(new)
        self._journal.keep_config(self._config_sealed, payload)
        for area in [area for area in self._plans if area not in new.areas]:
            del self._plans[area], self._sealed[area], self.digests[area]
            self._journal.drop_plan(area)
        self._merge()
        return True

    def take_plan(self, area: AreaId, sealed: bytes, payload: bytes, now: datetime) -> bool:
        """Replace an area's plan. False when it says nothing new; WrongTopic, Superseded or Malformed otherwise."""
        new = _checked(decode(payload, AreaPlan))
        if new.area != area or area not in self.areas:
            raise WrongTopic(f"a plan for {new.area!r} on the topic of {area!r}; this device stands in {self.areas!r}")
        held = self._plans.get(area)
        if held is not None and new.serial <= held.serial:
            if new.serial == held.serial and new.digest == self.digests[area]:
                return False
            raise Superseded(f"plan {new.serial} for {area}; held: {held.serial}")
        digest = new.digest
        self._plans[area] = merged = self._with_what_began(new, held)
        self._sealed[area], self.digests[area] = _digest(sealed), digest
        self._journal.keep_plan(KeptPlan(area, self._sealed[area], digest, encode(merged)))
        self._journal.forget_turns_before(now - REMEMBERED)
        for one in new.occurrences:
            if one.id not in self.wanted:
                self._read_at.setdefault(one.id, now)
        self._merge()
        return True

    def _with_what_began(self, new: AreaPlan, held: AreaPlan | None) -> AreaPlan:
        """What was to begin before the time that `new` speaks for: a device that was away owes a receipt for it."""
        if held is None:
            return new
        named = {one.id for one in new.occurrences}
        speaks_from = new.since or new.issued_at
        began = (one for one in held.occurrences if one.start < speaks_from and one.id not in named)
        owed = [one for one in began if one.id not in self._over or one.start > new.issued_at - LONGEST]
        return msgspec.structs.replace(new, occurrences=(*owed, *new.occurrences)) if owed else new

    def _merge(self) -> None:
        wanted: dict[OccurrenceId, Occurrence] = {}
        for plan in sorted(self._plans.values(), key=lambda plan: plan.issued_at):
            wanted.update({one.id: one for one in plan.occurrences})
        self.wanted: Collection[OccurrenceId] = wanted.keys()
        self._withdrawn += (one for one in self.open if one.id not in wanted)
        self.open = sorted((one for one in wanted.values() if one.id not in self._over), key=air_order)

    def withdrawn(self, now: datetime) -> list[Occurrence]:
        """What was taken back after its moment had come, without having begun; each is told once and is over."""
        gone, self._withdrawn = self._withdrawn, []
        reached = [one for one in gone if one.start <= now and one.id not in self.wanted and one.id not in self._over]
        self._over.update(one.id for one in reached)
        return reached

    def is_over(self, occurrence: Occurrence) -> None:
        """It has begun or can no longer begin: it is never open again."""
        self._over.add(occurrence.id)
        self.open = [one for one in self.open if one.id != occurrence.id]

    def know_the_time(self, now: datetime, *, awake_since: datetime, corrected: bool) -> None:
        """The time was proven at this moment, or proven to be another than we thought."""
        self.awake_since = awake_since
        self._timeless = (now, CLOCK_CORRECTED if corrected else CLOCK_UNPROVEN)

    def why_too_late(self, occurrence: Occurrence) -> str:
        """Why it could not begin in time, when there was never a moment at which we could have begun it; else empty."""
        deadline = latest_start(occurrence)
        if self._read_at.get(occurrence.id, self.awake_since) > deadline:
            return "plan-late" if occurrence.id in self._read_at else "was-off"
        timeless_until, why = self._timeless
        return why if timeless_until > deadline else ""


def _checked(plan: AreaPlan) -> AreaPlan:
    """A plan whose numbers and times this agent can follow; Malformed otherwise."""
    for one in plan.occurrences:
        usable = (
            one.start.tzinfo is not None
            and one.requested_at.tzinfo is not None
            and abs(one.start - plan.issued_at) < REMEMBERED
            and one.sounds
            and 0 <= one.volume <= 100
            and 0 < one.seconds <= LONGEST.total_seconds()
            and 0 <= one.grace <= timedelta(days=1).total_seconds()
        )
        if not usable:
            raise Malformed(f"occurrence {one.id[:80]!r} cannot be played as it is written")
    return plan


def _digest(sealed: bytes) -> bytes:
    return hashlib.sha256(sealed).digest()

"""The plans and the configuration that this device holds: the newest of each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import msgspec

from devices.agent.journal import Journal, KeptPlan
from devices.agent.limits import Limits
from devices.protocol.codec import decode, encode
from devices.protocol.errors import Malformed, Superseded, WrongTopic
from devices.protocol.messages import AreaPlan, DeviceConfig, PlanDigest
from devices.protocol.topics import DeviceId
from schedules.occurrence import Occurrence, OccurrenceId
from schedules.programme import AreaId

REMEMBERED = timedelta(days=40)
"""So long it is known what has sounded."""
LONGEST = timedelta(hours=6)
"""What began longer ago than this is certainly no longer sounding."""


class PlanBook:
    """Changes are written through `journal`, in the caller's transaction, and survive a restart."""

    def __init__(self, device: DeviceId, journal: Journal) -> None:
        self._device = device
        self._journal = journal
        self._plans: dict[AreaId, AreaPlan] = {}
        self._sealed: dict[AreaId, bytes] = {}
        self.digests: dict[AreaId, PlanDigest] = {}
        self.config: DeviceConfig | None = None
        self._config_sealed = b""
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

    @property
    def areas(self) -> tuple[AreaId, ...]:
        return () if self.config is None else self.config.areas

    def occurrences(self) -> Iterator[Occurrence]:
        """What is planned, of all areas; of two versions of one occurrence the newer comes later."""
        for plan in sorted(self._plans.values(), key=lambda plan: plan.issued_at):
            yield from plan.occurrences

    def holds(self, area: AreaId, sealed: bytes) -> bool:
        """True when these very bytes are the plan that is held."""
        return self._sealed.get(area) == digest(sealed)

    def holds_config(self, sealed: bytes) -> bool:
        return self._config_sealed == digest(sealed)

    def take_config(self, sealed: bytes, payload: bytes) -> bool:
        """Replace the configuration. False when it says nothing new; WrongTopic, Superseded or Malformed otherwise."""
        new = decode(payload, DeviceConfig)
        if new.device != self._device:
            raise WrongTopic(f"a configuration for {new.device!r}")
        if self.config is not None and new.serial <= self.config.serial:
            if new == self.config:
                return False
            raise Superseded(f"configuration {new.serial}; held: {self.config.serial}")
        self.config, self._config_sealed = new, digest(sealed)
        self.limits = Limits(new)
        self._journal.keep_config(self._config_sealed, payload)
        for area in [area for area in self._plans if area not in new.areas]:
            self.drop_plan(area)
        return True

    def distrust_config(self) -> None:
        """It was a thief's, perhaps: the next one replaces it, whatever its serial."""
        if self.config is not None:
            self.config, self._config_sealed = msgspec.structs.replace(self.config, serial=0), b""
            self._journal.keep_config(self._config_sealed, encode(self.config))

    def drop_plan(self, area: AreaId) -> None:
        if area in self._plans:
            del self._plans[area], self._sealed[area], self.digests[area]
            self._journal.drop_plan(area)

    def take_plan(
        self, area: AreaId, sealed: bytes, payload: bytes, now: datetime, over: Collection[OccurrenceId]
    ) -> bool:
        """Replace an area's plan. False when it says nothing new; WrongTopic, Superseded or Malformed otherwise."""
        new = _checked(decode(payload, AreaPlan))
        if new.area != area or area not in self.areas:
            raise WrongTopic(f"a plan for {new.area!r} on the topic of {area!r}; this device stands in {self.areas!r}")
        held = self._plans.get(area)
        if held is not None and new.serial <= held.serial:
            if new.serial == held.serial and new.digest == self.digests[area]:
                return False
            raise Superseded(f"plan {new.serial} for {area}; held: {held.serial}")
        self._plans[area] = merged = _with_what_began(new, held, over)
        self._sealed[area], self.digests[area] = digest(sealed), new.digest
        self._journal.keep_plan(KeptPlan(area, self._sealed[area], new.digest, encode(merged)))
        self._journal.forget_turns_before(now - REMEMBERED)
        return True


def digest(sealed: bytes) -> bytes:
    return hashlib.sha256(sealed).digest()


def is_usable(one: Occurrence, issued_at: datetime) -> bool:
    """Whether its numbers and times are such as an agent can follow."""
    return (
        abs(one.start - issued_at) < REMEMBERED
        and 0 < one.seconds <= LONGEST.total_seconds()
        and 0 <= one.grace <= timedelta(days=1).total_seconds()
    )


def _checked(plan: AreaPlan) -> AreaPlan:
    for one in plan.occurrences:
        if not one.sounds or not is_usable(one, plan.issued_at):
            raise Malformed(f"occurrence {one.id[:80]!r} cannot be played as it is written")
    return plan


def _with_what_began(new: AreaPlan, held: AreaPlan | None, over: Collection[OccurrenceId]) -> AreaPlan:
    """What was to begin before the time that `new` speaks for: a device that was away owes a receipt for it."""
    if held is None:
        return new
    named = {one.id for one in new.occurrences}
    speaks_from = new.since or new.issued_at
    began = (one for one in held.occurrences if one.start < speaks_from and one.id not in named)
    owed = [one for one in began if one.id not in over or one.start > new.issued_at - LONGEST]
    return msgspec.structs.replace(new, occurrences=(*owed, *new.occurrences)) if owed else new

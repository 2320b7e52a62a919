"""The ledger of promises: what devices say and the controller keeps, against what was heard and what befell. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import Enum

from controller.store.reckoning import Reckoned
from controller.town.records import Life, Records, Standing
from devices.protocol.topics import DeviceId
from devices.simulator.speaker import Stretch
from schedules.occurrence import Why
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId
from schedules.priority import BulletinClass
from schedules.programme import DEFAULT_WAIT
from schedules.timespan import COMMUNE_ZONE

EXACT = 0.3
"""Seconds of sound that are lost or doubled by rounding."""
CLOCK_ERROR = timedelta(seconds=8)
"""By so much a proven clock may be wrong when questions and answers were slow."""
TIME_ENOUGH = timedelta(hours=1)
"""Whoever had power, line, room and time for so long before the start must be ready."""
NOT_SEEN = timedelta(minutes=45)
"""What happens to a recording after its device has looked through it is found at the last moment only."""
NIGHT = (time(22), time(5))


class Promise(Enum):
    EXPLAINED = "unexplained"
    """Every planned broadcast ends as played, or with a reason that what befell bears out."""
    ONCE = "duplicates"
    QUIET_HOURS = "quiet_hours_broken"
    SIGNED = "unsigned_played"
    RECEIPTS = "receipts_lost"
    TRUE = "untrue_receipts"
    """A receipt says what was heard, and when."""
    READY_PLAYS = "silent_without_cause"
    """Who had power, a proven clock, the plan and the sound, and was free to sound it, has sounded it."""
    READY_IN_TIME = "unready_without_cause"


@dataclass(frozen=True, slots=True)
class Broken:
    promise: Promise
    device: DeviceId
    occurrence: OccurrenceId
    at: datetime
    words: str


@dataclass(slots=True)
class Ledger:
    planned: int = 0
    outcomes: Counter[Outcome | None] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    broken: list[Broken] = field(default_factory=list)

    def count(self, promise: Promise) -> int:
        return sum(one.promise is promise for one in self.broken)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`heard` is every stretch of every loudspeaker, `approved` all that people ever approved.

    `receipts` says of each device how many the controller keeps, for how many occurrences, and how many it wrote.
    """

    rows: Sequence[Reckoned]
    heard: Mapping[DeviceId, Sequence[Stretch]]
    approved: Collection[OccurrenceId]
    receipts: Mapping[DeviceId, tuple[int, int, int]]
    records: Records
    ends: datetime


def judge(evidence: Evidence) -> Ledger:
    ledger = Ledger()
    heard = {device: _by_occurrence(stretches) for device, stretches in evidence.heard.items()}
    watched = {occurrence for life in evidence.records.lives.values() for occurrence in life.standings}
    for row in evidence.rows:
        case = _Case(row, heard[row.device], evidence.records, row.occurrence in watched)
        ledger.planned += 1
        ledger.outcomes[row.outcome] += 1
        if case.never_reached or row.outcome is Outcome.MISSED:
            ledger.missed["never-reached" if case.never_reached else row.reason] += 1
        ledger.broken += case.broken()
    emergencies = {row.occurrence for row in evidence.rows if row.bulletin_class is BulletinClass.EMERGENCY}
    for device, found in heard.items():
        for occurrence, stretches in found.items():
            ledger.broken += _misdeeds(device, stretches, occurrence in evidence.approved, occurrence in emergencies)
    for device, receipts in evidence.receipts.items():
        ledger.broken += _lost(device, *receipts, evidence.ends)
    ledger.broken.sort(key=lambda one: one.at)
    return ledger


def _misdeeds(
    device: DeviceId, stretches: Sequence[Stretch], was_approved: bool, is_emergency: bool
) -> Iterator[Broken]:
    """What a loudspeaker may never do with one occurrence, whatever anybody says."""
    if not was_approved:
        yield _broken(Promise.SIGNED, device, stretches[0], "nobody approved it")
    if _repeated(stretches):
        yield _broken(Promise.ONCE, device, stretches[-1], "sounded again")
    if not is_emergency:
        yield from (
            _broken(Promise.QUIET_HOURS, device, one, "sounded at night") for one in stretches if _at_night(one)
        )


def _lost(device: DeviceId, kept: int, occurrences: int, written: int, ends: datetime) -> Iterator[Broken]:
    nothing = OccurrenceId("")
    if written != kept:
        yield Broken(Promise.RECEIPTS, device, nothing, ends, f"wrote {written} receipts; {kept} are kept")
    if kept != occurrences:
        yield Broken(Promise.ONCE, device, nothing, ends, f"{kept} receipts for {occurrences} broadcasts")


@dataclass(frozen=True, slots=True)
class _Case:
    """One broadcast at one loudspeaker. It was `watched` when the bystander looked before its start."""

    row: Reckoned
    all_heard: Mapping[OccurrenceId, Sequence[Stretch]]
    records: Records
    watched: bool

    @property
    def heard(self) -> Sequence[Stretch]:
        return self.all_heard.get(self.row.occurrence, ())

    @property
    def life(self) -> Life:
        return self.records.lives[self.row.device]

    @property
    def standing(self) -> Standing | None:
        return self.life.standings.get(self.row.occurrence)

    @property
    def last_end(self) -> datetime:
        return self.row.start + timedelta(seconds=self.row.length + DEFAULT_WAIT)

    @property
    def never_reached(self) -> bool:
        """No receipt will ever come: it was out of reach until there was nothing left to sound."""
        return (
            self.row.outcome is None
            and self.standing is None
            and not self.heard
            and self._troubled(self.row.planned_at, self.row.start)
        )

    def broken(self) -> Iterator[Broken]:
        row = self.row
        if row.outcome is None:
            if not self.never_reached:
                yield self._broken(Promise.EXPLAINED, "there is no receipt")
        elif row.outcome is not Outcome.PLAYED and not row.reason:
            yield self._broken(Promise.EXPLAINED, f"{row.outcome.value} without a reason")
        else:
            yield from self._untrue()
        if self.standing is not None and self._was_ready and row.outcome is not Outcome.PLAYED and not self._excused():
            yield self._broken(Promise.READY_PLAYS, f"{row.outcome and row.outcome.value} {row.reason}")
        if self.watched and not self._was_ready and self._had_time():
            hindered = "not expected" if self.standing is None else self.standing.hindered or "clock unproven"
            yield self._broken(Promise.READY_IN_TIME, hindered)

    @property
    def _was_ready(self) -> bool:
        return self.standing is not None and self.standing.knows_the_time and not self.standing.hindered

    def _had_time(self) -> bool:
        row, standing = self.row, self.standing
        since = row.start - TIME_ENOUGH
        silent = standing is not None and standing.hindered in {why.value for why in Why}
        return not silent and row.planned_at <= since and not self._troubled(since, row.start)

    def _troubled(self, since: datetime, until: datetime) -> bool:
        life = self.life
        troubles = (life.power, life.line, life.disk, self.records.controller, self.records.broker)
        return any(trouble.touch(since, until) for trouble in troubles)

    def _excused(self) -> bool:
        row = self.row
        if self.life.power.touch(row.start - CLOCK_ERROR * 2, self.last_end):
            return True
        if self.life.disk.touch(row.start - NOT_SEEN, row.start):
            return True
        match row.reason:
            case "busy" | "stronger-sound":
                return any(
                    _overlap(one, row.start - CLOCK_ERROR, self.last_end)
                    for occurrence, stretches in self.all_heard.items()
                    for one in stretches
                    if occurrence != row.occurrence
                )
            case Why.QUIET_HOURS.value:
                return _is_night(row.start) or _is_night(self.last_end)
            case "withdrawn":
                return row.withdrawn
        return False

    def _untrue(self) -> Iterator[Broken]:
        row = self.row
        heard = sum(one.seconds for one in self.heard)
        if abs(heard - row.seconds) > EXACT and not (row.reason == "power" and heard >= row.seconds - EXACT):
            yield self._broken(Promise.TRUE, f"says {row.seconds:.1f} s; {heard:.1f} s were heard")
        if row.outcome is Outcome.PLAYED and not row.reason and heard < row.length - EXACT:
            yield self._broken(Promise.TRUE, f"says played; {heard:.1f} of {row.length:.1f} s were heard")
        first = min((one.heard_at for one in self.heard if one.heard_at), default=None)
        if first is not None and row.started_at is not None and abs(first - row.started_at) > CLOCK_ERROR:
            yield self._broken(Promise.TRUE, f"says that it began at {row.started_at}; it was heard at {first}")
        if first is not None and not row.start - CLOCK_ERROR <= first <= self.last_end:
            yield self._broken(Promise.TRUE, f"was heard at {first}, far from its time")

    def _broken(self, promise: Promise, words: str) -> Broken:
        return Broken(promise, self.row.device, self.row.occurrence, self.row.start, words)


def _broken(promise: Promise, device: DeviceId, stretch: Stretch, words: str) -> Broken:
    return Broken(promise, device, stretch.track.occurrence, stretch.heard_at or stretch.at, words)


def _by_occurrence(stretches: Sequence[Stretch]) -> dict[OccurrenceId, list[Stretch]]:
    found: dict[OccurrenceId, list[Stretch]] = defaultdict(list)
    for one in stretches:
        if one.seconds > 0:
            found[one.track.occurrence].append(one)
    return dict(found)


def _repeated(stretches: Sequence[Stretch]) -> bool:
    """Whether any part of the sound was heard twice."""
    reached = 0.0
    for one in sorted(stretches, key=lambda one: one.position):
        if one.position < reached - EXACT:
            return True
        reached = max(reached, one.position + one.seconds)
    return False


def _overlap(one: Stretch, start: datetime, end: datetime) -> bool:
    begins = one.heard_at or one.at
    return begins < end and start < begins + timedelta(seconds=one.seconds)


def _at_night(one: Stretch) -> bool:
    """By more than clocks may be wrong."""
    begins = (one.heard_at or one.at) + CLOCK_ERROR
    ends = begins + timedelta(seconds=one.seconds) - 2 * CLOCK_ERROR
    return ends > begins and (_is_night(begins) or _is_night(ends))


def _is_night(moment: datetime) -> bool:
    clock = moment.astimezone(COMMUNE_ZONE).time()
    return clock >= NIGHT[0] or clock < NIGHT[1]

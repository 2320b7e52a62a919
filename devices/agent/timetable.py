"""What this loudspeaker is still to sound, each at its moment on the line of sound of its place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from devices.agent.journal import Journal
from devices.agent.orderbook import OrderBook
from devices.agent.planbook import PlanBook
from schedules.conflicts import line_of_sound
from schedules.due import latest_start
from schedules.occurrence import Occurrence, OccurrenceId, air_order, shifted
from schedules.verdicts import Verdict

CLOCK_UNPROVEN = "clock-unproven"
CLOCK_CORRECTED = "clock-corrected"
BUSY = "busy"


class Timetable:
    """`open` is in order of time: every occurrence that has neither begun nor been lost, where the line has it.

    The line is the one that the operator was shown: all devices of a place draw the same from the same plans, so what
    waits for another begins at the same moment everywhere, also where that other cannot be heard.
    """

    def __init__(self, plans: PlanBook, orders: OrderBook, journal: Journal, now: datetime) -> None:
        self._plans = plans
        self._orders = orders
        self._over = journal.begun_or_ended()
        self._wishes: dict[OccurrenceId, Occurrence] = {}
        self._lost: dict[OccurrenceId, str] = {}
        self._read_at: dict[OccurrenceId, datetime] = {}
        self._withdrawn: list[Occurrence] = []
        self.open: list[Occurrence] = []
        self.awake_since = now
        self._timeless = (now, CLOCK_UNPROVEN)
        self._draw()

    @property
    def wanted(self) -> Collection[OccurrenceId]:
        """Everything that is still asked for, whether it is over or not."""
        return self._wishes.keys()

    @property
    def over(self) -> Collection[OccurrenceId]:
        return self._over

    def wish(self, occurrence: OccurrenceId) -> Occurrence:
        """As it was asked for, at its own start."""
        return self._wishes[occurrence]

    def renew(self, now: datetime) -> None:
        """A plan, an order or the configuration has changed."""
        before = set(self._wishes)
        self._draw()
        for occurrence in self._wishes.keys() - before:
            self._read_at.setdefault(occurrence, now)

    def _draw(self) -> None:
        before = self._wishes
        planned = (*self._plans.occurrences(), *self._orders.occurrences(self._plans.areas))
        self._wishes = {one.id: one for one in planned}
        self._withdrawn += (before[one.id] for one in self.open if one.id not in self._wishes)
        verdicts = line_of_sound(self._wishes.values(), self._plans.areas).verdicts
        self._lost = {verdict.occurrence.id: _why(verdict) for verdict in verdicts if verdict.begins is None}
        moments = (shifted(one.occurrence, one.begins) if one.begins else one.occurrence for one in verdicts)
        self.open = sorted((one for one in moments if one.id not in self._over), key=air_order)

    def withdrawn(self, now: datetime) -> list[Occurrence]:
        """What was taken back after its moment had come, without having begun; each is told once and is over."""
        gone, self._withdrawn = self._withdrawn, []
        reached = [one for one in gone if one.start <= now and one.id not in self._wishes and one.id not in self._over]
        self._over.update(one.id for one in reached)
        return reached

    def is_over(self, occurrence: Occurrence) -> None:
        """It has begun or can no longer begin: it is never open again."""
        self._over.add(occurrence.id)
        self.open = [one for one in self.open if one.id != occurrence.id]

    def is_open_again(self, occurrence: OccurrenceId) -> None:
        """The power failed while it sounded, and it is to be heard all the same."""
        self._over.discard(occurrence)
        self._draw()

    def lost(self, occurrence: OccurrenceId) -> str:
        """In one word why the line has no place for it; empty when it has."""
        return self._lost.get(occurrence, "")

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


def _why(verdict: Verdict) -> str:
    return BUSY if verdict.hush is None else verdict.hush.why.value

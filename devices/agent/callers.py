"""Who calls for the air of this loudspeaker: from when on, with what right, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from devices.agent.air import Air
from devices.agent.journal import Journal
from devices.agent.orderbook import OrderBook
from devices.agent.planbook import PlanBook
from devices.agent.readiness import ALL_STOP, Readiness
from devices.agent.timetable import BUSY, Timetable
from schedules.claims import Claim
from schedules.due import latest_start
from schedules.occurrence import Occurrence, Why, shifted
from schedules.outcome import Outcome
from schedules.priority import BulletinClass, Late

MOMENT = timedelta(microseconds=1)


class Callers:
    """`emergencies_only` while nobody knows for certain what time it is."""

    def __init__(
        self,
        journal: Journal,
        plans: PlanBook,
        orders: OrderBook,
        timetable: Timetable,
        readiness: Readiness,
        air: Air,
    ) -> None:
        self.emergencies_only = False
        self._journal = journal
        self._plans = plans
        self._orders = orders
        self._timetable = timetable
        self._readiness = readiness
        self._air = air

    def near(self, now: datetime) -> list[Occurrence]:
        """What sounds so soon that it is to be prepared, and what waits, in order of time."""
        return [one for one in self._open if one.start - self._readiness.ahead <= now]

    @property
    def _open(self) -> list[Occurrence]:
        if not self.emergencies_only:
            return self._timetable.open
        return [one for one in self._timetable.open if one.bulletin_class is BulletinClass.EMERGENCY]

    def claim(self, one: Occurrence) -> Claim:
        return Claim(self._timetable.wish(one.id), self._plans.areas)

    def put_off(self, one: Occurrence) -> Occurrence:
        """At the moment from which on it can begin here: its own, or when the air that was another's became free."""
        free_since = self._air.free_since
        return one if free_since is None or free_since <= one.start else shifted(one, free_since)

    def taken_back(self, one: Occurrence) -> str:
        """Why it must be silent although it had its turn, or would have; empty when it need not."""
        if one.id not in self._timetable.wanted:
            return "withdrawn"
        stopped = self._orders.stops(self._timetable.wish(one.id), self._plans.areas)
        return ALL_STOP if stopped else ""

    def fate(self, one: Occurrence, now: datetime) -> tuple[Outcome, str] | None:
        """What becomes of one whose moment has come, when it may not begin any more."""
        if why := self.taken_back(one):
            return Outcome.CANCELLED, why
        if why := self._timetable.lost(one.id):
            return Outcome.MISSED, self._counted(why)
        late = self.put_off(one)
        if self._readiness.opening(one, now) is not None and not self.may_take(self.claim(one), now):
            return (Outcome.MISSED, BUSY) if now > self.claim(one).deadline else None
        position = (now - late.start).total_seconds() if one.late is Late.JOIN else 0.0
        silence = self._plans.limits.silences(one, now, max(position, 0.0))
        if silence is not None:
            return Outcome.MISSED, self._counted(silence.value)
        return (Outcome.MISSED, self.why_missed(one)) if now > latest_start(late) else None

    def _counted(self, forbidden: str) -> str:
        if forbidden == Why.QUIET_HOURS.value:
            self._journal.refuse(forbidden)
        return forbidden

    def why_missed(self, one: Occurrence) -> str:
        fault = self._readiness.fault(one)
        busy = BUSY if self._air.turn is not None else ""
        return self._timetable.why_too_late(one) or (fault.value if fault else busy) or "late"

    def silenced(self, one: Occurrence, now: datetime, position: float = 0.0) -> str:
        """Why it may not begin, or go on from `position`, at this moment; empty when it may."""
        silence = self._plans.limits.silences(one, now, position)
        return "" if silence is None else silence.value

    def may_take(self, claim: Claim, now: datetime) -> bool:
        turn, until = self._air.turn, self._air.ends_at
        return turn is None or until is None or claim.outdoes(turn.claim, until, now)

    def beginning(self, near: list[Occurrence], now: datetime) -> list[Occurrence]:
        """What begins so soon that the loudspeaker must be told now."""
        soon = now + self._air.ahead
        return [
            one
            for one in near
            if now < one.start <= soon
            and not (self.taken_back(one) or self._timetable.lost(one.id) or self.silenced(one, one.start))
        ]

    def next_moments(self, now: datetime) -> list[datetime]:
        """When one of them is to be looked at."""
        moments = []
        for one in self._open:
            if one.start - self._readiness.ahead > now:
                moments.append(one.start - self._readiness.ahead)
                break
            begins, itself = one.start - self._air.ahead, self._readiness.speaks_itself_at(one)
            last = self.claim(one).deadline if self._air.turn is not None else latest_start(self.put_off(one))
            moments.append(begins if begins > now else itself if itself > now else last + MOMENT)
        return moments

"""What the people of the town do at the desk: they write, withdraw and change their minds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from controller.errors import ControllerError
from controller.town.events import Event, Kind
from controller.town.texts import DAILY, EMERGENCY, NOTICES
from controller.town.town import COMMUNE, Town
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

DEAD_OF_NIGHT = time(23, 30)
A_DAY = timedelta(days=1)


class People:
    """Nothing that they write begins outside `span`. `will_begin` is told of every start that was approved."""

    def __init__(
        self,
        town: Town,
        span: Timespan,
        will_begin: Callable[[ProgrammeId, datetime], None],
    ) -> None:
        self._town = town
        self._span = span
        self._will_begin = will_begin
        self._villages = list(town.villages)
        self._approved: list[ProgrammeId] = []
        self._daily: list[ProgrammeId | None] = [None] * len(DAILY)

    def write_what_every_day_has(self) -> None:
        for number in range(len(DAILY)):
            self._write_daily(number, 0)

    def do(self, event: Event) -> None:
        """What the desk refuses, because it is too late for it, does not happen."""
        with suppress(ControllerError):
            match event.kind:
                case Kind.NOTICE | Kind.NIGHT_NOTICE | Kind.EMERGENCY:
                    self._write_once(event)
                case Kind.WITHDRAWAL if self._approved:
                    self._town.withdraw(self._approved[-1 - event.number % len(self._approved)])
                case Kind.EDIT:
                    self._edit(event.number % len(DAILY), event.number)

    def _write_once(self, event: Event) -> None:
        now = self._town.clock.now()
        start = (now + timedelta(seconds=event.seconds)).replace(microsecond=0)
        text, bulletin_class = NOTICES[event.number % len(NOTICES)], BulletinClass.NORMAL
        if event.kind is Kind.NIGHT_NOTICE:
            start = datetime.combine(now.astimezone(COMMUNE_ZONE), DEAD_OF_NIGHT, COMMUNE_ZONE)
        if event.kind is Kind.EMERGENCY:
            text, bulletin_class = EMERGENCY, BulletinClass.EMERGENCY
        self._broadcast(text, self._areas(event.number), Recurrence.once(start), bulletin_class)

    def _edit(self, number: int, edition: int) -> None:
        standing = self._daily[number]
        if standing is not None:
            self._town.withdraw(standing)
        self._daily[number] = None
        self._write_daily(number, edition)

    def _write_daily(self, number: int, edition: int) -> None:
        custom = DAILY[number]
        now = self._town.clock.now().astimezone(COMMUNE_ZONE)
        first: date = now.date() + A_DAY * (now.time() >= custom.at)
        last = (self._span.end - A_DAY).astimezone(COMMUNE_ZONE).date()
        if first <= last:
            self._daily[number] = self._broadcast(
                custom.edition(edition),
                self._areas(custom.areas),
                Recurrence(at=custom.at, first=first, last=last),
                custom.bulletin_class,
            )

    def _broadcast(
        self, text: str, areas: tuple[AreaId, ...], when: Recurrence, bulletin_class: BulletinClass
    ) -> ProgrammeId | None:
        now = self._town.clock.now()
        starts = list(when.starts(Timespan(now, self._span.end))) if now < self._span.end else []
        if not starts:
            return None
        programme = self._town.broadcast(text, areas, when, bulletin_class)
        self._approved.append(programme)
        for start in starts:
            self._will_begin(programme, start)
        return programme

    def _areas(self, number: int) -> tuple[AreaId, ...]:
        """Areas by a number: 0 is the whole commune, others are one or two villages."""
        count = len(self._villages)
        if number % (count + 1) == 0:
            return (COMMUNE,)
        return tuple(dict.fromkeys((self._villages[number % count], self._villages[number // 3 % count])))

"""Calendars: what the commune's days allow. They never edit a programme; they say what becomes of its dates.

No silence and no limit ever holds back an emergency.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.day_rules import Weekday
from schedules.errors import BadCalendar
from schedules.occurrence import Why
from schedules.priority import BulletinClass
from schedules.programme import LONGEST, AreaId, Content, ProgrammeId, Sound
from schedules.recurrence import Recurrence, start_on
from schedules.timespan import COMMUNE_ZONE, Timespan

EVERYWHERE: frozenset[AreaId] = frozenset()
ALL_BUT_EMERGENCIES = frozenset({BulletinClass.NORMAL, BulletinClass.PRIORITY})
FAR_BACK = date(2000, 1, 1)
FARTHEST_MOVE = 31
"""Days that a date may be moved."""


@dataclass(frozen=True, slots=True)
class Silence:
    """From each start of `begins` until `ends` o'clock, the same day when that is later and else the next, nothing of
    `classes` and `contents` (all when empty) sounds in `areas` (everywhere when empty). `name` is what people read."""

    why: Why
    name: str
    begins: Recurrence
    ends: time
    areas: frozenset[AreaId] = EVERYWHERE
    classes: frozenset[BulletinClass] = ALL_BUT_EMERGENCIES
    contents: frozenset[Content] = frozenset()

    def __post_init__(self) -> None:
        if BulletinClass.EMERGENCY in self.classes:
            raise BadCalendar("silences-emergency", "No calendar may silence an emergency.")
        if not self.classes:
            raise BadCalendar("silences-nothing", "A silence needs at least one class that it silences.")

    def windows(self, span: Timespan) -> Iterator[Timespan]:
        """Every silent stretch that has a moment in `span`, whole, in order."""
        zone = self.begins.zone
        wider = Timespan(span.start - timedelta(days=2), span.end)
        for begin in self.begins.starts(wider):
            day = begin.date() if self.ends > self.begins.at else begin.date() + timedelta(days=1)
            end = start_on(day, self.ends, zone) or datetime.combine(day, self.ends, zone)
            if begin.astimezone(span.start.tzinfo) < end.astimezone(span.start.tzinfo):
                window = Timespan(begin, end)
                if window.overlaps(span):
                    yield window

    def silences(self, bulletin_class: BulletinClass, content: Content) -> bool:
        return bulletin_class in self.classes and (not self.contents or content in self.contents)


@dataclass(frozen=True, slots=True)
class Holiday:
    """Each day of `begins`, and the days after it until it has lasted `days`: fixed, lunar, or one-off by decree."""

    name: str
    begins: Recurrence
    days: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.days <= FARTHEST_MOVE:
            raise BadCalendar("bad-length", f"A holiday lasts 1 to {FARTHEST_MOVE} days.")

    def dates(self, first: date, last: date) -> Iterator[date]:
        """The days of this holiday from `first` to `last`; a day may come twice."""
        for begin in self.begins.dates(first - timedelta(self.days - 1), last):
            days = (begin + timedelta(count) for count in range(self.days))
            yield from (day for day in days if first <= day <= last)


@dataclass(frozen=True, slots=True)
class Skip:
    """The broadcast of that day is not made."""


@dataclass(frozen=True, slots=True)
class Move:
    """The broadcast of that day is made `days` later (earlier below zero), at `at` o'clock or at its usual time."""

    days: int = 0
    at: time | None = None

    def __post_init__(self) -> None:
        if abs(self.days) > FARTHEST_MOVE or (self.days == 0 and self.at is None):
            raise BadCalendar(
                "bad-move", f"A date is moved by at most {FARTHEST_MOVE} days, or to another time of day."
            )


@dataclass(frozen=True, slots=True)
class Replace:
    """The broadcast of that day has another title and other sounds; when these are not recorded yet, their length."""

    title: str
    sounds: tuple[Sound, ...] = ()
    expected_seconds: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST:
            raise BadCalendar("bad-length", "A replacement lasts more than nothing and at most four hours.")

    @property
    def seconds(self) -> float:
        return sum(sound.seconds for sound in self.sounds) or self.expected_seconds or 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """An exception: what becomes of `programme` on its days from `first` to `last`, and why. The series stays as it is.

    Days are those on which the series would begin. Of several changes for one day the one written last counts.
    """

    programme: ProgrammeId
    first: date
    last: date
    what: Skip | Move | Replace
    why: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadCalendar("ends-before-start", "The last day of a change is before its first day.")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many seconds may be asked for in one place: on one local day, and in one session of it.

    A session is what follows each other with pauses of at most `pause` seconds. Where more is asked for, the weaker
    class gives way first, then the later in explicit order, then who came last. Emergencies are not held or counted.
    """

    per_day: float | None = None
    per_session: float | None = None
    areas: frozenset[AreaId] = EVERYWHERE
    pause: float = 600.0
    name: str = ""

    def __post_init__(self) -> None:
        caps = [cap for cap in (self.per_day, self.per_session) if cap is not None]
        if not caps or min(caps) <= 0 or self.pause < 0:
            raise BadCalendar("bad-limit", "A limit caps the day or the session with a length above zero.")


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars of one installation; `zone` says where its days begin."""

    silences: tuple[Silence, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    changes: tuple[Change, ...] = ()
    limits: tuple[Limit, ...] = ()
    zone: ZoneInfo = field(default=COMMUNE_ZONE)

    def holidays_between(self, first: date, last: date) -> dict[date, str]:
        """Each holiday from `first` to `last` with its name; of two names for one day the one written first."""
        found: dict[date, str] = {}
        for holiday in self.holidays:
            for day in holiday.dates(first, last):
                found.setdefault(day, holiday.name)
        return found


NO_CALENDARS = Calendars()


def quiet_hours(
    begins: time,
    ends: time,
    areas: frozenset[AreaId] = EVERYWHERE,
    weekdays: frozenset[Weekday] = frozenset(),
    zone: ZoneInfo = COMMUNE_ZONE,
) -> Silence:
    """Silence each night, or at noon, on the weekdays on which it begins; over midnight when `ends` is not later."""
    rule = Recurrence(at=begins, first=FAR_BACK, weekdays=weekdays, zone=zone)
    return Silence(Why.QUIET_HOURS, "", rule, ends, areas)


def class_hours(
    bulletin_class: BulletinClass,
    earliest: time,
    latest: time,
    areas: frozenset[AreaId] = EVERYWHERE,
    zone: ZoneInfo = COMMUNE_ZONE,
) -> Silence:
    """Bulletins of this class begin at `earliest` or later and have ended at `latest`."""
    rule = Recurrence(at=latest, first=FAR_BACK, zone=zone)
    return Silence(Why.CLASS_HOURS, "", rule, earliest, areas, frozenset({bulletin_class}))


def mourning(first: date, last: date, name: str = "", areas: frozenset[AreaId] = EVERYWHERE) -> Silence:
    """Whole days without music; notices, news and relay are kept."""
    rule = Recurrence(at=time(0), first=first, last=last)
    return Silence(Why.MOURNING, name, rule, time(0), areas, contents=frozenset({Content.MUSIC}))


def exam(begins: Recurrence, ends: time, name: str = "", areas: frozenset[AreaId] = EVERYWHERE) -> Silence:
    """Silence while pupils sit an exam."""
    return Silence(Why.EXAM, name, begins, ends, areas)


def maintenance(begins: Recurrence, ends: time, name: str = "", areas: frozenset[AreaId] = EVERYWHERE) -> Silence:
    """Silence while people work at the loudspeakers; an emergency still passes, so the power must be off as well."""
    return Silence(Why.MAINTENANCE, name, begins, ends, areas)

"""Calendars and changes of single days, as the API takes and gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from controller.store.calendars import Entry, KeptChange
from controller.store.people import AccountId
from controller.web.api.bases import Given, Taken
from controller.web.api.when import Days, days_given
from schedules.calendars import (
    ALL_BUT_EMERGENCIES,
    FAR_BACK,
    FARTHEST_MOVE,
    Holiday,
    Limit,
    Move,
    Replace,
    Silence,
    Skip,
    class_hours,
    mourning,
    quiet_hours,
)
from schedules.occurrence import Why
from schedules.priority import BulletinClass
from schedules.programme import AreaId
from schedules.recurrence import Recurrence, Weekday

A_DAY_OF_MINUTES = 24 * 60
MIDNIGHT = time(0)

Areas = Annotated[list[str], Field(default_factory=list, max_length=2000, description="empty: everywhere")]
Called = Annotated[str, Field(max_length=200)]
Minutes = Annotated[float, Field(gt=0, le=A_DAY_OF_MINUTES)]


class QuietHoursTaken(Taken):
    """Each night, or at noon: silence from `begins` until `ends` o'clock, on the next day when that is not later."""

    kind: Literal["quiet-hours"]
    name: Called = ""
    areas: Areas
    begins: time
    ends: time
    weekdays: Annotated[list[Weekday], Field(default_factory=list, description="on which it begins; empty: all")]

    def entry(self) -> Entry:
        hours = quiet_hours(_plain(self.begins), _plain(self.ends), _ids(self.areas), frozenset(self.weekdays))
        return Silence(hours.why, self.name, hours.begins, hours.ends, hours.areas)


class ClassHoursTaken(Taken):
    """Bulletins of one class begin at `earliest` or later and have ended at `latest`."""

    kind: Literal["class-hours"]
    name: Called = ""
    areas: Areas
    bulletin_class: BulletinClass = Field(alias="class")
    earliest: time
    latest: time

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def entry(self) -> Entry:
        hours = class_hours(self.bulletin_class, _plain(self.earliest), _plain(self.latest), _ids(self.areas))
        return Silence(hours.why, self.name, hours.begins, hours.ends, hours.areas, hours.classes)


class MourningTaken(Taken):
    """Whole days without music; notices, news and relay are kept."""

    kind: Literal["mourning"]
    name: Called = ""
    areas: Areas
    first: date
    last: date

    def entry(self) -> Entry:
        return mourning(self.first, self.last, self.name, _ids(self.areas))


class SilentDaysTaken(Taken):
    """Silence during exams, or while people work at the loudspeakers; whole days where no times are given."""

    kind: Literal["exam", "maintenance"]
    name: Called = ""
    areas: Areas
    when: Days
    begins: time = MIDNIGHT
    ends: time = MIDNIGHT

    def entry(self) -> Entry:
        begins = self.when.at_time(self.begins, FAR_BACK)
        return Silence(Why(self.kind), self.name, begins, _plain(self.ends), _ids(self.areas), ALL_BUT_EMERGENCIES)


class HolidayTaken(Taken):
    """Days on which programmes do what their `on_holidays` says: fixed, lunar, or one-off by decree."""

    kind: Literal["holiday"]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    when: Days
    days: int = Field(default=1, ge=1, le=FARTHEST_MOVE, description="how many days it lasts")

    def entry(self) -> Entry:
        return Holiday(self.name, self.when.at_time(MIDNIGHT, FAR_BACK), self.days)


class LimitTaken(Taken):
    """How many minutes may sound in one place: on one day, and in one session of it."""

    kind: Literal["limit"]
    name: Called = ""
    areas: Areas
    minutes_per_day: Minutes | None = None
    minutes_per_session: Minutes | None = None
    pause_minutes: float = Field(default=10.0, ge=0, le=A_DAY_OF_MINUTES, description="a longer pause ends a session")

    def entry(self) -> Entry:
        return Limit(
            None if self.minutes_per_day is None else self.minutes_per_day * 60,
            None if self.minutes_per_session is None else self.minutes_per_session * 60,
            _ids(self.areas),
            self.pause_minutes * 60,
            self.name,
        )


EntryTaken = Annotated[
    QuietHoursTaken | ClassHoursTaken | MourningTaken | SilentDaysTaken | HolidayTaken | LimitTaken,
    Field(discriminator="kind"),
]


class EntryGiven(Given):
    id: int
    entry: EntryTaken
    written_by: str | None = Field(description="null: from the settings of this installation")
    written_at: datetime | None = Field(description="null: the settings say so, and nobody wrote quiet hours yet")


class MoveTaken(Taken):
    days: int = Field(default=0, ge=-FARTHEST_MOVE, le=FARTHEST_MOVE)
    at: time | None = None


class ReplaceTaken(Taken):
    bulletin: str


class NewChange(Taken):
    """What becomes of a programme on one `date`, or on its days from `first` to `last`; the series stays as it is."""

    day: date | None = Field(default=None, alias="date")
    first: date | None = None
    last: date | None = None
    skip: bool = False
    move: MoveTaken | None = None
    replace: ReplaceTaken | None = None
    why: Called = ""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="after")
    def one_of_each(self) -> NewChange:
        if (self.day is None) == (self.first is None and self.last is None):
            raise ValueError("give `date`, or `first` and `last`")
        if self.day is None and (self.first is None or self.last is None):
            raise ValueError("give both `first` and `last`")
        if sum((self.skip, self.move is not None, self.replace is not None)) != 1:
            raise ValueError("give exactly one of `skip`, `move` and `replace`")
        return self

    @property
    def span(self) -> tuple[date, date]:
        first, last = self.day or self.first, self.day or self.last
        assert first is not None and last is not None, "checked above"
        return first, last


class ChangeGiven(Given):
    id: int
    first: date
    last: date
    what: Literal["skip", "move", "replace"]
    days: int = Field(description="by how many days it is moved")
    at: time | None = Field(description="to which time of the day it is moved")
    title: str = Field(description="of what is heard instead")
    why: str
    written_by: str
    written_at: datetime


def entry_given(entry: Entry) -> EntryTaken:
    """The same entry as one could ask for it."""
    match entry:
        case Holiday(name, begins, days):
            return HolidayTaken(kind="holiday", name=name, when=_days(begins), days=days)
        case Limit(per_day, per_session, areas, pause, name):
            return LimitTaken(
                kind="limit",
                name=name,
                areas=sorted(areas),
                minutes_per_day=per_day and per_day / 60,
                minutes_per_session=per_session and per_session / 60,
                pause_minutes=pause / 60,
            )
        case Silence():
            return _silence_given(entry)


def _silence_given(one: Silence) -> EntryTaken:
    areas: list[str] = sorted(one.areas)
    rule = one.begins
    match one.why:
        case Why.CLASS_HOURS:
            (held,) = one.classes
            return ClassHoursTaken.model_validate(
                {"kind": "class-hours", "name": one.name, "areas": areas, "class": held}
                | {"earliest": one.ends, "latest": rule.at}
            )
        case Why.MOURNING:
            last = rule.last or rule.first
            return MourningTaken(kind="mourning", name=one.name, areas=areas, first=rule.first, last=last)
        case Why.EXAM | Why.MAINTENANCE:
            kind: Literal["exam", "maintenance"] = "exam" if one.why is Why.EXAM else "maintenance"
            return SilentDaysTaken(
                kind=kind, name=one.name, areas=areas, when=_days(rule), begins=rule.at, ends=one.ends
            )
        case _:
            weekdays = sorted(rule.weekdays, key=lambda day: day.number)
            return QuietHoursTaken(
                kind="quiet-hours", name=one.name, areas=areas, begins=rule.at, ends=one.ends, weekdays=weekdays
            )


def change_given(kept: KeptChange, names: Mapping[AccountId, str]) -> ChangeGiven:
    what = kept.change.what
    return ChangeGiven(
        id=kept.id,
        first=kept.change.first,
        last=kept.change.last,
        what="skip" if isinstance(what, Skip) else "move" if isinstance(what, Move) else "replace",
        days=what.days if isinstance(what, Move) else 0,
        at=what.at if isinstance(what, Move) else None,
        title=what.title if isinstance(what, Replace) else "",
        why=kept.change.why,
        written_by=names[kept.written_by],
        written_at=kept.written_at,
    )


def _days(rule: Recurrence) -> Days:
    return Days.model_validate(days_given(rule))


def _ids(areas: list[str]) -> frozenset[AreaId]:
    return frozenset(AreaId(area) for area in areas)


def _plain(at: time) -> time:
    return at.replace(tzinfo=None)

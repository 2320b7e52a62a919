"""When a programme sounds, as the API takes and gives it."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from controller.web.api.bases import Taken
from schedules.day_rules import (
    EVERY_DAY,
    MOST_BETWEEN,
    Daily,
    DayRule,
    Lunar,
    Monthly,
    MonthlyWeekday,
    OnDates,
    Weekly,
    Yearly,
)
from schedules.recurrence import Recurrence, Weekday
from schedules.rrule import from_rfc5545, to_rfc5545
from schedules.timespan import COMMUNE_ZONE

YEARS = range(2000, 2101)
"""What a calendar of ours can be asked about; lunar dates are known for these years too."""

_KINDS = ("every_days", "every_weeks", "days_of_month", "nth", "lunar_days", "yearly", "dates")
_BESIDE = {"every_months": ("days_of_month", "nth"), "lunar_months": ("lunar_days",)}
_MOST_TIMES = 48

Every = Annotated[int, Field(ge=1, le=MOST_BETWEEN)]


class Days(Taken):
    """Every day from `from` until `until`, those of them named in `weekdays`, or those of one of the kinds below."""

    weekdays: Annotated[list[Weekday], Field(default_factory=list)]
    first: date | None = Field(default=None, alias="from")
    until: date | None = None
    every_days: Every | None = Field(default=None, description="every n-th day, counted from `from`")
    every_weeks: Every | None = Field(default=None, description="every n-th week, counted from the week of `from`")
    days_of_month: list[int] = Field(default=[], max_length=62, description="1 to 31, or -1 for the last day to -31")
    nth: list[int] = Field(default=[], max_length=10, description="n-th such weekday of the month: 1 to 5, -1 to -5")
    every_months: Every | None = Field(default=None, description="every n-th month, with `days_of_month` or `nth`")
    lunar_days: list[int] = Field(default=[], max_length=31, description="of the Vietnamese lunar month, -1: its last")
    lunar_months: list[int] = Field(default=[], max_length=12, description="only in these, with `lunar_days`")
    yearly: str | None = Field(default=None, pattern=r"^\d{1,2}/\d{1,2}$", description="day and month, like 30/4")
    dates: list[date] = Field(default=[], max_length=1000, description="exactly these days")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        given = self._given()
        if len(given & set(_KINDS)) > 1:
            raise ValueError(f"give at most one of {', '.join(_KINDS)}")
        for name, beside in _BESIDE.items():
            if name in given and not given & set(beside):
                raise ValueError(f"`{name}` needs {' or '.join(beside)}")
        if "nth" in given and len(self.weekdays) != 1:
            raise ValueError("`nth` needs exactly one weekday")
        if any(day and day.year not in YEARS for day in (self.first, self.until, *self.dates)):
            raise ValueError("years from 2000 to 2100 are taken")
        return self

    def at_time(self, at: time, first: date) -> Recurrence:
        """The rule that begins at `at` o'clock of these days, of which `first` is the first where none is given."""
        return Recurrence(
            at=at.replace(tzinfo=None),
            first=self.first or (min(self.dates) if self.dates else first),
            last=max(self.dates) if self.dates and self.until is None else self.until,
            weekdays=frozenset() if self.nth else frozenset(self.weekdays),
            days=self._days(),
        )

    def _given(self) -> set[str]:
        return {name for name in type(self).model_fields if getattr(self, name) not in (None, [], ())}

    def _days(self) -> DayRule:
        if self.yearly:
            day, month = (int(number) for number in self.yearly.split("/"))
            return Yearly(month, day)
        if self.days_of_month:
            return Monthly(frozenset(self.days_of_month), self.every_months or 1)
        if self.nth:
            return MonthlyWeekday(frozenset(self.nth), self.weekdays[0], self.every_months or 1)
        if self.lunar_days:
            return Lunar(frozenset(self.lunar_days), frozenset(self.lunar_months))
        if self.dates:
            return OnDates(frozenset(self.dates))
        return Weekly(self.every_weeks) if self.every_weeks else Daily(self.every_days or 1)


class When(Days):
    """`at`, one moment; or `time` (and `also_at`) on days, from today on where `from` is not given; or `rrule`.

    A moment without a zone is the commune's time. `rrule` is text of RFC 5545: DTSTART and RRULE or RDATE on lines of
    their own, or an RRULE alone beside `time` and `from`.
    """

    at: datetime | None = None
    time_of_day: time | None = Field(default=None, alias="time")
    also_at: tuple[time, ...] = Field(default=(), max_length=_MOST_TIMES, description="further times of the same days")
    rrule: str | None = Field(default=None, max_length=20_000)

    @model_validator(mode="after")
    def one_way(self) -> Self:
        given = self._given()
        ways = given & {"at", "rrule"} or given & {"time_of_day"}
        if len(ways) != 1:
            raise ValueError("give one of `at`, `time` and `rrule`")
        if "at" in given and given != {"at"}:
            raise ValueError("`at` is one moment and takes no days")
        if "rrule" in given and given - {"rrule", "time_of_day", "also_at", "first"}:
            raise ValueError("`rrule` says on which days, so nothing else does")
        if self.at and self.at.year not in YEARS:
            raise ValueError("years from 2000 to 2100 are taken")
        return self

    def recurrence(self, today: date) -> Recurrence:
        """The rule in these words; ScheduleError for one that never fires or cannot be followed."""
        if self.at is not None:
            moment = self.at if self.at.tzinfo else self.at.replace(tzinfo=COMMUNE_ZONE)
            return Recurrence.once(moment)
        if self.rrule is not None:
            return from_rfc5545(self._as_rfc5545(self.rrule.strip(), self.first or today))
        assert self.time_of_day is not None, "checked above"
        return self.at_time(self.time_of_day, today)

    @property
    def other_times(self) -> tuple[time, ...]:
        return tuple(at.replace(tzinfo=None) for at in self.also_at)

    def _as_rfc5545(self, text: str, first: date) -> str:
        if not re.match(r"[A-Za-z-]+[:;]", text):
            text = f"RRULE:{text}"
        if self.time_of_day is None:
            return text
        return f"DTSTART;TZID={COMMUNE_ZONE.key}:{first:%Y%m%d}T{self.time_of_day:%H%M%S}\n{text}"


def when_given(rule: Recurrence, also_at: tuple[time, ...]) -> When:
    """The same rule as one could ask for it."""
    if rule.first == rule.last and rule.days == EVERY_DAY and not also_at:
        return When.model_validate({"at": datetime.combine(rule.first, rule.at, rule.zone)})
    days = days_given(rule)
    if days is None or rule.zone.key != COMMUNE_ZONE.key:
        return When.model_validate({"rrule": to_rfc5545(rule), "also_at": also_at})
    return When.model_validate({"time": rule.at, "also_at": also_at, **days})


def days_given(rule: Recurrence) -> dict[str, object] | None:
    """The fields of `Days` that say on which days it fires; None where only an RRULE can."""
    kind = _kind_of(rule.days)
    if kind is None:
        return None
    weekdays = sorted(rule.weekdays, key=lambda day: day.number)
    return {"weekdays": weekdays, "from": rule.first, "until": rule.last} | kind


def _kind_of(days: DayRule) -> dict[str, object] | None:
    match days:
        case Daily(every):
            return {} if every == 1 else {"every_days": every}
        case Weekly(every):
            return {"every_weeks": every}
        case Monthly(on, every):
            return {"days_of_month": sorted(on), "every_months": every}
        case MonthlyWeekday(nth, weekday, every):
            return {"nth": sorted(nth), "weekdays": [weekday], "every_months": every}
        case Yearly(month, day, 1):
            return {"yearly": f"{day}/{month}"}
        case Lunar(on, months):
            return {"lunar_days": sorted(on), "lunar_months": sorted(months)}
        case OnDates(dates):
            return {"dates": sorted(dates)}
    return None

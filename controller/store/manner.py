"""How a programme behaves beside its areas and times, and how that and its times are written in rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from schedules.day_rules import (
    EVERY_DAY,
    Daily,
    DayRule,
    Lunar,
    Monthly,
    MonthlyWeekday,
    OnDates,
    Weekday,
    Weekly,
    Yearly,
)
from schedules.priority import Entry, Late, Resume
from schedules.programme import DEFAULT_GRACE, DEFAULT_WAIT, Content, OnHolidays
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE


@dataclass(frozen=True, slots=True)
class Manner:
    """The fields of `schedules.programme.Programme` of the same names; what is not said is as usual there."""

    content: Content = Content.NOTICE
    order: int = 0
    late: Late = Late.JOIN
    grace: float = DEFAULT_GRACE
    resume: Resume = Resume.RESUME
    entry: Entry = Entry.HARD
    longest_wait: float = DEFAULT_WAIT
    repeats: int = 1
    gap: float = 0.0
    on_holidays: OnHolidays = OnHolidays.KEEP
    holiday_at: time | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """Each field with its value, to build a programme of."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


AS_USUAL = Manner()

_KINDS: Mapping[str, type[DayRule]] = {
    "daily": Daily,
    "weekly": Weekly,
    "monthly": Monthly,
    "monthly-weekday": MonthlyWeekday,
    "yearly": Yearly,
    "lunar": Lunar,
    "dates": OnDates,
}
_NAMES = {rule: name for name, rule in _KINDS.items()}


def manner_written(manner: Manner) -> dict[str, Any]:
    """Only what is not as usual, so that a row of before says the same as ever."""
    unusual = {name: value for name, value in manner.fields.items() if value != getattr(AS_USUAL, name)}
    written: dict[str, Any] = msgspec.to_builtins(unusual)
    return written


def manner_read(written: Mapping[str, Any]) -> Manner:
    return msgspec.convert(written, Manner)


def rule_written(rule: Recurrence) -> dict[str, Any]:
    """A rule as JSON, from which `rule_read` makes the same rule; days and zone only where they are not as usual."""
    written: dict[str, Any] = {
        "at": rule.at.isoformat(),
        "first": rule.first.isoformat(),
        "last": rule.last and rule.last.isoformat(),
        "weekdays": sorted(day.value for day in rule.weekdays),
    }
    if rule.days != EVERY_DAY:
        written["days"] = {"kind": _NAMES[type(rule.days)], **msgspec.to_builtins(rule.days, order="deterministic")}
    if rule.zone.key != COMMUNE_ZONE.key:
        written["zone"] = rule.zone.key
    return written


def rule_read(written: Mapping[str, Any]) -> Recurrence:
    last, days = written["last"], dict(written.get("days") or {"kind": "daily"})
    return Recurrence(
        at=time.fromisoformat(written["at"]),
        first=date.fromisoformat(written["first"]),
        last=None if last is None else date.fromisoformat(last),
        weekdays=frozenset(Weekday(day) for day in written["weekdays"]),
        zone=ZoneInfo(written.get("zone", COMMUNE_ZONE.key)),
        days=msgspec.convert(days, _KINDS[days.pop("kind")]),
    )

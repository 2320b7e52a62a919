"""When a programme recurs: a time of day, a rule for the days, and from when until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.day_rules import EVERY_DAY, DayRule, OnDates, Weekday
from schedules.errors import BadRecurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

__all__ = ["FIRST_DAY", "LAST_DAY", "Recurrence", "Weekday"]

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""No rule is followed before the first or after the last day."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """At `at` o'clock in `zone`, on the days of `days`, of these only the `weekdays` (all of them when empty).

    The first possible day is `first`, from which "every n-th" counts, the last is `last`, inclusive; `first == last`
    is a single broadcast. A rule that can never fire is a BadRecurrence. Where clocks are set forward over `at`, the
    start is as much later as they were moved; where they are set back, the first of the two counts (RFC 5545, 3.3.10).
    """

    at: time
    first: date
    last: date | None = None
    weekdays: frozenset[Weekday] = frozenset()
    zone: ZoneInfo = COMMUNE_ZONE
    days: DayRule = EVERY_DAY

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise BadRecurrence("time-with-zone", "The time of day has no zone of its own; the rule has one.")
        if self.last is not None and self.last < self.first:
            raise BadRecurrence("ends-before-start", "The last day is before the first day.")
        if next(self.dates(self.first, LAST_DAY), None) is None:
            raise BadRecurrence(
                "never-fires",
                "No day between the first and the last day is one of the chosen days.",
            )

    @classmethod
    def once(cls, moment: datetime, zone: ZoneInfo = COMMUNE_ZONE) -> Recurrence:
        local = moment.astimezone(zone)
        return cls(at=local.time(), first=local.date(), last=local.date(), zone=zone)

    @classmethod
    def on_dates(cls, dates: frozenset[date], at: time, zone: ZoneInfo = COMMUNE_ZONE) -> Recurrence:
        """At `at` on each of `dates`, which must not be empty."""
        rule = OnDates(dates)
        return cls(at=at, first=min(dates), last=max(dates), zone=zone, days=rule)

    def dates(self, first: date, last: date) -> Iterator[date]:
        """Every day from `first` to `last`, inclusive, on which the rule fires, in order."""
        begin = max(first, self.first, FIRST_DAY)
        end = min(last, LAST_DAY if self.last is None else self.last, LAST_DAY)
        if begin > end:
            return
        for day in self.days.days(self.first, begin, end):
            if not self.weekdays or Weekday.of(day) in self.weekdays:
                yield day

    def starts(self, span: Timespan) -> Iterator[datetime]:
        """Every start within `span`, in order, carrying `zone`."""
        for day in self.dates(*days_around(span, self.zone)):
            start = start_on(day, self.at, self.zone)
            if start is not None and start in span:
                yield start

    def next_start(self, after: datetime) -> datetime | None:
        """The first start at or after `after`, or None when the rule has ended."""
        begin, length = after.astimezone(UTC), timedelta(days=9)
        while begin.date() <= LAST_DAY:
            found = next(self.starts(Timespan.of(begin, length)), None)
            if found is not None or (self.last is not None and self.last < begin.date() - timedelta(days=2)):
                return found
            begin, length = begin + length, 2 * length
        return None


def days_around(span: Timespan, zone: ZoneInfo) -> tuple[date, date]:
    """The local days of `span`, and one more on each side, since a day on which clocks change may begin elsewhere."""
    return (
        max(span.start.astimezone(zone).date(), FIRST_DAY) - timedelta(days=1),
        min(span.end.astimezone(zone).date(), LAST_DAY) + timedelta(days=1),
    )


def start_on(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The moment `at` o'clock of `day`; None when clocks were set forward over it and over the end of the day."""
    moment = datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)
    return moment if moment.date() == day else None

"""When a programme recurs, in the words of RFC 5545."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from schedules.errors import BadRecurrence
from schedules.timespan import COMMUNE_ZONE, Timespan


class Weekday(Enum):
    """Days as RFC 5545 writes them; Monday first, as `date.weekday()` counts."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"

    @property
    def number(self) -> int:
        return list(Weekday).index(self)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """At `at` o'clock in `zone` on each of `weekdays` (all of them when empty), from `first` to `last` inclusive.

    `first == last` is a single broadcast. A rule that can never fire is a BadRecurrence.
    """

    at: time
    first: date
    last: date | None = None
    weekdays: frozenset[Weekday] = frozenset()
    zone: ZoneInfo = COMMUNE_ZONE

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise BadRecurrence("ends-before-start", "The last day is before the first day.")
        if self.last is not None and not any(
            self._on(day) for day in _days(self.first, min(self.last, self.first + timedelta(7)))
        ):
            raise BadRecurrence(
                "never-fires", "No day between the first and the last day is one of the chosen weekdays."
            )

    @classmethod
    def once(cls, moment: datetime, zone: ZoneInfo = COMMUNE_ZONE) -> Recurrence:
        local = moment.astimezone(zone)
        return cls(at=local.time(), first=local.date(), last=local.date(), zone=zone)

    def starts(self, span: Timespan) -> Iterator[datetime]:
        """Every start within `span`, in order, carrying `zone`."""
        begin = max(self.first, span.start.astimezone(self.zone).date())
        end = span.end.astimezone(self.zone).date()
        for day in _days(begin, end if self.last is None else min(end, self.last)):
            start = datetime.combine(day, self.at, self.zone)
            if self._on(day) and start in span:
                yield start

    def next_start(self, after: datetime) -> datetime | None:
        """The first start at or after `after`, or None when the rule has ended."""
        begin = max(after, datetime.combine(self.first, time(0), self.zone))
        return next(self.starts(Timespan.of(begin, timedelta(days=9))), None)

    def _on(self, day: date) -> bool:
        return not self.weekdays or day.weekday() in {weekday.number for weekday in self.weekdays}


def _days(first: date, last: date) -> Iterator[date]:
    for count in range((last - first).days + 1):
        yield first + timedelta(days=count)

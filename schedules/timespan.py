"""A stretch of time and the commune's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schedules.errors import BadTimespan

COMMUNE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Timespan:
    """`start` is inside, `end` is not. Both must carry a zone, or it is a BadTimespan; both are kept in UTC.

    Python compares two times of one zone by the hands of the clock, which is wrong while the clocks are set back;
    in UTC there is no such hour.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise BadTimespan("no-zone", "A time span needs times with a zone.")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise BadTimespan("ends-before-start", "A time span must end after it starts.")

    @classmethod
    def of(cls, start: datetime, length: timedelta) -> Timespan:
        if start.tzinfo is None:
            raise BadTimespan("no-zone", "A time span needs times with a zone.")
        return cls(start, start.astimezone(UTC) + length)

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment.astimezone(UTC) < self.end

    def overlaps(self, other: Timespan) -> bool:
        return self.start < other.end and other.start < self.end

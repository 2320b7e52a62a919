"""What is kept of warnings, and for how long: each night the oldest go, with their story and all that was said."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from controller.store import alerts
from controller.store.database import Database
from devices.clock import Clock
from schedules.timespan import COMMUNE_ZONE

NIGHT = time(3)
KEPT_MONTHS = 24
_MONTH = timedelta(days=365.25 / 12)


class Forgetting:
    """Forgets what ended, or came and was never said, more than `months` ago; the audit keeps what people decided."""

    def __init__(self, database: Database, clock: Clock, months: float = KEPT_MONTHS) -> None:
        self._database = database
        self._clock = clock
        self._kept = months * _MONTH
        self._next = next_night(clock.now())

    def tend(self) -> None:
        """Does it when it is due."""
        now = self._clock.now()
        if now >= self._next:
            self._next = next_night(now)
            with self._database.write() as connection:
                alerts.forget(connection, now - self._kept)


def next_night(now: datetime) -> datetime:
    """The first NIGHT after `now`, in the commune's time."""
    local = now.astimezone(COMMUNE_ZONE)
    tonight = datetime.combine(local.date(), NIGHT, COMMUNE_ZONE)
    return tonight if tonight > now else tonight + timedelta(days=1)

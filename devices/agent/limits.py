"""What this device is bound to, whatever a plan says: its silence, its volume, what its amplifier needs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from devices.protocol.messages import DeviceConfig
from devices.protocol.quiet import quiet_rules
from schedules.occurrence import Occurrence, Why
from schedules.priority import BulletinClass
from schedules.timespan import Timespan

DAYS_KEPT = 32


class Limits:
    """Of a device with this configuration, or with none yet."""

    def __init__(self, config: DeviceConfig | None) -> None:
        self.volume_cap = 100 if config is None else config.volume_cap
        self.emergency_volume_cap = 100 if config is None else config.emergency_volume_cap
        self.lead = 0.0 if config is None else config.lead_seconds
        self.tail = 0.0 if config is None else config.tail_seconds
        self._path = () if config is None else config.areas
        self._rules = quiet_rules(None if config is None else config.quiet_hours)
        self._nights: dict[date, list[Timespan]] = {}

    def silences(self, one: Occurrence, at: datetime, position: float = 0.0) -> Why | None:
        """Why `one` may not begin, or go on from `position` seconds inside it, at the moment `at`; None when it may."""
        if self.ends_by(one, at) == at:
            return Why.QUIET_HOURS
        end = at + timedelta(seconds=one.seconds - position)
        hushes = (hush.why for hush in one.hushes if hush.concerns(self._path) and hush.meets(at, end))
        return next(hushes, None)

    def ends_by(self, one: Occurrence, now: datetime) -> datetime | None:
        """When quiet hours end `one` if it sounds on: `now` while they last, None when none begin within a day."""
        if one.bulletin_class is BulletinClass.EMERGENCY:
            return None
        coming = (max(night.start, now) for night in self._nights_around(now) if night.end > now)
        return min(coming, default=None)

    def _nights_around(self, moment: datetime) -> list[Timespan]:
        """All quiet stretches that reach into the UTC day of `moment`, or into the next one."""
        day = moment.date()
        if day not in self._nights:
            if len(self._nights) >= DAYS_KEPT:
                self._nights.clear()
            span = Timespan.of(datetime.combine(day, time(0), moment.tzinfo), timedelta(days=2))
            self._nights[day] = [night for rule in self._rules for night in rule.windows(span)]
        return self._nights[day]

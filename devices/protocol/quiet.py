"""When quiet hours, as a device is told of them, keep it silent: it refuses by this rule, and others foretell it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from devices.protocol.messages import QuietHours, QuietWindow
from schedules.calendars import Silence, quiet_hours
from schedules.timespan import Timespan

NIGHT = QuietHours(windows=(QuietWindow(begins=time(22), ends=time(5)),))
"""When nobody says otherwise."""
_MOMENT = timedelta(microseconds=1)


def quiet_rules(told: QuietHours | None) -> tuple[Silence, ...]:
    """What a device that was `told` so keeps; None: it was told nothing of them."""
    quiet = NIGHT if told is None else told
    zone = ZoneInfo(quiet.zone)
    return tuple(
        quiet_hours(one.begins, one.ends, weekdays=frozenset(one.weekdays), zone=zone) for one in quiet.windows
    )


def quiet_until(told: QuietHours | None, now: datetime) -> datetime | None:
    """When the quiet hours are over that last at `now`, those that follow at once included; None where none last.

    Whoever is quiet without end is told the end of a week.
    """
    rules, end = quiet_rules(told), now
    while end < now + timedelta(days=7):
        lasting = [one for rule in rules for one in rule.windows(Timespan.of(end, _MOMENT)) if end in one]
        if not lasting:
            break
        end = max(one.end for one in lasting)
    return end if end > now else None

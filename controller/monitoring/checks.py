"""When it is looked who is not ready for a broadcast. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from controller.store.watching import Coming

FIRST_LOOK = timedelta(minutes=30)
"""So long before air time somebody can still drive to a loudspeaker."""
LAST_LOOK = timedelta(minutes=5)
TIME_TO_FETCH = timedelta(minutes=1)
"""Nobody is late who has known of a broadcast for less than this."""


def looks(one: Coming) -> tuple[datetime, ...]:
    """The moments at which it is looked: half an hour and five minutes before, as far as it was known by then."""
    known = one.planned_at + TIME_TO_FETCH
    first, last = max(one.start - FIRST_LOOK, known), one.start - LAST_LOOK
    return tuple(moment for moment in (first, last) if known <= moment < one.start)


def look_is_due(one: Coming, now: datetime) -> bool:
    """True when a moment to look has come since it was last looked, however late; not once it has begun."""
    reached = (moment for moment in looks(one) if moment <= now < one.start)
    return any(one.checked_at is None or one.checked_at < moment for moment in reached)


def next_look(one: Coming, now: datetime) -> datetime | None:
    return min((moment for moment in looks(one) if moment > now), default=None)

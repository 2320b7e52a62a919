"""Times as senders really write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from schedules.timespan import COMMUNE_ZONE

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,12})?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


def read_moment(text: str) -> datetime | None:
    """The moment in UTC, or None for what is no time. A time without a zone is the commune's own."""
    written = text.strip().replace("\u2212", "-")
    if not written or len(written) > 60:
        return None
    try:
        found = _ISO.fullmatch(written)
        moment = _from_iso(found) if found else _from_mail(written)
        return None if moment is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_iso(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    # ISO 8601 calls midnight at the end of a day 24:00, and counts leap seconds.
    midnight_after = (hour, minute, second) == (24, 0, 0)
    moment = datetime(year, month, day, 0 if midnight_after else hour, minute, min(second, 59), tzinfo=UTC)
    moment = moment.replace(tzinfo=_zone(found.group(7)) or COMMUNE_ZONE)
    return moment + timedelta(days=1) if midnight_after else moment


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if written[0] == "-" else shift)


def _from_mail(written: str) -> datetime | None:
    """RSS writes times as mail does."""
    try:
        moment = parsedate_to_datetime(written)
    except (TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=COMMUNE_ZONE)

"""What an area hears, as an iCalendar feed (RFC 5545) to which a phone's calendar can subscribe.

Every broadcast is an event of its own in UTC, so lunar days, holidays and exceptions need nothing of the reader. The
UID is the occurrence's id, which never changes: a moved broadcast moves in the phone, it does not appear twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil

from schedules.content_lines import escaped, folded
from schedules.reasons import CLASSES, Language, in_words
from schedules.timespan import COMMUNE_ZONE
from schedules.verdicts import Fate, Verdict

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Loa xa//Ke hoach phat//VI"
ASK_AGAIN = "PT1H"


def feed(title: str, verdicts: Iterable[Verdict], site: str, stamp: datetime, language: Language = "vi") -> str:
    """The feed of the area that people call `title`.

    `verdicts` are those of its line of sound; what is not heard is given as cancelled, with the reason. `site` makes
    the UIDs unique in the world, and `stamp` is the moment at which the feed is made.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(title)}",
        f"X-WR-CALNAME:{escaped(title)}",
        f"X-WR-TIMEZONE:{COMMUNE_ZONE.key}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{ASK_AGAIN}",
        f"X-PUBLISHED-TTL:{ASK_AGAIN}",
    ]
    for verdict in verdicts:
        lines += _event(verdict, site, stamp, language)
    return "".join(folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(verdict: Verdict, site: str, stamp: datetime, language: Language) -> list[str]:
    occurrence = verdict.occurrence
    begins = verdict.begins or occurrence.start
    ends = verdict.ends or begins + occurrence.length
    whole_seconds = timedelta(seconds=max(ceil((ends - begins).total_seconds()), 1))
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(f'{occurrence.id}@{site}')}",
        f"DTSTAMP:{_moment(stamp)}",
        f"DTSTART:{_moment(begins)}",
        f"DTEND:{_moment(begins + whole_seconds)}",
        f"SUMMARY:{escaped(occurrence.title)}",
        f"DESCRIPTION:{escaped(in_words(verdict, language))}",
        f"CATEGORIES:{escaped(CLASSES[language][occurrence.bulletin_class])}",
        f"STATUS:{'CANCELLED' if verdict.fate is Fate.DROPPED else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"

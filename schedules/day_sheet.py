"""A day of one area on paper: what is heard when, and below it what is not heard, or not as asked, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schedules.errors import BadLunarDate
from schedules.lunar import to_lunar
from schedules.reasons import CLASSES, Language, in_words
from schedules.timespan import COMMUNE_ZONE, Timespan
from schedules.verdicts import Line

_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "vi": ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_NOTHING: dict[Language, str] = {"vi": "(không có gì)", "en": "(nothing)"}


def the_day(day: date, zone: ZoneInfo = COMMUNE_ZONE) -> Timespan:
    """From local midnight to local midnight."""
    following = day + timedelta(days=1)
    return Timespan(datetime.combine(day, time(), zone), datetime.combine(following, time(), zone))


def heading(day: date, language: Language = "vi") -> str:
    """`Thứ hai 04/05/2026 (18/3 âm lịch)`."""
    solar = f"{_WEEKDAYS[language][day.weekday()]} {day:%d/%m/%Y}"
    try:
        lunar = to_lunar(day)
    except BadLunarDate:
        return solar
    leap = {"vi": " nhuận", "en": " leap"}[language] if lunar.leap else ""
    name = f"{lunar.day}/{lunar.month}{leap}"
    return f"{solar} ({name} âm lịch)" if language == "vi" else f"{solar} (lunar {name})"


def day_sheet(line: Line, language: Language = "vi", zone: ZoneInfo = COMMUNE_ZONE) -> Iterator[str]:
    """The lines of the sheet: first what is heard, in order of time; then every loss in one sentence."""
    for segment in line.segments:
        name = CLASSES[language][segment.occurrence.bulletin_class]
        begins, ends = segment.start.astimezone(zone), segment.end.astimezone(zone)
        yield f"{begins:%H:%M:%S}–{ends:%H:%M:%S}  {segment.occurrence.title} [{name}]"
    if not line.segments:
        yield _NOTHING[language]
    for verdict in line.losses:
        asked = verdict.occurrence.start.astimezone(zone)
        yield f"! {asked:%H:%M} {verdict.occurrence.title}: {in_words(verdict, language, zone)}"


def as_json(line: Line, zone: ZoneInfo = COMMUNE_ZONE) -> dict[str, Any]:
    """The same for programs: times in RFC 3339 with the offset of `zone`, sentences in both languages."""
    return {
        "heard": [
            {
                "occurrence": segment.occurrence.id,
                "title": segment.occurrence.title,
                "class": segment.occurrence.bulletin_class.value,
                "start": segment.start.astimezone(zone).isoformat(),
                "end": segment.end.astimezone(zone).isoformat(),
                "offset": segment.offset,
            }
            for segment in line.segments
        ],
        "wishes": [
            {
                "occurrence": verdict.occurrence.id,
                "title": verdict.occurrence.title,
                "asked": verdict.occurrence.start.astimezone(zone).isoformat(),
                "fate": verdict.fate.value,
                "because_of": None if verdict.by is None else verdict.by.id,
                "calendar": None if verdict.hush is None else verdict.hush.why.value,
                "reason": {"vi": in_words(verdict, "vi", zone), "en": in_words(verdict, "en", zone)},
            }
            for verdict in line.verdicts
        ],
    }

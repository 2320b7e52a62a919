"""A recurrence as text of RFC 5545, and back: DTSTART, RRULE and RDATE, as far as a recurrence can say it.

A lunar rule has no such text that other programs compute for UTC+7. It is written as `X-LOA-LUNAR`, with the parts
DAYS, MONTHS, BYDAY and UNTIL, which others pass over; what they need is the dates, and `ical.feed` gives them.
Times are whole seconds. Parts of RRULE that a recurrence cannot follow are refused, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from schedules.content_lines import ContentLine, content_lines
from schedules.day_rules import (
    Daily,
    DayRule,
    Lunar,
    Monthly,
    MonthlyWeekday,
    OnDates,
    Weekday,
    Weekly,
    Yearly,
)
from schedules.errors import BadRule
from schedules.recurrence import LAST_DAY, Recurrence, start_on
from schedules.timespan import COMMUNE_ZONE

MOST_TIMES = 10_000
"""The greatest COUNT."""

_PARTS = {"FREQ", "INTERVAL", "UNTIL", "COUNT", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"}
_LUNAR_PARTS = {"DAYS", "MONTHS", "BYDAY", "UNTIL"}
_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")
_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?[0-9]{1,5}")


def to_rfc5545(recurrence: Recurrence) -> str:
    """Its lines, DTSTART first, joined by line feeds. Reading them gives a recurrence with the same starts."""
    dates = list(islice(recurrence.dates(recurrence.first, LAST_DAY), 2))
    lines = [_moments("DTSTART", [dates[0]], recurrence)]
    if len(dates) == 1:
        return lines[0]
    match recurrence.days:
        case OnDates(chosen):
            all_dates = list(recurrence.dates(min(chosen), max(chosen)))
            lines.append(_moments("RDATE", all_dates[1:], recurrence))
        case Lunar(on, months):
            parts = {"DAYS": _listed(on), "MONTHS": _listed(months), "BYDAY": _weekdays(recurrence.weekdays)}
            lines.append(_rule("X-LOA-LUNAR", parts, recurrence))
        case solar:
            lines.append(_rule("RRULE", _rule_parts(solar, recurrence.weekdays), recurrence))
    return "\n".join(lines)


def _rule_parts(
    rule: Daily | Weekly | Monthly | MonthlyWeekday | Yearly, weekdays: frozenset[Weekday]
) -> dict[str, str]:
    parts = {"INTERVAL": "" if rule.every == 1 else str(rule.every), "BYDAY": _weekdays(weekdays)}
    match rule:
        case Daily():
            return {"FREQ": "DAILY"} | parts
        case Weekly():
            return {"FREQ": "WEEKLY"} | parts | {"BYDAY": _weekdays(weekdays or Weekday), "WKST": "MO"}
        case Monthly(on):
            return {"FREQ": "MONTHLY"} | parts | {"BYMONTHDAY": _listed(on)}
        case MonthlyWeekday(nth, weekday):
            return {"FREQ": "MONTHLY"} | parts | {"BYDAY": ",".join(f"{n}{weekday.value}" for n in sorted(nth))}
        case Yearly(month, day):
            return {"FREQ": "YEARLY"} | parts | {"BYMONTH": str(month), "BYMONTHDAY": str(day)}


def _rule(name: str, parts: dict[str, str], recurrence: Recurrence) -> str:
    if recurrence.last is not None:
        end = start_on(recurrence.last, recurrence.at, recurrence.zone)
        last = datetime.combine(recurrence.last, recurrence.at, recurrence.zone) if end is None else end
        parts = parts | {"UNTIL": f"{last.astimezone(UTC):%Y%m%dT%H%M%SZ}"}
    return f"{name}:" + ";".join(f"{part}={value}" for part, value in parts.items() if value)


def _moments(name: str, dates: Iterable[date], recurrence: Recurrence) -> str:
    local = ",".join(f"{day:%Y%m%d}T{recurrence.at:%H%M%S}" for day in dates)
    return f"{name};TZID={recurrence.zone.key}:{local}"


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(str(number) for number in sorted(numbers))


def _weekdays(weekdays: Iterable[Weekday]) -> str:
    return ",".join(weekday.value for weekday in sorted(weekdays, key=lambda one: one.number))


def from_rfc5545(text: str, zone: ZoneInfo = COMMUNE_ZONE) -> Recurrence:
    """The recurrence that `text` says; `zone` is for times without one. Anything else is a BadRule or BadRecurrence."""
    lines = {line.name: line for line in content_lines(text)}
    if len(lines) != len(content_lines(text)) or set(lines) - {"DTSTART", "RRULE", "RDATE", "X-LOA-LUNAR"}:
        raise BadRule("not-understood", "Only one DTSTART and one RRULE, RDATE or X-LOA-LUNAR are understood.")
    if "DTSTART" not in lines or len(lines) > 2:
        raise BadRule("not-understood", "A rule needs one DTSTART, and one rule beside it.")
    [start], zone = _read_moments(lines.pop("DTSTART"), zone)
    for name, line in lines.items():
        if name == "RDATE":
            others, other_zone = _read_moments(line, zone)
            if {moment.time() for moment in others} != {start.time()} or other_zone.key != zone.key:
                raise BadRule("not-understood", "All dates of a rule begin at the same time of day in the same zone.")
            return Recurrence.on_dates(frozenset(moment.date() for moment in [start, *others]), start.time(), zone)
        return _read_rule(line, start, zone)
    return Recurrence(at=start.time(), first=start.date(), last=start.date(), zone=zone)


def _read_rule(line: ContentLine, start: datetime, zone: ZoneInfo) -> Recurrence:
    parts = _read_parts(line)
    ordinals, weekdays = _read_weekdays(parts.get("BYDAY", ""))
    if line.name == "X-LOA-LUNAR":
        days: DayRule = Lunar(_numbers(parts, "DAYS"), _numbers(parts, "MONTHS"))
        if ordinals:
            raise BadRule("not-understood", "A lunar rule counts no weekdays.")
    else:
        days, weekdays = _read_days(parts, ordinals, weekdays, start.date())
    at, first = start.time(), start.date()
    if "COUNT" not in parts:
        return Recurrence(at, first, _read_until(parts, at, zone), weekdays, zone, days)
    endless = Recurrence(at, first, None, weekdays, zone, days)
    counted = list(islice(endless.dates(first, LAST_DAY), _read_count(parts)))
    return Recurrence(at, first, counted[-1], weekdays, zone, days)


def _read_days(
    parts: dict[str, str], ordinals: frozenset[int], weekdays: frozenset[Weekday], first: date
) -> tuple[DayRule, frozenset[Weekday]]:
    every = _one(parts, "INTERVAL", 1)
    on, month = _numbers(parts, "BYMONTHDAY"), _numbers(parts, "BYMONTH")
    match parts["FREQ"]:
        case "DAILY" if not (ordinals or on or month):
            return Daily(every), weekdays
        case "WEEKLY" if not (ordinals or on or month) and (every == 1 or parts.get("WKST", "MO") == "MO"):
            return Weekly(every), weekdays or frozenset({Weekday.of(first)})
        case "MONTHLY" if ordinals and len(weekdays) == 1 and not (on or month):
            return MonthlyWeekday(ordinals, min(weekdays, key=lambda one: one.number), every), frozenset()
        case "MONTHLY" if not (ordinals or month or (weekdays and not on)):
            return Monthly(on or frozenset({first.day}), every), weekdays
        case "YEARLY" if (
            not ordinals and len(on) <= 1 and len(month) <= 1 and (month or not on) and (on or not weekdays)
        ):
            return Yearly(min(month, default=first.month), min(on, default=first.day), every), weekdays
    raise BadRule("not-understood", "These parts of RRULE are not understood together.")


def _read_parts(line: ContentLine) -> dict[str, str]:
    allowed, required = (_PARTS, "FREQ") if line.name == "RRULE" else (_LUNAR_PARTS, "DAYS")
    parts: dict[str, str] = {}
    for part in line.value.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip().upper()
        if name not in allowed or name in parts or not equals or not value:
            raise BadRule("not-understood", f"This part of the rule is not understood: {part[:40]!r}.")
        parts[name] = value.strip().upper()
    if required not in parts or ("COUNT" in parts and "UNTIL" in parts) or line.parameters:
        raise BadRule("not-understood", f"A rule needs {required}, and only one of COUNT and UNTIL.")
    return parts


def _read_weekdays(text: str) -> tuple[frozenset[int], frozenset[Weekday]]:
    """The ordinals and the weekdays of BYDAY; only where it names a single weekday may it have ordinals."""
    found = [_BYDAY.fullmatch(entry) for entry in text.split(",")] if text else []
    entries = [entry for entry in found if entry is not None]
    ordinals = frozenset(int(entry[1]) for entry in entries if entry[1])
    weekdays = frozenset(Weekday(entry[2]) for entry in entries)
    mixed = bool(ordinals) and (len(weekdays) > 1 or any(not entry[1] for entry in entries))
    if len(entries) != len(found) or mixed:
        raise BadRule("not-understood", f"These weekdays are not understood: {text[:40]!r}.")
    return ordinals, weekdays


def _read_until(parts: dict[str, str], at: time, zone: ZoneInfo) -> date | None:
    if "UNTIL" not in parts:
        return None
    moment, is_utc, has_time = _read_moment(parts["UNTIL"])
    if not has_time:
        return moment.date()
    end = moment.replace(tzinfo=UTC if is_utc else zone).astimezone(zone)
    last = end.date()
    start = start_on(last, at, zone)
    return last if start is not None and start.astimezone(UTC) <= end.astimezone(UTC) else last - timedelta(days=1)


def _read_count(parts: dict[str, str]) -> int:
    count = _one(parts, "COUNT", 0)
    if not 1 <= count <= MOST_TIMES:
        raise BadRule("not-understood", f"COUNT is 1 to {MOST_TIMES}.")
    return count


def _read_moments(line: ContentLine, zone: ZoneInfo) -> tuple[list[datetime], ZoneInfo]:
    if set(line.parameters) - {"TZID", "VALUE"} or line.parameters.get("VALUE", "DATE-TIME") != "DATE-TIME":
        raise BadRule("not-understood", f"{line.name} gives a date and a time, with a TZID at most.")
    found = [_read_moment(entry) for entry in line.value.split(",")]
    if not all(has_time for _, _, has_time in found) or len({is_utc for _, is_utc, _ in found}) != 1:
        raise BadRule("not-understood", f"{line.name} gives a date and a time, all in UTC or none.")
    if line.name == "DTSTART" and len(found) != 1:
        raise BadRule("not-understood", "DTSTART is one moment.")
    if found[0][1]:
        return [moment for moment, _, _ in found], ZoneInfo("UTC")
    return [moment for moment, _, _ in found], _zone(line.parameters.get("TZID"), zone)


def _read_moment(text: str) -> tuple[datetime, bool, bool]:
    """The moment by the hands of the clock, whether it is in UTC, whether it has a time of day."""
    found = _MOMENT.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(number or 0) for number in found.groups()[:6])
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  the zone is known to the caller
    except ValueError:
        raise BadRule("not-understood", f"This is not a date and time of RFC 5545: {text[:40]!r}.") from None
    if not 1900 <= moment.year <= LAST_DAY.year:
        raise BadRule("out-of-range", f"Years are 1900 to {LAST_DAY.year}.")
    return moment, found[7] == "Z", found[4] is not None


def _zone(name: str | None, default: ZoneInfo) -> ZoneInfo:
    try:
        return default if name is None else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadRule("unknown-zone", f"This time zone is not known: {str(name)[:40]!r}.") from None


def _numbers(parts: dict[str, str], name: str) -> frozenset[int]:
    entries = parts[name].split(",") if name in parts else []
    if any(_NUMBER.fullmatch(entry) is None for entry in entries):
        raise BadRule("not-understood", f"{name} is a list of numbers, not {parts[name][:40]!r}.")
    return frozenset(int(entry) for entry in entries)


def _one(parts: dict[str, str], name: str, default: int) -> int:
    found = _numbers(parts, name) or {default}
    if len(found) != 1:
        raise BadRule("not-understood", f"{name} is one number.")
    return min(found)

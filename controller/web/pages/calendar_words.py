"""Entries of the calendar as people say them."""

from __future__ import annotations

from controller.store.calendars import Entry
from controller.web.pages.meanings import CLASSES
from controller.web.pages.recurring_days import recurring_days
from controller.web.pages.words import Words
from schedules.calendars import Holiday, Limit, Silence
from schedules.occurrence import Why
from schedules.recurrence import Recurrence


def kind_of(entry: Entry) -> str:
    if isinstance(entry, Silence):
        return entry.why.value
    return "holiday" if isinstance(entry, Holiday) else "limit"


def entry_in_words(entry: Entry, words: Words) -> str:
    """22:00–05:00 every day; on 2/9 every year, 2 days; at most 45 minutes in one session."""
    match entry:
        case Holiday(_, begins, lasting):
            said = _days(begins, words)
            return said if lasting == 1 else words.say("{when}, {count} days long", when=said, count=lasting)
        case Limit():
            return _caps(entry, words)
        case Silence(why=Why.MOURNING):
            return words.say("{days}, no music", days=_days(entry.begins, words))
        case Silence(why=Why.CLASS_HOURS):
            names = words.listed([words.say(CLASSES[one.value][0]) for one in entry.classes])
            hours = f"{entry.ends:%H:%M}–{entry.begins.at:%H:%M}"
            return words.say("{classes}: only {hours}", classes=names, hours=hours)
        case Silence():
            hours = f"{entry.begins.at:%H:%M}–{entry.ends:%H:%M}"
            days = _days(entry.begins, words)
            whole = entry.begins.at == entry.ends
            return days if whole else words.say("{time}, {days}", time=hours, days=days)


def _caps(limit: Limit, words: Words) -> str:
    day, session = limit.per_day, limit.per_session
    caps = [
        words.say("at most {count} minutes a day", count=f"{round(day / 60, 1):g}") if day else "",
        words.say("at most {count} minutes in one session", count=f"{round(session / 60, 1):g}") if session else "",
    ]
    return ", ".join(filter(None, caps))


def _days(rule: Recurrence, words: Words) -> str:
    if rule.last is None:
        return recurring_days(rule, words)
    if rule.first == rule.last:
        return words.weekday_and_date(rule.first)
    return f"{words.short_date(rule.first)}–{words.short_date(rule.last)}"

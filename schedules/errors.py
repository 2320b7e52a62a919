"""The errors of the schedule rules.

ScheduleError
├── BadRecurrence     a rule that can never fire, or whose end is before its start
├── BadLunarDate      a lunar day that does not exist, or is not known
├── BadRule           text that is not the part of RFC 5545 which is understood here
├── BadTimespan       an end that is not after its beginning, or a time without a zone
├── BadProgramme      a programme without a sound, an area or a usable volume
└── BadCalendar       a calendar entry that contradicts itself, or would silence an emergency
"""

from __future__ import annotations


class ScheduleError(Exception):
    """A rule that cannot be followed; `code` is stable, the message says what is wrong in English."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BadRecurrence(ScheduleError):
    pass


class BadLunarDate(ScheduleError):
    pass


class BadRule(ScheduleError):
    pass


class BadTimespan(ScheduleError):
    pass


class BadProgramme(ScheduleError):
    pass


class BadCalendar(ScheduleError):
    pass

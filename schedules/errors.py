"""The errors of the schedule rules.

ScheduleError
├── BadRecurrence     a rule that can never fire, or whose end is before its start
├── BadTimespan       an end that is not after its beginning, or a time without a zone
└── BadProgramme      a programme without a sound, an area or a usable volume
"""

from __future__ import annotations


class ScheduleError(Exception):
    """A rule that cannot be followed; `code` is stable, the message says what is wrong in English."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BadRecurrence(ScheduleError):
    pass


class BadTimespan(ScheduleError):
    pass


class BadProgramme(ScheduleError):
    pass

"""Who may speak over whom, who waits for how long, and what is still to be heard: the rules of one line of sound.

`conflicts` foretells a day by them; a loudspeaker follows them, moment after moment, as things really go.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from schedules.occurrence import Hush, Occurrence
from schedules.priority import BulletinClass, Entry, Resume
from schedules.programme import AreaId


class Claim:
    """What of one occurrence has not sounded yet, for a place that stands in all areas of `path`: all from `offset` on.

    Of claims that may all take the line, the one with the smallest `order` does.
    """

    def __init__(self, occurrence: Occurrence, path: Collection[AreaId]) -> None:
        self.occurrence = occurrence
        self.hushes = [hush for hush in occurrence.hushes if hush.concerns(path)]
        self.rank = occurrence.bulletin_class.rank
        self.order = (-self.rank, occurrence.order, occurrence.start, occurrence.requested_at, occurrence.id)
        self.length = occurrence.length
        self.offset = timedelta()

    @property
    def rest(self) -> timedelta:
        return self.length - self.offset

    @property
    def deadline(self) -> datetime:
        """Its last moment to begin or to go on, while other sound holds it off."""
        return self.occurrence.start + self.offset + self.occurrence.patience

    def hush_between(self, start: datetime, end: datetime) -> Hush | None:
        return next((hush for hush in self.hushes if hush.meets(start, end)), None)

    def outdoes(self, sounding: Claim, until: datetime, now: datetime) -> bool:
        """Whether it cuts `sounding`, which would end at `until`, short."""
        if self.rank <= sounding.rank:
            return False
        if self.occurrence.entry is Entry.HARD or self.occurrence.bulletin_class is BulletinClass.EMERGENCY:
            return True
        return until > self.deadline or self.hush_between(now, until + self.rest) is not None

    def cut_short(self, heard: timedelta) -> bool:
        """A stronger one took the line after `heard` of its sound. False when the rest is not to follow."""
        if self.occurrence.resume is Resume.DROP:
            return False
        self.offset = self.offset + heard if self.occurrence.resume is Resume.RESUME else timedelta()
        return True

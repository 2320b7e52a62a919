"""What could sound if it began now: recordings on the disk, tracks prepared by the loudspeaker, and what forbids it."""

from __future__ import annotations

from datetime import datetime, timedelta

from devices.agent.cache import Cache, Problem
from devices.agent.fetch import Downloads
from devices.agent.planbook import PlanBook
from devices.agent.speaker import Preparation, Speaker, Track
from schedules.plan import Occurrence, OccurrenceId

_PROBLEMS = {Preparation.UNPLAYABLE: Problem.UNPLAYABLE, Preparation.NO_ROOM: Problem.DISK_FULL}


class Readiness:
    def __init__(self, book: PlanBook, cache: Cache, downloads: Downloads, speaker: Speaker) -> None:
        self._book = book
        self._cache = cache
        self._downloads = downloads
        self._speaker = speaker
        self._tracks: dict[OccurrenceId, Track] = {}

    @property
    def ahead(self) -> timedelta:
        """So long before its moment something is prepared."""
        return timedelta(seconds=self._speaker.prepare_ahead + self._book.limits.lead)

    def prepare(self, now: datetime) -> None:
        """Hand what sounds soon to the loudspeaker; what it finds damaged is fetched again."""
        until = now + self.ahead
        for one in self._book.open:
            if one.start > until:
                break
            if self._downloads.problem(one) is not None:
                continue
            files = tuple(self._cache.path(sound.sha256) for sound in one.sounds)
            limits = self._book.limits
            volume = min(one.volume, limits.volume_cap)
            track = Track(one.id, one.sounds, files, volume, limits.lead, limits.tail)
            if self._tracks.get(one.id) != track:
                self._tracks[one.id] = track
                self._speaker.prepare(track)
            if self._speaker.preparation(one.id) is Preparation.DAMAGED:
                self.forget(one.id)
                for sound in one.sounds:
                    self._downloads.doubt(sound)

    def is_ready(self, one: Occurrence) -> bool:
        return self._speaker.preparation(one.id) is Preparation.READY

    def volume(self, one: Occurrence) -> int:
        """At which it was prepared."""
        return self._tracks[one.id].volume

    def problem(self, one: Occurrence) -> str:
        """In one word why it could not be played in its time; empty when it could."""
        silence = self._book.limits.silences(one, one.start)
        if silence is not None:
            return silence.value
        problem = self.fault(one)
        return "" if problem is None else problem.value

    def fault(self, one: Occurrence) -> Problem | None:
        """What is missing or broken; None when it can sound."""
        return self._downloads.problem(one) or _PROBLEMS.get(self._speaker.preparation(one.id))

    def forget(self, occurrence: OccurrenceId) -> None:
        self._tracks.pop(occurrence, None)
        self._speaker.forget(occurrence)

    def forget_withdrawn(self) -> None:
        for occurrence in [one for one in self._tracks if one not in self._book.wanted]:
            self.forget(occurrence)

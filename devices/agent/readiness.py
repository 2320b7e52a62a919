"""What could sound if it began now: recordings on the disk, sirens and words of our own, and what forbids it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from devices.agent.cache import Cache, Problem
from devices.agent.fetch import Downloads
from devices.agent.orderbook import OrderBook
from devices.agent.planbook import PlanBook
from devices.agent.sirens import Recording, Sirens
from devices.agent.speaker import Preparation, Speaker, Track
from devices.agent.spoken import Spoken
from devices.agent.timetable import Timetable
from schedules.occurrence import Occurrence, OccurrenceId
from schedules.priority import BulletinClass

RECORDING_WAITED_FOR = timedelta(seconds=2)
"""So long after an urgent order came its recordings may take; then the device says the words itself."""
INSPECTED_AHEAD = timedelta(minutes=40)
"""So long before its moment the files of an occurrence are looked through: there is time to fetch them again."""
ALL_STOP = "all-stop"
SIREN, WORDS = "~siren", "~words"
"""Behind the name of an occurrence: a part of it that is a track of its own."""
_PROBLEMS = {Preparation.UNPLAYABLE: Problem.UNPLAYABLE, Preparation.NO_ROOM: Problem.DISK_FULL}


@dataclass(frozen=True, slots=True)
class OwnSounds:
    """What the device makes itself."""

    sirens: Sirens
    spoken: Spoken


class Readiness:
    def __init__(
        self,
        plans: PlanBook,
        orders: OrderBook,
        timetable: Timetable,
        cache: Cache,
        downloads: Downloads,
        own: OwnSounds,
        speaker: Speaker,
    ) -> None:
        self._plans = plans
        self._orders = orders
        self._timetable = timetable
        self._cache = cache
        self._downloads = downloads
        self._own = own
        self._speaker = speaker
        self._tracks: dict[OccurrenceId, Track] = {}
        self._inspected: set[OccurrenceId] = set()

    @property
    def ahead(self) -> timedelta:
        """So long before its moment something is prepared."""
        return timedelta(seconds=self._speaker.prepare_ahead + self._plans.limits.lead)

    def want(self, nudge: Callable[[], None]) -> None:
        """The books have changed: fetch what is missing, and have spoken what may be needed."""
        config = self._plans.config
        alarms, keep = ((), ()) if config is None else (config.alarms, config.keep)
        ordered = self._orders.sounds(self._plans.areas)
        now_needed = [sound for one in ordered for sound in one.occurrence.sounds]
        ahead = [sound for one in self._timetable.open for sound in one.sounds]
        self._downloads.want((*now_needed, *ahead), urgent=[sound.sha256 for sound in now_needed])
        self._downloads.keep((*(sound for alarm in alarms for sound in alarm.sounds), *keep))
        said = {(one.words, one.language) for one in ordered} | {(one.words, one.language) for one in alarms}
        for words, language in said:
            if words.strip():
                self._own.spoken.want(words, language, nudge)

    def inspect(self, now: datetime) -> None:
        """Look once through the files of what comes soon."""
        for one in self._timetable.open:
            if one.start - INSPECTED_AHEAD > now:
                break
            if one.id not in self._inspected:
                self._inspected.add(one.id)
                for sound in one.sounds:
                    self._downloads.inspect(sound)

    def next_inspection(self, now: datetime) -> datetime | None:
        moments = (one.start - INSPECTED_AHEAD for one in self._timetable.open)
        return next((moment for moment in moments if moment > now), None)

    def prepare(self, now: datetime, sounding: Occurrence | None) -> None:
        """Hand what sounds soon, or follows in `sounding`, to the loudspeaker; what is damaged is fetched again."""
        until = now + self.ahead
        soon = [one for one in self._timetable.open if one.start <= until]
        for one in soon if sounding is None else [sounding, *soon]:
            for track in self._tracks_of(one):
                if self._tracks.get(track.occurrence) != track:
                    self._tracks[track.occurrence] = track
                    self._speaker.prepare(track)
            if self._speaker.preparation(one.id) is Preparation.DAMAGED:
                self._tracks.pop(one.id, None)
                self._speaker.forget(one.id)
                for sound in one.sounds:
                    self._downloads.doubt(sound)

    def _tracks_of(self, one: Occurrence) -> Iterator[Track]:
        sound = self._orders.sound(one.id)
        if sound is not None and sound.siren is not None:
            siren = self._track(one, _siren(one.id), self._own.sirens.rounds(sound.siren))
            yield replace(siren, at_once=True)
        if sound is not None and (spoken := self._own.spoken.recording(sound.words, sound.language)) is not None:
            yield self._track(one, _words(one.id), [spoken], self._own.spoken.voice)
        if one.sounds and self._downloads.problem(one) is None:
            yield self._track(one, one.id, [(sound, self._cache.path(sound.sha256)) for sound in one.sounds])

    def _track(self, one: Occurrence, name: OccurrenceId, recordings: list[Recording], voice: str = "") -> Track:
        sounds, files = zip(*recordings, strict=True)
        limits = self._plans.limits
        emergency = one.bulletin_class is BulletinClass.EMERGENCY
        volume = min(one.volume, limits.emergency_volume_cap if emergency else limits.volume_cap)
        return Track(name, sounds, files, volume, limits.lead, limits.tail, voice)

    def opening(self, one: Occurrence, now: datetime) -> Track | None:
        """With what it can begin now; None while with nothing."""
        sound = self._orders.sound(one.id)
        siren = None if sound is None or sound.siren is None else self._ready(_siren(one.id))
        return siren or self.words(one, now)

    def words(self, one: Occurrence, now: datetime) -> Track | None:
        """What can be said now; None while nothing can."""
        recorded = self._ready(one.id) if one.sounds else None
        if recorded is not None or self._orders.sound(one.id) is None:
            return recorded
        return self._ready(_words(one.id)) if self.speaks_itself_at(one) <= now else None

    def has_words_after(self, one: Occurrence, track: Track) -> bool:
        """Whether there is something to be said after `track`, which was its siren."""
        sound = self._orders.sound(one.id)
        return track.occurrence == _siren(one.id) and sound is not None and bool(one.sounds or sound.words.strip())

    def speaks_itself_at(self, one: Occurrence) -> datetime:
        """From when on recordings are not waited for."""
        read_at = self._orders.read_at(one.id) if one.sounds else None
        return one.requested_at if read_at is None else read_at + RECORDING_WAITED_FOR

    def _ready(self, name: OccurrenceId) -> Track | None:
        return self._tracks.get(name) if self._speaker.preparation(name) is Preparation.READY else None

    def problem(self, one: Occurrence) -> str:
        """In one word why it could not be played in its time; empty when it could."""
        silence = self._plans.limits.silences(one, one.start)
        if silence is not None:
            return silence.value
        if self._orders.stops(self._timetable.wish(one.id), self._plans.areas):
            return ALL_STOP
        lost = self._timetable.lost(one.id)
        problem = self.fault(one)
        return lost or ("" if problem is None else problem.value)

    def fault(self, one: Occurrence) -> Problem | None:
        """What is missing or broken; None when it can sound."""
        recorded = self._downloads.problem(one) or _PROBLEMS.get(self._speaker.preparation(one.id))
        sound = self._orders.sound(one.id)
        if sound is None or (one.sounds and recorded is None):
            return recorded
        if not sound.words.strip() or self._own.spoken.recording(sound.words, sound.language) is not None:
            return None
        return recorded or Problem.VOICE

    def forget(self, occurrence: OccurrenceId) -> None:
        self._inspected.discard(occurrence)
        for name in (occurrence, _siren(occurrence), _words(occurrence)):
            if self._tracks.pop(name, None) is not None:
                self._speaker.forget(name)

    def forget_withdrawn(self) -> None:
        for name in list(self._tracks):
            occurrence = OccurrenceId(name.removesuffix(SIREN).removesuffix(WORDS))
            if occurrence not in self._timetable.wanted:
                self.forget(occurrence)


def _siren(occurrence: OccurrenceId) -> OccurrenceId:
    return OccurrenceId(f"{occurrence}{SIREN}")


def _words(occurrence: OccurrenceId) -> OccurrenceId:
    return OccurrenceId(f"{occurrence}{WORDS}")

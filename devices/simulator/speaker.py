"""A loudspeaker without sound: it keeps time by any clock, also one that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.agent.speaker import Preparation, Sounding, Track, is_whole
from devices.clock import Clock
from schedules.plan import OccurrenceId


@dataclass(slots=True)
class Stretch:
    """One stretch that was begun; `seconds` of it came out. `position` is where in the track it began.

    `lead` is how many seconds the amplifier was given before the first sample. `heard_at` is when the first sample
    came out, by the world's clock.
    """

    track: Track
    at: datetime
    position: float
    seconds: float = 0.0
    problem: str = ""
    lead: float = 0.0
    heard_at: datetime | None = None


class PretendSpeaker:
    """`history` holds every stretch that was ever begun, oldest first. The `world` knows the time better than a board;
    without it `clock` is right.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        world: Clock | None = None,
        prepare_ahead: float = 0.0,
        begin_ahead: float = 0.0,
        reaction: float = 0.0,
    ) -> None:
        self.prepare_ahead = prepare_ahead
        self.begin_ahead = begin_ahead
        self.reaction = reaction
        self.history: list[Stretch] = []
        self._clock = clock
        self._world = world or clock
        self._tracks: dict[OccurrenceId, tuple[Track, Preparation]] = {}
        self._now: Stretch | None = None
        self._begins = 0.0

    def on_change(self, nudge: Callable[[], None]) -> None:
        """Nothing ends here between two moves of the clock."""

    def prepare(self, track: Track) -> None:
        whole = all(is_whole(path, sound) for path, sound in zip(track.files, track.sounds, strict=True))
        self._tracks[track.occurrence] = (track, Preparation.READY if whole else Preparation.DAMAGED)

    def preparation(self, occurrence: OccurrenceId) -> Preparation:
        found = self._tracks.get(occurrence)
        return Preparation.UNKNOWN if found is None else found[1]

    def begin(self, occurrence: OccurrenceId, at: datetime, position: float) -> None:
        self.stop()
        now = self._clock.now()
        at = max(at, now)
        self._begins = self._clock.monotonic() + (at - now).total_seconds()
        track = self._tracks[occurrence][0]
        lead = min(track.lead, (at - now).total_seconds())
        self._now = Stretch(track, at, position, lead=lead, heard_at=self._world.now() + (at - now))
        self.history.append(self._now)

    def sounding(self) -> Sounding | None:
        stretch = self._now
        if stretch is None:
            return None
        length = sum(sound.seconds for sound in stretch.track.sounds) - stretch.position
        elapsed = self._clock.monotonic() - self._begins
        finished = elapsed >= length or bool(stretch.problem)
        if not stretch.problem:
            stretch.seconds = min(max(elapsed, 0.0), length)
        remaining = timedelta(seconds=max(length - elapsed, 0.0))
        return Sounding(
            stretch.track.occurrence,
            stretch.at if elapsed >= 0 else None,
            stretch.seconds,
            stretch.at + timedelta(seconds=length) if finished else self._clock.now() + remaining,
            finished,
            stretch.problem,
        )

    def stop(self) -> Sounding | None:
        stopped, self._now = self.sounding(), None
        return stopped

    def forget(self, occurrence: OccurrenceId) -> None:
        self._tracks.pop(occurrence, None)
        if self._now is not None and self._now.track.occurrence == occurrence:
            self._now = None

    def close(self) -> None:
        self.stop()
        self._tracks.clear()

    def fail(self, problem: str) -> None:
        """The amplifier, or its cable, gives up at this moment."""
        if self._now is not None and self.sounding() is not None:
            self._now.problem = problem

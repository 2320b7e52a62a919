"""What an agent asks of its loudspeaker, whichever kind it is: a player program, WAV files, or a pretended one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from schedules.plan import OccurrenceId
from schedules.programme import Sound

SAMPLE_RATE = 48_000
BYTES_PER_SECOND = 2 * SAMPLE_RATE
"""All sound is 48 kHz, 16 bit, one channel."""


@dataclass(frozen=True, slots=True)
class Track:
    """What one occurrence sounds like: its sounds, one after the other, from these files, at this volume in percent.

    A track that is only part of an occurrence (its siren, or words that the device's own `voice` says) has a name of
    its own instead of the occurrence's.

    `lead` seconds of silence switch the amplifier on before the first sample, as far as there is time; `tail` seconds
    after the last keep it on, unless something else begins. What is to be there `at_once` is prepared without a wait:
    short files of our own.
    """

    occurrence: OccurrenceId
    sounds: tuple[Sound, ...]
    files: tuple[Path, ...]
    volume: int
    lead: float = 0.0
    tail: float = 0.0
    voice: str = ""
    at_once: bool = False


class Preparation(Enum):
    UNKNOWN = "unknown"
    UNDER_WAY = "under-way"
    READY = "ready"
    DAMAGED = "damaged"
    """A file is not what its name says."""
    UNPLAYABLE = "unplayable"
    """A file is whole, but nothing that can be decoded, or much longer than the plan says."""
    NO_ROOM = "no-room"


@dataclass(frozen=True, slots=True)
class Sounding:
    """One stretch of sound, now or just over. `seconds` of it are out of the loudspeaker.

    `started_at` is the moment of its first sample, None before that; `ends_at` an estimate until `finished`.
    `problem` says in one word why it ended early; empty when it did not.
    """

    occurrence: OccurrenceId
    started_at: datetime | None
    seconds: float
    ends_at: datetime
    finished: bool
    problem: str = ""


class Speaker(Protocol):
    """One loudspeaker: several tracks may be prepared, at most one sounds. Called by one thread; no call takes long."""

    prepare_ahead: float
    """How many seconds before air time it wants to hear of a track."""
    begin_ahead: float
    """How many seconds before the first sample it wants to be told to begin; a slow disk fits in between."""
    reaction: float
    """How many seconds it needs at least to begin."""

    def on_change(self, nudge: Callable[[], None]) -> None:
        """`nudge` is called, from any thread, when a preparation or a stretch of sound has ended."""

    def prepare(self, track: Track) -> None:
        """Make ready, in the background if it takes time. The same track again changes nothing."""

    def preparation(self, occurrence: OccurrenceId) -> Preparation: ...

    def begin(self, occurrence: OccurrenceId, at: datetime, position: float) -> None:
        """Let a READY track sound from `position` (seconds into it); its first sample comes at `at`, or now if past."""

    def sounding(self) -> Sounding | None:
        """The last stretch that was begun, also after its end; None after `forget`."""

    def stop(self) -> Sounding | None:
        """Silence. Returns what sounded until now."""

    def forget(self, occurrence: OccurrenceId) -> None:
        """Its preparation is not needed any more."""

    def close(self) -> None:
        """Silence for good; whatever was borrowed is given back."""


def is_whole(path: Path, sound: Sound) -> bool:
    """True when `path` holds exactly the bytes that `sound` names."""
    try:
        if path.stat().st_size != sound.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sound.sha256
    except OSError:
        return False

"""What is known of each finished recording. The sound itself lies in the speech library, under the same hash."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, select, update

from controller.store.origin import origin
from controller.store.tables import recording_makers, recordings
from schedules.programme import Sha256, Sound


@dataclass(frozen=True, slots=True)
class Recording:
    """`voice` is who speaks: an engine and its voice, or a person's recording; `waveform` is for drawing, 0 to 100.

    `lufs` and `peak_dbtp` are as measured on the finished file, `silences` begin and end, in seconds, of each long
    silence inside it, `warnings` codes of what a person should listen for: clipped, quiet, loudness.
    """

    sha256: Sha256
    seconds: float
    size: int
    media_type: str
    voice: str
    waveform: tuple[int, ...]
    lufs: float | None = None
    peak_dbtp: float | None = None
    silences: tuple[tuple[float, float], ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, asset: object) -> Recording:
        """The same of whatever knows all that a recording knows, such as an asset of the speech library."""
        return cls(**{name: getattr(asset, name) for name in cls.__dataclass_fields__})

    @property
    def sound(self) -> Sound:
        return Sound(self.sha256, self.seconds, self.size)


def keep(connection: Connection, recording: Recording, now: datetime) -> None:
    """Keeping the same sound again changes nothing but when that was; whoever is behind it has had it made."""
    again = update(recordings).where(recordings.c.sha256 == recording.sha256).values(kept_at=now, deleted_at=None)
    if connection.execute(again).rowcount == 0:
        connection.execute(
            recordings.insert().values(
                sha256=recording.sha256,
                seconds=recording.seconds,
                size=recording.size,
                media_type=recording.media_type,
                voice=recording.voice,
                waveform=list(recording.waveform),
                lufs=recording.lufs,
                peak_dbtp=recording.peak_dbtp,
                silences=[list(silence) for silence in recording.silences],
                warnings=list(recording.warnings),
                kept_at=now,
            )
        )
    _note_maker(connection, recording.sha256, origin().account)


def _note_maker(connection: Connection, recording: Sha256, account: str) -> None:
    """The controller itself has no account."""
    mine = {"recording": recording, "account": account}
    known = select(recording_makers).filter_by(**mine)
    if account and connection.execute(known).first() is None:
        connection.execute(recording_makers.insert().values(mine))


def find(connection: Connection, sha256: Sha256) -> Recording | None:
    return some(connection, {sha256}).get(sha256)


def some(connection: Connection, wanted: Collection[Sha256]) -> dict[Sha256, Recording]:
    rows = connection.execute(select(recordings).where(recordings.c.sha256.in_(wanted)))
    return {recording.sha256: recording for recording in map(_recording, rows)}


def _recording(row: Row[tuple[object, ...]]) -> Recording:
    return Recording(
        sha256=Sha256(row.sha256),
        seconds=row.seconds,
        size=row.size,
        media_type=row.media_type,
        voice=row.voice,
        waveform=tuple(int(x) for x in row.waveform),
        lufs=row.lufs,
        peak_dbtp=row.peak_dbtp,
        silences=tuple((begin, end) for begin, end in row.silences),
        warnings=tuple(row.warnings),
    )


_VOICES = select(recordings.c.sha256, recordings.c.voice).where(
    recordings.c.sha256.in_(bindparam("sounds", expanding=True))
)


def voices(connection: Connection, sounds: Collection[Sha256]) -> tuple[str, ...]:
    """Who speaks in these recordings, each once."""
    rows = connection.execute(_VOICES, {"sounds": list(sounds)})
    known = {row.sha256: row.voice for row in rows}
    return tuple(dict.fromkeys(known[sound] for sound in sounds if sound in known))

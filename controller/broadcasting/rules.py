"""From rows to the rules of `schedules`."""

from __future__ import annotations

from datetime import datetime

from controller.errors import NotFound, NotNow
from controller.store import bulletins, old_sounds, recordings
from controller.store.bulletins import Bulletin, ProgrammeRow
from controller.store.database import Connection
from controller.store.recordings import Recording
from schedules.programme import Programme


def rules_of(
    row: ProgrammeRow, bulletin: Bulletin, recording: Recording, requested_at: datetime
) -> tuple[Programme, ...]:
    """One rule for each time of the day, all under the programme's id. BadProgramme for what cannot be followed."""
    return tuple(
        Programme(
            id=row.id,
            title=bulletin.title,
            areas=row.areas,
            sounds=(recording.sound,),
            recurrence=rule,
            requested_at=requested_at,
            bulletin_class=bulletin.bulletin_class,
            volume=row.volume,
            **row.manner.fields,
        )
        for rule in row.rules
    )


def check_rules(connection: Connection, row: ProgrammeRow) -> None:
    """NotFound without its bulletin, NotNow without its sound, BadProgramme for what cannot be followed."""
    bulletin = bulletins.find(connection, row.bulletin)
    if bulletin is None:
        raise NotFound("unknown-bulletin", "There is no bulletin {bulletin!r}.", bulletin=row.bulletin)
    rules_of(row, bulletin, sound_of(connection, bulletin), row.written_at)


def sound_of(connection: Connection, bulletin: Bulletin) -> Recording:
    """NotNow where it is kept no longer."""
    recording = recordings.find(connection, bulletin.recording)
    assert recording is not None, "a bulletin's recording is a foreign key"
    if old_sounds.is_deleted(connection, recording.sha256):
        raise NotNow("sound-deleted", "The sound of this bulletin is kept no longer: write it anew.")
    return recording

"""From rows to the rules of `schedules`."""

from __future__ import annotations

from datetime import datetime

from controller.store.bulletins import Bulletin, ProgrammeRow
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

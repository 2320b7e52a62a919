"""How long sounds are kept: once a day those go from the disk that nobody needs any more."""

from __future__ import annotations

import logging
from datetime import timedelta

from controller.speech.library import Library
from controller.store import old_sounds
from controller.store.database import Database
from devices.clock import Clock

DAILY = timedelta(days=1)

log = logging.getLogger(__name__)


class OldSounds:
    """Keeps every sound for `days` after it was made or last heard, and as long as it may be heard again."""

    def __init__(self, database: Database, library: Library, clock: Clock, days: int) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._kept = timedelta(days=days)
        self._due = clock.now() + DAILY

    def tend(self) -> None:
        """Does it when it is due. A death in the middle leaves nothing but more to do the next time."""
        now = self._clock.now()
        if now < self._due:
            return
        self._due = now + DAILY
        with self._database.write() as connection:
            gone = old_sounds.unneeded(connection, now - self._kept, now)
            for sound in gone:
                self._library.forget(sound)
                old_sounds.deleted(connection, sound, now)
        if gone:
            log.info("%d sounds that nobody needs any more are gone from the disk", len(gone))

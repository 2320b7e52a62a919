"""What is decided gets its sound: a recording for what is urgent, a programme for all else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from controller.alerts.addressing import enclosing
from controller.alerts.urgent import is_urgent, voices
from controller.errors import ControllerError
from controller.speech.desk import Speech
from controller.speech.errors import SpeechError
from controller.speech.reading.sentences import paragraphs
from controller.store import alerts, announcements, areas
from controller.store.announcements import Announcement
from controller.store.database import Database
from devices.clock import Clock
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId, Sound

LEAD = timedelta(seconds=20)
"""Loudspeakers fetch plan and sound meanwhile."""

log = logging.getLogger(__name__)


class Programmes(Protocol):
    """The way by which everything that is not urgent is broadcast."""

    def put(
        self,
        programme: ProgrammeId,
        title: str,
        spoken: str,
        bulletin_class: BulletinClass,
        chosen: tuple[AreaId, ...],
        start: datetime,
    ) -> None:
        """Approved by a standing order. The same once more changes nothing. ControllerError or SpeechError."""

    def take_off(self, programme: ProgrammeId) -> None:
        """It does not begin any more; nothing happens where it was taken off before."""


class Voicing:
    """`work` is called by one thread; `then` when a recording was made."""

    def __init__(
        self, database: Database, speech: Speech, programmes: Programmes, clock: Clock, then: Callable[[], None]
    ) -> None:
        self._database = database
        self._speech = speech
        self._programmes = programmes
        self._clock = clock
        self._then = then

    def work(self) -> bool:
        """Does one thing that waits; False when there was none."""
        now = self._clock.now()
        with self._database.read() as connection:
            waiting = announcements.not_made(connection, now)
            left = announcements.to_take_off(connection)
        if waiting:
            self._make(waiting[0], now)
            return True
        for one in left:
            self._programmes.take_off(ProgrammeId(one))
            with self._database.write() as connection:
                announcements.taken_off(connection, one, now)
        return bool(left)

    def _make(self, one: Announcement, now: datetime) -> None:
        sounds: tuple[Sound, ...] = ()
        trouble = ""
        try:
            if is_urgent(one):
                sounds = self._recorded(one)
            else:
                self._plan(one, now)
        except (SpeechError, ControllerError) as failed:
            # What is urgent the loudspeakers speak themselves.
            log.warning("%s could not be made: %s", one.id, failed)
            trouble = str(failed)
        with self._database.write() as connection:
            announcements.made(connection, one.id, sounds, now)
            what = "not-recorded" if trouble else "recorded" if is_urgent(one) else "planned"
            alerts.tell(connection, one.alert, now, what, trouble)
        if sounds:
            self._then()

    def _recorded(self, one: Announcement) -> tuple[Sound, ...]:
        """What they have at hand, else the first language's; voices for others are left to the loudspeakers."""
        if one.sounds:
            return one.sounds
        language, words = next(iter(voices(one.phrases)))
        if not language.casefold().startswith("vi"):
            return ()
        asset = self._speech.render(paragraphs(words), offline=True)
        return (Sound(asset.sha256, asset.seconds, asset.size),)

    def _plan(self, one: Announcement, now: datetime) -> None:
        with self._database.read() as connection:
            tree = areas.tree(connection)
            places = announcements.places_of(connection, one.id)
        chosen = enclosing(tree, [place.area for place in places])
        spoken = " ".join(text for language, text in one.phrases)
        start = max(one.begins_at, now + LEAD)
        self._programmes.put(ProgrammeId(one.id), one.title, spoken, one.bulletin_class, chosen, start)

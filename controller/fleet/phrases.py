"""The fixed sentences of an emergency: spoken at the start, listed to every device, kept there for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from controller.errors import NotFound
from controller.speech.desk import Speech
from controller.speech.phrases import CUT, FixedPhrase
from controller.speech.reading import read
from controller.store import phrases, recordings
from controller.store.database import Connection, Database
from controller.store.phrases import KeptPhrase
from controller.store.recordings import Recording
from devices.clock import Clock
from schedules.programme import Sha256


class FixedPhrases:
    """`catalogue` holds every phrase there is, in the order in which devices fetch them."""

    def __init__(
        self,
        database: Database,
        speech: Speech,
        clock: Clock,
        catalogue: Sequence[FixedPhrase],
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when devices are to hear of something new."""
        self._database = database
        self._speech = speech
        self._clock = clock
        self._catalogue = {phrase.key: (place, phrase) for place, phrase in enumerate(catalogue)}
        self._changed = changed

    def prepare(self) -> bool:
        """Speaks one phrase that is missing, or drops what is none any more; False when there is nothing to do.

        A voice that needs the internet is never asked. Raises SpeechError where no voice can speak.
        """
        with self._database.read() as connection:
            kept = {one.key: one for one in phrases.everything(connection)}
        gone = frozenset(kept.keys() - self._catalogue.keys())
        missing = [key for key in self._catalogue if not self._is_kept(kept.get(key))]
        if missing:
            self._speak(missing[0])
        elif gone:
            with self._database.write() as connection:
                phrases.drop(connection, gone)
        if len(missing) == 1 or (gone and not missing):
            self._changed()
        return bool(missing or gone)

    def record(self, key: str, recording: Sha256) -> None:
        """From now on a person's recording is heard instead of the computer voice. NotFound for either."""
        self._find(key)
        with self._database.write() as connection:
            if recordings.find(connection, recording) is None:
                raise NotFound("unknown-recording", "There is no such recording.")
            self._put(connection, key, recording, by_person=True)
        self._changed()

    def speak_again(self, key: str) -> None:
        """From now on the computer voice is heard again. NotFound, or SpeechError where no voice can speak."""
        self._speak(key)
        self._changed()

    def listed(self) -> tuple[tuple[FixedPhrase, KeptPhrase | None, Recording | None], ...]:
        """Every phrase, and what is heard for it once there is something."""
        with self._database.read() as connection:
            kept = {one.key: one for one in phrases.everything(connection)}
            return tuple(
                (phrase, mine, recordings.find(connection, mine.recording) if mine else None)
                for _, phrase in self._catalogue.values()
                for mine in (kept.get(phrase.key),)
            )

    def _is_kept(self, kept: KeptPhrase | None) -> bool:
        if kept is None or self._speech.library.path(kept.recording) is None:
            return False
        return kept.by_person or kept.text == self._catalogue[kept.key][1].text

    def _find(self, key: str) -> FixedPhrase:
        if key not in self._catalogue:
            raise NotFound("unknown-phrase", "There is no fixed sentence {key!r}.", key=key)
        return self._catalogue[key][1]

    def _speak(self, key: str) -> None:
        reading = read(self._find(key).text)
        asset = self._speech.render(reading.paragraphs, cut=CUT, offline=True)
        with self._database.write() as connection:
            recordings.keep(connection, Recording.of(asset), self._clock.now())
            self._put(connection, key, asset.sha256, by_person=False)

    def _put(self, connection: Connection, key: str, recording: Sha256, *, by_person: bool) -> None:
        place, phrase = self._catalogue[key]
        kept = KeptPhrase(key, place, phrase.text, recording, by_person, self._clock.now())
        phrases.put(connection, kept)

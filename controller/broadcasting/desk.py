"""The editor's desk: text becomes speech, speech becomes a bulletin, a bulletin gets its areas and times."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

from controller.broadcasting.drafts import Draft as Draft
from controller.broadcasting.drafts import Script as Script
from controller.broadcasting.own_words import OwnWords
from controller.broadcasting.rules import check_rules
from controller.broadcasting.scripts import MAX_TEXT as MAX_TEXT
from controller.broadcasting.scripts import MAX_TITLE as MAX_TITLE
from controller.broadcasting.scripts import by_hand, check_text, cut_of, title_of
from controller.broadcasting.scripts import own_title as own_title
from controller.errors import Invalid, NotFound
from controller.speech.desk import Speech
from controller.speech.errors import NoVoice
from controller.speech.library import Asset
from controller.speech.progress import Told, nobody
from controller.speech.reading import Reading, Region, read
from controller.speech.reading.sentences import paragraphs
from controller.speech.voice import USUAL_VOICE, Voice
from controller.store import areas, bulletins, recordings
from controller.store.allowing import allow
from controller.store.bulletins import Bulletin, BulletinId, ProgrammeRow
from controller.store.concerns import check_known
from controller.store.database import Connection, Database
from controller.store.hearing import may_hear
from controller.store.lexicon import LexiconVersion
from controller.store.manner import AS_USUAL, Manner
from controller.store.people import Account, Role
from controller.store.recordings import Recording
from controller.store.states import ProgrammeState
from devices.clock import Clock
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence

AT_ONCE = 600
"""Up to so many spoken characters are rendered while a person waits; the offline voice needs a second or two."""


@dataclass(frozen=True, slots=True)
class Voices:
    """The voice that is asked `first`, None while every one rests, and the engines that rest, with the code why."""

    first: str | None
    resting: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """How a text will sound before anything is decided.

    `reading` is how it is read with this version of the commune's own words; `spoken` is what `recording` says, which
    differs where it was given by hand.
    """

    reading: Reading
    lexicon: LexiconVersion
    spoken: str
    recording: Recording

    @property
    def by_hand(self) -> bool:
        return self.spoken != self.reading.spoken


class Desk:
    def __init__(self, database: Database, speech: Speech, own_words: OwnWords, clock: Clock) -> None:
        self._database = database
        self._speech = speech
        self._own_words = own_words
        self._clock = clock

    def read(self, text: str, region: Region) -> tuple[Reading, LexiconVersion]:
        """How `text` is read, without a sound. Invalid when it is empty, too long, or nothing in it can be spoken."""
        check_text(text)
        edition = self._own_words.edition()
        reading = read(text, region=region, lexicon=edition.words)
        if not reading.spoken.strip():
            raise Invalid("nothing-to-speak", "There is nothing in this text that can be spoken.", field="text")
        return reading, edition.version

    def reading_of(self, bulletin: Bulletin) -> Reading | None:
        """How a bulletin is read; None where a person spoke it, gave the words by hand, or it would sound otherwise."""
        if not bulletin.text or bulletin.lexicon is None:
            return None
        words = self._own_words.words_of(bulletin.lexicon)
        reading = read(bulletin.text, region=Region(bulletin.region), lexicon=words)
        return reading if reading.spoken == bulletin.spoken else None

    def voices(self, voice: Voice = USUAL_VOICE) -> Voices:
        """Who would speak a new text now."""
        troubles = {name: failure.code for name, failure in self._speech.troubles().items()}
        try:
            return Voices(self._speech.say_which_voice(voice), troubles)
        except NoVoice:
            return Voices(None, troubles)

    def preview(self, script: Script, told: Told = nobody) -> Preview:
        """Reads a text aloud. Invalid as in `read`, SpeechError where no voice can speak it, or what `told` raises."""
        reading, lexicon = self.read(script.text, script.voice.region)
        spoken = by_hand(script.spoken) or reading.spoken
        asset = self._speech.render(paragraphs(spoken), script.voice, cut_of(script), offline=script.urgent, told=told)
        return Preview(reading, lexicon, spoken, self._keep(asset))

    def takes_long(self, script: Script) -> bool:
        """Whether a person would have to wait for the voice: a long text that nobody has asked for before.

        Raises as `read` does, and SpeechError for a text that no voice will be asked to speak.
        """
        reading, _ = self.read(script.text, script.voice.region)
        spoken = by_hand(script.spoken) or reading.spoken
        return len(spoken) > AT_ONCE and self._speech.known(paragraphs(spoken), script.voice, cut_of(script)) is None

    def take_recording(self, upload: Path, *, speech_band: bool = False) -> Recording:
        """Makes an uploaded recording ready to be sent out; SpeechError for what is no sound."""
        return self._keep(self._speech.take_recording(upload, speech_band=speech_band))

    def write(self, draft: Draft, author: Account, bulletin: BulletinId | None = None) -> Bulletin:
        """Keeps a bulletin with its finished sound. Invalid or SpeechError, and then nothing is kept.

        Whoever names the `bulletin` may ask twice: the second time changes nothing and gives the first answer.
        """
        made = self.finish(draft, author)
        with self._database.write() as connection:
            if bulletin and (before := bulletins.find(connection, bulletin)):
                return before
            made = replace(made, id=bulletin or made.id)
            bulletins.add(connection, made)
        return made

    def finish(self, draft: Draft, author: Account) -> Bulletin:
        """A bulletin that is not kept yet, with its sound, which is. Raises as `write`."""
        title = title_of(draft)
        script = replace(draft.script, urgent=draft.bulletin_class is BulletinClass.EMERGENCY)
        preview = self.preview(script) if draft.recording is None else None
        now = self._clock.now()
        sound = draft.recording if preview is None else preview.recording.sha256
        assert sound is not None, "there is either a recording or a preview"
        with self._database.read() as connection:
            known = recordings.find(connection, sound) is not None
            if not known or (preview is None and not may_hear(connection, author, sound)):
                raise NotFound("unknown-recording", "There is no such recording.")
        return Bulletin(
            id=BulletinId(new_id("b", now)),
            title=title,
            text=script.text,
            spoken=preview.spoken if preview else "",
            bulletin_class=draft.bulletin_class,
            region=script.voice.region.value,
            recording=sound,
            author=author.id,
            written_at=now,
            lexicon=preview.lexicon if preview and not preview.by_hand else None,
            by_hand=preview is not None and preview.by_hand,
            speed=script.voice.speed,
            pitch=script.voice.pitch,
            repeat=preview is not None and script.repeat,
            speech_band=preview is not None and script.speech_band,
            language=draft.language.value,
            topic=draft.topic,
            public=draft.public,
        )

    def propose(
        self,
        bulletin: BulletinId,
        chosen: tuple[AreaId, ...],
        recurrence: Recurrence,
        volume: int,
        author: Account,
        programme: ProgrammeId | None = None,
        *,
        also_at: tuple[time, ...] = (),
        manner: Manner = AS_USUAL,
    ) -> ProgrammeRow:
        """A draft programme: this bulletin, in these areas, then, `also_at` these times of the same days.

        Invalid, NotFound or ScheduleError where that cannot be. Whoever names the `programme` may ask twice: the
        second time changes nothing and gives the first answer.
        """
        now = self._clock.now()
        row = ProgrammeRow(
            programme or ProgrammeId(new_id("p", now)),
            bulletin,
            tuple(dict.fromkeys(chosen)),
            recurrence,
            volume,
            ProgrammeState.DRAFT,
            author.id,
            now,
            also_at=also_at,
            manner=manner,
        )
        with self._database.write() as connection:
            check_wish(connection, row, author, now)
            if programme and (before := bulletins.find_programme(connection, programme)):
                return before
            bulletins.add_programme(connection, row)
        return row

    def _keep(self, asset: Asset) -> Recording:
        with self._database.write() as connection:
            recordings.keep(connection, recording := Recording.of(asset), self._clock.now())
        return recording


def new_id(prefix: str, now: datetime) -> str:
    return f"{prefix}{now:%Y%m%d}-{secrets.token_hex(5)}"


def check_wish(connection: Connection, row: ProgrammeRow, who: Account, now: datetime) -> None:
    """Whether `who` may wish for this, and it can be followed; raises as `propose`."""
    if not row.areas:
        raise Invalid("no-area", "Choose at least one area.", field="areas")
    if row.next_start(now) is None:
        raise Invalid("in-the-past", "The time is in the past: nothing would ever be heard.", field="when")
    check_rules(connection, row)
    _check_areas(connection, row.areas)
    allow(connection, who, row.areas, Role.EDITOR)
    check_known(connection, who, "bulletin", row.bulletin)


def _check_areas(connection: Connection, chosen: tuple[AreaId, ...]) -> None:
    tree = areas.tree(connection)
    if unknown := [area for area in chosen if area not in tree]:
        raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=unknown[0])

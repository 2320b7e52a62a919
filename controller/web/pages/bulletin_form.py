"""What was typed into the form of a bulletin, and what it means. Nothing typed is ever thrown away."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, fields
from datetime import datetime, time
from enum import Enum
from typing import Any, TypeVar

from pydantic import Field

from controller.broadcasting.patterns import blanks_in
from controller.speech.errors import BadVoice
from controller.speech.languages import SpokenLanguage
from controller.speech.reading import Region
from controller.speech.voice import Voice
from controller.store.areas import AreaTree
from controller.store.bulletins import Bulletin, BulletinId, ProgrammeRow
from controller.store.manner import AS_USUAL, Manner
from controller.store.topics import Topic
from controller.web.pages.when_form import DAY as DAY
from controller.web.pages.when_form import WhenTyped, as_typed, other_times, read_manner, read_rule
from controller.web.pages.words import Words
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

_ONCE = re.compile(r"[0-9a-f]{32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Typed(WhenTyped):
    """The fields as they came, whatever is in them.

    `once` names this one form, so that sending it twice does things once; `edits` is the programme that it changes,
    as it was `written_at` that moment; empty for a new one. `spoken` holds the words to be said where they were
    changed by hand, `spoken_of` how the text was read when they were.
    """

    title: str = ""
    language: str = SpokenLanguage.VIETNAMESE.value
    topic: str = Topic.OTHER.value
    public: str = "yes"
    source: str = "text"
    text: str = ""
    spoken: str = ""
    spoken_of: str = ""
    region: str = Region.NORTH.value
    speed: str = ""
    pitch: str = ""
    repeat_it: str = ""
    horns: str = ""
    recording: str = ""
    file: object = None
    bulletin_class: str = BulletinClass.NORMAL.value
    areas: list[str] = Field(default_factory=list)
    volume: str = "80"
    once: str = ""
    edits: str = ""
    written_at: str = ""
    action: str = "submit"
    pattern: str = ""

    @property
    def voice(self) -> Voice:
        """What cannot be understood, or no voice has, is as usual."""
        region = _one_of(Region, self.region, Region.NORTH)
        try:
            return Voice(region, int(self.speed or 100), int(self.pitch or 0))
        except (ValueError, BadVoice):
            return Voice(region)

    @property
    def spoken_language(self) -> SpokenLanguage:
        return _one_of(SpokenLanguage, self.language, SpokenLanguage.VIETNAMESE)

    @property
    def about(self) -> Topic:
        return _one_of(Topic, self.topic, Topic.OTHER)

    @property
    def programme(self) -> ProgrammeId | None:
        """The id that the programme of this form has, or will have."""
        if self.edits:
            return ProgrammeId(self.edits)
        return ProgrammeId(f"p-{self.once}") if _ONCE.fullmatch(self.once) else None

    @property
    def bulletin(self) -> BulletinId | None:
        """The same of its bulletin."""
        return BulletinId(f"b-{self.once}") if _ONCE.fullmatch(self.once) else None


def is_form_name(once: str) -> bool:
    """Whether `fresh` may have given it."""
    return _ONCE.fullmatch(once) is not None


def fresh() -> str:
    return secrets.token_hex(16)


def like(row: ProgrammeRow, bulletin: Bulletin) -> Typed:
    """The form as it would have been filled in for this programme."""
    return Typed(
        title=bulletin.title,
        language=bulletin.language,
        topic=bulletin.topic.value,
        public="yes" if bulletin.public else "no",
        source="text" if bulletin.text else "recording",
        text=bulletin.text,
        spoken=bulletin.spoken if bulletin.by_hand else "",
        region=bulletin.region,
        speed=str(bulletin.speed),
        pitch=str(bulletin.pitch),
        repeat_it="yes" if bulletin.repeat else "",
        horns="yes" if bulletin.speech_band else "",
        recording="" if bulletin.text else bulletin.recording,
        bulletin_class=bulletin.bulletin_class.value,
        areas=list(row.areas),
        volume=str(row.volume),
        once=fresh(),
        **as_typed(row),
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form asks for, understood."""

    bulletin_class: BulletinClass
    areas: tuple[AreaId, ...]
    recurrence: Recurrence
    volume: int
    also_at: tuple[time, ...] = ()
    manner: Manner = AS_USUAL

    @property
    def of_programme(self) -> dict[str, Any]:
        """All but the class, which is its bulletin's."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "bulletin_class"}


class Misunderstood(Exception):
    """`errors` says for each field, in the reader's language, why it cannot be followed."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


def understand(typed: Typed, tree: AreaTree, now: datetime, words: Words) -> Wish:
    """All that is wrong at once, as Misunderstood, else what is wished for."""
    _ = words.say
    errors: dict[str, str] = {}
    if typed.source == "text" and not typed.text.strip():
        errors["text"] = _("The text is empty: write what shall be said.")
    elif typed.source == "text" and typed.action != "draft" and (blanks := blanks_in(typed.text)):
        errors["text"] = _("Fill in what stands in brackets: {blanks}", blanks=", ".join(blanks))
    if typed.source == "text" and not typed.spoken_language.has_voice:
        errors["language"] = _("No voice here speaks this language: choose a recording of a person who does.")
    if typed.source != "text" and not _SHA256.fullmatch(typed.recording):
        errors["file"] = _("Choose a recording: MP3, WAV, M4A, OGG or WebM.")
    if typed.source != "text" and not typed.title.strip():
        errors["title"] = _("Give the bulletin a title.")
    areas = chosen_areas(typed, tree)
    if not areas:
        errors["areas"] = _("Choose at least one area.")
    given = typed.volume.strip()
    volume = int(given) if given.isdecimal() and len(given) <= 3 else -1
    if not 0 <= volume <= 100:
        errors["volume"] = _("Volume is a percentage from 0 to 100.")
    recurrence = read_rule(typed, now, words, errors)
    manner = read_manner(typed, words, errors)
    if errors or recurrence is None:
        raise Misunderstood(errors)
    return Wish(
        class_of(typed),
        areas,
        recurrence,
        volume,
        other_times(typed),
        manner,
    )


def read_when(typed: Typed, now: datetime, words: Words) -> tuple[Recurrence | None, dict[str, str]]:
    """When it shall sound, or what is wrong with that."""
    errors: dict[str, str] = {}
    return read_rule(typed, now, words, errors), errors


def settle_spoken(typed: Typed, reading: str, words: Words) -> tuple[Typed, dict[str, str]]:
    """The form with the words that are to be said instead of `reading`, if any, and what is wrong with them.

    Words that were changed by hand belong to what they were made of: when the text has changed since, a person looks at
    both, once, before they are said.
    """
    given, made_of, now = (_lines(text) for text in (typed.spoken, typed.spoken_of, reading))
    by_hand = given if given not in (made_of, now) else ""
    errors = {}
    if by_hand and made_of != now:
        errors["spoken"] = words.say(
            "These words were not made from the text as it is now. Compare them with how it is read, then send again; "
            "or empty the field to have the text read."
        )
    return typed.model_copy(update={"spoken": by_hand, "spoken_of": now}), errors


def not_understood(left: str, words: Words) -> str:
    """Why a time in words of one's own cannot be followed."""
    if left:
        return words.say("These words are not understood: {left}. Nothing was filled in.", left=left)
    return words.say("Say a time of day and on which days, each once. Nothing was filled in.")


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def chosen_areas(typed: Typed, tree: AreaTree) -> tuple[AreaId, ...]:
    """The topmost of each chosen branch: a chosen area covers those beneath it."""
    known = {AreaId(area) for area in typed.areas if AreaId(area) in tree}
    return tuple(area.id for area in tree if area.id in known and not known & set(tree.path(area.id)[1:]))


def class_of(typed: Typed) -> BulletinClass:
    return _one_of(BulletinClass, typed.bulletin_class, BulletinClass.NORMAL)


def _one_of(kind: type[E], name: str, otherwise: E) -> E:
    try:
        return kind(name)
    except ValueError:
        return otherwise

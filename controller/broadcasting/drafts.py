"""What somebody has in mind to be said, before it is a bulletin."""

from __future__ import annotations

from dataclasses import dataclass

from controller.speech.languages import SpokenLanguage
from controller.speech.voice import USUAL_VOICE, Voice
from controller.store.topics import Topic
from schedules.priority import BulletinClass
from schedules.programme import Sha256


@dataclass(frozen=True, slots=True)
class Script:
    """A text and how it is to be said; `spoken` holds the words to say where the operator gives them by hand.

    `repeat` says it twice, `speech_band` leaves out what horn loudspeakers cannot play. What is `urgent` never
    waits for a voice that needs the internet.
    """

    text: str = ""
    voice: Voice = USUAL_VOICE
    spoken: str = ""
    repeat: bool = False
    speech_band: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Exactly one of the script's text and `recording` is given; a language without a voice needs the recording.

    What is `public` may be read and heard again by anybody once it was aired.
    """

    title: str
    bulletin_class: BulletinClass
    script: Script = Script()
    recording: Sha256 | None = None
    language: SpokenLanguage = SpokenLanguage.VIETNAMESE
    topic: Topic = Topic.OTHER
    public: bool = True

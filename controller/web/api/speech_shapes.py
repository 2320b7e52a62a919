"""What the API takes and gives about texts, how they are read, and the recordings that come of them."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from controller.speech.reading.language import Doubt
from controller.store.states import RenderState
from controller.web.api.bases import Given, Taken
from schedules.priority import BulletinClass


class ScriptTaken(Taken):
    """A text and how it is to be said."""

    text: str = ""
    spoken: str = Field("", description="the words to say instead of those that are read from the text")
    region: str = "north"
    speed: int = Field(100, description="percent of the usual pace, 60 to 200")
    pitch: int = Field(0, description="-50, an octave lower, to 50, an octave higher")
    repeat: bool = Field(False, description="say it twice, with “Xin nhắc lại” between")
    speech_band: bool = Field(False, description="leave out what horn loudspeakers cannot play")


class PreviewTaken(ScriptTaken):
    bulletin_class: BulletinClass = Field(
        BulletinClass.NORMAL, alias="class", description="an emergency is spoken without the internet"
    )

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SpanGiven(Given):
    written: str
    spoken: str
    category: str | None = Field(description="why it is read differently from how it is written; empty: it is not")


class RecordingGiven(Given):
    sha256: str
    seconds: float
    size: int
    voice: str
    waveform: list[int] = Field(description="200 peaks, 0 to 100, evenly over the whole recording")
    lufs: float | None = Field(description="loudness (EBU R 128) of the finished recording")
    peak_dbtp: float | None = Field(description="its true peak")
    silences: list[tuple[float, float]] = Field(
        description="from and to, in seconds, of each silence of over 2 s inside"
    )
    warnings: list[str] = Field(description="what a person should listen for: clipped, quiet, loudness")
    url: str


class VoicesGiven(Given):
    first: str | None = Field(description="the voice that would speak a new text now; null: none can at the moment")
    resting: dict[str, str] = Field(description="engines that are not asked for a while, and the code of their failure")


class ReadingGiven(Given):
    spoken: str
    spans: list[SpanGiven]
    unknown: list[str] = Field(description="abbreviations that nobody has taught us: check them before approval")
    doubts: list[Doubt] = Field(
        description="whether it is Vietnamese at all: `no-marks`, typed without its marks; `foreign`, another language"
    )
    lexicon: int = Field(description="version of the commune's own words that it was read with")


class PreviewGiven(ReadingGiven):
    by_hand: bool = Field(description="`recording` says the words that were given, and `spans` how it would be read")
    recording: RecordingGiven


class RenderGiven(Given):
    """A text on its way to a sound."""

    id: str
    title: str = Field(description="the first line of the text")
    state: RenderState
    share: float = Field(description="how much of it is done, 0 to 1")
    before: int = Field(description="how many texts are before it")
    asked_at: datetime
    ended_at: datetime | None
    recording: RecordingGiven | None
    problem: str = Field(description="why it failed, in the reader's language; empty: it did not")
    problem_code: str


class PhraseGiven(Given):
    """A fixed sentence of an emergency, or a piece of a number, that every device always has at hand."""

    key: str
    text: str
    by_person: bool = Field(description="a person recorded it; otherwise a computer voice speaks")
    recording: RecordingGiven | None = Field(description="null: it has not been spoken yet")


class PhraseTaken(Taken):
    recording: str = Field(description="hash of a recording that was uploaded before")

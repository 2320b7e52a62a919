"""What the API takes and gives, as OpenAPI describes it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from controller.speech.languages import SpokenLanguage
from controller.store.areas import AreaKind
from controller.store.topics import Topic
from controller.web.api.bases import Given, Taken
from controller.web.api.speech_shapes import RecordingGiven, ScriptTaken
from schedules.occurrence import Why
from schedules.outcome import Outcome
from schedules.priority import BulletinClass

Name = Annotated[str, Field(max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=63)]


class NewArea(Taken):
    id: Id
    parent: Id | None = None
    kind: AreaKind
    name: Annotated[str, Field(min_length=1, max_length=200)]


class AreaChange(Taken):
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(None, description="empty: as it was")
    parent: Id | None = Field(None, description="the wider area in which it lies from now on; null: in none")


class AreaGiven(Given):
    id: str
    parent: str | None
    kind: AreaKind
    name: str
    devices: int = Field(description="loudspeakers here and in all areas inside")
    online: int


class NewBulletin(ScriptTaken):
    title: str = ""
    recording: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="sha256 of an uploaded recording")
    bulletin_class: BulletinClass = Field(BulletinClass.NORMAL, alias="class")
    language: SpokenLanguage = Field(
        SpokenLanguage.VIETNAMESE, description="ISO 639 code; any other than `vi` needs a `recording`"
    )
    topic: Topic = Field(Topic.OTHER, description="what it is about, as reports count it")
    public: bool = Field(True, description="whether anybody may read and hear it again once it was aired")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class BulletinChange(Taken):
    """What is left out stays as it is; a text takes the place of a recording, and a recording that of a text."""

    title: str | None = None
    text: str | None = None
    spoken: str | None = Field(
        None, description="the words to say instead of those that are read from the text; a new text discards them"
    )
    region: str | None = None
    speed: int | None = Field(None, description="percent of the usual pace, 60 to 200")
    pitch: int | None = Field(None, description="-50, an octave lower, to 50, an octave higher")
    repeat: bool | None = None
    speech_band: bool | None = None
    recording: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="sha256 of an uploaded recording")
    bulletin_class: BulletinClass | None = Field(None, alias="class")
    language: SpokenLanguage | None = None
    topic: Topic | None = Field(None, description="what it is about, as reports count it")
    public: bool | None = Field(None, description="whether anybody may read and hear it again once it was aired")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class BulletinGiven(Given):
    id: str
    title: str
    text: str
    spoken: str
    by_hand: bool = Field(description="the spoken words were given by a person, not read from the text")
    region: str
    speed: int
    pitch: int
    repeat: bool
    speech_band: bool
    language: SpokenLanguage = Field(description="of what is heard, as ISO 639 code")
    topic: Topic
    public: bool
    bulletin_class: BulletinClass = Field(serialization_alias="class")
    author: str
    written_at: datetime
    lexicon: int | None = Field(description="version of the commune's own words that it was read with; null: none")
    recording: RecordingGiven


class Reason(Taken):
    reason: str


class SilenceGiven(Given):
    """Where a calendar spares people this broadcast."""

    area: str
    why: Why
    name: str = Field(description="what the calendar calls it")


class OccurrenceGiven(Given):
    id: str
    programme: str
    title: str
    bulletin_class: BulletinClass = Field(serialization_alias="class")
    start: datetime
    seconds: float
    language: str = Field(description="ISO 639 code of what is heard; empty where its programme does not say")
    planned: int = Field(description="loudspeakers that shall sound it")
    ready: int = Field(description="of these, how many have plan and sound on their disk (before air time)")
    played: int = Field(description="of these, how many signed that they played it")
    failed: int = Field(description="of these, how many signed that they did not, with a reason")
    heard: int = Field(description="of these, how many a microphone heard")
    silences: list[SilenceGiven] = Field([], description="areas that a calendar spares it, with everything inside them")
    last_end: datetime = Field(description="after this moment it sounds nowhere")


class FactsGiven(Given):
    device: str
    name: str
    area: str
    planned_at: datetime
    ready_at: datetime | None
    not_ready: str
    outcome: Outcome | None
    reason: str
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    sounds: list[str]
    voice: str = Field(description="who was heard, such as `espeak-ng vi`, or `recording` for a person; empty: nobody")
    heard_at: datetime | None = Field(description="empty where there is no microphone")
    online: bool = Field(description="now, whatever was at air time")
    seen_at: datetime | None = Field(description="when it was last heard of; null: never")
    no_receipt: str = Field(
        "",
        description="why nothing is known of it though it has begun: `awaited` (it may still be heard, or has just "
        "ended), `offline`, `never-seen`, or `no-receipt` (it is there and does not say); empty where a receipt came",
    )


class OccurrenceInFull(OccurrenceGiven):
    complete: bool = Field(description="every loudspeaker has said how it ended")
    devices: list[FactsGiven]


class DeviceGiven(Given):
    id: str
    name: str
    area: str
    shut_out: bool = Field(description="nothing of it counts until it joins again")
    online: bool
    seen_at: datetime | None
    volume: int | None
    playing: str | None
    waiting_receipts: int | None
    refused: dict[str, int]
    not_ready: dict[str, str]
    software: str
    volume_cap: int = Field(description="percent that the device never exceeds")
    emergency_volume_cap: int = Field(description="the same for emergencies")
    lead_seconds: float = Field(description="of silence that its amplifier is given before the first word")
    tail_seconds: float = Field(description="of silence after the last word")


class DeviceChange(Taken):
    """What is left out stays as it is. The device is told at once, or when it is next there."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    area: Id | None = None
    volume_cap: Annotated[int, Field(ge=0, le=100)] | None = None
    emergency_volume_cap: Annotated[int, Field(ge=0, le=100)] | None = None
    lead_seconds: Annotated[float, Field(ge=0, le=10)] | None = None
    tail_seconds: Annotated[float, Field(ge=0, le=10)] | None = None


class ToneTaken(Taken):
    volume: Annotated[int, Field(ge=1, le=100, description="percent, below the volume cap")] = 50
    seconds: Annotated[float, Field(gt=0, le=10)] = 3.0


class OrderGiven(Given):
    id: str


class ReadingGiven(Given):
    at: datetime
    volume: int = Field(description="percent")
    signal: float | None = Field(description="of its wireless line, in dBm")
    temperature: float | None = Field(description="of its board, in degrees Celsius")
    clock_offset: float | None = Field(description="seconds by which its board's clock is ahead")


class NewDevice(Taken):
    device: Id
    area: Id
    name: Name = ""


class CodeGiven(Given):
    code: str = Field(description="shown once; type it into the device")
    expires_at: datetime


class EnrolmentTaken(Taken):
    code: Annotated[str, Field(max_length=64)]
    public_key: Annotated[str, Field(max_length=100, description="Ed25519, base64url as in RFC 8037")]


class MqttGiven(Given):
    host: str
    port: int
    username: str
    password: str
    tls: bool


class EnrolmentGiven(Given):
    site: str
    device: str
    signing_keys: list[str]
    root_key: Annotated[str, Field(description="Says whose orders count; never signs one")]
    mqtt: MqttGiven
    audio_token: str
    authority: str = Field(description="who vouches for the site's servers (PEM); empty: those that the system trusts")


class RefusalGiven(Given):
    channel: str
    reason: str
    count: int
    last_at: datetime
    last_topic: str
    last_words: str


class StatusGiven(Given):
    broker: bool
    devices: int
    online: int
    refused: int
    time: datetime

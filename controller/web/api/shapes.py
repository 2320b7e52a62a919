"""What the API takes and gives, as OpenAPI describes it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from controller.store.areas import AreaKind
from controller.store.people import Role
from controller.store.states import ProgrammeState
from controller.web.api.bases import Given, Taken
from controller.web.api.speech_shapes import RecordingGiven, ScriptTaken
from schedules.outcome import Outcome
from schedules.priority import BulletinClass
from schedules.recurrence import Recurrence, Weekday
from schedules.timespan import COMMUNE_ZONE

YEARS = range(2000, 2101)
"""What a calendar of ours can be asked about; lunar dates are known for these years too."""

Name = Annotated[str, Field(max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=63)]


class LogIn(Taken):
    username: Name
    password: Annotated[str, Field(max_length=1000)]


class AccountGiven(Given):
    id: str
    username: str
    name: str
    roles: list[Role]


class SessionGiven(Given):
    token: str = Field(description="send it as `Authorization: Bearer …`")
    expires_at: datetime
    account: AccountGiven


class NewAccount(LogIn):
    name: Name = ""
    roles: Annotated[list[Role], Field(min_length=1)]


class NewArea(Taken):
    id: Id
    parent: Id | None = None
    kind: AreaKind
    name: Annotated[str, Field(min_length=1, max_length=200)]


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
    bulletin_class: BulletinClass = Field(serialization_alias="class")
    author: str
    written_at: datetime
    lexicon: int | None = Field(description="version of the commune's own words that it was read with; null: none")
    recording: RecordingGiven


class When(Taken):
    """Either `at`, one moment, or `time` with days: all days, or those named in `weekdays`, `from` … `until`.

    A moment without a zone is the commune's time.
    """

    at: datetime | None = None
    time_of_day: time | None = Field(None, alias="time")
    weekdays: Annotated[list[Weekday], Field(default_factory=list)]
    first: date | None = Field(None, alias="from")
    until: date | None = None

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="after")
    def one_of_two(self) -> When:
        if (self.at is None) == (self.time_of_day is None):
            raise ValueError("give either `at` or `time`")
        if self.at is not None and (self.weekdays or self.first or self.until):
            raise ValueError("`at` is one moment and takes no days")
        if any(day and day.year not in YEARS for day in (self.at, self.first, self.until)):
            raise ValueError("years from 2000 to 2100 are taken")
        return self

    def recurrence(self, today: date) -> Recurrence:
        """The rule in these words; ScheduleError for one that never fires or ends before it begins."""
        if self.at is not None:
            moment = self.at if self.at.tzinfo else self.at.replace(tzinfo=COMMUNE_ZONE)
            return Recurrence.once(moment)
        assert self.time_of_day is not None, "checked above"
        return Recurrence(
            at=self.time_of_day.replace(tzinfo=None),
            first=self.first or today,
            last=self.until,
            weekdays=frozenset(self.weekdays),
        )


class NewProgramme(Taken):
    bulletin: Id
    areas: Annotated[list[str], Field(min_length=1, max_length=2000)]
    when: When
    volume: Annotated[int, Field(ge=0, le=100)] = 80


class ProgrammeGiven(Given):
    id: str
    bulletin: str
    title: str
    areas: list[str]
    state: ProgrammeState
    author: str
    written_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    volume: int
    next_start: datetime | None


class Reason(Taken):
    reason: str


class OccurrenceGiven(Given):
    id: str
    programme: str
    title: str
    bulletin_class: BulletinClass = Field(serialization_alias="class")
    start: datetime
    seconds: float
    planned: int = Field(description="loudspeakers that shall sound it")
    ready: int = Field(description="of these, how many have plan and sound on their disk (before air time)")
    played: int = Field(description="of these, how many signed that they played it")
    failed: int = Field(description="of these, how many signed that they did not, with a reason")
    heard: int = Field(description="of these, how many a microphone heard")


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
    heard_at: datetime | None


class OccurrenceInFull(OccurrenceGiven):
    devices: list[FactsGiven]


class DeviceGiven(Given):
    id: str
    name: str
    area: str
    online: bool
    seen_at: datetime | None
    volume: int | None
    playing: str | None
    waiting_receipts: int | None
    refused: dict[str, int]
    not_ready: dict[str, str]
    software: str


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


class EnrolmentGiven(Given):
    site: str
    device: str
    signing_keys: list[str]
    mqtt: MqttGiven
    audio_token: str


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

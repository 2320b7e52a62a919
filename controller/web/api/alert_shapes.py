"""What the API takes and gives about warnings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from controller.store.alert_sources import SourceKind
from controller.store.alert_states import AlertState
from controller.store.announcements import SpokenKind, Stop
from controller.store.people import AccountId
from controller.web.api.bases import Given, Taken
from controller.web.api.shapes import Id, Name
from schedules.priority import BulletinClass

Text = Annotated[str, Field(max_length=1500)]
Areas = Annotated[list[Id], Field(max_length=2000)]
Address = Annotated[str, Field(max_length=2000)]


class TakenIn(Given):
    alert: int
    again: bool = Field(description="exactly these bytes had come before")
    state: AlertState
    verdict: str = Field(description="speak, queue or ignore")
    code: str
    reason: str


class AlertGiven(Given):
    id: int
    source: str
    sender: str
    identifier: str
    sent: datetime | None
    received_at: datetime
    copies: int
    title: str
    state: AlertState
    verdict: str
    code: str
    reason: str
    bulletin_class: BulletinClass | None = Field(serialization_alias="class")
    level: int | None = Field(description="level of disaster risk, 1 to 5, as the bulletin states it")
    standing_order: str
    signature: str = Field(description="verified, unverified or failed, as found at reception")
    signature_reason: str
    authority: str | None = Field(description="whose key it was")
    drill: bool
    asks: bool = Field(description="a person is asked")
    answer_by: datetime | None
    escalations: int
    ends_at: datetime | None
    author: str | None
    releases: list[str]


class PlaceGiven(Given):
    area: str
    device: str | None
    why: str


class ToldGiven(Given):
    at: datetime
    what: str
    who: str | None
    words: str


class AnnouncementGiven(Given):
    id: str
    kind: SpokenKind
    bulletin_class: BulletinClass = Field(serialization_alias="class")
    siren: bool
    drill: bool
    begins_at: datetime
    ends_at: datetime
    every_seconds: float | None
    words: list[str]
    recorded: bool
    areas: list[str]
    devices: list[str]


class HeldGiven(Given):
    area: str
    since: datetime
    who: str | None
    reason: str

    @classmethod
    def of(cls, stop: Stop, names: Mapping[AccountId, str]) -> HeldGiven:
        who = names.get(stop.who) if stop.who else None
        return cls(area=stop.node, since=stop.stopped_at, who=who, reason=stop.reason)


class AlertInFull(AlertGiven):
    places: list[PlaceGiven]
    story: list[ToldGiven]
    announcements: list[AnnouncementGiven]
    held: list[HeldGiven] = Field(description="where all stop keeps it silent, though it stands")
    held_everywhere: bool = Field(description="it is said nowhere, because of all stop")


class ReleaseTaken(Taken):
    areas: Areas = Field(default_factory=list, description="for an alert whose area no machine can read")


class StopTaken(Taken):
    areas: Areas = Field(default_factory=list, description="empty: everywhere")
    minutes: Annotated[float, Field(ge=0, le=24 * 60)] = 10.0
    reason: Text = ""


class StopGiven(Given):
    areas: list[str]


class TemplateGiven(Given):
    hazard: str
    event: str
    headline: str
    instructions: dict[int, str] = Field(description="by level of risk")
    correction: str = Field(description="what is said should it have been sent in error")


class OwnAlertTaken(Taken):
    hazard: Id
    level: Annotated[int, Field(ge=1, le=5)]
    headline: Text = ""
    instruction: Text = ""
    areas: Areas
    lasts_minutes: Annotated[float, Field(ge=5, le=48 * 60)] = 360.0


class ExerciseTaken(Taken):
    name: Name
    until: datetime


class ExerciseGiven(Given):
    name: str
    until: datetime
    open: bool


class SourceChanged(Taken):
    name: Name = ""
    authorities: Annotated[list[Id], Field(max_length=50)] = Field(default_factory=list)
    url: Address = ""
    poll_seconds: float = 60.0
    local: bool = Field(False, description="the host of its address may lie in the commune's own network")
    heartbeat_seconds: Annotated[float, Field(gt=0, le=7 * 86400)] | None = None


class SourceTaken(SourceChanged):
    id: Id
    kind: SourceKind


class KeyGiven(Given):
    key: str = Field(description="shown once")


class SourceGiven(Given):
    id: str
    kind: SourceKind
    name: str
    authorities: list[str]
    url: str
    poll_seconds: float
    local: bool
    heartbeat_seconds: float | None
    heard_at: datetime | None
    silent: bool
    polled_at: datetime | None
    trouble: str


class SourceAdded(SourceGiven):
    key: str = Field(
        description="shown once; send it as `Authorization: Bearer …`; empty for a source that does not post"
    )


class AuthorityTaken(Taken):
    certificates: Annotated[str, Field(max_length=100_000, description="PEM: certificates or public keys")]
    senders: Annotated[list[Name], Field(max_length=100)] = Field(default_factory=list)
    subject: Name = ""
    allow_sha1: bool = False
    ignore_white_space: bool = False


class AuthorityGiven(AuthorityTaken):
    name: str


class GaugeGiven(Given):
    id: str
    settings: dict[str, Any]
    level: int = Field(description="level of risk that its readings have reached; 0: none")
    value: float | None
    at: datetime | None


class GaugeAdded(GaugeGiven):
    password: str


StandingOrdersGiven = dict[str, Any]

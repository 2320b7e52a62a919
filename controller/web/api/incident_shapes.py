"""Incidents as the API gives them, and what people may say about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from controller.monitoring.care import LONGEST_MUTE, MAX_NOTE
from controller.store.incident_list import Incident, Taken
from controller.store.incident_states import IncidentState, IncidentStep
from controller.store.troubles import SubjectKind, TroubleKind
from controller.web.api.bases import Given
from controller.web.api.bases import Taken as Body

SeverityName = Literal["notice", "warning", "serious", "critical"]


class SubjectGiven(Given):
    kind: SubjectKind
    id: str


class IncidentGiven(Given):
    id: int
    kind: TroubleKind
    subject: SubjectGiven
    severity: SeverityName
    reason: str = Field(description="a code: the device's own word, or ours")
    facts: dict[str, object] = Field(description="what a person needs to judge it; depends on the kind")
    area: str | None
    occurrence: str | None
    state: IncidentState
    cause: int | None = Field(description="the incident that this one lies beneath")
    beneath: int = Field(description="how many incidents lie beneath this one")
    count: int = Field(description="how often it happened, or came back")
    opened_at: datetime
    last_seen_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str = Field(description="account; empty: nobody")
    muted_until: datetime | None
    closed_at: datetime | None
    closed_by: str = Field(description="account; empty: it ended by itself")
    note: str

    @classmethod
    def of(cls, one: Incident, beneath: int) -> IncidentGiven:
        plain = {name: getattr(one, name) for name in cls.model_fields if hasattr(one, name)}
        return cls.model_validate({**plain, "severity": one.severity.name.lower(), "beneath": beneath})


class StepGiven(Given):
    at: datetime
    step: IncidentStep
    by: str = Field(description="account; empty: it came by itself")
    note: str

    @classmethod
    def of(cls, taken: Taken) -> StepGiven:
        return cls.model_validate(taken)


class IncidentInFull(IncidentGiven):
    beneath_it: list[IncidentGiven]
    story: list[StepGiven]


class IncidentPage(Given):
    total: int
    first: int
    incidents: list[IncidentGiven]


class Mute(Body):
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MUTE.days * 24 * 60)]


class Note(Body):
    note: Annotated[str, Field(min_length=1, max_length=MAX_NOTE)]

"""What can be wrong, and with what: the words in which every part of the controller reports an incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NewType

from schedules.plan import OccurrenceId
from schedules.programme import AreaId

Facts = Mapping[str, object]
"""Small, JSON, free of secrets: what a person needs to judge it."""


class TroubleKind(StrEnum):
    """What is wrong; a device may be the subject of each, and an area where many of its devices share the cause."""

    NOT_READY = "not-ready"
    """A loudspeaker will stay silent unless somebody acts; `reason` says why."""
    DEVICE_OFFLINE = "device-offline"
    NO_RECEIPT = "no-receipt"
    """A loudspeaker that is there does not say what became of a broadcast."""
    QUIET_HOURS_REFUSED = "quiet-hours-refused"
    DEVICE_REFUSED = "device-refused"
    """A device refused orders; `reason` is its own word for why."""
    MESSAGE_REFUSED = "message-refused"
    """We refused what came in the name of the subject."""
    CLOCK_UNPROVEN = "clock-unproven"
    CLOCK_OFF = "clock-off"
    DISK = "disk"
    """Full or broken."""
    HIJACK_TRY = "hijack-try"
    """Somebody without the right tried to speak on the wire."""
    BROKER_LOST = "broker-lost"
    """We ourselves are off the line: nothing is known of any device."""
    SIGNATURE_FAILED = "signature-failed"
    SOURCE_SILENT = "source-silent"
    ALERT_WAITING = "alert-waiting"
    """An official alert waits for a person's decision."""
    NOTICE_UNDELIVERED = "notice-undelivered"
    """Somebody who is to be told of warnings or incidents cannot be reached."""
    NODE_DOWN = "node-down"
    """A switch, a pole, a power line: most of what hangs on it is gone."""
    CAMERA_REACH = "camera-reach"
    CAMERA_SERVICE = "camera-service"
    CAMERA_STREAM = "camera-stream"
    CAMERA_PICTURE = "camera-picture"
    TOLD_BY_PEOPLE = "told-by-people"
    LOG_IN_FAILURES = "log-in-failures"
    """Somebody guesses passwords."""


class SubjectKind(StrEnum):
    DEVICE = "device"
    AREA = "area"
    CAMERA = "camera"
    NODE = "node"
    SOURCE = "source"
    CHANNEL = "channel"
    SITE = "site"


class Severity(IntEnum):
    """How soon a person must look."""

    NOTICE = 1
    WARNING = 2
    SERIOUS = 3
    CRITICAL = 4


@dataclass(frozen=True, slots=True)
class Subject:
    kind: SubjectKind
    id: str


IncidentKey = NewType("IncidentKey", str)
"""What there is at most one open incident of."""


def key(kind: TroubleKind, subject: Subject, occurrence: OccurrenceId | None = None) -> IncidentKey:
    return IncidentKey(f"{kind}|{subject.kind}|{subject.id}|{occurrence or ''}")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something is wrong with `subject`, which stands in `area`. Its `facts` are laid over those known before.

    `events` says how often it has just happened, where it can be counted; a condition that merely lasts has none.
    """

    kind: TroubleKind
    subject: Subject
    severity: Severity
    reason: str = ""
    area: AreaId | None = None
    facts: Facts = field(default_factory=dict)
    occurrence: OccurrenceId | None = None
    events: int = 0

    @property
    def key(self) -> IncidentKey:
        return key(self.kind, self.subject, self.occurrence)

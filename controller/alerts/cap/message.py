"""One CAP message as values. What the message leaves out, or says in no known way, is empty or None."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Status(Enum):
    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class Kind(Enum):
    """The element `msgType`."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(Enum):
    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Urgency(Enum):
    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(Enum):
    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(Enum):
    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Named:
    """A `valueName` with its `value`: a geocode, a parameter or an event code."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees north and east, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Polygon:
    """At least three corners; the last is not the first again. `swapped`: it was written longitude first."""

    corners: tuple[Point, ...]
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """A radius of 0 is a point, and legal."""

    centre: Point
    kilometres: float
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class CapArea:
    """One `area` block. `unreadable` holds the beginning of each polygon or circle that could not be understood."""

    description: str = ""
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """One `info` block. `language` is empty when the message does not say it."""

    language: str = ""
    categories: tuple[str, ...] = ()
    event: str = ""
    responses: tuple[str, ...] = ()
    urgency: Urgency = Urgency.UNKNOWN
    severity: Severity = Severity.UNKNOWN
    certainty: Certainty = Certainty.UNKNOWN
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    parameters: tuple[Named, ...] = ()
    areas: tuple[CapArea, ...] = ()
    unreadable: tuple[str, ...] = ()
    """Names of elements that are there and could not be understood, such as `expires`."""

    @property
    def is_all_clear(self) -> bool:
        return any(response.casefold() == "allclear" for response in self.responses)


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message. `sender` may be empty and `sent` None in genuine messages."""

    sender: str
    identifier: str
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class Alert:
    """One CAP message, times in UTC."""

    identifier: str = ""
    sender: str = ""
    sent: datetime | None = None
    status: Status | None = None
    kind: Kind | None = None
    scope: Scope | None = None
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an EDXL-DE envelope adds: it limits the alert inside and never widens it."""

    status: str = ""
    expires: datetime | None = None

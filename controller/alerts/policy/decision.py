"""What becomes of an alert, and why, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from controller.alerts.areas.match import Hit, Match
from controller.alerts.cap.genuine import Genuine, Signature
from controller.alerts.cap.message import Alert, Envelope, Info
from controller.alerts.policy.levels import DEFAULT_TABLE, UNSTATED, ClassRule, Level, Table
from schedules.priority import BulletinClass


class Verdict(Enum):
    """Strongest first."""

    SPEAK = "speak"
    QUEUE = "queue"
    """Not now: for a person, or for the next slot of the programme. `Part.waits_for` says which."""
    IGNORE = "ignore"


class WaitsFor(Enum):
    PERSON = "person"
    SLOT = "slot"


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is stable; `text` is an English sentence part."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """What one message is known by. Two that share it are one message."""

    sender: str
    identifier: str
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class Received:
    """One message with all that reception found out. `matches` has one entry per info block."""

    alert: Alert
    signature: Signature
    received_at: datetime
    matches: tuple[Match, ...] = ()
    envelope: Envelope | None = None

    @property
    def key(self) -> Key:
        return Key(self.alert.sender, self.alert.identifier, self.alert.sent)

    @property
    def is_verified(self) -> bool:
        return self.signature.genuine is Genuine.VERIFIED


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision depends on besides the message. `exercise` is the name of the exercise that is open now;
    `confirmed` are the messages that a person has released by hand, of these `vouched` those that people of the commune
    stand for as an emergency; `withdrawn` are those that a person has taken back."""

    now: datetime
    table: Table = DEFAULT_TABLE
    exercise: str = ""
    confirmed: frozenset[Key] = frozenset()
    vouched: frozenset[Key] = frozenset()
    withdrawn: frozenset[Key] = frozenset()

    def trusts(self, received: Received) -> bool:
        return received.is_verified or received.key in self.confirmed


@dataclass(frozen=True, slots=True)
class Part:
    """The decision over one info block, for the places that are told by it and by no better language."""

    verdict: Verdict
    reason: Reason
    info: Info
    hits: tuple[Hit, ...] = ()
    bulletin_class: BulletinClass | None = None
    level: Level = UNSTATED
    rule: ClassRule | None = None
    language: str = ""
    waits_for: WaitsFor | None = None
    answer_by: datetime | None = None
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision over one message: its strongest part speaks for it. `incident`: somebody must look into this."""

    verdict: Verdict
    reason: Reason
    parts: tuple[Part, ...] = ()
    drill: bool = False
    incident: bool = False

    @property
    def leading(self) -> tuple[Part, ...]:
        """The parts that made the verdict, the highest class first."""
        made = [part for part in self.parts if part.verdict is self.verdict]
        return tuple(sorted(made, key=lambda part: -part.bulletin_class.rank if part.bulletin_class else 1))

"""Who is told of what, besides the loudspeakers, and when. The rules are pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from controller.store.people import AccountId, Role
from controller.store.troubles import Severity
from schedules.timespan import COMMUNE_ZONE


class ChannelKind(StrEnum):
    WEBHOOK = "webhook"
    """A signed POST of JSON to a program."""
    APPRISE = "apprise"
    """A person, at an address of the Apprise library: mail, SMS gateways, Telegram and many more."""
    PUSH = "push"
    """A person's browser, through the push service of its maker."""


class Wish(StrEnum):
    """What a channel may ask to be told of."""

    WAITING = "waiting"
    """A warning that waits for a person's decision."""
    SPOKEN = "spoken"
    """A warning that is being said."""
    INCIDENTS = "incidents"
    APPROVAL = "approval"
    """A bulletin that waits for approval."""
    DECISION = "decision"
    """One's own bulletin was approved or returned."""


class What(StrEnum):
    """What a notice tells."""

    WAITING = "waiting"
    SPOKEN = "spoken"
    ENDED = "ended"
    """A warning is over; whoever was told of it before is told."""
    INCIDENT = "incident"
    RECOVERED = "recovered"
    """An incident is over; as with a warning."""
    APPROVAL = "approval"
    DECISION = "decision"
    TEST = "test"


OVER = frozenset({What.ENDED, What.RECOVERED})
_WISHED = {
    What.WAITING: Wish.WAITING,
    What.SPOKEN: Wish.SPOKEN,
    What.INCIDENT: Wish.INCIDENTS,
    What.APPROVAL: Wish.APPROVAL,
    What.DECISION: Wish.DECISION,
}


@dataclass(frozen=True, slots=True)
class News:
    """`thread` is what it is about. `urgent` news breaks the quiet times of people; `severity` is that of an incident;
    `turn` says how many deadlines for an answer have passed. Whoever was told of the thread is told again only where
    `again`, and the channel `besides` never. Of people only those who hold one of the roles that it `asks` for where
    it happens are told, and never the one who did it, `by`; or `only` one of them, and nobody else."""

    what: What
    thread: str
    title: str
    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False
    severity: Severity = Severity.NOTICE
    turn: int = 0
    again: bool = True
    besides: str = ""
    asks: frozenset[Role] = frozenset()
    by: AccountId | None = None
    only: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """`local` allows its host an address in the commune's own network. A channel of `turn` 1 is asked when a first
    deadline passed without an answer. `quiet` is its daily rest in the commune's time, or None; with a `digest` what
    is not urgent comes at that time, once a day. One of an `account` is told only of what that person may know."""

    id: str
    kind: ChannelKind
    address: str
    name: str = ""
    secret: str = ""
    local: bool = False
    wants: frozenset[Wish] = frozenset(Wish)
    least: Severity = Severity.SERIOUS
    turn: int = 0
    quiet: tuple[time, time] | None = None
    digest: time | None = None
    account: AccountId | None = None

    def is_told(self, news: News, before: bool) -> bool:
        """`before`: whether it has been told of the same thing, and not of its end."""
        if news.besides == self.id or (before and not news.again):
            return False
        if (wish := _WISHED.get(news.what)) is None:
            return before
        if wish is Wish.SPOKEN:  # whoever was asked learns what became of it
            return before or wish in self.wants
        if wish in (Wish.APPROVAL, Wish.DECISION):
            return wish in self.wants
        return wish in self.wants and (self.turn <= news.turn if wish is Wish.WAITING else news.severity >= self.least)

    def when(self, news: News, now: datetime) -> datetime:
        """Now, with the next digest, or when its quiet time is over. Programs do not sleep."""
        if news.urgent or self.kind is ChannelKind.WEBHOOK:
            return now
        local = now.astimezone(COMMUNE_ZONE)
        if self.digest is not None:
            today = datetime.combine(local.date(), self.digest, COMMUNE_ZONE)
            return (
                today if today > now else datetime.combine(local.date() + timedelta(days=1), self.digest, COMMUNE_ZONE)
            )
        if self.quiet is None:
            return now
        begin, end = self.quiet
        clock = local.time()
        if not (begin <= clock < end if begin <= end else clock >= begin or clock < end):
            return now
        day = local.date() + timedelta(days=1 if clock >= end else 0)
        return datetime.combine(day, end, COMMUNE_ZONE)

"""All messages together. The book is a set, so the order of arrival and repeated arrivals cannot matter. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from controller.alerts.cap.genuine import Genuine
from controller.alerts.cap.message import Alert, Kind, Reference, Scope
from controller.alerts.policy.decision import Circumstances, Judgement, Key, Received, Verdict
from controller.alerts.policy.gates import ignore
from controller.alerts.policy.judge import judge

_EVER = datetime(1, 1, 1, tzinfo=UTC)
_RANKS = {Kind.ALERT: 0, Kind.UPDATE: 1, Kind.CANCEL: 2}


@dataclass(frozen=True, slots=True)
class Standing:
    """`judged` is each message's decision; `ended` names for each message that no longer counts the latest one that
    ended or replaced it; `alone` is the decision if it were the only message."""

    judged: Mapping[Key, Judgement]
    ended: Mapping[Key, Received]
    alone: Mapping[Key, Judgement]

    def last(self, key: Key) -> Received:
        """Where the chain that begins with an ended message has led so far."""
        last = self.ended[key]
        while last.key in self.ended:
            last = self.ended[last.key]
        return last

    def leads(self, old: Key, new: Key) -> bool:
        """Whether `new` took the place of `old`, directly or through others."""
        step: Key | None = old
        while step is not None and step in self.ended:
            step = self.ended[step].key
            if step == new:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Book:
    """Every message that was ever taken in, each once. One that came both signed and unsigned counts as signed."""

    messages: Mapping[Key, Received] = field(default_factory=lambda: MappingProxyType({}))

    def with_message(self, received: Received) -> Book:
        """A message whose signature failed leaves no trace: whoever forged it may not replace what is genuine."""
        if received.signature.genuine is Genuine.FAILED:
            return self
        known = self.messages.get(received.key)
        kept = received if known is None else _better(known, received)
        return Book(MappingProxyType({**self.messages, received.key: kept}))

    def read_together(self, given: Circumstances) -> Standing:
        """Every message's decision, with what the others say about it."""
        alone = {key: judge(received, given) for key, received in self.messages.items()}
        by_identifier: dict[str, list[Received]] = {}
        for received in self.messages.values():
            by_identifier.setdefault(received.alert.identifier, []).append(received)
        ended: dict[Key, Received] = {}
        for later in sorted(self.messages.values(), key=_rank):
            if not _acts(later, given):
                continue
            for reference in later.alert.references:
                for earlier in by_identifier.get(reference.identifier, ()):
                    if _names(reference, earlier.alert) and _may_end(later, earlier, alone, given):
                        ended[earlier.key] = later
        return Standing({key: _after(ended[key]) if key in ended else alone[key] for key in alone}, ended, alone)


EMPTY_BOOK = Book()


def book_of(messages: Iterable[Received]) -> Book:
    book = EMPTY_BOOK
    for received in messages:
        book = book.with_message(received)
    return book


def _after(later: Received) -> Judgement:
    how = "cancelled" if later.alert.kind is Kind.CANCEL else "replaced"
    return ignore(how, f"{how} by {later.alert.identifier}")


def _better(one: Received, other: Received) -> Received:
    """Of two copies the verified one, with its own arrival: an unsigned copy sent ahead must not age or delay it. Of
    two alike, an order that does not depend on which came first, with the first arrival."""
    if one.is_verified is not other.is_verified:
        return one if one.is_verified else other
    chosen = min(one, other, key=lambda copy: (repr(copy.alert), repr(copy.signature)))
    return replace(chosen, received_at=min(one.received_at, other.received_at))


def _rank(received: Received) -> tuple[datetime, int, str, str]:
    alert = received.alert
    return alert.sent or _EVER, _RANKS.get(alert.kind or Kind.ALERT, 0), alert.identifier, alert.sender


def _acts(received: Received, given: Circumstances) -> bool:
    """Whether it may end others at all."""
    alert = received.alert
    if alert.kind not in (Kind.UPDATE, Kind.CANCEL) or alert.scope is not Scope.PUBLIC or not alert.references:
        return False
    if alert.sent is None or alert.sent > received.received_at + given.table.clock_slack:
        return False
    return given.trusts(received)


def _names(reference: Reference, alert: Alert) -> bool:
    """The sender of a reference is not compared where the time agrees: genuine ones differ there."""
    if reference.identifier != alert.identifier:
        return False
    if reference.sent is not None and alert.sent is not None:
        return reference.sent == alert.sent
    return not reference.sender or reference.sender == alert.sender


def _may_end(later: Received, earlier: Received, alone: Mapping[Key, Judgement], given: Circumstances) -> bool:
    """The same authority, the same status (an exercise ends nothing real), and not what is newer than itself."""
    if later.alert.status is not earlier.alert.status or _rank(later) <= _rank(earlier):
        return False
    same_authority = later.signature.source == earlier.signature.source
    if earlier.is_verified and not same_authority and later.key not in given.confirmed:
        return False
    return later.alert.kind is Kind.CANCEL or _replaces(alone[later.key], alone[earlier.key])


def _replaces(update: Judgement, earlier: Judgement) -> bool:
    """An Update about which a person is still asked leaves what sounds as it is: nobody could say who is still in
    danger. One that is only less than an emergency, or not for here, has been understood."""
    if update.verdict is not Verdict.QUEUE or update.reason.code in ("confirm", "next-slot"):
        return True
    return update.reason.code == "old" and earlier.verdict is not Verdict.SPEAK

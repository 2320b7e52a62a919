"""What the message as a whole must pass before any of its parts is looked at. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from controller.alerts.areas.ground import plain_name
from controller.alerts.cap.genuine import Genuine
from controller.alerts.cap.message import Kind, Scope, Status
from controller.alerts.policy.decision import Circumstances, Judgement, Reason, Received, Verdict

Gate = Callable[[Received, Circumstances], Judgement | None]


def stopped(received: Received, given: Circumstances) -> Judgement | None:
    """The judgement of the first gate that the message does not pass; None when it passes all."""
    for gate in _GATES:
        judgement = gate(received, given)
        if judgement is not None:
            return judgement
    return None


def is_drill(received: Received, given: Circumstances) -> bool:
    """Whether this belongs to the exercise that is open now, which it must name in its note or incidents."""
    name = plain_name(given.exercise)
    said = (plain_name(received.alert.note), plain_name(received.alert.incidents))
    return received.alert.status is Status.EXERCISE and bool(name) and any(name in text for text in said)


def ignore(code: str, text: str, *, incident: bool = False) -> Judgement:
    return Judgement(Verdict.IGNORE, Reason(code, text), incident=incident)


def queue(code: str, text: str) -> Judgement:
    return Judgement(Verdict.QUEUE, Reason(code, text))


def _signature(received: Received, given: Circumstances) -> Judgement | None:
    if received.signature.genuine is not Genuine.FAILED:
        return None
    return ignore("signature-failed", f"the signature does not hold: {received.signature.reason}", incident=True)


def _status(received: Received, given: Circumstances) -> Judgement | None:
    status = received.alert.status
    if status is Status.ACTUAL or is_drill(received, given):
        return None
    if status is Status.EXERCISE:
        return ignore("exercise", "an exercise, and no exercise of that name is open")
    if status is None:
        return ignore("no-status", "the status is missing or unknown; only Actual can sound")
    texts = {
        Status.TEST: "a test: logged, never spoken",
        Status.SYSTEM: "a message between machines: the source is alive",
        Status.DRAFT: "a draft",
    }
    return ignore(status.value.casefold(), texts[status])


def _scope(received: Received, given: Circumstances) -> Judgement | None:
    if received.alert.scope is Scope.PUBLIC:
        return None
    return ignore("not-public", "the scope is not Public; only Public can sound")


def _envelope(received: Received, given: Circumstances) -> Judgement | None:
    envelope = received.envelope
    if envelope is None:
        return None
    if envelope.status and plain_name(envelope.status) not in ("actual", *_own_status(received)):
        return ignore("envelope-status", "the envelope is not Actual")
    if envelope.expires is not None and envelope.expires <= given.now:
        return ignore("envelope-expired", "the envelope has expired")
    return None


def _kind(received: Received, given: Circumstances) -> Judgement | None:
    kind = received.alert.kind
    if kind in (Kind.ACK, Kind.ERROR):
        return ignore("answer", f"msgType {kind.value} is an answer, not an alert")
    if kind is None:
        return queue("no-kind", "the msgType is missing or unknown: a person decides")
    return None


def _identity(received: Received, given: Circumstances) -> Judgement | None:
    alert = received.alert
    missing = [
        name
        for name, there in (("identifier", alert.identifier), ("sender", alert.sender), ("sent", alert.sent))
        if not there
    ]
    if missing:
        return queue("no-identity", f"{' and '.join(missing)} missing or unreadable: a person decides")
    if alert.sent and alert.sent > received.received_at + given.table.clock_slack:
        ahead = (alert.sent - received.received_at) // timedelta(minutes=1)
        return queue("from-the-future", f"sent {ahead} minutes after it arrived: a person decides")
    return None


def _withdrawn(received: Received, given: Circumstances) -> Judgement | None:
    return ignore("withdrawn", "a person has taken it back") if received.key in given.withdrawn else None


_GATES: tuple[Gate, ...] = (_signature, _withdrawn, _status, _scope, _envelope, _kind, _identity)


def _own_status(received: Received) -> tuple[str, ...]:
    return (received.alert.status.value.casefold(),) if received.alert.status else ()

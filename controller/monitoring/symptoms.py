"""What a device's own words and silences mean as troubles. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from controller.store.broadcasts import NOT_ASKED
from controller.store.fleet import Seen
from controller.store.told_by_devices import OFFLINE
from controller.store.troubles import IncidentKey, Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.store.watching import Lacking, Whereabouts
from devices.protocol.messages import DeviceState
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

NEVER_SEEN = "never-seen"
CLOCK_LIMIT = 10.0
"""By so many seconds a board's clock may be wrong before somebody should look at it."""
PRESSING = timedelta(minutes=6)
"""A broadcast that begins so soon, without a loudspeaker that it needs, is serious."""
MOST_NAMED = 10

_BY_REASON = {
    OFFLINE: TroubleKind.DEVICE_OFFLINE,
    NEVER_SEEN: TroubleKind.DEVICE_OFFLINE,
    "clock-unproven": TroubleKind.CLOCK_UNPROVEN,
    "disk-full": TroubleKind.DISK,
    "disk-broken": TroubleKind.DISK,
    "quiet-hours": TroubleKind.QUIET_HOURS_REFUSED,
}
_DELIBERATE = frozenset({"mourning", "exam", "maintenance", "holiday", "skipped", "class-hours"})
"""Silences that the commune asked for: somebody should know, nobody need hurry."""
_REFUSALS = {
    "quiet-hours": (TroubleKind.QUIET_HOURS_REFUSED, Severity.WARNING),
    "untrusted": (TroubleKind.HIJACK_TRY, Severity.SERIOUS),
    "bad-signature": (TroubleKind.HIJACK_TRY, Severity.SERIOUS),
    "wrong-topic": (TroubleKind.HIJACK_TRY, Severity.SERIOUS),
    # A network that repeats and reorders does these without any ill will; who replays old orders does, too.
    "expired": (TroubleKind.DEVICE_REFUSED, Severity.NOTICE),
    "superseded": (TroubleKind.DEVICE_REFUSED, Severity.NOTICE),
}
_ANY_REFUSAL = (TroubleKind.DEVICE_REFUSED, Severity.WARNING)


def subject(device: DeviceId) -> Subject:
    return Subject(SubjectKind.DEVICE, device)


def reason_now(one: Lacking) -> str:
    """Why the device is not ready, in the light of whether it is there at all."""
    if one.of.seen_at is None:
        return NEVER_SEEN
    if not one.of.online:
        return OFFLINE
    return NOT_ASKED if one.reason == OFFLINE else one.reason


def not_ready(lacking: Iterable[Lacking], now: datetime) -> dict[IncidentKey, tuple[Trouble, tuple[Lacking, ...]]]:
    """One trouble for each device and cause, with all broadcasts that it threatens; the soonest says how bad it is."""
    causes: dict[tuple[DeviceId, TroubleKind], list[Lacking]] = {}
    for one in lacking:
        kind = _BY_REASON.get(reason_now(one), TroubleKind.NOT_READY)
        causes.setdefault((one.of.device, kind), []).append(one)
    found = {}
    for (device, kind), ahead in causes.items():
        soonest = ahead[0]
        reason = reason_now(soonest)
        severity = Severity.SERIOUS if soonest.start - now <= PRESSING else Severity.WARNING
        severity = Severity.NOTICE if reason in _DELIBERATE else severity
        facts = {**since(soonest.of), "occurrences": [_named(one) for one in ahead[:MOST_NAMED]]}
        trouble = Trouble(kind, subject(device), severity, reason, soonest.of.area, facts)
        found[trouble.key] = (trouble, tuple(ahead))
    return found


def _named(one: Lacking) -> dict[str, object]:
    return {"id": one.occurrence, "title": one.title, "start": one.start.isoformat()}


def since(one: Whereabouts) -> dict[str, object]:
    """Since when it has been away; nothing while it is there, or where that is not known."""
    return {} if one.online or one.seen_at is None else {"since": one.seen_at.isoformat()}


def away(one: Whereabouts) -> Trouble:
    reason = NEVER_SEEN if one.seen_at is None else OFFLINE
    severity = Severity.NOTICE if one.seen_at is None else Severity.WARNING
    return Trouble(TroubleKind.DEVICE_OFFLINE, subject(one.device), severity, reason, one.area, since(one))


def clock_unproven(device: DeviceId, area: AreaId) -> Trouble:
    return Trouble(TroubleKind.CLOCK_UNPROVEN, subject(device), Severity.WARNING, "clock-unproven", area)


def no_receipt(owed: Iterable[Lacking]) -> list[Trouble]:
    """One trouble for each device that is there and owes receipts."""
    by_device: dict[DeviceId, list[Lacking]] = {}
    for one in owed:
        by_device.setdefault(one.of.device, []).append(one)
    return [
        Trouble(
            TroubleKind.NO_RECEIPT,
            subject(device),
            Severity.WARNING,
            "no-receipt",
            waiting[0].of.area,
            {"occurrences": [_named(one) for one in waiting[-MOST_NAMED:]]},
        )
        for device, waiting in by_device.items()
    ]


def complaints(state: DeviceState) -> dict[TroubleKind, str]:
    """What a device says is wrong with itself, now, and the word for it."""
    found = {}
    if state.clock_offset is not None and abs(state.clock_offset) > CLOCK_LIMIT:
        found[TroubleKind.CLOCK_OFF] = "clock-off"
    if broken := next((one.reason for one in state.not_ready if _BY_REASON.get(one.reason) is TroubleKind.DISK), ""):
        found[TroubleKind.DISK] = broken
    return found


def new_complaints(before: Seen | None, state: DeviceState, area: AreaId) -> list[Trouble]:
    """What a device did not say of itself when it was last heard."""
    known = {} if before is None else complaints(before.state)
    offset = {} if state.clock_offset is None else {"seconds": round(state.clock_offset)}
    return [
        Trouble(kind, subject(state.device), Severity.WARNING, word, area, offset if word == "clock-off" else {})
        for kind, word in complaints(state).items()
        if known.get(kind) != word
    ]


def new_refusals(before: Seen | None, state: DeviceState, area: AreaId) -> list[Trouble]:
    """What a device has refused since it was last heard.

    Its counts live on its disk: a smaller one is that of a new disk. Of a device never heard before nothing is new.
    """
    if before is None:
        return []
    found = []
    for reason, count in state.refused.items():
        known = before.state.refused.get(reason, 0)
        more = count - known if count >= known else count
        if more > 0:
            kind, severity = _REFUSALS.get(reason, _ANY_REFUSAL)
            facts = {"refused": reason}
            found.append(Trouble(kind, subject(state.device), severity, reason, area, facts, events=more))
    return found


def received_badly(about: Subject, reason: str, area: AreaId | None) -> Trouble:
    """Something that claimed to come from `about` and was refused here."""
    kind, severity = _REFUSALS.get(reason, _ANY_REFUSAL)
    kind = TroubleKind.MESSAGE_REFUSED if kind is TroubleKind.DEVICE_REFUSED else kind
    return Trouble(kind, about, severity, reason, area, {"refused_here": reason}, events=1)


def threatened(facts: Mapping[str, object]) -> list[dict[str, str]]:
    """The broadcasts that an incident's facts name."""
    listed = facts.get("occurrences")
    return [dict(one) for one in listed] if isinstance(listed, list) else []

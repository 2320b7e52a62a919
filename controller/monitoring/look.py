"""One look at all loudspeakers: which troubles there are now, and which incidents are over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from controller.monitoring.answers import RECEIPT_DUE
from controller.monitoring.checks import FIRST_LOOK
from controller.monitoring.symptoms import (
    MOST_NAMED,
    away,
    clock_unproven,
    complaints,
    no_receipt,
    not_ready,
    threatened,
)
from controller.store import fleet, incidents, watching
from controller.store.database import Connection
from controller.store.incident_list import Incident, IncidentId
from controller.store.troubles import IncidentKey, SubjectKind, Trouble, TroubleKind
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId
from schedules.timespan import Timespan

PATIENCE = timedelta(minutes=10)
"""Who is away for longer is an incident, whether something shall sound or not."""
CALM = timedelta(hours=24)
"""What merely happened, and did not happen again for so long, is over."""
RECEIPT_OVERDUE = timedelta(days=3)
"""So old a receipt is missed no longer."""
RECEIPT_AWAITED = timedelta(minutes=10)
"""So long an incident stays when all is well again, so that it can say what became of the broadcasts it threatened."""

_EVENTS = frozenset({TroubleKind.DEVICE_REFUSED, TroubleKind.MESSAGE_REFUSED, TroubleKind.HIJACK_TRY})
_CONDITIONS = frozenset(
    {
        TroubleKind.DEVICE_OFFLINE,
        TroubleKind.NOT_READY,
        TroubleKind.NO_RECEIPT,
        TroubleKind.QUIET_HOURS_REFUSED,
        TroubleKind.CLOCK_UNPROVEN,
        TroubleKind.CLOCK_OFF,
        TroubleKind.DISK,
    }
)
_LASTING = _CONDITIONS - {TroubleKind.QUIET_HOURS_REFUSED}
"""What stands and is not over was seen again by looking; a refusal was not."""

Endings = Mapping[tuple[DeviceId, OccurrenceId], tuple[str, str]]
"""Outcome and reason of a broadcast at a device."""


class Look:
    """At the moment `now`, in the transaction of `connection`, when all of `standing` is open.

    `unproven` are the devices that have long lacked the time.
    """

    def __init__(
        self, connection: Connection, now: datetime, standing: Collection[Incident], unproven: Collection[DeviceId]
    ) -> None:
        self._connection = connection
        self._now = now
        self._unproven = unproven
        of_devices = [one for one in standing if one.subject.kind is SubjectKind.DEVICE and one.kind in _CONDITIONS]
        self._known = {one.key: one for one in standing}
        self._standing = {one.key: one for one in of_devices}
        self._calm = [one.id for one in standing if one.kind in _EVENTS and now - one.last_seen_at > CALM]
        devices = {DeviceId(one.subject.id) for one in of_devices}
        self._seen = fleet.seen(connection, devices) if devices else {}

    def act(self, checked: Collection[OccurrenceId]) -> tuple[IncidentId, ...]:
        """Writes down what there is to see; `checked` are the broadcasts for which it is time to look."""
        told = self._troubles(checked)
        over = self._calm
        endings = self._endings(told)
        for key, one in self._standing.items():
            known = self._with_past(one, told.get(key) or _as_it_was(one), endings)
            if key in told or not self._is_well(one):
                known = _laid_over(known, back=None) if one.facts.get("back") else known
            elif not self._owes(known) or self._has_waited(one):
                over.append(one.id)
            elif not one.facts.get("back"):
                known = _laid_over(known, back=self._now.isoformat())
            if key in told or known.facts != one.facts or one.kind in _LASTING:
                told[key] = known
        changed = incidents.report_all(self._connection, told.values(), self._now, self._known)
        return changed + incidents.resolve_ids(self._connection, over, self._now)

    def _troubles(self, checked: Collection[OccurrenceId]) -> dict[IncidentKey, Trouble]:
        """What is to be reported: what stands and lasts, and what was looked for and found."""
        soon = Timespan.of(self._now, FIRST_LOOK)
        ahead = not_ready(watching.not_ready(self._connection, soon), self._now)
        told = {
            key: trouble
            for key, (trouble, lacking) in ahead.items()
            if key in self._standing or any(one.occurrence in checked for one in lacking)
        }
        owed_since = Timespan(self._now - RECEIPT_OVERDUE, self._now - RECEIPT_DUE)
        others = [away(one) for one in watching.away_since(self._connection, self._now - PATIENCE)]
        others += [clock_unproven(one.device, one.area) for one in self._where(self._unproven)]
        others += no_receipt(watching.unanswered(self._connection, owed_since))
        for trouble in others:
            told.setdefault(trouble.key, trouble)
        return told

    def _where(self, devices: Collection[DeviceId]) -> tuple[watching.Whereabouts, ...]:
        return watching.whereabouts(self._connection, devices) if devices else ()

    def _is_well(self, one: Incident) -> bool:
        """True when what was wrong is so no longer, as far as the device itself can tell."""
        seen = self._seen.get(DeviceId(one.subject.id))
        here = seen is not None and seen.online
        match one.kind:
            case TroubleKind.NOT_READY | TroubleKind.NO_RECEIPT:
                return True
            case TroubleKind.QUIET_HOURS_REFUSED:
                return "refused" not in one.facts or self._now - one.last_seen_at > CALM
            case TroubleKind.DEVICE_OFFLINE:
                return here
            case TroubleKind.CLOCK_UNPROVEN:
                return here and seen is not None and seen.state.clock_proven
        return here and seen is not None and one.kind not in complaints(seen.state)

    def _endings(self, told: Mapping[IncidentKey, Trouble]) -> Endings:
        """How the broadcasts ended that incidents threatened, where that was not known and is known now."""
        owed = [
            (DeviceId(one.subject.id), OccurrenceId(broadcast["id"]))
            for key, one in self._standing.items()
            for broadcast in threatened(one.facts) + (threatened(told[key].facts) if key in told else [])
            if "outcome" not in broadcast and _start(broadcast) <= self._now
        ]
        return watching.endings(self._connection, owed)

    def _with_past(self, one: Incident, trouble: Trouble, endings: Endings) -> Trouble:
        """Beside what it threatens now, what it threatened before and what became of that."""
        ahead = threatened(trouble.facts)
        named = {broadcast["id"] for broadcast in ahead}
        before = [broadcast for broadcast in threatened(one.facts) if broadcast["id"] not in named]
        past = [broadcast for broadcast in before + ahead if _start(broadcast) <= self._now]
        if not past:
            return trouble
        for broadcast in past:
            ending = endings.get((DeviceId(one.subject.id), OccurrenceId(broadcast["id"])))
            if ending is not None:
                broadcast["outcome"], broadcast["why"] = ending
        rest = [broadcast for broadcast in ahead if _start(broadcast) > self._now]
        return _laid_over(trouble, occurrences=(past + rest)[-2 * MOST_NAMED :])

    def _owes(self, trouble: Trouble) -> bool:
        """True while a receipt may still tell what became of a broadcast that it threatened."""
        waits = trouble.kind is not TroubleKind.NO_RECEIPT
        return waits and any(_start(one) <= self._now and "outcome" not in one for one in threatened(trouble.facts))

    def _has_waited(self, one: Incident) -> bool:
        back = one.facts.get("back")
        return isinstance(back, str) and self._now - datetime.fromisoformat(back) >= RECEIPT_AWAITED


def _as_it_was(one: Incident) -> Trouble:
    return Trouble(one.kind, one.subject, one.severity, one.reason, one.area, one.facts, one.occurrence)


def _laid_over(trouble: Trouble, **facts: object) -> Trouble:
    return replace(trouble, facts={**trouble.facts, **facts})


def _start(broadcast: dict[str, str]) -> datetime:
    return datetime.fromisoformat(broadcast["start"])

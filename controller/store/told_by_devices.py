"""What devices say of the broadcasts they are planned for: ready or why not, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from controller.store import recordings, tallies
from controller.store.tables import facts, occurrences, receipts
from devices.protocol.messages import Receipt
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId

OFFLINE = "offline"

_COMING = select(occurrences.c.id).where(occurrences.c.start > bindparam("now"))
_AHEAD = (facts.c.device == bindparam("of")) & facts.c.occurrence.in_(_COMING)
_READY = (
    update(facts)
    .where(_AHEAD, facts.c.occurrence.not_in(bindparam("but", expanding=True)), facts.c.ready_at.is_(None))
    .values(ready_at=bindparam("now"), not_ready="")
)
_UNREADY = update(facts).where(_AHEAD).values(ready_at=None, not_ready=bindparam("reason"))
_LACKING = _UNREADY.where(facts.c.occurrence == bindparam("broadcast"))


def mark_ready(connection: Connection, device: DeviceId, not_ready: Mapping[OccurrenceId, str], now: datetime) -> None:
    """`device` holds the current plans and could play all that is before it, but for `not_ready`."""
    tallies.changed(connection, after=now)
    whose = {"of": device, "now": now}
    connection.execute(_READY, {**whose, "but": list(not_ready)})
    lacking = [{**whose, "broadcast": occurrence, "reason": reason} for occurrence, reason in not_ready.items()]
    if lacking:
        connection.execute(_LACKING, lacking)


def mark_not_ready(connection: Connection, device: DeviceId, reason: str, now: datetime) -> None:
    """`device` cannot be counted on for anything that has not begun."""
    tallies.changed(connection, after=now)
    connection.execute(_UNREADY, {"of": device, "now": now, "reason": reason})


_KNOWN_RECEIPT = select(receipts.c.id).where(receipts.c.id == bindparam("receipt"))
_RECEIPT = receipts.insert()
_ENDED = (
    update(facts)
    .where(facts.c.occurrence == bindparam("of"), facts.c.device == bindparam("at"), facts.c.receipt.is_(None))
    .values(receipt=bindparam("told"))
)


def keep_receipt(connection: Connection, receipt: Receipt, sealed: bytes, now: datetime) -> bool:
    """Stores what the device says became of an occurrence; False when it was stored before."""
    if connection.scalar(_KNOWN_RECEIPT, {"receipt": receipt.id}) is not None:
        return False
    connection.execute(
        _RECEIPT,
        {
            "id": receipt.id,
            "device": receipt.device,
            "sequence": receipt.sequence,
            "occurrence": receipt.occurrence,
            "outcome": receipt.outcome.value,
            "reason": receipt.reason,
            "started_at": receipt.started_at,
            "ended_at": receipt.ended_at,
            "seconds": receipt.seconds,
            "planned_seconds": receipt.planned_seconds,
            "sounds": list(receipt.sounds),
            "voice": receipt.voice or ", ".join(recordings.voices(connection, receipt.sounds)),
            "stored_at": now,
            "sealed": sealed,
        },
    )
    tallies.ended(connection, receipt.occurrence, receipt.device)
    connection.execute(_ENDED, {"of": receipt.occurrence, "at": receipt.device, "told": receipt.id})
    return True

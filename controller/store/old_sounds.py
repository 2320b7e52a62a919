"""Which recordings nobody needs any more: all they were part of is over, and was not heard lately."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from controller.store import bulletins
from controller.store import tables as rows
from controller.store.bulletins import BulletinId, ProgrammeRow
from controller.store.states import ProgrammeState
from schedules.calendars import FARTHEST_MOVE
from schedules.programme import ProgrammeId, Sha256

_MOVED = timedelta(days=FARTHEST_MOVE + 1)
"""A day may have been moved, so that it is heard so much later than its rule says."""
_NAMED = re.compile(r"[0-9a-f]{64}")


def unneeded(connection: Connection, since: datetime, now: datetime) -> frozenset[Sha256]:
    """What was made before `since`, was not heard after it, and can be heard again by no programme, no fixed sentence
    and no warning. In doubt a recording is needed."""
    old = select(rows.recordings.c.sha256).where(
        rows.recordings.c.kept_at < since, rows.recordings.c.deleted_at.is_(None)
    )
    found = frozenset(Sha256(one) for one in connection.scalars(old))
    if not found:
        return found
    return found - set(_of_bulletins(connection, found, since, now)) - set(_named_elsewhere(connection, since))


def deleted(connection: Connection, recording: Sha256, now: datetime) -> None:
    """Its sound is gone; what is known of it stays, for receipts name it."""
    this = update(rows.recordings).where(rows.recordings.c.sha256 == recording)
    connection.execute(this.values(deleted_at=now))


def is_deleted(connection: Connection, recording: Sha256) -> bool:
    when = connection.scalar(select(rows.recordings.c.deleted_at).where(rows.recordings.c.sha256 == recording))
    return when is not None


def _of_bulletins(connection: Connection, old: frozenset[Sha256], since: datetime, now: datetime) -> Iterator[Sha256]:
    heard = select(rows.occurrences.c.programme).where(rows.occurrences.c.last_end >= since)
    late = {ProgrammeId(row.programme) for row in connection.execute(heard)}
    for row in connection.execute(select(rows.bulletins)):
        if row.recording in old:
            programmes = bulletins.programmes_of(connection, BulletinId(row.id))
            live = any(one.id in late or _may_sound(one, since, now) for one in programmes)
            if live or (not programmes and row.written_at >= since):
                yield Sha256(row.recording)


def _may_sound(programme: ProgrammeRow, since: datetime, now: datetime) -> bool:
    if programme.state is ProgrammeState.WITHDRAWN:
        return (programme.decided_at or programme.written_at) >= since
    if programme.state is ProgrammeState.APPROVED:
        return programme.next_start(now - _MOVED) is not None
    return True


def _named_elsewhere(connection: Connection, since: datetime) -> Iterator[Sha256]:
    changes, renders, receipts = rows.programme_changes.c, rows.renders.c, rows.receipts.c
    spoken = rows.announcements.c
    moved = (since - _MOVED).date()
    for question in (
        select(rows.phrases.c.recording),
        select(changes.what).where(changes.last >= moved),
        select(renders.script, renders.form, renders.recording).where(renders.asked_at >= since),
        select(receipts.sounds).where(receipts.stored_at >= since),
        select(spoken.sounds).where(spoken.ends_at >= since),
        select(rows.alert_settings),
    ):
        for row in connection.execute(question):
            yield from map(Sha256, _NAMED.findall(json.dumps(list(row), default=str)))

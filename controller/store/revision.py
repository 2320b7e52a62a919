"""Whether anything has changed of which plans and configurations are made, asked for in one quick question."""

from __future__ import annotations

from functools import reduce
from typing import Any, NewType

from sqlalchemy import ColumnElement, Connection, String, cast, func, select

from controller.store.states import ProgrammeState
from controller.store.tables import (
    areas,
    calendar_entries,
    cameras,
    device_states,
    devices,
    phrases,
    programme_changes,
    programmes,
)

Revision = NewType("Revision", tuple[object, ...])
"""Equal as long as the same programmes are approved, and calendars, areas, devices, cameras and fixed sentences are the
same."""


_OF_NO_ACCOUNT = {"audio_token", "config_serial", "config_digest", "enrolled_at"}


def _every(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """The words of every row in one text."""
    words: list[ColumnElement[str]] = [func.coalesce(cast(column, String), "") for column in columns]
    return func.aggregate_strings(reduce(lambda said, word: said + "/" + word, words), " ")


_QUESTIONS = (
    select(_every(programmes.c.id, programmes.c.decided_at, programmes.c.approved_digest)).where(
        programmes.c.state == ProgrammeState.APPROVED.value
    ),
    select(_every(calendar_entries.c.id)),
    select(_every(programme_changes.c.id)),
    select(_every(phrases.c.key, phrases.c.place, phrases.c.recording)),
    select(_every(areas.c.id, areas.c.parent)),
    select(_every(*cameras.c)),
    select(_every(device_states.c.device, device_states.c.message["lock"].as_string())).where(
        device_states.c.device.in_(select(cameras.c.device))
    ),
    select(_every(*(column for column in devices.c if column.name not in _OF_NO_ACCOUNT))),
)
_AT_ONCE = select(*(question.scalar_subquery() for question in _QUESTIONS))


def revision(connection: Connection) -> Revision:
    return Revision(tuple(connection.execute(_AT_ONCE).one()))

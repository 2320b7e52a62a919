"""Calendars as the commune keeps them, and the changes of single days. What is written last counts last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NewType

import msgspec
from sqlalchemy import Connection, CursorResult, Row, delete, insert, select

from controller.store.manner import rule_read, rule_written
from controller.store.people import AccountId
from controller.store.tables import calendar_entries, programme_changes
from schedules.calendars import Calendars, Change, Holiday, Limit, Move, Replace, Silence, Skip
from schedules.occurrence import Why
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Content, ProgrammeId, Sound

EntryId = NewType("EntryId", int)
ChangeId = NewType("ChangeId", int)
Entry = Silence | Holiday | Limit


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """`written_by` is None for what came from the settings."""

    id: EntryId
    entry: Entry
    written_by: AccountId | None
    written_at: datetime


@dataclass(frozen=True, slots=True)
class KeptChange:
    id: ChangeId
    change: Change
    written_by: AccountId
    written_at: datetime


def entries(connection: Connection) -> tuple[KeptEntry, ...]:
    return tuple(map(_entry, connection.execute(select(calendar_entries).order_by(calendar_entries.c.id))))


def find_entry(connection: Connection, entry: EntryId) -> KeptEntry | None:
    row = connection.execute(select(calendar_entries).where(calendar_entries.c.id == entry)).one_or_none()
    return None if row is None else _entry(row)


def add_entry(connection: Connection, entry: Entry, who: AccountId | None, now: datetime) -> EntryId:
    row = {"entry": _entry_written(entry), "written_by": who, "written_at": now}
    return EntryId(_number(connection.execute(insert(calendar_entries).values(row))))


def remove_entry(connection: Connection, entry: EntryId) -> None:
    connection.execute(delete(calendar_entries).where(calendar_entries.c.id == entry))


def changes(connection: Connection, programme: ProgrammeId | None = None) -> tuple[KeptChange, ...]:
    """Of all programmes or of one."""
    question = select(programme_changes).order_by(programme_changes.c.id)
    if programme is not None:
        question = question.where(programme_changes.c.programme == programme)
    return tuple(map(_change, connection.execute(question)))


def add_change(connection: Connection, change: Change, who: AccountId, now: datetime) -> ChangeId:
    row = {
        "programme": change.programme,
        "first": change.first,
        "last": change.last,
        "what": _what_written(change.what),
        "why": change.why,
        "written_by": who,
        "written_at": now,
    }
    return ChangeId(_number(connection.execute(insert(programme_changes).values(row))))


def remove_change(connection: Connection, change: ChangeId) -> None:
    connection.execute(delete(programme_changes).where(programme_changes.c.id == change))


def _number(added: CursorResult[Any]) -> int:
    (number,) = added.inserted_primary_key or (0,)
    return int(number)


def of_the_commune(connection: Connection) -> Calendars:
    """All that is kept, as the rules take it."""
    kept = [one.entry for one in entries(connection)]
    return Calendars(
        silences=tuple(one for one in kept if isinstance(one, Silence)),
        holidays=tuple(one for one in kept if isinstance(one, Holiday)),
        changes=tuple(one.change for one in changes(connection)),
        limits=tuple(one for one in kept if isinstance(one, Limit)),
    )


def _entry(row: Row[tuple[object, ...]]) -> KeptEntry:
    who = None if row.written_by is None else AccountId(row.written_by)
    return KeptEntry(EntryId(row.id), _entry_read(row.entry), who, row.written_at)


def _change(row: Row[tuple[object, ...]]) -> KeptChange:
    change = Change(ProgrammeId(row.programme), row.first, row.last, _what_read(row.what), row.why)
    return KeptChange(ChangeId(row.id), change, AccountId(row.written_by), row.written_at)


def _entry_written(entry: Entry) -> dict[str, Any]:
    match entry:
        case Silence():
            return {
                "kind": entry.why.value,
                "name": entry.name,
                "begins": rule_written(entry.begins),
                "ends": entry.ends.isoformat(),
                "areas": sorted(entry.areas),
                "classes": sorted(one.value for one in entry.classes),
                "contents": sorted(one.value for one in entry.contents),
            }
        case Holiday():
            return {
                "kind": "holiday",
                "name": entry.name,
                "begins": rule_written(entry.begins),
                "days": entry.days,
            }
        case Limit(per_day, per_session, areas, pause, name):
            caps = {"per_day": per_day, "per_session": per_session, "pause": pause}
            return {"kind": "limit", "name": name, "areas": sorted(areas), **caps}


def _entry_read(written: Mapping[str, Any]) -> Entry:
    areas = frozenset(AreaId(area) for area in written.get("areas", ()))
    name = written["name"]
    if written["kind"] == "holiday":
        return Holiday(name, rule_read(written["begins"]), written["days"])
    if written["kind"] == "limit":
        return Limit(written["per_day"], written["per_session"], areas, written["pause"], name)
    return Silence(
        Why(written["kind"]),
        name,
        rule_read(written["begins"]),
        time.fromisoformat(written["ends"]),
        areas,
        frozenset(BulletinClass(one) for one in written["classes"]),
        frozenset(Content(one) for one in written["contents"]),
    )


def _what_written(what: Skip | Move | Replace) -> dict[str, Any]:
    match what:
        case Skip():
            return {"kind": "skip"}
        case Move(days, at):
            return {"kind": "move", "days": days, "at": at and at.isoformat()}
        case Replace(title, sounds):
            return {"kind": "replace", "title": title, "sounds": msgspec.to_builtins(sounds)}


def _what_read(written: Mapping[str, Any]) -> Skip | Move | Replace:
    match written["kind"]:
        case "move":
            return Move(written["days"], written["at"] and time.fromisoformat(written["at"]))
        case "replace":
            return Replace(written["title"], msgspec.convert(written["sounds"], tuple[Sound, ...]))
        case _:
            return Skip()

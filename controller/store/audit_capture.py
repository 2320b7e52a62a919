"""Every change of a watched table is noted by itself, with the row before and after: nobody can forget to.

It sees all that goes through `Database.write`, whichever page, route, command or timer it comes from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, CursorResult, Delete, Engine, Insert, Row, Select, Table, Update, event, select

from controller.store import tables
from controller.store.audit import NOTES, Note

HIDDEN = "•••"
_STANDING, _REMOVED, _SAVEPOINTS = "loa_standing", "loa_removed", "loa_savepoints"
_NAMED_BY = 8
"""So many characters name what is known by the digest of a secret."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is noted of a table: all columns but the `ignored`, or `only` these; of `hidden` ones only that they
    changed. Where column `by` is empty no person is behind the row, and it is not noted."""

    table: Table
    only: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    by: str = ""
    key: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", tuple(column.name for column in self.table.primary_key))

    def about(self, row: Mapping[str, Any]) -> str:
        return ",".join(str(row[name])[: _NAMED_BY if name in self.hidden else None] for name in self.key)

    def shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        names = self.only or row.keys() - self.ignored
        return {name: row[name] for name in row if name in names}

    def difference(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is different, as it may be read; hidden values never."""
        old, new = self.shown(before), self.shown(after)
        changed = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
        return tuple(  # type: ignore[return-value]
            {name: HIDDEN if name in self.hidden and said[name] else said[name] for name in changed if name in said}
            for said in (old, new)
        )


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


WATCHED = {
    watch.table.name: watch
    for watch in (
        Watch(tables.accounts, hidden=_names("password", "totp", "recovery"), ignored=_names("totp_step")),
        Watch(tables.invitations, hidden=_names("code")),
        Watch(tables.api_tokens, hidden=_names("token"), ignored=_names("used_at")),
        Watch(tables.areas),
        Watch(tables.area_shapes, ignored=_names("shape")),
        Watch(tables.device_places),
        Watch(tables.camera_places),
        Watch(tables.bulletins),
        Watch(tables.programmes),
        Watch(tables.lexicon),
        Watch(tables.phrases, by="by_person"),
        Watch(tables.calendar_entries),
        Watch(tables.programme_changes),
        Watch(tables.calendar_links, hidden=_names("token")),
        Watch(tables.devices, hidden=_names("audio_token"), ignored=_names("config_serial", "config_digest")),
        Watch(tables.device_orders, only=_names("id", "device", "kind", "by"), by="by"),
        Watch(tables.enrolment_codes, hidden=_names("code")),
        Watch(tables.channels, hidden=_names("address", "secret")),
        Watch(tables.alert_settings),
        Watch(tables.alert_authorities),
        Watch(
            tables.alert_sources,
            only=_names("id", "kind", "name", "authorities", "key", "url", "poll_seconds", "local", "heartbeat_seconds")
            | {"removed_at"},
            hidden=_names("key"),
        ),
        Watch(tables.gauges, ignored=_names("state", "changed_at")),
        Watch(tables.alerts, only=_names("title", "sender", "state", "releases", "chosen", "author")),
        Watch(tables.alert_story, by="who"),
        Watch(tables.stops),
        Watch(tables.nodes),
        Watch(tables.device_nodes),
        Watch(tables.cameras, hidden=_names("login"), ignored=_names("box", "box_lock")),
        Watch(tables.maintenance, ignored=_names("begun", "over")),
        Watch(tables.complaints, only=_names("area", "wrong", "place", "state", "decided_by"), by="decided_by"),
        Watch(tables.incident_steps, only=_names("incident", "step", "by", "note"), by="by"),
    )
}


def watch_changes(engine: Engine) -> None:
    """Notes every change of a watched table on connections of `engine` that collect notes."""
    event.listen(engine, "before_execute", _before)
    event.listen(engine, "after_execute", _after)
    event.listen(engine, "savepoint", _remember)
    event.listen(engine, "release_savepoint", _keep)
    event.listen(engine, "rollback_savepoint", _forget)


def _before(
    connection: Connection,
    statement: object,
    many: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    options: object,
) -> None:
    if (watch := _watched(connection, statement)) and isinstance(statement, Update | Delete):
        asked = select(watch.table)
        if (where := statement.whereclause) is not None:
            asked = asked.where(where)
        _standing(connection).append(
            [one for given in many or (parameters,) for one in _rows(connection, asked, given)]
        )


def _after(
    connection: Connection,
    statement: object,
    many: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    options: object,
    result: CursorResult[Any],
) -> None:
    if not (watch := _watched(connection, statement)):
        return
    if isinstance(statement, Insert):
        for row in _added(connection, watch, many, result):
            _note_added(connection, watch, row)
        return
    for row in _standing(connection).pop():
        if isinstance(statement, Delete):
            _note_removed(connection, watch, row)
        else:
            for changed in _rows(connection, _by_key(watch, row)):
                _note(connection, watch, row, changed)


def _remember(connection: Connection, _: object) -> None:
    if (options := connection.get_execution_options()).get(NOTES) is not None:
        options[_SAVEPOINTS].append(len(options[NOTES]))


def _keep(connection: Connection, *_: object) -> None:
    if (savepoints := connection.get_execution_options().get(_SAVEPOINTS)) is not None:
        savepoints.pop()


def _forget(connection: Connection, *_: object) -> None:
    if (options := connection.get_execution_options()).get(NOTES) is not None:
        del options[NOTES][options[_SAVEPOINTS].pop() :]


def collecting() -> dict[str, Any]:
    """The execution options of a connection that may write."""
    return {NOTES: [], _STANDING: [], _REMOVED: {}, _SAVEPOINTS: []}


def _watched(connection: Connection, statement: object) -> Watch | None:
    if not isinstance(statement, Insert | Update | Delete) or NOTES not in connection.get_execution_options():
        return None
    watch = WATCHED.get(getattr(statement.table, "name", ""))
    return watch if watch and statement.table is watch.table else None  # a migration has tables of its own


def _standing(connection: Connection) -> list[list[Mapping[str, Any]]]:
    standing: list[list[Mapping[str, Any]]] = connection.get_execution_options()[_STANDING]
    return standing


def _rows(
    connection: Connection, asked: Select[Any], given: Mapping[str, Any] | None = None
) -> list[Mapping[str, Any]]:
    return [_mapping(row) for row in connection.execute(asked, given)]


def _mapping(row: Row[Any]) -> Mapping[str, Any]:
    return dict(row._mapping)


def _added(
    connection: Connection, watch: Watch, many: Sequence[Mapping[str, Any]], result: CursorResult[Any]
) -> Collection[Mapping[str, Any]]:
    if many:
        return many
    key = result.inserted_primary_key
    assert key is not None, f"{watch.table.name} is watched: insert without RETURNING"
    return _rows(connection, _by_key(watch, key._mapping))


def _by_key(watch: Watch, row: Mapping[str, Any]) -> Select[Any]:
    return select(watch.table).where(*(watch.table.c[name] == row[name] for name in watch.key))


def _note(connection: Connection, watch: Watch, before: Mapping[str, Any], after: Mapping[str, Any]) -> Note | None:
    row = after or before
    old, new = watch.difference(before, after)
    if not (old or new) or (watch.by and not row[watch.by]):
        return None
    what = "changed" if before and after else "added" if after else "removed"
    about = watch.about(row) if all(name in row for name in watch.key) else ""
    noted = Note(f"{watch.table.name}.{what}", about, old, new)
    connection.get_execution_options()[NOTES].append(noted)
    return noted


def _note_added(connection: Connection, watch: Watch, row: Mapping[str, Any]) -> None:
    """Some tables replace a row by removing it and adding another in its place: that is one change."""
    options = connection.get_execution_options()
    noted, before = options[_REMOVED].pop(_place(watch, row), (None, {}))
    if noted is not None:
        options[NOTES].remove(noted)
    _note(connection, watch, before, row)


def _note_removed(connection: Connection, watch: Watch, row: Mapping[str, Any]) -> None:
    noted = _note(connection, watch, row, {})
    connection.get_execution_options()[_REMOVED][_place(watch, row)] = noted, row


def _place(watch: Watch, row: Mapping[str, Any]) -> tuple[object, ...]:
    return (watch.table.name, *(row.get(name) for name in watch.key))

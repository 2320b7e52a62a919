"""The database: SQLite in WAL mode or PostgreSQL, by its address."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from controller.store.audit import write_notes
from controller.store.audit_capture import collecting, watch_changes
from controller.store.sealing import VAULT, Vault
from controller.store.tallies import CHANGES, KEPT, Changes, Tallies, note_changes
from devices.clock import Clock, SystemClock

_WRITES = "loa_writes"
_BUSY_MILLISECONDS = 10_000


class _Writing(threading.local):
    """What the thread that looks at it is writing, and what it shall do afterwards."""

    connection: Connection | None = None
    afterwards: tuple[Callable[[], None], ...] = ()


class Database:
    """Opens the database at `url` and brings its tables up to date.

    Without a `vault`, the secrets in it can only be read by this very object. The `clock` dates the audit.
    """

    def __init__(self, url: str, vault: Vault | None = None, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        self.engine = create_engine(
            address,
            pool_pre_ping=address.get_backend_name() != "sqlite",
            execution_options={VAULT: vault or Vault.new()},
        )
        self._writing = _Writing()
        self._reading: dict[str, Any] = {KEPT: Tallies()}  # who writes may yet take back what was counted
        self._sqlite = address.get_backend_name() == "sqlite"
        if self._sqlite:
            _tame_sqlite(self.engine)
        else:
            self._reading["isolation_level"] = "REPEATABLE READ"
        self._upgrade()
        watch_changes(self.engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may change rows: all of it happens, with its lines in the audit, or nothing.

        A write within a write of the same thread is part of it.
        """
        if self._writing.connection is not None:
            yield self._writing.connection
            return
        options = {_WRITES: True, CHANGES: Changes(), **collecting()}
        try:
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                self._writing.connection = connection
                yield connection
                note_changes(connection)
                write_notes(connection, self._clock.now())
            afterwards = self._writing.afterwards
        finally:
            self._writing.connection, self._writing.afterwards = None, ()
        for act in afterwards:
            act()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Does `act` once all that this thread is writing has happened; at once where it writes nothing, never where
        it comes to nothing."""
        if self._writing.connection is None:
            act()
        else:
            self._writing.afterwards += (act,)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the rows."""
        with self.engine.connect().execution_options(**self._reading) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    def _upgrade(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _tame_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(raw: SqliteConnection, _: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # transactions begin where we say, below
        for pragma in (
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that turns writer half-way would fail with "locked"; a writer says so from the start.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

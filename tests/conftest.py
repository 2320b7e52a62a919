"""What all tests share: real parts or a visible skip, a database of each kind, a controller without a network."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, event, inspect

from controller.store import database as database_module
from controller.store.database import Database

# A busy machine is slow, not wrong: no law is judged by the time that an example takes.
settings.register_profile("loa", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loa")


def real_part(found: object, name: str) -> None:
    """Skips on a newcomer's machine without `name`; fails where everything must be there."""
    if not found:
        if os.environ.get("LOA_TEST_REQUIRE") == "all":
            pytest.fail(f"{name} is missing here, and LOA_TEST_REQUIRE=all", pytrace=False)
        pytest.skip(f"{name} is not installed")


LONGEST_FIRST = (
    "scenarios/test_the_town.py",
    "edge/test_cameras_rig.py",
    "scenarios/test_the_field.py",
    "edge/test_camera_evaluation.py",
    "scenarios/test_camera_switches.py",
    "scenarios/test_the_demo.py",
    "browser/test_the_day.py",
    "browser/test_every_page.py",
    "scenarios/test_hijack.py",
    "scenarios/test_warnings_heard.py",
    "scenarios/test_the_main_job.py",
)
"""Begun first, or the last worker would go on alone for minutes; those that only wait stand between those that work."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays: to look it through for garbage again and again takes a third of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is tried where everything must be there; elsewhere it skips visibly."""
    folder = Path(__file__).parent
    begun = {folder / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: begun.get(item.path, len(begun)))
    if os.environ.get("LOA_TEST_REQUIRE") != "all":
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes long; LOA_TEST_REQUIRE=all runs it"))


@pytest.fixture(scope="session", autouse=True)
def nobody_waits_for_the_disk() -> Iterator[None]:
    """The machine that runs the tests keeps its power: what is written need not have reached its disk.

    Set twice, since changing to a journal waits as well, and `_tame_sqlite` sets what real databases need.
    """

    def hurry(raw: sqlite3.Connection, _: object) -> None:
        raw.execute("PRAGMA synchronous = OFF")

    def tame_and_hurry(engine: Engine) -> None:
        event.listen(engine, "connect", hurry)
        tame(engine)
        event.listen(engine, "connect", lambda raw, entry: hurry(raw, entry))

    tame = database_module._tame_sqlite
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_module, "_tame_sqlite", tame_and_hurry)
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new SQLite database begins as a copy of one that the migrations have built: they run once, not for each."""
    built = tmp_path_factory.mktemp("migrated") / "loa.db"
    Database(f"sqlite:///{built}").close()
    upgrade = Database._upgrade

    def copy_or_upgrade(database: Database) -> None:
        with database.engine.connect() as connection:
            is_new = connection.dialect.name == "sqlite" and not inspect(connection).get_table_names()
            if is_new:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                with contextlib.closing(sqlite3.connect(built)) as source:
                    connection.rollback()
                    source.backup(raw)
        if not is_new:
            upgrade(database)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_upgrade", copy_or_upgrade)
        yield


def _postgres_programs() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else installed[-1].parent if installed else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own."""
    programs = _postgres_programs()
    real_part(programs, "PostgreSQL")
    assert programs is not None
    # Not in pytest's own folders, which are closed to everybody else: PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="loa-postgres-"))
    as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_other:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([*as_other, programs / "initdb", "-D", data, "-U", "loa", "-A", "trust", "-N"], **quiet)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    server = [*as_other, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*server, "-o", options, "start"], **quiet)
    try:
        yield f"postgresql://loa@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*server, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder)


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The address of that server, whatever a test before has left in it."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgres


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> str:
    """The name of a database on that server that has all tables and no rows: copying it is quicker than building."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE tables")
    Database(_beside(postgres, "tables")).close()
    return "tables"


def _beside(postgres: str, name: str) -> str:
    return f"{postgres.rpartition('/')[0]}/{name}"


def _copy_of(postgres: str, template: str) -> str:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS copied WITH (FORCE)")
        connection.execute(f"CREATE DATABASE copied TEMPLATE {template}")
    return _beside(postgres, "copied")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'loa.db'}")
    else:
        template = request.getfixturevalue("postgres_tables")
        opened = Database(_copy_of(request.getfixturevalue("postgres"), template))
    yield opened
    opened.close()

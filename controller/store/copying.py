"""A consistent copy of a database that is in use, and a database made from one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, delete, inspect, make_url, or_, update

from controller.store.database import Database
from controller.store.tables import devices, inbox, outbox, plans

LEAP = 1_000_000
"""So far ahead of the backup loudspeakers may be: they obey no serial that is smaller than the one they hold."""


class CannotCopy(Exception):
    """The message says in one sentence why."""


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def copy_database(url: str, to: Path) -> None:
    """Writes what the database holds at one moment into `to`; it may be written meanwhile. CannotCopy."""
    if is_sqlite(url):
        source = _file(url)
        if not source.exists():
            raise CannotCopy(f"There is no database {source}.")
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(to)) as copied:
            live.backup(copied)
    else:
        _run("pg_dump", make_url(url), "--format=custom", "--no-owner", f"--file={to}")


def put_database_back(copied: Path, url: str) -> None:
    """Fills an empty database with what `copy_database` wrote. CannotCopy."""
    if is_sqlite(url):
        target = _file(url)
        if target.exists():
            raise CannotCopy(f"{target} exists already.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copied, target)
        target.chmod(0o600)
        return
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        if inspect(engine).get_table_names():
            raise CannotCopy("The database of LOA_DATABASE_URL is not empty.")
    finally:
        engine.dispose()
    _run("pg_restore", make_url(url), "--no-owner", "--exit-on-error", "--single-transaction", str(copied))


def follow_on(database: Database) -> None:
    """What the copy tells loudspeakers next counts more than whatever they were told after it was taken."""
    with database.write() as connection:
        connection.execute(update(plans).values(serial=plans.c.serial + LEAP, digest=""))
        connection.execute(update(devices).values(config_serial=devices.c.config_serial + LEAP, config_digest=""))
        told = or_(outbox.c.topic.like("%/plan"), outbox.c.topic.like("%/config"), outbox.c.retain.is_(False))
        connection.execute(delete(outbox).where(told))
        connection.execute(delete(inbox))


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _run(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), None)
    if found is None:
        raise CannotCopy(f"{program} is not installed; on Debian and Ubuntu: apt install postgresql-client.")
    where = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    known = {name: str(value) for name, value in where.items() if value is not None}
    command = [found, f"--dbname={url.database}", *arguments]
    done = subprocess.run(command, env={**os.environ, **known}, capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotCopy(f"{program}: {done.stderr.strip()[-300:]}")

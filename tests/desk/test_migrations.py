"""A database of an earlier version comes along with all that is in it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from controller.store import bulletins, database, recordings
from controller.store.bulletins import BulletinId
from controller.store.database import Database
from schedules.programme import Sha256

WRITTEN = [
    "INSERT INTO accounts (id, username, name, password, roles, created_at) "
    "VALUES ('a-1', 'hoa', 'Hoa', 'argon2', '[]', '2026-11-22 09:30:00')",
    "INSERT INTO recordings (sha256, seconds, size, media_type, voice, waveform, kept_at) "
    "VALUES ('abc', 8.5, 30000, 'audio/ogg', 'espeak-ng vi', '[0, 50]', '2026-11-22 09:30:00')",
    "INSERT INTO bulletins (id, title, text, spoken, bulletin_class, region, recording, author, written_at) "
    "VALUES ('b-1', 'Họp', 'Họp 8h', 'họp tám giờ', 'normal', 'north', 'abc', 'a-1', '2026-11-22 09:30:00')",
]


def migrate(opened: Database, to: str, *, back: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with opened.write() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if back else command.upgrade)(config, to)


def test_bulletins_of_the_first_version_are_still_what_they_were(database: Database) -> None:
    migrate(database, "0001", back=True)
    with database.write() as connection:
        for statement in WRITTEN:
            connection.execute(text(statement))
    migrate(database, "head")
    with database.read() as connection:
        bulletin = bulletins.find(connection, BulletinId("b-1"))
        recording = recordings.find(connection, Sha256("abc"))
    assert bulletin is not None
    assert recording is not None
    assert (bulletin.spoken, bulletin.lexicon, bulletin.by_hand) == ("họp tám giờ", None, False)
    assert (bulletin.speed, bulletin.pitch, bulletin.repeat, bulletin.speech_band) == (100, 0, False, False)
    assert (recording.waveform, recording.lufs, recording.silences, recording.warnings) == ((0, 50), None, (), ())

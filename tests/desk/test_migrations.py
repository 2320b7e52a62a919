"""A database of an earlier version comes along with all that is in it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from controller.store import bulletins, database, notices, recordings
from controller.store.bulletins import BulletinId
from controller.store.database import Database
from controller.store.sealing import is_sealed
from schedules.programme import Sha256

WRITTEN = [
    "INSERT INTO accounts (id, username, name, password, roles, created_at) "
    "VALUES ('a-1', 'hoa', 'Hoa', 'argon2', '[]', '2026-11-22 09:30:00')",
    "INSERT INTO recordings (sha256, seconds, size, media_type, voice, waveform, kept_at) "
    "VALUES ('abc', 8.5, 30000, 'audio/ogg', 'espeak-ng vi', '[0, 50]', '2026-11-22 09:30:00')",
    "INSERT INTO bulletins (id, title, text, spoken, bulletin_class, region, recording, author, written_at) "
    "VALUES ('b-1', 'Họp', 'Họp 8h', 'họp tám giờ', 'normal', 'north', 'abc', 'a-1', '2026-11-22 09:30:00')",
]

OPEN_CHANNEL = (
    "INSERT INTO channels (id, kind, name, address, secret, local, wants, least, turn, quiet, added_at) VALUES "
    "('office', 'webhook', 'Office', 'https://office.example', 'whsec_1', false, '[]', 1, 0, '', '2026-11-22 09:30:00')"
)


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


def test_secrets_that_an_earlier_version_kept_open_are_sealed(database: Database) -> None:
    migrate(database, "0017", back=True)
    with database.write() as connection:
        connection.execute(text(OPEN_CHANNEL))
    migrate(database, "head")
    with database.read() as connection:
        (kept,) = connection.execute(text("SELECT address, secret FROM channels"))
        channel = notices.channel(connection, "office")
    assert all(map(is_sealed, kept))
    assert channel is not None
    assert (channel.address, channel.secret) == ("https://office.example", "whsec_1")

"""The recordings that every device always has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from controller.store.tables import phrases, recordings
from schedules.programme import Sha256, Sound


@dataclass(frozen=True, slots=True)
class KeptPhrase:
    """`by_person`: a person recorded it; otherwise a computer voice speaks `text`."""

    key: str
    place: int
    text: str
    recording: Sha256
    by_person: bool
    changed_at: datetime


def everything(connection: Connection) -> tuple[KeptPhrase, ...]:
    rows = connection.execute(select(phrases).order_by(phrases.c.place, phrases.c.key))
    return tuple(
        KeptPhrase(row.key, row.place, row.text, Sha256(row.recording), row.by_person, row.changed_at) for row in rows
    )


def sounds(connection: Connection) -> tuple[Sound, ...]:
    """What devices keep, in the order in which they fetch it; what two phrases share comes once."""
    wanted = select(recordings.c.sha256, recordings.c.seconds, recordings.c.size).join(phrases)
    found = connection.execute(wanted.order_by(phrases.c.place, phrases.c.key))
    return tuple(dict.fromkeys(Sound(Sha256(row.sha256), row.seconds, row.size) for row in found))


def texts(connection: Connection) -> tuple[tuple[str, Sound], ...]:
    """What each kept recording says, as written."""
    wanted = select(phrases.c.text, recordings.c.sha256, recordings.c.seconds, recordings.c.size)
    found = connection.execute(wanted.join(recordings, recordings.c.sha256 == phrases.c.recording))
    return tuple((row.text, Sound(Sha256(row.sha256), row.seconds, row.size)) for row in found)


def put(connection: Connection, phrase: KeptPhrase) -> None:
    """From now on this phrase sounds so."""
    connection.execute(delete(phrases).where(phrases.c.key == phrase.key))
    connection.execute(
        phrases.insert().values(**{name: getattr(phrase, name) for name in KeptPhrase.__dataclass_fields__})
    )


def drop(connection: Connection, keys: frozenset[str]) -> None:
    connection.execute(delete(phrases).where(phrases.c.key.in_(keys)))

"""Bulletins (what is said) and programmes (where, when, and who allowed it)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from typing import Any, NewType

from sqlalchemy import Connection, Row, Select, select, update

from controller.store.lexicon import LexiconVersion
from controller.store.manner import AS_USUAL, Manner, manner_read, manner_written, rule_read, rule_written
from controller.store.people import AccountId
from controller.store.states import ProgrammeState
from controller.store.tables import bulletins, programmes
from controller.store.topics import Topic
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId, Sha256
from schedules.recurrence import Recurrence

BulletinId = NewType("BulletinId", str)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """`text` as written, `spoken` as it is read aloud; both empty where a person recorded it.

    `lexicon` is the version of the commune's own words that it was read with; a person who gave the spoken words
    `by_hand` needs none. `speed` and `pitch` are those of the voice; `repeat` says the text twice, `speech_band` leaves
    out what horn loudspeakers cannot play. `language` is an ISO 639 code.
    """

    id: BulletinId
    title: str
    text: str
    spoken: str
    bulletin_class: BulletinClass
    region: str
    recording: Sha256
    author: AccountId
    written_at: datetime
    lexicon: LexiconVersion | None = None
    by_hand: bool = False
    speed: int = 100
    pitch: int = 0
    repeat: bool = False
    speech_band: bool = False
    language: str = "vi"
    topic: Topic = Topic.OTHER
    public: bool = True


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme as people work on it; a `schedules.programme.Programme` comes of it for each time of the day.

    It sounds at the time of `recurrence` and, on the same days, `also_at` other times.
    """

    id: ProgrammeId
    bulletin: BulletinId
    areas: tuple[AreaId, ...]
    recurrence: Recurrence
    volume: int
    state: ProgrammeState
    author: AccountId
    written_at: datetime
    decided_by: AccountId | None = None
    decided_at: datetime | None = None
    reason: str = ""
    approved_digest: str | None = None
    also_at: tuple[time, ...] = ()
    manner: Manner = AS_USUAL

    @property
    def rules(self) -> tuple[Recurrence, ...]:
        """One for each time of the day, in order of time."""
        return tuple(replace(self.recurrence, at=at) for at in sorted({self.recurrence.at, *self.also_at}))

    def next_start(self, after: datetime) -> datetime | None:
        """The first start at or after `after`, or None when it has ended."""
        return min((start for rule in self.rules if (start := rule.next_start(after))), default=None)


def add(connection: Connection, bulletin: Bulletin) -> None:
    connection.execute(bulletins.insert().values(_bulletin_written(bulletin)))


def rewrite(connection: Connection, bulletin: Bulletin) -> None:
    """The bulletin of this id says this from now on."""
    connection.execute(update(bulletins).where(bulletins.c.id == bulletin.id).values(_bulletin_written(bulletin)))


def find(connection: Connection, bulletin: BulletinId) -> Bulletin | None:
    row = connection.execute(select(bulletins).where(bulletins.c.id == bulletin)).one_or_none()
    return None if row is None else _bulletin(row)


def latest(connection: Connection, most: int) -> tuple[Bulletin, ...]:
    rows = connection.execute(select(bulletins).order_by(bulletins.c.written_at.desc(), bulletins.c.id).limit(most))
    return tuple(_bulletin(row) for row in rows)


def of(connection: Connection, ids: Collection[BulletinId]) -> dict[BulletinId, Bulletin]:
    rows = connection.execute(select(bulletins).where(bulletins.c.id.in_(ids)))
    return {bulletin.id: bulletin for bulletin in map(_bulletin, rows)}


def _bulletin(row: Row[tuple[object, ...]]) -> Bulletin:
    return Bulletin(
        BulletinId(row.id),
        row.title,
        row.text,
        row.spoken,
        BulletinClass(row.bulletin_class),
        row.region,
        Sha256(row.recording),
        AccountId(row.author),
        row.written_at,
        row.lexicon,
        row.by_hand,
        row.speed,
        row.pitch,
        row.repeat,
        row.speech_band,
        row.language,
        Topic(row.topic),
        row.public,
    )


def add_programme(connection: Connection, programme: ProgrammeRow) -> None:
    connection.execute(programmes.insert().values(_programme_written(programme)))


def find_programme(connection: Connection, programme: ProgrammeId) -> ProgrammeRow | None:
    return next(_programmes(connection, select(programmes).where(programmes.c.id == programme)), None)


def latest_programmes(connection: Connection, most: int) -> tuple[ProgrammeRow, ...]:
    return tuple(_programmes(connection, select(programmes).order_by(programmes.c.written_at.desc()).limit(most)))


def programmes_in(connection: Connection, state: ProgrammeState) -> tuple[ProgrammeRow, ...]:
    in_state = select(programmes).where(programmes.c.state == state.value).order_by(programmes.c.written_at)
    return tuple(_programmes(connection, in_state))


def programmes_of(connection: Connection, bulletin: BulletinId) -> tuple[ProgrammeRow, ...]:
    return tuple(_programmes(connection, select(programmes).where(programmes.c.bulletin == bulletin)))


def move(connection: Connection, before: ProgrammeRow, after: ProgrammeRow) -> bool:
    """Compare and set: False, and nothing changed, when somebody moved or changed the programme meanwhile."""
    same = (programmes.c.id == before.id) & (programmes.c.state == before.state.value)
    unchanged = programmes.c.written_at == before.written_at
    old, new = _programme_written(before), _programme_written(after)
    changed = {name: value for name, value in new.items() if value != old[name]} | {"state": new["state"]}
    return connection.execute(update(programmes).where(same, unchanged).values(changed)).rowcount == 1


def _programmes(connection: Connection, question: Select[tuple[object, ...]]) -> map[ProgrammeRow]:
    return map(_programme, connection.execute(question))


def _programme(row: Row[tuple[object, ...]]) -> ProgrammeRow:
    return ProgrammeRow(
        ProgrammeId(row.id),
        BulletinId(row.bulletin),
        tuple(AreaId(area) for area in row.areas),
        rule_read(row.recurrence),
        row.volume,
        ProgrammeState(row.state),
        AccountId(row.author),
        row.written_at,
        row.decided_by and AccountId(row.decided_by),
        row.decided_at,
        row.reason,
        row.approved_digest,
        tuple(time.fromisoformat(at) for at in row.recurrence.get("also_at", ())),
        manner_read(row.manner),
    )


def _bulletin_written(bulletin: Bulletin) -> dict[str, object]:
    return {one.name: getattr(bulletin, one.name) for one in fields(bulletin)} | {
        "bulletin_class": bulletin.bulletin_class.value,
        "topic": bulletin.topic.value,
    }


def _programme_written(programme: ProgrammeRow) -> dict[str, object]:
    return {
        "id": programme.id,
        "bulletin": programme.bulletin,
        "areas": list(programme.areas),
        "recurrence": _when_written(programme),
        "manner": manner_written(programme.manner),
        "volume": programme.volume,
        "state": programme.state.value,
        "author": programme.author,
        "written_at": programme.written_at,
        "decided_by": programme.decided_by,
        "decided_at": programme.decided_at,
        "reason": programme.reason,
        "approved_digest": programme.approved_digest,
    }


def _when_written(programme: ProgrammeRow) -> dict[str, Any]:
    also_at = [at.isoformat() for at in programme.also_at]
    return rule_written(programme.recurrence) | ({"also_at": also_at} if also_at else {})

"""What is being said because of a warning, where it stands, and what each node of the tree was told last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NewType

from sqlalchemy import Connection, Row, delete, select, update

from controller.store.alerts import AlertId, Concerned
from controller.store.people import AccountId
from controller.store.tables import announcement_places, announcements, stops, urgents
from devices.protocol.topics import DeviceId
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Sha256, Sound

AnnouncementId = NewType("AnnouncementId", str)


class SpokenKind(Enum):
    ALERT = "alert"
    SLOT = "slot"
    """In the next slot of the programme, once."""
    ENDING = "ending"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said at its places from `begins_at` on, again `every`, and never begins after `ends_at`.

    `phrases` are (language, text); `sounds` are their recordings, none while they are not yet made.
    """

    id: AnnouncementId
    alert: AlertId
    kind: SpokenKind
    words: str
    title: str
    phrases: tuple[tuple[str, str], ...]
    bulletin_class: BulletinClass
    siren: bool
    drill: bool
    begins_at: datetime
    ends_at: datetime
    every: timedelta | None = None
    sounds: tuple[Sound, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """One announcement at one place. `stopped`: a person stopped it there, and it still stands. `over`: it has expired,
    and what sounds of it may end its sentence."""

    announcement: Announcement
    place: Concerned
    stopped: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing that began before `stopped_at` goes on in `node`, and nothing begins there until `silent_until`."""

    node: AreaId
    stopped_at: datetime
    silent_until: datetime
    who: AccountId | None
    reason: str


@dataclass(frozen=True, slots=True)
class ToldNode:
    """What a node of the tree was told last."""

    node: AreaId
    drill: bool
    serial: int
    digest: str
    issued_at: datetime
    ends_at: datetime


def begin(connection: Connection, announcement: Announcement, at: Iterable[Concerned]) -> None:
    """Says it at these places as well; the announcement itself may stand already."""
    known = connection.scalar(select(announcements.c.id).where(announcements.c.id == announcement.id))
    if known is None:
        connection.execute(announcements.insert().values(_columns(announcement)))
    there = select(announcement_places.c.place).where(announcement_places.c.announcement == announcement.id)
    before = set(connection.scalars(there))
    rows = [
        {
            "announcement": announcement.id,
            "place": one.place,
            "area": one.area,
            "device": one.device,
            "ran_out": False,
            "stopped": False,
        }
        for one in at
        if one.place not in before
    ]
    if rows:
        connection.execute(announcement_places.insert(), rows)


def over(
    connection: Connection, announcement: AnnouncementId, places: Collection[str], now: datetime, *, ran_out: bool
) -> None:
    """It does not begin there any more; with `ran_out` what sounds may end its sentence."""
    here = (announcement_places.c.announcement == announcement) & announcement_places.c.place.in_(places)
    connection.execute(update(announcement_places).where(here).values(over_at=now, ran_out=ran_out))


def stopped(connection: Connection, devices: Collection[DeviceId], areas: Collection[AreaId]) -> None:
    """A person has stopped everything at these places."""
    here = announcement_places.c.device.in_(devices) | announcement_places.c.area.in_(areas)
    open_here = here & announcement_places.c.over_at.is_(None) & announcement_places.c.stopped.is_(False)
    connection.execute(update(announcement_places).where(open_here).values(stopped=True))


def standing(connection: Connection, ran_out_since: datetime) -> tuple[Standing, ...]:
    """Everything that is not over, or expired after `ran_out_since`, in the order in which it began."""
    lately = announcement_places.c.ran_out.is_(True) & (announcement_places.c.over_at > ran_out_since)
    question = (
        select(announcements, announcement_places)
        .join(announcement_places)
        .where(announcement_places.c.over_at.is_(None) | lately)
        .order_by(announcements.c.begins_at, announcements.c.id, announcement_places.c.place)
    )
    made: dict[str, Announcement] = {}
    found = []
    for row in connection.execute(question):
        if row.id not in made:
            made[row.id] = _announcement(row)
        place = Concerned(row.place, AreaId(row.area), row.device and DeviceId(row.device), "")
        found.append(Standing(made[row.id], place, row.stopped, row.over_at is not None))
    return tuple(found)


def slots(connection: Connection) -> dict[AlertId, datetime]:
    """When each alert that has a slot is read out, unless it was taken out of it."""
    wanted = select(announcements.c.alert, announcements.c.begins_at).join(announcement_places)
    there = announcement_places.c.over_at.is_(None) | announcement_places.c.ran_out
    slotted = announcements.c.kind == SpokenKind.SLOT.value
    return {AlertId(row.alert): row.begins_at for row in connection.execute(wanted.where(slotted, there))}


def of_alert(connection: Connection, alert: AlertId) -> tuple[Announcement, ...]:
    wanted = select(announcements).where(announcements.c.alert == alert).order_by(announcements.c.begins_at)
    return tuple(map(_announcement, connection.execute(wanted)))


def places_of(connection: Connection, announcement: AnnouncementId) -> tuple[Concerned, ...]:
    """Every place where it was ever said."""
    rows = connection.execute(select(announcement_places).where(announcement_places.c.announcement == announcement))
    return tuple(Concerned(row.place, AreaId(row.area), row.device and DeviceId(row.device), "") for row in rows)


def not_made(connection: Connection, now: datetime) -> tuple[Announcement, ...]:
    """What has neither recordings nor a programme yet and is still to be said, the newest first."""
    wanted = (announcements.c.ends_at > now) & announcements.c.made_at.is_(None)
    rows = connection.execute(select(announcements).where(wanted).order_by(announcements.c.begins_at.desc()))
    return tuple(map(_announcement, rows))


def made(connection: Connection, announcement: AnnouncementId, sounds: Iterable[Sound], now: datetime) -> None:
    plain = [[one.sha256, one.seconds, one.size] for one in sounds]
    connection.execute(
        update(announcements).where(announcements.c.id == announcement).values(sounds=plain, made_at=now)
    )


def to_take_off(connection: Connection) -> tuple[AnnouncementId, ...]:
    """What was planned as a broadcast and must not be heard any more: over everywhere, and not because it ran out."""
    cut_short = announcement_places.c.over_at.is_not(None) & announcement_places.c.ran_out.is_(False)
    standing_places = select(announcement_places.c.announcement).where(~cut_short)
    emergency = announcements.c.bulletin_class == BulletinClass.EMERGENCY.value
    planned = announcements.c.made_at.is_not(None) & ~emergency & announcements.c.drill.is_(False)
    left = planned & announcements.c.taken_off_at.is_(None) & announcements.c.id.not_in(standing_places)
    return tuple(AnnouncementId(row.id) for row in connection.execute(select(announcements.c.id).where(left)))


def taken_off(connection: Connection, announcement: AnnouncementId, now: datetime) -> None:
    connection.execute(update(announcements).where(announcements.c.id == announcement).values(taken_off_at=now))


def told(connection: Connection) -> dict[tuple[AreaId, bool], ToldNode]:
    return {
        (AreaId(row.node), row.drill): ToldNode(
            AreaId(row.node), row.drill, row.serial, row.digest, row.issued_at, row.ends_at
        )
        for row in connection.execute(select(urgents))
    }


def tell(connection: Connection, told_now: ToldNode) -> None:
    same = (urgents.c.node == told_now.node) & urgents.c.drill.is_(told_now.drill)
    connection.execute(delete(urgents).where(same))
    connection.execute(
        urgents.insert().values(
            node=told_now.node,
            drill=told_now.drill,
            serial=told_now.serial,
            digest=told_now.digest,
            issued_at=told_now.issued_at,
            ends_at=told_now.ends_at,
        )
    )


def stop(connection: Connection, one: Stop) -> None:
    connection.execute(
        stops.insert().values(
            node=one.node, stopped_at=one.stopped_at, silent_until=one.silent_until, who=one.who, reason=one.reason
        )
    )


def last_stops(connection: Connection) -> dict[AreaId, Stop]:
    """The latest stop of each node that was ever stopped."""
    return {one.node: one for one in stops_given(connection)}


def stops_given(connection: Connection) -> tuple[Stop, ...]:
    """Every stop there ever was, in order."""
    return tuple(map(_stop, connection.execute(select(stops).order_by(stops.c.stopped_at, stops.c.id))))


def _stop(row: Row[Any]) -> Stop:
    return Stop(AreaId(row.node), row.stopped_at, row.silent_until, row.who and AccountId(row.who), row.reason)


def _columns(one: Announcement) -> dict[str, Any]:
    return {
        "id": one.id,
        "alert": one.alert,
        "kind": one.kind.value,
        "words": one.words,
        "title": one.title,
        "phrases": [list(phrase) for phrase in one.phrases],
        "bulletin_class": one.bulletin_class.value,
        "siren": one.siren,
        "drill": one.drill,
        "begins_at": one.begins_at,
        "ends_at": one.ends_at,
        "every": None if one.every is None else one.every.total_seconds(),
        "sounds": [[sound.sha256, sound.seconds, sound.size] for sound in one.sounds],
    }


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(
        AnnouncementId(row.id),
        AlertId(row.alert),
        SpokenKind(row.kind),
        row.words,
        row.title,
        tuple((language, text) for language, text in row.phrases),
        BulletinClass(row.bulletin_class),
        row.siren,
        row.drill,
        row.begins_at,
        row.ends_at,
        None if row.every is None else timedelta(seconds=row.every),
        tuple(Sound(Sha256(sha256), seconds, size) for sha256, seconds, size in row.sounds),
    )

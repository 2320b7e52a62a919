"""Who may have a sound: people by what it is part of, loudspeakers by what they are told to play."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, cast, select

from controller.store import areas, fleet
from controller.store import tables as rows
from controller.store.areas import own_node
from controller.store.concerns import CONCERNS
from controller.store.people import Account
from devices.protocol.topics import DeviceId
from schedules.programme import ProgrammeId, Sha256

_STILL_PLANNED = timedelta(days=2)
"""No plan names what began longer ago."""


def may_hear(connection: Connection, who: Account, sound: Sha256) -> bool:
    """Whether `who` may know of a bulletin, programme or alert that it is part of, or had it made. Fixed sentences are
    for everybody."""
    if _is_phrase(connection, sound) or _had_it_made(connection, who, sound):
        return True
    tree = areas.tree(connection)
    concerns = (CONCERNS[kind](connection, name) for kind, name in _uses(connection, sound))
    return any(one is not None and one.is_seen_by(who, tree) for one in concerns)


def is_told_to_play(connection: Connection, device: DeviceId, sound: Sha256, now: datetime) -> bool:
    """Whether a plan that the device follows, an announcement where it stands, or its configuration names it."""
    if _is_phrase(connection, sound):
        return True
    found = fleet.find(connection, device)
    if found is None:
        return False
    nodes = [own_node(device), *areas.tree(connection).path(found.area)]
    spoken = (
        select(rows.announcements.c.id)
        .join(rows.announcement_places)
        .where(
            _names(rows.announcements.c.sounds, sound),
            rows.announcement_places.c.area.in_(nodes),
            rows.announcement_places.c.device.is_(None) | (rows.announcement_places.c.device == device),
        )
    )
    if connection.execute(spoken.limit(1)).first() is not None:
        return True
    dated = select(rows.occurrences.c.id).where(
        rows.occurrences.c.programme.in_(set(_programmes(connection, sound))),
        rows.occurrences.c.start > now - _STILL_PLANNED,
    )
    occurrences = set(connection.scalars(dated))
    plans = select(rows.plans.c.occurrences).where(rows.plans.c.area.in_(nodes)) if occurrences else None
    return plans is not None and any(not occurrences.isdisjoint(one) for one in connection.scalars(plans))


def _uses(connection: Connection, sound: Sha256) -> Iterator[tuple[str, str]]:
    """What it is part of, as kind and name."""
    for bulletin in connection.scalars(select(rows.bulletins.c.id).where(rows.bulletins.c.recording == sound)):
        yield "bulletin", bulletin
    for programme in _replaced(connection, sound):
        yield "programme", programme
    spoken = select(rows.announcements.c.alert).where(_names(rows.announcements.c.sounds, sound)).distinct()
    for alert in connection.scalars(spoken):
        yield "alert", str(alert)


def _programmes(connection: Connection, sound: Sha256) -> Iterator[ProgrammeId]:
    said = select(rows.programmes.c.id).join(rows.bulletins).where(rows.bulletins.c.recording == sound)
    yield from map(ProgrammeId, connection.scalars(said))
    yield from _replaced(connection, sound)


def _replaced(connection: Connection, sound: Sha256) -> Iterator[ProgrammeId]:
    """The programmes that say it on single days, instead of their own."""
    changed = select(rows.programme_changes.c.programme).where(_names(rows.programme_changes.c.what, sound))
    yield from map(ProgrammeId, connection.scalars(changed.distinct()))


def _is_phrase(connection: Connection, sound: Sha256) -> bool:
    asked = select(rows.phrases.c.key).where(rows.phrases.c.recording == sound).limit(1)
    return connection.execute(asked).first() is not None


def _had_it_made(connection: Connection, who: Account, sound: Sha256) -> bool:
    makers, renders = rows.recording_makers.c, rows.renders.c
    by_hand = select(makers.account).where(makers.recording == sound, makers.account == who.id)
    in_turn = select(renders.author).where(renders.recording == sound, renders.author == who.id)
    return connection.execute(by_hand.union(in_turn).limit(1)).first() is not None


def _names(column: ColumnElement[object], sound: Sha256) -> ColumnElement[bool]:
    """Whether JSON names the sound somewhere."""
    return cast(column, String).contains(sound, autoescape=True)

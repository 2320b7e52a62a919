"""From what every place has to do now to what is said there: rows for announcements, endings and corrections."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.alerts.cap.message import Alert, Info
from controller.alerts.composing import composed, kept
from controller.alerts.policy.book import Standing as Standings
from controller.alerts.policy.decision import Key, Part
from controller.alerts.policy.levels import Table
from controller.alerts.policy.sounds import Ending, Heard, Order, Step, same_words
from controller.alerts.urgent import is_urgent, voices
from controller.alerts.wording import Phrase, announcement, correction, ending, plain_text
from controller.store import announcements
from controller.store.alerts import AlertId, AlertRow, Concerned
from controller.store.announcements import Announcement, AnnouncementId, SpokenKind, Standing
from controller.store.database import Connection
from schedules.priority import BulletinClass

ENDING_FOR = timedelta(minutes=30)
"""Who comes back to the line later than this is not told any more that something is over."""
_TITLE = 120

ReadAloud = Callable[[str], str]
"""From written Vietnamese to the words that are spoken."""


@dataclass(frozen=True, slots=True)
class Circle:
    """What a decision needs to become words: who decided what, and how it is said."""

    connection: Connection
    rows: Mapping[Key, AlertRow]
    standings: Standings
    messages: Mapping[Key, Alert]
    table: Table
    exercise: str
    withdrawn: frozenset[Key]
    read_aloud: ReadAloud
    now: datetime
    slots: Mapping[AlertId, datetime]
    """When each that waited for a slot is read out."""
    next_slot: datetime


def heard(standing: Iterable[Standing], keys: Mapping[AlertId, Key]) -> list[Heard]:
    """What the policy calls heard: every announcement of an alert where it is not over."""
    return [
        Heard(one.place.place, keys[one.announcement.alert], one.announcement.words, one.announcement.ends_at)
        for one in standing
        if one.announcement.kind is SpokenKind.ALERT and not one.over and one.announcement.alert in keys
    ]


def read_out(
    standing: Iterable[Standing], keys: Mapping[AlertId, Key], over: Container[Key], now: datetime
) -> list[Heard]:
    """What was read in its slot and is `over` now, before it expired: who heard it hears so."""
    return [
        Heard(one.place.place, keys[said.alert], said.words, said.ends_at)
        for one in standing
        if (said := one.announcement).kind is SpokenKind.SLOT
        and not one.over
        and said.begins_at <= now < said.ends_at
        and keys.get(said.alert) in over
    ]


def follow(
    circle: Circle, found: Iterable[Order], standing: Iterable[Standing], places: Mapping[str, Concerned]
) -> int:
    """Writes down what the orders ask for; returns how many there were. What many places do together is one write."""
    at = {(one.place.place, one.announcement.alert, one.announcement.words): one for one in standing if not one.over}
    sounding = {(one.place.place, one.announcement.words): one for one in at.values()}
    begun: dict[AnnouncementId, tuple[Announcement, list[Concerned]]] = {}
    over: dict[tuple[AnnouncementId, bool], list[str]] = {}
    made: dict[tuple[AlertId, str, bool], Announcement] = {}
    lasts: dict[tuple[AnnouncementId, Ending | None], Announcement] = {}
    count = 0
    for order in found:
        count += 1
        heard_now = order.heard
        if order.step in (Step.BEGIN, Step.TAKE_OVER):
            new = _begun(circle, order, sounding.get((heard_now.place, heard_now.words)), made)
            if new is not None:
                begun.setdefault(new.id, (new, []))[1].append(places[heard_now.place])
            continue
        old = at.get((heard_now.place, circle.rows[heard_now.key].id, heard_now.words))
        if old is None:
            continue
        taken_back = heard_now.key in circle.withdrawn
        ends = heard_now.ends
        ran_out = order.step is Step.STOP and not taken_back and ends is not None and ends <= circle.now
        over.setdefault((old.announcement.id, ran_out), []).append(old.place.place)
        if not old.stopped and (order.step is Step.END or taken_back):
            how = (old.announcement.id, order.ending)
            if how not in lasts:
                lasts[how] = _last_words(circle, old.announcement, order, taken_back)
            last = lasts[how]
            begun.setdefault(last.id, (last, []))[1].append(old.place)
    for (ended, ran_out), gone in over.items():
        announcements.over(circle.connection, ended, gone, circle.now, ran_out=ran_out)
    for new, there in begun.values():
        announcements.begin(circle.connection, _at_hand(circle, new), there)
    return count


def _begun(
    circle: Circle, order: Order, before: Standing | None, made: dict[tuple[AlertId, str, bool], Announcement]
) -> Announcement | None:
    row = circle.rows[order.heard.key]
    # What a person has stopped there was not heard to its end: a new message says it anew.
    if order.step is Step.TAKE_OVER and before is not None and not before.stopped:
        ends = order.heard.ends or before.announcement.ends_at
        named = identity(row.id, SpokenKind.ALERT, order.heard.words, before.announcement.begins_at)
        return replace(before.announcement, id=named, alert=row.id, ends_at=ends)
    if order.part is None:
        return None
    emergency = order.part.bulletin_class is BulletinClass.EMERGENCY
    siren = emergency if order.step is Step.TAKE_OVER else order.siren
    known = (row.id, order.heard.words, siren)
    if known not in made:
        made[known] = _announcement(circle, row, order.part, siren=siren)
    return made[known]


def _announcement(circle: Circle, row: AlertRow, part: Part, *, siren: bool) -> Announcement:
    drill = circle.standings.judged[key_of(row)].drill
    phrases = announcement(circle.messages[key_of(row)], part, exercise=circle.exercise if drill else "")
    emergency = part.bulletin_class is BulletinClass.EMERGENCY
    words = same_words(part)
    return Announcement(
        identity(row.id, SpokenKind.ALERT, words, circle.now),
        row.id,
        SpokenKind.ALERT,
        words,
        title_of(part.info),
        _aloud(circle, phrases),
        part.bulletin_class or BulletinClass.NORMAL,
        siren,
        drill,
        circle.now,
        part.ends or circle.now + circle.table.without_expiry,
        circle.table.repeat if emergency else None,
    )


def in_slot(circle: Circle, row: AlertRow, part: Part, begins: datetime) -> Announcement:
    """What is read out once in the next slot of the programme."""
    made = _announcement(circle, row, part, siren=False)
    named = identity(row.id, SpokenKind.SLOT, made.words, begins)
    return replace(made, id=named, kind=SpokenKind.SLOT, begins_at=begins, every=None)


def _last_words(circle: Circle, old: Announcement, order: Order, taken_back: bool) -> Announcement:
    """The ending, or the correction of what a person has taken back: at once, or in the next slot after a slot."""
    alert, info = circle.messages[order.heard.key], _info(circle, order.heard)
    exercise = circle.exercise if old.drill else ""
    kind = SpokenKind.CORRECTION if taken_back or order.ending is None else SpokenKind.ENDING
    if kind is SpokenKind.CORRECTION or order.ending is None:
        phrases = correction(alert, info, exercise=exercise)
    else:
        phrases = ending(alert, info, order.ending, exercise=exercise)
    words = hashlib.sha256(" ".join(phrase.text for phrase in phrases).encode()).hexdigest()
    begins = circle.next_slot if old.kind is SpokenKind.SLOT else circle.now
    return replace(
        old,
        id=identity(old.alert, kind, words, circle.now),
        kind=kind,
        words=words,
        phrases=_aloud(circle, phrases),
        siren=old.siren and kind is SpokenKind.ENDING,
        begins_at=begins,
        ends_at=begins + ENDING_FOR,
        every=None,
        sounds=(),
    )


def _at_hand(circle: Circle, one: Announcement) -> Announcement:
    """What is urgent begins with the recordings that every loudspeaker has, where they say all of it."""
    language, words = next(voices(one.phrases), ("", ""))
    if one.sounds or not is_urgent(one) or not language.casefold().startswith("vi"):
        return one
    return replace(one, sounds=composed(words, kept(circle.connection)))


def _info(circle: Circle, old: Heard) -> Info | None:
    """The block that was spoken there."""
    parts = circle.standings.alone[old.key].parts
    said = next((part.info for part in parts if same_words(part) == old.words), None)
    return said or next(iter(circle.messages[old.key].infos), None)


def _aloud(circle: Circle, phrases: Iterable[Phrase]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.language, circle.read_aloud(one.text) if one.language.casefold().startswith("vi") else one.text)
        for one in phrases
    )


def title_of(info: Info) -> str:
    return plain_text(info.headline or info.event)[:_TITLE]


def identity(alert: AlertId, kind: SpokenKind, words: str, begins: datetime) -> AnnouncementId:
    """The same announcement at the same moment has one id, however many places begin it."""
    digest = hashlib.sha256(f"{alert}\n{kind.value}\n{words}\n{begins.isoformat()}".encode()).hexdigest()[:16]
    return AnnouncementId(f"{begins:%Y%m%dT%H%M%S}-{digest}")


def key_of(row: AlertRow) -> Key:
    return Key(row.sender, row.identifier, row.sent)

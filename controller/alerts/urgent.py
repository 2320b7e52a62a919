"""What each node of the tree is told: everything that is urgent there, repetitions included. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from controller.alerts.addressing import cover
from controller.alerts.areas.ground import plain_name
from controller.store.announced import Part
from controller.store.announcements import Announcement, SpokenKind, Standing, Stop
from controller.store.areas import AreaTree
from devices.protocol.messages import Siren, SirenPattern, UrgentSound
from devices.protocol.topics import DeviceId
from schedules.occurrence import Occurrence, occurrence_id
from schedules.priority import BulletinClass, Late, Resume
from schedules.programme import LONGEST, AreaId, ProgrammeId

FIRST_SIREN, LATER_SIREN, CLEAR_SIREN = 12.0, 6.0, 6.0
"""Seconds: a repetition need not wake anybody a second time."""
AHEAD = 8
"""So many repetitions lie on the loudspeaker at least half of the time, should nobody be able to reach it."""
_LETTERS_A_SECOND = 13.0
_FLOODS = ("lu", "ngap", "vo dap", "song than", "nuoc dang", "flood", "tsunami", "dam")


@dataclass(frozen=True, slots=True)
class Told:
    """All that is urgent at one node."""

    sounds: tuple[UrgentSound, ...] = ()
    stopped_at: datetime | None = None
    silent_until: datetime | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(msgspec.json.encode((self.sounds, self.stopped_at, self.silent_until))).hexdigest()

    @property
    def ends_at(self) -> datetime | None:
        """After this nothing of it begins any more, and nothing is held back."""
        ends = [one.occurrence.start + timedelta(seconds=one.occurrence.grace) for one in self.sounds]
        return max([*ends, *([self.silent_until] if self.silent_until else [])], default=None)


@dataclass(frozen=True, slots=True)
class Commands:
    """What every node is to be told now, by node; a node that is missing has nothing urgent."""

    real: Mapping[AreaId, Told] = field(default_factory=dict)
    drill: Mapping[AreaId, Told] = field(default_factory=dict)


def commands(
    standing: Iterable[Standing],
    tree: AreaTree,
    devices: Mapping[DeviceId, AreaId],
    stops: Mapping[AreaId, Stop],
    now: datetime,
) -> Commands:
    """From what stands to what is told. What a person has stopped somewhere is not told there any more."""
    real: dict[AreaId, list[UrgentSound]] = {}
    drill: dict[AreaId, list[UrgentSound]] = {}
    for announcement, places in groupby(standing, key=lambda one: one.announcement):
        if not is_urgent(announcement):
            continue
        wanted = {one.place.device for one in places if one.place.device and not one.stopped}
        sounds = tuple(sounds_of(announcement, now))
        for node in cover(tree, devices, wanted) if sounds else ():
            (drill if announcement.drill else real).setdefault(node, []).extend(sounds)
    held = {node: stop for node, stop in stops.items() if stop.silent_until > now or node in real}
    return Commands(
        {
            node: Told(
                _once_each(real.get(node, [])),
                held[node].stopped_at if node in held else None,
                held[node].silent_until if node in held else None,
            )
            for node in sorted(real.keys() | held.keys())
        },
        {node: Told(_once_each(sounds)) for node, sounds in sorted(drill.items())},
    )


def is_urgent(announcement: Announcement | Part) -> bool:
    """What goes by the urgent way; all else is planned as any other broadcast."""
    return announcement.drill or announcement.bulletin_class is BulletinClass.EMERGENCY


def sounds_of(one: Announcement, now: datetime) -> Iterator[UrgentSound]:
    """Its repetitions from the one that may be sounding now, each with its voices one after the other."""
    programme = hashlib.sha256(f"{one.kind.value}\n{one.words}".encode()).hexdigest()[:16]
    for number in _numbers(one, now):
        start = one.begins_at + number * (one.every or timedelta())
        grace = min(one.every or one.ends_at - start, one.ends_at - start)
        for order, (language, words) in enumerate(voices(one.phrases)):
            siren = _siren(one, number) if order == 0 else None
            recorded = one.sounds if order == 0 else ()
            spoken = sum(sound.seconds for sound in recorded) or max(2.0, len(words) / _LETTERS_A_SECOND)
            named = ProgrammeId(f"alert-{programme}-{order}")
            occurrence = Occurrence(
                id=occurrence_id(named, start),
                programme=named,
                title=one.title,
                start=start,
                seconds=spoken + (siren.seconds if siren else 0.0),
                bulletin_class=BulletinClass.PRIORITY if one.drill else BulletinClass.EMERGENCY,
                sounds=recorded,
                volume=100,
                order=order,
                requested_at=one.begins_at,
                late=Late.WHOLE,
                grace=grace.total_seconds(),
                resume=Resume.RESTART,
                longest_wait=LONGEST,
            )
            yield UrgentSound(occurrence=occurrence, words=words, language=language, siren=siren)


def _numbers(one: Announcement, now: datetime) -> Iterator[int]:
    """Which repetitions to tell: blocks of them, so that the same is told for a long time."""
    if one.every is None:
        yield 0
        return
    block = AHEAD // 2
    current = max(0, (now - one.begins_at) // one.every)
    first = current // block * block
    # The one before may still be sounding.
    for number in range(max(0, first - 1), first + AHEAD):
        if one.begins_at + number * one.every < one.ends_at:
            yield number


def voices(phrases: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Neighbours of one language are said in one breath."""
    for language, run in groupby(phrases, key=lambda phrase: phrase[0]):
        yield language, " ".join(text for _, text in run)


def _siren(one: Announcement, number: int) -> Siren | None:
    if one.kind is SpokenKind.ENDING:
        return Siren(SirenPattern.ALL_CLEAR, CLEAR_SIREN) if one.siren else None
    if not one.siren:
        return None
    words = plain_name(one.title).split()
    padded = f" {' '.join(words)} "
    flood = any(f" {name} " in padded for name in _FLOODS)
    return Siren(SirenPattern.FLOOD if flood else SirenPattern.WARNING, LATER_SIREN if number else FIRST_SIREN)


def _once_each(sounds: Iterable[UrgentSound]) -> tuple[UrgentSound, ...]:
    return tuple({one.occurrence.id: one for one in sounds}.values())

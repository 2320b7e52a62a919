"""What is urgent here: the orders and exercises that this device obeys, and the alarms that it set off itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from devices.agent.journal import Journal, KeptOrder
from devices.agent.planbook import digest, is_usable
from devices.protocol.codec import decode, encode
from devices.protocol.errors import Malformed, Superseded, WrongTopic
from devices.protocol.messages import Alarm, AreaExercise, AreaUrgent, Siren, SirenPattern, SoundTone, UrgentSound
from devices.protocol.topics import AreaChannel
from schedules.occurrence import Occurrence, OccurrenceId, occurrence_id
from schedules.priority import BulletinClass, Late, Resume
from schedules.programme import AreaId, ProgrammeId

HERE = AreaId("")
"""Where the device's own alarms stand: no area of a site has this name."""
ALARM_SECONDS = 60.0
"""About so long an alarm takes that has no recordings."""

TONE_GRACE = 5.0
"""Seconds in which a tone has to begin: somebody stands beneath the loudspeaker and listens."""
TONES = ProgrammeId("test-tone")

Order = AreaUrgent | AreaExercise
_KINDS: dict[AreaChannel, type[Order]] = {AreaChannel.URGENT: AreaUrgent, AreaChannel.EXERCISE: AreaExercise}


@dataclass(frozen=True, slots=True)
class _Tone:
    """The last tone that was asked for; nothing that must outlive a power cut."""

    sounds: tuple[UrgentSound, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class _Held:
    order: Order | _Tone
    sealed: bytes
    read_at: datetime | None


class OrderBook:
    """One order of each kind per area, written through `journal` in the caller's transaction.

    Orders of areas that the device has left are kept, without force: none can be replayed when it comes back.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._held: dict[tuple[AreaChannel, AreaId], _Held] = {}
        for kept in journal.orders():
            channel = AreaChannel(kept.channel)
            self._held[channel, kept.area] = _Held(decode(kept.payload, _KINDS[channel]), kept.sealed, None)
        self._index()

    def _index(self) -> None:
        self._sounds: dict[OccurrenceId, tuple[UrgentSound, _Held]] = {}
        for held in self._held.values():
            self._sounds.update({one.occurrence.id: (one, held) for one in held.order.sounds})

    def sound(self, occurrence: OccurrenceId) -> UrgentSound | None:
        """How it is to be said; None for what was planned."""
        found = self._sounds.get(occurrence)
        return None if found is None else found[0]

    def read_at(self, occurrence: OccurrenceId) -> datetime | None:
        """When the order came that asks for it; None when there is none, or it was here when the device woke up."""
        found = self._sounds.get(occurrence)
        return None if found is None else found[1].read_at

    def occurrences(self, areas: Collection[AreaId]) -> Iterator[Occurrence]:
        """What is urgent in these areas, and here. Nothing begins after its order has expired."""
        for order in self._in_force(areas):
            for sound in order.sounds:
                one = sound.occurrence
                left = (order.until - one.start).total_seconds()
                if left >= 0:
                    yield replace(one, grace=min(one.grace, left))

    def sounds(self, areas: Collection[AreaId]) -> list[UrgentSound]:
        return [sound for order in self._in_force(areas) for sound in order.sounds]

    def serials(self, channel: AreaChannel, areas: Collection[AreaId]) -> dict[AreaId, int]:
        """Which orders are obeyed."""
        found = ((area, held.order) for (kind, area), held in self._held.items() if kind is channel and area in areas)
        return {area: order.serial for area, order in found if not isinstance(order, _Tone)}

    def stops(self, one: Occurrence, areas: Collection[AreaId]) -> bool:
        """Whether all stop ends it: `one` as it was asked for."""
        urgent = one.id in self._sounds
        for order in self._in_force(areas):
            if isinstance(order, AreaUrgent) and order.stopped_at is not None:
                silent_until = max(order.stopped_at, order.silent_until or order.stopped_at)
                if one.requested_at <= order.stopped_at if urgent else one.start <= silent_until:
                    return True
        return False

    def holds(self, channel: AreaChannel, area: AreaId, sealed: bytes) -> bool:
        """True when these very bytes are the order that is held."""
        held = self._held.get((channel, area))
        return held is not None and held.sealed == digest(sealed)

    def take(self, channel: AreaChannel, area: AreaId, sealed: bytes, payload: bytes, now: datetime) -> Order | None:
        """Replace an order. None when it says nothing new; WrongTopic, Superseded or Malformed otherwise."""
        new = decode(payload, _KINDS[channel])
        if new.area != area:
            raise WrongTopic(f"an order for {new.area!r} on the topic of {area!r}")
        if not all(is_usable(one.occurrence, new.issued_at) for one in new.sounds):
            raise Malformed("an occurrence that cannot be played as it is written")
        held = self._held.get((channel, area))
        before = None if held is None or isinstance(held.order, _Tone) else held.order
        if before is not None and new.serial <= before.serial:
            if new == before:
                return None
            raise Superseded(f"order {new.serial} for {area}; held: {before.serial}")
        self._keep(channel, area, new, digest(sealed), payload, now)
        return new

    def drop(self, channel: AreaChannel, area: AreaId) -> None:
        if self._held.pop((channel, area), None) is not None:
            self._journal.drop_order(channel.value, area)
            self._index()

    def sound_alarm(self, alarm: Alarm, now: datetime) -> None:
        """Somebody at the device set it off: it is an order like another, from nobody else."""
        held = self._held.get((AreaChannel.URGENT, HERE))
        before = held.order.sounds if held is not None else ()
        running = tuple(one for one in before if one.occurrence.start + timedelta(seconds=one.occurrence.grace) > now)
        said = tuple(_as_order(alarm, now, number) for number in range(alarm.times))
        until = max(one.occurrence.start + timedelta(seconds=one.occurrence.grace) for one in said)
        serial = 1 if held is None or isinstance(held.order, _Tone) else held.order.serial + 1
        new = AreaUrgent(area=HERE, serial=serial, issued_at=now, until=until, sounds=(*running, *said))
        self._keep(AreaChannel.URGENT, HERE, new, b"", encode(new), now)

    def sound_tone(self, tone: SoundTone, now: datetime) -> None:
        """Somebody wants to hear this loudspeaker: now, or not at all."""
        sound = _as_tone(tone, now)
        until = now + timedelta(seconds=sound.occurrence.grace)
        self._held[AreaChannel.EXERCISE, HERE] = _Held(_Tone((sound,), until), b"", now)
        self._index()

    def _keep(
        self, channel: AreaChannel, area: AreaId, new: Order, sealed: bytes, payload: bytes, now: datetime
    ) -> None:
        self._journal.keep_order(KeptOrder(channel.value, area, sealed, payload))
        self._held[channel, area] = _Held(new, sealed, now)
        self._index()

    def _in_force(self, areas: Collection[AreaId]) -> Iterator[Order | _Tone]:
        for (_, area), held in self._held.items():
            if area in areas or area == HERE:
                yield held.order


def _as_order(alarm: Alarm, now: datetime, number: int) -> UrgentSound:
    siren = alarm.siren.seconds if alarm.siren is not None else 0.0
    seconds = siren + (sum(sound.seconds for sound in alarm.sounds) or ALARM_SECONDS)
    step = seconds + alarm.pause
    start = now + timedelta(seconds=number * step)
    programme = ProgrammeId(f"alarm:{alarm.name}")
    one = Occurrence(
        id=occurrence_id(programme, start),
        programme=programme,
        title=alarm.title,
        start=start,
        seconds=seconds,
        bulletin_class=BulletinClass.EMERGENCY,
        sounds=alarm.sounds,
        volume=alarm.volume,
        order=0,
        requested_at=now,
        late=Late.WHOLE,
        grace=step,
        resume=Resume.RESTART,
    )
    return UrgentSound(occurrence=one, words=alarm.words, language=alarm.language, siren=alarm.siren)


def _as_tone(tone: SoundTone, now: datetime) -> UrgentSound:
    one = Occurrence(
        id=tone.occurrence,
        programme=TONES,
        title="",
        start=now,
        seconds=tone.seconds,
        bulletin_class=BulletinClass.NORMAL,
        sounds=(),
        volume=tone.volume,
        order=0,
        requested_at=now,
        late=Late.WHOLE,
        grace=TONE_GRACE,
        resume=Resume.DROP,
        longest_wait=TONE_GRACE,
    )
    return UrgentSound(occurrence=one, words="", siren=Siren(SirenPattern.TEST, tone.seconds))

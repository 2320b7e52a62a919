"""What cannot wait: what must sound or fall silent now, and the same for exercises."""

from __future__ import annotations

import msgspec

from devices.protocol.messages.shapes import Count, Message, Moment, Short
from devices.protocol.messages.voicing import Language, Siren, Words, check_audible
from schedules.occurrence import Occurrence
from schedules.priority import BulletinClass, Late
from schedules.programme import AreaId


class UrgentSound(msgspec.Struct, frozen=True, kw_only=True):
    """`siren`, then the recordings of the `occurrence` or, if they are not there in time, `words` spoken by the device.

    It begins at the occurrence's `start` or as soon after as it can, as a whole, and never after `start` + `grace`.
    A repetition is an occurrence of its own, whose id differs, whose grace ends where the next one begins.
    """

    occurrence: Occurrence
    words: Words
    language: Language = "vi"
    siren: Siren | None = None

    def __post_init__(self) -> None:
        one = self.occurrence
        if one.late is not Late.WHOLE or one.seconds <= 0 or one.hushes:
            raise ValueError(f"occurrence {one.id[:80]!r}: what is urgent is said as a whole, however late, everywhere")
        check_audible(self.siren, self.words)


class AreaUrgent(Message, frozen=True, kw_only=True):
    """`area/{area}/urgent`: the whole truth about what is urgent in the area. A greater `serial` replaces a smaller.

    What is not in `sounds` any more falls silent at once and never begins, so without any there is nothing urgent.
    `stopped_at` is all stop: what was to begin until then, and every emergency that was requested until then, falls
    silent and is over. Nothing that is planned begins before `silent_until` either.
    """

    area: AreaId
    serial: Count
    issued_at: Moment
    until: Moment
    sounds: tuple[UrgentSound, ...] = ()
    stopped_at: Moment | None = None
    silent_until: Moment | None = None

    def __post_init__(self) -> None:
        for one in self.sounds:
            if one.occurrence.bulletin_class is not BulletinClass.EMERGENCY:
                raise ValueError(f"occurrence {one.occurrence.id[:80]!r} is no emergency")


class AreaExercise(Message, frozen=True, kw_only=True):
    """`area/{area}/exercise`: the same for the exercise called `name`, under a key that signs nothing else.

    Its sounds are of the class `priority`: they keep quiet hours and volume caps, and an emergency speaks over them.
    """

    area: AreaId
    serial: Count
    issued_at: Moment
    until: Moment
    name: Short
    sounds: tuple[UrgentSound, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("an exercise has a name")
        for one in self.sounds:
            if one.occurrence.bulletin_class is not BulletinClass.PRIORITY:
                raise ValueError(f"occurrence {one.occurrence.id[:80]!r}: an exercise has the class priority")

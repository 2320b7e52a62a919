"""What a device may say on its own, when nobody can be reached."""

from __future__ import annotations

from typing import Annotated

import msgspec

from devices.protocol.messages.shapes import Percent, Short
from devices.protocol.messages.voicing import Language, Siren, Words, check_audible
from schedules.programme import Sound


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A fixed message, authorised beforehand, that a contact or a file at the device sets off under its `name`.

    It is an emergency: heard at once, `times` times with `pause` seconds of silence between.
    """

    name: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    title: Short
    words: Words
    language: Language = "vi"
    siren: Siren | None = None
    sounds: tuple[Sound, ...] = ()
    volume: Percent = 100
    times: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    pause: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 30.0

    def __post_init__(self) -> None:
        check_audible(self.siren, self.words)

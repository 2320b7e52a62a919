"""How a text is to sound."""

from __future__ import annotations

from dataclasses import dataclass

from controller.speech.errors import BadVoice
from controller.speech.reading import Region


@dataclass(frozen=True, slots=True)
class Voice:
    """`speed` is percent of the usual pace, 60 to 200; `pitch` is 0 as the voice is, -50 an octave lower, 50 higher."""

    region: Region = Region.NORTH
    speed: int = 100
    pitch: int = 0

    def __post_init__(self) -> None:
        if not 60 <= self.speed <= 200:
            raise BadVoice("The speed of a voice is a percentage from 60 to 200.")
        if not -50 <= self.pitch <= 50:
            raise BadVoice("The pitch of a voice is a number from -50 to 50.")


USUAL_VOICE = Voice()

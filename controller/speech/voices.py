"""Which engines speak here, as the settings say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from controller.settings import Settings
from controller.speech.engines.espeak import EspeakNg
from controller.speech.engines.google import Google
from controller.speech.engines.piper import Piper
from controller.speech.engines.port import Engine
from devices.clock import Clock


def voices(settings: Settings, clock: Clock) -> tuple[Engine, ...]:
    """Who speaks, in the order of the settings; the last one is always there."""
    makers: dict[str, Callable[[], Engine]] = {
        "piper": lambda: Piper(settings.piper_program, Path(settings.piper_voice)),
        "gtts": lambda: Google(clock),
        "espeak-ng": EspeakNg,
    }
    return tuple(makers[name]() for name in settings.voice_order)

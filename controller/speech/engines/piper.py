"""Piper: sounds nearly like a person, without a network, with a voice file that the user supplies.

It is run as a separate program, so that its licence, its crashes and its memory stay outside; nothing is downloaded.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from controller.speech.engines.child import Limits, run_child
from controller.speech.errors import EngineUnfit
from controller.speech.progress import Told, nobody
from controller.speech.voice import Voice

LANGUAGE = "vi"
# The first piece waits until the voice file, some 60 MB, has come from the disk; each later one loads it again.
LIMITS = Limits(first=30.0, each=30.0, whole=600.0)
# Every ONNX file begins with the version of its format: field 1 of a protobuf message, a number.
ONNX = b"\x08"


class _Language(msgspec.Struct):
    code: str = ""


class _Phonemes(msgspec.Struct):
    voice: str = ""


class _Audio(msgspec.Struct):
    sample_rate: int


class _Description(msgspec.Struct):
    """What matters in the `.onnx.json` beside a voice."""

    audio: _Audio
    language: _Language = msgspec.field(default_factory=_Language)
    espeak: _Phonemes = msgspec.field(default_factory=_Phonemes)


class Piper:
    name = "piper"
    rest = 60.0
    shapes = False
    online = False

    def __init__(self, program: str, voice: Path, *, limits: Limits = LIMITS) -> None:
        """`program` is a path or a name on PATH; whether the two are fit for use is found out when they speak."""
        self._program = program
        self._voice = voice
        self._limits = limits

    def voice_name(self, voice: Voice) -> str:
        """The file has one accent, whichever region is asked for."""
        return f"{self.name} {self._voice.stem}"

    def speak(self, pieces: Sequence[str], voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        program = shutil.which(self._program)
        if program is None:
            raise EngineUnfit(f"The program {self._program!r} is not there; LOA_PIPER_PROGRAM says which one is meant.")
        check_voice(self._voice)
        files = tuple(folder / f"piece-{number:04}.wav" for number in range(len(pieces)))
        order = {
            "program": program,
            "voice": str(self._voice),
            "seconds": self._limits.whole,
            "pieces": list(pieces),
            "files": [str(file) for file in files],
        }
        runner = Path(__file__).with_name("piper_child.py")
        run_child([sys.executable, "-I", "-S", str(runner)], order, len(pieces), self._limits, told)
        return files


def check_voice(voice: Path) -> None:
    """Raises EngineUnfit, with what to do, for a file that is no Vietnamese voice of Piper."""
    try:
        with voice.open("rb") as file:
            begins = file.read(1)
    except OSError as error:
        raise EngineUnfit(f"The voice file {voice} cannot be read: {error.strerror}.") from error
    if begins != ONNX:
        raise EngineUnfit(f"The file {voice} is no voice of Piper: a voice is an ONNX file.")
    beside = voice.with_name(f"{voice.name}.json")
    try:
        described = msgspec.json.decode(beside.read_bytes(), type=_Description)
    except OSError as error:
        raise EngineUnfit(f"The description {beside} cannot be read; it comes with the voice file.") from error
    except msgspec.MsgspecError as error:
        raise EngineUnfit(f"The file {beside} does not describe a voice of Piper: {error}.") from error
    language = described.language.code or described.espeak.voice
    if language and not language.lower().startswith(LANGUAGE):
        raise EngineUnfit(f"The voice {voice.name} speaks {language}, not Vietnamese.")

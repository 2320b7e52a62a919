"""How long it takes from a text to a sound that is ready, engine by engine, and how fast texts are read."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from controller.bench.memory import Memory
from controller.speech.desk import Speech
from controller.speech.editing import AudioSegment
from controller.speech.engines.port import Engine
from controller.speech.errors import NoVoice, SpeechError
from controller.speech.reading import read
from devices.clock import Clock

LENGTHS = (50, 2_000)
LINES = 2_000
PEER = "espeak-ng"
_SENTENCES_A_PARAGRAPH = 5
_SENTENCES = (
    "Ủy ban nhân dân xã kính mời bà con thôn {0} ra nhà văn hóa họp dân vào tối nay.",
    "UBND xã cấp {1} kg giống lúa cho thôn {0} lúc 7h30 ngày {2}/8/2026 tại NVH.",
    "Đề nghị các gia đình thôn {0} thông báo cho nhau, đến đúng giờ và mang theo giấy tờ tùy thân.",
    "Mọi thắc mắc xin gặp trưởng thôn {0}, số điện thoại 0912 345 {1:03}.",
)


@dataclass(frozen=True, slots=True)
class Render:
    """Medians, in seconds, over all rounds; `trouble` says why there are none."""

    engine: str
    characters: int
    cold: float | None = None
    cached: float | None = None
    sound: float | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class PeerRender:
    """The program `espeak-ng` and, where there is ffmpeg, pydub's export to Opus.

    It does less: no chime, no even loudness, no check.
    """

    characters: int
    spoken: float | None = None
    exported: float | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SpeechBench:
    rounds: int
    lines_a_second: float
    characters_a_line: float
    renders: tuple[Render, ...]
    peer: tuple[PeerRender, ...]
    peak_megabytes: float
    peak_megabytes_of_engines: float

    @property
    def somebody_spoke(self) -> bool:
        """Whether there is an engine that spoke every text."""
        silent = {one.engine for one in self.renders if one.trouble}
        return any(one.engine not in silent for one in self.renders)


def measure_speech(
    engines: Sequence[Engine], clock: Clock, rounds: int, lengths: Sequence[int] = LENGTHS
) -> SpeechBench:
    """Each engine alone; every cold round begins with an empty library."""
    lines = _lines()
    lines_a_second = _lines_a_second(lines, clock, rounds)
    with Memory() as memory:
        renders = tuple(_render(engine, length, clock, rounds) for engine in engines for length in lengths)
    return SpeechBench(
        rounds=rounds,
        lines_a_second=lines_a_second,
        characters_a_line=statistics.mean(map(len, lines)),
        renders=renders,
        peer=tuple(_peer(length, clock, rounds) for length in lengths),
        peak_megabytes=memory.ours,
        peak_megabytes_of_engines=memory.children,
    )


def sample(characters: int) -> str:
    """A notice of exactly so many characters, as an office writes it; no sentence comes twice."""
    text = ""
    number = 0
    while len(text) < characters:
        number += 1
        joint = "\n" if number % _SENTENCES_A_PARAGRAPH == 0 else " "
        text += _SENTENCES[number % len(_SENTENCES)].format(number, number * 15, number % 28 + 1) + joint
    return text[:characters].rstrip().ljust(characters, ".")


def _lines() -> list[str]:
    return sample(LINES * 100).replace(". ", ".\n").split("\n")[:LINES]


def _lines_a_second(lines: Sequence[str], clock: Clock, rounds: int) -> float:
    def read_all() -> None:
        for line in lines:
            read(line)

    return len(lines) / statistics.median(_timed(clock, read_all) for _ in range(rounds))


def _render(engine: Engine, length: int, clock: Clock, rounds: int) -> Render:
    text = sample(length)
    cold, cached, sound = [], [], 0.0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
            speech = Speech(Path(folder), clock, [engine])

            def make(speech: Speech = speech) -> float:
                return speech.render(read(text).paragraphs).seconds

            try:
                cold.append(_timed(clock, make))
                cached.append(_timed(clock, make))
                sound = make()
            except NoVoice as silent:
                return Render(engine.name, length, trouble=_said(silent.failures.values()) or str(silent))
            except SpeechError as silent:
                return Render(engine.name, length, trouble=str(silent))
    return Render(engine.name, length, statistics.median(cold), statistics.median(cached), sound)


def _peer(length: int, clock: Clock, rounds: int) -> PeerRender:
    program = shutil.which(PEER)
    if program is None:
        return PeerRender(length, trouble=f"The program {PEER} is not here.")
    spoken, exported = [], []
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        wav, ogg = Path(folder) / "peer.wav", Path(folder) / "peer.ogg"
        command = [program, "-v", "vi", "-w", str(wav), sample(length)]
        for _ in range(rounds):
            spoken.append(_timed(clock, lambda: subprocess.run(command, check=True, capture_output=True)))
            if shutil.which("ffmpeg"):
                exported.append(_timed(clock, lambda: _export(wav, ogg)))
    if not exported:
        trouble = "The program ffmpeg is not here, so that pydub cannot export: speaking alone was measured."
        return PeerRender(length, statistics.median(spoken), trouble=trouble)
    return PeerRender(length, statistics.median(spoken), statistics.median(exported))


def _export(wav: Path, ogg: Path) -> None:
    AudioSegment.from_wav(str(wav)).export(str(ogg), format="ogg", codec="libopus")


def _timed(clock: Clock, work: Callable[[], object]) -> float:
    began = clock.monotonic()
    work()
    return clock.monotonic() - began


def _said(failures: Iterable[Exception]) -> str:
    return " ".join(str(failure) for failure in failures)

"""Whatever becomes of an engine, the next one speaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.speech.desk import Speech
from controller.speech.engines.chain import Chain
from controller.speech.engines.child import Limits
from controller.speech.engines.espeak import EspeakNg
from controller.speech.engines.port import Engine
from controller.speech.errors import (
    EngineDied,
    EngineFailure,
    EngineLate,
    EngineRefused,
    NoVoice,
    SilentSpeech,
)
from controller.speech.progress import Told, nobody
from controller.speech.studio import Cut
from controller.speech.voice import Voice
from devices.clock import HandMovedClock

BARE = Cut(chime=False, tail=0)
NOTICE = (("Mời bà con ra họp.",),)
PATIENT = Limits(first=30.0, each=30.0, whole=60.0)
HASTY = Limits(first=0.5, each=0.5, whole=30.0)


def clock() -> HandMovedClock:
    return HandMovedClock(datetime(2026, 8, 15, 10, 0, tzinfo=UTC))


def engine_that(does: str, folder: Path, limits: Limits = PATIENT) -> EspeakNg:
    program = folder / "program.py"
    program.write_text(does)
    return EspeakNg(program=program, limits=limits)


SAYS_ONE = "import json, sys, time\nprint(json.dumps({'piece': 0}), flush=True)\n"


@pytest.mark.parametrize(
    ("does", "failure"),
    [
        ("import os\nos.abort()", EngineDied),
        (SAYS_ONE + "sys.exit(3)", EngineDied),
        ("print('Segmentation fault')", EngineRefused),
        ('print(\'{"refused": "no voice"}\')', EngineRefused),
    ],
)
def test_an_engine_that_dies_or_talks_nonsense_is_noticed(
    does: str, failure: type[EngineFailure], tmp_path: Path
) -> None:
    with pytest.raises(failure):
        engine_that(does, tmp_path).speak(["Một.", "Hai."], Voice(), tmp_path)


def test_an_engine_that_never_begins_is_left_in_time(tmp_path: Path) -> None:
    with pytest.raises(EngineLate):
        engine_that("import time\ntime.sleep(60)", tmp_path, HASTY).speak(["Một."], Voice(), tmp_path)


def test_an_engine_that_hangs_half_way_is_ended_for_good(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    does = f"import os\nopen({str(note)!r}, 'w').write(str(os.getpid()))\n" + SAYS_ONE + "time.sleep(60)"
    limits = Limits(first=300.0, each=0.4, whole=600.0)
    with pytest.raises(EngineLate, match="after 1 of 2"):
        engine_that(does, tmp_path, limits).speak(["Một.", "Hai."], Voice(), tmp_path)
    assert not Path(f"/proc/{note.read_text()}").exists()


def test_an_engine_that_dies_leaves_nothing_behind(tmp_path: Path) -> None:
    speech = Speech(tmp_path / "speech", clock(), [engine_that(SAYS_ONE, tmp_path)])
    with pytest.raises(NoVoice) as caught:
        speech.render((("Một.", "Hai."),))
    assert [failure.code for failure in caught.value.failures.values()] == ["engine-died"]
    assert [path for path in (tmp_path / "speech").rglob("*") if path.is_file()] == []


def test_a_sentence_that_comes_out_as_silence_is_an_error(tmp_path: Path) -> None:
    does = (
        "import json, sys, wave\n"
        "for number, path in enumerate(json.load(sys.stdin)['files']):\n"
        "    with wave.open(path, 'wb') as file:\n"
        "        file.setparams((1, 2, 22050, 0, 'NONE', ''))\n"
        "        file.writeframes(bytes(44100))\n"
        "    print(json.dumps({'piece': number}), flush=True)\n"
    )
    with pytest.raises(SilentSpeech):
        Speech(tmp_path / "speech", clock(), [engine_that(does, tmp_path)]).render(NOTICE)


class Failing:
    """An engine of a chain under test: counts how often it is asked."""

    shapes = True
    online = False

    def __init__(self, name: str, rest: float) -> None:
        self.name = name
        self.rest = rest
        self.asked = 0

    def voice_name(self, voice: Voice) -> str:
        return self.name

    def speak(self, pieces: object, voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        self.asked += 1
        raise EngineDied("as always")


def test_the_rest_grows_while_an_engine_keeps_failing(tmp_path: Path) -> None:
    moved = clock()
    tired, always = Failing("tired", 300.0), Failing("always", 0.0)
    chain = Chain((tired, always), moved)

    def ask(engine: Engine) -> tuple[Path, ...]:
        return engine.speak([], Voice(), tmp_path)

    for _ in range(24 * 60):
        with pytest.raises(NoVoice):
            chain.first_that(ask)
        moved.advance_to(moved.now() + timedelta(minutes=1))
    assert always.asked == 24 * 60
    # 5, 10, 20, 40 minutes, then once an hour.
    assert 25 <= tired.asked <= 30

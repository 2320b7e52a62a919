"""The bench measures what it says: real renders of real texts, and a voice that cannot speak is told of, not timed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from controller.__main__ import main
from controller.bench.command import run_bench_speech, tell_speech
from controller.bench.memory import Memory
from controller.bench.speech import measure_speech, sample
from controller.speech.engines.espeak import EspeakNg
from controller.speech.engines.piper import Piper
from controller.speech.reading import read
from devices.clock import SystemClock


@pytest.mark.parametrize("characters", [1, 50, 2_000])
def test_the_sample_is_as_long_as_it_says_and_never_the_same_twice(characters: int) -> None:
    text = sample(characters)
    assert len(text) == characters
    sentences = [sentence for paragraph in read(text).paragraphs for sentence in paragraph]
    assert len(sentences) == len(set(sentences))


@pytest.mark.long
def test_each_engine_is_measured_alone_and_one_that_cannot_speak_says_why(tmp_path: Path) -> None:
    measured = measure_speech([Piper(str(tmp_path / "none"), tmp_path), EspeakNg()], SystemClock(), 1, [50])
    silent, spoken = measured.renders
    assert (silent.engine, silent.cold, silent.cached) == ("piper", None, None)
    assert "is not there" in silent.trouble
    assert (spoken.engine, spoken.characters, spoken.trouble) == ("espeak-ng", 50, "")
    assert spoken.cold
    assert spoken.cached
    assert spoken.sound
    assert spoken.cached < spoken.cold
    assert spoken.sound > 2
    assert measured.lines_a_second > 0
    assert measured.peak_megabytes > 10
    (peer,) = measured.peer
    assert peer.spoken is not None or "is not here" in peer.trouble


def test_the_memory_of_what_runs_beside_is_seen() -> None:
    hold = "import sys; held = bytearray(b'x') * 100_000_000; print(len(held), flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold]
    with Memory() as memory, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"100000000\n"
        while memory.children < 90:
            time.sleep(0.01)
        child.stdin.close()
    assert memory.children > 90


@pytest.mark.long
def test_the_command_tells_programs_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_VOICES", "espeak-ng")
    out = io.StringIO()
    assert run_bench_speech(rounds=1, as_json=True, lengths=[20, 60], out=out) == 0
    told = json.loads(out.getvalue())
    assert [(one["engine"], one["characters"]) for one in told["renders"]] == [("espeak-ng", 20), ("espeak-ng", 60)]
    assert all(one["cached"] < one["cold"] for one in told["renders"])


def test_where_nobody_can_speak_people_are_told_so(tmp_path: Path) -> None:
    measured = measure_speech([Piper(str(tmp_path / "none"), tmp_path)], SystemClock(), 1, [50])
    assert not measured.somebody_spoke
    out = io.StringIO()
    tell_speech(measured, out)
    assert "không đo được. The program" in out.getvalue()
    assert "dòng mỗi giây" in out.getvalue()


@pytest.mark.parametrize("rounds", ["0", "-1", "101", "many"])
def test_rounds_that_cannot_be_are_bad_input(rounds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "speech", "--rounds", rounds])
    assert ended.value.code == 2
    assert "from 1 to 100" in capsys.readouterr().err

"""Piper speaks with the user's own voice file; whatever becomes of either, it is said so and the next one speaks."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from controller.__main__ import main
from controller.settings import Settings
from controller.speech.desk import Speech
from controller.speech.engines.child import Limits
from controller.speech.engines.espeak import EspeakNg
from controller.speech.engines.piper import Piper
from controller.speech.errors import EngineDied, EngineFailure, EngineLate, EngineRefused, EngineUnfit, NoVoice
from controller.speech.studio import Cut
from controller.speech.voice import Voice
from controller.speech.voices import voices
from controller.web.language import Language
from controller.web.pages.words import Words
from devices.clock import HandMovedClock

PATIENT = Limits(first=30.0, each=30.0, whole=60.0)
NOTICE = (("Mời bà con ra họp.", "Đề nghị đi đúng giờ."),)
BARE = Cut(chime=False, tail=0)

# Piper's command line: the text on standard input, --model, --output_file.
SPEAKS = """
import argparse, math, sys, wave
parser = argparse.ArgumentParser()
parser.add_argument("-m", "--model", required=True)
parser.add_argument("-f", "--output_file", required=True)
asked = parser.parse_args()
text = sys.stdin.buffer.read().decode()
assert text.endswith("\\n") and text.strip() and text.count("\\n") == 1, text
print("a program may talk", file=sys.stderr)
with wave.open(asked.output_file, "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    tone = (round(9000 * math.sin(at / 4)) for at in range(400 * len(text)))
    file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in tone))
"""


def clock() -> HandMovedClock:
    return HandMovedClock(datetime(2026, 8, 15, 10, 0, tzinfo=UTC))


def program_that(does: str, folder: Path) -> str:
    program = folder / "piper"
    program.write_text(f"#!{sys.executable}\n{does}")
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def voice_file(tmp_path: Path) -> Path:
    """As far as anything but Piper can tell, a voice."""
    file = tmp_path / "vi_VN-lan-medium.onnx"
    file.write_bytes(b"\x08\x08:\x00")
    described = {"audio": {"sample_rate": 22050}, "language": {"code": "vi_VN"}, "espeak": {"voice": "vi"}}
    file.with_name(f"{file.name}.json").write_text(json.dumps(described))
    return file


def test_a_text_is_spoken_sentence_by_sentence_in_the_voice_of_the_file(tmp_path: Path, voice_file: Path) -> None:
    piper = Piper(program_that(SPEAKS, tmp_path), voice_file, limits=PATIENT)
    speech = Speech(tmp_path / "speech", clock(), [piper, EspeakNg()], BARE)
    asset = speech.render(NOTICE)
    assert asset.voice == "piper vi_VN-lan-medium"
    letters = sum(len(sentence) + 1 for sentence in NOTICE[0])
    assert asset.seconds == pytest.approx(letters * 0.05 + BARE.between_sentences / 1000, abs=0.1)
    assert speech.troubles() == {}


def test_speed_and_pitch_are_bent_into_a_voice_that_knows_neither(tmp_path: Path, voice_file: Path) -> None:
    speech = Speech(tmp_path / "speech", clock(), [Piper(program_that(SPEAKS, tmp_path), voice_file)], BARE)
    usual, fast = speech.render(NOTICE), speech.render(NOTICE, Voice(speed=150))
    assert fast.seconds < usual.seconds * 0.8


@pytest.mark.parametrize(
    ("does", "failure", "said"),
    [
        ("import sys\nsys.exit('Model is cursed')", EngineRefused, "ended with 1: Model is cursed"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", EngineRefused, "ended with -11"),
        ("pass", EngineRefused, "wrote no file"),
        ("import sys\nopen(sys.argv[-1], 'wb').write(b'nonsense')", EngineRefused, "no WAV"),
        ("import os, signal\nos.killpg(os.getpgrp(), signal.SIGKILL)", EngineDied, "after 0 of 2"),
    ],
)
def test_a_program_that_misbehaves_is_noticed(
    tmp_path: Path, voice_file: Path, does: str, failure: type[EngineFailure], said: str
) -> None:
    with pytest.raises(failure, match=said):
        Piper(program_that(does, tmp_path), voice_file, limits=PATIENT).speak(NOTICE[0], Voice(), tmp_path)


@pytest.mark.long
def test_a_program_that_hangs_is_ended_with_everything_it_started(tmp_path: Path, voice_file: Path) -> None:
    notes = tmp_path / "pids"
    does = (
        "import os, subprocess, sys, time\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(notes)!r}, 'w').write(f'{{os.getpid()}} {{inner.pid}}')\n"
        "time.sleep(60)\n"
    )
    limits = Limits(first=2.0, each=2.0, whole=60.0)
    with pytest.raises(EngineLate):
        Piper(program_that(does, tmp_path), voice_file, limits=limits).speak(NOTICE[0], Voice(), tmp_path)
    for pid in notes.read_text().split():
        assert is_gone(Path(f"/proc/{pid}/stat"))


def is_gone(process: Path) -> bool:
    """Whether it runs no more; whoever adopted it may need a moment to notice."""
    for _ in range(200):
        try:
            if process.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def text_file(voice: Path) -> None:
    voice.write_text("Đây là giọng đọc.")


def beside(voice: Path, content: str) -> None:
    voice.with_name(f"{voice.name}.json").write_text(content)


def folder(voice: Path) -> None:
    voice.unlink()
    voice.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (Path.unlink, "cannot be read"),
        (folder, "cannot be read"),
        (text_file, "no voice of Piper: a voice is an ONNX file"),
        (lambda voice: voice.write_bytes(b""), "no voice of Piper"),
        (lambda voice: voice.with_name(f"{voice.name}.json").unlink(), "comes with the voice file"),
        (lambda voice: beside(voice, "{"), "does not describe a voice"),
        (lambda voice: beside(voice, "[]"), "does not describe a voice"),
        (lambda voice: beside(voice, '{"audio": {}}'), "does not describe a voice"),
        (
            lambda voice: beside(voice, '{"audio": {"sample_rate": 1}, "language": {"code": "en_US"}}'),
            "speaks en_US, not Vietnamese",
        ),
    ],
)
def test_a_voice_file_that_is_not_one_is_said_to_be_so(tmp_path: Path, voice_file: Path, spoil: Any, said: str) -> None:
    spoil(voice_file)
    with pytest.raises(EngineUnfit, match=said):
        Piper(program_that(SPEAKS, tmp_path), voice_file).speak(NOTICE[0], Voice(), tmp_path)


def test_without_piper_the_next_one_speaks_until_it_is_there(tmp_path: Path, voice_file: Path) -> None:
    moved = clock()
    speech = Speech(tmp_path / "speech", moved, [Piper(str(tmp_path / "piper"), voice_file), EspeakNg()], BARE)
    assert speech.say_which_voice() == "piper vi_VN-lan-medium"
    assert speech.render(NOTICE).voice == "espeak-ng vi"
    assert speech.say_which_voice() == "espeak-ng vi"
    assert {name: failure.code for name, failure in speech.troubles().items()} == {"piper": "engine-unfit"}
    program_that(SPEAKS, tmp_path)
    moved.advance_to(moved.now() + timedelta(minutes=2))
    assert speech.render(NOTICE, afresh=True).voice == "piper vi_VN-lan-medium"
    assert speech.troubles() == {}


def test_piper_alone_leaves_nothing_behind_when_it_fails(tmp_path: Path, voice_file: Path) -> None:
    speech = Speech(tmp_path / "speech", clock(), [Piper(program_that("pass", tmp_path), voice_file)], BARE)
    with pytest.raises(NoVoice):
        speech.render(NOTICE)
    assert [path for path in (tmp_path / "speech").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("asked", "voice", "order"),
    [
        ({}, "", ["gtts", "espeak-ng"]),
        ({}, "giong.onnx", ["piper", "gtts", "espeak-ng"]),
        ({"voices": "gtts, piper"}, "giong.onnx", ["gtts", "piper", "espeak-ng"]),
        ({"voices": "espeak-ng,gtts,gtts"}, "", ["espeak-ng", "gtts"]),
        ({"voices": ""}, "giong.onnx", ["espeak-ng"]),
    ],
)
def test_the_settings_say_who_is_asked_first_and_somebody_is_always_there(
    asked: dict[str, str], voice: str, order: list[str]
) -> None:
    settings = Settings(piper_voice=voice, **asked)
    assert [engine.name for engine in voices(settings, clock())] == order


def test_a_voice_that_nobody_knows_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(ValidationError, match="no voice is called 'siri'; there are piper, gtts, espeak-ng"):
        Settings(voices="gtts,siri")


def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOA_VOICES", "siri")
    assert main(["serve", "--settings"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("loa: LOA_VOICES không dùng được / cannot be used: ")
    assert "there are piper, gtts, espeak-ng" in line


def test_the_operator_sees_who_will_speak(hoa: Any) -> None:
    assert hoa.http.get("/api/v1/speech/voices").json() == {"first": "espeak-ng vi", "resting": {}}
    assert "Hiện đọc bằng: Giọng máy espeak-ng (vi)." in hoa.get("/bulletins/new")
    words = Words(Language.VIETNAMESE, date(2026, 11, 23))
    assert words.resting("piper", "engine-unfit").startswith("piper đang nghỉ: chương trình hoặc tệp giọng")
    assert words.voice("piper vi_VN-lan-medium") == "Giọng máy Piper (vi_VN-lan-medium)"

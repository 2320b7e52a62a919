"""What is in the library is whole, is what its name says, and cannot be used to reach anything else."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.speech.desk import Speech
from controller.speech.engines.espeak import EspeakNg
from controller.speech.library import Finished, Library
from controller.speech.progress import Told, nobody
from controller.speech.studio import Cut
from controller.speech.voice import Voice
from devices.clock import HandMovedClock

BARE = Cut(chime=False, tail=0)
FINISHED = Finished(2.0, "audio/ogg", -16.0, -1.2, (0, 50, 100))


def clock() -> HandMovedClock:
    return HandMovedClock(datetime(2026, 8, 15, 10, 0, tzinfo=UTC))


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_found_by_its_content_also_after_a_restart(tmp_path: Path) -> None:
    library = Library(tmp_path)
    with library.bench() as bench:
        (bench / "a").write_bytes(b"sound")
        asset = library.keep(bench / "a", FINISHED, "espeak-ng vi")
    assert asset.sha256 == hashlib.sha256(b"sound").hexdigest()
    assert asset.size == 5
    again = Library(tmp_path)
    assert again.asset(asset.sha256) == asset
    path = again.path(asset.sha256)
    assert path is not None
    assert path.read_bytes() == b"sound"


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    library = Library(tmp_path)
    with library.bench() as bench:
        for voice in ("espeak-ng vi", "recording"):
            (bench / voice).write_bytes(b"sound")
        first = library.keep(bench / "espeak-ng vi", FINISHED, "espeak-ng vi")
        assert library.keep(bench / "recording", FINISHED, "recording") == first


@given(
    name=st.one_of(
        st.text(),
        st.sampled_from(
            [
                "../secret",
                "../sounds/../secret",
                "/etc/passwd",
                "A" * 64,
                "a" * 63,
                "a" * 65,
                "a" * 64 + "\n",
                "../" * 20 + "a" * 4,
            ]
        ),
        st.text(alphabet="0123456789abcdef", min_size=64, max_size=64),
    )
)
def test_no_name_reaches_anything_but_a_recording(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "names"
    library = Library(folder)
    (folder / "secret.ogg").write_bytes(b"not for everybody")
    assert library.path(name) is None
    assert library.asset(name) is None


def test_an_unreadable_note_about_a_recording_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    speech = Speech(tmp_path, clock(), [EspeakNg()], BARE)
    text = (("Mời bà con ra họp.",),)
    asset = speech.render(text)
    for note in [*tmp_path.rglob("*.json"), *(tmp_path / "labels").iterdir()]:
        note.write_bytes(b"\xff{half")
        assert speech.render(text) == asset


def test_a_bench_is_swept_only_after_whoever_worked_on_it_is_gone(tmp_path: Path) -> None:
    library = Library(tmp_path)
    with library.bench() as bench:
        (bench / "half").write_bytes(b"half")
        Library(tmp_path)
        assert (bench / "half").exists()
    left = tmp_path / "unfinished" / "left"
    left.mkdir()
    (left / "half").write_bytes(b"half")
    Library(tmp_path)
    assert not left.exists()


def test_a_controller_killed_in_the_middle_leaves_no_half_recording(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom controller.speech.desk import Speech\n"
        "from controller.speech.engines.espeak import EspeakNg\nfrom devices.clock import SystemClock\n"
        "speech = Speech(Path(sys.argv[1]), SystemClock(), [EspeakNg()])\n"
        "for number in range(10_000):\n"
        "    speech.render(((f'Thông báo số {number}.',),))\n"
        "    print(number, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        # The next text is being made now: a bench appears, and the kill falls somewhere into the work on it.
        while not list((tmp_path / "unfinished").glob("*/broadcast.wav")):
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
    library = Library(tmp_path)
    assert list((tmp_path / "unfinished").iterdir()) == []
    sounds = list((tmp_path / "sounds").glob("*.ogg"))
    assert sounds
    for sound in sounds:
        assert hashlib.sha256(sound.read_bytes()).hexdigest() == sound.stem
        assert library.asset(sound.stem) is not None


class Counting:
    """espeak-ng that counts how often it is asked."""

    name, rest, shapes, online = "espeak-ng", 0.0, True, False

    def __init__(self) -> None:
        self._inner = EspeakNg()
        self.asked = 0

    def voice_name(self, voice: Voice) -> str:
        return self._inner.voice_name(voice)

    def speak(self, pieces: Sequence[str], voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        self.asked += 1
        return self._inner.speak(pieces, voice, folder)


def test_people_who_ask_for_the_same_text_at_once_get_one_recording(tmp_path: Path) -> None:
    engine = Counting()
    speech = Speech(tmp_path, clock(), [engine], BARE)
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(speech.render((("Mời bà con ra họp.",),)).sha256))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert engine.asked == 1
    assert len(files_in(tmp_path / "sounds")) == 2
    assert files_in(tmp_path / "unfinished") == []

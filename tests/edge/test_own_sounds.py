"""What a device makes itself: sirens and words. The pretended voice keeps the promises of the real one."""

from __future__ import annotations

import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from devices.agent.decoding import decode, is_playable
from devices.agent.espeak_voice import EspeakVoice, own_voice
from devices.agent.sirens import PATTERNS, Sirens
from devices.agent.speaker import SAMPLE_RATE, Track, is_whole
from devices.agent.spoken import Spoken
from devices.agent.voice import Mute, Voice, VoiceFailed
from devices.agent.workers import Workers
from devices.protocol.messages import Siren, SirenPattern
from devices.simulator.voice import PretendVoice
from schedules.occurrence import OccurrenceId

WORDS = "Cảnh báo lũ khẩn cấp. Bà con di chuyển ngay lên nhà văn hóa thôn."


@pytest.fixture(params=["espeak-ng", "pretend"])
def voice(request: pytest.FixtureRequest) -> Voice:
    return own_voice() if request.param == "espeak-ng" else PretendVoice()


class TestAVoice:
    def test_writes_a_recording_of_the_length_that_it_says(self, voice: Voice, tmp_path: Path) -> None:
        assert voice.name
        seconds = voice.speak(WORDS, "vi", tmp_path / "said.wav")
        with wave.open(str(tmp_path / "said.wav")) as file:
            assert file.getnframes() / file.getframerate() == pytest.approx(seconds)
        assert 2.0 < seconds < 15.0

    def test_speaks_whatever_it_is_given(self, voice: Voice, tmp_path: Path) -> None:
        for words in ("1", 'x" -w /etc/passwd <speak>&amp;', "--version", "é̂ \x01 🌊", "Lũ. " * 200):
            assert voice.speak(words, "tlh-Latn", tmp_path / "said.wav") > 0.0

    def test_says_so_when_it_cannot(self, voice: Voice, tmp_path: Path) -> None:
        with pytest.raises(VoiceFailed):
            voice.speak("   ", "vi", tmp_path / "said.wav")


def test_a_device_without_a_voice_says_so(tmp_path: Path) -> None:
    for mute in (Mute(), EspeakVoice("/nowhere/libespeak-ng.so", "")):
        with pytest.raises(VoiceFailed):
            mute.speak(WORDS, "vi", tmp_path / "said.wav")


class TestSpokenWords:
    def test_are_spoken_once_however_many_ask(self, tmp_path: Path) -> None:
        voice, told = PretendVoice(), []
        workers = Workers("voice", 3)
        spoken = Spoken(voice, tmp_path, workers.run)
        nudges: list[Callable[[], None]] = [lambda number=number: told.append(number) for number in range(20)]  # type: ignore[misc]
        for nudge in nudges:
            spoken.want(WORDS, "vi", nudge)
        deadline = time.monotonic() + 20
        while spoken.recording(WORDS, "vi") is None and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        workers.close()
        recording = spoken.recording(WORDS, "vi")
        assert recording is not None and is_whole(recording[1], recording[0])
        assert voice.said == [WORDS]
        assert spoken.recording(WORDS, "en") is None

    def test_that_failed_are_tried_again_when_they_are_wanted_again(self, tmp_path: Path) -> None:
        voice, told = PretendVoice(), []
        spoken = Spoken(voice, tmp_path, lambda job: job())
        voice.works = False
        spoken.want(WORDS, "vi", lambda: told.append("failed"))
        assert spoken.recording(WORDS, "vi") is None
        voice.works = True
        spoken.want(WORDS, "vi", lambda: told.append("spoken"))
        assert spoken.recording(WORDS, "vi") is not None
        assert told == ["failed", "spoken"]

    def test_do_not_fill_the_disk(self, tmp_path: Path) -> None:
        (tmp_path / "left-over.part").write_bytes(b"x")
        spoken = Spoken(PretendVoice(), tmp_path, lambda job: job())
        for number in range(300):
            spoken.want(f"{number}", "vi", lambda: None)
        assert len(list(tmp_path.iterdir())) == 200
        assert spoken.recording("299", "vi") is not None
        assert spoken.recording("0", "vi") is None


def samples(siren: Siren, folder: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    rounds = Sirens(folder).rounds(siren)
    sounds, files = zip(*rounds, strict=True)
    with decode(Track(OccurrenceId("siren"), sounds, files, 100), folder) as out:
        return np.frombuffer(out.read(), np.int16)


class TestASiren:
    @pytest.mark.parametrize("pattern", SirenPattern)
    def test_is_a_recording_like_another(self, pattern: SirenPattern, tmp_path: Path) -> None:
        for sound, path in Sirens(tmp_path).rounds(Siren(pattern, 1.0)):
            assert is_whole(path, sound) and is_playable(path, sound)

    @pytest.mark.parametrize("pattern", SirenPattern)
    def test_lasts_as_long_as_was_asked_in_whole_rounds(self, pattern: SirenPattern, tmp_path: Path) -> None:
        out = samples(Siren(pattern, 9.0), tmp_path)
        assert 9.0 <= len(out) / SAMPLE_RATE < 9.0 + PATTERNS[pattern][0]

    @pytest.mark.parametrize("pattern", SirenPattern)
    def test_is_loud_and_does_not_click(self, pattern: SirenPattern, tmp_path: Path) -> None:
        out = samples(Siren(pattern, 9.0), tmp_path).astype(np.int32)
        assert np.max(np.abs(out)) > 20_000
        assert np.max(np.abs(np.diff(out))) < 5_000

    def test_is_told_from_the_others_by_its_pitch(self, tmp_path: Path) -> None:
        spans = {}
        for pattern in SirenPattern:
            out = samples(Siren(pattern, 4.0), tmp_path)
            pieces = out[: len(out) // 4_800 * 4_800].reshape(-1, 4_800)
            loud = pieces[np.abs(pieces).mean(axis=1) > 3_000]
            pitches = np.abs(np.fft.rfft(loud)).argmax(axis=1) * SAMPLE_RATE / 4_800
            spans[pattern] = (pitches.min(), pitches.max(), len(loud) / len(pieces))
        assert spans[SirenPattern.WARNING][1] - spans[SirenPattern.WARNING][0] > 300
        assert spans[SirenPattern.FLOOD][1] < 400 and spans[SirenPattern.FLOOD][2] < 0.8
        assert spans[SirenPattern.ALL_CLEAR] == (520.0, 520.0, 1.0)

"""Every kind of loudspeaker keeps the same promises, under its own kind of time."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import threading
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from devices.agent.decoder import Decoder
from devices.agent.decoding import NotPlayable, decode, is_playable
from devices.agent.errors import BadSettings
from devices.agent.pipe_speaker import APLAY, PipeSpeaker, player_command
from devices.agent.speaker import SAMPLE_RATE, Preparation, Speaker, Track
from devices.agent.wav_speaker import WavSpeaker
from devices.agent.workers import Workers
from devices.clock import Clock, HandMovedClock, SystemClock
from devices.protocol.topics import DeviceId
from devices.simulator.speaker import PretendSpeaker
from schedules.plan import OccurrenceId
from schedules.programme import Sha256, Sound

NEWS = OccurrenceId("news")
RECORDER = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"


def record(path: Path, seconds: float, *, rate: int = SAMPLE_RATE, channels: int = 1, seed: int = 7) -> Sound:
    """A recording of noise, which resembles itself at no other place."""
    noise = np.random.default_rng(seed).integers(-12_000, 12_000, int(seconds * rate), dtype=np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(np.repeat(noise, channels).tobytes())
    content = path.read_bytes()
    return Sound(Sha256(hashlib.sha256(content).hexdigest()), seconds, len(content))


def samples_of(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)


@pytest.fixture
def track(tmp_path: Path) -> Track:
    """Two sounds, one after the other: 0.3 seconds."""
    paths = (tmp_path / "chime.wav", tmp_path / "speech.wav")
    sounds = (record(paths[0], 0.1, seed=1), record(paths[1], 0.2, seed=2))
    return Track(NEWS, sounds, paths, 100)


@pytest.fixture
def long(tmp_path: Path) -> Track:
    """Five seconds, to be stopped before they are over."""
    path = tmp_path / "long.wav"
    return Track(NEWS, (record(path, 5.0),), (path,), 100)


class Rig:
    """A loudspeaker and the passing of time that belongs to it."""

    def __init__(self, speaker: Speaker, clock: Clock) -> None:
        self.speaker = speaker
        self.clock = clock
        self.news = threading.Event()
        speaker.on_change(self.news.set)

    def in_a_moment(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)

    def until(self, happened: Callable[[], bool]) -> None:
        for _ in range(1_000):
            if happened():
                return
            if isinstance(self.clock, HandMovedClock):
                self.clock.advance_to(self.in_a_moment(0.01))
            else:
                self.news.wait(0.01)
                self.news.clear()
        raise AssertionError("it never happened")

    def prepared(self, track: Track) -> Preparation:
        self.speaker.prepare(track)
        self.until(lambda: self.speaker.preparation(track.occurrence) is not Preparation.UNDER_WAY)
        return self.speaker.preparation(track.occurrence)

    def is_over(self) -> bool:
        sounding = self.speaker.sounding()
        return sounding is not None and sounding.finished


class Workshop:
    """Sets up loudspeakers of every kind, and takes them down again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._workers = Workers("decoding", 2)
        self._rigs: list[Rig] = []

    def rig(self, speaker: Speaker, clock: Clock) -> Rig:
        self._rigs.append(Rig(speaker, clock))
        return self._rigs[-1]

    def pretended(self) -> Rig:
        clock = HandMovedClock(datetime(2026, 3, 2, 5, 0, tzinfo=UTC))
        return self.rig(PretendSpeaker(clock), clock)

    def wav(self, device: str = "loa-07") -> Rig:
        clock = SystemClock()
        folder = self.folder / "wav"
        return self.rig(
            WavSpeaker(folder, DeviceId(device), spool=self.folder, clock=clock, workers=self._workers), clock
        )

    def pipe(self, *command: str) -> Rig:
        recorder = (sys.executable, "-S", "-c", RECORDER, str(self.folder / "recorded.raw"))
        clock = SystemClock()
        return self.rig(PipeSpeaker(command or recorder, spool=self.folder, clock=clock, workers=self._workers), clock)

    def close(self) -> None:
        for rig in self._rigs:
            rig.speaker.close()
        self._workers.close()


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    workshop = Workshop(tmp_path)
    yield workshop
    workshop.close()


@pytest.fixture(params=["pretended", "wav", "pipe"])
def rig(request: pytest.FixtureRequest, workshop: Workshop) -> Rig:
    made: Rig = getattr(workshop, request.param)()
    return made


class TestEveryLoudspeaker:
    def test_is_ready_only_for_what_was_prepared(self, rig: Rig, track: Track) -> None:
        assert rig.speaker.preparation(NEWS) is Preparation.UNKNOWN
        assert rig.prepared(track) is Preparation.READY
        rig.speaker.forget(NEWS)
        assert rig.speaker.preparation(NEWS) is Preparation.UNKNOWN

    def test_refuses_a_file_that_is_not_what_its_name_says(self, rig: Rig, track: Track) -> None:
        content = bytearray(track.files[1].read_bytes())
        content[-1] ^= 1
        track.files[1].write_bytes(content)
        assert rig.prepared(track) is Preparation.DAMAGED

    def test_begins_at_its_moment_and_ends_when_all_is_out(self, rig: Rig, track: Track) -> None:
        rig.prepared(track)
        assert rig.speaker.sounding() is None
        at = rig.in_a_moment(0.15)
        rig.speaker.begin(NEWS, at, 0.0)
        before = rig.speaker.sounding()
        assert before is not None and before.started_at is None and not before.finished
        rig.until(rig.is_over)
        after = rig.speaker.sounding()
        assert after is not None and after.started_at is not None and after.problem == ""
        assert after.started_at >= at
        assert after.seconds == pytest.approx(0.3, abs=0.001)
        # The recorder takes everything at once and needs no time to play it.
        assert after.ends_at - after.started_at >= timedelta(
            seconds=0.0 if isinstance(rig.speaker, PipeSpeaker) else 0.3
        )

    def test_begins_in_the_middle(self, rig: Rig, track: Track) -> None:
        rig.prepared(track)
        rig.speaker.begin(NEWS, rig.clock.now(), 0.15)
        rig.until(rig.is_over)
        after = rig.speaker.sounding()
        assert after is not None and after.seconds == pytest.approx(0.15, abs=0.001)

    def test_falls_silent_when_told_to_and_says_how_much_was_heard(self, rig: Rig, long: Track) -> None:
        rig.prepared(long)
        rig.speaker.begin(NEWS, rig.clock.now(), 0.0)
        rig.until(lambda: (sounding := rig.speaker.sounding()) is not None and sounding.seconds > 0.02)
        stopped = rig.speaker.stop()
        assert stopped is not None and stopped.started_at is not None
        assert 0.02 < stopped.seconds < 5.0
        assert rig.speaker.sounding() is None
        assert rig.speaker.stop() is None

    def test_can_be_stopped_before_its_moment(self, rig: Rig, track: Track) -> None:
        rig.prepared(track)
        rig.speaker.begin(NEWS, rig.in_a_moment(3600), 0.0)
        stopped = rig.speaker.stop()
        assert stopped is not None and stopped.started_at is None and stopped.seconds == 0.0

    def test_goes_on_after_an_interruption(self, rig: Rig, track: Track) -> None:
        rig.prepared(track)
        rig.speaker.begin(NEWS, rig.clock.now(), 0.0)
        stopped = rig.speaker.stop()
        assert stopped is not None
        rig.speaker.begin(NEWS, rig.clock.now(), 0.15)
        rig.until(rig.is_over)
        after = rig.speaker.sounding()
        assert after is not None and after.seconds == pytest.approx(0.15, abs=0.001)


class TestWavFiles:
    def play(self, workshop: Workshop, track: Track, position: float = 0.0) -> Rig:
        rig = workshop.wav()
        assert rig.prepared(track) is Preparation.READY
        rig.speaker.begin(NEWS, rig.in_a_moment(0.05), position)
        rig.until(rig.is_over)
        return rig

    def test_hold_every_sample_of_all_sounds_in_order(self, tmp_path: Path, workshop: Workshop, track: Track) -> None:
        rig = self.play(workshop, track)
        heard = samples_of(tmp_path / "wav" / "loa-07_news.wav")
        assert np.array_equal(heard, np.concatenate([samples_of(path) for path in track.files]))
        note = json.loads((tmp_path / "wav" / "loa-07_news.json").read_bytes())
        sounding = rig.speaker.sounding()
        assert sounding is not None and sounding.started_at is not None
        assert note == {
            "device": "loa-07",
            "occurrence": "news",
            "started_at": sounding.started_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "seconds": len(heard) / SAMPLE_RATE,
            "sample_rate": SAMPLE_RATE,
            "sha256": [sound.sha256 for sound in track.sounds],
        }
        assert sorted(path.name for path in (tmp_path / "wav").iterdir()) == ["loa-07_news.json", "loa-07_news.wav"]

    def test_begin_at_the_very_sample_when_joining_late(self, tmp_path: Path, workshop: Workshop, track: Track) -> None:
        self.play(workshop, track, position=0.123)
        whole = np.concatenate([samples_of(path) for path in track.files])
        heard = samples_of(tmp_path / "wav" / "loa-07_news.wav")
        assert np.array_equal(heard, whole[int(0.123 * SAMPLE_RATE) :])

    def test_are_not_there_before_they_are_complete(
        self, tmp_path: Path, workshop: Workshop, track: Track, long: Track
    ) -> None:
        rig = workshop.wav()
        rig.prepared(long)
        rig.speaker.begin(NEWS, rig.clock.now(), 0.0)
        rig.until(lambda: (sounding := rig.speaker.sounding()) is not None and sounding.seconds > 0.05)
        assert [path for path in (tmp_path / "wav").iterdir() if not path.name.startswith(".")] == []
        stopped = rig.speaker.stop()
        assert stopped is not None
        heard = samples_of(tmp_path / "wav" / "loa-07_news.wav")
        assert len(heard) == int(stopped.seconds * SAMPLE_RATE)
        again = workshop.wav()
        again.prepared(track)
        again.speaker.begin(NEWS, again.clock.now(), 0.0)
        again.until(again.is_over)
        assert len(samples_of(tmp_path / "wav" / "loa-07_news-2.wav")) == 0.3 * SAMPLE_RATE

    def test_of_many_loudspeakers_begin_together(
        self, tmp_path: Path, workshop: Workshop, track: Track, record_property: Callable[[str, object], None]
    ) -> None:
        rigs = [workshop.wav(f"loa-{number}") for number in range(8)]
        for rig in rigs:
            rig.prepared(track)
        at = rigs[0].in_a_moment(0.3)
        for rig in rigs:
            rig.speaker.begin(NEWS, at, 0.0)
        for rig in rigs:
            rig.until(rig.is_over)
        starts = [sounding.started_at for rig in rigs if (sounding := rig.speaker.sounding()) and sounding.started_at]
        assert len(starts) == 8
        skew = (max(starts) - min(starts)).total_seconds()
        record_property("start_skew_ms", round(1000 * skew, 3))
        late = (min(starts) - at).total_seconds()
        print(f"8 loudspeakers began within {1000 * skew:.3f} ms, the first {1000 * late:.3f} ms late")
        assert min(starts) >= at
        assert skew < 0.5


class TestPlayerPrograms:
    def test_get_every_sample(self, tmp_path: Path, workshop: Workshop, track: Track) -> None:
        rig = workshop.pipe()
        rig.prepared(track)
        rig.speaker.begin(NEWS, rig.in_a_moment(0.1), 0.0)
        rig.until(rig.is_over)
        expected = np.concatenate([samples_of(path) for path in track.files])
        assert (tmp_path / "recorded.raw").read_bytes() == expected.tobytes()

    @pytest.mark.parametrize("command", [("false",), ("/nonexistent/player",)])
    def test_that_fail_are_an_interruption(
        self, tmp_path: Path, workshop: Workshop, track: Track, command: tuple[str, ...]
    ) -> None:
        rig = workshop.pipe(*command)
        rig.prepared(track)
        rig.speaker.begin(NEWS, rig.in_a_moment(0.1), 0.0)
        rig.until(rig.is_over)
        after = rig.speaker.sounding()
        assert after is not None and after.problem == "sound-device"

    def test_that_hang_are_ended_by_force(self, workshop: Workshop, long: Track) -> None:
        rig = workshop.pipe("sleep", "60")
        rig.prepared(long)
        rig.speaker.begin(NEWS, rig.clock.now(), 0.0)
        rig.until(lambda: (sounding := rig.speaker.sounding()) is not None and sounding.seconds > 0.05)
        stopped = rig.speaker.stop()
        assert stopped is not None and stopped.finished

    @pytest.mark.skipif(
        shutil.which("aplay") is None and os.environ.get("LOA_TEST_REQUIRE") != "all", reason="aplay is not installed"
    )
    def test_aplay_takes_what_we_send(self, tmp_path: Path, workshop: Workshop, track: Track) -> None:
        assert player_command("aplay") == APLAY
        rig = workshop.pipe(*APLAY[:-1], "-D", "null", "-")
        rig.prepared(track)
        rig.speaker.begin(NEWS, rig.in_a_moment(0.2), 0.0)
        rig.until(rig.is_over)
        after = rig.speaker.sounding()
        assert after is not None and (after.problem, after.seconds) == ("", pytest.approx(0.3, abs=0.001))

    def test_a_missing_one_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        with pytest.raises(BadSettings, match="no program pw-play"):
            player_command("pw-play")


class TestDecoding:
    def decoded(self, folder: Path, track: Track) -> np.ndarray[Any, np.dtype[np.int16]]:
        with decode(track, folder) as samples:
            return np.frombuffer(samples.read(), dtype=np.int16)

    def test_volume_is_a_share_of_the_amplitude(self, tmp_path: Path, track: Track) -> None:
        loud = self.decoded(tmp_path, track).astype(float)
        quiet = self.decoded(tmp_path, Track(NEWS, track.sounds, track.files, 35)).astype(float)
        assert np.abs(quiet - 0.35 * loud).max() < 60

    def test_other_rates_and_channels_become_ours(self, tmp_path: Path) -> None:
        path = tmp_path / "stereo.wav"
        sound = record(path, 0.5, rate=22_050, channels=2)
        heard = self.decoded(tmp_path, Track(NEWS, (sound,), (path,), 100))
        assert len(heard) == pytest.approx(0.5 * SAMPLE_RATE, abs=64)

    def test_a_long_track_waits_on_the_disk(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, track: Track
    ) -> None:
        monkeypatch.setattr("devices.agent.decoding.IN_MEMORY", 1_000)
        whole = np.concatenate([samples_of(path) for path in track.files])
        assert np.array_equal(self.decoded(tmp_path, track), whole)

    @pytest.mark.parametrize(
        "content", [b"", b"RIFF", b"\x00" * 5_000, b"#EXTM3U\n/etc/passwd\n", b"OggS" + b"\xff" * 900]
    )
    def test_what_is_no_sound_is_not_playable(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "x"
        path.write_bytes(content)
        sound = Sound(Sha256("0" * 64), 1.0, max(len(content), 1))
        assert not is_playable(path, sound)
        with pytest.raises(NotPlayable):
            decode(Track(NEWS, (sound,), (path,), 50), tmp_path)

    def test_what_several_loudspeakers_play_is_decoded_once(self, tmp_path: Path, track: Track) -> None:
        decoder = Decoder()
        with ThreadPoolExecutor(8) as threads:
            held = list(threads.map(lambda _: decoder.decode(track, tmp_path), range(20)))
        assert len({id(one) for one in held}) == 1
        assert {one.read(1_000, 500) for one in held} == {self.decoded(tmp_path, track).tobytes()[1_000:1_500]}
        quiet = decoder.decode(replace(track, volume=35), tmp_path)
        assert quiet.read(1_000, 500) != held[0].read(1_000, 500)
        held.clear()
        assert decoder.held(track) is None

    def test_a_sound_much_longer_than_the_plan_says_is_not_playable(self, tmp_path: Path) -> None:
        path = tmp_path / "x.wav"
        long = record(path, 5.0)
        assert is_playable(path, long)
        assert not is_playable(path, Sound(long.sha256, 1.0, long.size))

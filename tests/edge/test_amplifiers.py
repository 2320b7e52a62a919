"""Amplifiers need time: silence before the first sample and after the last, so that no word is clipped."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from devices.agent.pcm_speaker import PcmSpeaker
from devices.agent.pipe_speaker import PipeSpeaker
from devices.agent.speaker import SAMPLE_RATE, Preparation, Track
from devices.agent.wav_speaker import WavSpeaker
from devices.agent.workers import Workers
from devices.clock import SystemClock
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId
from schedules.priority import BulletinClass, Late
from schedules.programme import Sha256, Sound

NEWS = OccurrenceId("news")
LEAD, TAIL, LENGTH = 0.3, 0.2, 0.25
RECORDER = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"


@pytest.fixture
def noise(tmp_path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Louder than silence at every sample."""
    drawn = np.random.default_rng(5).integers(1_000, 12_000, int(LENGTH * SAMPLE_RATE), dtype=np.int16)
    with wave.open(str(tmp_path / "news.wav"), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(drawn.tobytes())
    return drawn


@pytest.fixture(params=["wav", "pipe"])
def speaker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PcmSpeaker]:
    workers, clock = Workers("decoding", 1), SystemClock()
    made: PcmSpeaker
    if request.param == "wav":
        made = WavSpeaker(tmp_path / "out", DeviceId("loa-07"), spool=tmp_path, clock=clock, workers=workers)
    else:
        command = (sys.executable, "-S", "-c", RECORDER, str(tmp_path / "out.raw"))
        made = PipeSpeaker(command, spool=tmp_path, clock=clock, workers=workers)
    yield made
    made.close()
    workers.close()


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        threading.Event().wait(0.005)


def prepared(speaker: PcmSpeaker, folder: Path, content: np.ndarray[Any, np.dtype[np.int16]]) -> None:
    path = folder / "news.wav"
    whole = path.read_bytes()
    sound = Sound(Sha256(hashlib.sha256(whole).hexdigest()), LENGTH, len(whole))
    assert len(content) == LENGTH * SAMPLE_RATE
    speaker.prepare(Track(NEWS, (sound,), (path,), 100, LEAD, TAIL))
    until(lambda: speaker.preparation(NEWS) is Preparation.READY)


def came_out(folder: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    if (folder / "out.raw").exists():
        return np.frombuffer((folder / "out.raw").read_bytes(), np.int16)
    with wave.open(str(folder / "out" / "loa-07_news.wav"), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def test_the_first_sample_follows_the_silence_at_its_moment(speaker: PcmSpeaker, noise: Any, tmp_path: Path) -> None:
    prepared(speaker, tmp_path, noise)
    at = speaker.clock.now() + timedelta(seconds=2 * LEAD)
    speaker.begin(NEWS, at, 0.0)
    until(lambda: (sounding := speaker.sounding()) is not None and sounding.finished)
    sounding = speaker.sounding()
    assert sounding is not None and sounding.started_at is not None
    assert sounding.seconds == pytest.approx(LENGTH)
    speaker.forget(NEWS)
    until(lambda: (tmp_path / "out.raw").exists() or (tmp_path / "out" / "loa-07_news.wav").exists())
    until(lambda: len(came_out(tmp_path)) > 0)
    out = came_out(tmp_path)
    (loud,) = np.nonzero(out)
    assert np.array_equal(out[loud[0] : loud[-1] + 1], noise)
    assert len(out) - 1 - loud[-1] == round(TAIL * SAMPLE_RATE)
    # A machine that was late shortens the silence, never the sound, and the moment stays what it is.
    assert 0 <= loud[0] <= round(LEAD * SAMPLE_RATE)
    if loud[0] > 0:
        assert abs((sounding.started_at - at).total_seconds()) < 1e-4


def test_a_stop_during_the_silence_before_it_leaves_no_trace(speaker: PcmSpeaker, noise: Any, tmp_path: Path) -> None:
    prepared(speaker, tmp_path, noise)
    speaker.begin(NEWS, speaker.clock.now() + timedelta(seconds=30), 0.0)
    stopped = speaker.stop()
    assert stopped is not None
    assert (stopped.started_at, stopped.seconds) == (None, 0.0)


class TestTheAgent:
    @pytest.fixture
    def slow(self, station: Any) -> Any:
        """A loudspeaker whose amplifier needs two seconds, and three to fall off."""
        station.send_config(serial=2, lead_seconds=2.0, tail_seconds=3.0)
        station.run_for(1)
        return station

    def test_switches_on_before_the_first_word(self, slow: Any, an_occurrence: Any) -> None:
        start = slow.clock.now() + timedelta(minutes=10)
        slow.send_plan(1, an_occurrence("news", start))
        slow.run_for(3600)
        assert [(one.at, one.lead, one.position, one.seconds) for one in slow.heard] == [(start, 2.0, 0.0, 20.0)]
        assert slow.receipts[0].started_at == start
        assert slow.receipts[0].ended_at == start + timedelta(seconds=20)

    def test_gives_a_late_start_its_silence_too(self, slow: Any, an_occurrence: Any) -> None:
        start = slow.clock.now() + timedelta(minutes=10)
        joining = an_occurrence("news", start, 300.0)
        whole = an_occurrence("songs", start + timedelta(minutes=20), late=Late.WHOLE)
        slow.send_plan(1, joining, whole)
        slow.run_for(60)
        for _ in range(2):
            slow.cut_power()
            slow.wait(9 * 60 + 100)
            slow.boot()
            slow.run_for(601)
        assert [(one.lead, one.position) for one in slow.heard] == [(2.0, 102.0), (2.0, 0.0)]

    def test_which_is_still_on_needs_no_more(self, slow: Any, an_occurrence: Any) -> None:
        start = slow.clock.now() + timedelta(minutes=10)
        first = an_occurrence("first", start, 20.0)
        second = an_occurrence("second", start + timedelta(seconds=20), 20.0)
        slow.send_plan(1, first, second)
        slow.run_for(3600)
        assert [(one.at, one.position, one.seconds) for one in slow.heard] == [
            (start, 0.0, 20.0),
            (second.start, 0.0, 20.0),
        ]

    def test_sounds_the_alarm_at_once_over_what_it_interrupts(self, slow: Any, an_occurrence: Any) -> None:
        start = slow.clock.now() + timedelta(minutes=10)
        songs = an_occurrence("songs", start, 300.0)
        alarm = an_occurrence("alarm", start + timedelta(minutes=1), 60.0, bulletin_class=BulletinClass.EMERGENCY)
        slow.send_plan(1, songs, alarm)
        slow.run_for(3600)
        assert [(one.track.occurrence, one.at) for one in slow.heard[:2]] == [("songs", start), ("alarm", alarm.start)]
        assert (slow.heard[2].position, slow.heard[2].seconds) == (60.0, 240.0)

"""The first minute of a newcomer: the real programs, on free ports, proven from outside."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from controller.demo.command import as_line
from controller.happenings import Happening, Kind
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.port import Inbound
from devices.link.settings import MqttSettings

pytestmark = pytest.mark.long

LOA = Path(sys.executable).with_name("loa")
NAME = "{device}_{occurrence}"


def _samples(path: Path) -> tuple[int, Any]:
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        return sound.getframerate(), np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(float)


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("sound")
    command = [LOA, "demo", "--check", "--json", "--sound", folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return json.loads(done.stdout), folder


def test_every_addressed_loudspeaker_was_ready_and_played_it_all_and_no_other(
    proof: tuple[dict[str, Any], Path],
) -> None:
    said, _ = proof
    expected = {"ok": True, "speakers": 12, "addressed": 8, "ready_before_air": 8, "played": 8, "silent": 4}
    assert {name: said[name] for name in expected} == expected
    assert len({receipt["device"] for receipt in said["receipts"]}) == 8


def test_the_sound_files_are_the_same_sound_begun_together(proof: tuple[dict[str, Any], Path]) -> None:
    said, folder = proof
    assert len(list(folder.glob("*.wav"))) == len(list(folder.glob("*.json"))) == 8
    sounds, starts = [], []
    for receipt in said["receipts"]:
        path = folder / f"{NAME.format_map(receipt)}.wav"
        rate, samples = _samples(path)
        assert len(samples) / rate == pytest.approx(receipt["seconds"], abs=0.05)
        sounds.append(samples)
        starts.append(datetime.fromisoformat(json.loads(path.with_suffix(".json").read_text())["started_at"]))
    # Speech, not silence: the level of what is spoken, relative to full scale.
    assert np.sqrt(np.mean(sounds[0] ** 2)) / 32768 > 0.02
    for one, other in pairwise(sounds):
        assert np.corrcoef(one, other)[0, 1] > 0.999
    # The figure itself is in the proof; a machine that runs all tests at once is given more than an ear would be.
    assert (max(starts) - min(starts)).total_seconds() < 0.1
    assert said["start_skew_ms"] == pytest.approx((max(starts) - min(starts)).total_seconds() * 1000, abs=1)


@pytest.mark.parametrize("kind", Kind)
def test_whatever_happens_has_its_line(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    detail = {"online": True, "device": "loa-1", "outcome": "played", "state": "approved", "reason": "expired"}
    as_line(Happening(kind, datetime.now(UTC), "xa", detail))
    assert len(capsys.readouterr().out.strip()) > len("17:00:00  ")


class Demo:
    """`loa demo --json` as another program sees it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [LOA, "demo", "--json", "--no-history"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.hello = json.loads(self.process.stdout.readline())
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(20) == 0
        self._reader.join(5)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        assert self.process.stderr.read() == ""
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    running = Demo()
    yield running
    running.end()


def test_its_first_line_says_how_to_come_in(demo: Demo) -> None:
    hello = demo.hello
    with httpx.Client(base_url=hello["url"], trust_env=False) as client:
        login = {"username": hello["username"], "password": hello["password"]}
        assert client.post("/login", data=login).status_code == 303
        assert client.get("/api/v1/status").json()["online"] == 12
        assert client.get("/").status_code == 200


def test_the_observer_may_read_everything_and_publish_nothing(demo: Demo) -> None:
    mqtt = demo.hello["mqtt"]
    heard: list[Inbound] = []
    connected = threading.Event()
    settings = MqttSettings(
        mqtt["host"], mqtt["port"], "watcher", mqtt["username"], mqtt["password"], keep_session=False
    )
    link = MqttLink(settings, heard.append, clock=SystemClock(), on_connected=connected.set)
    link.subscribe("#")
    link.start()
    assert connected.wait(10)
    _until(lambda: len({one.topic for one in heard if one.topic.endswith("/state")}) == 12)
    link.publish("loa/1/demo/area/thon-1/plan", b"from the observer")
    link.publish("loa/1/demo/device/loa-thon-1-1/state", b"from the observer")
    _until(lambda: False, seconds=1.0)
    link.stop()
    assert not [one for one in heard if one.payload == b"from the observer"]
    assert not [event for event in demo.events if event["event"] == "refused"]


def test_a_second_demo_finds_other_ports_and_ends_cleanly(demo: Demo) -> None:
    second = Demo()
    assert second.hello["url"] != demo.hello["url"]
    assert second.hello["mqtt"]["port"] != demo.hello["mqtt"]["port"]
    second.end()


def _until(done: Any, seconds: float = 15.0) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if done():
            return
        pause.wait(0.1)

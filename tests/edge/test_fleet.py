"""A simulated village as its own process, between a real Mosquitto and a desk that speaks the controller's part."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from devices.agent.enrolment import enrol
from devices.agent.errors import BadSettings, ControllerAway, EnrolmentRefused, NotEnrolled
from devices.agent.settings import Identity
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.port import Inbound
from devices.link.settings import MqttSettings
from devices.protocol.codec import decode, encode
from devices.protocol.messages import (
    AreaPlan,
    DeviceConfig,
    DeviceState,
    Message,
    QuietHours,
    Receipt,
    ReceiptsStored,
    TimeAnswer,
)
from devices.protocol.signing import SigningKey, VerifyKey, unseal
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId, DeviceTopic, SiteId, Topics
from schedules.programme import AreaId, Sha256, Sound

VILLAGE = AreaId("thon-3")
SECONDS = 0.8


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[int]:
    """The port of a broker of our own."""
    program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        if os.environ.get("LOA_TEST_REQUIRE") == "all":
            pytest.fail("mosquitto is missing here, and LOA_TEST_REQUIRE=all")
        pytest.skip("mosquitto is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n")
    broker = subprocess.Popen([program, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port
    broker.terminate()
    broker.wait()


class Desk(ThreadingHTTPServer):
    """The controller as its devices know it: enrolment, recordings, sealed orders, and an ear on the broker."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.broker_port = port
        self.key = SigningKey.generate()
        self.topics = Topics(SiteId("an-phu"))
        noise = np.random.default_rng(3).integers(-9_000, 9_000, int(SECONDS * 48_000), dtype=np.int16)
        self.samples = noise
        self.recording = _wav(noise)
        self.sound = Sound(Sha256(hashlib.sha256(self.recording).hexdigest()), SECONDS, len(self.recording))
        self.codes: dict[str, DeviceId] = {}
        self.answer: tuple[int, bytes] | None = None
        self.public: dict[DeviceId, VerifyKey] = {}
        self.states: dict[DeviceId, DeviceState] = {}
        self.receipts: list[Receipt] = []
        self.news = threading.Condition()
        settings = MqttSettings("127.0.0.1", port, "desk", retry_first=0.1)
        self.link = MqttLink(settings, self.hear, clock=SystemClock())
        self.link.subscribe(*self.topics.from_every_device())
        self.link.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def say(self, topic: str, message: Message) -> None:
        now = datetime.now(UTC)
        sealed = self.key.seal(encode(message), topic=topic, issued_at=now, expires_at=now + timedelta(days=1))
        self.link.publish(topic, sealed, retain=not isinstance(message, ReceiptsStored | TimeAnswer))

    def hear(self, inbound: Inbound) -> None:
        topic = self.topics.parse(inbound.topic)
        assert isinstance(topic, DeviceTopic)
        key = self.public[topic.device]
        opened = unseal(inbound.payload, topic=inbound.topic, now=datetime.now(UTC), find_key={key.id: key}.get)
        with self.news:
            if topic.channel is DeviceChannel.STATE:
                state = self.states[topic.device] = decode(opened.payload, DeviceState)
            else:
                self.receipts.append(decode(opened.payload, Receipt))
            self.news.notify_all()
        if topic.channel is DeviceChannel.STATE and state.time_question:
            answer = TimeAnswer(question=state.time_question, at=datetime.now(UTC))
            self.say(self.topics.device(topic.device, DeviceChannel.COMMAND), answer)
        if topic.channel is DeviceChannel.RECEIPT:
            stored = ReceiptsStored(receipts=(decode(opened.payload, Receipt).id,))
            self.say(self.topics.device(topic.device, DeviceChannel.COMMAND), stored)

    def until(self, happened: Any) -> None:
        with self.news:
            assert self.news.wait_for(happened, 20)


class Counter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Desk

    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == "Bearer let me listen"
        self.give(200 if known else 401, self.server.recording if known else b"")

    def do_POST(self) -> None:
        desk = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if desk.answer is not None:
            self.give(*desk.answer)
            return
        device = desk.codes.pop(asked["code"], None)
        if device is None:
            self.give(404, json.dumps({"code": "bad-code", "detail": "This code is not valid."}).encode())
            return
        desk.public[device] = VerifyKey.from_text(asked["public_key"])
        config = DeviceConfig(device=device, serial=1, areas=(VILLAGE,), quiet_hours=QuietHours())
        desk.say(desk.topics.device(device, DeviceChannel.CONFIG), config)
        account = {"host": "127.0.0.1", "port": desk.broker_port, "username": device, "password": "secret"}
        identity = {
            "site": desk.topics.site,
            "device": device,
            "signing_keys": [desk.key.public.text],
            "mqtt": account,
            "audio_token": "let me listen",
        }
        self.give(201, json.dumps(identity).encode())

    def give(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def _wav(samples: np.ndarray[Any, np.dtype[np.int16]]) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


@contextlib.contextmanager
def open_desk(broker_port: int) -> Iterator[Desk]:
    with Desk(broker_port) as desk:
        thread = threading.Thread(target=desk.serve_forever, args=(0.01,))
        thread.start()
        yield desk
        desk.shutdown()
        thread.join()
        desk.link.stop()


@pytest.fixture
def desk(mosquitto: int) -> Iterator[Desk]:
    with open_desk(mosquitto) as desk:
        yield desk


@pytest.fixture
def lone_desk() -> Iterator[Desk]:
    """A desk without a broker: who enrols needs none."""
    with open_desk(1) as desk:
        yield desk


class Village:
    """The simulator's process."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        command = [sys.executable, "-m", "devices.simulator", "--controller", desk.url, "--folder", str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.events: list[dict[str, Any]] = []
        self.news = threading.Condition()
        self.reader = threading.Thread(target=self.listen)
        self.reader.start()

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.news:
                self.events.append(json.loads(line))
                self.news.notify_all()

    def count(self, kind: str) -> int:
        return sum(event["event"] == kind for event in self.events)

    def until(self, kind: str) -> None:
        with self.news:
            assert self.news.wait_for(lambda: self.count(kind) > 0, 20)


@pytest.fixture
def village(desk: Desk, tmp_path: Path) -> Iterator[Village]:
    village = Village(desk, tmp_path / "village")
    yield village
    village.process.kill()
    village.process.wait()
    village.reader.join()
    for pipe in (village.process.stdin, village.process.stdout):
        assert pipe is not None
        pipe.close()


@pytest.mark.long
def test_a_village_plays_together_and_every_loudspeaker_proves_it(
    desk: Desk,
    village: Village,
    tmp_path: Path,
    an_occurrence: Any,
    record_property: Any,
) -> None:
    devices = [DeviceId(f"loa-{number}") for number in range(6)]
    for number, device in enumerate(devices):
        desk.codes[f"CODE{number}"] = device
        village.tell(f"CODE{number}")
    village.tell("WRONG")
    desk.until(lambda: len(desk.states) == len(devices))
    start = datetime.now(UTC) + timedelta(seconds=2.5)
    news = an_occurrence("news", start, SECONDS, sounds=(desk.sound,), volume=100)
    issued_at = datetime.now(UTC)
    plan = AreaPlan(area=VILLAGE, serial=1, issued_at=issued_at, until=start + timedelta(hours=72), occurrences=(news,))
    desk.say(desk.topics.area(VILLAGE, AreaChannel.PLAN), plan)
    ready = {VILLAGE: plan.digest}
    desk.until(lambda: all(state.plans == ready and not state.not_ready for state in desk.states.values()))
    desk.until(lambda: len(desk.receipts) == len(devices))
    assert {receipt.outcome.value for receipt in desk.receipts} == {"played"}
    assert {receipt.device for receipt in desk.receipts} == set(devices)
    assert all(abs(receipt.seconds - SECONDS) < 0.01 for receipt in desk.receipts)

    village.tell("stop loa-3")
    desk.until(lambda: not desk.states[DeviceId("loa-3")].online)
    assert all(desk.states[device].online for device in devices if device != "loa-3")
    village.until("killed")

    village.process.send_signal(signal.SIGTERM)
    assert village.process.wait(10) == 0
    desk.until(lambda: not any(state.online for state in desk.states.values()))
    village.reader.join()
    assert village.count("enrolled") == village.count("started") == village.count("ended") == len(devices)
    assert village.count("refused") == village.count("killed") == 1

    notes = [json.loads(path.read_bytes()) for path in (tmp_path / "village/sound").glob("*.json")]
    starts = sorted(datetime.fromisoformat(note["started_at"]) for note in notes)
    assert len(starts) == len(devices)
    skew = (starts[-1] - starts[0]).total_seconds()
    record_property("start_skew_ms", 1000 * skew)
    late = (starts[0] - start).total_seconds()
    print(f"{len(starts)} agents began within {1000 * skew:.2f} ms, {1000 * late:.2f} ms late")
    assert starts[0] >= start
    assert skew < 0.5
    for path in (tmp_path / "village/sound").glob("*.wav"):
        with wave.open(str(path), "rb") as file:
            assert np.array_equal(np.frombuffer(file.readframes(file.getnframes()), np.int16), desk.samples)


class TestEnrolment:
    def test_makes_an_identity_that_only_its_owner_can_read(self, lone_desk: Desk, tmp_path: Path) -> None:
        lone_desk.codes["CODE"] = DeviceId("loa-07")
        home = tmp_path / "home"
        enrol(lone_desk.url, " CODE ", home)
        identity = Identity.load(home)
        assert (identity.device, identity.site, identity.audio_token) == ("loa-07", "an-phu", "let me listen")
        assert identity.key.public.text == lone_desk.public[DeviceId("loa-07")].text
        assert [key.text for key in identity.controller_keys] == [lone_desk.key.public.text]
        assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}

    def test_a_second_try_shows_the_same_key(self, lone_desk: Desk, tmp_path: Path) -> None:
        lone_desk.answer = (503, b"")
        with pytest.raises(ControllerAway):
            enrol(lone_desk.url, "CODE", tmp_path / "home")
        before = (tmp_path / "home/device-key.pem").read_bytes()
        lone_desk.answer, lone_desk.codes = None, {"CODE": DeviceId("loa-07")}
        enrol(lone_desk.url, "CODE", tmp_path / "home")
        assert (tmp_path / "home/device-key.pem").read_bytes() == before

    def test_a_wrong_code_is_refused_in_the_controllers_words(self, lone_desk: Desk, tmp_path: Path) -> None:
        with pytest.raises(EnrolmentRefused, match="This code is not valid"):
            enrol(lone_desk.url, "CODE", tmp_path)
        with pytest.raises(NotEnrolled):
            Identity.load(tmp_path)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"[]",
            b'{"site":"an-phu"}',
            b'{"site":"../x","device":"a","signing_keys":["x"],"mqtt":{"host":"h","port":1,"username":"","password":""},'
            b'"audio_token":""}',
        ],
    )
    def test_garbage_is_no_identity(self, lone_desk: Desk, tmp_path: Path, body: bytes) -> None:
        lone_desk.answer = (201, body)
        with pytest.raises(ControllerAway):
            enrol(lone_desk.url, "CODE", tmp_path)

    @pytest.mark.parametrize("url", ["", "loa.xa", "ftp://x", "http://", "http://[::1"])
    def test_an_address_that_is_none(self, tmp_path: Path, url: str) -> None:
        with pytest.raises(BadSettings):
            enrol(url, "CODE", tmp_path)

    def test_a_controller_that_is_away(self, tmp_path: Path) -> None:
        with pytest.raises(ControllerAway, match=r"127\.0\.0\.1:1"):
            enrol("http://127.0.0.1:1", "CODE", tmp_path)

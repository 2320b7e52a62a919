"""The service that may be gone at any moment is met as it behaves: well, refusing, slow, cut off, silent."""

from __future__ import annotations

import base64
import ipaddress
import json
import ssl
import threading
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from numpy.typing import NDArray

from controller.speech.desk import Speech
from controller.speech.engines.child import Limits
from controller.speech.engines.espeak import EspeakNg
from controller.speech.engines.google import Google
from controller.speech.errors import (
    EngineBusy,
    EngineLate,
    EngineRefused,
)
from controller.speech.library import Asset
from controller.speech.studio import Cut
from controller.speech.voice import Voice
from devices.clock import HandMovedClock

BARE = Cut(chime=False, tail=0)
NOTICE = (("Mời bà con ra họp.",),)
PATIENT = Limits(first=30.0, each=30.0, whole=60.0)
HASTY = Limits(first=0.5, each=0.5, whole=30.0)
TONE = 660.0


def clock() -> HandMovedClock:
    return HandMovedClock(datetime(2026, 8, 15, 10, 0, tzinfo=UTC))


def tone_as_mp3(seconds: float = 0.8) -> bytes:
    wave = 9000 * np.sin(2 * np.pi * TONE * np.arange(round(24_000 * seconds)) / 24_000)
    file = BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=24_000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 24_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


class Service(ThreadingHTTPServer):
    """Answers as Google's translation service answers gTTS; `mood` says how it feels today."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.mood = "well"
        self.asked: list[str] = []
        self.mp3 = tone_as_mp3()
        self.gone = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        [[[rpc, parameters, _, _]]] = json.loads(urllib.parse.parse_qs(form)["f.req"][0])
        text, language, _, _ = json.loads(parameters)
        assert (self.path, rpc, language) == ("/_/TranslateWebserverUi/data/batchexecute", "jQ1olc", "vi")
        self.server.asked.append(text)
        getattr(self, "when_" + self.server.mood)()

    def when_well(self) -> None:
        sound = base64.b64encode(self.server.mp3).decode()
        self.reply([["wrb.fr", "jQ1olc", json.dumps([sound]), None, None, None, "generic"], ["di", 58]])

    def when_blocking(self) -> None:
        self.send_error(429)

    def when_captcha(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html><body>Our systems have detected unusual traffic</body></html>")

    def when_blocking_half_way(self) -> None:
        self.when_well() if len(self.server.asked) < 2 else self.when_blocking()

    def when_wordless(self) -> None:
        self.reply([["wrb.fr", "jQ1olc", None, None, None, [3], "generic"]])

    def when_not_sound(self) -> None:
        self.reply([["wrb.fr", "jQ1olc", json.dumps([base64.b64encode(b"no sound " * 99).decode()])]])

    def when_cut_off(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "90000")
        self.end_headers()
        self.wfile.write(b')]}\'\n\n[["wrb.fr","jQ1olc","[\\"' + base64.b64encode(self.server.mp3)[:2000])

    def when_swallowing(self) -> None:
        self.server.gone.wait(20)

    def when_dripping(self) -> None:
        # Each byte is a sign of life for a time limit on reading; only a limit on the whole ends this.
        self.send_response(200)
        self.end_headers()
        while not self.server.gone.wait(0.1):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def reply(self, body: list[object]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.end_headers()
        self.wfile.write(b")]}'\n\n" + json.dumps([body], separators=(",", ":")).encode() + b"\n")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.gone.set()
    server.shutdown()
    server.server_close()
    thread.join()


def google(service: Service, limits: Limits = PATIENT, **more: float) -> Google:
    return Google(clock(), address=service.address, limits=limits, pause=0.0, **more)  # type: ignore[arg-type]


def test_what_the_service_speaks_is_what_is_broadcast(service: Service, tmp_path: Path) -> None:
    speech = Speech(tmp_path, clock(), [google(service), EspeakNg()])
    asset = speech.render((("Mời bà con ra họp.", "Đúng bảy giờ."),))
    assert asset.voice == "gtts vi"
    assert service.asked == ["Mời bà con ra họp.", "Đúng bảy giờ."]
    spoken = samples_of(speech, asset)[round(3.2 * 48_000) : round(3.6 * 48_000)]
    assert pitch_of(spoken) == pytest.approx(TONE, rel=0.01)


def samples_of(speech: Speech, asset: Asset) -> NDArray[np.float32]:
    file = speech.library.path(asset.sha256)
    assert file is not None
    with av.open(str(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def pitch_of(samples: NDArray[np.float32]) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 48_000 / len(samples))


def test_speed_and_pitch_are_obeyed_although_the_service_knows_neither(service: Service, tmp_path: Path) -> None:
    service.mp3 = tone_as_mp3(1.2)
    speech = Speech(tmp_path, clock(), [google(service)], BARE)
    usual, bent = speech.render(NOTICE), speech.render(NOTICE, Voice(speed=160, pitch=50))
    assert usual.seconds / bent.seconds == pytest.approx(1.6, rel=0.05)
    assert pitch_of(samples_of(speech, usual)) == pytest.approx(TONE, rel=0.01)
    assert pitch_of(samples_of(speech, bent)) == pytest.approx(2 * TONE, rel=0.01)


def test_a_long_sentence_is_asked_for_in_hundreds_and_is_not_shortened(service: Service, tmp_path: Path) -> None:
    sentence = "Đề nghị bà con chằng chống nhà cửa và đưa trâu bò vào chuồng " * 4
    (file,) = google(service).speak([sentence.strip()], Voice(), tmp_path)
    assert len(service.asked) >= 3
    assert all(len(text) <= 100 for text in service.asked)
    assert " ".join(service.asked).split() == sentence.split()
    assert file.stat().st_size == len(service.mp3) * len(service.asked)


@pytest.mark.parametrize("mood", ["blocking", "captcha", "wordless", "cut_off", "blocking_half_way"])
def test_a_refusal_in_whatever_form_is_noticed(service: Service, mood: str, tmp_path: Path) -> None:
    service.mood = mood
    with pytest.raises(EngineRefused):
        google(service).speak(["Mời bà con ra họp.", "Đúng bảy giờ."], Voice(), tmp_path)


@pytest.mark.parametrize("mood", ["swallowing", "dripping"])
def test_a_service_that_never_finishes_is_left_in_time(service: Service, mood: str, tmp_path: Path) -> None:
    service.mood = mood
    with pytest.raises(EngineLate):
        google(service, HASTY).speak(["Mời bà con ra họp."], Voice(), tmp_path)


def test_a_stranger_who_answers_in_the_name_of_the_service_is_not_believed(service: Service, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begin, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, end)
    own = builder.add_extension(loopback, critical=False).sign(key, hashes.SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "stranger.pem").write_bytes(secret + own.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "stranger.pem")
    service.socket = context.wrap_socket(service.socket, server_side=True)
    engine = Google(clock(), address=service.address.replace("http:", "https:"), limits=PATIENT)
    with pytest.raises(EngineRefused):
        engine.speak(["Mời bà con ra họp."], Voice(), tmp_path)
    assert service.asked == []


def test_an_answer_that_is_no_sound_makes_the_next_engine_speak(service: Service, tmp_path: Path) -> None:
    service.mood = "not_sound"
    asset = Speech(tmp_path, clock(), [google(service), EspeakNg()], BARE).render(NOTICE)
    assert asset.voice == "espeak-ng vi"


def test_after_a_failure_the_service_is_left_alone_and_asked_again_later(service: Service, tmp_path: Path) -> None:
    moved = clock()
    speech = Speech(tmp_path, moved, [google(service), EspeakNg()], BARE)
    service.mood = "blocking"
    assert speech.say_which_voice() == "gtts vi"
    assert speech.render(NOTICE).voice == "espeak-ng vi"
    assert speech.say_which_voice() == "espeak-ng vi"
    service.mood = "well"
    assert speech.render((("Ngày mai mất điện.",),)).voice == "espeak-ng vi"
    assert len(service.asked) == 1
    moved.advance_to(moved.now() + timedelta(minutes=6))
    assert speech.render((("Ngày kia có nước.",),)).voice == "gtts vi"
    assert speech.render(NOTICE).voice == "espeak-ng vi", "what people have heard already stays as it was"
    assert speech.render(NOTICE, afresh=True).voice == "gtts vi"


def test_a_rehearsal_finds_out_who_can_speak(service: Service, tmp_path: Path) -> None:
    speech = Speech(tmp_path, clock(), [google(service), EspeakNg()])
    service.mood = "blocking"
    assert speech.rehearse() == "espeak-ng vi"
    assert speech.say_which_voice() == "espeak-ng vi"


def test_the_service_is_not_asked_more_often_than_allowed(service: Service, tmp_path: Path) -> None:
    engine = google(service, at_once=2, a_minute=1)
    engine.speak(["Một.", "Hai."], Voice(), tmp_path)
    with pytest.raises(EngineBusy):
        engine.speak(["Ba."], Voice(), tmp_path)
    assert service.asked == ["Một.", "Hai."]

"""Cameras that misbehave in every way that a socket allows: each is told from the others, none delays another."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.agent.cameras import onvif, web
from devices.agent.cameras.bench import run_bench_cameras
from devices.agent.cameras.bench_watch import watch_many
from devices.agent.cameras.command import run_check
from devices.agent.cameras.discovery import question, read_answer
from devices.agent.cameras.eyes import trained
from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.login import LoginCare, challenges, choose
from devices.agent.cameras.picture.burst import PacketFact
from devices.agent.cameras.picture.stills import thumbnail
from devices.agent.cameras.rtsp_answer import NotRtsp, read_description, read_head
from devices.agent.cameras.seen import Depth, Rung, Seen
from devices.agent.cameras.stream import Film, Limits, Wish, verdict
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers, Stuck
from devices.agent.cameras.watcher import Watcher
from devices.clock import SystemClock
from devices.protocol.errors import BadBox
from devices.protocol.locks import BoxKey
from devices.protocol.logins import Login, boxed, unboxed
from devices.protocol.messages import CameraId, CameraIdentity, CameraReason, CameraSource, CameraToWatch, Standing
from devices.protocol.signing import SigningKey

LOGIN = Login("xem", "mật: khẩu/@")
LIMITS = Limits(connect=1.0, answer=0.6, open=1.5, read=1.0, look=3.0, still=1.0)
SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=framerate:10\r\na=control:trackID=0\r\n"

Answer = Callable[[str, dict[str, str]], bytes | None]


def said(status: int, reason: str = "OK", headers: str = "", body: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"RTSP/1.0 {status} {reason}\r\nCSeq: 1\r\n{headers}{length}\r\n{body}".encode()


class FakeCamera:
    """Answers each request as `answer` says; None is silence. It counts its guests and the logins that it refused."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.guests = self.most_guests = 0
        self.methods: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.guests += 1
        self.most_guests = max(self.most_guests, self.guests)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *rest = head.decode().split("\r\n")
                self.methods.append(first.split(" ")[0])
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
                answer = self.answer(first.split(" ")[0], headers)
                if answer is None:
                    await reader.read()
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.guests -= 1
            writer.close()


def open_house(method: str, headers: dict[str, str]) -> bytes:
    return said(200, body=SDP) if method == "DESCRIBE" else said(200)


def digest_house(qop: str = "", algorithm: str = "MD5", login: Login = LOGIN) -> Answer:
    make = hashlib.md5 if algorithm == "MD5" else hashlib.sha256

    def h(*parts: str) -> str:
        return make(":".join(parts).encode()).hexdigest()

    def answer(method: str, headers: dict[str, str]) -> bytes:
        if method == "OPTIONS":
            return said(200)
        shown = {
            a: b or c for a, b, c in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', headers.get("authorization", ""))
        }
        middle = [shown.get("nc", ""), shown.get("cnonce", ""), "auth"] if qop else []
        wanted = h(h(login.user, "r", login.password), "n1", *middle, h(method, shown.get("uri", "")))
        if shown.get("response") == wanted:
            return said(200, body=SDP)
        offer = f'WWW-Authenticate: Digest realm="r", nonce="n1", algorithm={algorithm}{qop}\r\n'
        return said(401, "Unauthorized", offer)

    return answer


def basic_house(method: str, headers: dict[str, str]) -> bytes:
    token = base64.b64encode(f"{LOGIN.user}:{LOGIN.password}".encode()).decode()
    if method == "OPTIONS" or headers.get("authorization") == f"Basic {token}":
        return open_house(method, headers)
    return said(401, "Unauthorized", 'WWW-Authenticate: Basic realm="r"\r\n')


def only(method: str, answer: bytes | None) -> Answer:
    return lambda asked, headers: answer if asked == method else open_house(asked, headers)


@asynccontextmanager
async def there(answer: Answer) -> AsyncIterator[tuple[FakeCamera, str]]:
    camera = FakeCamera(answer)
    server = await asyncio.start_server(camera.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield camera, f"rtsp://127.0.0.1:{port}/stream1"
    finally:
        server.close()


def subject(address: str, login: Login | None = LOGIN, *, basic_allowed: bool = False) -> Subject:
    camera = CameraToWatch(id=CameraId("cam-1"), source=CameraSource.RTSP, address=address, basic_allowed=basic_allowed)
    return Subject(camera, login, eyes=trained())


@asynccontextmanager
async def a_ladder(count: int = 8) -> AsyncIterator[Ladder]:
    async with web.web_client(1.0) as client:
        yield Ladder(SystemClock(), Lookers(count), client, LIMITS, Wish(seconds=0.5))


def climb(answer: Answer, login: Login | None = LOGIN, depth: Depth = Depth.SERVICE, **how: bool) -> Seen:
    async def run() -> Seen:
        async with there(answer) as (_, address), a_ladder() as ladder:
            return await ladder.probe(subject(address, login, **how), depth)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("answer", "login"),
    [
        (open_house, None),
        (digest_house(), LOGIN),
        (digest_house(qop=', qop="auth"'), LOGIN),
        (digest_house(qop=', qop="auth,auth-int"', algorithm="SHA-256"), LOGIN),
    ],
)
def test_a_camera_that_would_let_us_in_serves(answer: Answer, login: Login | None) -> None:
    seen = climb(answer, login)
    assert seen.is_good
    assert seen.rungs[Rung.SERVICE].standing is Standing.GOOD
    assert set(seen.rungs) == {Rung.REACH, Rung.SERVICE}
    assert seen.figures.describe_ms is not None


def test_the_password_is_shown_in_the_clear_only_where_that_is_allowed() -> None:
    assert climb(basic_house).rungs[Rung.SERVICE].reason is CameraReason.BASIC_ONLY
    assert climb(basic_house, basic_allowed=True).is_good


GIANT = b"RTSP/1.0 200 OK\r\n" + b"X-Filler: " + b"a" * 200_000 + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (digest_house(login=Login("xem", "another")), CameraReason.LOGIN_WRONG),
        (only("DESCRIBE", said(404, "Not Found")), CameraReason.NOT_FOUND),
        (only("DESCRIBE", said(500, "Oops")), CameraReason.SERVICE_ERROR),
        (only("DESCRIBE", said(401, "No", "WWW-Authenticate: Kerberos\r\n")), CameraReason.SERVICE_ERROR),
        (only("DESCRIBE", None), CameraReason.SILENT),
        (lambda *_: None, CameraReason.SILENT),
        (only("OPTIONS", b"HTTP/1.1 400 Bad Request\r\n\r\n"), CameraReason.GARBAGE),
        (only("OPTIONS", b"\x00" * 64 + b"\r\n\r\n"), CameraReason.GARBAGE),
        (only("OPTIONS", GIANT), CameraReason.GARBAGE),
        (only("DESCRIBE", GIANT), CameraReason.GARBAGE),
        (only("DESCRIBE", b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n"), CameraReason.GARBAGE),
        (only("DESCRIBE", b"RTSP/1.0 200 OK\r\nContent-Length: 500\r\n\r\nshort"), CameraReason.SILENT),
        (only("DESCRIBE", said(200, body="v=0\r\nm=audio 0 RTP/AVP 0\r\n")), CameraReason.SERVICE_ERROR),
    ],
)
def test_what_hinders_the_service_has_its_own_name_and_the_camera_is_still_reached(
    answer: Answer, reason: CameraReason
) -> None:
    seen = climb(answer, depth=Depth.PICTURE)
    assert seen.rungs[Rung.REACH].standing is Standing.GOOD
    assert (seen.rungs[Rung.SERVICE].standing, seen.rungs[Rung.SERVICE].reason) == (Standing.BAD, reason)
    assert {seen.rungs[rung].reason for rung in (Rung.STREAM, Rung.PICTURE)} == {CameraReason.NOT_ASKED}


def test_without_a_login_a_camera_that_wants_one_is_not_called_wrong() -> None:
    assert climb(digest_house(), login=None).rungs[Rung.SERVICE].reason is CameraReason.LOGIN_MISSING


@pytest.mark.parametrize("status", [453, 503])
def test_a_busy_camera_is_not_down(status: int) -> None:
    seen = climb(only("DESCRIBE", said(status, "Busy")), depth=Depth.PICTURE)
    assert seen.is_good
    assert seen.rungs[Rung.SERVICE].reason is CameraReason.BUSY
    assert seen.rungs[Rung.STREAM].standing is Standing.UNKNOWN


def test_nothing_listens_and_no_such_name() -> None:
    async def run(address: str) -> CameraReason:
        async with a_ladder() as ladder:
            return (await ladder.probe(subject(address), Depth.SERVICE)).rungs[Rung.REACH].reason

    assert asyncio.run(run("rtsp://127.77.200.200:9/")) is CameraReason.REFUSED
    assert asyncio.run(run("rtsp://no-such-camera.invalid/")) in (CameraReason.UNKNOWN_NAME, CameraReason.OWN_NETWORK)


@pytest.mark.long
def test_a_stream_that_is_promised_and_never_comes_is_not_streaming() -> None:
    async def run() -> tuple[Seen, FakeCamera]:
        async with there(only("SETUP", None)) as (camera, address), a_ladder() as ladder:
            return await ladder.probe(subject(address, None), Depth.PICTURE), camera

    seen, camera = asyncio.run(run())
    assert (seen.rungs[Rung.SERVICE].standing, seen.rungs[Rung.STREAM].standing) == (Standing.GOOD, Standing.BAD)
    assert seen.rungs[Rung.STREAM].reason is CameraReason.NO_MEDIA
    assert camera.most_guests == 1, "one short connection at a time"


@pytest.mark.long
def test_a_camera_that_hangs_delays_no_other() -> None:
    async def run() -> list[str]:
        ended: list[str] = []
        async with (
            there(only("SETUP", None)) as (_, hanging),
            there(lambda *_: None) as (_, mute),
            there(open_house) as (_, healthy),
            a_ladder(count=4) as ladder,
        ):

            async def one(name: str, address: str, depth: Depth) -> None:
                await ladder.probe(subject(address, None), depth)
                ended.append(name)

            await asyncio.gather(
                *(one("hanging", hanging, Depth.PICTURE) for _ in range(4)),
                *(one("mute", mute, Depth.PICTURE) for _ in range(4)),
                *(one("healthy", healthy, Depth.SERVICE) for _ in range(8)),
            )
        return ended

    assert asyncio.run(run())[:8] == ["healthy"] * 8


def test_that_cameras_are_back_is_told_although_no_looker_is_free_and_again_before_the_look() -> None:
    async def run() -> list[tuple[CameraId, set[Rung]]]:
        words: list[tuple[CameraId, set[Rung]]] = []
        async with there(only("SETUP", said(404, "No"))) as (_, address), a_ladder(count=1) as ladder:
            watcher = Watcher(
                ladder,
                SystemClock(),
                lambda one, seen, news: words.append((one.subject.camera.id, set(seen.rungs))),
                lambda: False,
            )
            how = {"source": CameraSource.RTSP, "liveness_every": 0.05, "picture_every": 0.05}
            back = [CameraToWatch(id=CameraId(name), address=address, **how) for name in ("a", "b")]
            watcher.want({one.id: Subject(one, eyes=trained()) for one in back})
            await ladder.lookers.places.acquire()
            running = asyncio.create_task(watcher.run())
            while min(Counter(name for name, _ in words).get(one.id, 0) for one in back) < 3:
                await asyncio.sleep(0.01)
            assert all(Rung.STREAM not in rungs for _, rungs in words)
            watcher.want({back[0].id: watcher.cameras[back[0].id].subject})
            ladder.lookers.places.release()
            while not any(Rung.STREAM in rungs for _, rungs in words):
                await asyncio.sleep(0.01)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return words

    words = asyncio.run(run())
    assert [name for name, rungs in words if Rung.STREAM in rungs] == ["a"], "nobody watches the other any more"


def test_a_camera_that_was_exchanged_is_another_in_every_probe_and_known_again_at_the_next_look() -> None:
    async def run() -> list[CameraReason]:
        said = []
        async with there(open_house) as (_, address), a_ladder() as ladder:
            camera = CameraToWatch(
                id=CameraId("cam-1"), source=CameraSource.RTSP, address=address, serial_number="RIGHT"
            )
            one = Subject(camera, eyes=trained())
            for serial in ("", "OTHER", "RIGHT"):
                one.identity = CameraIdentity(serial_number=serial)
                said.append((await ladder.ask(one)).rungs[Rung.SERVICE].reason)
        return said

    assert asyncio.run(run()) == [CameraReason.NONE, CameraReason.OTHER_DEVICE, CameraReason.NONE]


def test_work_that_never_ends_is_given_up_and_enough_of_it_stops_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.agent.cameras.threads.GRACE", 0.05)
    never = threading.Event()

    async def run() -> None:
        lookers = Lookers(1, most_lost=2)
        for _ in range(2):
            with pytest.raises(Stuck):
                await lookers.run(never.wait, 0.01)
        assert lookers.lost == 2
        with pytest.raises(Stuck):
            await lookers.run(lambda: 1, 1.0)
        never.set()
        while lookers.lost:
            await asyncio.sleep(0.01)
        assert await lookers.run(lambda: 1, 1.0) == 1

    asyncio.run(run())


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=400).map(sorted))
def test_a_wrong_login_is_never_shown_so_often_that_the_account_is_locked(moments: list[float]) -> None:
    care, shown = LoginCare(), list[float]()
    for now in moments:
        if care.may_try(LOGIN, now):
            care.refused(LOGIN, now)
            shown.append(now)
    assert all(sum(begin <= at < begin + 600 for at in shown) <= 3 for begin in shown)


@given(st.lists(st.tuples(st.floats(0, 3600), st.integers(0, 5)), min_size=1, max_size=200).map(sorted))
def test_nor_are_many_wrong_ones_in_turn(tries: list[tuple[float, int]]) -> None:
    care, shown = LoginCare(), list[float]()
    for now, which in tries:
        if care.may_try(login := Login("xem", str(which)), now):
            care.refused(login, now)
            shown.append(now)
    assert all(sum(begin <= at < begin + 600 for at in shown) <= 3 for begin in shown)


def test_a_login_put_right_is_tried_at_once() -> None:
    care = LoginCare()
    care.refused(Login("xem", "wrong"), 0.0)
    assert not care.may_try(Login("xem", "wrong"), 60.0)
    assert care.may_try(LOGIN, 60.0)


def test_a_camera_that_refuses_is_shown_the_login_once_in_many_probes() -> None:
    async def run() -> list[str]:
        async with there(digest_house(login=Login("x", "y"))) as (camera, address), a_ladder() as ladder:
            one = subject(address)
            seen = [await ladder.probe(one, Depth.PICTURE) for _ in range(10)]
            assert {s.rungs[Rung.SERVICE].reason for s in seen} == {CameraReason.LOGIN_WRONG}
            return camera.methods

    methods = asyncio.run(run())
    assert methods.count("OPTIONS") == 10
    assert methods.count("DESCRIBE") == 2, "the question, and the one login"


@given(st.binary(max_size=600))
def test_no_answer_breaks_the_reader_of_rtsp(garbage: bytes) -> None:
    for raw in (garbage, b"RTSP/1.0 200 OK\r\n" + garbage):
        try:
            head = read_head(raw)
            assert 0 <= head.length < 100_000
        except NotRtsp:
            pass
    read_description(garbage)
    read_description(b"m=video 0 RTP/AVP 96\r\n" + garbage)


@given(st.text(max_size=300))
def test_no_challenge_breaks_the_login(garbage: str) -> None:
    for header in (garbage, f"Digest {garbage}", f'Digest realm="r", nonce="n", {garbage}'):
        offer = choose(challenges([header]), LOGIN, basic_allowed=False)
        if hasattr(offer, "answer"):
            shown = offer.answer(LOGIN, "DESCRIBE", "rtsp://x/", "c")
            assert "\n" not in shown
            assert LOGIN.password not in shown


def test_several_offers_in_one_header_are_told_apart() -> None:
    offered = challenges(['Basic realm="a, b", Digest realm="c", nonce="1", qop="auth", algorithm=SHA-256'])
    assert [one.scheme for one in offered] == ["basic", "digest"]
    assert offered[1].parameters["nonce"] == "1"


@given(st.binary(max_size=400))
def test_no_datagram_breaks_the_discovery(garbage: bytes) -> None:
    read_answer(garbage)
    read_answer(b"<ProbeMatch><XAddrs>" + garbage + b"</XAddrs></ProbeMatch>")


def test_a_camera_names_itself_in_its_answer_and_a_false_address_is_not_taken() -> None:
    scopes = "onvif://www.onvif.org/name/Ch%E1%BB%A3 onvif://www.onvif.org/hardware/RC-1"
    answer = f"<d:ProbeMatch><d:Scopes>{scopes}</d:Scopes><d:XAddrs>file:///etc/passwd http://10.0.0.7/onvif</d:XAddrs>"
    (found,) = read_answer(answer.encode())
    assert (found.address, found.name, found.hardware) == ("http://10.0.0.7/onvif", "Chợ", "RC-1")
    assert b"Probe" in question()


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_login_comes_out_of_its_box_as_it_went_in(user: str, password: str) -> None:
    key = BOX_KEY
    box = key.lock.close(boxed(Login(user, password)), about="cam-1")
    assert unboxed(box, CameraId("cam-1"), key) == Login(user, password)
    with pytest.raises(BadBox):
        unboxed(box, CameraId("cam-2"), key)


BOX_KEY = BoxKey(SigningKey.generate())


def packets(count: int, every: float, pts_every: float, *, keys: int = 10) -> list[PacketFact]:
    return [PacketFact(4000, n % keys == 0, n * pts_every, n * every) for n in range(count)]


PICTURES = [np.zeros((36, 64, 3), np.uint8)] * 6


@pytest.mark.parametrize(
    ("film", "reason"),
    [
        (Film(pictures=PICTURES, packets=packets(30, 0.1, 0.1), promised=10), CameraReason.NONE),
        (Film(pictures=PICTURES, packets=packets(30, 0.2, 0.2), promised=25), CameraReason.FEW_FRAMES),
        (Film(pictures=PICTURES, packets=packets(30, 0.1, 0.1), promised=25), CameraReason.NONE),
        (Film(pictures=PICTURES, packets=packets(30, 0.1, 0.0), promised=10), CameraReason.STANDING_TIMESTAMPS),
        (Film(pictures=[], packets=packets(30, 0.1, 0.1)), CameraReason.UNDECODABLE),
        (Film(pictures=[], packets=packets(30, 0.1, 0.1)[1:9]), CameraReason.NO_KEY_FRAME),
        (Film(pictures=PICTURES, packets=packets(30, 0.1, 0.1), damaged=9), CameraReason.UNDECODABLE),
        (
            Film(
                pictures=PICTURES,
                packets=packets(15, 0.1, 0.1) + [PacketFact(4000, False, 5 + n / 10, 5 + n / 10) for n in range(15)],
                promised=10,
            ),
            CameraReason.STUTTERS,
        ),
        (Film(), CameraReason.NO_MEDIA),
    ],
)
def test_what_is_wrong_with_a_stream_has_its_own_name(film: Film, reason: CameraReason) -> None:
    assert verdict(film) is reason


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "camera.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        rng = np.random.default_rng(1)
        for _ in range(40):
            frame = av.VideoFrame.from_ndarray(rng.integers(0, 255, (36, 64, 3), np.uint8), format="bgr24")
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return path


def checked(*sources: str) -> tuple[int, list[dict[str, Any]], str]:
    out, errors = StringIO(), StringIO()
    code = run_check(list(sources), frames=6, profile=None, as_json=True, out=out, errors=errors)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], out.getvalue() + errors.getvalue()


def test_a_video_and_pictures_are_checked_as_a_camera_is(video: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    with av.open(str(video)) as source:
        for number, frame in enumerate(itertools.islice(source.decode(video=0), 8)):
            with av.open(str(folder / f"{number}.png"), "w", format="image2") as out:
                stream = out.add_stream("png", rate=1)
                stream.width, stream.height, stream.pix_fmt = 64, 36, "rgb24"
                out.mux(stream.encode(frame.reformat(format="rgb24")))
    code, told, _ = checked(str(video), str(folder), str(folder / "0.png"), str(folder / "*.png"))
    assert code == 0
    assert [one["figures"]["pictures"] for one in told] == [6, 6, 1, 6]
    assert {one["state"]["stream"]["standing"] for one in told} == {"good"}


def test_a_source_that_is_none_ends_with_2_and_the_others_are_checked(video: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("not a video")
    for wrong in ("no-such-file", "gopher://x/", "rtsp://", str(tmp_path / "letter.txt"), "rtsp://a:secret@:x/"):
        code, told, everything = checked(wrong, str(video))
        assert code == 2
        assert len(told) == 1
        assert "secret" not in everything


def test_a_camera_that_is_away_ends_with_0_and_no_password_is_printed() -> None:
    code, told, everything = checked(
        "rtsp://admin:geheim@127.77.200.200:9/stream1", "onvif://admin:geheim@127.77.200.200:9"
    )
    assert code == 0
    assert {one["state"]["reach"]["reason"] for one in told} == {"refused"}
    assert "geheim" not in everything


def test_what_is_usual_is_kept_from_one_check_to_the_next(video: Path, tmp_path: Path) -> None:
    out, profile = StringIO(), tmp_path / "camera.profile"
    for _ in range(2):
        assert run_check([str(video)], frames=6, profile=profile, as_json=True, out=out, errors=out) == 0
    first, second = map(json.loads, out.getvalue().splitlines())
    assert 0 < len(profile.read_bytes()) <= 200_000
    assert second["learnt"] >= first["learnt"]
    nowhere = tmp_path / "no" / "such" / "folder"
    assert run_check([str(video)], frames=6, profile=nowhere, as_json=True, out=out, errors=out) == 2


def test_a_definition_in_a_camera_s_xml_is_not_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><UTCDateTime>&a;</UTCDateTime>'
    assert onvif._read(bomb) is None
    assert onvif._read(b"\xff\xfe garbage") is None


@pytest.mark.long
def test_the_bench_measures_every_rung_beside_its_peers() -> None:
    out = StringIO()
    assert run_bench_cameras([], rounds=1, as_json=True, out=out) == 0
    measured = json.loads(out.getvalue())
    assert [one["what"].split(",")[0].split(" (")[0] for one in measured][:3] == [
        "reach + service",
        "reach + service + stream + picture",
        "cv2.VideoCapture",
    ]
    assert all(one["good"] == one["probes"] > 0 and one["cpu_ms"] > 0 for one in measured)
    assert run_bench_cameras(["no-such-file"], rounds=1, as_json=True, errors=out) == 2


@pytest.mark.long
def test_more_cameras_than_one_device_has_are_asked_in_time_by_several_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.agent.cameras.bench_watch.A_DEVICE", 20)
    measured = asyncio.run(watch_many(50, every=0.4, settled=0.5))
    assert measured.what == "50 cameras asked every 0.4 s, 3 watches"
    assert measured.good == measured.probes >= 30


JPEG = thumbnail(np.full((36, 64, 3), 90, np.uint8))
PART = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + JPEG + b"\r\n"


def web_camera(body: bytes, kind: str = "multipart/x-mixed-replace; boundary=--frame", status: int = 200) -> Any:
    """Asks for a digest login, then sends `body` again and again until nobody listens."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            if "uthorization: Digest" not in head:
                offer = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'
                writer.write(f"HTTP/1.1 401 No\r\n{offer}\r\nContent-Length: 0\r\n\r\n".encode())
            else:
                length = "" if kind.startswith("multipart") else f"Content-Length: {len(body)}\r\n"
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{length}\r\n".encode() + body)
                while not length:
                    await writer.drain()
                    await asyncio.sleep(0.01)
                    writer.write(body)
            await writer.drain()
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    return serve


def look_at_web(serve: Any, source: CameraSource) -> Seen:
    async def run() -> Seen:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/video"
        try:
            async with web.web_client(1.0) as client:
                ladder = Ladder(SystemClock(), Lookers(2), client, LIMITS, Wish(pictures=3, spacing=0.02))
                camera = CameraToWatch(id=CameraId("cam-1"), source=source, address=address)
                return await ladder.probe(Subject(camera, LOGIN, eyes=trained()), Depth.PICTURE)
        finally:
            server.close()

    return asyncio.run(run())


def test_pictures_come_out_of_mjpeg_and_out_of_snapshots() -> None:
    for serve, source in (
        (web_camera(PART), CameraSource.MJPEG),
        (web_camera(JPEG, "image/jpeg"), CameraSource.SNAPSHOT),
    ):
        seen = look_at_web(serve, source)
        assert seen.rungs[Rung.STREAM].standing is Standing.GOOD, source
        assert (seen.figures.pictures, seen.figures.width) == (3, 64)


@pytest.mark.parametrize(
    ("serve", "source", "rung", "reason"),
    [
        (web_camera(b"x" * 100), CameraSource.MJPEG, Rung.SERVICE, CameraReason.SILENT),
        (web_camera(b"x" * 1_000_000), CameraSource.MJPEG, Rung.SERVICE, CameraReason.GARBAGE),
        (web_camera(b"not a picture", "image/jpeg"), CameraSource.SNAPSHOT, Rung.STREAM, CameraReason.UNDECODABLE),
        (web_camera(b"", "text/html", 404), CameraSource.SNAPSHOT, Rung.SERVICE, CameraReason.NOT_FOUND),
    ],
)
def test_what_is_no_picture_is_not_taken_for_one(
    serve: Any, source: CameraSource, rung: Rung, reason: CameraReason
) -> None:
    assert look_at_web(serve, source).rungs[rung].reason is reason


@given(
    st.lists(st.sampled_from([JPEG, b"--frame\r\n", b"\xff\xd8\xff", b"\xff\xd9", b"noise"]), max_size=12),
    st.integers(1, 50),
)
def test_however_a_stream_of_pictures_is_cut_every_whole_picture_comes_out(parts: list[bytes], step: int) -> None:
    sent, waiting, found = b"".join(parts), bytearray(), 0
    for begin in range(0, len(sent), step * 20):
        waiting += sent[begin : begin + step * 20]
        while (picture := web._cut(waiting)) is not None:
            assert picture.startswith(web.JPEG_BEGINS)
            assert picture.endswith(web.JPEG_ENDS)
            found += 1
    if set(parts) <= {JPEG, b"--frame\r\n", b"noise"}:
        assert found == parts.count(JPEG)

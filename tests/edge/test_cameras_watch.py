"""A device watches its cameras and says what changed, once, also through a line that was cut."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.agent.cameras import turns
from devices.agent.cameras.evidence import Evidence
from devices.agent.cameras.own_network import is_cut_off
from devices.agent.cameras.picture.burst import Burst
from devices.agent.cameras.picture.verdict import Finding, PictureKind, Verdict
from devices.agent.cameras.seen import GOOD, NOT_ASKED, Depth, Found, Rung, Seen, found
from devices.agent.cameras.standing import CONFIRMED, CameraState, after
from devices.agent.cameras.turns import RECHECK, Turn
from devices.agent.cameras.watch import watch
from devices.clock import SystemClock
from devices.protocol.codec import decode
from devices.protocol.locks import BoxKey
from devices.protocol.logins import Login, boxed
from devices.protocol.messages import (
    CameraId,
    CameraPictures,
    CameraReason,
    CameraSource,
    CameraToWatch,
    DeviceHealth,
    HealthStored,
    KeepPictures,
    Standing,
)
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceChannel
from schedules.programme import Sha256

NOON = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
REFUSED = found(CameraReason.REFUSED)
AWAY = {Rung.REACH: REFUSED, Rung.SERVICE: NOT_ASKED, Rung.STREAM: NOT_ASKED, Rung.PICTURE: NOT_ASKED}
SERVES = {Rung.REACH: GOOD, Rung.SERVICE: GOOD}
WHOLE = {**SERVES, Rung.STREAM: GOOD, Rung.PICTURE: GOOD}


def camera(name: str = "cho-xa", address: str = "rtsp://10.7.0.21/stream1", **other: object) -> CameraToWatch:
    return CameraToWatch(id=CameraId(name), source=CameraSource.RTSP, address=address, **other)  # type: ignore[arg-type]


def seen(minute: float, rungs: Mapping[Rung, Found], depth: Depth = Depth.SERVICE) -> Seen:
    return Seen(NOON + timedelta(minutes=minute), depth, rungs)


def told(*probes: Mapping[Rung, Found]) -> tuple[CameraState, list[bool]]:
    state, news = CameraState.unseen(NOON), []
    for minute, rungs in enumerate(probes):
        state, worth = after(state, seen(minute, rungs))
        news.append(worth)
    return state, news


def test_a_change_is_told_three_times_and_then_no_more() -> None:
    state, news = told(*[SERVES] * 5, *[AWAY] * 6)
    assert news == [True] * 3 + [False] * 2 + [True] * 3 + [False] * 3
    reach = state.axes[Rung.REACH]
    assert (reach.standing, reach.reason, reach.probes) == (Standing.BAD, CameraReason.REFUSED, 6)
    assert reach.since == NOON + timedelta(minutes=5), "the first miss, not the third"
    assert state.axes[Rung.STREAM].standing is Standing.UNKNOWN, "what was good an hour ago is not shown as good"


def test_a_cheap_probe_says_nothing_of_the_picture() -> None:
    state, _ = told(WHOLE, SERVES, SERVES)
    assert (state.axes[Rung.STREAM].probes, state.axes[Rung.SERVICE].probes) == (1, 3)
    assert state.axes[Rung.STREAM].checked_at == NOON


@given(st.lists(st.sampled_from([AWAY, SERVES, WHOLE]), max_size=40))
def test_an_axis_never_stands_since_later_than_it_was_checked_and_counts_its_probes(
    probes: list[Mapping[Rung, Found]],
) -> None:
    state, _ = told(*probes)
    for rung, axis in state.axes.items():
        assert axis.since <= axis.checked_at
        assert axis.probes == 0 or probes[-axis.probes if rung is Rung.REACH else 0 :]
    quiet, more = told(*probes, *[SERVES] * CONFIRMED, SERVES)
    assert more[-1] is False
    assert quiet.standing(Rung.REACH) is Standing.GOOD


def follow(
    turn: Turn, probes: list[Mapping[Rung, Found]], one: CameraToWatch, lasts: float = 0.1
) -> list[tuple[float, Depth]]:
    """When and how deep a camera is probed that answers like this."""
    state, asked = CameraState.unseen(NOON), []
    for rungs in probes:
        now = turn.at
        asked.append((now, turn.depth))
        if turn.depth is Depth.SERVICE:
            rungs = {rung: what for rung, what in rungs.items() if rung in SERVES or rungs is AWAY}
        before, state = state, after(state, seen(now / 60, rungs))[0]
        turn = turns.following(one, before, state, turn, now + lasts)
    return asked


def test_a_quiet_camera_is_asked_every_minute_and_looked_at_every_ten() -> None:
    one = camera()
    asked = follow(Turn(0.0, 5.0), [WHOLE] * 120, one)
    settled = [at for at, depth in asked if depth is Depth.SERVICE][10:]
    assert {round(later - earlier) for earlier, later in itertools.pairwise(settled)} == {60}
    looks = [at for at, depth in asked if depth is Depth.PICTURE][4:]
    assert {round(later - earlier) for earlier, later in itertools.pairwise(looks)} == {600}


def test_three_misses_are_certain_within_a_minute_and_a_camera_that_comes_back_is_looked_at_at_once() -> None:
    asked = follow(Turn(0.0, 9_000.0), [WHOLE] * 4 + [AWAY] * 5 + [WHOLE] * 4, camera())
    first_miss = asked[4][0]
    assert asked[6][0] - first_miss < 60
    assert asked[5][0] - first_miss == pytest.approx(RECHECK, abs=1)
    back = asked[9][0]
    assert asked[10][1] is Depth.PICTURE
    assert asked[10][0] - back < 1


def test_a_camera_whose_look_has_to_wait_is_asked_as_before_and_looked_at_once() -> None:
    one, turn = camera(), Turn(1.0, 0.5)
    state, _ = told(*[SERVES] * 3)
    turn = turns.asked(one, state, state, turn, 0.6)
    assert (turn.looking, turn.depth, turn.at) == (True, Depth.SERVICE, 1.0)
    for minute in range(5):
        turn = turns.asked(one, told(SERVES, AWAY)[0], told(SERVES, AWAY, SERVES)[0], turn, turn.at + 0.1)
        assert (turn.looking, turn.depth) == (True, Depth.SERVICE), minute
    state, _ = told(*[WHOLE] * 3)
    assert turns.looked(one, state, turn, turn.at) == Turn(turn.at, 600.5)
    gone, _ = told(*[WHOLE] * 3, AWAY)
    assert turns.looked(one, gone, turn, turn.at - 50).service_at <= turn.at - 50 + RECHECK


def test_a_flapping_camera_is_not_asked_oftener_than_every_fifteen_seconds() -> None:
    asked = follow(Turn(0.0, 5.0), [AWAY, SERVES] * 50, camera())
    services = [at for at, depth in asked if depth is Depth.SERVICE]
    assert min(b - a for a, b in itertools.pairwise(services)) > RECHECK - 1


@given(st.lists(st.text("abcdef-0123456789", min_size=1, max_size=20), min_size=50, max_size=200, unique=True))
def test_cameras_never_come_all_at_once(names: list[str]) -> None:
    firsts = sorted(turns.first(camera(f"c{name}"), 0.0).service_at for name in names)
    busiest = max(sum(begin <= at < begin + 6 for at in firsts) for begin in firsts)
    assert busiest < len(firsts) / 2
    assert 0 <= firsts[0] <= firsts[-1] <= 60


ROUTE = "Iface Destination Gateway Flags RefCnt Use Metric Mask\neth0 00000000 0100000A 0003 0 0 0 00000000\n"
ARP = "IP HW Flags HWaddr Mask Device\n10.0.0.1 0x1 {flags} 00:11:22:33:44:55 * eth0\n"


@pytest.mark.parametrize(
    ("route", "flags", "carrier", "cut_off"),
    [(ROUTE, "0x2", "1", False), (ROUTE, "0x0", "1", True), (ROUTE, "0x2", "0", True), ("Iface\n", "0x0", "1", False)],
)
def test_a_dead_gateway_is_our_own_fault(tmp_path: Path, route: str, flags: str, carrier: str, cut_off: bool) -> None:
    (tmp_path / "route").write_text(route)
    (tmp_path / "arp").write_text(ARP.format(flags=flags))
    (tmp_path / "eth0").mkdir()
    (tmp_path / "eth0" / "carrier").write_text(carrier)
    assert is_cut_off(tmp_path, tmp_path) is cut_off
    assert is_cut_off(tmp_path / "nothing", tmp_path) is False


PICTURE = np.zeros((36, 64, 3), np.uint8)
BLACK = Finding(PictureKind.BLACK, 0.9, "light", 1.0, 8.0)


def looked(minute: int, *findings: Finding) -> Seen:
    at = NOON + timedelta(minutes=minute)
    return Seen(
        at, Depth.PICTURE, WHOLE, burst=Burst(at, [PICTURE + minute]), verdict=Verdict(findings, (), None, {}, 1.0)
    )


def test_only_the_pictures_that_were_asked_for_leave_the_device() -> None:
    for wanted, kept_at in (
        (KeepPictures.NEVER, []),
        (KeepPictures.FINDINGS, [2, 4]),
        (KeepPictures.LATEST, [0, 1, 2, 3, 4]),
    ):
        evidence, pictures, kept = Evidence(), CameraPictures(), dict[int, int]()
        for minute, findings in enumerate([(), (), (BLACK,), (BLACK,), ()]):
            count: list[bytes] = []

            def keep(file: bytes, into: list[bytes] = count) -> Sha256:
                into.append(file)
                return Sha256(f"{len(into):064d}")

            pictures = evidence.of(looked(minute, *findings), wanted, pictures, keep)
            if count:
                kept[minute] = len(count)
            if wanted is KeepPictures.FINDINGS and minute in (2, 3):
                assert pictures.reference and pictures.event
        assert sorted(kept) == kept_at
        assert not pictures.event, "it is over"


def test_without_what_judges_pictures_the_agent_runs_and_says_so() -> None:
    code = (
        "import sys; sys.modules['cv2'] = sys.modules['numpy'] = None\n"
        "from devices.agent.assembly import camera_watch\n"
        "from devices.agent.cameras.port import NobodyWatches\n"
        "import types; me = types.SimpleNamespace(controller_url='', audio_token='')\n"
        "assert isinstance(camera_watch(me, None, None, None), NobodyWatches)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def healths(station: Any) -> list[DeviceHealth]:
    return [decode(said, DeviceHealth) for said in station.sent(DeviceChannel.HEALTH)]


def test_what_nobody_here_can_watch_is_unknown_and_not_down(station: Any) -> None:
    station.send_config(serial=2, cameras=(camera(), camera("cong-xa")))
    station.run_for(5)
    change = next(one for one in healths(station) if not one.whole)
    assert {report.camera for report in change.cameras} == {"cho-xa", "cong-xa"}
    for report in change.cameras:
        for axis in (report.reach, report.service, report.stream, report.picture):
            assert (axis.standing, axis.reason) == (Standing.UNKNOWN, CameraReason.NOT_INSTALLED)


def test_a_change_is_offered_until_it_is_stored_and_survives_a_power_cut_and_a_cut_line(station: Any) -> None:
    station.run_for(2)
    station.send_config(serial=2, cameras=(camera(),))
    station.settle()
    station.cut_line()
    station.run_for(5)
    station.restart(after=60)
    station.mend_line()
    station.run_for(120)
    changes = [one for one in healths(station) if not one.whole]
    first = min(changes, key=lambda one: one.sequence)
    assert sum(one.id == first.id for one in changes) > 1
    topic = station.topics.device(station.device, DeviceChannel.COMMAND)
    everything = HealthStored(health=tuple({one.id for one in changes}))
    station.deliver(topic, station.seal(topic, everything), retained=False)
    station.run_for(1)
    before = len([one for one in healths(station) if not one.whole])
    station.run_for(7200)
    assert len([one for one in healths(station) if not one.whole]) == before


def test_the_heartbeat_of_cameras_is_slow_and_whole(station: Any) -> None:
    station.send_config(serial=2, cameras=tuple(camera(f"cam-{n}") for n in range(150)))
    station.run_for(3605)
    whole = [one for one in healths(station) if one.whole]
    assert [len(one.cameras) for one in whole] == [100, 50] * 7
    assert len({one.watching_since for one in whole}) == 1


def test_a_device_without_cameras_says_nothing_of_any(station: Any) -> None:
    station.send_config(serial=2)
    station.run_for(1300)
    assert healths(station) == []


def test_the_password_is_in_no_message_and_in_no_file(station: Any) -> None:
    lock = BoxKey(station.identity.key).lock
    box = lock.close(boxed(Login("xem", "mat-khau-bi-mat")), about="cho-xa")
    station.send_config(serial=2, cameras=(camera(login=box),))
    station.run_for(700)
    assert station.state.lock == lock.text
    assert all(b"bi-mat" not in one.payload for one in station.published)
    for path in station.folder.rglob("*"):
        assert not path.is_file() or b"bi-mat" not in path.read_bytes()


def until(true: Callable[[], bool], patience: float = 30.0) -> None:
    give_up = time.monotonic() + patience
    while not true():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.02)


@pytest.mark.long
def test_a_camera_is_watched_in_a_thread_of_its_own_which_ends(tmp_path: Path) -> None:
    video = tmp_path / "camera.mp4"
    with av.open(str(video), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for packet in [
            p for _ in range(40) for p in stream.encode(av.VideoFrame.from_ndarray(PICTURE, format="bgr24"))
        ]:
            out.mux(packet)
        out.mux(stream.encode())
    key, nudged = BoxKey(SigningKey.generate()), threading.Event()
    lock_of_another = BoxKey(SigningKey.generate()).lock
    watching = watch(SystemClock(), tmp_path / "cameras", "http://controller.invalid", "token", nudged.set)
    threads = threading.active_count()
    there = CameraToWatch(
        id=CameraId("c9"), source=CameraSource.FILE, address=str(video), liveness_every=5, picture_every=10
    )
    gone = CameraToWatch(id=CameraId("c2"), source=CameraSource.FILE, address="/nowhere", liveness_every=5)
    boxed_wrongly = camera("c3", login=lock_of_another.close(boxed(Login("a", "b")), about="c3"))
    watching.want((there, gone, boxed_wrongly), key, NOON)
    reports = {}

    def all_told() -> bool:
        reports.update({one.camera: one for one in watching.changes()})
        return len(reports) == 3 and reports[there.id].stream.standing is Standing.GOOD

    until(all_told)
    assert nudged.is_set()
    assert reports[gone.id].reach.reason is CameraReason.FILE_MISSING
    assert reports[boxed_wrongly.id].service.reason is CameraReason.LOGIN_UNREADABLE
    assert reports[there.id].figures.pictures == 6
    watching.want((gone,), key, NOON)
    assert [one.camera for one in watching.everything()] == [gone.id]
    watching.close()
    until(lambda: threading.active_count() == threads)

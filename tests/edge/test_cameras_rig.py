"""Thirty cameras of a rig, every fault switched on and off, two switches dying: states right, nobody else affected."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from devices.agent.cameras import onvif, web
from devices.agent.cameras.command import _over_onvif, read_source
from devices.agent.cameras.discovery import find_cameras
from devices.agent.cameras.eyes import trained
from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.seen import NOT_ASKED, Depth, Rung, Seen
from devices.agent.cameras.stream import Limits, Wish
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers
from devices.agent.cameras.watcher import Watched, Watcher
from devices.clock import SystemClock
from devices.protocol.logins import Login
from devices.protocol.messages import CameraId, CameraReason, CameraSource, CameraToWatch, Standing
from tests.edge.camera_rig import PASSWORD, Rig, running_rig

LIMITS = Limits(connect=3.0, answer=3.0, open=4.0, read=5.0, look=12.0)
PROBES = 3
"""So many probes of the rung's own depth after a fault began, or ended, its state is right."""


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running_rig(30) as rig:
        yield rig


@dataclass
class Log:
    """Every probe of every camera, in order."""

    probes: dict[str, list[Seen]] = field(default_factory=dict)
    states: dict[str, Watched] = field(default_factory=dict)
    news: int = 0

    def told(self, watched: Watched, seen: Seen, news: bool) -> None:
        self.probes.setdefault(watched.subject.camera.id, []).append(replace(seen, burst=None))
        self.states[watched.subject.camera.id] = watched
        self.news += news

    def since(self, camera: str, mark: int, rung: Rung) -> list[tuple[Standing, CameraReason]]:
        """What the probes behind `mark` that asked for this rung, and began after it was set, said of it."""
        said = [seen.rungs[rung] for seen in self.probes[camera][mark:] if rung in seen.rungs]
        return [(one.standing, one.reason) for one in said if one != NOT_ASKED]


def to_watch(rig: Rig, name: str, **other: Any) -> CameraToWatch:
    one = rig.state[name]
    how = {"source": CameraSource.RTSP, "address": one["rtsp"], "onvif_address": one["onvif"], **other}
    return CameraToWatch(id=CameraId(name), liveness_every=5, picture_every=15, **how)


def subject(camera: CameraToWatch) -> Subject:
    return Subject(camera, Login("admin", PASSWORD), eyes=trained())


@asynccontextmanager
async def watching(rig: Rig, log: Log) -> AsyncIterator[Watcher]:
    async with web.web_client(5.0) as client:
        ladder = Ladder(SystemClock(), Lookers(16), client, LIMITS, Wish())
        watcher = Watcher(ladder, SystemClock(), log.told, lambda: False)
        names = sorted(rig.state)
        watcher.want({CameraId(name): subject(to_watch(rig, name)) for name in names})
        run = asyncio.create_task(watcher.run())
        yield watcher
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


FAULTS: dict[str, tuple[Rung, Standing, set[CameraReason]]] = {
    "refuse": (Rung.REACH, Standing.BAD, {CameraReason.REFUSED}),
    "blackhole": (Rung.REACH, Standing.BAD, {CameraReason.NO_ANSWER}),
    "mute": (Rung.SERVICE, Standing.BAD, {CameraReason.SILENT}),
    "describe_hang": (Rung.SERVICE, Standing.BAD, {CameraReason.SILENT}),
    "notfound": (Rung.SERVICE, Standing.BAD, {CameraReason.NOT_FOUND}),
    "unauthorized": (Rung.SERVICE, Standing.BAD, {CameraReason.LOGIN_WRONG}),
    "busy": (Rung.SERVICE, Standing.GOOD, {CameraReason.BUSY}),
    "reboot": (Rung.REACH, Standing.BAD, {CameraReason.REFUSED}),
    "setup_hang": (Rung.STREAM, Standing.BAD, {CameraReason.NO_MEDIA}),
    "play_hang": (Rung.STREAM, Standing.BAD, {CameraReason.NO_MEDIA}),
    "stop": (Rung.STREAM, Standing.BAD, {CameraReason.NO_MEDIA}),
    "slow_fps": (Rung.STREAM, Standing.BAD, {CameraReason.FEW_FRAMES}),
    "stutter": (Rung.STREAM, Standing.BAD, {CameraReason.STUTTERS, CameraReason.FEW_FRAMES}),
    "no_idr": (Rung.STREAM, Standing.BAD, {CameraReason.NO_KEY_FRAME}),
    "bad_pts": (Rung.STREAM, Standing.BAD, {CameraReason.STANDING_TIMESTAMPS}),
    "black": (Rung.PICTURE, Standing.BAD, {CameraReason.FINDING}),
    "nosignal": (Rung.PICTURE, Standing.BAD, {CameraReason.FINDING}),
    "clock": (Rung.PICTURE, Standing.BAD, {CameraReason.FINDING}),
}
UNSEEN_YET = ("freeze", "moved", "onvif_down", "snapshot_down", "drop")
AFTERWARDS = ("freeze_osd", "blur", "cover", "cover_partial", "washed", "noise", "corrupt", "wrong_time")
"""What hinders no rung below the picture, or is not known before a day has been learnt."""
HEALTHY = ("cam027", "cam028", "cam029")


async def until_right(
    log: Log, marks: Mapping[str, int], wanted: Mapping[str, tuple[Rung, Standing, set[CameraReason]]], seconds: float
) -> dict[str, int]:
    """How many probes each camera needed from its mark on until its state was right."""
    needed: dict[str, int] = {}
    give_up = time.monotonic() + seconds
    while len(needed) < len(wanted):
        for name, (rung, standing, reasons) in wanted.items():
            said = log.since(name, marks[name], rung)
            right = [n for n, (how, why) in enumerate(said, 1) if how is standing and why in reasons]
            if right and name not in needed:
                needed[name] = right[0]
        missing = {name: log.since(name, marks[name], wanted[name][0]) for name in wanted if name not in needed}
        assert time.monotonic() < give_up, missing
        await asyncio.sleep(0.25)
    return needed


def marks(log: Log, names: Any) -> dict[str, int]:
    """Behind the probe that is under way, which began before."""
    return {name: len(log.probes[name]) + 1 for name in names}


def affected(log: Log, names: Any, since: Mapping[str, int]) -> dict[str, list[str]]:
    """Cameras of which a lower rung broke once, or an upper one twice in a row: on a busy machine the rig stutters."""
    found: dict[str, list[str]] = {}
    for name in names:
        for rung in Rung:
            said = log.since(name, since[name], rung)
            in_a_row = 1 if rung in (Rung.REACH, Rung.SERVICE) else 2
            for begin in range(len(said) - in_a_row + 1):
                if all(standing is Standing.BAD for standing, _ in said[begin : begin + in_a_row]):
                    found.setdefault(name, []).append(f"{rung.value} {said[begin][1].value}")
    return found


def only_pictures(found: Mapping[str, list[str]]) -> bool:
    """Whether nothing but what was seen in the pictures is wrong; says what else."""
    others = {name: what for name, what in found.items() if not all(one.startswith("picture") for one in what)}
    assert others == {}
    return True


def usage() -> tuple[int, int]:
    """Threads and open files of this process."""
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def resident() -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) // 1024


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_fault_is_named_within_three_probes_and_nobody_else_is_affected(rig: Rig) -> None:
    gc.collect()
    begin, family = usage(), children()
    asyncio.run(_every_fault(rig))
    gc.collect()
    give_up = time.monotonic() + LIMITS.open + LIMITS.look + LIMITS.read + 10
    while usage()[0] > begin[0]:  # a look that was under way ends by itself
        assert time.monotonic() < give_up, threading.enumerate()
        time.sleep(0.2)
    assert usage()[1] <= begin[1] + 2
    assert children() == family
    shown = rig.ask("/state")
    assert max(one["auth_fail"] for one in shown.values()) <= 3


async def _every_fault(rig: Rig) -> None:
    log, names = Log(), sorted(rig.state)
    good = {name: (Rung.STREAM, Standing.GOOD, {CameraReason.NONE}) for name in names}

    async def settle(seconds: float, besides: tuple[str, ...] = ()) -> dict[str, int]:
        wanted = {name: what for name, what in good.items() if name not in besides}
        return await until_right(log, marks(log, wanted), wanted, seconds)

    async with watching(rig, log):
        while len(log.probes) < 30:
            await asyncio.sleep(0.2)
        await settle(90)
        memory = resident()

        faulty = dict(zip(names, (*FAULTS, *UNSEEN_YET), strict=False))
        for name, fault in faulty.items():
            args = {"offset": -25200} if fault == "clock" else {}
            length = {"for": 40} if fault == "reboot" else {}
            await asyncio.to_thread(rig.ask, "/fault", cam=name, fault=fault, args=args, **length)
        since = marks(log, names)
        wanted = {name: FAULTS[fault] for name, fault in faulty.items() if fault in FAULTS}
        needed = await until_right(log, since, wanted, 150)
        assert max(needed.values()) <= PROBES, needed
        assert affected(log, HEALTHY, since) == {}
        hindered = {name for name, fault in faulty.items() if fault in FAULTS and FAULTS[fault][0] is not Rung.PICTURE}
        # `drop` cuts the connections that stand, and a new picture interrupts the stream: for one look each.
        assert only_pictures(affected(log, set(names) - hindered, since))

        await asyncio.to_thread(rig.ask, "/clear", cam="*")
        rests = tuple(name for name, fault in faulty.items() if fault == "unauthorized")
        needed = await settle(150, besides=rests)
        assert max(needed.values()) <= PROBES, needed

        for name, fault in zip(names[18:], AFTERWARDS, strict=False):
            await asyncio.to_thread(rig.ask, "/fault", cam=name, fault=fault)
        since = marks(log, names)
        while any(len(log.since(name, since[name], Rung.STREAM)) < PROBES for name in names[18:]):
            await asyncio.sleep(0.5)
        assert only_pictures(affected(log, set(names) - set(rests), since))
        await asyncio.to_thread(rig.ask, "/clear", cam="*")

        since, dead, alive = marks(log, names), names[18:], [name for name in names[:18] if name not in rests]
        for group in ("sw04", "sw05"):
            await asyncio.to_thread(rig.ask, "/fault", group=group, fault="blackhole")
        gone = dict.fromkeys(dead, FAULTS["blackhole"])
        needed = await until_right(log, since, gone, 90)
        assert max(needed.values()) <= PROBES, needed
        assert affected(log, alive, since) == {}
        for group in ("sw04", "sw05"):
            await asyncio.to_thread(rig.ask, "/clear", group=group)
        needed = await settle(120, besides=rests)
        assert max(needed.values()) <= PROBES, needed
        assert all(len(log.probes[name]) > 20 for name in names), "a camera that hangs delayed the others"
        assert log.news < sum(map(len, log.probes.values())) / 2
        # What is learnt of a camera takes about a megabyte; a stream that stayed open would take far more.
        assert resident() - memory < 150


@pytest.mark.long
@pytest.mark.timeout(600)
def test_ten_thousand_probes_leave_no_thread_no_socket_and_no_memory(rig: Rig) -> None:
    async def run() -> None:
        async with web.web_client(5.0) as client:
            ladder = Ladder(SystemClock(), Lookers(16), client, LIMITS, Wish(pictures=1, spacing=0.1, seconds=0.0))
            await asyncio.to_thread(rig.ask, "/clear", cam="*")
            for name, fault in (
                ("cam001", "busy"),
                ("cam002", "refuse"),
                ("cam003", "notfound"),
                ("cam004", "setup_hang"),
            ):
                await asyncio.to_thread(rig.ask, "/fault", cam=name, fault=fault)
            every = [subject(to_watch(rig, f"cam{n:03d}")) for n in range(10) if n != 4]

            async def many(count: int, depth: Depth, who: list[Subject]) -> None:
                for _ in range(count):
                    await asyncio.gather(*(ladder.probe(one, depth) for one in who))

            await many(50, Depth.SERVICE, every)
            await many(2, Depth.PICTURE, every)
            gc.collect()
            before, memory = usage(), resident()
            await many(1_100, Depth.SERVICE, every)
            await many(15, Depth.PICTURE, [*every, subject(to_watch(rig, "cam004"))])
            gc.collect()
            assert usage()[0] <= before[0] + 1
            assert usage()[1] <= before[1] + 2
            assert resident() - memory < 40, (memory, resident())
            await asyncio.to_thread(rig.ask, "/clear", cam="*")

    asyncio.run(run())


@pytest.mark.long
def test_onvif_tells_the_clock_without_a_login_and_the_rest_although_the_clock_is_wrong(rig: Rig) -> None:
    async def run() -> None:
        clock = SystemClock()
        async with web.web_client(5.0) as client:
            await asyncio.to_thread(rig.ask, "/fault", cam="cam005", fault="clock", args={"offset": -25200})
            address, login = rig.state["cam005"]["onvif"], Login("admin", PASSWORD)
            ahead = await onvif.clock_offset(client, address, clock.now())
            assert ahead.total_seconds() == pytest.approx(-25200, abs=5)
            who = await onvif.identity(client, address, login, clock.now(), ahead)
            assert (who.maker, len(who.serial_number)) == ("RigCam", 12)
            source, _ = await _over_onvif(
                read_source(f"onvif://admin:{PASSWORD}@{address.split('/')[2]}", {}), client, clock
            )
            assert source.address == rig.state["cam005"]["rtsp"]
            another = Subject(to_watch(rig, "cam005", serial_number="ANOTHER"), login, eyes=trained())
            ladder = Ladder(clock, Lookers(2), client, LIMITS, Wish())
            seen = await ladder.probe(another, Depth.PICTURE)
            assert seen.rungs[Rung.SERVICE].reason is CameraReason.OTHER_DEVICE
            await asyncio.to_thread(rig.ask, "/clear", cam="*")

    asyncio.run(run())


@pytest.mark.long
def test_snapshots_are_watched_as_streams_are(rig: Rig) -> None:
    async def run() -> list[CameraReason]:
        async with web.web_client(5.0) as client:
            ladder = Ladder(SystemClock(), Lookers(2), client, LIMITS, Wish(spacing=0.1))
            one = subject(
                to_watch(rig, "cam006", source=CameraSource.SNAPSHOT, address=rig.state["cam006"]["snapshot"])
            )
            good = await ladder.probe(one, Depth.PICTURE)
            assert good.rungs[Rung.STREAM].standing is Standing.GOOD
            assert good.figures.pictures == 6
            said = []
            for fault in ("mute", "snapshot_down", "unauthorized"):
                await asyncio.to_thread(rig.ask, "/fault", cam="cam006", fault=fault)
                said.append((await ladder.probe(one, Depth.SERVICE)).rungs[Rung.SERVICE].reason)
                await asyncio.to_thread(rig.ask, "/clear", cam="cam006")
            return said

    assert asyncio.run(run()) == [CameraReason.SILENT, CameraReason.BUSY, CameraReason.LOGIN_WRONG]


@pytest.mark.long
def test_the_cameras_of_the_network_are_found(rig: Rig) -> None:
    async def run() -> list[str]:
        try:
            return [one.address for one in await find_cameras(3.0)]
        except OSError:
            pytest.skip("no multicast here")

    found = asyncio.run(run())
    if not found:
        pytest.skip("multicast does not come back here")
    ours = {one["onvif"] for one in rig.state.values()}
    assert len(ours) == 30
    assert sorted(address for address in found if address in ours) == sorted(ours)

"""`loa bench cameras`: probes a second and CPU for each rung, beside plain cv2.VideoCapture and ffprobe on the same."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

import av
import numpy as np

from devices.agent.cameras.bench_watch import watch_many
from devices.agent.cameras.command import BAD_SOURCE, BadSource, Source, read_source
from devices.agent.cameras.eyes import trained
from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.metering import Measured, Meter, answers
from devices.agent.cameras.seen import Depth
from devices.agent.cameras.stream import LIMITS, with_login
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers
from devices.agent.cameras.web import web_client
from devices.clock import SystemClock
from devices.protocol.messages import CameraId, CameraSource, CameraToWatch

AT_ONCE = 200
PATIENCE = 120.0
PEER = (
    "import sys, cv2\n"
    "for address in sys.stdin.read().split():\n"
    "    source = cv2.VideoCapture(address)\n"
    "    for _ in range(6): source.read()\n"
    "    source.release()\n"
)


def run_bench_cameras(
    sources: Sequence[str],
    *,
    rounds: int,
    as_json: bool,
    watch: int = 0,
    out: TextIO = sys.stdout,
    errors: TextIO = sys.stderr,
) -> int:
    """0; 2 when a source is none. Without sources a video of our own and a camera that only answers are measured; with
    `watch`, nothing but so many cameras that are asked every minute."""
    try:
        given = [read_source(one, os.environ) for one in sources]
    except BadSource as wrong:
        print(f"loa: {wrong}", file=errors)
        return BAD_SOURCE
    with tempfile.TemporaryDirectory() as folder:
        measured = [asyncio.run(watch_many(watch))] if watch else asyncio.run(measure(given, rounds, Path(folder)))
    if as_json:
        print(json.dumps([asdict(one) for one in measured], ensure_ascii=False), file=out)
        return 0
    for one in measured:
        print(
            f"{one.what:<44} {one.probes:>6} lần, tốt {one.good:>6}, {one.a_second:>9.1f} lần/giây,"
            f" CPU {one.cpu_ms:>8.2f} ms/lần, {100 * one.core_share:>5.1f} % một lõi",
            file=out,
        )
    return 0


async def measure(given: Sequence[Source], rounds: int, folder: Path) -> list[Measured]:
    """Each rung `rounds` times for each source, then the peers on the same sources."""
    meter = Meter()
    server = await asyncio.start_server(answers, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    own = Source(CameraSource.RTSP, f"rtsp://127.0.0.1:{port}/", "own")
    video = folder / "camera.mp4"
    if not given:
        _make_video(video)
    looked = list(given) or [Source(CameraSource.FILE, str(video), str(video))]
    asked = [one for one in looked if one.kind is not CameraSource.FILE] or [own]
    async with web_client(LIMITS.still) as client:
        ladder = Ladder(SystemClock(), Lookers(16), client)

        async def ours(what: str, depth: Depth, which: Sequence[Source], count: int) -> None:
            subjects = [_subject(one) for one in which]
            probes = count * len(which)
            await meter.take(what, probes, lambda: _ours(ladder, subjects, depth, count), resource.RUSAGE_SELF)

        await ours("reach + service (OPTIONS, DESCRIBE)", Depth.SERVICE, asked, max(rounds * 50 // len(asked), 1))
        await ours("reach + service + stream + picture", Depth.PICTURE, looked, rounds)
    server.close()
    addresses = [with_login(one.address, one.login) for one in looked] * rounds
    await meter.take(
        "cv2.VideoCapture, 6 pictures", len(addresses), lambda: _plain_cv2(addresses), resource.RUSAGE_CHILDREN
    )
    if shutil.which("ffprobe"):
        await meter.take("ffprobe", len(addresses), lambda: _ffprobe(addresses), resource.RUSAGE_CHILDREN)
    return meter.all


def _subject(source: Source) -> Subject:
    camera = CameraToWatch(id=CameraId("bench"), source=source.kind, address=source.address, basic_allowed=True)
    return Subject(camera, source.login, eyes=trained())


async def _ours(ladder: Ladder, subjects: Sequence[Subject], depth: Depth, count: int) -> int:
    places, good = asyncio.Semaphore(AT_ONCE), 0

    async def one(subject: Subject) -> bool:
        # A subject of its own: the same camera is never probed twice at a time.
        async with places:
            again = replace(subject, eyes=trained() if depth is Depth.PICTURE else None)
            return (await ladder.probe(again, depth)).is_good

    for begun in asyncio.as_completed([one(subject) for _ in range(count) for subject in subjects]):
        good += await begun
    return good


async def _plain_cv2(addresses: Sequence[str]) -> int:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PEER, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    await child.communicate("\n".join(addresses).encode())
    return len(addresses) if child.returncode == 0 else 0


async def _ffprobe(addresses: Sequence[str]) -> int:
    good = 0
    for address in addresses:
        how = ("-rtsp_transport", "tcp") if address.startswith("rtsp") else ()
        child = await asyncio.create_subprocess_exec(
            "ffprobe", *how, "-show_streams", address, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(PATIENCE):
                good += await child.wait() == 0
        except TimeoutError:
            child.kill()
            await child.wait()
    return good


def _make_video(path: Path) -> None:
    """Five seconds of something that moves."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        across = np.linspace(0, 255, 640)
        for number in range(50):
            rows = (across + 5 * number) % 256
            picture = np.broadcast_to(rows[None, :, None], (360, 640, 3)).astype(np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")))
        out.mux(stream.encode())

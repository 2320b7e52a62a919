"""Whether one box can ask so many cameras every minute: watches as devices have them, on cameras that answer."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.metering import Measured, Meter, answers
from devices.agent.cameras.seen import Rung, Seen
from devices.agent.cameras.stream import LIMITS
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers
from devices.agent.cameras.turns import FIRST_LOOK
from devices.agent.cameras.watcher import Watched, Watcher
from devices.agent.cameras.web import web_client
from devices.clock import SystemClock
from devices.protocol.messages import CameraId, CameraSource, CameraToWatch, Standing

A_DEVICE = 500
"""So many cameras one configuration names: more are shared by several agents on the box."""
MINUTE = 60.0
SETTLED = FIRST_LOOK + 15.0
"""Seconds until every camera has been asked often enough to be asked once a minute."""


async def watch_many(count: int, every: float = MINUTE, settled: float = SETTLED) -> Measured:
    """So many cameras, each asked `every` so many seconds; measured once that long, when it has `settled`.

    The watches share this process, so their CPU is that of all of them; the cameras answer in another.
    """
    meter, asked, good = Meter(), 0, 0

    def told(watched: Watched, seen: Seen, news: bool) -> None:
        nonlocal asked, good
        if (reach := seen.rungs.get(Rung.REACH)) is not None:
            asked += 1
            good += seen.serves and reach.standing is Standing.GOOD

    async def one_round() -> int:
        before = good
        await asyncio.sleep(every)
        return good - before

    async with _cameras() as port, web_client(LIMITS.still) as client:
        clock = SystemClock()
        ladder = Ladder(clock, Lookers(8), client)
        subjects = {one.camera.id: one for one in (_subject(port, number, every) for number in range(count))}
        names = list(subjects)
        running = []
        for begin in range(0, count, A_DEVICE):
            watcher = Watcher(ladder, clock, told, lambda: False)
            watcher.want({name: subjects[name] for name in names[begin : begin + A_DEVICE]})
            running.append(asyncio.create_task(watcher.run()))
        await asyncio.sleep(settled)
        asked = 0
        what = f"{count} cameras asked every {every:g} s, {len(running)} watches"
        measured = await meter.take(what, lambda: asked, one_round, resource.RUSAGE_SELF)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return measured


def _subject(port: int, number: int, every: float) -> Subject:
    address = f"rtsp://127.0.0.1:{port}/camera-{number}"
    return Subject(
        CameraToWatch(
            id=CameraId(f"camera-{number}"),
            source=CameraSource.RTSP,
            address=address,
            liveness_every=every,
            picture_every=86_400,
        )
    )


@asynccontextmanager
async def _cameras() -> AsyncIterator[int]:
    """The port at which another process answers for all cameras."""
    begin = f"from {__name__} import serve; serve()"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", begin, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    try:
        yield int(await child.stdout.readline())
    finally:
        child.terminate()
        await child.wait()


def serve() -> None:
    """Answers until SIGTERM; the port is printed."""

    async def run() -> None:
        server = await asyncio.start_server(answers, "127.0.0.1", 0, backlog=1000)
        print(server.sockets[0].getsockname()[1], flush=True)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.close)
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve_forever()

    asyncio.run(run())

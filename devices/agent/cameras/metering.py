"""What the benches of cameras measure with: CPU beside counts, and a camera that only answers."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from devices.clock import SystemClock

SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=framerate:10\r\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """`probes` of one kind: how many a second, and the CPU of each; `good` is how many found nothing wrong.

    `core_share` is how much of one core it took while it was measured.
    """

    what: str
    probes: int
    good: int
    a_second: float
    cpu_ms: float
    core_share: float


class Meter:
    def __init__(self) -> None:
        self._clock = SystemClock()
        self.all: list[Measured] = []

    async def take(
        self, what: str, probes: int | Callable[[], int], work: Callable[[], Awaitable[int]], who: int
    ) -> Measured:
        """Runs `work`, which returns how many were good; `who` is whose CPU counts. How many `probes` it were may show
        only afterwards."""
        cpu, begin = _cpu(who), self._clock.monotonic()
        good = await work()
        took, cost = self._clock.monotonic() - begin, _cpu(who) - cpu
        count = probes if isinstance(probes, int) else probes()
        each = round(1000 * cost / max(count, 1), 3)
        self.all.append(Measured(what, count, good, round(count / took, 2), each, round(cost / took, 3)))
        return self.all[-1]


async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A camera that lets everybody have a stream, which never comes."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            body = SDP if head.startswith(b"DESCRIBE") else ""
            writer.write(f"RTSP/1.0 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime

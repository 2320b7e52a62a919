"""What the packets and the camera's own clock say, without any picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from devices.agent.cameras.picture.burst import Burst
from devices.agent.cameras.picture.verdict import Finding, PictureKind

CLOCK_APART = timedelta(seconds=60)
LEAST_PACKETS = 5
LEAST_SECONDS = 1.0
STALLED = 0.1
"""Time stamps that pass less than a tenth as quickly as the packets come stand still."""


def of_the_stream(burst: Burst) -> Iterator[Finding]:
    """What is certain at once: too few pictures, time stamps that stand still, a wrong clock."""
    if len(burst.frames) < burst.expected / 2:
        count = float(len(burst.frames))
        yield Finding(PictureKind.TOO_FEW_FRAMES, 1 - count / burst.expected, "pictures", count, burst.expected / 2)
    pace = _pace(burst)
    if pace is not None and pace < STALLED:
        yield Finding(PictureKind.STALLED_TIMES, 1.0, "pace", pace, STALLED, (1.0, 1.0))
    offset = burst.camera_clock_offset
    if offset is not None and abs(offset) > CLOCK_APART:
        yield Finding(
            PictureKind.WRONG_CLOCK,
            1.0,
            "clock_offset",
            offset.total_seconds(),
            CLOCK_APART.total_seconds(),
            (0.0, 0.0),
        )


def _pace(burst: Burst) -> float | None:
    """Seconds of the camera's time stamps per second of ours; None when there is too little to say so."""
    packets = [packet for packet in burst.packets or () if packet.pts is not None]
    if len(packets) < LEAST_PACKETS:
        return None
    first, last = packets[0], packets[-1]
    took = last.arrived - first.arrived
    if took < LEAST_SECONDS or first.pts is None or last.pts is None:
        return None
    return (last.pts - first.pts) / took

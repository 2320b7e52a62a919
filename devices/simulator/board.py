"""A pretended board: warm by day, cool by night, its wireless line now better and now worse. The same at each run."""

from __future__ import annotations

import math
from collections.abc import Callable
from zlib import crc32

from devices.agent.board import BoardReading
from devices.clock import Clock
from devices.protocol.topics import DeviceId

_DAY = 86_400.0


def pretend_board(device: DeviceId, clock: Clock) -> Callable[[], BoardReading]:
    """Of this device: each stands in another sun, and at another distance from its mast."""
    own = crc32(device.encode()) / 2**32

    def read() -> BoardReading:
        day = clock.now().timestamp() / _DAY
        sun = math.sin(2 * math.pi * (day - 0.0417))
        waves = math.sin(2 * math.pi * (day * 3 + own))
        return BoardReading(round(46 + 8 * own + 9 * sun + waves, 1), round(-58 - 22 * own + 3 * waves))

    return read

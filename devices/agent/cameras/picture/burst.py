"""What one look at a camera brought home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Height x width x 3, in the order blue, green, red, as decoders and OpenCV have it."""


@dataclass(frozen=True, slots=True)
class PacketFact:
    """One video packet as it came over the line.

    size: bytes, is_key: a whole picture, pts: the camera's own time stamp and arrived: when it came here, both in
    seconds from any beginning; pts None when the packet carries none.
    """

    size: int
    is_key: bool
    pts: float | None
    arrived: float


@dataclass(frozen=True, slots=True)
class Burst:
    """Some pictures of one short connection, in order, from about half a second apart.

    at: when the first was taken, with its zone. packets: all that came while the connection stood, None where there
    are none (a snapshot, a file of pictures). expected: how many pictures were asked for.
    camera_clock_offset: the camera's clock minus ours (ONVIF), None when it does not say.
    """

    at: datetime
    frames: Sequence[Picture]
    packets: Sequence[PacketFact] | None = None
    camera_clock_offset: timedelta | None = None
    expected: int = 6

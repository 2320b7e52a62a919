"""The product's own picture checks under the names that the camera rig's evaluation asks for (see its README)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from devices.agent.cameras.picture.burst import Burst, PacketFact, Picture
from devices.agent.cameras.picture.judging import judge
from devices.agent.cameras.picture.profile import Profile
from devices.agent.cameras.picture.verdict import PictureKind

SECONDS_APART = 0.5
NAMES = {
    PictureKind.BLACK: "black",
    PictureKind.FROZEN: "freeze",
    PictureKind.BLURRED: "blur",
    PictureKind.COVERED: "cover",
    PictureKind.PARTLY_COVERED: "cover",
    PictureKind.MOVED: "moved",
    PictureKind.WASHED_OUT: "washed",
    PictureKind.NOISE: "noise",
    PictureKind.CORRUPT: "corrupt",
    PictureKind.NO_SIGNAL: "nosignal",
    PictureKind.STALLED_TIMES: "stalled",
    PictureKind.TOO_FEW_FRAMES: "too_few",
    PictureKind.WRONG_CLOCK: "wrong_time",
}


class Detector:
    """One camera: its profile, and the newest verdict."""

    def __init__(self) -> None:
        self.profile = Profile()

    def observe(self, t: float, frames: Sequence[Picture], meta: Mapping[str, Any]) -> Iterable[str]:
        """The names of what is wrong now."""
        told = meta.get("device_time")
        burst = Burst(
            at=datetime.fromtimestamp(t, UTC),
            frames=frames,
            packets=[
                PacketFact(size, key, None, index * SECONDS_APART)
                for index, (size, key) in enumerate(zip(meta["frame_bytes"], meta["key"], strict=True))
            ],
            camera_clock_offset=None if told is None else timedelta(seconds=told - meta["now"]),
        )
        self.profile, verdict = judge(self.profile, burst)
        return sorted({NAMES[finding.kind] for finding in verdict.findings})


def detector(camera_id: str) -> Detector:
    return Detector()

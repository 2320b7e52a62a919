"""What the agent needs of whoever watches its cameras, and the one who cannot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from devices.agent.cameras.standing import CameraState, report
from devices.protocol.locks import BoxKey
from devices.protocol.messages import CameraReason, CameraReport, CameraToWatch


class CameraWatch(Protocol):
    """For the agent's thread."""

    def want(self, cameras: Sequence[CameraToWatch], key: BoxKey, now: datetime) -> None:
        """These cameras, and no others, are to be watched; `key` opens the boxes with their logins."""

    def changes(self) -> list[CameraReport]:
        """What is news since this was last asked, each camera once, as it stands now."""

    def everything(self) -> list[CameraReport]:
        """All cameras as they stand."""

    def close(self) -> None:
        """Ends the watch, within a few seconds."""


class NobodyWatches:
    """On a device that lacks what opens streams and judges pictures: it says so, and nothing else."""

    def __init__(self) -> None:
        self._reports: list[CameraReport] = []
        self._news: list[CameraReport] = []

    def want(self, cameras: Sequence[CameraToWatch], key: BoxKey, now: datetime) -> None:
        state = CameraState.unseen(now, CameraReason.NOT_INSTALLED)
        self._reports = [report(camera.id, state) for camera in cameras]
        self._news = list(self._reports)

    def changes(self) -> list[CameraReport]:
        news, self._news = self._news, []
        return news

    def everything(self) -> list[CameraReport]:
        return list(self._reports)

    def close(self) -> None:
        pass

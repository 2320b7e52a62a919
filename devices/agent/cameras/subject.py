"""A camera, and what is remembered of it from probe to probe."""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.agent.cameras.eyes import Eyes
from devices.agent.cameras.login import LoginCare
from devices.protocol.logins import Login
from devices.protocol.messages import CameraIdentity, CameraToWatch


@dataclass(slots=True)
class Subject:
    """`eyes` are None where nothing is installed that opens streams; `promised` is how many pictures a
    second it says it sends.
    """

    camera: CameraToWatch
    login: Login | None = None
    care: LoginCare = field(default_factory=LoginCare)
    eyes: Eyes | None = None
    promised: float | None = None
    identity: CameraIdentity | None = None
    asked_who_at: float | None = None

    @property
    def is_another(self) -> bool:
        """Whether what answers there has last told another serial number than the camera has."""
        wanted, said = self.camera.serial_number, self.identity.serial_number if self.identity else ""
        return bool(wanted and said and wanted != said)

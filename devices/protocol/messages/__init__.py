"""The messages, a file per chapter. Times are UTC, lengths seconds, volume percent.

Readers ignore fields they do not know; `v` is the version, and a reader refuses one that it does not know.
"""

from devices.protocol.messages.alarms import Alarm
from devices.protocol.messages.cameras import (
    Axis,
    CameraFigures,
    CameraId,
    CameraIdentity,
    CameraPictures,
    CameraReason,
    CameraReport,
    CameraSource,
    CameraToWatch,
    DeviceHealth,
    HealthId,
    KeepPictures,
    PictureFinding,
    Standing,
)
from devices.protocol.messages.commands import Command, HealthStored, ReceiptsStored, Restart, SoundTone, TimeAnswer
from devices.protocol.messages.config import DeviceConfig, QuietHours, QuietWindow
from devices.protocol.messages.keys import SiteKeys
from devices.protocol.messages.plans import AreaPlan, PlanDigest
from devices.protocol.messages.receipts import Receipt, ReceiptId
from devices.protocol.messages.shapes import Message, Moment
from devices.protocol.messages.states import DeviceState, NotReady
from devices.protocol.messages.urgent import AreaExercise, AreaUrgent, UrgentSound
from devices.protocol.messages.voicing import Siren, SirenPattern

__all__ = [
    "Alarm",
    "AreaExercise",
    "AreaPlan",
    "AreaUrgent",
    "Axis",
    "CameraFigures",
    "CameraId",
    "CameraIdentity",
    "CameraPictures",
    "CameraReason",
    "CameraReport",
    "CameraSource",
    "CameraToWatch",
    "Command",
    "DeviceConfig",
    "DeviceHealth",
    "DeviceState",
    "HealthId",
    "HealthStored",
    "KeepPictures",
    "Message",
    "Moment",
    "NotReady",
    "PictureFinding",
    "PlanDigest",
    "QuietHours",
    "QuietWindow",
    "Receipt",
    "ReceiptId",
    "ReceiptsStored",
    "Restart",
    "Siren",
    "SirenPattern",
    "SiteKeys",
    "SoundTone",
    "Standing",
    "TimeAnswer",
    "UrgentSound",
]

"""Where a device stands and the limits that it enforces itself."""

from __future__ import annotations

from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from devices.protocol.messages.alarms import Alarm
from devices.protocol.messages.cameras import MOST_CAMERAS, CameraToWatch
from devices.protocol.messages.shapes import Count, Message, Percent, Short, Warmth
from devices.protocol.topics import DeviceId
from schedules.day_rules import Weekday
from schedules.programme import AreaId, Sound


class QuietWindow(msgspec.Struct, frozen=True, kw_only=True):
    """Silence from `begins` until `ends` o'clock, local time, on the next day when `ends` is not later.

    It begins on `weekdays` only, or every day when that is empty.
    """

    begins: time
    ends: time
    weekdays: tuple[Weekday, ...] = ()

    def __post_init__(self) -> None:
        if self.begins.tzinfo is not None or self.ends.tzinfo is not None:
            raise ValueError("quiet hours are written in local time")


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """When nothing but an emergency sounds; without windows never. `zone` is a name of the IANA time zone database."""

    zone: Short = "Asia/Ho_Chi_Minh"
    windows: Annotated[tuple[QuietWindow, ...], msgspec.Meta(max_length=50)] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError(f"unknown time zone {self.zone!r}") from unknown


class DeviceConfig(Message, frozen=True, kw_only=True):
    """`device/{id}/config`: the areas it stands in, nearest first, and the limits that it enforces itself.

    Without `quiet_hours` it is silent from 22:00 to 05:00, Vietnamese time. Its amplifier is given `lead_seconds` of
    silence before the first sample and `tail_seconds` after the last. Emergencies have a volume cap of their own.
    The recordings to `keep` are fetched in their order, behind what is planned, and never make room for anything.
    It watches `cameras`. `exercise_keys` are the public keys that may order exercises, and nothing else.
    """

    device: DeviceId
    serial: Count
    areas: tuple[AreaId, ...]
    volume_cap: Percent = 100
    emergency_volume_cap: Percent = 100
    quiet_hours: QuietHours | None = None
    lead_seconds: Warmth = 0.0
    tail_seconds: Warmth = 0.0
    heartbeat: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    exercise_keys: Annotated[tuple[Short, ...], msgspec.Meta(max_length=10)] = ()
    alarms: Annotated[tuple[Alarm, ...], msgspec.Meta(max_length=50)] = ()
    keep: Annotated[tuple[Sound, ...], msgspec.Meta(max_length=500)] = ()
    cameras: Annotated[tuple[CameraToWatch, ...], msgspec.Meta(max_length=MOST_CAMERAS)] = ()

    def __post_init__(self) -> None:
        if len({alarm.name for alarm in self.alarms}) < len(self.alarms):
            raise ValueError("two alarms have the same name")
        if len({camera.id for camera in self.cameras}) < len(self.cameras):
            raise ValueError("two cameras have the same id")

"""Every topic of the site: this file alone builds, parses and filters them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import NewType, TypeVar

from devices.protocol.errors import BadTopic
from schedules.programme import AreaId

DeviceId = NewType("DeviceId", str)
SiteId = NewType("SiteId", str)

PREFIX = "loa/1"
_Channel = TypeVar("_Channel", bound=Enum)
NAME_PATTERN = "[a-z0-9][a-z0-9-]{0,62}"
"""A regular expression for what `is_name`."""
_NAME = re.compile(NAME_PATTERN)


class AreaChannel(Enum):
    """What the controller says to an area; retained."""

    PLAN = "plan"
    URGENT = "urgent"
    EXERCISE = "exercise"


class DeviceChannel(Enum):
    """What passes between the controller and one device."""

    CONFIG = "config"
    COMMAND = "command"
    STATE = "state"
    RECEIPT = "receipt"
    HEALTH = "health"

    @property
    def from_device(self) -> bool:
        return self in (DeviceChannel.STATE, DeviceChannel.RECEIPT, DeviceChannel.HEALTH)


@dataclass(frozen=True, slots=True)
class AreaTopic:
    area: AreaId
    channel: AreaChannel


@dataclass(frozen=True, slots=True)
class SiteTopic:
    channel: SiteChannel


@dataclass(frozen=True, slots=True)
class DeviceTopic:
    device: DeviceId
    channel: DeviceChannel


class SiteChannel(Enum):
    """What the root key says to the whole site; retained."""

    KEYS = "keys"


class OutsideKind(Enum):
    """Who speaks to the controller besides its devices, in whatever words they have."""

    SOURCE = "source"
    """A warning service: CAP."""
    SENSOR = "sensor"
    """A gauge: its readings."""


@dataclass(frozen=True, slots=True)
class OutsideTopic:
    channel: OutsideKind
    name: str


def is_name(text: str) -> bool:
    """True for what may stand in a topic: 1 to 63 of a-z, 0-9 and the hyphen, not beginning with a hyphen."""
    return _NAME.fullmatch(text) is not None


class Topics:
    """The topics of one site."""

    def __init__(self, site: SiteId) -> None:
        self.site = SiteId(_checked(site))
        self._root = f"{PREFIX}/{site}"

    def area(self, area: AreaId, channel: AreaChannel) -> str:
        return f"{self._root}/area/{_checked(area)}/{channel.value}"

    def device(self, device: DeviceId, channel: DeviceChannel) -> str:
        return f"{self._root}/device/{_checked(device)}/{channel.value}"

    def outside(self, kind: OutsideKind, name: str) -> str:
        return f"{self._root}/{kind.value}/{_checked(name)}"

    def from_outside(self) -> tuple[str, ...]:
        """Filters for what others than devices say."""
        return tuple(f"{self._root}/{kind.value}/+" for kind in OutsideKind)

    def keys(self) -> str:
        """Where it is said whose orders count."""
        return f"{self._root}/{SiteChannel.KEYS.value}"

    def parse(self, topic: str) -> AreaTopic | DeviceTopic | OutsideTopic | SiteTopic:
        """What `topic` is about; BadTopic when it is none of this site's."""
        match topic.split("/"):
            case ["loa", "1", self.site, "area", name, channel] if is_name(name):
                return AreaTopic(AreaId(name), _channel(AreaChannel, channel, topic))
            case ["loa", "1", self.site, "device", name, channel] if is_name(name):
                return DeviceTopic(DeviceId(name), _channel(DeviceChannel, channel, topic))
            case ["loa", "1", self.site, ("source" | "sensor") as kind, name] if is_name(name):
                return OutsideTopic(OutsideKind(kind), name)
            case ["loa", "1", self.site, SiteChannel.KEYS.value]:
                return SiteTopic(SiteChannel.KEYS)
        raise BadTopic(f"not a topic of site {self.site}: {topic[:200]!r}")

    def from_every_device(self) -> tuple[str, ...]:
        """Filters for all that devices say: the controller's subscriptions."""
        return tuple(f"{self._root}/device/+/{channel.value}" for channel in DeviceChannel if channel.from_device)

    def to_device(self, device: DeviceId) -> tuple[str, ...]:
        """Topics on which the controller speaks to one device alone."""
        return tuple(self.device(device, channel) for channel in DeviceChannel if not channel.from_device)

    def from_device(self, device: DeviceId) -> tuple[str, ...]:
        """Topics on which one device may speak, and nobody else."""
        return tuple(self.device(device, channel) for channel in DeviceChannel if channel.from_device)

    def to_areas(self, areas: tuple[AreaId, ...]) -> tuple[str, ...]:
        """Topics on which the controller speaks to all loudspeakers of these areas."""
        return tuple(self.area(area, channel) for area in areas for channel in AreaChannel)

    def to_every_area(self) -> tuple[str, ...]:
        """Filters that match what the controller says to any area."""
        return tuple(f"{self._root}/area/+/{channel.value}" for channel in AreaChannel)

    def urgent_everywhere(self) -> tuple[str, ...]:
        """A filter for what any area is told to be urgent: somebody else may hold the key and tell it to stop."""
        return (f"{self._root}/area/+/{AreaChannel.URGENT.value}",)

    def everything(self) -> str:
        return f"{self._root}/#"


def _checked(name: str) -> str:
    if not is_name(name):
        raise BadTopic(f"a name in a topic is 1 to 63 of a-z, 0-9 and '-': {name[:80]!r}")
    return name


def _channel(channels: type[_Channel], value: str, topic: str) -> _Channel:
    try:
        return channels(value)
    except ValueError:
        raise BadTopic(f"no such channel: {topic[:200]!r}") from None

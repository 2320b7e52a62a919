"""For how much of a time each device had its connection, from the incidents that were opened of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.store.outages import Outage
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from schedules.timespan import Timespan


@dataclass(frozen=True, slots=True)
class DeviceUptime:
    """`known` is the time since it joined, as far as it lies in the span."""

    device: DeviceId
    name: str
    area: AreaId
    known: timedelta
    away: timedelta = timedelta()
    outages: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None where it was not there yet."""
        return 1 - self.away / self.known if self.known else None


def device_uptime(found: Iterable[Outage], span: Timespan) -> tuple[DeviceUptime, ...]:
    """One for each device, in the order of `found`."""
    sums: dict[DeviceId, DeviceUptime] = {}
    for one in found:
        since = max(one.enrolled_at, span.start)
        so_far = sums.get(one.device) or DeviceUptime(one.device, one.name, one.area, _length(since, span.end))
        away = (
            timedelta() if one.since is None else _length(max(one.since, since), min(one.until or span.end, span.end))
        )
        outages = so_far.outages + (one.since is not None)
        sums[one.device] = DeviceUptime(one.device, one.name, one.area, so_far.known, so_far.away + away, outages)
    return tuple(sums.values())


def _length(start: datetime, end: datetime) -> timedelta:
    return max(end - start, timedelta())

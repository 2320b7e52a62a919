"""What loudspeakers measure of themselves, as often as it is worth a row: their charts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from controller.store.tables import device_readings
from devices.protocol.messages import DeviceState
from devices.protocol.topics import DeviceId

MOST_OFTEN, LEAST_OFTEN = timedelta(minutes=10), timedelta(hours=6)
"""Never closer together than the one; at least as often as the other while the loudspeaker is there."""
KEPT = timedelta(days=90)
_WORTH = {"volume": 1.0, "signal": 3.0, "temperature": 2.0, "clock_offset": 0.1}
"""Percent, dBm, degrees Celsius and seconds by which something must have changed to be worth a row before its time."""


@dataclass(frozen=True, slots=True)
class Reading:
    at: datetime
    volume: int
    signal: float | None = None
    temperature: float | None = None
    clock_offset: float | None = None


def reading_of(state: DeviceState, at: datetime) -> Reading:
    return Reading(at, state.volume, state.signal, state.temperature, state.clock_offset)


def is_worth_keeping(last: Reading | None, now: Reading) -> bool:
    if last is None or now.at - last.at >= LEAST_OFTEN:
        return True
    return now.at - last.at >= MOST_OFTEN and any(
        _differ(getattr(last, name), getattr(now, name), least) for name, least in _WORTH.items()
    )


def _differ(last: float | None, now: float | None, least: float) -> bool:
    return (last is None) is not (now is None) or (last is not None and now is not None and abs(now - last) >= least)


def keep(connection: Connection, found: Collection[tuple[DeviceId, Reading]]) -> None:
    if found:
        connection.execute(insert(device_readings), [{"device": device, **asdict(one)} for device, one in found])


def of(connection: Connection, device: DeviceId, since: datetime) -> tuple[Reading, ...]:
    """Oldest first."""
    asked = select(device_readings).where(device_readings.c.device == device, device_readings.c.at >= since)
    return tuple(
        Reading(row.at, row.volume, row.signal, row.temperature, row.clock_offset)
        for row in connection.execute(asked.order_by(device_readings.c.at))
    )


def forget(connection: Connection, before: datetime) -> None:
    connection.execute(delete(device_readings).where(device_readings.c.at < before))

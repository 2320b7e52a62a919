"""The devices that a batch of messages speaks of: read once, changed in memory, written once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property

from controller.store import areas, broadcasts, fleet, incidents, readings
from controller.store.areas import AreaTree
from controller.store.broadcasts import PublishedPlan
from controller.store.database import Connection
from controller.store.fleet import Device, Seen
from controller.store.incident_list import IncidentId
from controller.store.readings import Reading, is_worth_keeping, reading_of
from controller.store.troubles import Trouble
from devices.protocol.messages import DeviceState
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId


class Roll:
    """Lives as long as the transaction of `connection`; `write` ends it."""

    def __init__(self, connection: Connection, named: Collection[DeviceId]) -> None:
        self.connection = connection
        self._devices = {device.id: device for device in fleet.some(connection, named)}
        self._seen = fleet.seen(connection, named)
        self._changed: dict[DeviceId, Seen] = {}
        self._readings: list[tuple[DeviceId, Reading]] = []
        self._troubles: list[Trouble] = []

    def device(self, device: DeviceId) -> Device | None:
        return self._devices.get(device)

    def seen(self, device: DeviceId) -> Seen | None:
        return self._changed.get(device) or self._seen.get(device)

    def note(self, state: DeviceState, seen_at: datetime) -> None:
        """From now on this is what the device last said."""
        before = self.seen(state.device)
        kept = None if before is None else before.reading
        if state.online and is_worth_keeping(kept, measured := reading_of(state, seen_at)):
            self._readings.append((state.device, measured))
            kept = measured
        self._changed[state.device] = Seen(state.online, seen_at, state, kept)

    def report(self, troubles: Iterable[Trouble]) -> None:
        """What these messages tell, or show, to be wrong."""
        self._troubles += troubles

    @cached_property
    def published(self) -> Mapping[AreaId, PublishedPlan]:
        return broadcasts.published(self.connection)

    @cached_property
    def tree(self) -> AreaTree:
        return areas.tree(self.connection)

    def write(self, now: datetime) -> tuple[IncidentId, ...]:
        """Returns the incidents that changed."""
        new = self._changed.keys() - self._seen.keys()
        fleet.keep_states(self.connection, [seen for device, seen in self._changed.items() if device in new], new=True)
        rest = [seen for device, seen in self._changed.items() if device not in new]
        fleet.keep_states(self.connection, rest, new=False)
        readings.keep(self.connection, self._readings)
        # Of two troubles that are one incident, the worse one is told last and stands.
        return incidents.report_all(self.connection, sorted(self._troubles, key=lambda one: one.severity), now)

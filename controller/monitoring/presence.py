"""Which loudspeakers are there, and which of them could play what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from controller.happenings import Happening, Happenings, Kind
from controller.monitoring.health import holds_current_plans, is_news
from controller.monitoring.roll import Roll
from controller.monitoring.symptoms import complaints, new_complaints, new_refusals
from controller.store import fleet, readings, told_by_devices
from controller.store.database import Database
from controller.store.fleet import Seen
from devices.clock import Clock
from devices.protocol.messages import DeviceState

MISSED_HEARTBEATS = 2.5
"""After so many heartbeats without a word a device counts as offline: 75 s at the usual 30 s."""


class Presence:
    def __init__(self, database: Database, clock: Clock, happenings: Happenings, heartbeat: float) -> None:
        self._database = database
        self._clock = clock
        self._happenings = happenings
        self._patience = timedelta(seconds=heartbeat * MISSED_HEARTBEATS)

    def hear(self, roll: Roll, state: DeviceState, seen_at: datetime) -> Iterable[Happening]:
        """Takes in what a device says of itself; old news changes nothing."""
        before = roll.seen(state.device)
        if not is_news(before, state, seen_at):
            return []
        now = self._clock.now()
        here = state.online and now - seen_at <= self._patience
        if not here:
            told_by_devices.mark_not_ready(roll.connection, state.device, told_by_devices.OFFLINE, now)
        elif before is None or not before.online or not _as_ready(before.state, state):
            _note_readiness(roll, state, now)
        if (device := roll.device(state.device)) is not None:
            roll.report(new_refusals(before, state, device.area))
            if here:
                roll.report(new_complaints(before, state, device.area))
        roll.note(state if here else _gone(state, before), seen_at)
        if before is None or before.online != here:
            return [Happening(Kind.DEVICE, now, state.device, {"online": here})]
        same = _as_ready(before.state, state) and complaints(before.state) == complaints(state)
        changed = not same or before.state.clock_proven != state.clock_proven
        return [Happening(Kind.READY, now, state.device)] if changed else []

    def forget(self) -> None:
        """What was measured long ago; asked every few minutes."""
        with self._database.write() as connection:
            readings.forget(connection, self._clock.now() - readings.KEPT)

    def watch(self) -> None:
        """Finds the devices that have fallen silent. Called every few seconds."""
        now = self._clock.now()
        with self._database.write() as connection:
            silent = fleet.lose_silent(connection, now - self._patience)
            for device in silent:
                told_by_devices.mark_not_ready(connection, device, told_by_devices.OFFLINE, now)
        for device in silent:
            self._happenings.tell(Happening(Kind.DEVICE, now, device, {"online": False}))


def _note_readiness(roll: Roll, state: DeviceState, now: datetime) -> None:
    device = roll.device(state.device)
    if device and holds_current_plans(state, roll.published, roll.tree.path(device.area)):
        not_ready = {one.occurrence: one.reason for one in state.not_ready}
        told_by_devices.mark_ready(roll.connection, state.device, not_ready, now)


def _as_ready(before: DeviceState, state: DeviceState) -> bool:
    return before.plans == state.plans and before.not_ready == state.not_ready


def _gone(state: DeviceState, before: Seen | None) -> DeviceState:
    """What stays true of a device that is away. Its last will does not say what it refused, nor of which version it is:
    that stays counted, and who is away while others are renewed stays known."""
    refused = state.refused or ({} if before is None else before.state.refused)
    return DeviceState(
        device=state.device,
        session=state.session,
        sequence=state.sequence,
        at=state.at,
        online=False,
        plans=state.plans,
        refused=refused,
        software=state.software or ("" if before is None else before.state.software),
    )

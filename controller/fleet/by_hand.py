"""What people ask of one loudspeaker by hand: a tone to hear which one it is, and to begin anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from controller.errors import Invalid, NotFound, NotNow
from controller.fleet.configuration import Configuration
from controller.orders import Orders
from controller.store import device_orders, fleet
from controller.store.database import Connection, Database
from controller.store.device_orders import DeviceOrder, DeviceOrderId, OrderKind
from controller.store.fleet import OWN_AGENT, Device, Seen
from controller.store.people import Account
from devices.clock import Clock
from devices.protocol.messages import Command, Restart, SoundTone
from devices.protocol.topics import DeviceId
from schedules.occurrence import OccurrenceId, occurrence_id
from schedules.programme import ProgrammeId
from schedules.timespan import COMMUNE_ZONE

TONE_LIFE, RESTART_LIFE = timedelta(seconds=30), timedelta(minutes=5)
"""So long an order holds: nobody waits beneath a loudspeaker for longer, and none begins anew at a bad moment."""
LONGEST_TONE = 10.0


class ByHand:
    """`told` is called after each order: it shall go out at once."""

    def __init__(
        self,
        database: Database,
        orders: Orders,
        clock: Clock,
        configuration: Configuration,
        told: Callable[[], None],
    ) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock
        self._configuration = configuration
        self._told = told

    def tone(self, device: DeviceId, who: Account, *, volume: int = 50, seconds: float = 3.0) -> DeviceOrderId:
        """A tone now, or never; its receipt says what became of it. Raises NotFound, NotNow or Invalid."""
        if not 1 <= volume <= 100:
            raise Invalid("bad-volume", "Volume is a percentage from 1 to 100.", field="volume")
        if not 0 < seconds <= LONGEST_TONE:
            raise Invalid("bad-length", "A tone lasts for at most {most} seconds.", field="seconds", most=10)
        named = occurrence_id(ProgrammeId(f"tone:{device}"), self._clock.now())
        with self._database.write() as connection:
            found, seen = self._reachable(connection, device)
            if seen.state.playing is not None:
                raise NotNow("on-air", "It sounds at this moment: a tone does not speak over that.")
            if not seen.state.clock_proven:
                raise NotNow("clock-unproven", "It does not know the time for sure, and so it may not sound.")
            if (until := self._configuration.quiet_until(connection, found, self._clock.now())) is not None:
                end = until.astimezone(COMMUNE_ZONE).strftime("%H:%M")
                raise NotNow("quiet-hours", "Quiet hours last there until {end}: it would refuse a tone.", end=end)
            order = SoundTone(occurrence=OccurrenceId(named), seconds=seconds, volume=volume)
            return self._say(connection, DeviceOrderId(named), device, OrderKind.TONE, seen, who, order, TONE_LIFE)

    def restart(self, device: DeviceId, who: Account) -> DeviceOrderId:
        """Its agent begins anew as soon as that costs no sound. Raises NotFound or NotNow."""
        named = DeviceOrderId(f"restart-{occurrence_id(ProgrammeId(f'restart:{device}'), self._clock.now())[-16:]}")
        with self._database.write() as connection:
            _, seen = self._reachable(connection, device)
            return self._say(connection, named, device, OrderKind.RESTART, seen, who, Restart(), RESTART_LIFE)

    def _reachable(self, connection: Connection, device: DeviceId) -> tuple[Device, Seen]:
        found = None if device == OWN_AGENT else fleet.find(connection, device)
        if found is None:
            raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
        seen = fleet.last_seen(connection, device)
        if found.is_shut_out or seen is None or not seen.online:
            raise NotNow("device-away", "This loudspeaker is not connected. Such an order is not kept for later.")
        return found, seen

    def _say(
        self,
        connection: Connection,
        name: DeviceOrderId,
        device: DeviceId,
        kind: OrderKind,
        seen: Seen,
        who: Account,
        command: Command,
        life: timedelta,
    ) -> DeviceOrderId:
        now = self._clock.now()
        device_orders.add(connection, DeviceOrder(name, device, kind, seen.session, who.id, now))
        self._orders.command(connection, device, command, now, life)
        self._database.afterwards(self._told)
        return name

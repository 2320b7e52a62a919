"""A commune, or ten, with many loudspeakers and cameras and a day behind them: rows as the real ones, made at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from controller.monitoring.cameras import reception
from controller.store import areas, broadcasts, cameras, fleet, incidents, readings, told_by_devices
from controller.store.areas import Area, AreaKind
from controller.store.cameras import Camera
from controller.store.database import Connection
from controller.store.fleet import Device, Seen
from controller.store.people import Role
from controller.store.readings import Reading
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.town import Town
from controller.town.town import COMMUNE
from devices.protocol.messages import (
    Axis,
    CameraId,
    CameraReason,
    CameraReport,
    CameraSource,
    DeviceHealth,
    DeviceState,
    HealthId,
    PlanDigest,
    Receipt,
    ReceiptId,
    Standing,
)
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

MORNING = datetime(2026, 11, 23, 4, 0, tzinfo=COMMUNE_ZONE)
NOON = MORNING + timedelta(hours=8)
HOURS = (5, 11, 13, 16, 17, 18, 19, 20)
COMMUNES, VILLAGES = 10, 20
PERSON, PASSWORD = "xem", "một mật khẩu dài"
_AWAY = 100
"""Every so manieth loudspeaker and camera is away."""
_WATCHED = 8
"""So many cameras are watched by one device."""
_AT_ONCE = 500


class Crowd:
    """At noon: a broadcast everywhere in each of the `hours` of the day. `PERSON` may do everything."""

    def __init__(self, folder: Path, devices: int, watched: int, hours: tuple[int, ...] = HOURS) -> None:
        self.town = Town(folder, MORNING, villages={})
        self.database = self.town.app.database
        self.places = tuple(self._settle())
        self.devices = tuple(DeviceId(f"loa-{number:05}") for number in range(devices))
        self.cameras = tuple(CameraId(f"cam-{number:04}") for number in range(watched))
        self.town.app.access.add_account(PERSON, "Người xem", PASSWORD, frozenset(Role))
        with self.database.write() as connection:
            self._bring_devices(connection)
            self._bring_cameras(connection)
        self._broadcast(hours)
        self._live_until_noon()
        while self.town.app.services.proofs.tend():
            pass

    def _settle(self) -> Iterator[AreaId]:
        """Yields the villages."""
        with self.database.write() as connection:
            for number in range(COMMUNES):
                commune = COMMUNE if number == 0 else AreaId(f"xa-{number}")
                if number:
                    areas.add(connection, Area(commune, None, AreaKind.COMMUNE, f"Xã {number}"))
                for village in range(VILLAGES):
                    place = AreaId(f"{commune}-thon-{village}")
                    areas.add(connection, Area(place, commune, AreaKind.VILLAGE, f"Thôn {village}"))
                    yield place

    def _bring_devices(self, connection: Connection) -> None:
        key = SigningKey.generate().public.text
        for number, device in enumerate(self.devices):
            place = self.places[number % len(self.places)]
            fleet.add(connection, Device(device, place, f"Cụm loa {number}", key, 1), f"{number:064}", MORNING)

    def _bring_cameras(self, connection: Connection) -> None:
        for number, camera in enumerate(self.cameras):
            place, watcher = self.places[number % len(self.places)], self.devices[number // _WATCHED]
            address = f"rtsp://10.0.{number // 250}.{number % 250}/"
            source = Camera(camera, f"Camera {number}", place, CameraSource.RTSP, address, watcher)
            cameras.add(connection, source, MORNING)
            reception.hear(connection, _seen(number, camera, watcher), NOON)

    def _broadcast(self, hours: tuple[int, ...]) -> None:
        roots = (COMMUNE, *(AreaId(f"xa-{number}") for number in range(1, COMMUNES)))
        first = date(MORNING.year, MORNING.month, MORNING.day)
        for hour in hours:
            self.town.broadcast(f"Bản tin {hour} giờ.", roots, Recurrence(at=time(hour), first=first))
        self.town.app.answer()

    def _live_until_noon(self) -> None:
        self.town.clock.advance_to(NOON)
        with self.database.read() as connection:
            today = broadcasts.broadcasts(connection, Timespan(MORNING, NOON + timedelta(days=1)))
            plans = {area: plan.digest for area, plan in broadcasts.published(connection).items()}
        over = [one for one in today if one.start < NOON]
        waiting = iter(enumerate(self.devices))
        while some := list(islice(waiting, _AT_ONCE)):
            with self.database.write() as connection:
                for number, device in some:
                    if number % _AWAY:
                        told_by_devices.mark_ready(connection, device, {}, NOON)
                    for sequence, one in enumerate(over, start=1):
                        receipt = Receipt(
                            id=ReceiptId(f"{device}-{sequence}"),
                            device=device,
                            sequence=sequence,
                            occurrence=one.id,
                            programme=one.programme,
                            outcome=Outcome.PLAYED if number % 37 else Outcome.MISSED,
                            reason="" if number % 37 else "busy",
                            started_at=one.start,
                            ended_at=one.start + timedelta(seconds=one.seconds),
                            seconds=one.seconds,
                            planned_seconds=one.seconds,
                        )
                        told_by_devices.keep_receipt(connection, receipt, b"sealed" * 100, NOON)
                heard = [Seen(bool(number % _AWAY), NOON, self._state(device, plans)) for number, device in some]
                fleet.keep_states(connection, heard, new=True)
        with self.database.write() as connection:
            away = self.devices[::_AWAY]
            told = [
                Trouble(
                    TroubleKind.DEVICE_OFFLINE,
                    Subject(SubjectKind.DEVICE, device),
                    Severity.WARNING,
                    "offline",
                    self.places[0],
                )
                for device in away
            ]
            incidents.report_all(connection, told, NOON)
            measured = (
                Reading(NOON - timedelta(minutes=10 * step), 80, -60.0, 40.0 + step % 9) for step in range(1000)
            )
            readings.keep(connection, [(self.devices[0], one) for one in measured])

    def _state(self, device: DeviceId, plans: dict[AreaId, PlanDigest]) -> DeviceState:
        return DeviceState(
            device=device,
            session="1",
            sequence=1,
            at=NOON,
            online=True,
            plans={area: plan for area, plan in plans.items() if area == COMMUNE},
            volume=80,
            clock_proven=True,
            software="loa-xa 1",
        )

    def close(self) -> None:
        self.town.close()


def _seen(number: int, camera: CameraId, watcher: DeviceId) -> DeviceHealth:
    """What its watcher says of one camera."""
    gone = number % _AWAY == 0
    good = Axis(standing=Standing.UNKNOWN if gone else Standing.GOOD, since=MORNING, checked_at=NOON, probes=9)
    reach = Axis(
        standing=Standing.BAD if gone else Standing.GOOD,
        reason=CameraReason.NO_ANSWER if gone else CameraReason.NONE,
        since=MORNING,
        checked_at=NOON,
        probes=9,
    )
    report = CameraReport(camera=camera, at=NOON, reach=reach, service=good, stream=good, picture=good)
    return DeviceHealth(
        id=HealthId(camera), device=watcher, sequence=1, at=NOON, watching_since=MORNING, whole=True, cameras=(report,)
    )

"""People announce that cameras will be away, and that they are back sooner."""

from __future__ import annotations

from datetime import datetime, timedelta

from controller.errors import Invalid, NotFound
from controller.store import areas, cameras, maintenance, nodes
from controller.store.database import Connection, Database
from controller.store.maintenance import Maintenance, MaintenanceId
from controller.store.people import Account
from controller.store.troubles import Subject, SubjectKind
from devices.clock import Clock
from devices.protocol.messages.cameras import CameraId
from schedules.programme import AreaId
from schedules.timespan import Timespan

LONGEST = timedelta(days=90)
_FARTHEST = 2**31 - 1


class Announcing:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def announce(self, about: Subject, start: datetime, end: datetime, why: str, who: Account) -> Maintenance:
        """What is past cannot be announced: a start that is gone means now. Raises Invalid or NotFound."""
        now = self._clock.now()
        if start.tzinfo is None or end.tzinfo is None or max(start, now) >= end or end - start > LONGEST:
            raise Invalid("bad-span", "It must end later than now, and last {days} days at most.", field="end", days=90)
        with self._database.write() as connection:
            if not _is_there(connection, about):
                raise NotFound("unknown-subject", "There is no {subject!r} that could be maintained.", subject=about.id)
            one = Maintenance(MaintenanceId(0), about, Timespan(max(start, now), end), why.strip(), who.id)
            number = maintenance.add(connection, one, now)
        return Maintenance(number, about, one.span, one.why, one.by)

    def end(self, number: MaintenanceId) -> None:
        with self._database.write() as connection:
            if not 0 < number <= _FARTHEST or not maintenance.end(connection, number, self._clock.now()):
                raise NotFound("unknown-maintenance", "There is no such maintenance to come, and none lasts.")


def _is_there(connection: Connection, about: Subject) -> bool:
    match about.kind:
        case SubjectKind.CAMERA:
            return cameras.find(connection, CameraId(about.id)) is not None
        case SubjectKind.NODE:
            return about.id in {one.id for one in nodes.everyone(connection)}
        case SubjectKind.AREA:
            return AreaId(about.id) in areas.tree(connection)
    return False

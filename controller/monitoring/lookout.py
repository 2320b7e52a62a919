"""Looks out for what is wrong with loudspeakers and cameras: opens incidents, finds their common cause, sees them end.

Every look starts from the rows alone, so that one look too many, too late or after a restart changes nothing but
lateness. Between two looks `stir` says that there may be something to see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from controller.happenings import FOUND_BY_LOOKING, Happening, Happenings, Kind
from controller.monitoring.answers import RECEIPT_DUE
from controller.monitoring.cameras.album import album_in
from controller.monitoring.cameras.lookout import CameraLookout, find_causes
from controller.monitoring.checks import FIRST_LOOK, look_is_due, next_look
from controller.monitoring.common_causes import CommonCauses
from controller.monitoring.look import PATIENCE, Look
from controller.store import incident_list, incidents, watching
from controller.store.database import Connection, Database
from controller.store.incident_list import IncidentId, IncidentsAsked
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.store.watching import Coming
from devices.clock import Clock
from devices.protocol.topics import DeviceId, SiteId
from schedules.timespan import Timespan

SETTLING = timedelta(minutes=1)
"""After a start or a lost line devices are given so long to say that they are there."""
CLOCK_PATIENCE = timedelta(minutes=5)
BREATH = timedelta(seconds=10)
"""Two looks are never closer together."""
LONGEST_REST = timedelta(hours=2)
WATCHFUL_REST = timedelta(minutes=30)
"""As long as something is wrong."""
_OPEN = IncidentsAsked(open=True)


class Lookout:
    """`look` is called by one thread at a time. What began up to `together` apart may have one cause. In `folder` lie
    the pictures of cameras."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        happenings: Happenings,
        connected: Callable[[], bool],
        site: SiteId,
        together: timedelta,
        folder: Path | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._happenings = happenings
        self._connected = connected
        self._us = Subject(SubjectKind.SITE, site)
        self._common_causes = CommonCauses(together)
        self._cameras = CameraLookout(database, clock, happenings, None if folder is None else album_in(folder))
        self._unproven: dict[DeviceId, datetime] = {}
        self._settled_at = clock.now() + SETTLING
        self._due = self._looked_at = self._settled_at
        self._stirred = False

    @property
    def due(self) -> datetime:
        """When it is worth while to look again."""
        return min(self._own_due, self._cameras.due)

    @property
    def _own_due(self) -> datetime:
        soon = self._looked_at + BREATH if self._stirred else self._due
        return max(min(self._due, soon), self._settled_at)

    def stir(self) -> None:
        """From any thread: something has changed that may be, or end, an incident."""
        self._stirred = True
        self._cameras.stir()

    def look(self) -> None:
        """Safe to call at any time; does nothing before it is `due`."""
        now = self._clock.now()
        self._cameras.look()
        if now < self._own_due:
            return
        self._stirred = False
        with self._database.write() as connection:
            changed = self._look(connection, now) if self._connected() else self._off_the_line(connection, now)
        for one in changed:
            self._happenings.tell(Happening(Kind.INCIDENT, now, str(one), FOUND_BY_LOOKING))

    def _off_the_line(self, connection: Connection, now: datetime) -> tuple[IncidentId, ...]:
        """That nothing is heard is now our own fault, and says nothing of any device."""
        self._settled_at = now + SETTLING
        self._due = now + SETTLING
        self._unproven.clear()
        lost = Trouble(TroubleKind.BROKER_LOST, self._us, Severity.CRITICAL, "broker-lost")
        return incidents.report_all(connection, [lost], now)

    def _look(self, connection: Connection, now: datetime) -> tuple[IncidentId, ...]:
        self._looked_at = now
        coming = watching.coming(connection, Timespan(now - RECEIPT_DUE, now + LONGEST_REST + FIRST_LOOK))
        checked = frozenset(one.id for one in coming if look_is_due(one, now))
        standing = incident_list.asked(connection, _OPEN)
        lost = [one.id for one in standing if one.kind is TroubleKind.BROKER_LOST]
        changed = [*incidents.resolve_ids(connection, lost, now)] if lost else []
        changed += Look(connection, now, standing, self._long_unproven(connection, now)).act(checked)
        if standing or changed:
            changed += find_causes(connection, now)  # cameras and loudspeakers may have lost the same power
            present = incident_list.asked(connection, _OPEN) if changed else standing
            changed += self._common_causes.find(connection, now, present)
        if checked:
            watching.looked_after(connection, checked, now)
        rest = WATCHFUL_REST if standing or changed else LONGEST_REST
        self._due = max(min([now + rest, *self._moments(connection, coming, now)]), now + BREATH)
        return tuple(dict.fromkeys(changed))

    def _moments(self, connection: Connection, coming: Iterable[Coming], now: datetime) -> Iterator[datetime]:
        """When there will be something to see, even if nothing happens."""
        for one in coming:
            if (look := next_look(one, now)) is not None:
                yield look
            if (answers_due := one.last_end + RECEIPT_DUE) > now:
                yield answers_due
        if (away := watching.next_away(connection, now - PATIENCE)) is not None:
            yield away + PATIENCE
        yield from (first + CLOCK_PATIENCE for first in self._unproven.values() if first + CLOCK_PATIENCE > now)

    def _long_unproven(self, connection: Connection, now: datetime) -> frozenset[DeviceId]:
        """Who has long been heard to say that it lacks the time; after a restart the patience begins anew."""
        found = watching.clocks_unproven(connection)
        self._unproven = {device: self._unproven.get(device, now) for device in found}
        return frozenset(device for device, first in self._unproven.items() if now - first >= CLOCK_PATIENCE)

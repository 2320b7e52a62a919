"""Looks out for what is wrong with cameras: opens their incidents, finds what they have in common, sees them end.

Every look starts from the rows alone, so that one look too many, too late or after a restart changes nothing but
lateness. What devices say of cameras is taken in by `reception`; here it is judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from controller.happenings import FOUND_BY_LOOKING, Happening, Happenings, Kind
from controller.monitoring.cameras import node_causes
from controller.monitoring.cameras.album import Album
from controller.monitoring.cameras.health import KINDS, UNSTABLE
from controller.monitoring.cameras.maintained import begin_and_end, spared
from controller.monitoring.cameras.reception import health_of
from controller.monitoring.presence import MISSED_HEARTBEATS
from controller.store import camera_pictures, camera_watch, cameras, incident_list, incidents, maintenance
from controller.store.camera_states import Axis
from controller.store.camera_watch import CameraState
from controller.store.cameras import Camera
from controller.store.database import Connection, Database
from controller.store.incident_list import Incident, IncidentId, IncidentsAsked
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble
from devices.clock import Clock
from devices.protocol.messages.cameras import CameraId

BREATH = timedelta(seconds=5)
"""Two looks are never closer together."""
REST = timedelta(seconds=20)
"""As long as something is wrong or announced."""
LONG_REST = timedelta(minutes=10)
CLEARING = timedelta(hours=1)
"""How often pictures that are kept no longer are cleared away; so long one may wait for the report that names it."""

_AXES = {kind: axis for axis, kind in KINDS.items()}


class CameraLookout:
    """`look` is called by one thread at a time, `stir` by any."""

    def __init__(self, database: Database, clock: Clock, happenings: Happenings, album: Album | None = None) -> None:
        self._database = database
        self._clock = clock
        self._happenings = happenings
        self._album = album
        self._cleared_at: datetime | None = None
        self._looked_at = clock.now()
        self._due = self._looked_at
        self._stirred = False

    @property
    def due(self) -> datetime:
        """When it is worth while to look again."""
        return min(self._due, self._looked_at + BREATH) if self._stirred else self._due

    def stir(self) -> None:
        """Something has changed that may be, or end, an incident of a camera."""
        self._stirred = True

    def look(self) -> None:
        """Safe to call at any time; does nothing before it is `due`."""
        now = self._clock.now()
        if now < self.due:
            return
        self._stirred = False
        self._looked_at, self._due = now, now + LONG_REST
        with self._database.read() as connection:
            if not cameras.are_there(connection):
                return
        with self._database.write() as connection:
            camera_watch.still_alive(connection)
            begin_and_end(connection, now)
            maintained = spared(connection, now)
            changed = _report(connection, maintained, now)
            changed += find_causes(connection, now, maintained)
            busy = bool(maintained or changed or incident_list.count(connection, _OPEN))
            announced = maintenance.next_turn(connection, now)
        if self._cleared_at is None or now - self._cleared_at >= CLEARING:
            self._clear(now)
        self._due = min(now + (REST if busy else LONG_REST), announced or now + LONG_REST)
        for one in dict.fromkeys(changed):
            self._happenings.tell(Happening(Kind.INCIDENT, now, str(one), FOUND_BY_LOOKING))

    def _clear(self, now: datetime) -> None:
        """Pictures that are kept no longer are gone."""
        self._cleared_at = now
        with self._database.write() as connection:
            camera_pictures.lapse(connection, now)
            kept = camera_pictures.kept(connection)
        if self._album is not None:
            self._album.clear(kept, (now - CLEARING).timestamp())


_OPEN = IncidentsAsked(open=True, subject_kind=SubjectKind.CAMERA)


def find_causes(
    connection: Connection, now: datetime, maintained: Collection[CameraId] | None = None
) -> list[IncidentId]:
    """What fell together, cameras and loudspeakers alike, is one incident of what it hangs on."""
    if not cameras.are_there(connection):
        return []
    away = spared(connection, now) if maintained is None else maintained
    return list(node_causes.find(connection, now, away, unwatched(connection, now)))


def unwatched(connection: Connection, now: datetime) -> frozenset[CameraId]:
    """The cameras of which nothing is known now, because whoever watches them is not heard."""
    silent = camera_watch.silent_watchers(connection, now, MISSED_HEARTBEATS)
    return frozenset(cameras.watched_by(connection, silent)) if silent else frozenset()


def _report(connection: Connection, maintained: Collection[CameraId], now: datetime) -> list[IncidentId]:
    """What is wrong is an incident, and one that is certainly over ends."""
    standing = incident_list.asked(connection, IncidentsAsked(open=True, kinds=list(_AXES)))
    troubled = camera_watch.troubled(connection)
    named = troubled | {CameraId(one.subject.id) for one in standing}
    states = camera_watch.states(connection, named)
    known = {one.id: one for one in cameras.some(connection, named)}
    told = [
        trouble
        for camera in sorted(troubled - set(maintained))
        if camera in states
        for trouble in troubles(known[camera], states[camera])
    ]
    changed = list(incidents.report_all(connection, told, now))
    _bind_evidence(connection, told)
    over = [one for one in standing if _is_over(one, states.get(CameraId(one.subject.id)))]
    ended = incidents.resolve_ids(connection, [one.id for one in over], now)
    for one in over:
        if one.id in ended and one.kind is KINDS[Axis.PICTURE]:
            camera_pictures.bind_after(connection, CameraId(one.subject.id), one.id, now)
    return changed + list(ended)


def troubles(camera: Camera, state: CameraState) -> Iterable[Trouble]:
    """What is wrong with it, in the words in which incidents are reported."""
    health = health_of(state)
    about = Subject(SubjectKind.CAMERA, camera.id)
    for axis, reason in health.broken().items():
        began = health.axes[axis].believed_since
        facts: dict[str, object] = {"since": (began or state.heard_at).isoformat()}
        if axis is Axis.PICTURE and reason != UNSTABLE:
            facts["findings"] = list(state.report.get("findings", ()))
        severity = min(camera.severity, Severity.WARNING) if reason == UNSTABLE else camera.severity
        yield Trouble(KINDS[axis], about, severity, reason, camera.area, facts)


def _is_over(one: Incident, state: CameraState | None) -> bool:
    return state is None or _AXES[one.kind] in health_of(state).well()


def _bind_evidence(connection: Connection, told: Iterable[Trouble]) -> None:
    for trouble in told:
        if trouble.kind is KINDS[Axis.PICTURE]:
            asked = IncidentsAsked(open=True, kinds=[trouble.kind], subject=trouble.subject)
            for one in incident_list.asked(connection, asked):
                camera_pictures.bind(connection, CameraId(trouble.subject.id), one.id)

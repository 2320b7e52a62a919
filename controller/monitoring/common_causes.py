"""Many devices of one area with the same trouble at the same time have one cause: one incident above theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.monitoring.grouping import FEWEST, Fallen, Group, groups
from controller.store import areas, incident_list, incidents, overview
from controller.store.areas import AreaTree
from controller.store.database import Connection
from controller.store.incident_list import Incident, IncidentId, IncidentsAsked
from controller.store.overview import Speakers
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from schedules.programme import AreaId

RECOVERY = timedelta(minutes=10)
"""When most have recovered, the others are given so long before each of them stands alone."""

_SHARED = (
    TroubleKind.DEVICE_OFFLINE,
    TroubleKind.NOT_READY,
    TroubleKind.QUIET_HOURS_REFUSED,
    TroubleKind.DEVICE_REFUSED,
    TroubleKind.HIJACK_TRY,
    TroubleKind.CLOCK_UNPROVEN,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where loudspeakers stand, and how many of them are there."""

    tree: AreaTree
    speakers: Mapping[AreaId, Speakers]


class CommonCauses:
    """`together` is how far apart the beginnings of one cause may be seen."""

    def __init__(self, together: timedelta) -> None:
        self._together = together
        self._considered: frozenset[IncidentId] = frozenset()
        """Alone when it was last looked: nothing new among these, no new cause of theirs."""

    def find(self, connection: Connection, now: datetime, present: Iterable[Incident]) -> tuple[IncidentId, ...]:
        """Opens, widens and ends the incidents of areas; returns those that changed. `present` is all that is open."""
        standing = [one for one in present if one.kind in _SHARED]
        of_areas = {one.id: one for one in standing if one.subject.kind is SubjectKind.AREA}
        of_devices = [one for one in standing if one.subject.kind is SubjectKind.DEVICE and one.area is not None]
        changed: list[IncidentId] = []
        alone = frozenset(one.id for one in of_devices if one.cause is None)
        if alone != self._considered:
            ground = Ground(areas.tree(connection), overview.speakers(connection))
            for kind, reason in dict.fromkeys((one.kind, one.reason) for one in of_devices if one.id in alone):
                same = [one for one in of_devices if (one.kind, one.reason) == (kind, reason)]
                if len(same) >= FEWEST:
                    changed += self._gather(connection, same, of_areas, ground, now)
            self._considered = alone - set(changed)
        if of_areas:
            changed += _end(connection, of_areas.values(), now)
        return tuple(changed)

    def _gather(
        self,
        connection: Connection,
        same: list[Incident],
        of_areas: Mapping[IncidentId, Incident],
        ground: Ground,
        now: datetime,
    ) -> list[IncidentId]:
        """Puts incidents of one kind and reason beneath those of their areas."""
        changed: list[IncidentId] = []
        for cause in (one for one in of_areas.values() if one.kind is same[0].kind and one.reason == same[0].reason):
            inside = ground.tree.within([AreaId(cause.subject.id)])
            late = [one for one in same if one.cause is None and one.area in inside and self._joins(one, cause)]
            if late:
                changed += incidents.put_beneath(connection, cause.id, [one.id for one in late], now)
                known = incident_list.beneath(connection, [cause.id])
                facts = {**cause.facts, "devices": len(known)}
                wider = Trouble(cause.kind, cause.subject, cause.severity, cause.reason, cause.area, facts)
                changed += incidents.report_all(connection, [wider], now)
        alone = [one for one in same if one.id not in changed]
        if any(one.cause is None for one in alone):
            changed += self._open(connection, alone, of_areas, ground, now)
        return changed

    def _joins(self, one: Incident, cause: Incident) -> bool:
        return abs(_began(one) - _began(cause)) <= self._together

    def _open(
        self,
        connection: Connection,
        same: list[Incident],
        of_areas: Mapping[IncidentId, Incident],
        ground: Ground,
        now: datetime,
    ) -> list[IncidentId]:
        fallen = [
            Fallen(one.id, one.area, _began(one), _area_above(one, of_areas)) for one in same if one.area is not None
        ]
        there = Counter({area: speakers.online for area, speakers in ground.speakers.items()})
        if same[0].kind is TroubleKind.DEVICE_OFFLINE:
            there.update(one.area for one in fallen)
        changed: list[IncidentId] = []
        for group in groups(fallen, ground.tree, there, self._together):
            trouble = _of_area(group, same[0], max(one.severity for one in same))
            incidents.report(connection, trouble, now)
            asked = IncidentsAsked(open=True, kinds=[trouble.kind], subject=trouble.subject)
            for cause in incident_list.asked(connection, asked):
                changed += [cause.id, *incidents.put_beneath(connection, cause.id, group.incidents, now)]
        return changed


def _of_area(group: Group, like: Incident, severity: Severity) -> Trouble:
    facts = {"since": group.began.isoformat(), "devices": len(group.incidents)}
    serious = severity if severity is Severity.NOTICE else max(severity, Severity.SERIOUS)
    return Trouble(like.kind, Subject(SubjectKind.AREA, group.area), serious, like.reason, group.area, facts)


def _end(connection: Connection, of_areas: Iterable[Incident], now: datetime) -> tuple[IncidentId, ...]:
    """Those are over beneath which nothing lasts, or beneath which most recovered while some lag far behind."""
    beneath = incident_list.ends_beneath(connection, [one.id for one in of_areas])
    return incidents.resolve_ids(connection, [one for one, ends in beneath.items() if _is_over(ends, now)], now)


def _is_over(ends: Sequence[datetime | None], now: datetime) -> bool:
    ended = [end for end in ends if end is not None]
    if len(ended) == len(ends):
        return True
    return 2 * len(ended) > len(ends) and now - max(ended) > RECOVERY


def _began(one: Incident) -> datetime:
    since = one.facts.get("since")
    return datetime.fromisoformat(since) if isinstance(since, str) else one.opened_at


def _area_above(one: Incident, of_areas: Mapping[IncidentId, Incident]) -> AreaId | None:
    above = None if one.cause is None else of_areas.get(one.cause)
    return None if above is None else AreaId(above.subject.id)

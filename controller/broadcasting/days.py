"""What sounds on each day of a week or a month: what has sounded from its rows, what will from rules and calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from controller.broadcasting.approval import approved_programmes
from controller.store import areas, broadcasts
from controller.store import calendars as kept_calendars
from controller.store.broadcasts import Broadcast
from controller.store.calendars import KeptChange
from controller.store.concerns import seen
from controller.store.database import Connection
from controller.store.people import Account
from schedules.calendars import Calendars
from schedules.occurrence import Hush, Occurrence, OccurrenceId, planned_start
from schedules.plan import asked
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import COMMUNE_ZONE, Timespan


@dataclass(frozen=True, slots=True)
class Dated:
    """One broadcast on a day. `usual` is the day on which its series has it, wherever a change has moved it to; `hush`
    why a calendar spares everybody; `over` what became of it, once it has begun."""

    id: OccurrenceId
    programme: ProgrammeId
    title: str
    bulletin_class: BulletinClass
    start: datetime
    seconds: float
    usual: date
    areas: tuple[AreaId, ...] = ()
    hush: Hush | None = None
    change: KeptChange | None = None
    over: Broadcast | None = None

    @property
    def day(self) -> date:
        return self.start.astimezone(COMMUNE_ZONE).date()


def dated(
    connection: Connection, span: Timespan, calendars: Calendars, who: Account, now: datetime
) -> tuple[Dated, ...]:
    """Every broadcast in `span` that `who` may know of, in order of time."""
    found: list[Dated] = []
    if span.start < now:
        begun = Timespan(span.start, min(span.end, now))
        found += map(_over, seen(connection, who, "occurrence", broadcasts.broadcasts(connection, begun)))
    if span.end > now:
        tree = areas.tree(connection)
        paths = {area.id: tree.path(area.id)[::-1] for area in tree}
        rules = seen(connection, who, "programme", approved_programmes(connection))
        changes = _by_day(kept_calendars.changes(connection))
        wishes = asked(rules, Timespan(max(span.start, now), span.end), calendars, paths)
        found += [_ahead(one, programme.areas, changes) for programme, one in wishes]
    return tuple(sorted(found, key=lambda one: (one.start, one.title)))


def _usual(one: OccurrenceId) -> date:
    return planned_start(one).astimezone(COMMUNE_ZONE).date()


def _over(one: Broadcast) -> Dated:
    return Dated(one.id, one.programme, one.title, one.bulletin_class, one.start, one.seconds, _usual(one.id), over=one)


def _ahead(one: Occurrence, chosen: tuple[AreaId, ...], changes: dict[ProgrammeId, list[KeptChange]]) -> Dated:
    known = changes.get(one.programme, ())
    usual = _usual(one.id) if known else one.start.astimezone(COMMUNE_ZONE).date()  # what nobody moved is where it was
    mine = [kept for kept in known if kept.change.first <= usual <= kept.change.last]
    hush = next(
        (hush for hush in one.hushes if hush.area is None and hush.meets(one.start, one.start + one.length)), None
    )
    last = mine[-1] if mine else None
    return Dated(
        one.id, one.programme, one.title, one.bulletin_class, one.start, one.seconds, usual, chosen, hush, last
    )


def _by_day(kept: Iterable[KeptChange]) -> dict[ProgrammeId, list[KeptChange]]:
    found: dict[ProgrammeId, list[KeptChange]] = {}
    for one in kept:
        found.setdefault(one.change.programme, []).append(one)
    return found

"""One day of the commune, as the first page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from controller.store import areas, broadcasts, overview, refusals
from controller.store.areas import AreaKind, AreaTree
from controller.store.broadcasts import Broadcast
from controller.store.concerns import seen, seen_inside
from controller.store.database import Connection
from controller.store.overview import AreaFacts, Speakers
from controller.store.people import Account
from controller.web.pages.words import Words
from schedules.plan import OccurrenceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE, Timespan

_FIRST_HOUR, _LAST_HOUR = 4, 22
_FOLLOWING = 6
_NEAR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Slot:
    """One broadcast in the bar of one village; minutes are those of the commune's day."""

    start: float
    minutes: float
    stage: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Village:
    """A village with its loudspeakers and its day."""

    id: AreaId
    name: str
    speakers: Speakers
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Day:
    villages: tuple[Village, ...]
    speakers: Speakers
    on_air: tuple[Broadcast, ...]
    next: Broadcast | None
    why_not_ready: dict[str, int]
    following: tuple[Broadcast, ...]
    over: tuple[Broadcast, ...]
    refused: int
    waiting: int
    first_hour: int
    last_hour: int
    minute: float
    refresh_seconds: int
    """How often a page that shows this day looks again, besides being told of changes."""


def read_day(connection: Connection, who: Account, now: datetime, ahead: timedelta, words: Words) -> Day:
    """The day around `now`, and what comes within `ahead`, as far as `who` may know of it."""
    tree = areas.tree(connection)
    midnight = datetime.combine(now.astimezone(COMMUNE_ZONE).date(), time(), COMMUNE_ZONE)
    today = Timespan(midnight, midnight + timedelta(days=1))
    of_today = seen(connection, who, "occurrence", broadcasts.broadcasts(connection, today))
    coming = seen(connection, who, "occurrence", broadcasts.broadcasts(connection, Timespan.of(now, ahead)))
    inside = seen_inside(connection, who, None)
    standing = {
        area: speakers for area, speakers in overview.speakers(connection).items() if inside is None or area in inside
    }
    villages = {
        area: speakers for area, speakers in _villages(tree, standing).items() if inside is None or area in inside
    }
    known = {one.id: one for one in of_today}
    counted = tuple(one for one in overview.area_facts(connection, today) if one.occurrence in known)
    slots = _slots(tree, known, counted, now, words)
    first = coming[0] if coming else None
    hours = [_minutes(one.start) / 60 for one in of_today] + [_minutes(now) / 60]
    return Day(
        villages=tuple(
            Village(area, tree[area].name, speakers, slots.get(area, [])) for area, speakers in villages.items()
        ),
        speakers=sum(standing.values(), Speakers()),
        on_air=tuple(one for one in of_today if is_on_air(one, now)),
        next=first,
        why_not_ready=overview.why_not_ready(connection, first.id) if first and first.ready < first.planned else {},
        following=coming[1 : _FOLLOWING + 1],
        over=tuple(one for one in reversed(of_today) if one.start + timedelta(seconds=one.seconds) <= now),
        refused=refusals.total(connection),
        waiting=overview.waiting_for_approval(connection),
        first_hour=min(_FIRST_HOUR, int(min(hours)) // 2 * 2),
        last_hour=max(_LAST_HOUR, int(max(hours)) // 2 * 2 + 2),
        minute=_minutes(now),
        refresh_seconds=refresh_seconds(of_today + coming[:1], now),
    )


def is_on_air(broadcast: Broadcast, now: datetime) -> bool:
    return broadcast.start <= now < broadcast.start + timedelta(seconds=broadcast.seconds)


def refresh_seconds(around: Iterable[Broadcast], now: datetime) -> int:
    """Nobody tells us that a moment has come: around a broadcast one looks often, else now and then."""
    for one in around:
        if one.start - _NEAR <= now < one.start + timedelta(seconds=one.seconds) + _NEAR:
            return 2
    return 20


def _villages(tree: AreaTree, standing: dict[AreaId, Speakers]) -> dict[AreaId, Speakers]:
    """Every village in the order of the tree, and any wider area in which a loudspeaker stands by itself."""
    found: dict[AreaId, Speakers] = {}
    for area in tree:
        if area.kind is AreaKind.VILLAGE:
            found.setdefault(area.id, Speakers())
        if area.id in standing:
            row = row_of(tree, area.id)
            found[row] = found.get(row, Speakers()) + standing[area.id]
    return found


def row_of(tree: AreaTree, area: AreaId) -> AreaId:
    """The village that `area` is or lies in, else the area itself."""
    return next((one for one in tree.path(area) if tree[one].kind is AreaKind.VILLAGE), area)


def _slots(
    tree: AreaTree,
    of_today: dict[OccurrenceId, Broadcast],
    counted: tuple[AreaFacts, ...],
    now: datetime,
    words: Words,
) -> dict[AreaId, list[Slot]]:
    sums: dict[tuple[AreaId, OccurrenceId], AreaFacts] = {}
    for one in counted:
        place = (row_of(tree, one.area), one.occurrence)
        sums[place] = _added(sums[place], one) if place in sums else one
    rows: dict[AreaId, list[Slot]] = {}
    for (village, occurrence), facts in sums.items():
        broadcast = of_today[occurrence]
        rows.setdefault(village, []).append(
            Slot(
                start=_minutes(broadcast.start),
                minutes=broadcast.seconds / 60,
                stage=_stage(facts, broadcast, now),
                text=_in_words(facts, broadcast, now, words),
                href=f"/occurrences/{occurrence}",
            )
        )
    return {village: sorted(slots, key=lambda slot: slot.start) for village, slots in rows.items()}


def _added(one: AreaFacts, other: AreaFacts) -> AreaFacts:
    return AreaFacts(
        one.occurrence,
        one.area,
        one.planned + other.planned,
        one.ready + other.ready,
        one.played + other.played,
        one.failed + other.failed,
        one.heard + other.heard,
    )


def _stage(facts: AreaFacts, broadcast: Broadcast, now: datetime) -> str:
    """The weakest fact that holds for every loudspeaker here: one silent loudspeaker makes the slot silent."""
    if facts.planned == facts.heard:
        return "heard"
    if facts.planned == facts.played:
        return "played"
    over = broadcast.start + timedelta(seconds=broadcast.seconds) <= now
    if facts.failed or over:
        return "silent"
    return "ready" if facts.ready == facts.planned else "planned"


def _in_words(facts: AreaFacts, broadcast: Broadcast, now: datetime, words: Words) -> str:
    what = f"{words.clock(broadcast.start)} {broadcast.title}"
    if broadcast.start <= now:
        return words.say("{what}: {played}/{planned} played", what=what, played=facts.played, planned=facts.planned)
    return words.say("{what}: {ready}/{planned} ready", what=what, ready=facts.ready, planned=facts.planned)


def _minutes(moment: datetime) -> float:
    local = moment.astimezone(COMMUNE_ZONE)
    return local.hour * 60 + local.minute + local.second / 60

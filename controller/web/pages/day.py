"""One day of the commune, as the first page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from controller.store import broadcasts, overview, refusals, tallies, waiting
from controller.store.areas import AreaKind, AreaTree
from controller.store.broadcasts import Broadcast
from controller.store.concerns import seen, seen_inside
from controller.store.database import Connection
from controller.store.overview import Speakers
from controller.store.people import Account
from controller.store.tallies import Tally
from controller.web.pages.words import Words
from schedules.plan import OccurrenceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE, Timespan

_FIRST_HOUR, _LAST_HOUR = 4, 22
_FOLLOWING = 6
_MOST_ROWS = 60
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
    """A village, or a whole commune where there are many, with its loudspeakers and its day."""

    name: str
    href: str
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


class Places:
    """The rows of the day: the villages of what is looked at, or what is wider where those would be too many."""

    def __init__(self, tree: AreaTree, inside: Collection[AreaId]) -> None:
        self.tree = tree
        self.inside = inside
        villages = [one for one in tree if one.kind is AreaKind.VILLAGE and one.id in inside]
        self._level = AreaKind.VILLAGE if len(villages) <= _MOST_ROWS else AreaKind.COMMUNE

    def row_of(self, area: AreaId) -> AreaId:
        """The village (or commune) that `area` is or lies in, else the area itself."""
        return next((one for one in self.tree.path(area) if self.tree[one].kind is self._level), area)

    def rows(self, standing: Mapping[AreaId, Speakers]) -> dict[AreaId, Speakers]:
        """Each row in the order of the tree; a wider area is one where a loudspeaker stands in it by itself."""
        found: dict[AreaId, Speakers] = {}
        for area in self.tree:
            if area.id not in self.inside:
                continue
            if area.kind is self._level:
                found.setdefault(area.id, Speakers())
            if area.id in standing:
                row = self.row_of(area.id)
                found[row] = found.get(row, Speakers()) + standing[area.id]
        return found

    def href(self, area: AreaId) -> str:
        """Nearer to it: its own day, or its loudspeakers."""
        deeper = self._level is AreaKind.COMMUNE and self.tree[area].kind is self._level
        return f"/?area={area}" if deeper else f"/devices?area={area}"


def read_day(
    connection: Connection,
    who: Account,
    now: datetime,
    ahead: timedelta,
    words: Words,
    standing: Mapping[AreaId, Speakers],
    tree: AreaTree,
    area: AreaId | None = None,
) -> Day:
    """The day around `now`, and what comes within `ahead`, as far as `who` may know of it; in `area`, or everywhere."""
    looked_at = tree.within([area] if area else [one.id for one in tree.children(None)])
    own = seen_inside(connection, who, looked_at)
    places = Places(tree, looked_at if own is None else own)
    midnight = datetime.combine(now.astimezone(COMMUNE_ZONE).date(), time(), COMMUNE_ZONE)
    today = Timespan(midnight, midnight + timedelta(days=1))
    of_today = seen(connection, who, "occurrence", broadcasts.broadcasts(connection, today))
    coming = _coming(connection, who, Timespan.of(now, ahead))
    rows = places.rows(standing)
    slots = _slots(connection, places, {one.id: one for one in of_today}, now, words)
    following = coming[0] if coming else None
    hours = [_minutes(one.start) / 60 for one in of_today] + [_minutes(now) / 60]
    return Day(
        villages=tuple(
            Village(tree[row].name, places.href(row), speakers, slots.get(row, [])) for row, speakers in rows.items()
        ),
        speakers=sum(rows.values(), Speakers()),
        on_air=tuple(one for one in of_today if is_on_air(one, now)),
        next=following,
        why_not_ready=_lacking(connection, following),
        following=coming[1 : _FOLLOWING + 1],
        over=tuple(one for one in reversed(of_today) if one.start + timedelta(seconds=one.seconds) <= now),
        refused=refusals.total(connection),
        waiting=waiting.for_approval(connection, who, tree),
        first_hour=min(_FIRST_HOUR, int(min(hours)) // 2 * 2),
        last_hour=max(_LAST_HOUR, int(max(hours)) // 2 * 2 + 2),
        minute=_minutes(now),
        refresh_seconds=refresh_seconds(of_today + coming[:1], now),
    )


def _coming(connection: Connection, who: Account, span: Timespan) -> tuple[Broadcast, ...]:
    """Whoever sees only part of the commune is shown the first of what is seen, so all is looked through."""
    found = broadcasts.first(connection, span, _FOLLOWING + 1) if who.roles else broadcasts.broadcasts(connection, span)
    return seen(connection, who, "occurrence", found)


def _lacking(connection: Connection, one: Broadcast | None) -> dict[str, int]:
    return overview.why_not_ready(connection, one.id) if one is not None and one.ready < one.planned else {}


def is_on_air(broadcast: Broadcast, now: datetime) -> bool:
    return broadcast.start <= now < broadcast.start + timedelta(seconds=broadcast.seconds)


def refresh_seconds(around: Iterable[Broadcast], now: datetime) -> int:
    """Nobody tells us that a moment has come: around a broadcast one looks often, else now and then."""
    for one in around:
        if one.start - _NEAR <= now < one.start + timedelta(seconds=one.seconds) + _NEAR:
            return 2
    return 20


def _slots(
    connection: Connection, places: Places, of_today: Mapping[OccurrenceId, Broadcast], now: datetime, words: Words
) -> dict[AreaId, list[Slot]]:
    sums: dict[tuple[AreaId, OccurrenceId], Tally] = {}
    for occurrence, counted in tallies.by_area(connection, of_today.keys()).items():
        for area, tally in counted.items():
            if area in places.inside:
                place = places.row_of(area), occurrence
                sums[place] = sums[place] + tally if place in sums else tally
    rows: dict[AreaId, list[Slot]] = {}
    for (row, occurrence), tally in sums.items():
        broadcast = of_today[occurrence]
        rows.setdefault(row, []).append(
            Slot(
                start=_minutes(broadcast.start),
                minutes=broadcast.seconds / 60,
                stage=_stage(tally, broadcast, now),
                text=_in_words(tally, broadcast, now, words),
                href=f"/occurrences/{occurrence}",
            )
        )
    return {row: sorted(slots, key=lambda slot: slot.start) for row, slots in rows.items()}


def _stage(facts: Tally, broadcast: Broadcast, now: datetime) -> str:
    """The weakest fact that holds for every loudspeaker here: one silent loudspeaker makes the slot silent."""
    if facts.planned == facts.heard:
        return "heard"
    if facts.planned == facts.played:
        return "played"
    over = broadcast.start + timedelta(seconds=broadcast.seconds) <= now
    if facts.failed or over:
        return "silent"
    return "ready" if facts.ready == facts.planned else "planned"


def _in_words(facts: Tally, broadcast: Broadcast, now: datetime, words: Words) -> str:
    what = f"{words.clock(broadcast.start)} {broadcast.title}"
    if broadcast.start <= now:
        return words.say("{what}: {played}/{planned} played", what=what, played=facts.played, planned=facts.planned)
    return words.say("{what}: {ready}/{planned} ready", what=what, ready=facts.ready, planned=facts.planned)


def _minutes(moment: datetime) -> float:
    local = moment.astimezone(COMMUNE_ZONE)
    return local.hour * 60 + local.minute + local.second / 60

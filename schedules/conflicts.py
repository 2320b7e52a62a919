"""Conflicts: what is asked of one place, made into one line of sound.

The stronger class goes first, then the explicit order, then who came first. A stronger one cuts a weaker one short;
equals never interrupt each other: who has the air keeps it. The same line is drawn in the controller, to foretell a
day, and on the device, to merge the plans of its areas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from schedules.claims import Claim
from schedules.occurrence import Hush, Occurrence, OccurrenceId, air_order
from schedules.programme import AreaId
from schedules.verdicts import Fate, Line, Segment, Verdict


def line_of_sound(wishes: Iterable[Occurrence], path: Collection[AreaId] = ()) -> Line:
    """One line of sound out of `wishes`, for a place that stands in all areas of `path`, and a verdict on each wish.

    The order in which `wishes` come, and how often one comes, changes nothing. What sounds until a moment depends only
    on the wishes that start until then, so a wish that arrives later never changes the past.
    """
    arriving = _each_once(wishes)
    desk = _Desk(frozenset(path))
    number = 0
    while number < len(arriving) or desk.busy_until is not None:
        moments = [desk.busy_until] if desk.busy_until is not None else []
        if number < len(arriving):
            moments.append(arriving[number].start)
        now = min(moments)
        desk.finish(now)
        while number < len(arriving) and arriving[number].start == now:
            desk.arrive(arriving[number])
            number += 1
        desk.settle(now)
    return desk.line()


def _each_once(wishes: Iterable[Occurrence]) -> list[Occurrence]:
    """In air order. Of two versions of one occurrence the first in that order counts, so that all choose the same."""
    chosen: dict[OccurrenceId, Occurrence] = {}
    for wish in wishes:
        known = chosen.setdefault(wish.id, wish)
        if wish != known and (air_order(wish), repr(wish)) < (air_order(known), repr(known)):
            chosen[wish.id] = wish
    return sorted(chosen.values(), key=air_order)


class _Piece(Claim):
    """A claim, and what became of it so far."""

    def __init__(self, occurrence: Occurrence, path: Collection[AreaId]) -> None:
        super().__init__(occurrence, path)
        self.waits_for: Occurrence | None = None
        self.cut_by: Occurrence | None = None
        self.begins: datetime | None = None
        self.ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class _OnAir:
    """`piece` sounds since `since` and ends at `until` if nothing cuts it short."""

    piece: _Piece
    since: datetime
    until: datetime


class _Desk:
    """The one who owns the line, moment after moment: `finish`, `arrive` for each, `settle`."""

    def __init__(self, path: frozenset[AreaId]) -> None:
        self._path = path
        self._on_air: _OnAir | None = None
        self._before: Occurrence | None = None
        self._waiting: list[_Piece] = []
        self._segments: list[Segment] = []
        self._verdicts: list[Verdict] = []

    @property
    def busy_until(self) -> datetime | None:
        return None if self._on_air is None else self._on_air.until

    def line(self) -> Line:
        return Line(tuple(self._segments), tuple(sorted(self._verdicts, key=lambda one: air_order(one.occurrence))))

    def finish(self, now: datetime) -> None:
        """End what has sounded to its last second."""
        if self._on_air is not None and self._on_air.until == now:
            piece = self._take_off(self._on_air, now)
            fate = Fate.MOVED if piece.begins != piece.occurrence.start else Fate.STANDS
            self._close(piece, Fate.INTERRUPTED if piece.cut_by is not None else fate, whole=True)

    def arrive(self, occurrence: Occurrence) -> None:
        """A wish whose moment has come; one that is silenced at its own time is lost at once."""
        piece = _Piece(occurrence, self._path)
        hush = piece.hush_between(occurrence.start, occurrence.start + piece.length)
        if hush is not None:
            self._close(piece, Fate.DROPPED, hush=hush)
        else:
            self._waiting.append(piece)

    def settle(self, now: datetime) -> None:
        """Give the line to whom it belongs at `now`."""
        self._give_up(now)
        while takers := [piece for piece in self._waiting if self._may_take(piece, now)]:
            best = min(takers, key=lambda piece: piece.order)
            hush = best.hush_between(now, now + best.rest)
            if hush is not None:
                self._waiting.remove(best)
                self._lose(best, hush=hush)
            else:
                if self._on_air is not None:
                    self._cut(self._on_air, now, best.occurrence)
                self._put_on(best, now)
        for piece in self._waiting:
            if piece.waits_for is None and self._on_air is not None:
                piece.waits_for = self._on_air.piece.occurrence

    def _may_take(self, piece: _Piece, now: datetime) -> bool:
        return self._on_air is None or piece.outdoes(self._on_air.piece, self._on_air.until, now)

    def _give_up(self, now: datetime) -> None:
        """Those whose patience ended before `now` lose to what sounded then."""
        holder = self._before if self._on_air is None else self._on_air.piece.occurrence
        for piece in [one for one in self._waiting if one.deadline < now]:
            self._waiting.remove(piece)
            self._lose(piece, by=holder)

    def _put_on(self, piece: _Piece, now: datetime) -> None:
        self._waiting.remove(piece)
        piece.begins = now if piece.begins is None else piece.begins
        self._on_air = _OnAir(piece, now, now + piece.rest)

    def _take_off(self, on_air: _OnAir, now: datetime) -> _Piece:
        """The piece that sounded, with its segment written down; the line is free."""
        piece = on_air.piece
        self._segments.append(Segment(piece.occurrence, on_air.since, now, piece.offset.total_seconds()))
        piece.ends = now
        self._before, self._on_air = piece.occurrence, None
        return piece

    def _cut(self, on_air: _OnAir, now: datetime, by: Occurrence) -> None:
        piece = self._take_off(on_air, now)
        piece.cut_by = by if piece.cut_by is None else piece.cut_by
        if piece.cut_short(now - on_air.since):
            self._waiting.append(piece)
        else:
            self._lose(piece)

    def _lose(self, piece: _Piece, by: Occurrence | None = None, hush: Hush | None = None) -> None:
        """It, or its rest, is not heard."""
        piece.waits_for = by
        self._close(piece, Fate.DROPPED if piece.begins is None else Fate.INTERRUPTED, hush=hush)

    def _close(self, piece: _Piece, fate: Fate, whole: bool = False, hush: Hush | None = None) -> None:
        by = {Fate.STANDS: None, Fate.INTERRUPTED: piece.cut_by}.get(fate, piece.waits_for)
        self._verdicts.append(Verdict(piece.occurrence, fate, by, hush, piece.begins, piece.ends, whole))

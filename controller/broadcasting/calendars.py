"""The commune's calendars: who may write what, and what of the settings holds until somebody writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from controller.broadcasting.rules import sound_of
from controller.errors import Invalid, NotAllowed, NotFound, NotNow
from controller.store import areas, bulletins, calendars
from controller.store.allowing import allow
from controller.store.bulletins import BulletinId, ProgrammeRow
from controller.store.calendars import ChangeId, Entry, EntryId, KeptChange, KeptEntry
from controller.store.database import Connection, Database
from controller.store.people import Account, AccountId, Role
from controller.store.states import ProgrammeState
from devices.clock import Clock
from schedules.calendars import Calendars, Change, Holiday, Move, Replace, Silence, Skip, quiet_hours
from schedules.occurrence import Why
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import start_on

MOST_ENTRIES = 500
MOST_CHANGES = 500
MOST_QUIET_HOURS = 40
"""Every loudspeaker keeps those of its place itself, and takes no more than fifty."""


@dataclass(frozen=True, slots=True)
class Instead:
    """This bulletin is heard instead."""

    bulletin: BulletinId


What = Skip | Move | Instead


def windows(written: str) -> tuple[Silence, ...]:
    """Reads `22:00-05:00,11:30-13:00`: every day, everywhere; empty for never. ValueError for all else."""
    pairs = [one.split("-") for one in written.split(",")] if written else []
    return tuple(
        quiet_hours(time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())) for begins, ends in pairs
    )


class CommuneCalendars:
    """`usual` are the quiet hours of the settings: they hold until somebody writes quiet hours of the commune's own.

    Whoever may write makes it quieter; only an approver makes it louder again, or whoever made it quieter.
    """

    def __init__(self, database: Database, clock: Clock, usual: Sequence[Silence]) -> None:
        self._database = database
        self._clock = clock
        self._usual = tuple(usual)

    def quiet_hours(self, connection: Connection) -> tuple[Silence, ...]:
        """All quiet hours in force."""
        kept = [one.entry for one in calendars.entries(connection)]
        return tuple(one for one in kept if _is_quiet_hours(one) and isinstance(one, Silence)) or self._usual

    def in_force(self, connection: Connection) -> Calendars:
        """All calendars, as programmes are planned with."""
        kept = calendars.of_the_commune(connection)
        if any(_is_quiet_hours(one) for one in kept.silences):
            return kept
        return replace(kept, silences=(*self._usual, *kept.silences))

    def usual_in_force(self, connection: Connection) -> tuple[Silence, ...]:
        """The quiet hours of the settings, where nobody wrote others."""
        kept = self.quiet_hours(connection)
        return kept if kept == self._usual else ()

    def add(self, entry: Entry, who: Account) -> KeptEntry:
        """Raises NotAllowed, NotFound or Invalid. The first quiet hours take those of the settings along."""
        now = self._clock.now()
        with self._database.write() as connection:
            _may_write(connection, entry, who)
            return self._add(connection, entry, who.id, now)

    def put(self, entry: EntryId, new: Entry, who: Account) -> KeptEntry:
        """Writes `new` in the place of an entry: it has a new id, because it counts as written now."""
        now = self._clock.now()
        with self._database.write() as connection:
            _may_write(connection, new, who)
            self._remove(connection, entry, who)
            return self._add(connection, new, who.id, now)

    def remove(self, entry: EntryId, who: Account) -> None:
        with self._database.write() as connection:
            self._remove(connection, entry, who)

    def _add(self, connection: Connection, entry: Entry, who: AccountId, now: datetime) -> KeptEntry:
        tree, kept = areas.tree(connection), calendars.entries(connection)
        for area in sorted(() if isinstance(entry, Holiday) else entry.areas):
            if area not in tree:
                raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=area)
        if len(kept) >= MOST_ENTRIES:
            raise Invalid("full-calendar", "The calendar is full: it holds {most} entries.", most=MOST_ENTRIES)
        quiet = sum(_is_quiet_hours(one.entry) for one in kept)
        if _is_quiet_hours(entry) and quiet >= MOST_QUIET_HOURS:
            raise Invalid("full-calendar", "The calendar is full: it holds {most} entries.", most=MOST_QUIET_HOURS)
        if _is_quiet_hours(entry) and not quiet:
            for usual in self._usual:
                calendars.add_entry(connection, usual, None, now)
        return KeptEntry(calendars.add_entry(connection, entry, who, now), entry, who, now)

    def _remove(self, connection: Connection, entry: EntryId, who: Account) -> None:
        kept = calendars.find_entry(connection, entry)
        if kept is None:
            raise NotFound("unknown-entry", "The calendar has no entry {entry}.", entry=entry)
        if kept.written_by != who.id:
            allow(connection, who, _where(kept.entry), Role.APPROVER)
        calendars.remove_entry(connection, entry)

    def change(
        self, programme: ProgrammeId, days: tuple[date, date], what: What, who: Account, why: str = ""
    ) -> KeptChange:
        """What becomes of a programme from the first to the last of `days`.

        Raises NotFound, NotAllowed, NotNow or Invalid, and then nothing has changed. Silence is always allowed; another
        time or another sound is approved by being written, so an approver writes it, and not the author of the sound.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            row = _still_on(connection, programme)
            here = who.at(areas.tree(connection), row.areas)
            if not isinstance(what, Skip) and not here.is_any(Role.APPROVER):
                raise NotAllowed("not-approver", "Only an approver may do this.")
            if not here.is_any(Role.EDITOR, Role.APPROVER, Role.OPERATOR):
                raise NotAllowed("not-editor", "Only an editor may do this.")
            made = what if isinstance(what, Skip | Move) else _instead(connection, row, what.bulletin, who)
            change = Change(programme, *days, made, why.strip())
            _check_days(row, change, now)
            if len(calendars.changes(connection, row.id)) >= MOST_CHANGES:
                raise Invalid("full-calendar", "The calendar is full: it holds {most} entries.", most=MOST_CHANGES)
            return KeptChange(calendars.add_change(connection, change, who.id, now), change, who.id, now)

    def undo(self, programme: ProgrammeId, change: ChangeId, who: Account) -> None:
        """Takes a change back. Raises NotFound, NotAllowed or NotNow."""
        now = self._clock.now()
        with self._database.write() as connection:
            row = _still_on(connection, programme)
            kept = next((one for one in calendars.changes(connection, programme) if one.id == change), None)
            if kept is None:
                raise NotFound("unknown-entry", "The calendar has no entry {entry}.", entry=change)
            if kept.written_by != who.id and not who.at(areas.tree(connection), row.areas).is_any(Role.APPROVER):
                raise NotAllowed("not-approver", "Only an approver may do this.")
            _check_days(row, replace(kept.change, what=Skip()), now)
            calendars.remove_change(connection, change)


def _is_quiet_hours(entry: Entry) -> bool:
    return isinstance(entry, Silence) and entry.why is Why.QUIET_HOURS


def _may_write(connection: Connection, entry: Entry, who: Account) -> None:
    repairs = isinstance(entry, Silence) and entry.why is Why.MAINTENANCE
    allow(connection, who, _where(entry), Role.EDITOR, Role.APPROVER, *([Role.TECHNICIAN] if repairs else []))


def _where(entry: Entry) -> frozenset[AreaId]:
    """Without areas it is everywhere."""
    return frozenset() if isinstance(entry, Holiday) else frozenset(entry.areas)


def _still_on(connection: Connection, programme: ProgrammeId) -> ProgrammeRow:
    row = bulletins.find_programme(connection, programme)
    if row is None:
        raise NotFound("unknown-programme", "There is no programme {programme!r}.", programme=programme)
    if row.state is ProgrammeState.WITHDRAWN:
        raise NotNow("programme-over", "This programme is withdrawn: nothing of it can be changed.")
    return row


def _check_days(row: ProgrammeRow, change: Change, now: datetime) -> None:
    """What has begun is history: no change reaches it, or brings a day back to before now."""
    starts = [
        start
        for rule in row.rules
        for day in rule.dates(change.first, change.last)
        if (start := start_on(day, rule.at, rule.zone)) is not None
    ]
    if not starts:
        raise Invalid("no-such-day", "The programme does not sound on these days.", field="first")
    if isinstance(change.what, Move):
        if change.what.at is not None and row.also_at:
            raise Invalid("several-times", "It sounds several times a day: move it to other days only.", field="at")
        moved = [_moved(start, change.what) for start in starts]
        if min(moved) <= now:
            raise Invalid("in-the-past", "The time is in the past: nothing would ever be heard.", field="at")
    if min(starts) <= now:
        raise NotNow("has-begun", "The first of these days has begun already: begin with a later one.")


def _moved(start: datetime, move: Move) -> datetime:
    day = start + timedelta(days=move.days)
    return day if move.at is None else datetime.combine(day.date(), move.at, start.tzinfo)


def _instead(connection: Connection, row: ProgrammeRow, bulletin: BulletinId, who: Account) -> Replace:
    found = bulletins.find(connection, bulletin)
    usual = bulletins.find(connection, row.bulletin)
    if found is None or usual is None:
        raise NotFound("unknown-bulletin", "There is no bulletin {bulletin!r}.", bulletin=bulletin)
    if found.author == who.id:
        raise NotAllowed("own-work", "A programme is approved by somebody other than its author.")
    if found.bulletin_class is not usual.bulletin_class:
        raise Invalid("other-class", "What is heard instead must be of the same class.", field="bulletin")
    return Replace(found.title, (sound_of(connection, found).sound,))

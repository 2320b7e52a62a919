"""Changing what was written: whatever it was, it is a draft again, and sounds no more until somebody approves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from controller.broadcasting.approval import moved_meanwhile
from controller.broadcasting.desk import Desk, check_wish
from controller.broadcasting.drafts import Draft
from controller.errors import NotFound, NotNow
from controller.happenings import Happening, Happenings, Kind
from controller.store import bulletins
from controller.store.allowing import allow
from controller.store.bulletins import Bulletin, BulletinId, ProgrammeRow
from controller.store.database import Connection, Database
from controller.store.people import Account, Role
from controller.store.states import ProgrammeState, Step, after
from devices.clock import Clock


class Rewriting:
    """Whoever changes something is its author from then on: somebody else approves it."""

    def __init__(self, database: Database, desk: Desk, clock: Clock, happenings: Happenings) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock
        self._happenings = happenings

    def bulletin(self, bulletin: BulletinId, draft: Draft, who: Account) -> Bulletin:
        """Text, voice or sound. All its programmes become drafts, so `who` must be an editor wherever they are heard.

        NotFound, NotAllowed, Invalid, NotNow or SpeechError, and then nothing has changed.
        """
        with self._database.read() as connection:
            before = _checked(connection, bulletin, who)
        made = replace(self._desk.finish(draft, who), id=bulletin)
        if replace(made, author=before.author, written_at=before.written_at) == before:
            return before
        with self._database.write() as connection:
            if _checked(connection, bulletin, who) != before:
                raise NotNow("rewritten-meanwhile", "Somebody else has just changed this bulletin: look again.")
            bulletins.rewrite(connection, made)
            concerned = [
                one
                for one in bulletins.programmes_of(connection, bulletin)
                if one.state is not ProgrammeState.WITHDRAWN
            ]
            drafts = [_redrafted(connection, one, one, who, made.written_at) for one in concerned]
        self._tell(drafts)
        return made

    def programme(self, before: ProgrammeRow, wanted: ProgrammeRow, who: Account) -> ProgrammeRow:
        """`before`, as it was read, becomes what is `wanted`: other words, areas, times, volume or manner.

        NotFound, NotAllowed, Invalid or ScheduleError for what cannot be, NotNow where it has changed since it was
        read, or is withdrawn; and then nothing has changed.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            allow(connection, who, before.areas, Role.EDITOR)
            check_wish(connection, wanted, who, now)
            if wanted == before:
                return before
            draft = _redrafted(connection, before, wanted, who, now)
        self._tell([draft])
        return draft

    def _tell(self, drafts: Iterable[ProgrammeRow]) -> None:
        for one in drafts:
            self._happenings.tell(Happening(Kind.PROGRAMME, one.written_at, one.id, {"state": one.state.value}))


def _checked(connection: Connection, bulletin: BulletinId, who: Account) -> Bulletin:
    """The bulletin, which `who` may change; a draft that nobody would hear yet is its author's."""
    before = bulletins.find(connection, bulletin)
    if before is None:
        raise NotFound("unknown-bulletin", "There is no bulletin {bulletin!r}.", bulletin=bulletin)
    concerned = {area for one in bulletins.programmes_of(connection, bulletin) for area in one.areas}
    if concerned or before.author != who.id:
        allow(connection, who, concerned, Role.EDITOR)
    return before


def _redrafted(
    connection: Connection, before: ProgrammeRow, wanted: ProgrammeRow, who: Account, now: datetime
) -> ProgrammeRow:
    state = after(before.state, Step.CHANGE)
    if state is None:
        raise NotNow(
            "wrong-state",
            "This programme is {state}: {step} is not possible now.",
            state=before.state.value,
            step=Step.CHANGE.value,
        )
    draft = replace(
        wanted,
        state=state,
        author=who.id,
        written_at=max(now, before.written_at + timedelta.resolution),  # never the same twice: it tells who read what
        decided_by=None,
        decided_at=None,
        reason="",
        approved_digest=None,
    )
    if not bulletins.move(connection, before, draft):
        raise moved_meanwhile()
    return draft

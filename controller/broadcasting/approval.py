"""Two people for every broadcast: one writes, another approves, and what was approved is what sounds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

import msgspec

from controller.broadcasting.rules import rules_of
from controller.broadcasting.telling import decided, waits
from controller.errors import Invalid, NotAllowed, NotFound, NotNow
from controller.happenings import Happening, Happenings, Kind
from controller.store import areas, bulletins, notices, recordings
from controller.store.bulletins import Bulletin, ProgrammeRow
from controller.store.database import Connection, Database
from controller.store.manner import manner_written, rule_written
from controller.store.people import Account, Role
from controller.store.states import ProgrammeState, Step, after
from devices.clock import Clock
from schedules.programme import Programme, ProgrammeId

MAX_REASON = 1000


class Approval:
    def __init__(self, database: Database, clock: Clock, happenings: Happenings) -> None:
        self._database = database
        self._clock = clock
        self._happenings = happenings

    def take(
        self, programme: ProgrammeId, step: Step, who: Account, reason: str = "", written_at: datetime | None = None
    ) -> ProgrammeRow:
        """Moves a programme one step. Raises NotFound, NotAllowed, NotNow or Invalid, and then nothing has changed.

        Whoever says when what they have read was written decides about nothing else: NotNow where it is not that.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            before = bulletins.find_programme(connection, programme)
            if before is None:
                raise unknown_programme(programme)
            if written_at not in (None, before.written_at):
                raise moved_meanwhile()
            _check(before, step, who.at(areas.tree(connection), before.areas), reason)
            state = after(before.state, step)
            if state is None:
                raise NotNow(
                    "wrong-state",
                    "This programme is {state}: {step} is not possible now.",
                    state=before.state.value,
                    step=step.value,
                )
            moved = replace(before, state=state, reason=reason)
            if step in (Step.APPROVE, Step.RETURN):
                moved = replace(moved, decided_by=who.id, decided_at=now)
            if step is Step.APPROVE:
                moved = replace(moved, approved_digest=_digest(before, _bulletin(connection, before)))
                if before.next_start(now) is None:
                    raise NotNow("too-late", "Its time has passed: return it, so that a new time can be chosen.")
            if not bulletins.move(connection, before, moved):
                raise moved_meanwhile()
            bulletin = _bulletin(connection, moved)
            if state is ProgrammeState.SUBMITTED:
                notices.write(connection, waits(moved, bulletin, areas.tree(connection), who, now), now)
            elif step in (Step.APPROVE, Step.RETURN):
                notices.write(connection, decided(moved, bulletin, who, now), now)
        self._happenings.tell(Happening(Kind.PROGRAMME, now, programme, {"state": state.value}))
        return moved


def unknown_programme(programme: str) -> NotFound:
    return NotFound("unknown-programme", "There is no programme {programme!r}.", programme=programme)


def moved_meanwhile() -> NotNow:
    return NotNow("moved-meanwhile", "Somebody else has just changed this programme: look again.")


def _check(programme: ProgrammeRow, step: Step, who: Account, reason: str) -> None:
    if step in (Step.APPROVE, Step.RETURN):
        if not who.is_any(Role.APPROVER):
            raise NotAllowed("not-approver", "Only an approver may do this.")
        if who.id == programme.author:
            raise NotAllowed("own-work", "A programme is approved by somebody other than its author.")
    elif not who.is_any(Role.EDITOR):
        raise NotAllowed("not-editor", "Only an editor may do this.")
    if step is Step.RETURN and not reason.strip():
        raise Invalid("no-reason", "Say why it is returned.", field="reason")
    if len(reason) > MAX_REASON:
        raise Invalid("long-reason", "A reason has at most {most} characters.", field="reason", most=MAX_REASON)


def approved_programmes(connection: Connection) -> tuple[Programme, ...]:
    """The rules that may sound: approved, and still exactly what was approved."""
    rows = bulletins.programmes_in(connection, ProgrammeState.APPROVED)
    contents = bulletins.of(connection, {row.bulletin for row in rows})
    sounds = recordings.some(connection, {bulletin.recording for bulletin in contents.values()})
    found: list[Programme] = []
    for row in rows:
        bulletin = contents[row.bulletin]
        recording = sounds.get(bulletin.recording)
        if recording and row.decided_at and row.approved_digest == _digest(row, bulletin):
            found += rules_of(row, bulletin, recording, row.decided_at)
    return tuple(found)


def _bulletin(connection: Connection, row: ProgrammeRow) -> Bulletin:
    found = bulletins.find(connection, row.bulletin)
    assert found is not None, "a programme's bulletin is a foreign key"
    return found


def _digest(row: ProgrammeRow, bulletin: Bulletin) -> str:
    """SHA-256 of all that an approver sees: words, sound, class, areas, time, volume and what is not as usual."""
    content = (bulletin.title, bulletin.text, bulletin.spoken, bulletin.bulletin_class, bulletin.recording)
    rule = row.recurrence
    when = (rule.at, rule.first, rule.last, sorted(day.value for day in rule.weekdays), rule.zone.key)
    said: tuple[object, ...] = (content, sorted(row.areas), when, row.volume)
    # Appended only where it says something: an approval from before these could be said stays good.
    unusual = (rule_written(rule).get("days"), sorted(row.also_at), manner_written(row.manner))
    if any(unusual):
        said = (*said, unusual)
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()

"""Texts that wait for a voice: a row each, so that none is forgotten when the controller ends half-way.

Whoever works on a row holds it on lease and renews the lease with every bit of progress; a row whose lease has run out
is taken up again by the next who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from sqlalchemy import Connection, Row, and_, or_, select, update

from controller.store.people import AccountId
from controller.store.states import RenderState
from controller.store.tables import renders
from schedules.programme import ProgrammeId, Sha256

RenderId = NewType("RenderId", str)

LEASE = timedelta(minutes=3)
"""Longer than any engine may be silent between two pieces, or the studio needs for the longest text."""
_OPEN = (RenderState.WAITING.value, RenderState.SPEAKING.value)


@dataclass(frozen=True, slots=True)
class Render:
    """`script` is JSON; so is `form`, which holds what its author wants saved once it can be heard, if anything.

    `programme` is what came of the form, `tries` how often a voice was given it. `problem` is an English sentence.
    """

    id: RenderId
    script: str
    author: AccountId
    asked_at: datetime
    title: str = ""
    form: str = ""
    state: RenderState = RenderState.WAITING
    share: float = 0.0
    ended_at: datetime | None = None
    recording: Sha256 | None = None
    programme: ProgrammeId | None = None
    problem: str = ""
    problem_code: str = ""
    tries: int = 0

    @property
    def is_open(self) -> bool:
        return self.state.value in _OPEN


def add(connection: Connection, render: Render) -> None:
    values = {name: getattr(render, name) for name in Render.__dataclass_fields__}
    connection.execute(renders.insert().values(**values | {"state": render.state.value}))


def find(connection: Connection, render: RenderId) -> Render | None:
    row = connection.execute(select(renders).where(renders.c.id == render)).one_or_none()
    return _render(row) if row else None


def open_like(connection: Connection, render: Render) -> Render | None:
    """The same order of the same person, where it is still under way."""
    same = (getattr(renders.c, name) == getattr(render, name) for name in ("author", "script", "form"))
    row = connection.execute(select(renders).where(renders.c.state.in_(_OPEN), *same).limit(1)).one_or_none()
    return _render(row) if row else None


def latest(connection: Connection, author: AccountId, most: int) -> tuple[Render, ...]:
    """What this person has asked for, newest first."""
    found = select(renders).where(renders.c.author == author).order_by(renders.c.asked_at.desc(), renders.c.id)
    return tuple(map(_render, connection.execute(found.limit(most))))


def unfinished(connection: Connection, author: AccountId, since: datetime) -> tuple[Render, ...]:
    """What was to be saved and is not, for it is under way or has failed since then."""
    failed = and_(renders.c.state == RenderState.FAILED.value, renders.c.asked_at >= since)
    wanted = select(renders).where(
        renders.c.author == author, renders.c.form != "", or_(renders.c.state.in_(_OPEN), failed)
    )
    return tuple(map(_render, connection.execute(wanted.order_by(renders.c.asked_at))))


def count_before(connection: Connection, render: Render) -> int:
    """How many wait, or are worked on, that were asked for earlier."""
    before = select(renders.c.id).where(renders.c.state.in_(_OPEN), renders.c.asked_at < render.asked_at)
    return len(connection.execute(before).all())


def take(connection: Connection, now: datetime) -> Render | None:
    """The next text to be spoken, now on lease: the oldest that waits, or that nobody has worked on for long."""
    forsaken = and_(renders.c.state == RenderState.SPEAKING.value, renders.c.leased_until < now)
    free = or_(renders.c.state == RenderState.WAITING.value, forsaken)
    row = connection.execute(select(renders).where(free).order_by(renders.c.asked_at, renders.c.id).limit(1)).first()
    if row is None:
        return None
    taken = update(renders).where(renders.c.id == row.id, free)
    changed = connection.execute(
        taken.values(state=RenderState.SPEAKING.value, share=0.0, leased_until=now + LEASE, tries=renders.c.tries + 1)
    ).rowcount
    return find(connection, RenderId(row.id)) if changed else None


def progress(connection: Connection, render: RenderId, share: float, now: datetime) -> bool:
    """Renews the lease. False when it is not worked on any more: it was cancelled."""
    mine = update(renders).where(renders.c.id == render, renders.c.state == RenderState.SPEAKING.value)
    return connection.execute(mine.values(share=share, leased_until=now + LEASE)).rowcount == 1


def give_back(connection: Connection) -> None:
    """Whatever was being spoken waits again: nobody works on it, as the only controller knows when it begins."""
    spoken = update(renders).where(renders.c.state == RenderState.SPEAKING.value)
    connection.execute(spoken.values(state=RenderState.WAITING.value, share=0.0, leased_until=None))


def end(connection: Connection, ended: Render) -> bool:
    """Keeps how it ended. False, and nothing changed, when it had ended already."""
    still = update(renders).where(renders.c.id == ended.id, renders.c.state.in_(_OPEN))
    kept = ("share", "ended_at", "recording", "programme", "problem", "problem_code")
    values = {name: getattr(ended, name) for name in kept} | {"state": ended.state.value, "leased_until": None}
    return connection.execute(still.values(**values)).rowcount == 1


def _render(row: Row[tuple[object, ...]]) -> Render:
    return Render(
        id=RenderId(row.id),
        script=row.script,
        author=AccountId(row.author),
        asked_at=row.asked_at,
        title=row.title,
        form=row.form,
        state=RenderState(row.state),
        share=row.share,
        ended_at=row.ended_at,
        recording=Sha256(row.recording) if row.recording else None,
        programme=ProgrammeId(row.programme) if row.programme else None,
        problem=row.problem,
        problem_code=row.problem_code,
        tries=row.tries,
    )

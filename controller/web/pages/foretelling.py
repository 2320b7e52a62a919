"""When a programme sounds and what it would run into: said while it is written, and again to whoever approves it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.broadcasting.clashes import clashes
from controller.store import areas, recordings
from controller.store.database import Connection
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.forecasts import at_times
from controller.web.pages.bulletin_form import Typed, chosen_areas, class_of, read_when
from controller.web.pages.frame import fragment, words_of
from controller.web.pages.when_form import other_times, read_manner
from controller.web.services import Services, services_of
from schedules.programme import Programme, ProgrammeId, Sha256

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]
Given = Annotated[Typed, Form()]

_CHARACTERS_A_SECOND = 12
_CHIME_SECONDS = 8.0


@router.post("/bulletins/when")
def say_when(request: Request, us: Us, who: Editor, typed: Given) -> Response:
    """The time as it will be understood, in plain words, while it is being chosen."""
    now = us.clock.now()
    rule, errors = read_when(typed, now, words_of(request))
    first = rule.next_start(now) if rule else None
    also_at = other_times(typed)
    holidays = read_manner(typed, words_of(request), {}).on_holidays
    return fragment(
        request, "parts/when.html.j2", rule=rule, also_at=also_at, on_holidays=holidays, first=first, errors=errors
    )


@router.post("/bulletins/clashes")
def say_clashes(request: Request, us: Us, who: Editor, typed: Given) -> Response:
    """What it would run into as the form stands now; nothing as long as the form says no place or no time."""
    now, words = us.clock.now(), words_of(request)
    when, _ = read_when(typed, now, words)
    with us.database.read() as connection:
        tree = areas.tree(connection)
        chosen = chosen_areas(typed, tree)
        if when is None or not chosen:
            return fragment(request, "parts/clashes.html.j2", found=None, tree=tree)
        wished = Programme(
            id=ProgrammeId(typed.edits or "new"),
            title=typed.title.strip() or words.say("this programme"),
            areas=chosen,
            sounds=(),
            recurrence=when,
            requested_at=now,
            bulletin_class=class_of(typed),
            expected_seconds=_seconds(connection, typed),
            **read_manner(typed, words, {}).fields,
        )
        rules = at_times(wished, other_times(typed))
        found = clashes(connection, rules, us.calendars.in_force(connection), now)
    return fragment(request, "parts/clashes.html.j2", found=found, tree=tree)


def _seconds(connection: Connection, typed: Typed) -> float:
    """How long the recording is, or how long reading the text will take, roughly."""
    recording = recordings.find(connection, Sha256(typed.recording)) if typed.source != "text" else None
    if recording is not None:
        return recording.seconds
    times = 2 if typed.repeat_it else 1
    return _CHIME_SECONDS + times * min(len(typed.text), 20_000) / _CHARACTERS_A_SECOND

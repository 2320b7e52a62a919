"""The page on which a bulletin is written, with all that was typed."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request
from fastapi.responses import Response

from controller.broadcasting.desk import MAX_TEXT, MAX_TITLE
from controller.store import areas, overview, recordings, unsent
from controller.store.database import Connection
from controller.store.people import Account
from controller.store.recordings import Recording
from controller.web.pages.area_choice import choices
from controller.web.pages.beginning import offered
from controller.web.pages.bulletin_form import Typed
from controller.web.pages.frame import page, words_of
from controller.web.pages.maps import allow_tiles, tiles_of
from controller.web.services import Services
from schedules.programme import Sha256
from schedules.timespan import COMMUNE_ZONE

_DAYS_OFFERED = 15
_UNSENT = 5
_CLOCKS = ("05:00", "05:30", "06:00", "11:00", "11:30", "16:30", "17:00", "17:30", "18:00", "19:00")


def form_page(
    request: Request,
    us: Services,
    who: Account,
    typed: Typed,
    errors: dict[str, str] | None = None,
    heard: dict[str, object] | None = None,
    *,
    given: bool = False,
) -> Response:
    """`given`: the server gives back what it kept."""
    with us.database.read() as connection:
        tree = areas.tree(connection)
        standing = overview.speakers(connection)
        recording = _recording(connection, typed)
        waiting = () if errors or typed.edits else unsent.of(connection, who.id)
    today = us.clock.now().astimezone(COMMUNE_ZONE).date()
    answer = page(
        request,
        "write.html.j2",
        who,
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        echoed=request.method == "POST",
        given=given,
        unsent=[one for one in waiting if one.once != typed.once][:_UNSENT],
        **(heard or {"preview": None}),
        voices=us.desk.voices(typed.voice),
        wrong="",
        recording=recording,
        areas=choices(tree, standing, who.inside(tree)),
        days=[today + timedelta(days=ahead) for ahead in range(_DAYS_OFFERED)],
        clocks=_CLOCKS,
        max_text=MAX_TEXT,
        max_title=MAX_TITLE,
        patterns=offered(words_of(request)),
        tiles=tiles_of(us.settings),
    )
    return allow_tiles(answer, us.settings)


def _recording(connection: Connection, typed: Typed) -> Recording | None:
    return recordings.find(connection, Sha256(typed.recording)) if typed.recording else None

"""What is set up once and looked after seldom: one page that leads to all of it, and those that have no other home."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.broadcasting.desk import Preview, Script
from controller.errors import ControllerError
from controller.keeping.archive import last_backup
from controller.speech.errors import SpeechError
from controller.speech.reading import Region
from controller.speech.voice import Voice
from controller.store import areas, lexicon, notices, overview
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.calendar_words import entry_in_words
from controller.web.pages.frame import fragment, page, words_of
from controller.web.pages.setting_words import ENGINES, PARTS
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Editor = Annotated[Account, Depends(need(Role.EDITOR, Role.ADMINISTRATOR, somewhere=True))]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
Field = Annotated[str, Form(max_length=300)]


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of the page, for whoever holds one of `roles`: somewhere, or, if `everywhere`, in all of the site.
    `setting_words.PARTS` has its name and what it is for."""

    href: str
    icon: str
    roles: tuple[Role, ...] = ()
    everywhere: bool = False

    def is_for(self, who: Account) -> bool:
        return not self.roles or (who.is_any(*self.roles) if self.everywhere else who.holds(*self.roles))


_PARTS = (
    Part("/areas", "area", (Role.ADMINISTRATOR,)),
    Part("/calendars", "calendar"),
    Part("/lexicon", "bulletin"),
    Part("/settings/voices", "microphone", (Role.EDITOR,)),
    Part("/alerts/sources", "alert", (Role.APPROVER, Role.TECHNICIAN), everywhere=True),
    Part("/people", "person", (Role.ADMINISTRATOR,)),
    Part("/me/channels", "person"),
    Part("/channels", "heard", (Role.ADMINISTRATOR,), everywhere=True),
    Part("/settings/backup", "download", (Role.ADMINISTRATOR,), everywhere=True),
    Part("/refusals", "hand"),
    Part("/audit", "report", (Role.ADMINISTRATOR,), everywhere=True),
    Part("/settings/about", "info"),
)


@router.get("/settings")
def show(request: Request, us: Us, who: Anyone) -> Response:
    return page(
        request,
        "settings.html.j2",
        who,
        parts=[(part, *PARTS[part.href]) for part in _PARTS if part.is_for(who)],
        states=_states(request, us),
    )


@router.get("/settings/voices")
def voices(request: Request, us: Us, who: Editor) -> Response:
    return _voices(request, us, who)


@router.post("/settings/voices")
def listen(request: Request, us: Us, who: Editor, region: Field = "", line: Field = "") -> Response:
    """A line in the voice that would speak now: for htmx a part of the page, else the whole page."""
    words = words_of(request)
    accent = Region(region) if region in {one.value for one in Region} else Region.NORTH
    preview: Preview | None = None
    wrong = ""
    try:
        preview = us.desk.preview(Script(line.strip(), Voice(accent)))
    except ControllerError as error:
        wrong = words.say(error.text, **error.values)
    except SpeechError as error:
        wrong = words.finished(str(error))
    status = 422 if wrong else 200
    if "hx-request" in request.headers:
        return fragment(request, "parts/preview.html.j2", status=status, preview=preview, wrong=wrong)
    typed = {"region": accent.value, "line": line}
    return _voices(request, us, who, typed, preview=preview, wrong=wrong, status=status)


@router.get("/settings/backup")
def backup(request: Request, us: Us, who: Administrator) -> Response:
    last = last_backup(us.settings.folder)
    return page(
        request, "settings_backup.html.j2", who, last=last, now=us.clock.now(), folder=us.settings.folder.absolute()
    )


@router.get("/settings/about")
def about(request: Request, us: Us, who: Anyone) -> Response:
    with us.database.read() as connection:
        counted = overview.everything(connection)
    disk = shutil.disk_usage(us.settings.folder)
    return page(
        request,
        "settings_about.html.j2",
        who,
        version=version("loa-xa"),
        python=platform.python_version(),
        database="SQLite" if us.settings.database.startswith("sqlite") else "PostgreSQL",
        connected=us.broker_connected(),
        site=us.settings.site,
        url=us.settings.url,
        there=counted,
        used=_used(us.settings.folder),
        free=disk.free,
        whole=disk.total,
    )


def _states(request: Request, us: Services) -> dict[str, tuple[str, bool]]:
    """How the parts stand in a few words, and whether that should be looked after, by address."""
    words = words_of(request)
    last, voice = last_backup(us.settings.folder), us.desk.voices().first
    with us.database.read() as connection:
        placed = len(list(areas.tree(connection)))
        own_words = len(lexicon.entries(connection))
        quiet = [entry_in_words(one, words) for one in us.calendars.quiet_hours(connection)]
        told = len(notices.channels(connection))
    return {
        "/areas": (words.count(placed, "{count} area", "{count} areas"), not placed),
        "/calendars": ("; ".join(quiet), False),
        "/lexicon": (words.count(own_words, "{count} word", "{count} words"), False),
        "/settings/voices": (
            words.voice(voice) if voice else words.say("No voice can speak at the moment."),
            not voice,
        ),
        "/channels": (words.count(told, "{count} is told", "{count} are told"), not told),
        "/settings/backup": (
            words.say("Last one: {when}", when=words.day(last)) if last else words.say("There is none yet."),
            last is None,
        ),
        "/settings/about": (version("loa-xa"), False),
    }


def _voices(
    request: Request,
    us: Services,
    who: Account,
    typed: dict[str, str] | None = None,
    *,
    preview: Preview | None = None,
    wrong: str = "",
    status: int = 200,
) -> Response:
    words = words_of(request)
    found = us.desk.voices()
    return page(
        request,
        "settings_voices.html.j2",
        who,
        status=status,
        engines=[
            (name, words.say(ENGINES[name]), words.resting(name, found.resting[name]) if name in found.resting else "")
            for name in us.settings.voice_order
        ],
        first=found.first,
        typed=typed
        or {"region": Region.NORTH.value, "line": words.say("This is how a bulletin of the commune sounds.")},
        preview=preview,
        wrong=wrong,
    )


def _used(folder: Path) -> dict[str, int]:
    """Bytes beneath `folder`: the sounds, the pictures of cameras, and the rest."""
    sizes = {"speech": 0, "pictures": 0, "": 0}
    for path in folder.rglob("*"):
        try:
            size = path.stat().st_size if path.is_file() else 0
        except OSError:
            continue  # it has just gone
        first = path.relative_to(folder).parts[0]
        sizes[first if first in sizes else ""] += size
    return sizes

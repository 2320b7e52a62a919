"""The calendar page: what the commune's days allow, how that is written, and what becomes of single broadcasts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from controller.errors import ControllerError, NotFound
from controller.store import areas, calendars, overview, people
from controller.store.calendars import Entry, EntryId, KeptEntry
from controller.store.people import Account, Role
from controller.web.access import Number, need
from controller.web.api.calendar_shapes import EntryTaken
from controller.web.pages.area_choice import choices
from controller.web.pages.calendar_words import entry_in_words, kind_of
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.setting_words import CALENDAR_EMPTY, CALENDAR_KINDS
from controller.web.pages.when_form import read_clock, read_day
from controller.web.services import Services, services_of
from schedules.errors import ScheduleError
from schedules.timespan import COMMUNE_ZONE

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Writer = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER, Role.TECHNICIAN, somewhere=True))]

_ENTRY: TypeAdapter[EntryTaken] = TypeAdapter(EntryTaken)
_LUNAR = ("âm", "al", "lunar")


class Typed(BaseModel):
    """The fields of a new entry as they came; each kind of entry uses some of them."""

    name: str = ""
    areas: list[str] = []
    begins: str = ""
    ends: str = ""
    weekdays: list[str] = []
    first: str = ""
    last: str = ""
    day: str = ""
    days: str = "1"
    per_day: str = ""
    per_session: str = ""
    bulletin_class: str = "normal"


@router.get("/calendars")
def show(request: Request, us: Us, who: Annotated[Account, Depends(need())]) -> Response:
    words = words_of(request)
    with us.database.read() as connection:
        kept, usual = calendars.entries(connection), us.calendars.usual_in_force(connection)
        names, tree = people.names(connection), areas.tree(connection)
    groups: dict[str, list[tuple[str, Entry, KeptEntry | None]]] = {kind: [] for kind in CALENDAR_KINDS}
    for entry, one in [*((entry, None) for entry in usual), *((one.entry, one) for one in kept)]:
        groups[kind_of(entry)].append((entry_in_words(entry, words), entry, one))
    return page(
        request,
        "calendars.html.j2",
        who,
        groups=groups,
        kinds=CALENDAR_KINDS,
        teach=CALENDAR_EMPTY,
        names=names,
        tree=tree,
        may_write=who.holds(Role.EDITOR, Role.APPROVER),
        may_repair=who.holds(Role.TECHNICIAN),
        louder=who.holds(Role.APPROVER),
    )


@router.get("/calendars/new")
def new_entry(request: Request, us: Us, who: Writer, kind: str) -> Response:
    return _form(request, us, who, _known(kind), Typed())


@router.post("/calendars/{kind}")
def write(request: Request, us: Us, who: Writer, kind: str, typed: Annotated[Typed, Form()]) -> Response:
    words = words_of(request)
    today = us.clock.now().astimezone(COMMUNE_ZONE).date()
    try:
        entry = _ENTRY.validate_python(_asked(_known(kind), typed, today)).entry()
        us.calendars.add(entry, who)
    except ValidationError as wrong:
        field = str(wrong.errors()[0]["loc"][-1]) if wrong.errors()[0]["loc"] else "name"
        return _form(
            request, us, who, kind, typed, words.say("The field {field} cannot be used as it is.", field=field)
        )
    except ValueError:
        sentence = words.say("Say times like 17:00 and days like 15/08/2026.")
        return _form(request, us, who, kind, typed, sentence)
    except ScheduleError as wrong:
        return _form(request, us, who, kind, typed, words.finished(str(wrong)))
    except ControllerError as wrong:
        return _form(request, us, who, kind, typed, words.say(wrong.text, **wrong.values))
    us.replan()
    return go("/calendars", "calendar-kept")


@router.post("/calendars/{entry}/remove")
def remove(us: Us, who: Writer, entry: Number) -> Response:
    us.calendars.remove(EntryId(entry), who)
    us.replan()
    return go("/calendars", "calendar-removed")


def _known(kind: str) -> str:
    if kind not in CALENDAR_KINDS:
        raise NotFound("not-found", "There is nothing at this address.")
    return kind


def _asked(kind: str, typed: Typed, today: date) -> dict[str, Any]:
    """The entry as the API takes it; ValueError for times and days that nobody can read."""
    asked: dict[str, Any] = {"kind": kind, "name": typed.name.strip()}
    if kind != "holiday":
        asked["areas"] = typed.areas
    match kind:
        case "quiet-hours":
            hours = {"begins": read_clock(typed.begins), "ends": read_clock(typed.ends)}
            return asked | hours | {"weekdays": typed.weekdays}
        case "class-hours":
            hours = {"earliest": read_clock(typed.begins), "latest": read_clock(typed.ends)}
            return asked | hours | {"class": typed.bulletin_class}
        case "mourning":
            return asked | {"first": read_day(typed.first, today), "last": read_day(typed.last or typed.first, today)}
        case "exam" | "maintenance":
            first, last = read_day(typed.first, today), read_day(typed.last or typed.first, today)
            hours = {name: read_clock(given) for name in ("begins", "ends") if (given := getattr(typed, name).strip())}
            return asked | hours | {"when": {"from": first, "until": last}}
        case "holiday":
            return asked | {"when": _holiday(typed.day, today), "days": int(typed.days or 1)}
        case _:
            caps = {"minutes_per_day": typed.per_day, "minutes_per_session": typed.per_session}
            return asked | {name: float(given.replace(",", ".")) for name, given in caps.items() if given.strip()}


def _holiday(text: str, today: date) -> dict[str, Any]:
    """2/9, every year; 10/3 âm, by the lunar calendar; 04/05/2026, on this day only."""
    lunar = next((word for word in _LUNAR if word in text.lower()), None)
    if lunar is not None:
        day, month = (int(number) for number in text.lower().split(lunar)[0].strip().split("/"))
        return {"lunar_days": [day], "lunar_months": [month]}
    if len(text.split("/")) == 2:
        return {"yearly": text.strip()}
    return {"dates": [read_day(text.strip(), today)]}


def _form(request: Request, us: Services, who: Account, kind: str, typed: Typed, wrong: str = "") -> Response:
    with us.database.read() as connection:
        tree, standing = areas.tree(connection), overview.speakers(connection)
    return page(
        request,
        "calendar_new.html.j2",
        who,
        status=422 if wrong else 200,
        kind=kind,
        title=CALENDAR_KINDS[kind],
        typed=typed,
        wrong=wrong,
        areas=choices(tree, standing, who.inside(tree)),
    )

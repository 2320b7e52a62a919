"""The calendar: a week or a month of broadcasts with lunar dates and holidays; one is moved or left out here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.broadcasting.days import Dated, dated
from controller.errors import ControllerError, Invalid, NotFound
from controller.store import areas, calendar_links
from controller.store.areas import AreaTree
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.calendar_feed import make_link, remove_link
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.single_days import Writer, what_of
from controller.web.pages.when_form import read_day
from controller.web.pages.words import Words
from controller.web.services import Services, services_of
from schedules.errors import BadLunarDate
from schedules.lunar import FIRST_YEAR, LAST_YEAR, LunarDate, to_lunar
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import COMMUNE_ZONE, Timespan

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Follower = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER, somewhere=True))]
Field = Annotated[str, Form(max_length=200)]

_A_WEEK = timedelta(days=7)
_ON_ONE_DAY = 4
"""So many a day of the month shows; the week shows them all."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day as the page shows it; `more` are not shown."""

    date: date
    moon: LunarDate | None
    holiday: str
    found: tuple[Dated, ...]
    more: int
    inside: bool


@router.get("/calendar")
def show(request: Request, us: Us, who: Anyone, view: str = "week", day: str = "") -> Response:
    return _page(request, us, who, view, day)


@router.post("/programmes/{programme}/days/{what}")
def change(
    request: Request,
    us: Us,
    who: Writer,
    programme: str,
    what: str,
    usual: Field = "",
    day: Field = "",
    clock: Field = "",
    was: Field = "",
    why: Field = "",
    view: Field = "week",
    shown: Field = "",
) -> Response:
    """What becomes of the day of the series that `usual` names, at another time only where it is not as it `was`; then
    the calendar is shown as before: at the day that was `shown`, or else at that one."""
    if what not in ("skip", "move"):
        raise NotFound("not-found", "There is nothing at this address.")
    days: tuple[date, date] | None = None
    try:
        days = _read(usual), _read(usual)
        made = what_of(what, days[0], day, "" if clock == was else clock, "", us.clock.now())
        us.calendars.change(ProgrammeId(programme), days, made, who, why)
    except ControllerError as wrong:
        if wrong.status == NotFound.status:
            raise
        sentence = words_of(request).say(wrong.text, **wrong.values)
        return _page(request, us, who, view, shown or (usual if days else ""), wrong=sentence, status=wrong.status)
    us.replan()
    return go(_address(view, _read(shown) if shown else days[0]), "day-changed")


@router.post("/calendar/links")
def link(
    request: Request, us: Us, who: Follower, area: Field = "", view: Field = "week", shown: Field = ""
) -> Response:
    """A link with which this person's phone follows an area; it is shown this once."""
    us.access.allow(who, [AreaId(area)], Role.EDITOR, Role.APPROVER)
    return _page(request, us, who, view, shown, link=make_link(us, area, who).url)


@router.post("/areas/{area}/calendar-links/{link}/remove")
def take_back(
    us: Us, who: Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER))], area: str, link: str
) -> Response:
    remove_link(us, area, link, who)
    return go("/calendar", "link-removed")


def _page(
    request: Request,
    us: Services,
    who: Account,
    view: str,
    day: str,
    *,
    wrong: str = "",
    link: str = "",
    status: int = 200,
) -> Response:
    if view not in ("week", "month"):
        raise NotFound("not-found", "There is nothing at this address.")
    now = us.clock.now()
    today = now.astimezone(COMMUNE_ZONE).date()
    chosen = _read(day) if day else today
    first, last = _week(chosen) if view == "week" else _month(chosen)
    with us.database.read() as connection:
        in_force = us.calendars.in_force(connection)
        found = dated(connection, _span(first, last), in_force, who, now)
        tree, links = areas.tree(connection), calendar_links.made_by(connection, who.id)
    holidays = in_force.holidays_between(first, last)
    inside = who.inside(tree)
    return page(
        request,
        "calendar.html.j2",
        who,
        status=status,
        view=view,
        chosen=chosen,
        today=today,
        first=first,
        last=last,
        weeks=list(_weeks(found, holidays, first, last, chosen if view == "month" else None)),
        about=_about(found, tree, words_of(request)),
        before=_address(view, _step(view, chosen, -1)),
        after=_address(view, _step(view, chosen, 1)),
        here=_address(view, chosen),
        address=_address,
        tree=tree,
        links=links,
        link=link,
        wrong=wrong,
        followed=[(area.id, area.name) for area in tree.in_order() if inside is None or area.id in inside],
        can_skip=who.holds(Role.EDITOR, Role.APPROVER, Role.OPERATOR),
    )


def _about(found: Iterable[Dated], tree: AreaTree, words: Words) -> dict[tuple[float, tuple[AreaId, ...]], str]:
    """How long and where, said once of all that are alike."""
    alike = {(one.seconds, one.areas) for one in found}
    return {
        (seconds, there): " · ".join(filter(None, (words.length(seconds), ", ".join(tree[one].name for one in there))))
        for seconds, there in alike
    }


def _weeks(
    found: Iterable[Dated], holidays: dict[date, str], first: date, last: date, month: date | None
) -> Iterable[list[Day]]:
    on: dict[date, list[Dated]] = {}
    for one in found:
        on.setdefault(one.day, []).append(one)
    monday = first
    while monday <= last:
        yield [_day(monday + timedelta(days=number), on, holidays, month) for number in range(7)]
        monday += _A_WEEK


def _day(day: date, on: dict[date, list[Dated]], holidays: dict[date, str], month: date | None) -> Day:
    there = on.get(day, [])
    shown = there if month is None else there[:_ON_ONE_DAY]
    inside = month is None or (day.year, day.month) == (month.year, month.month)
    return Day(day, _moon(day), holidays.get(day, ""), tuple(shown), len(there) - len(shown), inside)


def _moon(day: date) -> LunarDate | None:
    try:
        return to_lunar(day)
    except BadLunarDate:
        return None


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    """From the Monday before its first day to the Sunday after its last."""
    first, last = day.replace(day=1), (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return _week(first)[0], _week(last)[1]


def _step(view: str, day: date, by: int) -> date:
    if view == "week":
        return day + by * _A_WEEK
    return (day.replace(day=1) + timedelta(days=31 if by > 0 else -1)).replace(day=1)


def _span(first: date, last: date) -> Timespan:
    begin, end = (datetime.combine(day, time(0), COMMUNE_ZONE) for day in (first, last + timedelta(days=1)))
    return Timespan(begin, end)


def _address(view: str, day: date) -> str:
    return f"/calendar?{urlencode({'view': view, 'day': day.isoformat()})}"


def _read(text: str) -> date:
    """Raises Invalid."""
    try:
        found = read_day(text, date(FIRST_YEAR, 1, 1))
    except ValueError as wrong:
        raise Invalid("bad-time", "Say times like 17:00 and days like 15/08/2026.", field="day") from wrong
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise Invalid("bad-time", "Say times like 17:00 and days like 15/08/2026.", field="day")
    return found

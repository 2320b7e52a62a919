"""What an area will hear, as a calendar to which a phone subscribes: iCalendar (RFC 5545) under a link of its own."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from controller.broadcasting.approval import approved_programmes
from controller.errors import NotFound, NotLoggedIn
from controller.fleet.enrolment import digest
from controller.store import areas, calendar_links, people
from controller.store.calendar_links import Link
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.bases import Given
from controller.web.language import Language
from controller.web.problems import language_of
from controller.web.services import Services, services_of
from schedules.forecast import forecast
from schedules.ical import CONTENT_TYPE, feed
from schedules.programme import AreaId
from schedules.reasons import Language as Tongue
from schedules.timespan import Timespan
from schedules.verdicts import Line

router = APIRouter(tags=["calendars"])
feeds = APIRouter(tags=["calendars"])

Us = Annotated[Services, Depends(services_of)]
Writer = Annotated[Account, Depends(need(Role.EDITOR, Role.APPROVER))]

BEHIND, AHEAD = timedelta(days=2), timedelta(days=31)


class LinkGiven(Given):
    id: str
    made_by: str
    made_at: datetime


class NewLinkGiven(LinkGiven):
    url: str = Field(description="shown this once: whoever has it may read what the area will hear")


@router.post("/areas/{area}/calendar-links", status_code=201, summary="A link with which phones follow an area")
def make_link(us: Us, area: str, who: Writer) -> NewLinkGiven:
    token = secrets.token_urlsafe(24)
    with us.database.write() as connection:
        _known(areas.tree(connection), area)
        link = calendar_links.add(connection, digest(token), AreaId(area), who.id, us.clock.now())
    url = f"{us.settings.url}/areas/{quote(area)}/calendar.ics?token={token}"
    return NewLinkGiven(id=link.id, made_by=who.name, made_at=link.made_at, url=url)


@router.get("/areas/{area}/calendar-links", summary="Which links there are, without the links themselves")
def list_links(us: Us, area: str, _: Writer) -> list[LinkGiven]:
    with us.database.read() as connection:
        _known(areas.tree(connection), area)
        names = people.names(connection)
        return [_given(one, names[one.made_by]) for one in calendar_links.of(connection, AreaId(area))]


@router.delete("/areas/{area}/calendar-links/{link}", status_code=204, summary="Let a link lead nowhere from now on")
def remove_link(us: Us, area: str, link: str, _: Writer) -> None:
    with us.database.write() as connection:
        if not calendar_links.remove(connection, AreaId(area), link):
            raise NotFound("unknown-link", "There is no such link.")


@feeds.get("/areas/{area}/calendar.ics", summary="What an area will hear, for calendars (text/calendar)")
def calendar(request: Request, us: Us, area: str, token: Annotated[str, Query(max_length=100)] = "") -> Response:
    place = AreaId(area)
    with us.database.read() as connection:
        opened = bool(token) and calendar_links.opens(connection, digest(token), place)
    if not opened:
        who = us.access.caller(request)
        if who is None:
            raise NotLoggedIn("not-logged-in", "Please log in first.")
        us.access.seen_from(who, {"area": area})
    now = us.clock.now()
    language: Tongue = "vi" if language_of(request) is Language.VIETNAMESE else "en"
    name, line = _line(us, place, Timespan(now - BEHIND, now + AHEAD))
    said = feed(name, line.verdicts, us.settings.site, now, language)
    return Response(said, media_type=CONTENT_TYPE, headers={"Cache-Control": "private, max-age=900"})


def _line(us: Services, place: AreaId, span: Timespan) -> tuple[str, Line]:
    """The area's name, and what a loudspeaker that stands in it will sound."""
    with us.database.read() as connection:
        tree = areas.tree(connection)
        _known(tree, place)
        everything, calendars = approved_programmes(connection), us.calendars.in_force(connection)
    path = tree.path(place)[::-1]
    heard = [programme for programme in everything if not set(path).isdisjoint(programme.areas)]
    paths = {area: tree.path(area)[::-1] for area in path}
    return tree[place].name, forecast(heard, span, path, calendars, paths)


def _known(tree: areas.AreaTree, area: str) -> None:
    if AreaId(area) not in tree:
        raise NotFound("unknown-area", "There is no area {area!r}.", area=area)


def _given(link: Link, made_by: str) -> LinkGiven:
    return LinkGiven(id=link.id, made_by=made_by, made_at=link.made_at)

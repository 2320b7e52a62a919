"""Every page's frame: who reads it, in which language, where one can go, and what has just been done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from controller.errors import ControllerError
from controller.monitoring.care import CARERS
from controller.store import areas, incident_list, waiting
from controller.store.incident_list import IncidentsAsked
from controller.store.people import Account, Role
from controller.store.troubles import Severity
from controller.web.assets import built_assets
from controller.web.language import COOKIE as LANGUAGE_COOKIE
from controller.web.language import Language, preferred
from controller.web.pages.meanings import WAYS
from controller.web.pages.steps import STEPS
from controller.web.pages.waveform import outline
from controller.web.pages.words import Words, upfirst
from controller.web.services import Services
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

TOLD_COOKIE = "loa_told"
_TOLD_SECONDS = 60
_LANGUAGES = {Language.VIETNAMESE: "Tiếng Việt", Language.ENGLISH: "English"}
_LONGEST_ADDRESS = 500
_UNDER_THE_THUMB = 4


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation; `meanings.WAYS` has its name. What begins with `also` belongs to it. On a phone
    the first four `near` ones stand under the thumb, the others behind one more."""

    href: str
    icon: str
    roles: tuple[Role, ...] = ()
    also: tuple[str, ...] = ()
    near: bool = False

    def holds(self, path: str) -> bool:
        beneath = (self.href, *self.also) if self.href != "/" else ()
        return path == self.href or any(path == one or path.startswith(f"{one}/") for one in beneath)


_WAYS = (
    Way("/", "today", near=True),
    Way("/bulletins/new", "write", (Role.EDITOR,), near=True),
    Way("/programmes", "bulletin", near=True),
    Way("/calendar", "calendar"),
    Way("/devices", "speaker"),
    Way("/cameras", "camera"),
    Way("/alerts", "alert", near=True),
    Way("/incidents", "incident", near=True),
    Way("/reports", "report"),
    Way(
        "/settings",
        "settings",
        also=("/areas", "/calendars", "/lexicon", "/refusals", "/channels", "/people", "/audit"),
    ),
)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = lambda name: built_assets().url(name)
    made.filters["upfirst"] = upfirst
    made.filters["outline"] = outline
    return made


def words_of(request: Request) -> Words:
    """How to speak to whoever sends this request."""
    us: Services = request.app.state.services
    language = preferred(request.headers.get("accept-language"), request.cookies.get(LANGUAGE_COOKIE))
    return Words(language, us.clock.now().astimezone(COMMUNE_ZONE).date())


def page(
    request: Request, template: str, who: Account | None = None, *, status: int = 200, **context: object
) -> HTMLResponse:
    """The page that `template` makes of `context`; without `who` it stands alone, without navigation."""
    words = words_of(request)
    told = request.cookies.get(TOLD_COOKIE, "")
    html = (
        _templates()
        .get_template(template)
        .render(
            _frame(request, words, who),
            flashes=[{"kind": "good", "text": words.say(STEPS[told])}] if who and told in STEPS else [],
            **context,
        )
    )
    answer = HTMLResponse(html, status_code=status, headers={"Cache-Control": "private, no-cache"})
    if told:
        answer.delete_cookie(TOLD_COOKIE)
    return answer


def fragment(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """A part of a page, for htmx to put in its place."""
    words = words_of(request)
    html = _templates().get_template(template).render(_language(request, words), **context)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def _language(request: Request, words: Words) -> dict[str, object]:
    here = quote(_here(request), safe="")
    languages = [
        {"code": language.value, "name": name, "href": f"/language/{language.value}?next={here}"}
        for language, name in _LANGUAGES.items()
    ]
    return {"lang": words.language.value, "_": words.say, "words": words, "languages": languages}


def _frame(request: Request, words: Words, who: Account | None) -> Mapping[str, object]:
    frame = _language(request, words)
    if who is None:
        return frame
    us: Services = request.app.state.services
    with us.database.read() as connection:
        tree = areas.tree(connection)
        counts = {"/incidents": incident_list.count(connection, to_look_after(us.clock.now(), who.inside(tree)))}
        if who.holds(Role.APPROVER):
            counts["/programmes"] = waiting.for_approval(connection, who, tree)
            counts["/alerts"] = waiting.alerts_asking(connection, who, tree)
    roots = tree.children(None)
    path = request.url.path
    mine = [way for way in _WAYS if not way.roles or who.holds(*way.roles)]
    near = _near(mine)
    ways = [
        {
            "href": way.href,
            "label": words.say(WAYS[way.href]),
            "icon": way.icon,
            "count": counts.get(way.href, 0),
            "follows": "incident" if way.href == "/incidents" else "",
            "current": way.holds(path),
            "near": way in near,
        }
        for way in mine
    ]
    person = {"name": who.name, "role": words.role({role.value for role in who.held})}
    may = {
        "write": who.holds(Role.EDITOR),
        "approve": who.holds(Role.APPROVER),
        "enrol": who.holds(Role.TECHNICIAN),
        "care": who.holds(*CARERS),
    }
    return {**frame, "person": person, "place": roots[0].name if roots else "", "nav": ways, "who": who, "may": may}


def _near(mine: Sequence[Way]) -> Sequence[Way]:
    """Incidents before alerts: whoever looks for those is led there by a number."""
    wanted = sorted((way for way in mine if way.near), key=lambda way: way.href == "/alerts")
    return wanted[:_UNDER_THE_THUMB]


def to_look_after(now: datetime, inside: Collection[AreaId] | None) -> IncidentsAsked:
    """The incidents in these areas (None: everywhere) that the number beside their name counts, on every page."""
    return IncidentsAsked(open=True, roots=True, areas=inside, least=Severity.WARNING, unmuted_at=now)


def go(where: str, told: str = "") -> RedirectResponse:
    """Onwards to a page of ours; `told` is a key of STEPS and is shown there once."""
    answer = RedirectResponse(where, status_code=303)
    if told:
        answer.set_cookie(TOLD_COOKIE, told, max_age=_TOLD_SECONDS, httponly=True, samesite="lax")
    return answer


def local(address: str) -> str:
    """`address` where it leads to a page of ours, else the first page: nobody is sent elsewhere."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not (parts.scheme or parts.netloc or address.startswith("//"))
    plain = address.isprintable() and "\\" not in address and len(address) <= _LONGEST_ADDRESS
    return address if ours and plain and parts.path not in ("/login", "/logout") else "/"


def _here(request: Request) -> str:
    """The page that is being read: this one, or the one that holds this part."""
    if request.method == "GET" and "hx-request" not in request.headers:
        return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    came_from = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer") or "/")
    return local(f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path or "/")


def error_page(request: Request, status: int, code: str, sentence: str) -> HTMLResponse | RedirectResponse | None:
    """How a person is told of an error; None where a program asks and is answered in JSON."""
    if request.url.path.startswith(
        ("/api/", "/audio/", "/assets/", "/pictures/", "/metrics")
    ) or request.url.path.endswith(".ics"):
        return None
    if code == "not-logged-in":
        return _to_login(request)
    if "hx-request" in request.headers:
        return fragment(request, "parts/trouble.html.j2", status=status, sentence=sentence)
    who = None if status >= 500 else _reader(request)  # where we have failed, we do not ask for more
    return page(request, "error.html.j2", who, status=status, code=status, sentence=sentence)


def _to_login(request: Request) -> HTMLResponse | RedirectResponse:
    login = f"/login?next={quote(_here(request), safe='')}"
    if "hx-request" in request.headers:
        return HTMLResponse("", status_code=401, headers={"HX-Redirect": login})
    return go(login)


def _reader(request: Request) -> Account | None:
    us: Services = request.app.state.services
    try:
        return us.access.caller(request)
    except ControllerError:
        return None

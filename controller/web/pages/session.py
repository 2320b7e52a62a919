"""Coming in, going out, and the language of the pages."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from controller.errors import ControllerError, NotFound, NotLoggedIn
from controller.store import areas
from controller.web.access import COOKIE, refuse_forgery
from controller.web.api.own_channels import BROWSER_COOKIE
from controller.web.api.people import set_cookie
from controller.web.language import COOKIE as LANGUAGE_COOKIE
from controller.web.language import Language
from controller.web.log_in import SecondFactorWanted
from controller.web.oidc import BACK
from controller.web.pages.frame import go, local, page, words_of
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Field = Annotated[str, Form(max_length=1000)]

OIDC_COOKIE = "loa_oidc"
_TEN_MINUTES = 600
_A_YEAR = 366 * 24 * 3600


@router.get("/login")
def login_page(us: Us, request: Request, next: str = "/") -> Response:
    if us.access.caller(request) is not None:
        return go(local(next))
    return _login(us, request, local(next))


@router.post("/login")
def log_in(
    us: Us,
    request: Request,
    username: Field = "",
    password: Field = "",
    next: Field = "/",
    ticket: Field = "",
    code: Field = "",
) -> Response:
    refuse_forgery(request)
    log_ins = us.access.log_ins
    try:
        session = log_ins.with_ticket(ticket, code) if ticket else log_ins.with_password(username, password)
    except SecondFactorWanted as wanted:
        return _login(us, request, local(next), ticket=wanted.ticket)
    except ControllerError as wrong:
        again = ticket if wrong.code in ("bad-code", "too-often") else ""
        return _login(us, request, local(next), username, wrong, again)
    answer = go(local(next))
    set_cookie(answer, request, session.token)
    return answer


@router.get("/login/oidc")
def begin_elsewhere(us: Us, request: Request, next: str = "/") -> Response:
    """To the provider's own log-in."""
    begun = us.oidc.begin(local(next))
    answer = RedirectResponse(begun.url, status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(OIDC_COOKIE, begun.cookie, max_age=_TEN_MINUTES, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get(BACK)
def come_back(us: Us, request: Request, state: str = "", code: str = "") -> Response:
    try:
        session, onwards = us.oidc.finish(request.cookies.get(OIDC_COOKIE, ""), state, code)
    except NotLoggedIn as wrong:
        return _login(us, request, "/", wrong=wrong)
    answer = go(local(onwards))
    set_cookie(answer, request, session.token)
    answer.delete_cookie(OIDC_COOKIE)
    return answer


@router.get("/welcome")
def welcome(us: Us, request: Request, code: str = "") -> Response:
    return page(request, "welcome.html.j2", code=code[:200], errors={})


@router.post("/welcome")
def choose_password(us: Us, request: Request, code: Field = "", password: Field = "") -> Response:
    refuse_forgery(request)
    try:
        session = us.access.accounts.accept(code, password)
    except ControllerError as wrong:
        sentence = words_of(request).say(wrong.text, **wrong.values)
        return page(request, "welcome.html.j2", status=wrong.status, code=code, errors={"password": sentence})
    answer = go("/")
    set_cookie(answer, request, session.token)
    return answer


@router.post("/logout")
def log_out(us: Us, request: Request) -> Response:
    refuse_forgery(request)
    us.access.log_out(request.cookies.get(COOKIE, ""), request.cookies.get(BROWSER_COOKIE, ""))
    answer = go("/login")
    answer.delete_cookie(COOKIE)
    answer.delete_cookie(BROWSER_COOKIE)
    return answer


@router.get("/language/{code}")
def choose_language(code: str, next: str = "/") -> Response:
    if code not in {language.value for language in Language}:
        raise NotFound("unknown-language", "The console speaks Vietnamese and English.")
    answer = go(local(next))
    answer.set_cookie(LANGUAGE_COOKIE, code, max_age=_A_YEAR, httponly=True, samesite="lax")
    return answer


def _login(
    us: Services,
    request: Request,
    onwards: str,
    username: str = "",
    wrong: ControllerError | None = None,
    ticket: str = "",
) -> Response:
    with us.database.read() as connection:
        roots = areas.tree(connection).children(None)
    return page(
        request,
        "login.html.j2",
        status=wrong.status if wrong else 200,
        onwards=onwards,
        username=username,
        wrong=words_of(request).say(wrong.text, **wrong.values) if wrong else "",
        place=roots[0].name if roots else "",
        ticket=ticket,
        elsewhere=f"/login/oidc?next={quote(onwards, safe='')}" if us.oidc.is_set_up else "",
    )

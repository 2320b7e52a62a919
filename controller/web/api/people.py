"""Logging in and out, and who may do what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from controller.store.people import Account, Role
from controller.web.access import COOKIE, bearer, need
from controller.web.api.shapes import AccountGiven, LogIn, NewAccount, SessionGiven
from controller.web.services import Services, services_of

router = APIRouter(tags=["people"])

Us = Annotated[Services, Depends(services_of)]


@router.post("/session", summary="Log in")
def log_in(us: Us, body: LogIn, response: Response, request: Request) -> SessionGiven:
    session = us.access.log_in(body.username, body.password)
    set_cookie(response, request, session.token)
    return SessionGiven(token=session.token, expires_at=session.expires_at, account=account_given(session.account))


@router.delete("/session", status_code=204, summary="Log out")
def log_out(us: Us, request: Request, response: Response, _: Annotated[Account, Depends(need())]) -> None:
    us.access.log_out(bearer(request) or request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE)


@router.get("/me", summary="Whose session this is")
def me(who: Annotated[Account, Depends(need())]) -> AccountGiven:
    return account_given(who)


@router.post("/accounts", status_code=201, summary="Add a person")
def add_account(us: Us, body: NewAccount, _: Annotated[Account, Depends(need(Role.ADMINISTRATOR))]) -> AccountGiven:
    return account_given(us.access.add_account(body.username, body.name, body.password, frozenset(body.roles)))


def set_cookie(response: Response, request: Request, token: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")


def account_given(account: Account) -> AccountGiven:
    roles = sorted(account.roles, key=lambda role: role.value)
    return AccountGiven(id=account.id, username=account.username, name=account.name, roles=roles)

"""Who there is, what each may do, and how people and their programs come in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from controller.fleet.enrolment import digest
from controller.store import credentials, people
from controller.store.concerns import seen
from controller.store.people import Account, AccountId, Grant, Role
from controller.web.access import COOKIE, bearer, need, session_only
from controller.web.api.own_channels import BROWSER_COOKIE
from controller.web.api.people_shapes import (
    AccountChange,
    AccountGiven,
    GrantTaken,
    InvitationAccepted,
    InvitationGiven,
    LogIn,
    NewAccount,
    NewPassword,
    NewToken,
    PersonGiven,
    SecondFactorBegun,
    SecondFactorProven,
    SecondFactorSet,
    SessionGiven,
    TokenGiven,
    TokenMade,
    WithPassword,
)
from controller.web.log_in import Session
from controller.web.second_factor import address_for_apps
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter(tags=["people"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
AdministratorSomewhere = Annotated[Account, Depends(need(Role.ADMINISTRATOR, somewhere=True))]
IN_PERSON = [Depends(session_only)]


@router.post("/session", summary="Log in")
def log_in(us: Us, body: LogIn, response: Response, request: Request) -> SessionGiven:
    return _come_in(us.access.log_ins.with_password(body.username, body.password, body.code), response, request)


@router.post("/invitations", status_code=201, summary="Come in with a one-time link, and choose a password")
def accept(us: Us, body: InvitationAccepted, response: Response, request: Request) -> SessionGiven:
    return _come_in(us.access.accounts.accept(body.code, body.password), response, request)


@router.delete("/session", status_code=204, summary="Log out")
def log_out(us: Us, request: Request, response: Response, _: Anyone) -> None:
    us.access.log_out(bearer(request) or request.cookies.get(COOKIE, ""), request.cookies.get(BROWSER_COOKIE, ""))
    response.delete_cookie(COOKIE)
    response.delete_cookie(BROWSER_COOKIE)


@router.get("/me", summary="Whose session this is")
def me(who: Anyone) -> AccountGiven:
    return AccountGiven.of(who)


@router.put("/me/password", status_code=204, summary="Another password; all other sessions end", dependencies=IN_PERSON)
def change_password(us: Us, body: NewPassword, request: Request, who: Anyone) -> None:
    here = digest(bearer(request) or request.cookies.get(COOKIE, ""))
    us.access.accounts.change_password(who, body.old, body.new, here)


@router.get("/me/tokens", summary="The tokens of your programs, without the tokens themselves")
def list_tokens(us: Us, who: Anyone) -> list[TokenGiven]:
    with us.database.read() as connection:
        return [TokenGiven.of(one) for one in credentials.tokens_of(connection, who.id)]


@router.post("/me/tokens", status_code=201, summary="A token for a program; shown once", dependencies=IN_PERSON)
def make_token(us: Us, body: NewToken, who: Anyone) -> TokenMade:
    made, token = us.access.accounts.make_token(who, body.name, frozenset(body.roles), body.days)
    return TokenMade(**dict(TokenGiven.of(made)), token=token)


@router.delete("/me/tokens/{token}", status_code=204, summary="A token holds no longer", dependencies=IN_PERSON)
def revoke_token(us: Us, token: str, who: Anyone) -> None:
    us.access.accounts.revoke_token(who, token)


@router.post(
    "/me/second-factor", summary="A secret for the app on your phone; nothing changes yet", dependencies=IN_PERSON
)
def begin_second_factor(us: Us, who: Anyone) -> SecondFactorBegun:
    secret, ticket = us.access.accounts.begin_second_factor(who)
    return SecondFactorBegun(
        secret=secret, ticket=ticket, address=address_for_apps(secret, who.username, us.settings.site)
    )


@router.put(
    "/me/second-factor", summary="From now on a code is asked for; gives recovery codes", dependencies=IN_PERSON
)
def finish_second_factor(us: Us, body: SecondFactorProven, who: Anyone) -> SecondFactorSet:
    codes = us.access.accounts.finish_second_factor(who, body.ticket, body.code)
    return SecondFactorSet(recovery_codes=list(codes))


@router.delete("/me/second-factor", status_code=204, summary="The password alone is enough", dependencies=IN_PERSON)
def drop_second_factor(us: Us, body: WithPassword, who: Anyone) -> None:
    us.access.accounts.drop_second_factor(who, body.password)


@router.get("/accounts", summary="The people of the areas that you administrate")
def list_accounts(us: Us, who: AdministratorSomewhere) -> list[PersonGiven]:
    with us.database.read() as connection:
        closed = {account.id: closed_at for account, closed_at in people.everyone(connection)}
        found = seen(connection, who, "account", [account for account, _ in people.everyone(connection)])
    return [PersonGiven.of(account, closed[account.id]) for account in found]


@router.post("/accounts", status_code=201, summary="Add a person; without a password one who is invited next")
def add_account(us: Us, body: NewAccount, who: AdministratorSomewhere) -> AccountGiven:
    roles, limited = frozenset(body.roles), grants(body.limited)
    added = us.access.accounts.add(body.username, body.name, roles, limited, password=body.password, by=who)
    return AccountGiven.of(added)


@router.patch("/accounts/{account}", summary="Another name, other roles, or closed; at once", dependencies=IN_PERSON)
def change_account(us: Us, account: str, body: AccountChange, who: Administrator) -> AccountGiven:
    changed = us.access.accounts.change(
        AccountId(account),
        who,
        name=body.name,
        roles=None if body.roles is None else frozenset(body.roles),
        limited=None if body.limited is None else grants(body.limited),
        closed=body.closed,
    )
    return AccountGiven.of(changed)


@router.post(
    "/accounts/{account}/invitations",
    status_code=201,
    summary="A one-time link with which this person chooses a password",
    dependencies=IN_PERSON,
)
def invite(us: Us, account: str, who: Administrator) -> InvitationGiven:
    code, expires_at = us.access.accounts.invite(AccountId(account), who)
    return InvitationGiven(url=welcome_url(us.settings.url, code), code=code, expires_at=expires_at)


def welcome_url(site: str, code: str) -> str:
    """Where a person with a one-time code chooses a password."""
    return f"{site}/welcome?code={code}"


def grants(taken: list[GrantTaken]) -> frozenset[Grant]:
    return frozenset(Grant(one.role, AreaId(one.area)) for one in taken)


def set_cookie(response: Response, request: Request, token: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")


def _come_in(session: Session, response: Response, request: Request) -> SessionGiven:
    set_cookie(response, request, session.token)
    return SessionGiven(token=session.token, expires_at=session.expires_at, account=AccountGiven.of(session.account))

"""Who there is and what each may do, for administrators; and a person's own ways of coming in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from markupsafe import Markup

from controller.errors import ControllerError, NotFound
from controller.fleet.enrolment import digest
from controller.store import areas, credentials, people
from controller.store.areas import AreaTree
from controller.store.concerns import seen
from controller.store.people import Account, AccountId, Grant, Role
from controller.web.access import COOKIE, need
from controller.web.api.people import IN_PERSON, welcome_url
from controller.web.pages.frame import go, page, words_of
from controller.web.second_factor import address_for_apps
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
AdministratorSomewhere = Annotated[Account, Depends(need(Role.ADMINISTRATOR, somewhere=True))]
Field = Annotated[str, Form(max_length=1000)]
Fields = Annotated[list[str], Form()]


@router.get("/people")
def list_people(request: Request, us: Us, who: AdministratorSomewhere) -> Response:
    return _list(request, us, who, {}, {})


@router.post("/people")
def add(
    request: Request,
    us: Us,
    who: AdministratorSomewhere,
    username: Field = "",
    name: Field = "",
    area: Field = "",
    roles: Fields = [],  # noqa: B006
) -> Response:
    everywhere, limited = _held(roles, area)
    try:
        added = us.access.accounts.add(username, name, everywhere, limited, by=who)
    except ControllerError as wrong:
        typed = {"username": username, "name": name, "area": area, "roles": roles}
        return _list(request, us, who, typed, _errors(request, wrong, "username"), wrong.status)
    return go(f"/people/{added.id}")


@router.get("/people/{account}")
def show(request: Request, us: Us, who: Administrator, account: str) -> Response:
    return _person(request, us, who, account)


@router.post("/people/{account}", dependencies=IN_PERSON)
def change(
    request: Request,
    us: Us,
    who: Administrator,
    account: str,
    name: Field = "",
    area: Field = "",
    roles: Fields = [],  # noqa: B006
    closed: Field = "",
) -> Response:
    with us.database.read() as connection:
        before = people.find(connection, AccountId(account))
    held = _held(roles, area) if before and _is_simple(before) else (None, None)
    try:
        us.access.accounts.change(
            AccountId(account), who, name=name, roles=held[0], limited=held[1], closed=bool(closed)
        )
    except NotFound:
        raise
    except ControllerError as wrong:
        return _person(request, us, who, account, _errors(request, wrong, "name"), wrong.status)
    return go(f"/people/{account}", "person-changed")


@router.post("/people/{account}/invite", dependencies=IN_PERSON)
def invite(request: Request, us: Us, who: Administrator, account: str) -> Response:
    code, expires_at = us.access.accounts.invite(AccountId(account), who)
    link = welcome_url(us.settings.url, code)
    return _person(request, us, who, account, link=link, expires_at=expires_at)


@router.get("/me")
def my_page(request: Request, us: Us, who: Anyone) -> Response:
    return _mine(request, us, who)


@router.post("/me/password", dependencies=IN_PERSON)
def change_password(request: Request, us: Us, who: Anyone, old: Field = "", new: Field = "") -> Response:
    here = digest(request.cookies.get(COOKIE, ""))
    try:
        us.access.accounts.change_password(who, old, new, here)
    except ControllerError as wrong:
        return _mine(request, us, who, _errors(request, wrong, "old"), status=wrong.status)
    return go("/me", "password-changed")


@router.post("/me/second-factor", dependencies=IN_PERSON)
def second_factor(request: Request, us: Us, who: Anyone, ticket: Field = "", code: Field = "") -> Response:
    """Without a ticket a secret is shown; with it and the phone's first code it counts."""
    accounts = us.access.accounts
    if not ticket:
        secret, ticket = accounts.begin_second_factor(who)
        return _mine(request, us, who, begun=_begun(us, who, secret, ticket))
    try:
        codes = accounts.finish_second_factor(who, ticket, code)
    except ControllerError as wrong:
        return _mine(request, us, who, _errors(request, wrong, "code"), status=wrong.status)
    return _mine(request, us, who, codes=codes)


@router.post("/me/second-factor/drop", dependencies=IN_PERSON)
def drop_second_factor(request: Request, us: Us, who: Anyone, password: Field = "") -> Response:
    try:
        us.access.accounts.drop_second_factor(who, password)
    except ControllerError as wrong:
        return _mine(request, us, who, _errors(request, wrong, "password"), status=wrong.status)
    return go("/me", "second-factor-dropped")


@router.post("/me/tokens", dependencies=IN_PERSON)
def make_token(request: Request, us: Us, who: Anyone, name: Field = "", roles: Fields = []) -> Response:  # noqa: B006
    chosen, _ = _held(roles, "")
    try:
        _, token = us.access.accounts.make_token(who, name or "API", chosen, 90)
    except ControllerError as wrong:
        return _mine(request, us, who, _errors(request, wrong, "token"), status=wrong.status)
    return _mine(request, us, who, token=token)


@router.post("/me/tokens/{token}/revoke", dependencies=IN_PERSON)
def revoke_token(us: Us, who: Anyone, token: str) -> Response:
    us.access.accounts.revoke_token(who, token)
    return go("/me", "token-revoked")


def _held(roles: list[str], area: str) -> tuple[frozenset[Role], frozenset[Grant]]:
    known = {role.value: role for role in Role}
    chosen = frozenset(known[name] for name in roles if name in known)
    return (frozenset(), frozenset(Grant(role, AreaId(area)) for role in chosen)) if area else (chosen, frozenset())


def _is_simple(account: Account) -> bool:
    """Whether the form can say what the account may do: some roles, all in one place."""
    return len({grant.area for grant in account.limited}) + bool(account.roles) <= 1


def _errors(request: Request, wrong: ControllerError, field: str) -> dict[str, str]:
    return {wrong.field or field: words_of(request).say(wrong.text, **wrong.values)}


def _list(
    request: Request,
    us: Services,
    who: Account,
    typed: Mapping[str, object],
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    with us.database.read() as connection:
        tree = areas.tree(connection)
        closed = {account.id: closed_at for account, closed_at in people.everyone(connection)}
        found = seen(connection, who, "account", [account for account, _ in people.everyone(connection)])
    return page(
        request,
        "people.html.j2",
        who,
        status=status,
        people=found,
        closed=closed,
        tree=tree,
        options=_options(request, tree),
        roles=_role_choices(request),
        typed=typed,
        errors=errors,
    )


def _person(
    request: Request,
    us: Services,
    who: Account,
    account: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **shown: object,
) -> Response:
    with us.database.read() as connection:
        person = people.find(connection, AccountId(account))
        if person is None:
            raise NotFound("unknown-account", "There is no account {account!r}.", account=account)
        closed_at = people.closed_at(connection, person.id)
        tree = areas.tree(connection)
    within = sorted({grant.area for grant in person.limited})
    return page(
        request,
        "person.html.j2",
        who,
        status=status,
        person_shown=person,
        closed_at=closed_at,
        area=within[0] if within else "",
        simple=_is_simple(person),
        options=_options(request, tree),
        roles=_role_choices(request),
        held=[role.value for role in person.held],
        errors=errors or {},
        **{"link": "", **shown},
    )


def _mine(
    request: Request,
    us: Services,
    who: Account,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **shown: object,
) -> Response:
    with us.database.read() as connection:
        factor = credentials.second_factor(connection, who.id)
        tokens = credentials.tokens_of(connection, who.id)
    roles = [choice for choice in _role_choices(request) if Role(choice[0]) in who.held]
    told = {"begun": None, "codes": (), "token": "", **shown}
    return page(
        request,
        "me.html.j2",
        who,
        status=status,
        factor=factor,
        tokens=tokens,
        roles=roles,
        errors=errors or {},
        **told,
    )


def _begun(us: Services, who: Account, secret: str, ticket: str) -> dict[str, object]:
    address = address_for_apps(secret, who.username, us.settings.site)
    drawn = segno.make(address, error="m").svg_inline(scale=5, svgclass=None, lineclass=None)
    return {"secret": secret, "ticket": ticket, "picture": Markup(drawn)}  # segno escapes what it draws


def _options(request: Request, tree: AreaTree) -> list[tuple[str, str]]:
    return [("", words_of(request).say("everywhere")), *((area.id, area.name) for area in tree.in_order())]


def _role_choices(request: Request) -> list[tuple[str, str]]:
    return [(role.value, words_of(request).role([role.value])) for role in Role]

"""What a person is told, where and when: for that person, and for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from controller.errors import ControllerError, NotAllowed, NotFound
from controller.store import notices, people
from controller.store.channels import ChannelKind, Wish
from controller.store.people import Account, AccountId, Role
from controller.web.access import need
from controller.web.api.channels import ChannelTaken
from controller.web.api.own_channels import BROWSER_COOKIE, changed
from controller.web.pages.channels import Given, Typed, as_typed, choices, errors_of, status_of
from controller.web.pages.frame import go, page, words_of
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]

_NOTICES = 20
_EMPTY = Typed(
    wants=[Wish.APPROVAL.value, Wish.DECISION.value, Wish.WAITING.value, Wish.INCIDENTS.value], quiet="22:00-05:00"
)


@router.get("/me/channels")
def mine(who: Anyone) -> Response:
    return go(f"/people/{who.id}/channels")


@router.get("/people/{account}/channels")
def list_channels(request: Request, us: Us, who: Anyone, account: str) -> Response:
    return _list(request, us, who, account, _EMPTY, {})


@router.post("/people/{account}/channels")
def add(request: Request, us: Us, who: Anyone, account: str, typed: Given) -> Response:
    whose = _whose(us, who, account)
    try:
        us.channels.add_own(typed.model_copy(update={"local": ""}).channel(), whose.id)
    except (ControllerError, ValidationError) as wrong:
        return _list(request, us, who, account, typed, errors_of(request, wrong), status_of(wrong))
    return go(f"/people/{account}/channels", "channel-kept")


@router.get("/people/{account}/channels/{own}")
def show(request: Request, us: Us, who: Anyone, account: str, own: str) -> Response:
    return _one(request, us, who, account, own)


@router.post("/people/{account}/channels/{own}")
def change(request: Request, us: Us, who: Anyone, account: str, own: str, typed: Given) -> Response:
    found = us.channels.own(own, _whose(us, who, account).id)
    fields = typed.model_dump(exclude={"id", "local", "kind"}) | {"kind": found.kind}
    try:
        changed(us, found, ChannelTaken.model_validate(fields))
    except (ControllerError, ValidationError) as wrong:
        return _one(request, us, who, account, own, typed, errors_of(request, wrong), status_of(wrong))
    return go(f"/people/{account}/channels", "channel-kept")


@router.post("/people/{account}/channels/{own}/test")
def test(request: Request, us: Us, who: Anyone, account: str, own: str) -> Response:
    """Sends it a word now, and says whether it was taken."""
    tested = us.sending.test(us.channels.own(own, _whose(us, who, account).id).id)
    return _one(request, us, who, account, own, tested=tested)


@router.post("/people/{account}/channels/{own}/remove")
def remove(us: Us, who: Anyone, account: str, own: str) -> Response:
    us.channels.remove(us.channels.own(own, _whose(us, who, account).id).id)
    return go(f"/people/{account}/channels", "channel-removed")


def _whose(us: Services, who: Account, account: str) -> Account:
    """Raises NotAllowed unless it is oneself, or somebody whom one administrates."""
    if account == who.id:
        return who
    if not who.is_any(Role.ADMINISTRATOR):
        raise NotAllowed("not-allowed", "Your account may not do this.")
    with us.database.read() as connection:
        found = people.find(connection, AccountId(account))
    if found is None:
        raise NotFound("unknown-account", "There is no account {account!r}.", account=account)
    return found


def _list(
    request: Request,
    us: Services,
    who: Account,
    account: str,
    typed: Typed,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    whose = _whose(us, who, account)
    with us.database.read() as connection:
        found = notices.channels(connection, whose.id)
    return page(
        request,
        "own_channels.html.j2",
        who,
        status=status,
        whose=whose,
        mine=whose.id == who.id,
        channels=found,
        here=request.cookies.get(BROWSER_COOKIE, ""),
        push_key=us.sending.push_key,
        typed=typed,
        errors=errors,
        own=True,
        **choices(request, own=True),
    )


def _one(
    request: Request,
    us: Services,
    who: Account,
    account: str,
    name: str,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    *,
    tested: str | None = None,
) -> Response:
    whose = _whose(us, who, account)
    at = f"/people/{whose.id}/channels"
    with us.database.read() as connection:
        found = notices.channel(connection, name)
        told = notices.latest(connection, name, _NOTICES)
    if found is None and tested is not None:  # its browser takes nothing any more
        return go(at, "channel-gone")
    found = us.channels.own(name, whose.id)
    return page(
        request,
        "channel.html.j2",
        who,
        status=status,
        one=found,
        typed=typed or as_typed(found),
        errors=errors or {},
        told=told,
        tested=tested,
        secret="",
        at=f"{at}/{found.id}",
        trail=[(words_of(request).say("What {name} is told", name=whose.name), at)],
        own=True,
        is_browser=found.kind is ChannelKind.PUSH,
        **choices(request, own=True),
    )

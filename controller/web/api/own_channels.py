"""What each person is told, at addresses and in browsers of their own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from controller.notifying.push import Browser
from controller.store import notices
from controller.store.channels import Channel, ChannelKind, Wish
from controller.store.people import Account
from controller.web.access import need
from controller.web.api.bases import Given, Taken
from controller.web.api.channels import ChannelGiven, ChannelTaken, Tested, channel_of, plain
from controller.web.api.shapes import Name
from controller.web.services import Services, services_of

router = APIRouter(tags=["channels"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
BROWSER_COOKIE = "loa_browser"
_A_YEAR = 366 * 24 * 3600


class OwnChannelTaken(ChannelTaken):
    kind: ChannelKind = Field(ChannelKind.APPRISE, description="stays what it is")


class PushKeys(Taken):
    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=100)]


class BrowserTaken(Taken):
    """As PushSubscription.toJSON gives it."""

    endpoint: Annotated[str, Field(max_length=1000)]
    keys: PushKeys
    expirationTime: float | None = Field(None, description="not used: the push service says when it is over")
    name: Name = Field("", description="by which its owner knows it")


class PushGiven(Given):
    key: str = Field(description="applicationServerKey; empty: push is switched off on this server")


@router.get("/me/push", summary="The key under which browsers are told by this site")
def push_key(us: Us, _: Anyone) -> PushGiven:
    return PushGiven(key=us.sending.push_key)


@router.put("/me/push", summary="Tell this browser, of bulletins that wait or were decided, and of warnings that wait")
def put_browser(request: Request, us: Us, body: BrowserTaken, who: Anyone, response: Response) -> ChannelGiven:
    """Once more from the same browser changes nothing but whose it is."""
    browser = Browser(body.endpoint, body.keys.p256dh, body.keys.auth)
    wants = frozenset({Wish.APPROVAL, Wish.DECISION, Wish.WAITING})
    usual = Channel("", ChannelKind.PUSH, "", body.name or "Web", wants=wants)
    with us.database.read() as connection:
        known = next((one for one in notices.channels(connection, who.id) if one.id == browser.name), usual)
    made = us.channels.put_browser(browser, known, who)
    remember_browser(response, request, made.id)
    return ChannelGiven(**plain(made))


@router.delete("/me/push", status_code=204, summary="Tell the browser that asks no longer")
def remove_browser(request: Request, us: Us, who: Anyone, response: Response) -> None:
    us.channels.remove(us.channels.own(request.cookies.get(BROWSER_COOKIE, ""), who.id).id)
    response.delete_cookie(BROWSER_COOKIE)


@router.get("/me/channels", summary="Where you are told; addresses stay hidden")
def list_own(us: Us, who: Anyone) -> list[ChannelGiven]:
    with us.database.read() as connection:
        return [ChannelGiven(**plain(one)) for one in notices.channels(connection, who.id)]


@router.post("/me/channels", status_code=201, summary="Tell you at this Apprise address")
def add_own(us: Us, body: OwnChannelTaken, who: Anyone) -> ChannelGiven:
    return ChannelGiven(**plain(us.channels.add_own(channel_of("", body), who.id)))


@router.put("/me/channels/{channel}", summary="Change of what you are told there, and when")
def change_own(us: Us, channel: str, body: OwnChannelTaken, who: Anyone) -> ChannelGiven:
    return ChannelGiven(**plain(changed(us, us.channels.own(channel, who.id), body)))


@router.delete("/me/channels/{channel}", status_code=204, summary="Be told there no longer")
def remove_own(us: Us, channel: str, who: Anyone) -> Response:
    us.channels.remove(us.channels.own(channel, who.id).id)
    return Response(status_code=204)


@router.post("/me/channels/{channel}/test", summary="Send yourself a word now, and say whether it was taken")
def test_own(us: Us, channel: str, who: Anyone) -> Tested:
    return Tested(trouble=us.sending.test(us.channels.own(channel, who.id).id))


def changed(us: Services, own: Channel, body: ChannelTaken) -> Channel:
    """A person's channel as `body` says; its kind stays, and it never leads into the commune's own network. A browser's
    address comes from the browser alone."""
    fixed = {"kind": own.kind, "local": False} | ({"address": ""} if own.kind is ChannelKind.PUSH else {})
    return us.channels.change(channel_of(own.id, body.model_copy(update=fixed)))


def remember_browser(response: Response, request: Request, name: str) -> None:
    """By this cookie the browser is told nothing any more once somebody logs out of it."""
    secure = request.url.scheme == "https"
    response.set_cookie(BROWSER_COOKIE, name, max_age=_A_YEAR, httponly=True, samesite="lax", secure=secure)

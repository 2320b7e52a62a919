"""Who is told of warnings and incidents besides the loudspeakers, of what, and when not; for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from controller.errors import ControllerError, NotFound
from controller.store import notices
from controller.store.channels import Channel, ChannelKind, Wish
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.channels import ChannelTaken, channel_of
from controller.web.pages.channel_words import CHANNEL_KINDS, TURNS, WISHES
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.meanings import SEVERITIES
from controller.web.pages.words import upfirst
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]

_NOTICES = 20


class Typed(BaseModel):
    """The fields as they came, whatever is in them; an unticked box does not come."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = ""
    kind: str = ChannelKind.APPRISE.value
    name: str = ""
    address: str = ""
    local: str = ""
    wants: list[str] = []
    least: str = "serious"
    turn: str = "0"
    quiet: str = ""
    digest: str = ""

    def channel(self) -> Channel:
        """Raises ValidationError or Invalid."""
        fields = self.model_dump(exclude={"id", "local"}) | {"local": bool(self.local)}
        fields |= {"quiet": self.quiet.strip(), "digest": self.digest.strip()}
        return channel_of(self.id.strip(), ChannelTaken.model_validate(fields))


Given = Annotated[Typed, Form()]
_EMPTY = Typed(wants=[one.value for one in Wish])


@router.get("/channels")
def list_channels(request: Request, us: Us, who: Administrator) -> Response:
    return _list(request, us, who, _EMPTY, {})


@router.post("/channels")
def add(request: Request, us: Us, who: Administrator, typed: Given) -> Response:
    try:
        added = us.channels.add(typed.channel())
    except (ControllerError, ValidationError) as wrong:
        return _list(request, us, who, typed, errors_of(request, wrong), status_of(wrong))
    if added.secret:
        return _one(request, us, who, added.id, secret=added.secret)
    return go(f"/channels/{added.id}", "channel-kept")


@router.get("/channels/{channel}")
def show(request: Request, us: Us, who: Administrator, channel: str) -> Response:
    return _one(request, us, who, channel)


@router.post("/channels/{channel}")
def change(request: Request, us: Us, who: Administrator, channel: str, typed: Given) -> Response:
    typed = typed.model_copy(update={"id": channel})
    try:
        us.channels.change(typed.channel())
    except NotFound:
        raise
    except (ControllerError, ValidationError) as wrong:
        return _one(request, us, who, channel, typed, errors_of(request, wrong), status_of(wrong))
    return go(f"/channels/{channel}", "channel-kept")


@router.post("/channels/{channel}/test")
def test(request: Request, us: Us, who: Administrator, channel: str) -> Response:
    """Sends it a word now, and says whether it was taken."""
    return _one(request, us, who, channel, tested=us.sending.test(channel))


@router.post("/channels/{channel}/remove")
def remove(us: Us, _: Administrator, channel: str) -> Response:
    us.channels.remove(channel)
    return go("/channels", "channel-removed")


def _list(
    request: Request, us: Services, who: Account, typed: Typed, errors: dict[str, str], status: int = 200
) -> Response:
    with us.database.read() as connection:
        found = notices.channels(connection)
    return page(
        request,
        "channels.html.j2",
        who,
        status=status,
        channels=found,
        typed=typed,
        errors=errors,
        **choices(request),
    )


def _one(
    request: Request,
    us: Services,
    who: Account,
    name: str,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    *,
    tested: str | None = None,
    secret: str = "",
) -> Response:
    with us.database.read() as connection:
        found = notices.channel(connection, name)
        told = notices.latest(connection, name, _NOTICES)
    if found is None or found.account is not None:
        raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=name)
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
        secret=secret,
        at=f"/channels/{found.id}",
        trail=[(words_of(request).say("Settings"), "/settings"), (words_of(request).say("Who is told"), "/channels")],
        **choices(request),
    )


def as_typed(one: Channel) -> Typed:
    """The address stays hidden: it may hold a secret."""
    return Typed(
        id=one.id,
        kind=one.kind.value,
        name=one.name,
        local="yes" if one.local else "",
        wants=[wish.value for wish in one.wants],
        least=one.least.name.lower(),
        turn=str(one.turn),
        quiet="-".join(f"{clock:%H:%M}" for clock in one.quiet) if one.quiet else "",
        digest=f"{one.digest:%H:%M}" if one.digest else "",
    )


def choices(request: Request, *, own: bool = False) -> dict[str, object]:
    """What the form offers; of one's `own` bulletins only a person is told."""
    say = words_of(request).say
    return {
        "kinds": [(code, upfirst(say(name))) for code, name in CHANNEL_KINDS.items()],
        "wishes": [(code, upfirst(say(name))) for code, name in WISHES.items() if own or code != Wish.DECISION.value],
        "severities": [(code, upfirst(say(name))) for code, name in SEVERITIES.items()],
        "turns": [(code, upfirst(say(name))) for code, name in TURNS.items()],
    }


def errors_of(request: Request, wrong: ControllerError | ValidationError) -> dict[str, str]:
    say = words_of(request).say
    if isinstance(wrong, ControllerError):
        return {wrong.field or "id": say(wrong.text, **wrong.values)}
    fields = {str(error["loc"][0]) for error in wrong.errors()}
    return {field: say("The field {field} cannot be used as it is.", field=field) for field in sorted(fields)}


def status_of(wrong: ControllerError | ValidationError) -> int:
    return wrong.status if isinstance(wrong, ControllerError) else 422

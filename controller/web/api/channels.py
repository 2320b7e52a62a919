"""Who is told of warnings and incidents, besides the loudspeakers."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from controller.errors import Invalid, NotFound
from controller.settings import CLOCK, WINDOW
from controller.store import notices
from controller.store.channels import Channel, ChannelKind, Wish
from controller.store.people import Account, Role
from controller.store.troubles import Severity
from controller.web.access import need
from controller.web.api.bases import Given, Taken
from controller.web.api.incident_shapes import SeverityName
from controller.web.api.shapes import Id, Name
from controller.web.services import Services, services_of

router = APIRouter(tags=["channels"])

Us = Annotated[Services, Depends(services_of)]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]


class ChannelTaken(Taken):
    kind: ChannelKind = Field(description="a webhook for programs, an Apprise address for people")
    name: Name = ""
    address: Annotated[str, Field(max_length=2000)] = Field(
        "", description="may hold a secret: never shown again; empty in a change: as it was"
    )
    local: bool = Field(False, description="its host may lie in the commune's own network")
    wants: list[Wish] = Field(default_factory=lambda: list(Wish), description="of what it is told")
    least: SeverityName = Field("serious", description="of incidents that are at least so bad")
    turn: Annotated[int, Field(ge=0, le=3)] = Field(
        0, description="of warnings that wait: asked after so many deadlines that nobody kept"
    )
    quiet: Annotated[str, Field(pattern=rf"^({WINDOW})?$")] = Field(
        "", description="as in 22:00-05:00: a person's daily rest, which only urgent news breaks"
    )
    digest: Annotated[str, Field(pattern=rf"^({CLOCK})?$")] = Field(
        "", description="as in 07:00: what is not urgent comes then, once a day; empty: at once"
    )


class NewChannel(ChannelTaken):
    id: Id


class ChannelGiven(Given):
    id: str
    kind: ChannelKind
    name: str
    local: bool
    wants: list[Wish]
    least: SeverityName
    turn: int
    quiet: str
    digest: str


class ChannelAdded(ChannelGiven):
    secret: str = Field(description="shown once: signs what a webhook is sent, as standardwebhooks.com says")


class NoticeGiven(Given):
    id: int
    what: str
    body: dict[str, Any]
    written_at: datetime
    attempts: int
    next_at: datetime | None = Field(description="when it is tried again; empty: sent, or given up")
    sent_at: datetime | None
    trouble: str


class Tested(Given):
    trouble: str = Field(description="empty: it was taken")


@router.get("/channels", summary="Who is told of warnings and incidents; addresses stay hidden")
def list_channels(us: Us, _: Administrator) -> list[ChannelGiven]:
    with us.database.read() as connection:
        return [ChannelGiven(**plain(one)) for one in notices.channels(connection)]


@router.post("/channels", status_code=201, summary="Tell this webhook, or the person at this Apprise address")
def add_channel(us: Us, body: NewChannel, _: Administrator) -> ChannelAdded:
    added = us.channels.add(channel_of(body.id, body))
    return ChannelAdded(**plain(added), secret=added.secret)


@router.put("/channels/{channel}", summary="Change of what it is told, and when")
def change_channel(us: Us, channel: str, body: ChannelTaken, _: Administrator) -> ChannelGiven:
    return ChannelGiven(**plain(us.channels.change(channel_of(channel, body))))


@router.delete("/channels/{channel}", status_code=204, summary="Tell it no longer")
def remove_channel(us: Us, channel: str, _: Administrator) -> Response:
    us.channels.remove(channel)
    return Response(status_code=204)


@router.post("/channels/{channel}/test", summary="Send it a word now, and say whether it was taken")
def test_channel(us: Us, channel: str, _: Administrator) -> Tested:
    return Tested(trouble=us.sending.test(channel))


@router.get("/channels/{channel}/notices", summary="What it was told, or is yet to be told, newest first")
def list_notices(
    us: Us, channel: str, _: Administrator, most: Annotated[int, Query(ge=1, le=500)] = 50
) -> list[NoticeGiven]:
    with us.database.read() as connection:
        if notices.channel(connection, channel) is None:
            raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=channel)
        return [
            NoticeGiven(**{name: getattr(one, name) for name in NoticeGiven.model_fields})
            for one in notices.latest(connection, channel, most)
        ]


def channel_of(name: str, body: ChannelTaken) -> Channel:
    begin, _, end = body.quiet.partition("-")
    if begin and begin == end:
        raise Invalid("bad-quiet", "A daily rest begins and ends at different times.", field="quiet")
    return Channel(
        name,
        body.kind,
        body.address,
        body.name or name,
        local=body.local,
        wants=frozenset(body.wants),
        least=Severity[body.least.upper()],
        turn=body.turn,
        quiet=(time.fromisoformat(begin), time.fromisoformat(end)) if begin else None,
        digest=time.fromisoformat(body.digest) if body.digest else None,
    )


def plain(one: Channel) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "local": one.local,
        "wants": sorted(one.wants),
        "least": one.least.name.lower(),
        "turn": one.turn,
        "quiet": "-".join(f"{clock:%H:%M}" for clock in one.quiet) if one.quiet else "",
        "digest": f"{one.digest:%H:%M}" if one.digest else "",
    }

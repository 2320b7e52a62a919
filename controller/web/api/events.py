"""What happens, as it happens: server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from controller.happenings import Happening, Kind
from controller.store import areas
from controller.store.concerns import CONCERNS
from controller.store.database import Database
from controller.store.people import Account
from controller.web.access import need
from controller.web.services import Services, services_of

router = APIRouter(tags=["events"])

_WAITING = 1000
_KEEP_ALIVE = 15.0


_NAMED = {
    Kind.PLAN: "area",
    Kind.DEVICE: "device",
    Kind.READY: "device",
    Kind.RECEIPT: "occurrence",
    Kind.PROGRAMME: "programme",
    Kind.INCIDENT: "incident",
    Kind.CAMERA: "camera",
}
"""What a happening of this kind is about. Refused messages are the whole site's; that some warning stands otherwise
than before, without which, may be known to all."""


def may_hear(database: Database, who: Account, happening: Happening) -> bool:
    if happening.kind not in _NAMED:
        return happening.kind is Kind.ALERT
    with database.read() as connection:
        concern = CONCERNS[_NAMED[happening.kind]](connection, happening.about)
        return concern is not None and concern.is_seen_by(who, areas.tree(connection))


@router.get("/events", summary="A stream of what happens (text/event-stream)", response_class=StreamingResponse)
async def events(
    us: Annotated[Services, Depends(services_of)], who: Annotated[Account, Depends(need())]
) -> StreamingResponse:
    """Whoever holds roles in parts of the tree of areas hears of what concerns these."""
    return StreamingResponse(_stream(us, who), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _stream(us: Services, who: Account) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[Happening] = asyncio.Queue(_WAITING)

    def put(happening: Happening) -> None:
        if not waiting.full():  # a reader who cannot keep up loses events, never the rows behind them
            waiting.put_nowait(happening)

    def hear(happening: Happening) -> None:
        loop.call_soon_threadsafe(put, happening)

    leave = us.happenings.listen(hear)
    try:
        yield ": here\n\n"
        while True:
            try:
                happening = await asyncio.wait_for(waiting.get(), _KEEP_ALIVE)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if not who.roles and not await asyncio.to_thread(may_hear, us.database, who, happening):
                continue
            told = {"at": happening.at.isoformat(), "about": happening.about, **happening.detail}
            yield f"event: {happening.kind.value}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
    finally:
        leave()

"""What happens, as it happens: server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from controller.happenings import Happening, Happenings
from controller.store.people import Account
from controller.web.access import need
from controller.web.services import Services, services_of

router = APIRouter(tags=["events"])

_WAITING = 1000
_KEEP_ALIVE = 15.0


@router.get("/events", summary="A stream of what happens (text/event-stream)", response_class=StreamingResponse)
async def events(
    us: Annotated[Services, Depends(services_of)], _: Annotated[Account, Depends(need())]
) -> StreamingResponse:
    return StreamingResponse(
        _stream(us.happenings), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _stream(happenings: Happenings) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[Happening] = asyncio.Queue(_WAITING)

    def put(happening: Happening) -> None:
        if not waiting.full():  # a reader who cannot keep up loses events, never the rows behind them
            waiting.put_nowait(happening)

    def hear(happening: Happening) -> None:
        loop.call_soon_threadsafe(put, happening)

    leave = happenings.listen(hear)
    try:
        yield ": here\n\n"
        while True:
            try:
                happening = await asyncio.wait_for(waiting.get(), _KEEP_ALIVE)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            told = {"at": happening.at.isoformat(), "about": happening.about, **happening.detail}
            yield f"event: {happening.kind.value}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
    finally:
        leave()

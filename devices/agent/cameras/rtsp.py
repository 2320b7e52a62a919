"""Asking an RTSP server whether it serves: OPTIONS and DESCRIBE over one short connection, and never more."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from devices.agent.cameras.login import Challenge, Unanswerable, challenges, choose
from devices.agent.cameras.rtsp_answer import MOST_HEAD, Described, Head, NotRtsp, read_description, read_head
from devices.protocol.logins import Login
from devices.protocol.messages import CameraReason

BUSY = (453, 503)
"""Not Enough Bandwidth, Service Unavailable: it is there, and has no room for one more."""


class LoginRefused(Exception):
    """The login was shown and not taken."""


@dataclass(frozen=True, slots=True)
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, method: str, uri: str, sequence: int, headers: dict[str, str]) -> tuple[Head, bytes]:
        """The answer to one request. NotRtsp, EOFError or OSError; without an answer it waits."""
        lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {sequence}", "User-Agent: loa-xa"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self.writer.drain()
        try:
            head = read_head((await self.reader.readuntil(b"\r\n\r\n"))[:-4])
            return head, await self.reader.readexactly(head.length)
        except asyncio.LimitOverrunError:
            raise NotRtsp("too long") from None


async def connect(host: str, port: int) -> Connection:
    """OSError when nothing listens there."""
    return Connection(*await asyncio.open_connection(host, port, limit=MOST_HEAD))


async def options(line: Connection, uri: str) -> CameraReason:
    """Whether an RTSP server answers at all; that needs no login."""
    await line.ask("OPTIONS", uri, 1, {})
    return CameraReason.NONE


async def describe(
    line: Connection, uri: str, login: Login | None, *, basic_allowed: bool
) -> tuple[CameraReason, Described | None]:
    """Whether it would let us have the stream. LoginRefused when it does not take the login."""
    accept = {"Accept": "application/sdp"}
    head, body = await line.ask("DESCRIBE", uri, 2, accept)
    for sequence in (3, 4):
        if head.status != 401:
            break
        offer = choose(challenges(head.headers.get("www-authenticate", ())), login, basic_allowed=basic_allowed)
        if isinstance(offer, Unanswerable):
            return why_unanswerable(offer), None
        if sequence == 4 and not offer.stale:
            raise LoginRefused
        head, body = await line.ask("DESCRIBE", uri, sequence, accept | {"Authorization": _shown(offer, login, uri)})
    if head.status == 401:
        raise LoginRefused
    if head.status != 200:
        return why_not(head.status), None
    description = read_description(body)
    return CameraReason.NONE if description.has_video else CameraReason.SERVICE_ERROR, description


def why_not(status: int) -> CameraReason:
    """What an answer means that is neither 200 nor 401; of RTSP and of HTTP."""
    if status in BUSY:
        return CameraReason.BUSY
    return CameraReason.NOT_FOUND if status in (404, 410) else CameraReason.SERVICE_ERROR


def why_unanswerable(why: Unanswerable) -> CameraReason:
    return {
        Unanswerable.NO_LOGIN: CameraReason.LOGIN_MISSING,
        Unanswerable.BASIC_ONLY: CameraReason.BASIC_ONLY,
        Unanswerable.UNKNOWN_SCHEME: CameraReason.SERVICE_ERROR,
    }[why]


def _shown(offer: Challenge, login: Login | None, uri: str) -> str:
    assert login is not None, "nothing is offered to who has no login"
    return offer.answer(login, "DESCRIBE", uri, secrets.token_hex(8))

"""Cameras over HTTP: single pictures (snapshots) and MJPEG."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from devices.agent.cameras.login import Unanswerable, challenges, choose
from devices.agent.cameras.rtsp import LoginRefused, why_not, why_unanswerable
from devices.protocol.logins import Login
from devices.protocol.messages import CameraReason

MOST_BYTES = 12 * 1024 * 1024
"""No picture of a camera is larger."""
JPEG_BEGINS, JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"


def web_client(seconds: float) -> httpx.AsyncClient:
    """One for all cameras. Their certificates are their own, and nobody's: they are not looked at."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncClient(verify=False, trust_env=False, follow_redirects=False, timeout=seconds, limits=limits)


@dataclass
class CameraAuth(httpx.Auth):
    """Shows the login once, when asked, in the strongest way that is offered; `why` says why it was not shown."""

    login: Login | None
    basic_allowed: bool
    why: CameraReason = CameraReason.NONE

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        answer = yield request
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            return
        offers = challenges(answer.headers.get_list("WWW-Authenticate"))
        offer = choose(offers, self.login, basic_allowed=self.basic_allowed)
        if isinstance(offer, Unanswerable) or self.login is None:
            self.why = why_unanswerable(offer if isinstance(offer, Unanswerable) else Unanswerable.NO_LOGIN)
            return
        target = request.url.raw_path.decode("ascii", "replace")
        request.headers["Authorization"] = offer.answer(self.login, request.method, target, secrets.token_hex(8))
        yield request


@dataclass(frozen=True, slots=True)
class Fetched:
    """A picture as it came, or why there is none."""

    reason: CameraReason
    picture: bytes = b""


async def snapshot(client: httpx.AsyncClient, address: str, login: Login | None, *, basic_allowed: bool) -> Fetched:
    """One picture. LoginRefused when the login is not taken; httpx.HTTPError when nothing (whole) comes."""
    auth = CameraAuth(login, basic_allowed)
    async with client.stream("GET", address, auth=auth) as answer:
        if (reason := _refusal(answer, auth)) is not CameraReason.NONE:
            return Fetched(reason)
        found = bytearray()
        async for part in answer.aiter_bytes():
            found += part
            if len(found) > MOST_BYTES:
                return Fetched(CameraReason.GARBAGE)
    return Fetched(CameraReason.NONE if found else CameraReason.GARBAGE, bytes(found))


async def mjpeg(
    client: httpx.AsyncClient, address: str, login: Login | None, *, basic_allowed: bool
) -> AsyncIterator[Fetched]:
    """Picture after picture, by their own marks: the boundaries that cameras send are often wrong.

    The first that cannot be had says why, and is the last. Errors as for `snapshot`.
    """
    auth = CameraAuth(login, basic_allowed)
    async with client.stream("GET", address, auth=auth) as answer:
        if (reason := _refusal(answer, auth)) is not CameraReason.NONE:
            yield Fetched(reason)
            return
        waiting, in_vain = bytearray(), 0
        async for part in answer.aiter_bytes():
            waiting += part
            in_vain += len(part)
            while (picture := _cut(waiting)) is not None:
                in_vain = 0
                yield Fetched(CameraReason.NONE, picture)
            if in_vain > MOST_BYTES:
                yield Fetched(CameraReason.GARBAGE)
                return


def _refusal(answer: httpx.Response, auth: CameraAuth) -> CameraReason:
    if auth.why is not CameraReason.NONE:
        return auth.why
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise LoginRefused
    return CameraReason.NONE if answer.status_code == httpx.codes.OK else why_not(answer.status_code)


def _cut(waiting: bytearray) -> bytes | None:
    """The first whole picture, which is then no longer waiting; None while there is none."""
    begin = waiting.find(JPEG_BEGINS)
    if begin < 0:
        del waiting[: max(len(waiting) - 2, 0)]
        return None
    end = waiting.find(JPEG_ENDS, begin)
    if end < 0:
        del waiting[:begin]
        return None
    picture = bytes(waiting[begin : end + 2])
    del waiting[: end + 2]
    return picture


async def sends_mjpeg(client: httpx.AsyncClient, address: str, login: Login | None, *, basic_allowed: bool) -> bool:
    """Whether it answers with a stream of pictures instead of one. httpx.HTTPError when it does not answer."""
    async with client.stream("GET", address, auth=CameraAuth(login, basic_allowed)) as answer:
        return bool(answer.headers.get("Content-Type", "").lower().startswith("multipart/"))


async def several_snapshots(
    client: httpx.AsyncClient, address: str, login: Login | None, *, basic_allowed: bool, count: int, spacing: float
) -> tuple[CameraReason, list[bytes]]:
    """Up to `count` pictures, so many seconds apart; the reason is that of the first that failed."""
    found: list[bytes] = []
    for number in range(count):
        if number:
            await asyncio.sleep(spacing)
        one = await snapshot(client, address, login, basic_allowed=basic_allowed)
        if one.reason is not CameraReason.NONE:
            return one.reason, found
        found.append(one.picture)
    return CameraReason.NONE, found


async def several_of_mjpeg(
    client: httpx.AsyncClient, address: str, login: Login | None, *, basic_allowed: bool, count: int, spacing: float
) -> tuple[CameraReason, list[bytes]]:
    """The same from a stream of pictures."""
    found: list[bytes] = []
    clock = asyncio.get_running_loop().time
    taken = 0.0
    async for one in mjpeg(client, address, login, basic_allowed=basic_allowed):
        if one.reason is not CameraReason.NONE:
            return one.reason, found
        if not found or clock() - taken >= spacing:
            found.append(one.picture)
            taken = clock()
        if len(found) >= count:
            return CameraReason.NONE, found
    return CameraReason.STREAM_ENDS, found


def host_and_port(address: str) -> tuple[str, int]:
    """Where to connect. ValueError when the address names no host."""
    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError("no host")
    return parts.hostname, parts.port or {"rtsp": 554, "rtsps": 322, "https": 443}.get(parts.scheme, 80)

"""The ladder: reached, served, streaming, worth looking at. Each rung with its own limit; a rung behind a broken one is
not asked. "Opened" is not "streaming": only a decoded picture counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from devices.agent.cameras import files, onvif, rtsp, web
from devices.agent.cameras.looking import Looking
from devices.agent.cameras.rtsp_answer import NotRtsp
from devices.agent.cameras.seen import Climb, Depth, Found, Rung, Seen, together
from devices.agent.cameras.stream import LIMITS, WISH, Limits, Wish
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers
from devices.clock import Clock
from devices.protocol.messages import CameraReason, CameraSource, Standing

LAG = 1.0
"""So many seconds beyond a limit, and it was not the camera that was slow."""
WHO_EVERY = 6 * 3600.0
"""Seconds between two questions who a camera is."""


class Ladder:
    """Probes cameras, any number at a time; of looks there are only as many as `lookers` has places, which whoever
    looks has to take. For one event loop."""

    def __init__(
        self,
        clock: Clock,
        lookers: Lookers,
        client: httpx.AsyncClient,
        limits: Limits = LIMITS,
        wish: Wish = WISH,
    ) -> None:
        self._clock = clock
        self._client = client
        self._limits = limits
        self._wish = wish
        self.lookers = lookers
        self._looking = Looking(clock, lookers, limits, wish)

    async def probe(self, subject: Subject, depth: Depth) -> Seen:
        """All rungs up to `depth`, one after the other, as soon as a looker has a place."""
        asked = await self.ask(subject, depth)
        if depth is Depth.SERVICE or not asked.serves:
            return asked
        async with self.lookers.places:
            return together(asked, await self.look(subject, asked))

    async def ask(self, subject: Subject, depth: Depth = Depth.SERVICE) -> Seen:
        """The cheap rungs: whether it is there, serves, and is the one it should be; before a look its clock as well.

        Never raises for anything that a camera does, nor does `look`.
        """
        climb = Climb(self._clock.now(), Depth.SERVICE)
        if subject.camera.source is CameraSource.FILE:
            _find_file(climb, subject)
        elif subject.camera.source is CameraSource.RTSP:
            await self._ask_rtsp(climb, subject)
        else:
            await self._ask_web(climb, subject)
        if climb.serves and depth is Depth.PICTURE:
            await self._know(climb, subject)
        climb.identity = subject.identity
        if climb.serves and subject.is_another:
            climb.fall(Rung.SERVICE, CameraReason.OTHER_DEVICE)
        return climb.seen()

    async def look(self, subject: Subject, asked: Seen) -> Seen:
        """The upper rungs of a camera that serves, and what else the look has shown to be wrong."""
        climb = Climb(self._clock.now(), Depth.PICTURE, figures={"clock_offset": asked.figures.clock_offset})
        if subject.camera.source is CameraSource.FILE:
            await self._looking.file(climb, subject)
        elif subject.camera.source is CameraSource.RTSP:
            await self._looking.stream(climb, subject)
        elif pictures := await self._pictures(climb, subject, self._wish.pictures):
            await self._looking.stills(climb, subject, pictures, self._wish.pictures)
        return climb.seen()

    async def _ask_rtsp(self, climb: Climb, subject: Subject) -> None:
        line = await self._reach(climb, subject)
        if line is None:
            return
        try:
            await self._serve_rtsp(climb, subject, line)
        finally:
            await _hang_up(line)

    async def _reach(self, climb: Climb, subject: Subject) -> rtsp.Connection | None:
        begin = self._clock.monotonic()
        try:
            async with asyncio.timeout(self._limits.connect):
                line = await rtsp.connect(*web.host_and_port(subject.camera.address))
        except (OSError, ValueError) as failed:
            late = self._clock.monotonic() - begin > self._limits.connect + LAG
            climb.fall(Rung.REACH, CameraReason.OVERLOADED if late else unreached(failed))
            return None
        climb.hold(Rung.REACH)
        climb.figures["connect_ms"] = self._since(begin)
        return line

    async def _serve_rtsp(self, climb: Climb, subject: Subject, line: rtsp.Connection) -> None:
        camera, begin = subject.camera, self._clock.monotonic()
        async with self._answering(climb, 2 * self._limits.answer):
            async with asyncio.timeout(self._limits.answer):
                await rtsp.options(line, camera.address)
            climb.figures["answer_ms"] = self._since(begin)
            if not subject.care.may_try(subject.login, begin):
                climb.fall(Rung.SERVICE, CameraReason.LOGIN_WRONG)
                return
            begin = self._clock.monotonic()
            try:
                async with asyncio.timeout(self._limits.answer):
                    reason, described = await rtsp.describe(
                        line, camera.address, subject.login, basic_allowed=camera.basic_allowed
                    )
            except rtsp.LoginRefused:
                subject.care.refused(subject.login, begin)
                reason, described = CameraReason.LOGIN_WRONG, None
            climb.figures["describe_ms"] = self._since(begin)
            if described is not None:
                subject.care.taken()
                subject.promised = described.frames_per_second
            self._served(climb, reason)

    @asynccontextmanager
    async def _answering(self, climb: Climb, seconds: float) -> AsyncIterator[None]:
        """What goes wrong inside, which takes so long at most, is the service rung's."""
        begin = self._clock.monotonic()
        try:
            yield
        except (TimeoutError, httpx.TimeoutException):
            late = self._clock.monotonic() - begin > seconds + LAG
            climb.fall(Rung.SERVICE, CameraReason.OVERLOADED if late else CameraReason.SILENT)
        except (NotRtsp, httpx.DecodingError, httpx.RemoteProtocolError, ValueError):
            climb.fall(Rung.SERVICE, CameraReason.GARBAGE)
        except (OSError, EOFError, httpx.HTTPError, httpx.InvalidURL):
            climb.fall(Rung.SERVICE, CameraReason.SILENT)

    def _served(self, climb: Climb, reason: CameraReason) -> None:
        if reason is CameraReason.BUSY:
            climb.rungs[Rung.SERVICE] = Found(Standing.GOOD, reason)
            climb.rungs[Rung.STREAM] = Found(Standing.UNKNOWN, reason)
        elif reason is CameraReason.NONE:
            climb.hold(Rung.SERVICE)
        else:
            climb.fall(Rung.SERVICE, reason)

    async def _ask_web(self, climb: Climb, subject: Subject) -> None:
        line = await self._reach(climb, subject)
        if line is None:
            return
        await _hang_up(line)
        begin = self._clock.monotonic()
        if not subject.care.may_try(subject.login, begin):
            climb.fall(Rung.SERVICE, CameraReason.LOGIN_WRONG)
        elif await self._pictures(climb, subject, 1):
            climb.figures["answer_ms"] = self._since(begin)
            subject.care.taken()
            climb.hold(Rung.SERVICE)

    async def _pictures(self, climb: Climb, subject: Subject, asked: int) -> Sequence[bytes]:
        """So many pictures; without any the service rung says why."""
        camera, begin = subject.camera, self._clock.monotonic()
        several = web.several_snapshots if camera.source is CameraSource.SNAPSHOT else web.several_of_mjpeg
        seconds = self._limits.answer + self._limits.still * asked
        pictures: list[bytes] = []
        async with self._answering(climb, seconds):
            try:
                async with asyncio.timeout(seconds):
                    reason, pictures = await several(
                        self._client,
                        camera.address,
                        subject.login,
                        basic_allowed=camera.basic_allowed,
                        count=asked,
                        spacing=self._wish.spacing,
                    )
            except rtsp.LoginRefused:
                subject.care.refused(subject.login, begin)
                reason = CameraReason.LOGIN_WRONG
            if not pictures:
                self._served(climb, reason)
        return pictures

    async def _know(self, climb: Climb, subject: Subject) -> None:
        """Its clock, and now and then who it is. What it does not tell is no fault."""
        address, now, elapsed = subject.camera.onvif_address, self._clock.now(), self._clock.monotonic()
        if not address:
            return
        with contextlib.suppress(onvif.NotOnvif, httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError):
            async with asyncio.timeout(2 * self._limits.answer):
                ahead = await onvif.clock_offset(self._client, address, now)
                climb.figures["clock_offset"] = ahead.total_seconds()
                if subject.is_another or subject.asked_who_at is None or elapsed - subject.asked_who_at > WHO_EVERY:
                    subject.asked_who_at = elapsed
                    with contextlib.suppress(rtsp.LoginRefused):
                        subject.identity = await onvif.identity(self._client, address, subject.login, now, ahead)

    def _since(self, begin: float) -> float:
        return round(1000 * (self._clock.monotonic() - begin), 2)


def unreached(failed: BaseException) -> CameraReason:
    """Why nothing answered; what is our own network's fault is told from what is not."""
    if isinstance(failed, TimeoutError) and not failed.errno:
        return CameraReason.NO_ANSWER
    if isinstance(failed, ConnectionRefusedError):
        return CameraReason.REFUSED
    if isinstance(failed, socket.gaierror):
        return CameraReason.OWN_NETWORK if failed.errno == socket.EAI_AGAIN else CameraReason.UNKNOWN_NAME
    if isinstance(failed, OSError):
        if failed.errno in (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL):
            return CameraReason.OWN_NETWORK
        if failed.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS):
            return CameraReason.OVERLOADED
        if failed.errno == errno.ETIMEDOUT:
            return CameraReason.NO_ANSWER
    return CameraReason.UNREACHABLE


def _find_file(climb: Climb, subject: Subject) -> None:
    if files.exists(subject.camera.address):
        climb.hold(Rung.REACH)
        climb.hold(Rung.SERVICE)
    else:
        climb.fall(Rung.REACH, CameraReason.FILE_MISSING)


async def _hang_up(line: rtsp.Connection) -> None:
    line.writer.transport.abort()
    with contextlib.suppress(OSError):
        await line.writer.wait_closed()

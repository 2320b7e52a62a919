"""The watch itself, in one event loop: probes each camera when its turn comes, one connection to it at a time."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from devices.agent.cameras import turns
from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.own_network import is_cut_off
from devices.agent.cameras.seen import GOOD, Depth, Found, Rung, Seen
from devices.agent.cameras.standing import CameraState, after
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.turns import Turn
from devices.clock import Clock
from devices.protocol.messages import CameraId, CameraReason, Standing

log = logging.getLogger(__name__)

AT_ONCE = 200
"""So many cameras are asked at a time; each may take its seconds to answer."""
LONGEST_NAP = 1.0


@dataclass(slots=True)
class Watched:
    """A camera under watch. Whoever has its `line` may open a connection to it, and says when its next turn is."""

    subject: Subject
    state: CameraState
    turn: Turn
    busy: bool = False
    line: asyncio.Lock = field(default_factory=asyncio.Lock)


Told = Callable[[Watched, Seen, bool], None]
"""Called with what was seen, as soon as that is known, and whether it is news: the cheap rungs of a probe first."""


class Watcher:
    """`cut_off` says whether it is our own network that is away. For one event loop; only `want` may follow `run`."""

    def __init__(
        self, ladder: Ladder, clock: Clock, told: Told, cut_off: Callable[[], bool] = is_cut_off, at_once: int = AT_ONCE
    ) -> None:
        self._ladder = ladder
        self._clock = clock
        self._told = told
        self._cut_off = cut_off
        self._at_once = asyncio.Semaphore(at_once)
        self._watched: dict[CameraId, Watched] = {}
        self._queue: list[tuple[float, CameraId]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    @property
    def cameras(self) -> Mapping[CameraId, Watched]:
        return self._watched

    def want(self, subjects: Mapping[CameraId, Subject]) -> None:
        """Watch these and no others. What did not change keeps its place in the round and all that is known of it."""
        now, at = self._clock.monotonic(), self._clock.now()
        for camera in [camera for camera in self._watched if camera not in subjects]:
            del self._watched[camera]
        for camera, subject in subjects.items():
            known = self._watched.get(camera)
            if known is not None and known.subject.camera == subject.camera:
                continue
            if known is not None:
                # The account behind an address may be locked, whatever else has changed.
                subject.care = known.subject.care
            turn = turns.first(subject.camera, now)
            self._watched[camera] = Watched(subject, CameraState.unseen(at), turn)
            heapq.heappush(self._queue, (turn.at, camera))
        self._news.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                self._news.clear()
                self._begin_due()
                nap = LONGEST_NAP
                if self._queue:
                    nap = min(nap, max(self._queue[0][0] - self._clock.monotonic(), 0.0))
                with contextlib.suppress(TimeoutError):
                    # Not `wait_for`: until Python 3.12 it loses a cancellation that comes together with the news.
                    async with asyncio.timeout(nap):
                        await self._news.wait()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _begin_due(self) -> None:
        now = self._clock.monotonic()
        while self._queue and self._queue[0][0] <= now:
            due, camera = heapq.heappop(self._queue)
            watched = self._watched.get(camera)
            if watched is None or watched.busy or watched.turn.at != due:
                continue  # it is no longer watched, or has another turn by now
            watched.busy = True
            task = asyncio.create_task(self._ask(watched))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _ask(self, watched: Watched) -> None:
        """The cheap rungs; then, if it is time for them, the others."""
        async with watched.line, self._at_once:
            turn, before = watched.turn, watched.state
            asked = await self._take(watched, self._ladder.ask(watched.subject, turn.depth))
            following = turns.following if asked is None else turns.asked
            watched.busy = False
            self._queue_up(
                watched, following(watched.subject.camera, before, watched.state, turn, self._clock.monotonic())
            )
        if asked is not None and turn.depth is Depth.PICTURE and watched.turn.looking:
            await self._look(watched, asked)

    async def _look(self, watched: Watched, asked: Seen) -> None:
        """While it waits for a place the camera is asked as before: it may be gone by then, or watched no more."""
        async with self._ladder.lookers.places, watched.line:
            if self._is_watched(watched) and turns.serves(watched.state):
                await self._take(watched, self._ladder.look(watched.subject, asked))
            self._queue_up(
                watched, turns.looked(watched.subject.camera, watched.state, watched.turn, self._clock.monotonic())
            )

    async def _take(self, watched: Watched, seeing: Awaitable[Seen]) -> Seen | None:
        """What is seen, when it is known and told; None where that failed."""
        try:
            seen = self._excused(await seeing)
            watched.state, news = after(watched.state, seen)
            self._told(watched, seen, news)
        except Exception as fault:  # noqa: BLE001  without a traceback: some errors repeat addresses with passwords
            log.error("camera %s was not probed: %s", watched.subject.camera.id, type(fault).__name__)
            return None
        return seen

    def _queue_up(self, watched: Watched, turn: Turn) -> None:
        watched.turn = turn
        if self._is_watched(watched):
            heapq.heappush(self._queue, (turn.at, watched.subject.camera.id))
            self._news.set()

    def _is_watched(self, watched: Watched) -> bool:
        return self._watched.get(watched.subject.camera.id) is watched

    def _excused(self, seen: Seen) -> Seen:
        """While we are cut off ourselves, a camera that does not answer is not to blame."""
        reach = seen.rungs.get(Rung.REACH, GOOD)
        if reach.reason not in (CameraReason.NO_ANSWER, CameraReason.UNREACHABLE) or not self._cut_off():
            return seen
        return replace(seen, rungs={**seen.rungs, Rung.REACH: Found(Standing.UNKNOWN, CameraReason.OWN_NETWORK)})

"""The thread in which a device watches its cameras, and what the agent's thread is told of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from devices.agent.cameras.evidence import Evidence
from devices.agent.cameras.eyes import Eyes, trained
from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.picture_store import PictureStore
from devices.agent.cameras.seen import Seen
from devices.agent.cameras.standing import CameraState, report
from devices.agent.cameras.stream import LIMITS
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers
from devices.agent.cameras.watcher import Watched, Watcher
from devices.agent.cameras.web import web_client
from devices.clock import Clock
from devices.protocol.errors import BadBox
from devices.protocol.locks import BoxKey
from devices.protocol.logins import Login, unboxed
from devices.protocol.messages import CameraId, CameraReason, CameraReport, CameraToWatch

log = logging.getLogger(__name__)

LOOKS = 8
"""Streams open at a time: a look takes some seconds, most of them spent waiting."""
PROFILE_EVERY = 3600.0
"""Seconds between two writings of what was learnt of a camera; a memory card does not last for ever."""


@dataclass(slots=True)
class _Kept:
    """What the watch keeps beside a camera's state; touched in the watch's thread only."""

    eyes: Eyes
    profile: Path
    evidence: Evidence
    written_at: float


class ThreadedWatch:
    """A `CameraWatch` in a thread of its own, begun with the first camera; `nudge` is called when there is news.

    What was learnt is kept below `folder`, one file a camera.
    """

    def __init__(self, clock: Clock, folder: Path, pictures: PictureStore, nudge: Callable[[], None]) -> None:
        self._clock = clock
        self._folder = folder
        self._pictures = pictures
        self._nudge = nudge
        self._guard = threading.Lock()
        self._reports: dict[CameraId, CameraReport] = {}
        self._news: set[CameraId] = set()
        self._wanted: dict[CameraId, CameraToWatch] = {}
        self._subjects: dict[CameraId, Subject] = {}
        self._kept: dict[CameraId, _Kept] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watcher: Watcher | None = None
        self._ended: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def want(self, cameras: Sequence[CameraToWatch], key: BoxKey, now: datetime) -> None:
        wanted = {camera.id: camera for camera in cameras}
        if wanted == self._wanted:
            return
        self._wanted = wanted
        subjects: dict[CameraId, Subject] = {}
        for camera in cameras:
            known = self._subjects.get(camera.id)
            if known is not None and known.camera == camera:
                subjects[camera.id] = known
                continue
            try:
                login = unboxed(camera.login, camera.id, key)
            except BadBox:
                self._say(report(camera.id, CameraState.unseen(now, CameraReason.LOGIN_UNREADABLE)), news=True)
                continue
            subjects[camera.id] = self._subject(camera, login)
            self._say(report(camera.id, CameraState.unseen(now)), news=False)
        with self._guard:
            self._reports = {camera: said for camera, said in self._reports.items() if camera in wanted}
            self._news &= wanted.keys()
        for gone in self._kept.keys() - wanted.keys():
            del self._kept[gone]
        self._subjects = subjects
        self._hand_over(dict(subjects))

    def changes(self) -> list[CameraReport]:
        with self._guard:
            news, self._news = self._news, set()
            return [self._reports[camera] for camera in sorted(news)]

    def everything(self) -> list[CameraReport]:
        with self._guard:
            return list(self._reports.values())

    def close(self) -> None:
        thread, loop, ended = self._thread, self._loop, self._ended
        if thread is None or loop is None or ended is None:
            return
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            loop.call_soon_threadsafe(ended.set)
        thread.join(5.0)

    def _hand_over(self, subjects: dict[CameraId, Subject]) -> None:
        if self._thread is None:
            if not subjects:
                return
            ready = threading.Event()
            self._thread = threading.Thread(target=self._live, args=(ready,), name="cameras", daemon=True)
            self._thread.start()
            ready.wait()
        loop, watcher = self._loop, self._watcher
        assert loop is not None and watcher is not None
        loop.call_soon_threadsafe(watcher.want, subjects)

    def _live(self, ready: threading.Event) -> None:
        asyncio.run(self._watch(ready))

    async def _watch(self, ready: threading.Event) -> None:
        async with web_client(LIMITS.still) as client, web_client(20.0) as controller:
            ladder = Ladder(self._clock, Lookers(LOOKS), client)
            self._watcher = Watcher(ladder, self._clock, self._told)
            self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
            ready.set()
            tasks = [asyncio.create_task(self._watcher.run()), asyncio.create_task(self._pictures.deliver(controller))]
            await self._ended.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for kept in list(self._kept.values()):
            self._write(kept)

    def _told(self, watched: Watched, seen: Seen, news: bool) -> None:
        camera = watched.subject.camera
        kept = self._kept.get(camera.id)
        if kept is not None and seen.verdict is not None:
            pictures = kept.evidence.of(seen, camera.keep_pictures, watched.state.pictures, self._pictures.add)
            watched.state = replace(watched.state, pictures=pictures)
            if self._clock.monotonic() - kept.written_at > PROFILE_EVERY:
                self._write(kept)
        self._say(report(camera.id, watched.state), news=news)

    def _say(self, said: CameraReport, *, news: bool) -> None:
        with self._guard:
            self._reports[said.camera] = said
            if news:
                self._news.add(said.camera)
        if news:
            self._nudge()

    def _subject(self, camera: CameraToWatch, login: Login | None) -> Subject:
        path = self._folder / f"{camera.id}.{camera.relearn}.profile"
        for old in self._folder.glob(f"{camera.id}.*.profile"):
            if old != path:
                old.unlink(missing_ok=True)
        kept = self._kept.get(camera.id)
        if kept is None or kept.profile != path:
            eyes = trained(path.read_bytes() if path.exists() else None)
            kept = self._kept[camera.id] = _Kept(eyes, path, Evidence(), self._clock.monotonic())
        return Subject(camera, login, eyes=kept.eyes)

    def _write(self, kept: _Kept) -> None:
        kept.written_at = self._clock.monotonic()
        try:
            learnt = kept.eyes.kept()
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = kept.profile.with_suffix(".new")
            unfinished.write_bytes(learnt)
            unfinished.rename(kept.profile)
        except OSError as full:
            log.warning("what was learnt of a camera could not be kept: %s", type(full).__name__)


def watch(clock: Clock, folder: Path, controller_url: str, token: str, nudge: Callable[[], None]) -> ThreadedWatch:
    """With what it keeps below `folder`; nothing is begun before there is a camera."""
    return ThreadedWatch(clock, folder, PictureStore(folder / "outgoing", controller_url, token), nudge)

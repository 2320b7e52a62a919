"""Cameras under a hand-moved clock: the device's own ladder and eyes, look after look, without a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from devices.agent.cameras import turns
from devices.agent.cameras.evidence import Evidence
from devices.agent.cameras.eyes import Trained, trained
from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.picture_store import PictureStore
from devices.agent.cameras.standing import CameraState, after, report
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers
from devices.agent.cameras.turns import Turn
from devices.agent.settings import Identity
from devices.clock import Clock
from devices.protocol.locks import BoxKey
from devices.protocol.messages import CameraId, CameraReport, CameraToWatch


@dataclass(slots=True)
class _Watched:
    subject: Subject
    eyes: Trained
    state: CameraState
    turn: Turn
    evidence: Evidence = field(default_factory=Evidence)


class SteppedWatch:
    """A `CameraWatch` that looks when it is told to. It knows sources without a login; `client` gives a way to the
    controller, through which pictures are handed in."""

    def __init__(
        self,
        clock: Clock,
        identity: Identity,
        folder: Path,
        runner: asyncio.Runner,
        client: Callable[[], httpx.AsyncClient],
    ) -> None:
        self._clock = clock
        self._folder = folder
        self._runner = runner
        self._client = client
        self._pictures = PictureStore(folder / "outgoing", identity.controller_url, identity.audio_token)
        self._watched: dict[CameraId, _Watched] = {}
        self._news: set[CameraId] = set()

    def want(self, cameras: Sequence[CameraToWatch], key: BoxKey, now: datetime) -> None:
        before, self._watched = self._watched, {}
        for camera in cameras:
            known = before.get(camera.id)
            if known is None or known.subject.camera != camera:
                path = self._profile(camera)
                eyes = known.eyes if known else trained(path.read_bytes() if path.exists() else None)
                turn = turns.first(camera, self._clock.monotonic())
                known = _Watched(Subject(camera, eyes=eyes), eyes, CameraState.unseen(now), turn)
            self._watched[camera.id] = known
        self._news &= self._watched.keys()

    @property
    def due(self) -> datetime | None:
        next_turn = min((one.turn.at for one in self._watched.values()), default=None)
        if next_turn is None:
            return None
        return self._clock.now() + timedelta(seconds=next_turn - self._clock.monotonic())

    def look(self) -> None:
        due = [one for one in self._watched.values() if one.turn.at <= self._now]
        self._runner.run(self._look(due))

    async def _look(self, due: Sequence[_Watched]) -> None:
        async with self._client() as client:
            ladder = Ladder(self._clock, Lookers(1), client)
            for one in due:
                await self._probe(ladder, one)
            await self._pictures.hand_in(client)

    async def _probe(self, ladder: Ladder, one: _Watched) -> None:
        camera, before = one.subject.camera, one.state
        seen = await ladder.probe(one.subject, one.turn.depth)
        one.state, news = after(before, seen)
        if seen.verdict is not None:
            pictures = one.evidence.of(seen, camera.keep_pictures, one.state.pictures, self._pictures.add)
            one.state = replace(one.state, pictures=pictures)
        if news:
            self._news.add(camera.id)
        one.turn = turns.following(camera, before, one.state, one.turn, self._now)

    @property
    def _now(self) -> float:
        """A moment has whole microseconds, a turn has not: what is due within the next is due now."""
        return self._clock.monotonic() + timedelta.resolution.total_seconds()

    def changes(self) -> list[CameraReport]:
        news, self._news = self._news, set()
        return [report(camera, self._watched[camera].state) for camera in sorted(news)]

    def everything(self) -> list[CameraReport]:
        return [report(camera, one.state) for camera, one in self._watched.items()]

    def close(self) -> None:
        for one in self._watched.values():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._profile(one.subject.camera).write_bytes(one.eyes.kept())

    def _profile(self, camera: CameraToWatch) -> Path:
        return self._folder / f"{camera.id}.{camera.relearn}.profile"

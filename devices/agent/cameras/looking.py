"""The upper rungs: a short look, and what is to be thought of it. Whatever blocks happens in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from devices.agent.cameras import files
from devices.agent.cameras.picture.burst import Burst
from devices.agent.cameras.picture.stills import read_still
from devices.agent.cameras.picture.verdict import Verdict
from devices.agent.cameras.seen import Climb, Found, Rung, found
from devices.agent.cameras.stream import Film, Limits, Wish, look
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers, Stuck
from devices.clock import Clock
from devices.protocol.messages import CameraReason, Standing

JUDGING = 5.0
"""Seconds for judging what was seen, far more than it takes."""


@dataclass(frozen=True, slots=True)
class _Looked:
    film: Film
    burst: Burst
    verdict: Verdict | None
    seconds: float


class Looking:
    def __init__(self, clock: Clock, lookers: Lookers, limits: Limits, wish: Wish) -> None:
        self._clock = clock
        self._lookers = lookers
        self._limits = limits
        self._wish = wish

    async def stream(self, climb: Climb, subject: Subject) -> None:
        """Opens the stream once more, for pictures."""
        seconds = self._limits.open + self._limits.look + self._limits.read
        await self._look(climb, subject, lambda: self._opened(subject), seconds)
        if climb.rungs[Rung.STREAM].reason is CameraReason.LOGIN_WRONG:
            climb.fall(Rung.SERVICE, CameraReason.LOGIN_WRONG)
        elif climb.rungs[Rung.STREAM].reason is CameraReason.BUSY:
            climb.rungs[Rung.STREAM] = Found(Standing.UNKNOWN, CameraReason.BUSY)

    async def stills(self, climb: Climb, subject: Subject, pictures: Sequence[bytes], asked: int) -> None:
        """Pictures that came one by one."""
        await self._look(climb, subject, lambda: _stills(pictures, asked), self._limits.still)

    async def file(self, climb: Climb, subject: Subject) -> None:
        """A video or pictures on the disk; a video is looked at from where it would be now, were it a live one."""
        at = climb.at.timestamp()
        address = subject.camera.address
        await self._look(climb, subject, lambda: files.look(address, self._clock, self._wish, at), self._limits.look)

    def _opened(self, subject: Subject) -> Film:
        film = look(
            subject.camera.address,
            subject.login,
            clock=self._clock,
            limits=self._limits,
            wish=self._wish,
            promised=subject.promised,
        )
        if film.login_refused:
            subject.care.refused(subject.login, self._clock.monotonic())
        return film

    async def _look(self, climb: Climb, subject: Subject, work: Callable[[], Film], seconds: float) -> None:
        eyes = subject.eyes
        if eyes is None:
            climb.fall(Rung.STREAM, CameraReason.NOT_INSTALLED)
            return
        ahead = climb.figures.get("clock_offset")
        offset = timedelta(seconds=ahead) if isinstance(ahead, float) else None

        def both() -> _Looked:
            at = self._clock.now()
            film = work()
            burst = Burst(at, film.pictures, film.packets or None, offset, self._wish.pictures)
            begin = self._clock.monotonic()
            verdict = eyes.judge(burst) if film.pictures else None
            return _Looked(film, burst, verdict, self._clock.monotonic() - begin)

        try:
            _tell(climb, await self._lookers.run(both, seconds + JUDGING))
        except Stuck:
            climb.fall(Rung.STREAM, CameraReason.OVERLOADED)


def _tell(climb: Climb, looked: _Looked) -> None:
    film = looked.film
    climb.figures |= {
        "first_packet_ms": _milliseconds(film.first_packet_after),
        "first_picture_ms": _milliseconds(film.first_picture_after),
        "packets": len(film.packets) or None,
        "pictures": len(film.pictures),
        "frames_per_second": _rounded(film.frames_per_second),
        "bits_per_second": _rounded(film.bits_per_second),
        "width": film.width or None,
        "height": film.height or None,
        "codec": film.codec,
    }
    if film.reason is CameraReason.NONE:
        climb.hold(Rung.STREAM)
    else:
        climb.fall(Rung.STREAM, film.reason)
    if looked.verdict is None:
        return
    climb.burst, climb.verdict = looked.burst, looked.verdict
    climb.figures["judge_ms"] = _milliseconds(looked.seconds)
    if looked.verdict.findings:
        climb.rungs[Rung.PICTURE] = Found(Standing.BAD, CameraReason.FINDING)
    else:
        climb.rungs[Rung.PICTURE] = found(CameraReason.NONE if looked.verdict.learnt else CameraReason.LEARNING)


def _stills(raw: Sequence[bytes], asked: int) -> Film:
    film = Film()
    for one in raw:
        picture = read_still(one)
        if picture is None:
            film.damaged += 1
            continue
        film.height, film.width = picture.shape[:2]
        film.pictures.append(picture)
    film.codec = "jpeg"
    if not film.pictures:
        film.reason = CameraReason.UNDECODABLE
    elif 2 * len(film.pictures) < asked:
        film.reason = CameraReason.FEW_FRAMES
    return film


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(1000 * seconds, 1)


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 2)

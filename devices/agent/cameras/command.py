"""`loa camera check` and `loa camera find`: one look at a camera or a file, and who is there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TextIO
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx
import msgspec

from devices.agent.cameras import files, onvif, web
from devices.agent.cameras.discovery import find_cameras
from devices.agent.cameras.eyes import Eyes, trained
from devices.agent.cameras.ladder import Ladder
from devices.agent.cameras.picture.verdict import Finding
from devices.agent.cameras.rtsp import LoginRefused
from devices.agent.cameras.seen import Depth, Rung, Seen
from devices.agent.cameras.stream import LIMITS, WISH
from devices.agent.cameras.subject import Subject
from devices.agent.cameras.threads import Lookers
from devices.clock import Clock, SystemClock
from devices.protocol.logins import Login
from devices.protocol.messages import CameraId, CameraReason, CameraSource, CameraToWatch
from devices.protocol.messages.cameras import check_address

BAD_SOURCE = 2
LOGIN = "LOA_CAMERA_LOGIN"
"""The variable that holds `user:password` for addresses that carry none."""
_SOURCES = {"rtsp": CameraSource.RTSP, "rtsps": CameraSource.RTSP, "http": CameraSource.SNAPSHOT}
_SOURCES |= {"https": CameraSource.SNAPSHOT, "onvif": CameraSource.RTSP}


class BadSource(Exception):
    """Neither an address nor a file; its text repeats no login."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something to check: `shown` is how it may be written anywhere."""

    kind: CameraSource
    address: str
    shown: str
    login: Login | None = None
    onvif: str = ""


def read_source(text: str, environment: Mapping[str, str]) -> Source:
    """An address with or without a login, or a file that is there. BadSource otherwise."""
    if "://" not in text:
        if not files.exists(text):
            raise BadSource(f"{text}: không có tệp này / there is no such file")
        return Source(CameraSource.FILE, text, text)
    try:
        parts = urlsplit(text)
        kind = _SOURCES.get(parts.scheme)
        host = parts.netloc.rpartition("@")[2]
        plain = urlunsplit(parts._replace(netloc=host))
        if kind is None:
            raise ValueError
        check_address(plain, parts.scheme)
        login = Login(unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    except ValueError:
        raise BadSource("không phải địa chỉ rtsp://, http:// hay onvif:// / not such an address") from None
    if login is None and LOGIN in environment:
        user, _, password = environment[LOGIN].partition(":")
        login = Login(user, password)
    if parts.scheme != "onvif":
        return Source(kind, plain, plain, login)
    service = f"http://{host}{parts.path if len(parts.path) > 1 else '/onvif/device_service'}"
    return Source(kind, "", plain, login, service)


@dataclass(frozen=True, slots=True)
class Checked:
    """What one look at one source showed, and how long it took in seconds."""

    source: str
    seen: Seen
    seconds: float
    learnt: float
    note: str = ""

    def told(self) -> dict[str, object]:
        """For programs."""
        figures = msgspec.to_builtins(self.seen.figures)
        return {
            "source": self.source,
            "at": self.seen.at.isoformat(),
            "state": {
                rung.value: {"standing": one.standing.value, "reason": one.reason.value}
                for rung, one in self.seen.rungs.items()
            },
            "kinds": [
                {**asdict(one), "kind": one.kind.value, "confirmed": confirmed} for one, confirmed in self._findings
            ],
            "figures": figures,
            "measures": dict(self.seen.verdict.figures) if self.seen.verdict else {},
            "identity": msgspec.to_builtins(self.seen.identity) if self.seen.identity else None,
            "learnt": round(self.learnt, 3),
            "seconds": round(self.seconds, 3),
            "note": self.note,
        }

    @property
    def _findings(self) -> list[tuple[Finding, bool]]:
        if self.seen.verdict is None:
            return []
        return [(one, True) for one in self.seen.verdict.findings] + [
            (one, False) for one in self.seen.verdict.suspected
        ]

    def lines(self) -> list[str]:
        """For people."""
        axes = [
            f"{rung.value} {one.standing.value}" + (f" ({one.reason.value})" if one.reason.value else "")
            for rung, one in self.seen.rungs.items()
        ]
        found = [f"{self.source}: {', '.join(axes)}; {self.seconds:.2f} s"]
        for one, confirmed in self._findings:
            usual = "" if one.learnt is None else f", usually {one.learnt[0]:.3g} to {one.learnt[1]:.3g}"
            sure = "" if confirmed else ", suspected"
            found.append(
                f"  {one.kind.value}: {one.confidence:.2f}{sure}"
                f" ({one.measure} {one.value:.3g}, limit {one.limit:.3g}{usual})"
            )
        figures = {
            name: value for name, value in msgspec.to_builtins(self.seen.figures).items() if value not in (None, "")
        }
        if figures:
            found.append("  " + ", ".join(f"{name} {value}" for name, value in figures.items()))
        return [*found, *([f"  {self.note}"] if self.note else [])]


def run_check(
    sources: Sequence[str],
    *,
    frames: int,
    profile: Path | None,
    as_json: bool,
    out: TextIO = sys.stdout,
    errors: TextIO = sys.stderr,
) -> int:
    """0 whatever the cameras' state, 2 when a source is none; the others are checked all the same."""
    good: list[Source] = []
    code = 0
    for text in sources:
        try:
            good.append(read_source(text, os.environ))
        except BadSource as wrong:
            print(f"loa: {wrong}", file=errors)
            code = BAD_SOURCE
    try:
        checked = asyncio.run(check(good, SystemClock(), frames=frames, profile=profile))
    except OSError as wrong:
        print(f"loa: {profile}: không đọc hay ghi được / cannot be read or written: {wrong.strerror}", file=errors)
        return BAD_SOURCE
    for one in checked:
        if one.seen.rungs[Rung.REACH].reason is CameraReason.NONE and _is_no_picture(one):
            print(f"loa: {one.source}: không đọc được hình nào / holds no picture that can be read", file=errors)
            code = BAD_SOURCE
            continue
        print(json.dumps(one.told(), ensure_ascii=False) if as_json else "\n".join(one.lines()), file=out)
    return code


def _is_no_picture(one: Checked) -> bool:
    stream = one.seen.rungs.get(Rung.STREAM)
    is_file = "://" not in one.source
    return is_file and stream is not None and stream.reason is CameraReason.UNDECODABLE


async def check(sources: Sequence[Source], clock: Clock, *, frames: int, profile: Path | None) -> list[Checked]:
    """One look at each, all at once; with a profile one after the other, because each is learnt from."""
    async with web.web_client(LIMITS.still) as client:
        ladder = Ladder(clock, Lookers(8), client, LIMITS, replace(WISH, pictures=frames))
        if profile is None:
            return list(await asyncio.gather(*(_check_one(one, ladder, client, clock, trained()) for one in sources)))
        eyes = trained(profile.read_bytes() if profile.exists() else None)
        checked = [await _check_one(one, ladder, client, clock, eyes) for one in sources]
        profile.write_bytes(eyes.kept())
        return checked


async def _check_one(source: Source, ladder: Ladder, client: httpx.AsyncClient, clock: Clock, eyes: Eyes) -> Checked:
    begin = clock.monotonic()
    source, note = await _resolved(source, client, clock)
    camera = CameraToWatch(
        id=CameraId("checked"),
        source=source.kind,
        address=source.address,
        onvif_address=source.onvif,
        basic_allowed=True,
    )
    seen = await ladder.probe(Subject(camera, source.login, eyes=eyes), Depth.PICTURE)
    learnt = seen.verdict.learnt if seen.verdict else 0.0
    return Checked(source.shown, seen, clock.monotonic() - begin, learnt, note)


async def _resolved(source: Source, client: httpx.AsyncClient, clock: Clock) -> tuple[Source, str]:
    """With the address of its stream, which ONVIF tells; and what went wrong with that."""
    try:
        if source.onvif:
            return await _over_onvif(source, client, clock)
        if source.kind is CameraSource.SNAPSHOT and await web.sends_mjpeg(
            client, source.address, source.login, basic_allowed=True
        ):
            return replace(source, kind=CameraSource.MJPEG), ""
    except (httpx.HTTPError, httpx.InvalidURL, LoginRefused, onvif.NotOnvif, OSError, ValueError) as away:
        return _guessed(source), f"onvif: {type(away).__name__}" if source.onvif else ""
    return source, ""


async def _over_onvif(source: Source, client: httpx.AsyncClient, clock: Clock) -> tuple[Source, str]:
    now = clock.now()
    ahead = await onvif.clock_offset(client, source.onvif, now)
    for one in await onvif.streams(client, source.onvif, source.login, now, ahead):
        if one.stream:
            return replace(source, address=one.stream), f"{one.profile}: {one.stream}"
        if one.snapshot:
            return replace(source, kind=CameraSource.SNAPSHOT, address=one.snapshot), f"{one.profile}: {one.snapshot}"
    return _guessed(source), "onvif: no stream"


def _guessed(source: Source) -> Source:
    """Where ONVIF told no stream: whether the camera is there is asked at its usual port."""
    if source.address:
        return source
    return replace(source, address=f"rtsp://{urlsplit(source.onvif).hostname}/")


def run_find(*, seconds: float, as_json: bool, out: TextIO = sys.stdout) -> int:
    """The cameras that answer a WS-Discovery question on this network; 0, also when there are none."""
    with contextlib.suppress(KeyboardInterrupt):
        for one in asyncio.run(find_cameras(seconds)):
            said = asdict(one)
            print(
                json.dumps(said, ensure_ascii=False) if as_json else f"{one.address}  {one.name}  {one.hardware}",
                file=out,
            )
    return 0

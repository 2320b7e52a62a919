"""A short look at a stream, with PyAV: packets, timestamps, and some decoded pictures.

It blocks, so it is for a thread of its own; but never longer than its limits say, whatever the other side does. No text
of an FFmpeg error is ever used: it repeats the address, and with it the password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import quote, urlsplit, urlunsplit

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from devices.agent.cameras.picture.burst import PacketFact, Picture
from devices.clock import Clock
from devices.protocol.logins import Login
from devices.protocol.messages import CameraReason

WIDEST = 640
"""Pictures are judged at this width: more pixels say no more, and cost more."""
BACKLOG = 0.15
"""What comes so soon after the opening was waiting in the camera: it says nothing of the pace."""
PAUSE = 2.0
"""Seconds of silence in a live stream that nobody would call fluent."""
DAMAGED = 0.15
"""Of all packets: over TCP none is lost on a good line."""
FEW = 0.25
"""Of the promised pictures. By night cameras rightly send half."""

STREAMING = {"rtsp_transport": "tcp", "analyzeduration": "200000", "fflags": "nobuffer"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for each rung. `look` is for all of a look at a stream, from its opening; `still` for one picture."""

    connect: float = 3.0
    answer: float = 3.0
    open: float = 4.0
    read: float = 5.0
    look: float = 12.0
    still: float = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """So many pictures, so far apart in seconds, and at least so long a look."""

    pictures: int = 6
    spacing: float = 0.5
    seconds: float = 2.5


LIMITS, WISH = Limits(), Wish()


@dataclass(slots=True)
class Film:
    """What a look brought home. `reason` is why the stream is bad; NONE when it is good."""

    reason: CameraReason = CameraReason.NONE
    pictures: list[Picture] = field(default_factory=list)
    packets: list[PacketFact] = field(default_factory=list)
    damaged: int = 0
    opened_after: float | None = None
    first_packet_after: float | None = None
    first_picture_after: float | None = None
    promised: float | None = None
    codec: str = ""
    width: int = 0
    height: int = 0
    login_refused: bool = False

    @property
    def live(self) -> list[PacketFact]:
        """The packets behind the backlog."""
        begin = self.packets[0].arrived + BACKLOG if self.packets else 0.0
        return [packet for packet in self.packets if packet.arrived >= begin]

    @property
    def frames_per_second(self) -> float | None:
        live = self.live
        span = live[-1].arrived - live[0].arrived if len(live) > 2 else 0.0
        return (len(live) - 1) / span if span > 0.5 else None

    @property
    def bits_per_second(self) -> float | None:
        live = self.live
        span = live[-1].arrived - live[0].arrived if len(live) > 2 else 0.0
        return 8 * sum(packet.size for packet in live[1:]) / span if span > 0.5 else None


def look(
    address: str, login: Login | None, *, clock: Clock, limits: Limits, wish: Wish, promised: float | None = None
) -> Film:
    """Opens the stream at `address`, takes what is wished, and closes it. Never raises.

    `promised`: pictures a second as the camera described them.
    """
    film = Film(promised=promised)
    begin = clock.monotonic()
    try:
        with av.open(with_login(address, login), timeout=(limits.open, limits.read), options=STREAMING) as source:
            film.opened_after = clock.monotonic() - begin
            if not source.streams.video:
                film.reason = CameraReason.NO_MEDIA
                return film
            _take(source, source.streams.video[0], film, clock, begin, limits, wish)
    except Exception as failed:  # noqa: BLE001  whatever a library throws: its text may repeat the password
        film.reason = _why(failed, film, in_time=clock.monotonic() - begin < limits.open)
        film.login_refused = isinstance(failed, av.error.HTTPUnauthorizedError)
    if film.reason is CameraReason.NONE or (film.reason is CameraReason.STREAM_ENDS and film.packets):
        found = verdict(film)
        film.reason = found if found is not CameraReason.NONE else film.reason
    return film


def verdict(film: Film) -> CameraReason:
    """What is wrong with a stream that came; NONE for nothing."""
    if not film.packets:
        return CameraReason.NO_MEDIA
    if not film.pictures:
        key = any(packet.is_key for packet in film.packets)
        return CameraReason.UNDECODABLE if key else CameraReason.NO_KEY_FRAME
    if standing(film.packets):
        return CameraReason.STANDING_TIMESTAMPS
    if film.damaged > DAMAGED * len(film.packets):
        return CameraReason.UNDECODABLE
    pace = film.frames_per_second
    if film.promised and pace is not None and film.promised >= 2 and pace < FEW * film.promised:
        return CameraReason.FEW_FRAMES
    pauses = [after.arrived - before.arrived for before, after in pairwise(film.packets)]
    if max(pauses, default=0.0) > PAUSE and (film.promised or 0) >= 2:
        return CameraReason.STUTTERS
    return CameraReason.NONE


def standing(packets: list[PacketFact]) -> bool:
    """The camera's own time does not move although ours does."""
    span = packets[-1].arrived - packets[0].arrived
    stamps = [packet.pts for packet in packets if packet.pts is not None]
    return span >= 1.0 and len(packets) >= 5 and bool(stamps) and max(stamps) - min(stamps) < span / 10


def with_login(address: str, login: Login | None) -> str:
    """As FFmpeg wants it. Never to be written anywhere."""
    if login is None:
        return address
    parts = urlsplit(address)
    user = f"{quote(login.user, safe='')}:{quote(login.password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc}"))


def _take(
    source: InputContainer,
    stream: VideoStream,
    film: Film,
    clock: Clock,
    begin: float,
    limits: Limits,
    wish: Wish,
) -> None:
    stream.codec_context.thread_count = 1
    film.codec, film.width, film.height = stream.codec_context.name, stream.width, stream.height
    if film.promised is None and stream.average_rate:
        film.promised = float(stream.average_rate)
    chooser = Chooser(wish.spacing)
    for packet in source.demux(stream):
        now = clock.monotonic()
        if packet.size:
            base = packet.time_base
            pts = float(packet.pts * base) if packet.pts is not None and base is not None else None
            film.packets.append(PacketFact(packet.size, packet.is_keyframe, pts, now))
            if film.first_packet_after is None:
                film.first_packet_after = now - begin
        if len(film.pictures) < wish.pictures:
            for frame in decoded(stream, packet, film):
                film.first_picture_after = film.first_picture_after or clock.monotonic() - begin
                film.width, film.height = frame.width, frame.height
                if chooser.wants(frame, now) and len(film.pictures) < wish.pictures:
                    film.pictures.append(shrunk(frame))
        seen = now - film.packets[0].arrived if film.packets else 0.0
        if now - begin > limits.look or (len(film.pictures) >= wish.pictures and seen >= wish.seconds):
            return
    film.reason = CameraReason.STREAM_ENDS


def decoded(stream: VideoStream, packet: av.Packet[VideoStream], film: Film) -> list[VideoFrame]:
    """The pictures that this packet completes; damage is counted."""
    try:
        frames = stream.codec_context.decode(packet)
    except av.error.FFmpegError:
        film.damaged += bool(packet.size and film.pictures)
        return []
    film.damaged += sum(frame.is_corrupt for frame in frames)
    return frames


class Chooser:
    """Pictures about so far apart: by the camera's time where it moves, else by ours."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._pts: float | None = None
        self._taken: float | None = None

    def wants(self, frame: VideoFrame, now: float) -> bool:
        pts = frame.time
        if self._taken is not None:
            by_ours = now - self._taken >= self._spacing
            by_camera = pts is not None and self._pts is not None and pts - self._pts >= self._spacing
            if not (by_ours or by_camera):
                return False
        self._pts, self._taken = pts, now
        return True


def shrunk(frame: VideoFrame) -> Picture:
    """Not wider than pictures are judged at."""
    height = max(2, round(frame.height * WIDEST / frame.width))
    if frame.width > WIDEST:
        return np.asarray(frame.to_ndarray(format="bgr24", width=WIDEST, height=height), np.uint8)
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def _why(failed: BaseException, film: Film, *, in_time: bool) -> CameraReason:
    """By its kind alone: the text of an FFmpeg error is not for anybody's eyes."""
    match failed:
        case av.error.HTTPUnauthorizedError():
            return CameraReason.LOGIN_WRONG
        case av.error.HTTPNotFoundError():
            return CameraReason.NOT_FOUND
        case av.error.HTTPOtherClientError() | av.error.HTTPServerError() if film.opened_after is None:
            return CameraReason.BUSY
        case av.error.EOFError() | av.error.ConnectionResetError() | av.error.BrokenPipeError():
            return CameraReason.STREAM_ENDS
        case av.error.InvalidDataError() if film.opened_after is None and in_time:
            return CameraReason.UNDECODABLE
        case MemoryError():
            return CameraReason.OVERLOADED
    return CameraReason.NO_MEDIA

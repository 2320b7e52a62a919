"""A video or pictures on the disk, as if they were a camera: for demonstrations and `loa camera check`."""

from __future__ import annotations

from pathlib import Path

import av
import av.error

from devices.agent.cameras.picture.burst import PacketFact
from devices.agent.cameras.picture.stills import read_still
from devices.agent.cameras.stream import Film, Wish, decoded, shrunk
from devices.clock import Clock
from devices.protocol.messages import CameraReason

PICTURES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".bmp"))
MOST_BYTES = 64 * 1024 * 1024


def exists(address: str) -> bool:
    """A file, a folder with pictures, or a pattern (`frames/*.png`) that some files fit."""
    return bool(_members(address)) or Path(address).is_file()


def look(address: str, clock: Clock, wish: Wish, at: float) -> Film:
    """What a camera would have shown from `at` on, in seconds since 1970, were the video repeated for ever, or a new
    picture of the sequence shown every `spacing`. Never raises.
    """
    film = Film()
    begin = clock.monotonic()
    try:
        members = _members(address)
        if members:
            _pictures(members, film, wish, at)
        else:
            _video(address, film, wish, at)
    except (av.error.FFmpegError, OSError, ValueError, RuntimeError, MemoryError):
        film.reason = CameraReason.UNDECODABLE
    film.first_picture_after = clock.monotonic() - begin if film.pictures else None
    if not film.pictures:
        film.reason = CameraReason.UNDECODABLE
    return film


def _members(address: str) -> list[Path]:
    path = Path(address)
    if path.is_dir():
        found = list(path.iterdir())
    elif "*" in path.name:
        found = list(path.parent.glob(path.name))
    else:
        found = [path] if path.is_file() else []
    return sorted(one for one in found if one.suffix.lower() in PICTURES)


def _pictures(members: list[Path], film: Film, wish: Wish, at: float) -> None:
    first = int(at / wish.spacing) if len(members) > wish.pictures else 0
    for number in range(min(wish.pictures, len(members))):
        member = members[(first + number) % len(members)]
        picture = read_still(member.read_bytes()) if member.stat().st_size <= MOST_BYTES else None
        if picture is None:
            film.damaged += 1
            continue
        film.height, film.width = picture.shape[:2]
        film.codec = member.suffix.lower().lstrip(".")
        film.pictures.append(picture)


def _video(address: str, film: Film, wish: Wish, at: float) -> None:
    with av.open(address) as source:
        stream = source.streams.video[0] if source.streams.video else None
        if stream is None:
            return
        film.codec, film.promised = stream.codec_context.name, float(stream.average_rate or 0) or None
        seconds = source.duration / av.time_base if source.duration else 0.0
        spare = seconds - wish.pictures * wish.spacing
        if spare > 0 and at > 0:
            source.seek(int((at % spare) * av.time_base))
        spacing = min(wish.spacing, seconds / wish.pictures) if seconds else 0.0
        taken: float | None = None
        for packet in source.demux(stream):
            stamp = float(packet.pts * packet.time_base) if packet.pts is not None and packet.time_base else None
            if packet.size and stamp is not None:
                film.packets.append(PacketFact(packet.size, packet.is_keyframe, stamp, stamp))
            for frame in decoded(stream, packet, film):
                film.width, film.height = frame.width, frame.height
                if taken is None or (frame.time or 0.0) - taken >= spacing - 1e-3:
                    taken = frame.time or 0.0
                    film.pictures.append(shrunk(frame))
            if len(film.pictures) >= wish.pictures:
                return

"""Reading what an RTSP server answers (RFC 2326, RFC 7826). Pure; whatever comes is read or refused, never obeyed."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_HEAD, MOST_BODY = 16 * 1024, 64 * 1024
_STATUS = re.compile(r"RTSP/[12]\.\d (\d{3})(?: .*)?")


class NotRtsp(Exception):
    """What answers speaks something else, or too much."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an answer; names in lower case, each with its values in order."""

    status: int
    headers: dict[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        return self.headers.get(name, ("",))[0]

    @property
    def length(self) -> int:
        """Of the body, in bytes. NotRtsp when that is no number, or too large."""
        text = self.first("content-length") or "0"
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= MOST_BODY):
            raise NotRtsp("content length")
        return int(text)


def read_head(raw: bytes) -> Head:
    """What stands before the empty line. NotRtsp for anything that is none."""
    if len(raw) > MOST_HEAD:
        raise NotRtsp("too long")
    lines = raw.decode("utf-8", "replace").replace("\r\n", "\n").strip("\n").split("\n")
    status = _STATUS.fullmatch(lines[0].strip())
    if status is None:
        raise NotRtsp("status line")
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            name = name.strip().lower()
            headers[name] = (*headers.get(name, ()), value.strip())
    return Head(int(status[1]), headers)


@dataclass(frozen=True, slots=True)
class Described:
    """What a session description (RFC 8866) promises."""

    has_video: bool
    codec: str = ""
    frames_per_second: float | None = None


def read_description(body: bytes) -> Described:
    """The first video of an SDP; whatever else stands in it is passed over."""
    codec, rate, inside, seen = "", None, False, False
    for line in body.decode("utf-8", "replace").splitlines():
        if line.startswith("m="):
            if seen:
                break
            inside = seen = line.startswith("m=video")
        elif inside and (found := re.match(r"a=rtpmap:\d{1,3} ([\w.-]{1,30})/", line)):
            codec = codec or found[1].lower()
        elif inside and (found := re.match(r"a=framerate:\s*(\d{1,3}(?:\.\d{1,6})?)\s*$", line)):
            rate = float(found[1]) or None
    return Described(seen, codec, rate)

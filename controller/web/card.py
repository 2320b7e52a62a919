"""A bulletin as a picture to send on, of 1200 by 630 as messengers show it. The font comes along with the console: no
machine needs one of its own, and every Vietnamese letter has its marks."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from controller.web.assets import built_assets

FONT = "BeVietnamPro_600SemiBold.ttf"
SIZE = (1200, 630)
_SIGN, _INK = "#0f5c66", "#ffffff"
_MARGIN, _MOST_LINES = 80, 4
_SMALL, _LARGE, _LEADING = 38, 62, 80


@lru_cache(maxsize=64)
def card(place: str, title: str, when: str) -> bytes:
    """As PNG. A title that is too long ends in …"""
    picture = Image.new("RGB", SIZE, _SIGN)
    pen = ImageDraw.Draw(picture)
    large, small = font(_LARGE), font(_SMALL)
    room = SIZE[0] - 2 * _MARGIN
    pen.text((_MARGIN, 70), _fitted(_plain(f"Loa {place}"), room, small.getlength), _INK, small)
    for number, line in enumerate(lines(_plain(title), room, large.getlength)):
        pen.text((_MARGIN, 170 + _LEADING * number), line, _INK, large)
    pen.text((_MARGIN, 530), _plain(when), _INK, small)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def font(size: int) -> ImageFont.FreeTypeFont:
    assets = built_assets()
    return ImageFont.truetype(assets.folder / assets.files[FONT], size, layout_engine=ImageFont.Layout.BASIC)


def lines(text: str, room: float, length: Callable[[str], float]) -> list[str]:
    """`text` in at most four lines that fit into `room`. Pure."""
    found = list(_broken(text, room, length))
    if len(found) <= _MOST_LINES:
        return found
    return [*found[: _MOST_LINES - 1], _fitted(f"{found[_MOST_LINES - 1]} {found[_MOST_LINES]}", room, length)]


def _broken(text: str, room: float, length: Callable[[str], float]) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and length(longer) > room:
            yield _fitted(line, room, length)
            line = word
        else:
            line = longer
    if line:
        yield _fitted(line, room, length)


def _fitted(line: str, room: float, length: Callable[[str], float]) -> str:
    if length(line) <= room:
        return line
    while line and length(f"{line} …") > room:
        line = line[:-1].rstrip()
    return f"{line} …"


def _plain(text: str) -> str:
    """Letters with their marks in one, as the font has them; nothing that has no shape."""
    return "".join(" " if unicodedata.category(one)[0] == "C" else one for one in unicodedata.normalize("NFC", text))

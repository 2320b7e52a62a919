"""The cameras of the demo: pictures that are drawn here, some as they should be and some as they should not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av

WIDTH, HEIGHT, PICTURES = 320, 180, 40
PURPOSE, NOTICE = "An ninh trật tự nơi công cộng (trình diễn)", "Biển báo tại chỗ (trình diễn)"


def draw(folder: Path, seed: int, *, dark: bool = False) -> Path:
    """A street with somebody who walks through it, as a folder of JPEG files; `dark`: nothing but black."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    street = _street(chance)
    for number in range(PICTURES):
        plane = bytes(WIDTH * HEIGHT) if dark else _walked_through(street, number, chance)
        (folder / f"{number:03}.jpg").write_bytes(_jpeg(plane))
    return folder


def cameras(folder: Path) -> Iterator[Mapping[str, object]]:
    """What the API takes: two that are well, one that sees nothing, and one that nobody finds."""
    common = {"source": "file", "keep_pictures": "latest", "liveness_every": 10, "picture_every": 20}
    law = {"purpose": PURPOSE, "notice": NOTICE}
    yield {
        "id": "cong-cho",
        "name": "Cổng chợ",
        "area": "thon-1",
        "address": str(draw(folder / "1", 1)),
        **common,
        **law,
    }
    yield {
        "id": "nga-ba",
        "name": "Ngã ba đình",
        "area": "thon-2",
        "address": str(draw(folder / "2", 2)),
        **common,
        **law,
    }
    night = draw(folder / "3", 3, dark=True)
    yield {"id": "bo-de", "name": "Bờ đê", "area": "thon-3", "address": str(night), **common, **law}
    yield {"id": "cau-may", "name": "Cầu Mây", "area": "thon-3", "address": str(folder / "4"), **common}


def _street(chance: random.Random) -> list[bytearray]:
    """Rows of grey: a sky that grows lighter, houses, and the ground."""
    rows = [bytearray([120 + line // 2]) * WIDTH for line in range(HEIGHT)]
    for _ in range(12):
        left, top = chance.randrange(WIDTH - 40), chance.randrange(HEIGHT // 4, HEIGHT - 50)
        grey, width = chance.randrange(30, 230), chance.randrange(15, 40)
        for line in range(top, HEIGHT - 25):
            rows[line][left : left + width] = bytes([grey if (line // 6) % 2 else grey // 2 + 20]) * width
    return rows


def _walked_through(street: list[bytearray], number: int, chance: random.Random) -> bytes:
    rows = [bytearray(row) for row in street]
    left = (number * 9) % (WIDTH - 14)
    for line in range(HEIGHT - 70, HEIGHT - 15):
        rows[line][left : left + 14] = bytes([35]) * 14
    grain = chance.randbytes(WIDTH * HEIGHT)
    return bytes(min(255, light + (noise >> 5)) for light, noise in zip(b"".join(rows), grain, strict=True))


def _jpeg(plane: bytes) -> bytes:
    frame = av.VideoFrame(WIDTH, HEIGHT, "gray")
    step = frame.planes[0].line_size
    frame.planes[0].update(
        b"".join(plane[line * WIDTH : (line + 1) * WIDTH].ljust(step, b"\0") for line in range(HEIGHT))
    )
    coder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt, coder.time_base = WIDTH, HEIGHT, "yuvj420p", Fraction(1, 25)
    picture = frame.reformat(format="yuvj420p")
    picture.pts = 0
    return b"".join(bytes(packet) for packet in [*coder.encode(picture), *coder.encode(None)])

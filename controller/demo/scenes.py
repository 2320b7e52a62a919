"""The cameras of the demo: pictures that are drawn here, some as they should be and some as they should not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

Plane = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

WIDTH, HEIGHT, PICTURES = 320, 180, 40
PURPOSE, NOTICE = "An ninh trật tự nơi công cộng (trình diễn)", "Biển báo tại chỗ (trình diễn)"


def draw(folder: Path, seed: int, *, dark: bool = False) -> Path:
    """A street with somebody who walks through it, as a folder of JPEG files; `dark`: nothing but black."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(seed)
    street = _street(chance)
    for number in range(PICTURES):
        plane = np.zeros_like(street) if dark else _walked_through(street, number, chance)
        (folder / f"{number:03}.jpg").write_bytes(_jpeg(plane))
    return folder


def cameras(folder: Path, *, night: bool = True) -> Iterator[Mapping[str, object]]:
    """What the API takes: two that are well, one that sees nothing at `night`, and one that nobody finds."""
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
    bank = draw(folder / "3", 3, dark=night)
    yield {"id": "bo-de", "name": "Bờ đê", "area": "thon-3", "address": str(bank), **common, **law}
    yield {"id": "cau-may", "name": "Cầu Mây", "area": "thon-3", "address": str(folder / "4"), **common}


def _street(chance: np.random.Generator) -> Plane:
    """Grey: a sky that grows lighter, houses, and the ground."""
    street = np.repeat(120 + np.arange(HEIGHT, dtype=np.uint8)[:, None] // 2, WIDTH, axis=1)
    for _ in range(12):
        left, top = chance.integers(WIDTH - 40), chance.integers(HEIGHT // 4, HEIGHT - 50)
        grey, width = chance.integers(30, 230), chance.integers(15, 40)
        storeys = (np.arange(top, HEIGHT - 25) // 6) % 2
        street[top : HEIGHT - 25, left : left + width] = np.where(storeys, grey, grey // 2 + 20)[:, None]
    return street


def _walked_through(street: Plane, number: int, chance: np.random.Generator) -> Plane:
    seen = street.copy()
    left = (number * 9) % (WIDTH - 14)
    seen[HEIGHT - 70 : HEIGHT - 15, left : left + 14] = 35
    grain = chance.integers(0, 8, seen.shape, dtype=np.uint8)
    return np.minimum(seen, 247) + grain


def _jpeg(plane: Plane) -> bytes:
    frame = av.VideoFrame.from_ndarray(plane, format="gray")
    coder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt, coder.time_base = WIDTH, HEIGHT, "yuvj420p", Fraction(1, 25)
    picture = frame.reformat(format="yuvj420p")
    picture.pts = 0
    return b"".join(bytes(packet) for packet in [*coder.encode(picture), *coder.encode(None)])

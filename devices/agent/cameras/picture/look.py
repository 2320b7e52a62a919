"""What is measured on one burst, before anything is known about the camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.agent.cameras.picture.burst import Picture

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIZE = (640, 360)
"""Every picture is looked at in this size: whatever a camera sends, it always sends the same shape."""
TILES = (16, 9)
SMALL = (160, 90)
FINE = (320, 180)
BLOCK = 16
BANDS = 5
WHITE = 245
ON_AVERAGE_GREY = 25
"""How far from the middle level a lost block is filled at most."""
JUMP = 12
"""Levels by which a torn block changes more than its neighbour; what moves smoothly stays below."""


@dataclass(frozen=True, slots=True)
class Look:
    """Measures of one burst; levels are those of 8-bit pictures, planes of tiles have 9 rows and 16 columns.

    small: the still picture (median of the burst). fine: what in the mean of the burst is finer than about ten
    pixels. bands: the still picture's energy of detail per tile, the finest octave first. restless, farther: change
    per tile from each picture to the next, and to the one after it. speckle: what a 3x3 median takes away. grid: by
    how much the borders of coded blocks are steeper than other places. lost: share of blocks filled with grey. torn:
    share of blocks that jump against their neighbours. flat: share of one colour. level: mean; dark and light: the
    5th and 95th percentile; white: share that is blown out; chroma: mean difference between the colours.
    """

    small: Floats
    fine: Floats
    bands: Floats
    restless: Floats
    farther: Floats
    speckle: float
    grid: float
    lost: float
    torn: float
    flat: float
    level: float
    dark: float
    light: float
    white: float
    chroma: float


def look_at(frames: Sequence[Picture]) -> Look:
    """All measures of `frames`, of which there is at least one."""
    pictures = [_in_size(frame) for frame in frames]
    greys = [_grey(picture) for picture in pictures]
    still = _median(greys)
    small = _shrunk(still, SMALL)
    half = _shrunk(_mean(greys), FINE)
    colour = cv2.resize(pictures[len(pictures) // 2], SMALL, interpolation=cv2.INTER_AREA)
    ordered = np.sort(small, axis=None)
    return Look(
        small=small,
        fine=half - cv2.GaussianBlur(half, (0, 0), 3),
        bands=_bands(still),
        restless=_changes(greys, 1),
        farther=_changes(greys, 2),
        speckle=float(np.median(in_tiles(cv2.absdiff(greys[-1], cv2.medianBlur(greys[-1], 3)).astype(np.float32)))),
        grid=_grid(greys[-1]),
        lost=float(np.mean([_lost(grey) for grey in (greys[0], greys[-1])])),
        torn=_torn(greys),
        flat=_flat(colour),
        level=float(small.mean()),
        dark=float(ordered[ordered.size // 20]),
        light=float(ordered[-ordered.size // 20]),
        white=float(np.mean(small >= WHITE)),
        chroma=float(np.mean(colour.max(axis=2) - colour.min(axis=2))),
    )


def in_tiles(plane: Floats) -> Floats:
    """The mean of each tile."""
    return cv2.resize(plane, TILES, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)


def _in_size(frame: Picture) -> Picture:
    if frame.shape[1::-1] == SIZE:
        return frame
    return np.asarray(cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def _grey(picture: Picture) -> Grey:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _shrunk(plane: Grey | Floats, size: tuple[int, int]) -> Floats:
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _median(greys: Sequence[Grey]) -> Grey:
    """The median of the last three or five pictures: what moves is not in it."""
    if len(greys) < 3:
        return greys[-1]
    a, b, c = greys[-3:]
    if len(greys) >= 5:
        d, e = greys[-5:-3]
        a, b = _max(_min(a, b), _min(d, e)), _min(_max(a, b), _max(d, e))
    return _max(_min(a, b), _min(_max(a, b), c))


def _min(one: Grey, other: Grey) -> Grey:
    return np.asarray(cv2.min(one, other), np.uint8)


def _max(one: Grey, other: Grey) -> Grey:
    return np.asarray(cv2.max(one, other), np.uint8)


def _mean(greys: Sequence[Grey]) -> Floats:
    total = np.zeros(SIZE[::-1], np.float32)
    for grey in greys:
        cv2.accumulate(grey, total)
    return np.asarray(total / len(greys), np.float32)


def _bands(still: Grey) -> Floats:
    energies = []
    plane = still.astype(np.float32)
    for _ in range(BANDS):
        smaller = cv2.pyrDown(plane)
        detail = plane - cv2.pyrUp(smaller, dstsize=plane.shape[1::-1])
        energies.append(in_tiles(detail * detail))
        plane = smaller.astype(np.float32, copy=False)
    return np.stack(energies)


def _changes(greys: Sequence[Grey], apart: int) -> Floats:
    pairs = zip(greys, greys[apart:], strict=False)
    planes = [in_tiles(cv2.absdiff(one, other).astype(np.float32)) for one, other in pairs]
    return np.stack(planes) if planes else np.zeros((0, *TILES[::-1]), np.float32)


def _grid(grey: Grey) -> float:
    across = np.abs(np.diff(grey.astype(np.int16), axis=1)).mean(axis=0)
    down = np.abs(np.diff(grey.astype(np.int16), axis=0)).mean(axis=1)
    return (_on_grid(across) + _on_grid(down)) / 2


def _on_grid(steps: NDArray[np.float64]) -> float:
    on = float(steps[BLOCK - 1 :: BLOCK].mean())
    off = float(np.mean([steps[shift::BLOCK].mean() for shift in (5, 6, 8, 9)]))
    return on / (off + 0.25) - 1


def _in_blocks(plane: Floats) -> Floats:
    columns, rows = SIZE[0] // BLOCK, SIZE[1] // BLOCK
    return cv2.resize(plane[: rows * BLOCK], (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)


def _lost(grey: Grey) -> float:
    plane = grey.astype(np.float32)
    mean = _in_blocks(plane)
    variance = _in_blocks(plane * plane) - mean * mean
    return float(np.mean((variance < 6) & (np.abs(mean - 128) < ON_AVERAGE_GREY)))


def _torn(greys: Sequence[Grey]) -> float:
    if len(greys) < 2:
        return 0.0
    change = _in_blocks(cv2.absdiff(greys[-1], greys[-2]).astype(np.float32))
    beside = np.maximum(np.abs(np.diff(change, axis=1))[:-1], np.abs(np.diff(change, axis=0))[:, :-1])
    return float(np.mean(beside > JUMP))


def _flat(colour: NDArray[np.generic]) -> float:
    levels = colour.astype(np.float32)
    middle = np.median(levels.reshape(-1, 3), axis=0)
    return float(np.mean(np.abs(levels - middle).max(axis=2) < 8))

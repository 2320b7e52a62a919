"""A learnt view of a camera, and how a picture compares with it whatever the light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.agent.cameras.picture.look import SMALL, TILES, Floats, Look, in_tiles

OTHER = 0.15
"""Of the mean level: how far the brightness of a place may be from what the kept places let expect."""
SLOWEST = 0.08
"""A view follows the seasons by this share of each look."""
STRUCTURED = 3.0
"""Levels of contrast from which a tile shows something that can be missed."""
FEWEST = 14
"""Tiles that are compared at least: in a featureless view the most structured ones there are."""
TURNS = (-6, -3, 0, 3, 6)
FARTHEST = 0.4
GONE = 0.5
"""A tile is gone when less than this share of its usual likeness is left."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A view: its picture, what is fine in it, the detail per tile (log2 of energy), and how alike each usually is."""

    small: Floats
    fine: Floats
    detail: Floats
    usual: Floats
    seen: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a picture compares with a view, over the tiles that show something.

    structure: mean correlation of local contrast. gone: share of tiles whose structure is missing; gone_coarse: how
    much coarse detail those have against the view, in octaves of energy. replaced: share of all tiles that show
    something else, be it that their structure is missing or that their brightness does not fit what was kept. fine,
    middle, coarse: detail against the view over all tiles, at three scales. tiles: the correlation of each tile.
    """

    structure: float
    gone: float
    gone_coarse: float
    replaced: float
    fine: float
    middle: float
    coarse: float
    tiles: Floats


def learnt_from(look: Look) -> Reference:
    """The view that begins with this look."""
    return Reference(look.small, look.fine, _detail(look), np.full(TILES[::-1], 0.9, np.float32), 1)


def learn(reference: Reference, look: Look, likeness: Likeness) -> Reference:
    """The view after one more healthy look."""
    share = max(SLOWEST, 1 / (reference.seen + 1))
    return replace(
        reference,
        small=_towards(reference.small, look.small, share),
        fine=_towards(reference.fine, look.fine, share),
        detail=_towards(reference.detail, _detail(look), share),
        usual=_towards(reference.usual, likeness.tiles, share),
        seen=reference.seen + 1,
    )


def nearest(references: Sequence[Reference], look: Look, shown: NDArray[np.bool_]) -> tuple[int, Likeness]:
    """Which of the views the look resembles most, and how much; only tiles that are `shown` count."""
    likenesses = [compare(reference, look, shown) for reference in references]
    best = max(range(len(likenesses)), key=lambda index: likenesses[index].structure)
    return best, likenesses[best]


def compare(reference: Reference, look: Look, shown: NDArray[np.bool_]) -> Likeness:
    """`look` beside `reference`, over the tiles that are `shown`."""
    here, _ = local_contrast(look.small)
    there, strength = local_contrast(reference.small)
    norm = np.sqrt(in_tiles(here * here) * in_tiles(there * there) + 1e-3)
    tiles = in_tiles(here * there) / norm
    counted = _structured(in_tiles(strength), reference.usual, shown)
    missing = counted & (tiles < GONE * reference.usual)
    change = _detail(look) - reference.detail
    coarse = (change[3] + change[4]) / 2
    return Likeness(
        structure=float(tiles[counted].mean()),
        gone=float(missing.sum() / counted.sum()),
        gone_coarse=float(np.median(coarse[missing])) if missing.any() else 0.0,
        replaced=_replaced(in_tiles(reference.small), in_tiles(look.small), counted, missing, shown),
        fine=float(np.median(change[0][counted])),
        middle=float(np.median(change[1][counted])),
        coarse=float(np.median(coarse[counted])),
        tiles=tiles.astype(np.float32),
    )


def elsewhere(reference: Reference, look: Look) -> float:
    """How alike the picture is to the view when it is shifted and turned to fit it best: a camera that was turned."""
    here, _ = local_contrast(look.small)
    there, _ = local_contrast(reference.small)
    width, height = SMALL
    window = cv2.createHanningWindow(SMALL, cv2.CV_32F)
    best = 0.0
    for degrees in TURNS:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        turned = cv2.warpAffine(here, turn, SMALL)
        (across, down), _ = cv2.phaseCorrelate(there, turned.astype(np.float32), window)
        if max(abs(across) / width, abs(down) / height) > FARTHEST:
            continue
        turn[:, 2] -= np.array((across, down))
        fitted = cv2.warpAffine(here, turn, SMALL)
        inside = cv2.warpAffine(np.ones_like(here), turn, SMALL) > 0.5
        both = float((fitted * there)[inside].sum())
        norm = float(np.sqrt((fitted[inside] ** 2).sum() * (there[inside] ** 2).sum()))
        best = max(best, both / (norm + 1e-3))
    return best


def local_contrast(small: Floats) -> tuple[Floats, Floats]:
    """The picture without its light: each place against its surroundings in units of the contrast there; and that."""
    high = small - cv2.GaussianBlur(small, (0, 0), 5)
    strength = np.sqrt(cv2.GaussianBlur(high * high, (0, 0), 5))
    return np.asarray(high / (strength + 1.5), np.float32), np.asarray(strength, np.float32)


def _replaced(
    before: Floats, now: Floats, counted: NDArray[np.bool_], missing: NDArray[np.bool_], shown: NDArray[np.bool_]
) -> float:
    kept = counted & ~missing
    gain, offset = np.polyfit(before[kept], now[kept], 1) if kept.sum() >= FEWEST // 2 else (1.0, 0.0)
    other = np.abs(now - (gain * before + offset)) > max(4.0, OTHER * float(now.mean()))
    return float(np.where(counted, missing, other)[shown].mean())


def _structured(strength: Floats, usual: Floats, shown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    counted = shown & (strength > STRUCTURED) & (usual > GONE)
    if counted.sum() >= FEWEST:
        return counted
    least = np.sort(strength[shown])[-min(FEWEST, int(shown.sum()))]
    return np.asarray(shown & (strength >= least))


def _detail(look: Look) -> Floats:
    return np.asarray(np.log2(look.bands + np.float32(0.5)))


def _towards(old: Floats, new: Floats, share: float) -> Floats:
    return np.asarray(old + share * (new - old), np.float32)

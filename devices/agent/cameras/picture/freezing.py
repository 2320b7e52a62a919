"""Is the picture a standing one? A still scene at night looks nearly the same: several signs have to agree."""

from __future__ import annotations

import math

from devices.agent.cameras.picture.rules import Figures, Usual, _high, _low
from devices.agent.cameras.picture.verdict import Finding, PictureKind

LIMIT = 1.0


def frozen(figures: Figures, usual: Usual) -> Finding | None:
    """A finding when the signs that this look repeats the last one outweigh those that the camera is alive."""
    value = signs(figures, usual)
    if not value > LIMIT:
        return None
    return Finding(PictureKind.FROZEN, min(1.0, 0.5 + (value - LIMIT) / 4), "standing", value, LIMIT, None)


def signs(figures: Figures, usual: Usual) -> float:
    """The weight of evidence, 0 when there is none."""
    if math.isnan(figures["gap"]):
        return 0.0
    nearer = math.log2((_low(usual, "gap", 1.0) + 0.05) / (figures["gap"] + 0.05))
    echo = (figures["echo"] - max(0.35, _high(usual, "echo", 0.9))) if not math.isnan(figures["echo"]) else 0.0
    stir = math.log2((_low(usual, "stir", 1.0) + 0.3) / (figures["stir"] + 0.3))
    clock = 2.0 if figures["ticking"] < 0.6 else 0.0
    return nearer + 2 * echo + min(stir, 2.0) + clock

"""Is the picture a standing one? A still scene at night looks nearly the same: several signs have to agree, twice.

A frozen camera goes on sending: pictures coded anew from the same one, at a changing rate, some with a running clock.
What is the same in it and in a live picture of a still scene is most of it; what differs are noise that comes again,
people who stand where they stood, a clock that stands, and less change from look to look than this camera ever shows.
"""

from __future__ import annotations

import math
from dataclasses import replace

from devices.agent.cameras.picture.measures import RESTLESS
from devices.agent.cameras.picture.profile import Standing
from devices.agent.cameras.picture.rules import Figures, Usual
from devices.agent.cameras.picture.verdict import Finding, PictureKind

WITHOUT_SIGN = -3.8
NEARER, ECHO, RARE_ECHO, LESS_LIFE, CLOCK_STANDS, MOVED, LIVELY = 1.4, 4.9, 3.4, 1.5, 7.0, -2.3, -2.5
"""Log-odds that a picture stands, per octave or per unit of correlation: fitted to made scenes of many kinds, then
rounded."""
AS_CODED = 2.5
"""So many times what is new in the fine detail, the tile that changed most changes by coding alone."""
LITTLE_LIFE = 4.0
"""So much livelier than the others a tile of a standing picture seems at most."""
LIMIT = 2.2
"""The sum of two looks' log-odds. A live picture hardly ever comes near it twice in a row."""
SUSPICIOUS = -1.5
CLOCK_STOPPED = 0.45
MOST = 6.0


def signs(figures: Figures, usual: Usual) -> float:
    """The log-odds that this look repeats the last one. `usual`: between which figures most healthy looks are."""
    if math.isnan(figures["gap"]) or "gap" not in usual:
        return -MOST
    if figures["restless"] > RESTLESS * usual["restless"][1] + 0.3:
        return -MOST
    echo = 0.0 if math.isnan(figures["echo"]) else figures["echo"]
    # A tile that has seemed to stand before is no clock.
    stopped = figures["ticking"] < CLOCK_STOPPED <= usual["ticking"][0]
    odds = (
        WITHOUT_SIGN
        + NEARER * _octaves_below(figures["gap"], usual["gap"][0], 0.05, 2, 3)
        + ECHO * min(echo, 0.7)
        + RARE_ECHO * _within(echo - usual["echo"][1], 0.5, 0.5)
        + LESS_LIFE * _octaves_below(figures["life"], usual["life"][0], 0.3, 2, 2)
        + CLOCK_STANDS * stopped
        + MOVED * _octaves_above(figures["stir"], AS_CODED * (figures["gap"] + 0.3), 3)
        + LIVELY * _octaves_above(figures["life"], LITTLE_LIFE, 2)
    )
    return _within(odds, MOST, MOST)


def next_standing(before: Standing, odds: float) -> Standing:
    """What stands after a look with these odds; `before` holds the odds of the last one."""
    both = odds + before.last
    if odds < SUSPICIOUS:
        good = before.good + 1
        return Standing(last=odds) if good > 1 or not before.confirmed else replace(before, good=good, last=odds)
    if both <= LIMIT and not before.confirmed:
        return Standing(bad=before.bad + 1, last=odds)
    certainty = 1 / (1 + math.exp(LIMIT - both))
    found = Finding(PictureKind.FROZEN, certainty, "standing", both, LIMIT, None)
    return Standing(bad=before.bad + 1, last=odds, confirmed=found)


def suspected(odds: float) -> Finding | None:
    """The finding of one look alone."""
    if odds < SUSPICIOUS:
        return None
    return Finding(PictureKind.FROZEN, 1 / (1 + math.exp(LIMIT - odds)), "standing", odds, LIMIT, None)


def _octaves_below(value: float, low: float, floor: float, most_above: float, most_below: float) -> float:
    if math.isnan(value) or math.isnan(low):
        return 0.0
    return _within(math.log2((low + floor) / (value + floor)), most_above, most_below)


def _octaves_above(value: float, most: float, limit: float) -> float:
    return 0.0 if math.isnan(value) else max(0.0, min(limit, math.log2((value + 0.3) / (most + 0.3))))


def _within(value: float, below: float, above: float) -> float:
    return 0.0 if math.isnan(value) else max(-below, min(above, value))

"""What is wrong with one look: each rule names its measure, its limit and what is usual at this time of day."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from devices.agent.cameras.picture.verdict import Finding, PictureKind

Figures = Mapping[str, float]
Usual = Mapping[str, tuple[float, float]]
Rule = Callable[[Figures, Usual], Finding | None]

BLINDED = 0.6
LORRY = 0.27
"""The share of structure from which on something in front of the camera is looked at more closely."""


def gross(figures: Figures, usual: Usual) -> list[Finding]:
    """What can be seen without having learnt anything, though learning makes it finer; the gravest first."""
    return [found for rule in (_corrupt, _noise, _black, _washed_out, _no_signal) if (found := rule(figures, usual))]


def of_the_view(figures: Figures, usual: Usual) -> list[Finding]:
    """What can only be seen against a learnt view."""
    if math.isnan(figures["structure"]):
        return []
    return [found for rule in (_hidden, _blurred) if (found := rule(figures, usual))]


def _high(usual: Usual, name: str, otherwise: float) -> float:
    high = usual[name][1] if name in usual else math.nan
    return otherwise if math.isnan(high) else high


def _low(usual: Usual, name: str, otherwise: float) -> float:
    low = usual[name][0] if name in usual else math.nan
    return otherwise if math.isnan(low) else low


def _found(kind: PictureKind, measure: str, figures: Figures, limit: float, usual: Usual, reach: float) -> Finding:
    """A finding whose confidence is 0.5 at the limit and 1 `reach` beyond it."""
    beyond = abs(figures[measure] - limit) / reach
    return Finding(kind, min(1.0, 0.5 + beyond / 2), measure, figures[measure], limit, usual.get(measure))


def _corrupt(figures: Figures, usual: Usual) -> Finding | None:
    limit = max(_high(usual, "grid", 1.0), 0.5) + 1.2
    broken = figures["torn"] > _high(usual, "torn", 0.3) + 0.08 or figures["lost"] > _high(usual, "lost", 0.3) + 0.04
    if figures["grid"] > limit and broken:
        return _found(PictureKind.CORRUPT, "grid", figures, limit, usual, 2)
    return None


def _noise(figures: Figures, usual: Usual) -> Finding | None:
    limit = max(_high(usual, "speckle", 4.0) * 1.5, _high(usual, "speckle", 4.0) + 1)
    restless = _high(usual, "restless", 8.0)
    if figures["speckle"] > limit and figures["restless"] > 1.3 * restless:
        return _found(PictureKind.NOISE, "speckle", figures, limit, usual, 4)
    # Where few bits are sent, noise arrives smoothed; what shakes or rains loses fine detail, noise gains it.
    if figures["restless"] > 2.5 * restless + 1 and figures["fine"] > _high(usual, "fine", 1.0) + 1:
        return _found(PictureKind.NOISE, "restless", figures, 2.5 * restless + 1, usual, 8)
    return None


def _black(figures: Figures, usual: Usual) -> Finding | None:
    limit = min(12.0, 0.7 * _low(usual, "light", 12.0))
    if figures["light"] < limit and not figures["structure"] > 0.4:
        return _found(PictureKind.BLACK, "light", figures, limit, usual, 8)
    return None


def _no_signal(figures: Figures, usual: Usual) -> Finding | None:
    limit = max(0.8, (_high(usual, "flat", 0.6) + 1) / 2)
    if (
        figures["flat"] > limit
        and figures["light"] > 12
        and not figures["structure"] > 0.3
        and figures["restless"] < 0.3
    ):
        return _found(PictureKind.NO_SIGNAL, "flat", figures, limit, usual, 0.2)
    return None


def _hidden(figures: Figures, usual: Usual) -> Finding | None:
    limit = min(max(0.4, _high(usual, "gone", 0.2) + 0.15), 0.6)
    # A lorry hides less of the whole picture than a cover, however much of the structure stood behind it.
    hidden = figures["gone"] > LORRY and figures["replaced"] > 0.42
    if figures["gone"] <= limit and not hidden:
        return None
    # Headlights that stand in a dark street blind a part of it; a cover brings no light, or leaves less than they do.
    if figures["level"] > 1.8 * _high(usual, "level", 255.0) + 20 and figures["gone"] <= BLINDED:
        return None
    if figures["elsewhere"] > 0.3:
        return _found(PictureKind.MOVED, "elsewhere", figures, 0.3, usual, 0.4)
    if figures["gone"] > 0.55 and min(figures["gone_coarse"], figures["fine"]) > -1.3:
        return _found(PictureKind.MOVED, "gone", figures, limit, usual, 0.5)
    whole = figures["gone"] > 0.88 or figures["structure"] < 0.15
    kind = PictureKind.COVERED if whole else PictureKind.PARTLY_COVERED
    return _found(kind, "gone", figures, min(limit, figures["gone"]), usual, 0.5)


def _washed_out(figures: Figures, usual: Usual) -> Finding | None:
    limit = min(_high(usual, "level", 160.0) + 35, 235)
    raised = figures["dark"] > min(_high(usual, "dark", 120.0) + 25, 200)
    # Fog is as bright, but takes contrast away; what is washed out keeps it until it is white.
    strong = figures["coarse"] > 0.3 or figures["white"] > _high(usual, "white", 0.1) + 0.05 or figures["level"] > 190
    if figures["level"] > limit and raised and strong:
        return _found(PictureKind.WASHED_OUT, "level", figures, limit, usual, 60)
    return None


def _blurred(figures: Figures, usual: Usual) -> Finding | None:
    limit = _low(usual, "sharpness", -0.5) - 0.9
    # What shakes or rains is soft as well, but then more changes than usual; a blurred picture is a calm one.
    if figures["sharpness"] < limit and figures["restless"] <= 1.2 * _high(usual, "restless", 8.0) + 0.3:
        return _found(PictureKind.BLURRED, "sharpness", figures, limit, usual, 2)
    return None

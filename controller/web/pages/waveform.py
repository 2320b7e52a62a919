"""How a recording looks: its peaks as a path of SVG, 200 wide and 40 high."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, MIDDLE = 200, 20
# Silence is a line, not a gap: something is there.
THINNEST = 0.4


def outline(peaks: Sequence[int]) -> str:
    """`peaks` lie between 0 and 100, evenly over the recording; without any, the path is empty."""
    if not peaks:
        return ""
    step = WIDTH / len(peaks)
    points = [(place * step, max(peak * MIDDLE / 100, THINNEST)) for place, peak in enumerate((*peaks, peaks[-1]))]
    above = [f"{x:g} {MIDDLE - height:g}" for x, height in points]
    below = [f"{x:g} {MIDDLE + height:g}" for x, height in reversed(points)]
    return f"M{'L'.join(above + below)}Z"

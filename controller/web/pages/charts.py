"""Lines over time as SVG paths, made here: a browser without scripts sees them, and a sentence says them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.web.pages.words import Words

WIDTH, HEIGHT = 600.0, 100.0
_FRACTIONS = ("s", "°C")
_Point = tuple[datetime, float]


@dataclass(frozen=True, slots=True)
class Chart:
    """`path` is drawn in a box of WIDTH by HEIGHT, from `low` at the bottom to `high` at the top; `said` is the same in
    a sentence."""

    label: str
    path: str
    low: str
    high: str
    now: str
    said: str


def chart(
    label: str,
    unit: str,
    points: Iterable[_Point],
    span: tuple[datetime, datetime],
    words: Words,
    *,
    gap: timedelta,
    least_height: float = 1.0,
) -> Chart | None:
    """What was measured holds until the next measure, but not for longer than `gap`; None where nothing was.

    A scale spans `least_height` at least, so that noise does not look like a storm.
    """
    found = [(max(at, span[0]), value) for at, value in points]
    if not found:
        return None
    values = [value for _, value in found]
    lowest, highest = min(values), max(values)
    spare = max(0.0, least_height - (highest - lowest)) / 2
    bottom, top = lowest - spare, highest + spare

    def said(value: float) -> str:
        return f"{words.decimal(value) if unit in _FRACTIONS else round(value)} {unit}"

    return Chart(
        label,
        _path(found, span, gap, bottom, top),
        said(bottom),
        said(top),
        said(values[-1]),
        words.say(
            "{what}: between {low} and {high}, last {now} {ago}.",
            what=label,
            low=said(lowest),
            high=said(highest),
            now=said(values[-1]),
            ago=words.ago(found[-1][0], span[1]),
        ),
    )


def _path(found: list[_Point], span: tuple[datetime, datetime], gap: timedelta, bottom: float, top: float) -> str:
    length, height = (span[1] - span[0]).total_seconds(), (top - bottom) or 1.0

    def x(at: datetime) -> str:
        return f"{WIDTH * (at - span[0]).total_seconds() / length:.1f}"

    path, drawn_until = "", span[0] - gap
    for (at, value), (next_at, _) in zip(found, [*found[1:], (span[1], 0.0)], strict=True):
        y = f"{HEIGHT * (1 - (value - bottom) / height):.1f}"
        path += f"V{y}" if at == drawn_until else f"M{x(at)} {y}"
        drawn_until = min(next_at, at + gap)
        path += f"H{x(drawn_until)}"
    return path

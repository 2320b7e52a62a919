"""The figures of one look beside what has been learnt: what the rules decide on, and what a finding is explained by."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from devices.agent.cameras.picture.look import FINE, TILES, Floats, Look, in_tiles
from devices.agent.cameras.picture.profile import (
    FIGURES,
    MOST_LOOKS,
    MOST_VIEWS,
    Pending,
    Profile,
    Recent,
    clock,
    local_seconds,
    shown,
    usual,
)
from devices.agent.cameras.picture.reference import elsewhere, learn, learnt_from, nearest

ANOTHER_VIEW = 0.75
"""While a camera is learnt, a picture less alike than this begins a view of its own: another light."""
RISE = 0.02
"""How quickly the usual least change of a tile is forgotten."""
RESTLESS = 1.3
"""More change within the burst than this many times the usual is no picture at rest."""
SOUGHT = 0.25
"""From this share of missing structure on, the view is sought in another place."""


def measure(profile: Profile, at: datetime, look: Look) -> Pending:
    """All figures of `look`, NaN where there is nothing to compare with, and what it would teach."""
    figures = dict.fromkeys((*FIGURES, "elsewhere", "replaced"), float("nan"))
    for name in ("level", "dark", "light", "white", "chroma", "flat", "speckle", "grid", "lost", "torn"):
        figures[name] = float(getattr(look, name))
    figures["restless"] = float(np.median(look.restless)) if len(look.restless) else float("nan")
    view, likeness = nearest(profile.references, look, shown(profile)) if profile.references else (0, None)
    if len(look.restless):
        figures["life"] = life(look, shown(profile))
    if likeness:
        figures["structure"], figures["gone"] = likeness.structure, likeness.gone
        figures["gone_coarse"], figures["coarse"], figures["fine"] = (
            likeness.gone_coarse,
            likeness.coarse,
            likeness.fine,
        )
        figures["replaced"] = likeness.replaced
        if likeness.gone > SOUGHT:
            figures["elsewhere"] = elsewhere(profile.references[view], look)
        figures["sharpness"] = (likeness.fine + likeness.middle) / 2 - likeness.coarse
    if profile.recent and profile.references:
        figures["gap"], figures["echo"], figures["stir"] = against_recent(
            profile, profile.recent, profile.references[view].fine, look
        )
    place = clock(profile)
    if place and len(look.farther):
        figures["ticking"] = float(beat(look)[place] / profile.floor[place])
    return Pending(at, look, figures, view, likeness)


def against_recent(profile: Profile, recent: Recent, background: Floats, look: Look) -> tuple[float, float, float]:
    """gap: how far the fine detail is from the last look's; echo: how much of that look's noise comes again, -1 to 1;
    stir: by how much the tile that changed most has changed, in levels."""
    seen = shown(profile)
    gap = np.sqrt(in_tiles((look.fine - recent.fine) ** 2))
    before, now = _without(background, recent.fine), _without(background, look.fine)
    strength, other = in_tiles(before * before), in_tiles(now * now)
    quiet = seen & (strength <= 4 * np.median(strength)) & (other <= 4 * np.median(other))
    echo = in_tiles(before * now) / np.sqrt(strength * other + 1e-3)
    change = look.small - recent.small
    stir = in_tiles(np.abs(change - np.median(change)).astype(np.float32))
    return (
        float(np.median(gap[seen])),
        float(np.median(echo[quiet])) if quiet.any() else float("nan"),
        float(np.sort(stir[seen])[-2]),
    )


def beat(look: Look) -> Floats:
    """By how much each tile changes more than its row, in the stillest second of the burst."""
    change = look.farther.min(axis=0)
    return np.asarray(change - np.median(change, axis=1, keepdims=True), np.float32)


def life(look: Look, seen: NDArray[np.bool_]) -> float:
    """How much more the liveliest tile changes within the burst than the others: something moves there."""
    change = look.restless.mean(axis=0)[seen]
    return float(np.sort(change)[-2] / (np.median(change) + 0.3))


def _without(background: Floats, fine: Floats) -> Floats:
    """What is left of `fine` when each tile's share of the known background is taken out, however strong it is now."""
    strength = in_tiles(background * background) + np.float32(0.5)
    share = in_tiles(background * fine) / strength
    return fine - _spread(share) * background


def _spread(tiles: Floats) -> Floats:
    return np.kron(tiles, np.ones((FINE[1] // TILES[1], FINE[0] // TILES[0]), np.float32)).astype(np.float32)


def _shakes(profile: Profile, lesson: Pending) -> bool:
    """Whether far more changes in this burst than in most: then no tile changes more than its row, and nothing is said
    of a clock."""
    middle, _ = usual(profile, lesson.at, 0.0).get("restless", (math.nan, math.nan))
    return lesson.figures["restless"] > RESTLESS * middle + 0.3


def with_lesson(profile: Profile, lesson: Pending) -> Profile:
    """The profile after a healthy look."""
    look = lesson.look
    row = np.array([[lesson.figures[name] for name in FIGURES]], np.float32)
    moments = np.append(profile.moments, local_seconds(lesson.at))[-MOST_LOOKS:]
    references = list(profile.references)
    likeness, view = lesson.likeness, lesson.view
    new = likeness is not None and likeness.structure < ANOTHER_VIEW and profile.learnt < 1
    if likeness is None or view >= len(references) or (new and len(references) < MOST_VIEWS):
        references.append(learnt_from(look))
    else:
        references[view] = learn(references[view], look, likeness)
    floor = profile.floor
    if len(look.farther) and not _shakes(profile, lesson):
        change = beat(look)
        held = np.where(np.isfinite(floor), floor, change)
        floor = np.minimum(held + RISE * (change - held), change).astype(np.float32)
    hour = int(local_seconds(lesson.at) % 86400 // 3600)
    return replace(
        profile,
        references=tuple(references),
        moments=moments,
        history=np.vstack([profile.history, row])[-MOST_LOOKS:],
        floor=floor,
        hours=profile.hours | 1 << hour,
    )

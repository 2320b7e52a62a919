"""The figures of one look beside what has been learnt: what the rules decide on, and what a finding is explained by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from devices.agent.cameras.picture.look import FINE, TILES, Floats, Look, in_tiles
from devices.agent.cameras.picture.profile import (
    FIGURES,
    MOST_LOOKS,
    MOST_VIEWS,
    Profile,
    Recent,
    local_seconds,
    shown,
    ticking,
)
from devices.agent.cameras.picture.reference import Likeness, elsewhere, learn, learnt_from, nearest

ANOTHER_VIEW = 0.75
"""While a camera is learnt, a picture less alike than this begins a view of its own: another light."""
RISE = 0.02
"""How quickly the usual least change of a tile is forgotten."""
BLEND = 0.25
SOUGHT = 0.3
"""From this share of missing structure on, the view is sought in another place."""


@dataclass(frozen=True, slots=True)
class Measured:
    """figures: by name, NaN where there is nothing to compare with. likeness: to the nearest view, if there is one."""

    figures: dict[str, float]
    view: int
    likeness: Likeness | None


def measure(profile: Profile, look: Look) -> Measured:
    """All figures of `look`, those against the profile included."""
    figures = dict.fromkeys((*FIGURES, "elsewhere"), float("nan"))
    for name in ("level", "dark", "light", "white", "chroma", "flat", "speckle", "grid", "lost", "torn"):
        figures[name] = float(getattr(look, name))
    figures["restless"] = float(np.median(look.restless)) if len(look.restless) else float("nan")
    view, likeness = nearest(profile.references, look, shown(profile)) if profile.references else (0, None)
    if likeness:
        figures["structure"], figures["gone"] = likeness.structure, likeness.gone
        figures["gone_coarse"], figures["coarse"], figures["fine"] = (
            likeness.gone_coarse,
            likeness.coarse,
            likeness.fine,
        )
        if likeness.gone > SOUGHT:
            figures["elsewhere"] = elsewhere(profile.references[view], look)
        figures["sharpness"] = (likeness.fine + likeness.middle) / 2 - likeness.coarse
    if profile.recent:
        figures["gap"], figures["echo"], figures["stir"] = against_recent(profile, profile.recent, look)
    clock = ticking(profile)
    if clock.any() and len(look.farther):
        figures["ticking"] = float((look.farther.min(axis=0)[clock] / profile.floor[clock]).max())
    return Measured(figures, view, likeness)


def against_recent(profile: Profile, recent: Recent, look: Look) -> tuple[float, float, float]:
    """gap: how far the fine detail is from the last look's; echo: how much of that look's noise comes again, -1 to 1;
    stir: by how much the tile that changed most has changed, in levels."""
    seen = shown(profile)
    gap = np.sqrt(in_tiles((look.fine - recent.fine) ** 2))
    before, now = _without(recent.background, recent.fine), _without(recent.background, look.fine)
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


def _without(background: Floats, fine: Floats) -> Floats:
    """What is left of `fine` when each tile's share of the known background is taken out, however strong it is now."""
    strength = in_tiles(background * background) + np.float32(0.5)
    share = in_tiles(background * fine) / strength
    return fine - _spread(share) * background


def _spread(tiles: Floats) -> Floats:
    return np.kron(tiles, np.ones((FINE[1] // TILES[1], FINE[0] // TILES[0]), np.float32)).astype(np.float32)


def with_recent(profile: Profile, look: Look) -> Profile:
    """The profile with `look` as the last one; the background takes up the one before it."""
    old = profile.recent
    if old is None:
        recent = Recent(look.small, look.fine, look.fine)
    else:
        background = old.background + BLEND * (old.fine - old.background)
        recent = Recent(look.small, look.fine, np.asarray(background, np.float32))
    return replace(profile, recent=recent)


def with_look(profile: Profile, at: datetime, look: Look, measured: Measured) -> Profile:
    """The profile after a healthy look."""
    row = np.array([[measured.figures[name] for name in FIGURES]], np.float32)
    moments = np.append(profile.moments, local_seconds(at))[-MOST_LOOKS:]
    references = list(profile.references)
    new = measured.likeness is None or (
        measured.likeness.structure < ANOTHER_VIEW and profile.learnt < 1 and len(references) < MOST_VIEWS
    )
    if new or measured.likeness is None:
        references.append(learnt_from(look))
    else:
        references[measured.view] = learn(references[measured.view], look, measured.likeness)
    floor = profile.floor
    if len(look.farther):
        change = look.farther.min(axis=0)
        held = np.where(np.isfinite(floor), floor, change)
        floor = np.minimum(held + RISE * (change - held), change).astype(np.float32)
    hour = int(local_seconds(at) % 86400 // 3600)
    return replace(
        profile,
        references=tuple(references),
        moments=moments,
        history=np.vstack([profile.history, row])[-MOST_LOOKS:],
        floor=floor,
        hours=profile.hours | 1 << hour,
    )

"""The verdict on a burst, and what is learnt from it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

from devices.agent.cameras.picture import freezing
from devices.agent.cameras.picture.burst import Burst
from devices.agent.cameras.picture.look import Look, look_at
from devices.agent.cameras.picture.measures import measure, with_lesson
from devices.agent.cameras.picture.profile import Pending, Profile, Recent, Standing, usual
from devices.agent.cameras.picture.rules import gross, of_the_view
from devices.agent.cameras.picture.stream import of_the_stream
from devices.agent.cameras.picture.verdict import Finding, Regime, Verdict

LEARNT_ENOUGH = 0.9
"""From nearly all hours of a day on, a picture that is unlike the learnt views is suspicious instead of new."""
MOST_LOOKS_LIE = 0.8
"""Whether a picture stands is judged against the range of this share of healthy looks: one odd look says little."""
CONFIRMED_AFTER = 2
GONE_AFTER = 2
GREY = 6.0
DIM = 70.0


def judge(profile: Profile, burst: Burst) -> tuple[Profile, Verdict]:
    """What `burst` says about the camera after all that came before, and the profile that knows it.

    A finding is confirmed by two looks in a row, and ends with two good ones. Nothing is learnt while anything is
    suspected. The same arguments always give the same answer.
    """
    now = tuple(of_the_stream(burst))
    if not burst.frames:
        return profile, Verdict(now, (), None, {}, profile.learnt)
    return judge_look(profile, burst.at, look_at(burst.frames), now)


def judge_look(profile: Profile, at: datetime, look: Look, now: tuple[Finding, ...] = ()) -> tuple[Profile, Verdict]:
    """The same for a burst whose pictures have been measured; `now`: what is already sure about it."""
    measured = measure(profile, at, look)
    ranges = usual(profile, at) if profile.learnt >= LEARNT_ENOUGH else {}
    seen = gross(measured.figures, ranges)
    if not seen and profile.learnt >= LEARNT_ENOUGH:
        seen = of_the_view(measured.figures, ranges)
    view = _next(profile.view, seen[0] if seen else None)
    freeze, still = Standing(), None
    if not seen and not view.confirmed and profile.learnt >= LEARNT_ENOUGH:
        odds = freezing.signs(measured.figures, usual(profile, at, MOST_LOOKS_LIE))
        freeze, still = freezing.next_standing(profile.freeze, odds), freezing.suspected(odds)
    after = replace(profile, view=view, freeze=freeze)
    # The first of a row that repeats is what the others are held against.
    if not (still and profile.freeze.bad):
        after = replace(after, recent=Recent(look.small, look.fine))
    if seen or still or view.confirmed or freeze.confirmed:
        after = replace(after, pending=None)
    else:
        after = replace(with_lesson(after, profile.pending) if profile.pending else after, pending=measured)
    confirmed = tuple(found for found in (view.confirmed, freeze.confirmed) if found)
    suspected = tuple(
        found for found in (*seen[:1], still) if found and found.kind not in {one.kind for one in confirmed}
    )
    return after, Verdict(now + confirmed, suspected, _regime(look), _known(measured), after.learnt)


def _next(standing: Standing, found: Finding | None) -> Standing:
    """What stands after a look in which `found` was seen, or nothing."""
    if found is None:
        good = standing.good + 1
        if good >= GONE_AFTER or not standing.confirmed:
            return Standing()
        return replace(standing, good=good)
    votes = dict(standing.votes)
    votes[found.kind] = votes.get(found.kind, 0.0) + found.confidence
    bad = standing.bad + 1
    confirmed = standing.confirmed
    if confirmed or bad >= CONFIRMED_AFTER:
        most = max(votes, key=lambda kind: votes[kind])
        confirmed = found if found.kind == most or confirmed is None else confirmed
    return Standing(bad, 0, tuple(votes.items()), confirmed=confirmed)


def _regime(look: Look) -> Regime:
    if look.chroma < GREY:
        return Regime.INFRARED
    return Regime.LAMP if look.level < DIM else Regime.DAY


def _known(measured: Pending) -> dict[str, float]:
    return {name: value for name, value in measured.figures.items() if not math.isnan(value)}
